// Regions of datasets, read when somebody wants them and kept while the dataset stays as it is. Internal.
//
// Threads  safe; each region is read by one thread while others who want it wait
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/sdmx/structure/holdings.hpp"

namespace gateway::sdmx::structure {

class Regions {
  public:
    /// The region of a dataset in the state that `stamp` names.
    std::shared_ptr<RegionSource const> of(std::string const& dataset, std::string const& stamp,
                                           RegionOf const& read);
    /// Drops the datasets that are not in `kept`.
    void keep_only(std::vector<std::string> const& kept);

  private:
    class Later;
    struct Known {
        std::string stamp;
        std::shared_ptr<RegionSource const> source;
    };
    /// Lists of values that datasets share: most have the same thousands of areas.
    class Pool {
      public:
        void share(Region& region);

      private:
        std::mutex mutex_;
        std::vector<std::weak_ptr<std::vector<std::string> const>> lists_;
    };
    std::map<std::string, Known> known_;
    std::shared_ptr<Pool> pool_ = std::make_shared<Pool>();
};

} // namespace gateway::sdmx::structure

// The areas of the questions that the feed was asked lately: two thousand followers ask the same again and again, and
// the store has ten thousand areas to be compared with each question.
//
// Threads  from any; what is handed out is immutable
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/query/changes.hpp"

namespace gateway::serve::api {

class FeedAreas {
  public:
    /// `question` stands for the filter, `epoch` for the file of the store. While the store stands still, and only for
    /// a caller that sees all areas: theirs are only ever added, and those without an entry in the log do not matter.
    std::shared_ptr<std::vector<store::AreaNo> const> get(std::string const& question, std::uint64_t epoch,
                                                          store::Store const& store,
                                                          std::function<bool(Area const&)> const& wanted);

  private:
    struct Kept {
        std::uint64_t epoch = 0;
        std::uint64_t last = 0; ///< of the log, for which it holds
        std::size_t of = 0;     ///< areas in the store when it was worked out
        std::shared_ptr<std::vector<store::AreaNo> const> areas;
    };
    std::mutex guard_;
    std::unordered_map<std::string, Kept> kept_;
};

} // namespace gateway::serve::api

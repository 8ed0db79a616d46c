// Shelf: what handlers of the county API share: register, mappings, and what was worked out once per state of the
// store.
//
// Threads  from any; what is handed out is immutable, or belongs to the caller alone (Knowledge)
// Errors   as the files: Error malformed, not_found
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/territorial.hpp"
#include "gateway/serve/api/area_index.hpp"
#include "gateway/serve/api/catalog_entries.hpp"
#include "gateway/serve/api/feed_areas.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/settings.hpp"

namespace gateway::serve::api {

/// A few results by name, the oldest leaves first. Two callers may work out the same at the same time.
template <typename Value>
class Kept {
  public:
    explicit Kept(std::size_t most) : most_(most) {}
    std::shared_ptr<Value const> get(std::string const& name,
                                     std::function<std::shared_ptr<Value const>()> const& make) {
        {
            std::lock_guard const lock{guard_};
            for (auto const& [key, value] : entries_)
                if (key == name) return value;
        }
        auto made = make();
        std::lock_guard const lock{guard_};
        entries_.emplace_back(name, made);
        if (entries_.size() > most_) entries_.pop_front();
        return made;
    }

  private:
    std::mutex guard_;
    std::size_t most_;
    std::list<std::pair<std::string, std::shared_ptr<Value const>>> entries_;
};

class Shelf {
  public:
    Shelf(Settings const& settings, Stores& stores);
    ~Shelf();
    Shelf(Shelf const&) = delete;
    Shelf& operator=(Shelf const&) = delete;

    [[nodiscard]] Settings const& settings() const noexcept { return settings_; }
    [[nodiscard]] std::string mappings_folder() const { return settings_.data + "/mappings"; }
    /// Loaded when it is first asked for.
    harmonize::territory::Register const& areas();
    harmonize::MappingFiles const& mappings();
    derive::Measures const& measures();
    /// SHA-256 over the mapping files that change what views make of figures.
    std::string const& mappings_name();

    std::shared_ptr<AreaIndex const> area_index(Call const& call);

    /// What a dataset covers, worked out once per state of it and view.
    Coverage coverage(Call const& call, DatasetInfo const& info, bool with_time);

    /// Areas of the questions of the feed.
    FeedAreas& feed_areas() noexcept { return feed_areas_; }

    /// Knowledge of territories for one user; comes back when the pointer goes.
    std::shared_ptr<ingest::TerritoryKnowledge> knowledge();

  private:
    Settings const& settings_;
    Stores& stores_;
    std::once_flag areas_once_, mappings_once_, measures_once_, name_once_;
    std::unique_ptr<harmonize::territory::Register> areas_;
    std::unique_ptr<harmonize::MappingFiles> mappings_;
    std::unique_ptr<derive::Measures> measures_;
    std::string mappings_name_;
    Kept<AreaIndex> indexes_{8};
    Kept<Coverage> coverages_{4096};
    FeedAreas feed_areas_;

    std::mutex knowledge_guard_;
    std::vector<std::unique_ptr<ingest::TerritoryKnowledge>> knowledge_;
};

} // namespace gateway::serve::api

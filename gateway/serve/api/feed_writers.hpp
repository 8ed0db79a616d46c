// The entries of a page of the feed, as JSON. docs/feed.md describes every field.
#pragma once

#include <map>
#include <string>

#include "gateway/query/changes.hpp"
#include "gateway/serve/json.hpp"

namespace gateway::serve::api {

class FeedWriter {
  public:
    /// `store` must outlive it.
    explicit FeedWriter(store::Store const& store);
    void entry(query::ChangeEntry const& entry);
    [[nodiscard]] std::size_t entries() const noexcept { return entries_; }
    /// The whole page. `full`: what comes behind the cursor belongs to a full state.
    std::string finish(std::string const& cursor, bool more, bool full);

  private:
    void side(char const* name, std::optional<store::PackedObservation> const& one);
    std::string const& source(std::string_view dataset);

    store::Store const& store_;
    Json json_;
    std::size_t entries_ = 0;
    std::map<std::string, std::string, std::less<>> sources_;
};

} // namespace gateway::serve::api

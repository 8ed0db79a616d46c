// The entries of a page of the feed, as JSON or Avro. docs/feed.md describes every field.
//
// Avro     an object container of schemas/avro/feed-entry-v1.avsc; cursor, more and full are headers of the answer
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/message.hpp"
#include "gateway/query/changes.hpp"

namespace gateway::serve::api {

class FeedWriter {
  public:
    FeedWriter() = default;
    FeedWriter(FeedWriter const&) = delete;
    FeedWriter& operator=(FeedWriter const&) = delete;
    virtual ~FeedWriter() = default;

    virtual void entry(query::ChangeEntry const& entry) = 0;
    /// The whole page. `full`: what comes behind the cursor belongs to a full state. Nothing may follow.
    virtual http::Response finish(std::string const& cursor, bool more, bool full) = 0;
};

/// `store` must outlive them.
std::unique_ptr<FeedWriter> make_feed_json(store::Store const& store);
std::unique_ptr<FeedWriter> make_feed_avro(store::Store const& store);

std::string_view feed_entry_schema() noexcept;

/// Ids of the sources of datasets, each asked for once.
class Sources {
  public:
    explicit Sources(store::Store const& store) : store_(store) {}
    std::string const& of(std::string_view dataset);

  private:
    store::Store const& store_;
    std::map<std::string, std::string, std::less<>> sources_;
};

/// "present", "added", "revised", "deleted": the order is that of the symbols in the schema.
enum class FigureChange : unsigned char { present, added, revised, deleted };
FigureChange change_of(query::ChangeEntry const& entry, store::Change const& change) noexcept;
std::string_view to_string(FigureChange change) noexcept;

} // namespace gateway::serve::api

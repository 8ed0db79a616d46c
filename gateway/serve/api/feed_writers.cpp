#include "gateway/serve/api/feed_writers.hpp"

#include "gateway/core/document.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/serve/json.hpp"

namespace gateway::serve::api {
namespace {

class JsonFeed final : public FeedWriter {
  public:
    explicit JsonFeed(store::Store const& store) : store_(store), sources_(store) {
        json_.object().key("entries").array();
    }
    void entry(query::ChangeEntry const& entry) override;
    http::Response finish(std::string const& cursor, bool more, bool full) override {
        json_.end_array().field("cursor", cursor).flag("more", more).flag("full", full).end_object();
        return http::Response::text(200, "application/json; charset=utf-8", json_.take() + "\n");
    }

  private:
    void side(char const* name, std::optional<store::PackedObservation> const& one);

    store::Store const& store_;
    Sources sources_;
    Json json_;
};

void JsonFeed::side(char const* name, std::optional<store::PackedObservation> const& one) {
    json_.key(name);
    if (!one) {
        json_.null();
        return;
    }
    auto const& state = store_.state(one->state);
    json_.object().key("value");
    state.reason ? json_.null() : json_.text(query::value_text(*one, state));
    json_.field("state", query::state_text(state)).end_object();
}

void JsonFeed::entry(query::ChangeEntry const& entry) {
    auto const* const about = entry.about;
    json_.object()
        .field("kind", entry.is_state ? std::string_view{"state"} : store::to_string(entry.kind))
        .field_or_null("dataset", entry.dataset);
    if (!entry.dataset.empty()) json_.field("source", sources_.of(entry.dataset));
    json_.key("vintage");
    entry.vintage != 0 ? json_.number(entry.vintage) : json_.null();
    json_.field("time", utc_text(entry.time))
        .field_or_null("published", about != nullptr && about->published ? utc_text(*about->published) : "")
        .field_or_null("note", entry.note);
    if (about != nullptr && about->kind == store::VintageKind::recalled)
        json_.field("recalls", std::uint64_t{about->recalls}).field_or_null("reason", about->reason);
    if (entry.changes != nullptr) {
        json_.field("series", store_.indicator(entry.series.indicator).text())
            .field("area", area_key(store_.area(entry.series.area)))
            .key("observations")
            .array();
        for (auto const& change : *entry.changes) {
            json_.object()
                .field("period", change.period.to_sdmx())
                .field("change", to_string(change_of(entry, change)));
            if (!entry.is_state) side("old", change.before);
            side("new", change.after);
            json_.end_object();
        }
        json_.end_array();
    }
    json_.end_object();
}

} // namespace

std::string const& Sources::of(std::string_view dataset) {
    auto found = sources_.find(dataset);
    if (found == sources_.end()) {
        auto const info = dataset.empty() ? std::nullopt : store_.dataset(dataset);
        found = sources_.emplace(std::string{dataset}, info ? info->source : std::string{}).first;
    }
    return found->second;
}

FigureChange change_of(query::ChangeEntry const& entry, store::Change const& change) noexcept {
    if (entry.is_state) return FigureChange::present;
    if (!change.after) return FigureChange::deleted;
    return change.before ? FigureChange::revised : FigureChange::added;
}

std::string_view to_string(FigureChange change) noexcept {
    switch (change) {
    case FigureChange::present: return "present";
    case FigureChange::added: return "added";
    case FigureChange::revised: return "revised";
    case FigureChange::deleted: return "deleted";
    }
    return "unknown";
}

std::unique_ptr<FeedWriter> make_feed_json(store::Store const& store) {
    return std::make_unique<JsonFeed>(store);
}

} // namespace gateway::serve::api

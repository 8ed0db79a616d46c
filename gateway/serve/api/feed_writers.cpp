#include "gateway/serve/api/feed_writers.hpp"

#include "gateway/core/document.hpp"
#include "gateway/core/time_period.hpp"

namespace gateway::serve::api {

FeedWriter::FeedWriter(store::Store const& store) : store_(store) {
    json_.object().key("entries").array();
}

std::string const& FeedWriter::source(std::string_view dataset) {
    auto found = sources_.find(dataset);
    if (found == sources_.end()) {
        auto const info = store_.dataset(dataset);
        found = sources_.emplace(std::string{dataset}, info ? info->source : std::string{}).first;
    }
    return found->second;
}

void FeedWriter::side(char const* name, std::optional<store::PackedObservation> const& one) {
    json_.key(name);
    if (!one) {
        json_.null();
        return;
    }
    auto const& state = store_.state(one->state);
    auto const value = query::value_text(*one, state);
    json_.object().key("value");
    if (state.reason)
        json_.null();
    else
        json_.text(value);
    json_.field("state", query::state_text(state)).end_object();
}

void FeedWriter::entry(query::ChangeEntry const& entry) {
    ++entries_;
    json_.object()
        .field("kind", entry.is_state ? std::string_view{"state"} : store::to_string(entry.kind))
        .field_or_null("dataset", entry.dataset);
    if (!entry.dataset.empty()) json_.field("source", source(entry.dataset));
    json_.key("vintage");
    entry.vintage != 0 ? json_.number(entry.vintage) : json_.null();
    json_.field("time", utc_text(entry.time))
        .field_or_null("published", entry.about != nullptr && entry.about->published
                                        ? utc_text(*entry.about->published)
                                        : "")
        .field_or_null("note", entry.note);
    if (entry.about != nullptr && entry.about->kind == store::VintageKind::recalled)
        json_.field("recalls", std::uint64_t{entry.about->recalls})
            .field_or_null("reason", entry.about->reason);
    if (entry.changes != nullptr) {
        json_.field("series", store_.indicator(entry.series.indicator).text())
            .field("area", area_key(store_.area(entry.series.area)))
            .key("observations")
            .array();
        for (auto const& change : *entry.changes) {
            auto const what = entry.is_state   ? "present"
                              : !change.after  ? "deleted"
                              : !change.before ? "added"
                                               : "revised";
            json_.object().field("period", change.period.to_sdmx()).field("change", what);
            if (!entry.is_state) side("old", change.before);
            side("new", change.after);
            json_.end_object();
        }
        json_.end_array();
    }
    json_.end_object();
}

std::string FeedWriter::finish(std::string const& cursor, bool more, bool full) {
    json_.end_array().field("cursor", cursor).flag("more", more).flag("full", full).end_object();
    return json_.take() + "\n";
}

} // namespace gateway::serve::api

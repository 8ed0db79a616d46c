#include "gateway/core/time_period.hpp"
#include "gateway/feed/avro/container.hpp"
#include "gateway/serve/api/feed_writers.hpp"

namespace gateway::serve::api {
namespace {

namespace avro = feed::avro;

constexpr std::int64_t ms_per_second = 1000;

/// Numbers of the symbols of EntryKind.
std::int64_t symbol_of(query::ChangeEntry const& entry) noexcept {
    if (entry.is_state) return 0;
    switch (entry.kind) {
    case store::ChangeKind::data: return 1;
    case store::ChangeKind::withdrawn: return 2;
    case store::ChangeKind::returned: return 3;
    case store::ChangeKind::recalled: return 4;
    case store::ChangeKind::structure: return 5;
    case store::ChangeKind::territory: return 6;
    case store::ChangeKind::comment:
    case store::ChangeKind::compacted: break; // a place that was compacted is refused, never told
    }
    return 7;
}

class AvroFeed final : public FeedWriter {
  public:
    explicit AvroFeed(store::Store const& store)
        : store_(store), sources_(store), container_([this](std::string_view bytes) { bytes_ += bytes; },
                                                     std::string{feed_entry_schema()}, avro::Codec::deflate) {
    }

    void entry(query::ChangeEntry const& entry) override {
        auto& out = container_.buffer();
        auto const* const about = entry.about;
        bool const recalls = about != nullptr && about->kind == store::VintageKind::recalled;
        avro::append_long(out, symbol_of(entry));
        avro::append_bytes(out, entry.dataset);
        avro::append_bytes(out, sources_.of(entry.dataset));
        avro::append_long(out, entry.vintage);
        avro::append_long(out, entry.time * ms_per_second);
        bool const published = about != nullptr && about->published.has_value();
        avro::append_long(out, published ? 1 : 0);
        if (published) avro::append_long(out, *about->published * ms_per_second);
        avro::append_bytes(out, entry.note);
        avro::append_long(out, recalls ? about->recalls : 0);
        avro::append_bytes(out, recalls ? std::string_view{about->reason} : std::string_view{});
        if (entry.changes == nullptr) {
            avro::append_bytes(out, {});
            avro::append_bytes(out, {});
        } else {
            avro::append_bytes(out, store_.indicator(entry.series.indicator).text());
            avro::append_bytes(out, area_key(store_.area(entry.series.area)));
            if (!entry.changes->empty())
                avro::append_long(out, static_cast<std::int64_t>(entry.changes->size()));
            for (auto const& change : *entry.changes) {
                avro::append_bytes(out, change.period.to_sdmx());
                avro::append_long(out, static_cast<std::int64_t>(change_of(entry, change)));
                side(change.before);
                side(change.after);
            }
        }
        avro::append_long(out, 0); // no further block of observations
        container_.end_record();
    }

    http::Response finish(std::string const& cursor, bool more, bool full) override {
        container_.finish();
        auto response = http::Response::text(200, "application/avro", std::move(bytes_));
        response.headers.emplace_back("X-Kreislauf-Cursor", cursor);
        response.headers.emplace_back("X-Kreislauf-More", more ? "true" : "false");
        response.headers.emplace_back("X-Kreislauf-Full", full ? "true" : "false");
        return response;
    }

  private:
    void side(std::optional<store::PackedObservation> const& one) {
        auto& out = container_.buffer();
        avro::append_long(out, one ? 1 : 0);
        if (!one) return;
        auto const& state = store_.state(one->state);
        avro::append_long(out, state.reason ? 0 : 1);
        if (!state.reason) avro::append_bytes(out, query::value_text(*one, state));
        avro::append_bytes(out, query::state_text(state));
    }

    store::Store const& store_;
    Sources sources_;
    std::string bytes_;
    avro::ContainerWriter container_;
};

} // namespace

std::unique_ptr<FeedWriter> make_feed_avro(store::Store const& store) {
    return std::make_unique<AvroFeed>(store);
}

} // namespace gateway::serve::api

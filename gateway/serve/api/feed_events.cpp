#include "gateway/serve/api/feed_events.hpp"

#include <chrono>

#include "gateway/core/error.hpp"
#include "gateway/query/changes.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/serve/api/feed_question.hpp"
#include "gateway/serve/api/feed_writers.hpp"

namespace gateway::serve::api {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds heartbeat{15'000};
constexpr std::chrono::minutes life{5};
constexpr std::size_t entries_per_event = 100;

/// One line, as an event needs it: the writer's JSON has no line break but at its end.
std::string line_of(http::Response const& page) {
    auto const* const whole = std::get_if<std::shared_ptr<std::string const>>(&page.body);
    if (whole == nullptr) return {};
    std::string line = **whole;
    while (line.ends_with('\n')) line.pop_back();
    return line;
}

class EventStream final : public http::BodySource {
  public:
    EventStream(Call const& call, FeedQuestion question, query::ChangePlace const& place)
        : lease_{call.lease}, question_{std::move(question)}, text_{question_.told()}, place_{place} {
        question_.filter.areas = {}; // remembers by the file of the store, which may be another by and by
    }

    bool next(std::string& out) override {
        auto const now = steady_clock::now();
        if (!begun_) {
            out += "retry: 2000\n\n";
            begun_ = true;
            beat_at_ = now + heartbeat;
            end_at_ = now + life;
            return true;
        }
        if (now >= end_at_) return false;
        auto const lease = lease_();
        auto const& store = lease->store();
        if (!place_.full && store.last_change() == place_.number) {
            beat(out, now, store);
            return true;
        }
        return tell(out, now, store);
    }
    [[nodiscard]] std::chrono::milliseconds pause() const override { return heartbeat; }

  private:
    void beat(std::string& out, steady_clock::time_point now, store::Store const& store) {
        if (now < beat_at_) return;
        beat_at_ = now + heartbeat;
        // Whoever comes back need not be told again what was nothing of theirs.
        out += told_ == place_.number ? ":\n\n" : "id: " + seal(store) + "\n\n";
        told_ = place_.number;
    }
    bool tell(std::string& out, steady_clock::time_point now, store::Store const& store) {
        query::ChangeReader reader{store, question_.filter};
        auto const writer = make_feed_json(store);
        std::size_t entries = 0;
        bool more = false;
        try {
            more = reader.page(place_, entries_per_event, [&](query::ChangeEntry const& entry) {
                writer->entry(entry);
                ++entries;
            });
        } catch (Error const& error) {
            if (error.code() != Errc::not_found && error.code() != Errc::invalid_argument) throw;
            out += "event: gone\ndata: {\"next_step\":\"take the full state again with from=start\"}\n\n";
            return false;
        }
        if (entries == 0 && more) out += ":\n\n"; // much was looked at: there is more to do at once
        if (entries == 0) return true;
        auto const cursor = seal(store);
        out += "id: " + cursor +
               "\nevent: changes\ndata: " + line_of(writer->finish(cursor, more, place_.full)) + "\n\n";
        told_ = place_.number;
        beat_at_ = now + heartbeat;
        return true;
    }
    [[nodiscard]] std::string seal(store::Store const& store) const {
        return seal_place(place_, text_, feed_key(store));
    }

    std::function<std::shared_ptr<Lease>()> lease_;
    FeedQuestion question_;
    std::string text_;
    query::ChangePlace place_;
    std::uint64_t told_ = 0; ///< the last number that the client knows
    bool begun_ = false;
    steady_clock::time_point beat_at_, end_at_;
};

} // namespace

http::Response show_feed_events(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto question = read_feed_question(shelf, call, store);
    query::ChangeReader reader{store, question.filter};
    query::ChangePlace place;
    auto const from = call.parameter("from");
    if (!from.empty() && from != "start" && from != "now")
        throw Refusal{bad_value("from", from,
                                {"start (the full state first) or now (only what comes)",
                                 "start (erst der volle Stand) oder now (nur was kommt)"})};
    auto const last = call.request.header("Last-Event-ID");
    if (!last.empty())
        place = require_place(last, store, question.told());
    else if (!call.parameter("cursor").empty())
        place = require_place(call.parameter("cursor"), store, question.told());
    else if (from == "start")
        place = reader.start();
    else
        place.number = store.last_change();
    auto ahead = place; // a place that is gone is refused before the first event
    or_gone([&] { return reader.page(ahead, 1, [](query::ChangeEntry const&) {}); });

    http::Response response;
    response.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                        {"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"}}; // nginx in front holds nothing back
    response.body = std::make_unique<EventStream>(call, std::move(question), place);
    return response;
}

} // namespace gateway::serve::api

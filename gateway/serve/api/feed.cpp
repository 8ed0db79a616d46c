#include "gateway/serve/api/feed.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/query/changes.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/serve/api/feed_question.hpp"
#include "gateway/serve/api/feed_writers.hpp"
#include "gateway/serve/api/paging.hpp"

namespace gateway::serve::api {
namespace {

constexpr unsigned longest_wait_s = 30;
unsigned wait_seconds(Call const& call) {
    auto const text = call.parameter("wait");
    if (text.empty()) return 0;
    unsigned seconds = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || seconds > longest_wait_s)
        throw Refusal{bad_value("wait", text, {"seconds from 0 to 30", "Sekunden von 0 bis 30"})};
    return seconds;
}

std::unique_ptr<FeedWriter> make_writer(bool is_avro, store::Store const& store) {
    return is_avro ? make_feed_avro(store) : make_feed_json(store);
}

/// A page that is written when something changed, or the time is over; costs no worker until then. Its cursor is a
/// field of the head where it is Avro: the head waits, too.
class WaitingPage final : public http::BodySource {
  public:
    WaitingPage(Call const& call, FeedQuestion question, query::ChangePlace const& place, std::size_t limit,
                bool is_avro, unsigned seconds)
        : lease_{call.lease}, question_{std::move(question)}, place_{place}, limit_{limit}, is_avro_{is_avro},
          end_{std::chrono::steady_clock::now() + std::chrono::seconds{seconds}} {
        question_.filter.areas = {}; // remembers by the file of the store, which may be another by then
    }
    bool next(std::string& out) override {
        auto const lease = lease_();
        auto const& store = lease->store();
        bool const is_over = std::chrono::steady_clock::now() >= end_;
        if (!is_over && store.last_change() <= place_.number) return true;
        query::ChangeReader reader{store, question_.filter};
        auto const writer = make_writer(is_avro_, store);
        std::size_t entries = 0;
        bool const more = reader.page(place_, limit_, [&](query::ChangeEntry const& entry) {
            writer->entry(entry);
            ++entries;
        });
        if (entries == 0 && !more && !is_over) return true; // it was something else
        auto page = writer->finish(seal_place(place_, question_.told(), feed_key(store)), more, place_.full);
        if (auto const* const whole = std::get_if<std::shared_ptr<std::string const>>(&page.body))
            out += **whole;
        head_ = std::move(page.headers);
        return false;
    }
    [[nodiscard]] bool holds_head() const override { return true; }
    [[nodiscard]] http::Headers late_head() override { return std::move(head_); }
    [[nodiscard]] std::chrono::milliseconds pause() const override {
        auto const left =
            std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
        return std::max(left, std::chrono::milliseconds{1});
    }

  private:
    std::function<std::shared_ptr<Lease>()> lease_;
    FeedQuestion question_;
    query::ChangePlace place_;
    std::size_t limit_;
    bool is_avro_;
    http::Headers head_;
    std::chrono::steady_clock::time_point end_;
};

} // namespace

http::Response show_feed(Shelf& shelf, Call const& call) {
    auto const format = call.parameter("format");
    if (!format.empty() && format != "json" && format != "avro")
        throw Refusal{bad_value("format", format, {"json or avro", "json oder avro"})};
    auto const limit = page_size(call);
    auto const seconds = wait_seconds(call);
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const question = read_feed_question(shelf, call, store);
    auto const question_text = question.told();
    query::ChangeReader reader{store, question.filter};
    query::ChangePlace place;
    auto const from = call.parameter("from");
    if (!from.empty() && from != "start" && from != "now")
        throw Refusal{bad_value("from", from,
                                {"start (the full state first) or now (only what comes)",
                                 "start (erst der volle Stand) oder now (nur was kommt)"})};
    if (!call.parameter("cursor").empty())
        place = require_place(call.parameter("cursor"), store, question_text);
    else if (from == "start")
        place = reader.start();
    else if (from == "now")
        place.number = store.last_change();
    bool const is_avro = format == "avro";
    auto const writer = make_writer(is_avro, store);
    std::size_t entries = 0;
    bool const more = or_gone([&] {
        return reader.page(place, limit, [&](query::ChangeEntry const& entry) {
            writer->entry(entry);
            ++entries;
        });
    });
    if (!more && entries == 0 && seconds > 0) {
        http::Response later;
        later.headers = {{"Cache-Control", "no-store"}};
        later.body = std::make_unique<WaitingPage>(call, question, place, limit, is_avro, seconds);
        return later;
    }
    auto response = writer->finish(seal_place(place, question_text, feed_key(store)), more, place.full);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

http::Response show_feed_state(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const question = read_feed_question(shelf, call, store);
    query::ChangeReader reader{store, question.filter};
    query::ChangePlace place;
    auto const question_text = question.told();
    if (call.parameter("cursor").empty())
        place.number = store.last_change();
    else
        place = require_place(call.parameter("cursor"), store, question_text);
    if (place.full)
        throw Refusal{
            bad_value("cursor", call.parameter("cursor"),
                      {"a cursor behind the full state: follow `cursor` until `full` is false",
                       "einen Cursor hinter dem vollen Stand: `cursor` folgen, bis `full` false ist"})};
    auto const hash = or_gone([&] { return reader.state(place.number); });
    Json json;
    json.object()
        .field("sha256", hash)
        .field("cursor", seal_place(place, question_text, feed_key(store)))
        .end_object();
    auto response = http::Response::text(200, "application/json; charset=utf-8", json.take() + "\n");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

} // namespace gateway::serve::api

#include "gateway/night/lane.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/ingest/feed_sync.hpp"
#include "gateway/ingest/history.hpp"
#include "gateway/night/clock_text.hpp"

namespace gateway::night {
namespace {

/// So many tables in a row without an answer: the source is down, and the others need not find that out again.
constexpr unsigned down_after = 3;

/// For a job while other tables wait. Small ones are done in seconds.
constexpr std::chrono::seconds short_wait{20};

/// The list names days, and a change is listed on the day on which it was made: days overlap.
constexpr UnixTime modified_margin = 2 * day_seconds;

constexpr std::string_view meter_owner = "kreislauf/night";

std::uint64_t number_at(std::string_view text, unsigned place) {
    for (; place > 0; --place) {
        auto const space = text.find(' ');
        if (space == std::string_view::npos) return 0;
        text.remove_prefix(space + 1);
    }
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

Lane::Lane(RunParts const& parts, RunSource const& source, UnixTime deadline, Baton* baton)
    : parts_(parts), source_(source), shop_(parts.shop) {
    meter_.budget = source.budget;
    meter_.spacing = source.spacing;
    meter_.deadline = deadline;
    shop_.clock = metered_clock(parts.shop.clock, meter_, parts.stop, baton);
    load_meter();
    is_feed_ = parts.shop.mappings.text("feeds/" + source.facts.service + ".toml").has_value();
    if (!is_feed_) {
        auto const services = parts.shop.mappings.text("services.toml");
        if (!services) throw Error{Errc::not_found, "no services.toml among the mappings"};
        service_ = adapters::genesis::load_service(*services, source.facts.service, source.url);
        parallel_ = std::max(1U, std::min(source.parallel, service_->max_parallel));
        service_->max_parallel = parallel_;
    }
    transport_ = parts.transport(source);
    metered_ = std::make_unique<MeteredTransport>(*transport_, meter_, shop_.clock, parts.stop, baton);
}

Lane::Worker::Worker(Lane& lane) : lane_(lane) {
    if (lane.is_feed_) return;
    auto credentials =
        lane.source_.credentials ? lane.source_.credentials() : adapters::genesis::Credentials{};
    genesis_ =
        std::make_unique<ingest::SourceSync>(lane.shop_, lane.source_.facts.id, *lane.metered_,
                                             *lane.service_, std::move(credentials), lane.parts_.before_load);
}

std::vector<ingest::LoadReport> Lane::Worker::ask(Task const& task, bool force, bool others_wait) {
    auto const& source = lane_.source_;
    auto const& table = task.item;
    auto const expected_since = task.late_since ? date_text(*task.late_since) : std::string{};
    if (!genesis_)
        return ingest::sync_feed(
            lane_.shop_, *lane_.metered_, {source.facts.service, table},
            {source.facts.id, source.url, force, lane_.parts_.before_load, expected_since});
    genesis_->wait_for_jobs(others_wait ? short_wait : adapters::genesis::JobPolicy{}.deadline, others_wait);
    adapters::genesis::TableRequest request;
    request.name = table;
    request.language = source.language;
    request.start_year = source.start_year;
    request.quality = source.quality;
    request.compress = source.compress;
    if (request.start_year != 0)
        return ingest::sync_history(lane_.shop_, *genesis_, source.facts.service, request, force,
                                    expected_since);
    return genesis_->table(request, force, expected_since);
}

void Lane::learn_modified(ingest::SourceSync& genesis) {
    if (std::exchange(has_asked_modified_, true)) return;
    auto const since = parts_.shop.clock.now() - look_every - modified_margin;
    auto const date = date_text(static_cast<std::int32_t>(since / day_seconds)); // 2026-11-24
    modified_day_ = date.substr(8, 2) + "." + date.substr(5, 2) + "." + date.substr(0, 4);
    try {
        modified_ = genesis.modified_since(modified_day_);
    } catch (Error const& error) {
        if (error.code() == Errc::io || error.code() == Errc::conflict ||
            error.code() == Errc::source_refused)
            throw;
        modified_.reset(); // then every table is asked for
    }
}

std::string Lane::Worker::why_skipped(Task const& task) {
    auto const& source = lane_.source_;
    if (!genesis_ || !source.ask_modified || task.action != Action::fetch || task.last_answer == 0 ||
        task.late_since || lane_.parts_.shop.clock.now() - task.last_answer >= look_every)
        return {};
    lane_.learn_modified(*genesis_);
    if (!lane_.modified_) return {};
    // Entries are mostly statistics: 12411 for the table 12411-01-01-4.
    auto const statistic = std::string_view{task.item}.substr(0, task.item.find('-'));
    for (auto const& code : *lane_.modified_)
        if (code == task.item || code == statistic ||
            code.compare(0, statistic.size() + 1, std::string{statistic} + "-") == 0)
            return {};
    return "the source lists no change of statistic " + std::string{statistic} + " since " +
           lane_.modified_day_ + "; the table itself is asked for once a week";
}

void Lane::close(std::string why, UnixTime until) {
    if (is_closed()) return;
    closed_ = std::move(why);
    closed_until_ = until;
}

bool Lane::note(std::vector<ingest::LoadReport> const& reports) {
    bool const is_unanswered = std::any_of(reports.begin(), reports.end(),
                                           [](auto const& each) { return each.outcome == "unavailable"; });
    unanswered_ = is_unanswered ? unanswered_ + 1 : 0;
    if (unanswered_ < down_after || is_closed()) return false;
    close(std::to_string(unanswered_) + " tables in a row got no answer, the last: " + reports.back().text);
    return true;
}

void Lane::load_meter() {
    if (meter_.budget.requests == 0 && meter_.budget.bytes == 0) return;
    auto const text = parts_.shop.store.position(meter_owner, source_.facts.id);
    if (number_at(text, 0) != static_cast<std::uint64_t>(night_of(parts_.shop.clock.now()))) return;
    meter_.requests = number_at(text, 1);
    meter_.bytes = number_at(text, 2);
}

void Lane::save_meter() {
    if (meter_.budget.requests == 0 && meter_.budget.bytes == 0) return;
    auto text = std::to_string(night_of(parts_.shop.clock.now())) + " " + std::to_string(meter_.requests) +
                " " + std::to_string(meter_.bytes);
    parts_.shop.store.change_position(meter_owner, source_.facts.id,
                                      [&text](std::string const&) { return text; });
}

} // namespace gateway::night

#include "gateway/night/lane.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/harmonize/feed_description.hpp"
#include "gateway/ingest/feed_sync.hpp"
#include "gateway/ingest/history.hpp"

namespace gateway::night {
namespace {

/// So many tables in a row without an answer: the source is down, and the others need not find that out again.
constexpr unsigned down_after = 3;

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

std::vector<ingest::LoadReport> Lane::Worker::ask(std::string const& table, bool force) {
    auto const& source = lane_.source_;
    if (!genesis_)
        return ingest::sync_feed(lane_.shop_, *lane_.metered_, {source.facts.service, table},
                                 {source.facts.id, source.url, force, lane_.parts_.before_load});
    adapters::genesis::TableRequest request;
    request.name = table;
    request.language = source.language;
    request.start_year = source.start_year;
    request.quality = source.quality;
    request.compress = source.compress;
    if (request.start_year != 0)
        return ingest::sync_history(lane_.shop_, *genesis_, source.facts.service, request, force);
    return genesis_->table(request, force);
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
    auto const text = std::to_string(night_of(parts_.shop.clock.now())) + " " +
                      std::to_string(meter_.requests) + " " + std::to_string(meter_.bytes);
    parts_.shop.store.change_position(meter_owner, source_.facts.id,
                                      [&text](std::string const&) { return text; });
}

} // namespace gateway::night

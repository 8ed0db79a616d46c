#include "gateway/night/metered.hpp"

#include <algorithm>
#include <utility>

#include "adapters/genesis/session_outcome.hpp"

namespace gateway::night {
namespace {

using std::chrono::milliseconds;

constexpr UnixTime noon_shift = 43'200 - 3'600; ///< noon at UTC+1
constexpr UnixTime seconds_of_day = 86'400;
constexpr milliseconds slice{1000};
/// Shorter wishes of a source are waited for; for longer ones the others go on.
constexpr UnixTime patience = 120;

constexpr int too_many_requests = 429, service_unavailable = 503;

} // namespace

std::int64_t night_of(UnixTime time) noexcept {
    return (time - noon_shift) / seconds_of_day;
}

UnixTime beginning_of_night(std::int64_t night) noexcept {
    return night * seconds_of_day + noon_shift;
}

void MeteredTransport::ask_leave() const {
    auto const now = clock_.now();
    if (stop_ && stop_()) throw Postponed{0, "the run was stopped; the next one goes on"};
    if (now >= meter_.deadline)
        throw Postponed{meter_.deadline, "the night ended at " + utc_text(meter_.deadline)};
    if (meter_.not_before > now)
        throw Postponed{meter_.not_before, "the source asked to be left alone (Retry-After)"};
    auto const tomorrow = beginning_of_night(night_of(now) + 1);
    if (meter_.budget.requests != 0 && meter_.requests >= meter_.budget.requests)
        throw Postponed{tomorrow, "the budget of the night is used up: " + std::to_string(meter_.requests) +
                                      " requests"};
    if (meter_.budget.bytes != 0 && meter_.bytes >= meter_.budget.bytes)
        throw Postponed{tomorrow, "the budget of the night is used up: " + std::to_string(meter_.bytes) +
                                      " bytes of " + std::to_string(meter_.budget.bytes)};
}

HttpResponse MeteredTransport::send(HttpRequest const& request) {
    ask_leave();
    if (!std::exchange(meter_.is_first, false) && meter_.spacing.count() > 0) {
        clock_.sleep(meter_.spacing);
        ask_leave();
    }
    ++meter_.requests;
    auto response = [&] {
        Away const away{baton_};
        return inner_.send(request);
    }();
    meter_.bytes += response.body.size();
    if (response.status == too_many_requests || response.status == service_unavailable) {
        auto const now = clock_.now();
        if (auto const wish = adapters::genesis::retry_after(response.header("Retry-After"), now))
            meter_.not_before = now + std::chrono::ceil<std::chrono::seconds>(*wish).count();
    }
    return response;
}

Clock metered_clock(Clock const& clock, Meter const& meter, std::function<bool()> stop, Baton* baton) {
    Clock metered;
    metered.now = clock.now;
    metered.sleep = [clock, &meter, stop = std::move(stop), baton](milliseconds duration) {
        auto const now = clock.now();
        if (meter.not_before - now > patience)
            throw Postponed{meter.not_before, "the source asked to be left alone (Retry-After)"};
        auto const until = now + std::chrono::ceil<std::chrono::seconds>(duration).count();
        if (until >= meter.deadline)
            throw Postponed{meter.deadline, "the night ends at " + utc_text(meter.deadline)};
        while (duration.count() > 0) {
            if (stop && stop()) throw Postponed{0, "the run was stopped; the next one goes on"};
            auto const piece = stop ? std::min(duration, slice) : duration;
            {
                Away const away{baton};
                clock.sleep(piece);
            }
            duration -= piece;
        }
    };
    return metered;
}

} // namespace gateway::night

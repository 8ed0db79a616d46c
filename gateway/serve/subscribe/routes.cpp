#include "gateway/serve/subscribe/routes.hpp"

#include <utility>

#include "gateway/serve/subscribe/page.hpp"
#include "gateway/serve/subscribe/refusals.hpp"
#include "gateway/serve/subscribe/subscriptions.hpp"

namespace gateway::serve::subscribe {

std::vector<Route> routes(Office& office) {
    return routes([&office] { return &office; });
}

std::vector<Route> routes(std::function<Office*()> office) {
    using Answer = http::Response (*)(Office&, Call const&);
    auto const on = [office = std::move(office)](Answer answer) -> Handler {
        return [office, answer](Call const& call) {
            auto* const there = office();
            if (there == nullptr) throw no_subscriptions_yet();
            return answer(*there, call);
        };
    };
    std::string const list = "/api/v1/subscriptions";
    std::string const one = list + "/{id}";
    std::string const page = "/abonnement";
    return {
        {"GET", list, "listSubscriptions", {"state", "way"}, on(list_subscriptions)},
        {"POST", list, "addSubscription", {}, on(add_subscription)},
        {"GET", one, "getSubscription", {}, on(show_subscription)},
        {"PATCH", one, "changeSubscription", {}, on(change_subscription)},
        {"DELETE", one, "endSubscription", {}, on(end_subscription)},
        {"POST", one + "/pause", "pauseSubscription", {}, on(pause_subscription)},
        {"POST", one + "/resume", "resumeSubscription", {}, on(resume_subscription)},
        {"POST", one + "/secret", "newSubscriptionSecret", {}, on(new_subscription_secret)},
        {"POST", one + "/acknowledge", "acknowledge", {}, on(acknowledge)},
        {"GET", one + "/failures", "listFailures", {"limit"}, on(list_failures)},
        {"POST", one + "/failures/{failure}/replay", "replayFailure", {}, on(replay_failure)},
        {"GET",
         one + "/feed",
         "getSubscriptionFeed",
         {"cursor", "from", "limit", "format"},
         on(show_subscription_feed)},
        {"GET", one + "/state", "getSubscriptionState", {"cursor"}, on(show_subscription_state)},
        {"GET", page, "getSubscriptionPage", {}, on(show_page)},
        {"POST", page, "postSubscriptionPage", {}, on(use_page)},
    };
}

} // namespace gateway::serve::subscribe

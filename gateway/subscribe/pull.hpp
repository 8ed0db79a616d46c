// Pull: subscribers that come and take. They read /api/v1/subscriptions/ID/feed and say how far they are; nothing is sent.
#pragma once

#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

class Pull final : public Way {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "pull"; }
    [[nodiscard]] std::string why_not(Subscription const& subscription) const override {
        if (!subscription.address.empty())
            return "a subscription of way pull has no address: its owner comes and takes";
        if (!subscription.options.empty())
            return "a subscription of way pull has no option '" + subscription.options.begin()->first + "'";
        if (auto const& format = subscription.format; !format.empty() && format != "json" && format != "avro")
            return "format has the value '" + format + "'; expected json or avro";
        return {};
    }
    [[nodiscard]] bool pushes() const noexcept override { return false; }
    Outcome deliver(Subscription const&, Batch const&) override {
        return {Outcome::Kind::refused, {}, true, 0, {}};
    }
};

} // namespace gateway::subscribe

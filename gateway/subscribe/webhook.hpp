// Webhook: tells a program of the county that something changed, signed, and where to read it.
//
// Shape    POST of {"type","timestamp","data"} (docs/subscriptions.md): what changed how often and a link to the page of
//          the feed that tells it. Never a value: who intercepts a message knows nothing that is not public.
//          2xx takes it; 410 ends it; everything else, redirects too, is tried again (retry.hpp).
// Consent  before the first message the receiver is asked, with the same signature: it answers 2xx and gives the word
//          back that it was sent, as the whole body or as {"challenge": "..."}. So nobody can be called who did not ask
//          for it.
// Guard    every connection is checked with the number that is connected to; redirects are not followed; no proxy
// Source   Standard Webhooks 1.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/subscribe/guard.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

struct WebhookSettings {
    Guard guard = {};
    /// Secrets in force, newest first; from any thread.
    std::function<std::vector<std::string>(std::string const& subscription)> secrets = {};
    /// Address of the page of the feed that tells a batch; empty where the gateway has no address of its own.
    std::function<std::string(Subscription const&, Batch const&)> link = {};
    std::function<UnixTime()> now = {};
    std::string user_agent = "kreislauf";
    std::int64_t connect_timeout_ms = 5'000;
    std::int64_t timeout_ms = 15'000;      ///< of everything
    std::vector<std::string> resolve = {}; ///< "host:port:address", as gateway/http/curl_transport.hpp
};

class Webhook final : public Way {
  public:
    explicit Webhook(WebhookSettings settings);
    ~Webhook() override;

    [[nodiscard]] std::string_view name() const noexcept override { return "webhook"; }
    [[nodiscard]] std::string why_not(Subscription const& subscription) const override;
    [[nodiscard]] bool asks_consent() const noexcept override { return true; }
    [[nodiscard]] bool wants_secret() const noexcept override { return true; }
    Outcome ask(Subscription const& subscription) override;
    Outcome deliver(Subscription const& subscription, Batch const& batch) override;
    [[nodiscard]] std::string host_of(Subscription const& subscription) const override;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// "msg_" and 24 random digits.
std::string new_message_id();

} // namespace gateway::subscribe

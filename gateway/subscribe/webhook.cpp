#include "gateway/subscribe/webhook.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/http/curl_transport.hpp"
#include "gateway/io/file.hpp"
#include "gateway/subscribe/payload.hpp"
#include "gateway/subscribe/retry.hpp"
#include "gateway/subscribe/signature.hpp"

namespace gateway::subscribe {
namespace {

constexpr std::uint64_t largest_answer = 64 << 10U;

std::string random_hex(std::size_t bytes) {
    std::string noise(bytes, '\0');
    if (::getrandom(noise.data(), noise.size(), 0) != static_cast<ssize_t>(noise.size()))
        throw Error{Errc::io, io::reason_text("cannot get random numbers of", "the machine", errno)};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (char const c : noise) {
        auto const byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

http::CurlOptions transport_options(WebhookSettings const& settings) {
    http::CurlOptions options;
    options.user_agent = settings.user_agent;
    options.connect_timeout_ms = settings.connect_timeout_ms;
    options.stall_timeout_ms = settings.timeout_ms;
    options.follow_redirects = false;
    options.resolve = settings.resolve;
    options.objection = [&guard = settings.guard](sockaddr const& address, bool encrypted) -> std::string {
        auto const number = ip_from(address);
        if (!number) return "it is no address of the internet";
        if (auto why = guard.why_not(*number); !why.empty()) return why;
        if (!encrypted && !guard.may_be_plain(*number))
            return number->to_string() + " is not in a network to which http:// is allowed";
        return {};
    };
    return options;
}

Outcome outcome_of(HttpResponse const& response, UnixTime now) {
    Outcome outcome;
    outcome.status = response.status;
    if (response.status >= 200 && response.status < 300) return outcome;
    outcome.text = "the receiver answered " + std::to_string(response.status);
    if (response.status == 410) {
        outcome.kind = Outcome::Kind::gone;
        outcome.text += " (gone): it wants no more messages";
        return outcome;
    }
    outcome.kind = Outcome::Kind::again;
    if (response.status >= 300 && response.status < 400)
        outcome.text += ", a redirect; redirects are not followed, subscribe with the new address";
    outcome.try_at = retry_after(response.header("retry-after"), now);
    return outcome;
}

} // namespace

struct Webhook::Parts {
    explicit Parts(WebhookSettings the_settings)
        : settings{std::move(the_settings)}, transport{transport_options(settings)} {}

    HttpResponse send(Subscription const& subscription, std::string const& message, std::string const& body) {
        auto const secrets = settings.secrets(subscription.id);
        if (secrets.empty())
            throw Error{Errc::not_found, "subscription " + subscription.id +
                                             " has no secret to sign with; kreislauf subscribe change " +
                                             subscription.id + " --new-secret makes one"};
        auto const time = settings.now();
        HttpRequest request;
        request.url = subscription.address;
        request.body = body;
        request.timeout_ms = settings.timeout_ms;
        request.body_limit_bytes = largest_answer;
        request.headers = {{"Content-Type", "application/json"},
                           {"webhook-id", message},
                           {"webhook-timestamp", std::to_string(time)}};
        request.secret_headers = {{"webhook-signature", sign(message, time, body, secrets)}};
        return transport.send(request);
    }

    template <typename Look>
    Outcome try_to(Subscription const& subscription, std::string const& message, std::string const& body,
                   Look const& look) {
        try {
            auto const response = send(subscription, message, body);
            auto outcome = outcome_of(response, settings.now());
            if (outcome.kind == Outcome::Kind::delivered) look(response, outcome);
            return outcome;
        } catch (Error const& error) {
            Outcome outcome;
            outcome.kind = Outcome::Kind::again;
            outcome.text = error.what();
            return outcome;
        }
    }

    WebhookSettings settings;
    http::CurlTransport transport;
};

Webhook::Webhook(WebhookSettings settings) : parts_(std::make_unique<Parts>(std::move(settings))) {}
Webhook::~Webhook() = default;

std::string Webhook::why_not(Subscription const& subscription) const {
    if (!subscription.format.empty() && subscription.format != "json")
        return "format has the value '" + subscription.format +
               "'; a webhook is sent as json, what changed is read from the feed in any format";
    if (!subscription.options.empty())
        return "a webhook has no option '" + subscription.options.begin()->first + "'";
    return parts_->settings.guard.why_not(std::string_view{subscription.address});
}

Outcome Webhook::ask(Subscription const& subscription) {
    auto const challenge = random_hex(16);
    auto const body = consent_body(subscription, challenge, parts_->settings.now());
    return parts_->try_to(
        subscription, new_message_id(), body, [&](HttpResponse const& response, Outcome& outcome) {
            if (gives_back(response.body, challenge)) return;
            outcome.kind = Outcome::Kind::again;
            outcome.text =
                "the receiver answered " + std::to_string(response.status) +
                " but did not give the challenge back; it must answer with the word in data.challenge";
        });
}

Outcome Webhook::deliver(Subscription const& subscription, Batch const& batch) {
    auto const link = parts_->settings.link ? parts_->settings.link(subscription, batch) : std::string{};
    return parts_->try_to(subscription, batch.message, webhook_body(subscription, batch, link),
                          [](HttpResponse const&, Outcome const&) {});
}

std::string Webhook::host_of(Subscription const& subscription) const {
    std::string_view rest = subscription.address;
    if (auto const mark = rest.find("://"); mark != std::string_view::npos) rest.remove_prefix(mark + 3);
    rest = rest.substr(0, rest.find_first_of("/?"));
    auto const bracket = rest.find(']');
    auto const colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
    std::string host{rest.substr(0, colon)};
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return host;
}

std::string new_message_id() {
    return "msg_" + random_hex(12);
}

} // namespace gateway::subscribe

#include "adapters/genesis/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/genesis/masking.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using gateway::Fields;
using std::chrono::milliseconds;

/// The source is there, and what it serves is damaged each time: that is another trouble than no answer.
Errc errc_after_tries(Errc last) noexcept {
    return last == Errc::truncated || last == Errc::checksum ? last : Errc::source_unavailable;
}

/// Header fields worth keeping with a document.
Fields kept_headers(gateway::HttpResponse const& response) {
    constexpr std::array<std::string_view, 8> names{
        "Content-Type", "Content-Length", "Content-Disposition", "Content-Encoding",
        "Date",         "Last-Modified",  "Retry-After",         "Location"};
    Fields kept;
    for (auto const name : names)
        if (auto const value = response.header(name); !value.empty()) kept.emplace_back(name, value);
    return kept;
}

/// Holds one of the places that a service grants at a time.
class Place {
  public:
    Place(std::mutex& mutex, std::condition_variable& free, unsigned& under_way, unsigned limit)
        : mutex_{mutex}, free_{free}, under_way_{under_way} {
        std::unique_lock lock{mutex_};
        free_.wait(lock, [&] { return under_way_ < limit; });
        ++under_way_;
    }
    ~Place() {
        {
            auto const lock = std::scoped_lock{mutex_};
            --under_way_;
        }
        free_.notify_one();
    }
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;

  private:
    std::mutex& mutex_;
    std::condition_variable& free_;
    unsigned& under_way_;
};

std::string_view value_of(Fields const& fields, std::string_view name) {
    for (auto const& [key, value] : fields)
        if (key == name) return value;
    return {};
}

} // namespace

std::string form_text(Fields const& parameters) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    auto const add = [&](std::string_view text) {
        for (char const c : text) {
            auto const byte = static_cast<unsigned char>(c);
            auto const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               c == '-' || c == '_' || c == '.' || c == '*';
            if (plain) {
                out += c;
            } else if (c == ' ') {
                out += '+';
            } else {
                out += '%';
                out += digits[byte >> 4U];
                out += digits[byte & 15U];
            }
        }
    };
    for (auto const& [name, value] : parameters) {
        if (!out.empty()) out += '&';
        add(name);
        out += '=';
        add(value);
    }
    return out;
}

Session::Session(gateway::Transport& transport, Service service, Credentials credentials,
                 gateway::Clock clock, RawSink sink, RetryPolicy policy)
    : transport_{transport}, service_{std::move(service)}, credentials_{std::move(credentials)},
      clock_{std::move(clock)}, sink_{std::move(sink)}, policy_{policy} {}

std::string Session::place(std::string_view endpoint, Fields const& parameters) const {
    auto text = service_.id + " " + std::string{endpoint};
    for (auto const* const name : {"name", "selection", "term"})
        if (auto const value = value_of(parameters, name); !value.empty())
            return text + " " + std::string{value};
    return text;
}

milliseconds Session::pause_before(unsigned attempt, bool back_off) const {
    auto pause = policy_.first_pause * (back_off ? policy_.back_off_factor : 1U);
    for (unsigned i = 1; i < attempt && pause < policy_.longest_pause; ++i) pause *= policy_.growth;
    return std::min(pause, policy_.longest_pause);
}

Reply Session::receive(std::string_view endpoint, Fields const& parameters, CallOptions const& options) {
    gateway::HttpRequest request;
    request.url = service_.url + std::string{endpoint};
    // Without the charset the source reads the form as Latin-1 and finds no umlaut.
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}};
    request.secret_headers = credentials_.header_fields();
    request.body = form_text(parameters);
    request.timeout_ms = options.timeout_ms;

    gateway::HttpResponse response;
    {
        Place const place{mutex_, free_, under_way_, service_.max_parallel};
        response = transport_.send(request);
    }
    Reply reply;
    reply.document.provenance = {
        service_.id,     request.url, std::string{endpoint}, parameters, kept_headers(response),
        response.status, clock_.now()};
    reply.payload = payload_of(response.body);
    reply.document.bytes = masked_answer(std::move(response.body), reply.payload, credentials_);
    if (sink_) sink_(reply.document);
    if (reply.payload == Payload::json) {
        try {
            reply.answer = parse_answer(reply.document.bytes);
        } catch (Error const&) {
            reply.answer.reset(); // judged as cut
        }
    }
    return reply;
}

Reply Session::call(std::string_view endpoint, Fields const& parameters, CallOptions const& options) {
    auto const most = options.once ? 1U : std::max(1U, policy_.attempts);
    auto const begun = clock_.now();
    for (unsigned attempt = 1;; ++attempt) {
        Verdict verdict;
        std::optional<milliseconds> asked_for;
        auto const sent = clock_.now();
        try {
            auto reply = receive(endpoint, parameters, options);
            verdict = judge(reply);
            if (verdict.next == Verdict::Next::use) return reply;
            for (auto const& [name, value] : reply.document.provenance.headers)
                if (name == "Retry-After") asked_for = retry_after(value, clock_.now());
        } catch (Error const& error) {
            if (error.code() != Errc::source_unavailable) throw;
            auto const waited_ms = (clock_.now() - sent) * 1000;
            if (options.report_timeout && waited_ms * 10 >= options.timeout_ms * 9) {
                Reply reply;
                reply.timed_out = true;
                return reply;
            }
            verdict = {Verdict::Next::retry, error.code(), error.what()};
        }
        auto const where = place(endpoint, parameters) + ": ";
        if (verdict.next == Verdict::Next::stop) throw Error{verdict.errc, where + verdict.text};
        if (attempt == most)
            throw Error{
                options.once ? Errc::source_unavailable : errc_after_tries(verdict.errc),
                where + verdict.text + "; tried " + std::to_string(most) +
                    (most == 1 ? " time" : " times in " + std::to_string(clock_.now() - begun) + " s") +
                    "; try again later"};
        auto const own = pause_before(attempt, verdict.next == Verdict::Next::back_off);
        clock_.sleep(std::min(std::max(own, asked_for.value_or(milliseconds{0})), policy_.longest_pause));
    }
}

} // namespace adapters::genesis

#include "gateway/serve/service.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <random>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/access/gate.hpp"
#include "gateway/serve/api/routes.hpp"
#include "gateway/serve/page.hpp"
#include "gateway/serve/router.hpp"
#include "gateway/serve/stores.hpp"

namespace gateway::serve {
namespace {

/// The caller's own number where it is one, else a new one: to find a request in two logs.
std::string request_id_of(http::Request const& request) {
    constexpr std::size_t longest = 64;
    auto const given = request.header("X-Request-Id");
    auto const good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    };
    if (!given.empty() && given.size() <= longest && std::all_of(given.begin(), given.end(), good))
        return std::string{given};
    static std::atomic<std::uint64_t> next{std::random_device{}()};
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
    char text[17];
    std::uint64_t const mixed = ++next * odd;
    std::snprintf(text, sizeof text, "%016" PRIx64, mixed);
    return text;
}

/// Host of the request where it is one; what is no host is left out, as it would end up in links.
std::string base_of(http::Request const& request, Settings const& settings) {
    if (!settings.public_url.empty()) return settings.public_url;
    auto const host = request.header("Host");
    auto const good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == ':' || c == '[' || c == ']';
    };
    if (host.empty() || !std::all_of(host.begin(), host.end(), good)) return {};
    return (request.secure ? "https://" : "http://") + std::string{host};
}

/// RFC 9110, 13.1.2: weak comparison.
bool is_listed(std::string_view list, std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    for (auto const& one : weighted_values(list)) {
        std::string_view value = one.value;
        if (value == "*") return true;
        if (value.starts_with("w/")) value.remove_prefix(2);
        if (value == tag) return true;
    }
    return false;
}

} // namespace

namespace {

/// The leases of one call. While its handler runs, the same one is given again and again.
class Leases {
  public:
    Leases(Stores& stores, std::shared_ptr<access::Release const> release)
        : stores_(stores), release_(std::move(release)) {}

    std::shared_ptr<Lease> get() {
        if (auto last = last_.lock()) return last;
        auto lease = stores_.lease(release_, caller_, audit_);
        last_ = lease;
        if (holding_) held_ = lease;
        return lease;
    }
    void let_go() {
        holding_ = false;
        held_.reset();
    }
    void set_caller(access::Caller caller) { caller_ = std::move(caller); }
    [[nodiscard]] access::Audit& audit() noexcept { return *audit_; }
    [[nodiscard]] access::Release const& release() const noexcept { return *release_; }

  private:
    Stores& stores_;
    std::shared_ptr<access::Release const> release_;
    access::Caller caller_;
    std::shared_ptr<access::Audit> audit_ = std::make_shared<access::Audit>();
    std::shared_ptr<Lease> held_;
    std::weak_ptr<Lease> last_;
    bool holding_ = true;
};

/// Writes down the datasets that were read and are not yet recorded.
void record_new(access::Gate& gate, access::Caller const& caller, std::string const& target,
                std::string const& request_id, access::Audit& audit) {
    if (audit.read.size() == audit.written.size()) return;
    std::set<std::string> fresh;
    for (auto const& dataset : audit.read)
        if (audit.written.count(dataset) == 0) fresh.insert(dataset);
    gate.record(caller, target, fresh, request_id);
    audit.written = audit.read;
}

/// A body of which no byte leaves before it is recorded whose data it holds.
class RecordedBody final : public http::BodySource {
  public:
    RecordedBody(std::unique_ptr<http::BodySource> inner, std::shared_ptr<Leases> leases, access::Gate& gate,
                 Call const& call)
        : inner_(std::move(inner)), leases_(std::move(leases)), gate_(gate), caller_(call.caller),
          target_(call.request.target), request_id_(call.request_id) {}
    bool next(std::string& out) override {
        std::string piece;
        bool const more = inner_->next(piece);
        record_new(gate_, caller_, target_, request_id_, leases_->audit());
        out += piece;
        return more;
    }
    [[nodiscard]] std::chrono::milliseconds pause() const override { return inner_->pause(); }
    [[nodiscard]] bool holds_head() const override { return inner_->holds_head(); }
    [[nodiscard]] http::Headers late_head() override { return inner_->late_head(); }

  private:
    std::unique_ptr<http::BodySource> inner_;
    std::shared_ptr<Leases> leases_;
    access::Gate& gate_;
    access::Caller caller_;
    std::string target_, request_id_;
};

} // namespace

struct GatewayService::Parts {
    Parts(Settings wanted, std::vector<Mount> mounts, std::vector<Route> more)
        : settings(std::move(wanted)), stores(settings.store, settings.most_stores),
          gate(settings.state, settings.limits, settings.complain, settings.now), shelf(settings, stores),
          router(joined(api::routes(shelf), std::move(more)), std::move(mounts)) {}

    static std::vector<Route> joined(std::vector<Route> routes, std::vector<Route> more) {
        std::move(more.begin(), more.end(), std::back_inserter(routes));
        return routes;
    }

    Settings settings;
    Stores stores;
    access::Gate gate;
    api::Shelf shelf;
    Router router;

    void complain(std::string const& id, http::Request const& request, char const* what) const {
        if (!settings.complain) return;
        auto const path = path_and_query(request.target).first;
        settings.complain(id + " " + request.method + " " + std::string{path} + ": " + what);
    }
    class Receiver;
    Call call_of(http::Request const& request, std::shared_ptr<Leases> const& leases);
    void admit(Call& call, Leases& leases);
    /// What `work` gives, or what it throws as an answer.
    http::Response guarded(Call& call, std::function<http::Response()> const& work);
    void settle(Call const& call, std::shared_ptr<Leases> const& leases, http::Response& response) {
        leases->let_go();
        audit(call, leases, response);
        finish(call, response);
    }
    void audit(Call const& call, std::shared_ptr<Leases> const& leases, http::Response& response);
    void finish(Call const& call, http::Response& response) const;
};

Call GatewayService::Parts::call_of(http::Request const& request, std::shared_ptr<Leases> const& leases) {
    auto const [path, query] = path_and_query(request.target);
    Call call{request, path, query, {}};
    call.language = language_of(request.header("Accept-Language"));
    call.request_id = request_id_of(request);
    call.base = base_of(request, settings);
    call.generation = stores.generation_now();
    call.lease = [leases] { return leases->get(); };
    return call;
}

void GatewayService::Parts::admit(Call& call, Leases& leases) {
    call.caller = gate.admit(call.request);
    leases.set_caller(call.caller);
    if (!leases.release().all_public())
        call.view = std::to_string(gate.revision()) + " " +
                    (call.caller.scope ? access::to_string(*call.caller.scope) : "public");
    auto pairs = query_pairs(call.query);
    if (!pairs && router.mount_of(call.path) == nullptr)
        throw Refusal{bad_value("?", call.query, {"percent-encoded UTF-8", "UTF-8 in Prozentschreibweise"})};
    if (pairs) call.parameters = std::move(*pairs);
}

http::Response GatewayService::Parts::guarded(Call& call, std::function<http::Response()> const& work) {
    auto const refuse = [&](Problem const& problem) {
        auto const* const mount = router.mount_of(call.path);
        if (mount != nullptr && mount->problem) return mount->problem(call, problem);
        return answer_problem(call, problem);
    };
    try {
        return work();
    } catch (Refusal const& refusal) {
        return refuse(refusal.problem());
    } catch (Error const& error) {
        auto const problem = problem_of(error);
        if (problem.status >= 500) complain(call.request_id, call.request, error.what());
        return refuse(problem);
    } catch (std::exception const& error) {
        complain(call.request_id, call.request, error.what());
        return refuse(problem_of(Error{Errc::io, error.what()}));
    }
}

void GatewayService::Parts::audit(Call const& call, std::shared_ptr<Leases> const& leases,
                                  http::Response& response) {
    try {
        record_new(gate, call.caller, call.request.target, call.request_id, leases->audit());
    } catch (std::exception const& error) {
        complain(call.request_id, call.request, error.what());
        response = answer_problem(problem_of(Error{Errc::io, error.what()}), call.language, call.request_id);
        return;
    }
    auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body);
    if (source != nullptr && *source && call.caller.scope)
        *source = std::make_unique<RecordedBody>(std::move(*source), leases, gate, call);
}

void GatewayService::Parts::finish(Call const& call, http::Response& response) const {
    auto& headers = response.headers;
    auto const add = [&headers](char const* name, std::string value) {
        if (http::header(headers, name).empty()) headers.emplace_back(name, std::move(value));
    };
    bool const get = call.request.method == "GET" || call.request.method == "HEAD";
    auto const* const whole = std::get_if<std::shared_ptr<std::string const>>(&response.body);
    // Most answers have a tag of what they are made from; hashing the text takes as long as making it.
    if (get && response.status == 200 && whole != nullptr && *whole && http::header(headers, "ETag").empty())
        add("ETag", "\"" + io::sha256_hex(**whole).substr(0, 32) + "\"");
    if (get && response.status == 200)
        if (auto const known = call.request.header("If-None-Match");
            !known.empty() && is_listed(known, http::header(headers, "ETag"))) {
            response.status = 304;
            response.body = std::monostate{};
            headers.erase(std::remove_if(headers.begin(), headers.end(),
                                         [](auto const& one) {
                                             return one.first == "Content-Type" ||
                                                    one.first == "Content-Disposition";
                                         }),
                          headers.end());
        }
    add("Vary", "Accept, Accept-Language, Authorization, X-API-Key");
    add("Access-Control-Allow-Origin", "*");
    add("Access-Control-Expose-Headers",
        "ETag, Link, Location, Retry-After, Content-Disposition, X-Request-Id, X-Kreislauf-Cursor, "
        "X-Kreislauf-More, X-Kreislauf-Full, X-Kreislauf-Left-Out");
    add("Cache-Control", call.caller.scope ? "private, no-cache" : "no-cache");
    // Only what everybody may see, and only answers that are whole.
    response.shared = response.shared && response.status == 200 && get && !call.caller.scope;
    if (!response.shared) add("X-Request-Id", call.request_id);
    if (!call.caller.key_id.empty()) add("X-Kreislauf-Key-Id", call.caller.key_id);
}

GatewayService::GatewayService(Settings settings, std::vector<Mount> mounts, std::vector<Route> more) {
    if (settings.state.empty()) settings.state = settings.store + "/service";
    if (!settings.now) settings.now = Clock::system().now;
    parts_ = std::make_unique<Parts>(std::move(settings), std::move(mounts), std::move(more));
}

GatewayService::~GatewayService() = default;

http::Response GatewayService::answer(http::Request const& request) {
    auto const leases = std::make_shared<Leases>(parts_->stores, parts_->gate.release());
    auto call = parts_->call_of(request, leases);
    auto response = parts_->guarded(call, [&] {
        parts_->admit(call, *leases);
        return parts_->router.dispatch(call);
    });
    parts_->settle(call, leases, response);
    return response;
}

/// A body that a route takes while it arrives; its answers are finished as all are.
class GatewayService::Parts::Receiver final : public http::BodySink {
  public:
    Receiver(Parts& parts, http::Request const& request)
        : parts_(parts), leases_(std::make_shared<Leases>(parts.stores, parts.gate.release())),
          call_(parts.call_of(request, leases_)) {}

    std::optional<http::Response> begin() {
        return unless_done([&]() -> std::optional<http::Response> {
            parts_.admit(call_, *leases_);
            inner_ = parts_.router.receive(call_);
            return std::nullopt;
        });
    }
    std::optional<http::Response> take(std::string_view piece) override {
        return unless_done([&] { return inner_->take(piece); });
    }
    http::Response end() override {
        return *unless_done([&] { return std::optional{inner_->end()}; });
    }

  private:
    std::optional<http::Response> unless_done(std::function<std::optional<http::Response>()> const& step) {
        bool goes_on = false;
        auto response = parts_.guarded(call_, [&] {
            auto early = step();
            goes_on = !early;
            return early ? std::move(*early) : http::Response{};
        });
        leases_->let_go(); // a body may take hours
        if (goes_on) return std::nullopt;
        parts_.settle(call_, leases_, response);
        return response;
    }

    Parts& parts_;
    std::shared_ptr<Leases> leases_;
    Call call_;
    std::unique_ptr<http::BodySink> inner_;
};

bool GatewayService::receives(std::string_view method, std::string_view target) noexcept {
    try {
        return parts_->router.receives(method, path_and_query(target).first);
    } catch (std::exception const&) {
        return false; // no memory: then the handler is asked
    }
}

http::Reception GatewayService::receive(http::Request const& request) {
    auto receiver = std::make_unique<Parts::Receiver>(*parts_, request);
    if (auto refusal = receiver->begin()) return std::move(*refusal);
    return receiver;
}

std::uint64_t GatewayService::generation() noexcept {
    return parts_->stores.generation() ^ parts_->gate.revision() << 48U;
}

std::uint64_t GatewayService::generation_now() noexcept {
    return parts_->stores.generation_now() ^ parts_->gate.revision() << 48U;
}

std::string GatewayService::trouble() {
    if (parts_->settings.leaving && parts_->settings.leaving()) return "the program was told to stop";
    try {
        access::Caller const nobody;
        auto const audit = std::make_shared<access::Audit>();
        auto const lease = parts_->stores.lease(parts_->gate.release(), nobody, audit);
        static_cast<void>(lease->store().datasets());
        return {};
    } catch (std::exception const& error) {
        return error.what();
    }
}

std::vector<Route> const& GatewayService::routes() const noexcept {
    return parts_->router.routes();
}

} // namespace gateway::serve

#include "gateway/http/server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>
#include <thread>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/http/connection.hpp"
#include "gateway/http/server_core.hpp"

namespace gateway::http {
namespace {

/// Connections are looked at some at a time, so that ten thousand of them hold nobody up: all within eight ticks.
constexpr std::chrono::milliseconds tick_time{40};
constexpr unsigned ticks_of_a_second = 25;
constexpr std::uint64_t few_jobs = 16; ///< in a second
constexpr std::uint64_t many_jobs = 256;
constexpr unsigned most_seconds = 30;   ///< memory waits to be given back
constexpr unsigned ticks_to_trim = 128; ///< five seconds: a wave of clients does not end before
constexpr std::size_t looked_at_once = 256;
/// When the machine has no descriptor left: long enough to let some go, short enough not to be noticed.
constexpr std::chrono::milliseconds pause_time{50};
constexpr int accepted_at_once = 64;
/// Of the bodies that wait, so many are asked in a tick when the data changed: other requests get their turn between.
constexpr std::size_t woken_at_once = 64;
/// A connection that was silent so long gives way where there are too many.
constexpr std::chrono::milliseconds room_after{1000};

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
    [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

[[noreturn]] void bad_address(std::string const& text) {
    throw Error{Errc::invalid_argument,
                "cannot listen on '" + text + "': expected ADDRESS:PORT, as in 127.0.0.1:8080 or [::1]:8080"};
}

Address read_address(std::string const& text) {
    auto const colon = text.rfind(':');
    if (colon == std::string::npos) bad_address(text);
    auto host = text.substr(0, colon);
    unsigned port = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc{} || stop != end || port > 65535) bad_address(text);
    if (host == "localhost") host = "127.0.0.1";
    Address address;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        auto* const in6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(static_cast<std::uint16_t>(port));
        if (::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &in6->sin6_addr) != 1)
            bad_address(text);
        address.length = sizeof(sockaddr_in6);
    } else {
        auto* const in4 = reinterpret_cast<sockaddr_in*>(&address.storage);
        in4->sin_family = AF_INET;
        in4->sin_port = htons(static_cast<std::uint16_t>(port));
        if (::inet_pton(AF_INET, host.c_str(), &in4->sin_addr) != 1) bad_address(text);
        address.length = sizeof(sockaddr_in);
    }
    return address;
}

/// "127.0.0.1:50412", "[::1]:50412"
std::string text_of(sockaddr_storage const& storage) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET6) {
        auto const* const in6 = reinterpret_cast<sockaddr_in6 const*>(&storage);
        ::inet_ntop(AF_INET6, &in6->sin6_addr, text.data(), text.size());
        return "[" + std::string{text.data()} + "]:" + std::to_string(ntohs(in6->sin6_port));
    }
    auto const* const in4 = reinterpret_cast<sockaddr_in const*>(&storage);
    ::inet_ntop(AF_INET, &in4->sin_addr, text.data(), text.size());
    return std::string{text.data()} + ":" + std::to_string(ntohs(in4->sin_port));
}

int bind_to(std::string const& text, std::string& bound) {
    auto address = read_address(text);
    int const descriptor = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    auto const fail = [&](char const* what) {
        auto const reason = std::string{std::strerror(errno)};
        if (descriptor >= 0) ::close(descriptor);
        throw Error{Errc::io, "cannot listen on " + text + ": " + what + ": " + reason};
    };
    if (descriptor < 0) fail("socket");
    int const on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address.storage.ss_family == AF_INET6)
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (::bind(descriptor, address.get(), address.length) != 0) fail("bind");
    if (::listen(descriptor, 4096) != 0) fail("listen");
    Address chosen;
    chosen.length = sizeof(chosen.storage);
    if (::getsockname(descriptor, chosen.get(), &chosen.length) != 0) fail("getsockname");
    bound = text_of(chosen.storage);
    return descriptor;
}

/// Takes connections from one address.
class Listener final : public Readiness, public std::enable_shared_from_this<Listener> {
  public:
    Listener(Core& core, int descriptor) : core_{core}, watch_{core.loop.watch(descriptor)} {}

    void ready() override {
        for (int i = 0; i < accepted_at_once && !closed_; ++i)
            if (!accept_one()) return;
        if (!closed_) core_.loop.post([self = shared_from_this()] { self->ready(); });
    }
    void close() {
        closed_ = true;
        watch_->close();
    }

  private:
    bool accept_one() {
        Address peer;
        peer.length = sizeof(peer.storage);
        int const descriptor =
            ::accept4(watch_->descriptor(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) return true;
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                watch_->readable(shared_from_this());
            else // no descriptors, no memory: connections that wait are taken when others have ended
                core_.loop.after(pause_time, [self = shared_from_this()] {
                    if (!self->closed_) self->ready();
                });
            return false;
        }
        int const on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        take(descriptor, text_of(peer.storage));
        return true;
    }
    void take(int descriptor, std::string remote) {
        std::unique_ptr<Watch> watch;
        std::unique_ptr<Channel> channel;
        try {
            watch = core_.loop.watch(descriptor);
            channel = core_.tls ? core_.tls->channel(descriptor) : make_plain_channel(descriptor);
        } catch (Error const& error) {
            if (!watch) ::close(descriptor);
            core_.complain(error.what());
            return;
        }
        auto connection =
            std::make_shared<Connection>(core_, std::move(watch), std::move(channel), std::move(remote));
        connection->place = core_.connections.size();
        core_.connections.push_back(connection);
        core_.metrics.connection_opened();
        if (core_.connections.size() > core_.options.limits.connections) make_room();
        if (core_.connections.size() <= core_.options.limits.connections) return connection->step();
        core_.metrics.connection_refused();
        connection->turn_away({503, "too many connections; try again"});
    }

    /// Closes the connection that was silent longest among some: one that only waits is worth less than a new one.
    void make_room() {
        auto const now = std::chrono::steady_clock::now();
        auto const& all = core_.connections;
        std::shared_ptr<Connection> longest;
        auto time = room_after;
        for (std::size_t i = std::min(all.size(), looked_at_once); i > 0; --i) {
            next_ = next_ + 1 < all.size() ? next_ + 1 : 0;
            if (all[next_]->idle_time(now) < time) continue;
            longest = all[next_];
            time = longest->idle_time(now);
        }
        if (longest) longest->wind_down();
    }

    Core& core_;
    std::unique_ptr<Watch> watch_;
    bool closed_ = false;
    std::size_t next_ = 0; ///< of the connections to look at
};

} // namespace

/// TLS encrypts in memory and gains nothing from a file.
std::size_t Core::most_files(ServerOptions const& options) noexcept {
    rlimit limit{};
    if (options.tls || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return std::min<std::size_t>(options.cache_files, limit.rlim_cur / 8);
}

std::string const& Core::date_field() {
    auto const now = static_cast<std::int64_t>(std::time(nullptr));
    if (now != date_second_) {
        date_ = "Date: " + http_date(now) + "\r\n";
        date_second_ = now;
    }
    return date_;
}

std::string Core::metrics_text() const {
    return metrics.text({connections.size(), workers->waiting(), cache.bytes(), cache.files()});
}

struct Server::State {
    State(Service& service, ServerOptions options) : core{service, std::move(options)} {}

    Core core;
    std::vector<std::string> addresses;
    std::vector<std::shared_ptr<Listener>> listeners;
    std::thread thread;
    bool in_time = true;
    std::chrono::steady_clock::time_point stop_by;
    /// Many answers at once leave memory that nobody has and the program holds: time to give it back is when few come.
    void give_back_memory() {
        ++seconds_;
        auto const since = core.jobs - std::exchange(jobs_seen_, core.jobs);
        if (core.jobs - jobs_given_back_ < many_jobs || (since > few_jobs && seconds_ < most_seconds)) return;
        jobs_given_back_ = core.jobs;
        seconds_ = 0;
        if (core.options.after_many) core.workers->add(core.options.after_many, 1, Workers::Lane::waiting);
    }

    unsigned ticks_ = 0;
    unsigned seconds_ = 0;                              ///< since memory was given back
    std::uint64_t jobs_seen_ = 0, jobs_given_back_ = 0; ///< Core::jobs then
    std::size_t next_ = 0;                              ///< of the connections to look at

    void tick() {
        auto const now = std::chrono::steady_clock::now();
        if (++ticks_ % ticks_to_trim == 0) core.pieces.trim();
        if (ticks_ % ticks_of_a_second == 0) give_back_memory();
        auto& all = core.connections;
        // One that closes gives its place to the last, which is then looked at in the next round.
        auto left = std::min(all.size(), std::max(looked_at_once, all.size() / 8));
        for (; left > 0 && !all.empty(); --left) {
            if (next_ >= all.size()) next_ = 0;
            auto const connection = all[next_++];
            connection->tick(now);
        }
        wake_waiting();
        if (!core.stopping) return;
        if (!all.empty() && now < stop_by) return;
        in_time = all.empty();
        while (!all.empty()) {
            auto const connection = all.back();
            connection->abort();
        }
        core.loop.stop();
    }
    /// Bodies that wait are asked again where the data is another than they know.
    void wake_waiting() {
        if (core.waiting.empty()) return;
        auto const generation = core.service.generation();
        std::size_t woken = 0;
        for (auto i = core.waiting.size(); i-- > 0 && woken < woken_at_once;) {
            auto* const connection = core.waiting[i]; // its place goes to the last one, which was looked at
            if (connection->has_heard(generation)) continue;
            connection->wake();
            ++woken;
        }
    }
    void begin_stop() {
        if (core.stopping.exchange(true)) return;
        stop_by = std::chrono::steady_clock::now() + core.options.limits.stop_time;
        for (auto const& listener : listeners) listener->close();
        for (std::size_t i = core.connections.size(); i-- > 0;) {
            auto const connection = core.connections[i];
            connection->wind_down();
        }
        tick();
    }
};

Server::Server(Service& service, ServerOptions options) : state_{new State{service, std::move(options)}} {
    std::signal(SIGPIPE, SIG_IGN); // the TLS library writes without MSG_NOSIGNAL
    auto& core = state_->core;
    if (core.options.tls) core.tls = std::make_unique<TlsContext>(*core.options.tls);
    for (auto const& text : core.options.listen) {
        std::string bound;
        int const descriptor = bind_to(text, bound);
        state_->listeners.push_back(std::make_shared<Listener>(core, descriptor));
        state_->addresses.push_back((core.options.tls ? "https://" : "http://") + bound);
    }
}

Server::~Server() {
    if (state_->thread.joinable()) {
        request_stop();
        wait();
    }
}

std::vector<std::string> const& Server::addresses() const noexcept {
    return state_->addresses;
}

void Server::start() {
    auto& core = state_->core;
    auto workers = core.options.workers;
    if (workers == 0) workers = std::max(4U, 2 * std::thread::hardware_concurrency());
    core.workers = std::make_unique<Workers>(workers);
    for (auto const& listener : state_->listeners) core.loop.post([listener] { listener->ready(); });
    core.loop.every(tick_time, [state = state_.get()] { state->tick(); });
    state_->thread = std::thread{[&core] { core.loop.run(); }};
}

void Server::request_stop() {
    state_->core.loop.post([state = state_.get()] { state->begin_stop(); });
}

void Server::reload() {
    state_->core.loop.post([state = state_.get()] {
        auto& core = state->core;
        if (core.options.access_log) core.options.access_log->reopen();
        if (!core.options.tls) return;
        try {
            core.tls = std::make_unique<TlsContext>(*core.options.tls);
        } catch (Error const& error) {
            core.complain(std::string{error.what()} + "; the certificate of before goes on");
        }
    });
}

bool Server::wait() {
    if (state_->thread.joinable()) state_->thread.join();
    if (state_->core.workers) state_->core.workers->stop();
    return state_->in_time;
}

} // namespace gateway::http

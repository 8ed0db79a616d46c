#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/http/server.hpp"
#include "gateway/http/tls.hpp"
#include "gateway/server/deliveries.hpp"
#include "gateway/server/options.hpp"
#include "gateway/server/subscriptions.hpp"
#include "gateway/server/wiring.hpp"

namespace {

using namespace gateway;

void complain(std::string_view text) {
    std::fprintf(stderr, "kreislauf: %.*s\n", static_cast<int>(text.size()), text.data());
}

/// Files are mapped. One that somebody makes shorter while it is read has no bytes left behind its new end.
extern "C" void file_was_cut(int) {
    constexpr std::string_view text =
        "kreislauf: a file became shorter while it was read, or its disk failed (io)\n";
    static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
    _exit(1);
}

/// Ten thousand connections need as many descriptors; the usual limit is a thousand.
void raise_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Answers are made in large pieces by many threads. Left to itself the C library takes them from one heap per thread and
/// moves the limit from which a piece is memory of its own up to the largest that it saw: what is free lies between what is
/// not, and the program grows with every wave of clients. So large pieces come from the system and go back to it; what many
/// small ones left behind goes back when few clients ask, as it takes 50 ms of everybody's time, and every half minute.
void keep_memory_flat() {
    constexpr int large_bytes = 128 << 10;
    constexpr int spare_bytes = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, large_bytes);
    mallopt(M_TRIM_THRESHOLD, spare_bytes);
    mallopt(M_ARENA_MAX, static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 2U, 8U)));
}

bool is_loopback(std::string_view address) {
    return address.compare(0, 4, "127.") == 0 || address.compare(0, 5, "[::1]") == 0 ||
           address.compare(0, 10, "localhost:") == 0;
}

void warn_of_certificate(server::Options const& options) {
    if (options.tls_certificate.empty()) return;
    if (auto const concern = http::certificate_concern(options.tls_certificate, Clock::system().now()))
        complain("warning: " + *concern);
}

/// Whoever balances the load sees at /readyz that this one leaves, and sends nobody any more; who comes meanwhile is
/// answered. A second signal cuts it short.
void drain(std::chrono::seconds time, sigset_t const& ends, http::Server& server) {
    auto const until = std::chrono::steady_clock::now() + time;
    for (;;) {
        auto const left = until - std::chrono::steady_clock::now();
        if (left <= left.zero()) return;
        auto const seconds = std::chrono::floor<std::chrono::seconds>(left);
        timespec wait{};
        wait.tv_sec = seconds.count();
        wait.tv_nsec = std::chrono::nanoseconds{left - seconds}.count();
        int const signal = sigtimedwait(&ends, nullptr, &wait);
        if (signal == SIGHUP) server.reload();
        if (signal > 0 && signal != SIGHUP) return;
    }
}

int run(server::Options const& options, sigset_t const& ends) {
    std::atomic<bool> leaving{false};
    server::Deliveries deliveries{options, server::data_directory(), complain};
    server::Subscriptions subscriptions{options, server::data_directory(), complain};
    auto routes = deliveries.routes();
    for (auto& route : subscriptions.routes()) routes.push_back(std::move(route));
    auto const service = server::make_service(options, std::move(routes), deliveries.under_review(),
                                              [&leaving] { return leaving.load(); });
    auto http_options = server::server_options(options);
    http_options.after_many = [] { malloc_trim(0); }; // see keep_memory_flat()
    http::Server server{*service, std::move(http_options)};
    server.start();
    deliveries.start();
    subscriptions.start();
    for (auto const& address : server.addresses()) std::printf("listening on %s\n", address.c_str());
    std::fflush(stdout);
    if (options.tls_certificate.empty())
        for (auto const& address : options.listen)
            if (!is_loopback(address))
                complain("warning: " + address +
                         " can be reached from other machines, without TLS: keys and restricted figures "
                         "travel readable; give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a "
                         "proxy that does TLS");
    warn_of_certificate(options);
    int signal = 0;
    while (sigwait(&ends, &signal) == 0 && signal == SIGHUP) {
        server.reload();
        warn_of_certificate(options);
    }
    leaving = true;
    drain(std::chrono::seconds{options.drain_seconds}, ends, server);
    server.request_stop();
    subscriptions.request_stop();
    if (server.wait()) return 0;
    complain("stopped; answers that were not done in time were cut off");
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGBUS, file_was_cut);
    auto const parsed = server::parse_command_line(argc, argv);
    if (parsed.exit) return *parsed.exit;
    if (!parsed.complaint.empty()) {
        complain(parsed.complaint + " (invalid_argument)");
        return 2;
    }
    // Blocked before the first thread begins, so that every thread leaves them to sigwait().
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    raise_descriptors();
    keep_memory_flat();
    try {
        return run(parsed.options, ends);
    } catch (Error const& error) {
        complain(std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")");
        return error.code() == Errc::invalid_argument ? 2 : 1;
    } catch (std::exception const& error) {
        complain(std::string{error.what()} + " (internal)");
        return 1;
    }
}

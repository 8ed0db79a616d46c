#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
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

bool is_loopback(std::string_view address) {
    return address.compare(0, 4, "127.") == 0 || address.compare(0, 5, "[::1]") == 0 ||
           address.compare(0, 10, "localhost:") == 0;
}

void warn_of_certificate(server::Options const& options) {
    if (options.tls_certificate.empty()) return;
    if (auto const concern = http::certificate_concern(options.tls_certificate, Clock::system().now()))
        complain("warning: " + *concern);
}

int run(server::Options const& options, sigset_t const& ends) {
    server::Deliveries deliveries{options, server::data_directory(), complain};
    server::Subscriptions subscriptions{options, server::data_directory(), complain};
    auto routes = deliveries.routes();
    for (auto& route : subscriptions.routes()) routes.push_back(std::move(route));
    auto const service = server::make_service(options, std::move(routes), deliveries.under_review());
    http::Server server{*service, server::server_options(options)};
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

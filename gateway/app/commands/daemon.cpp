// kreislauf daemon: does what the plan says, night after night, until it is told to stop.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "gateway/app/brake_wiring.hpp"
#include "gateway/app/change_log_care.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/daemon_deliveries.hpp"
#include "gateway/app/night_run.hpp"
#include "gateway/app/report.hpp"
#include "gateway/night/daemon.hpp"
#include "gateway/night/fence.hpp"

namespace gateway::app {
namespace {

volatile std::sig_atomic_t wants_stop = 0, wants_reload = 0;

extern "C" void on_stop(int) {
    wants_stop = 1;
}
extern "C" void on_reload(int) {
    wants_reload = 1;
}

void watch_signals() {
    struct sigaction action {};
    action.sa_handler = on_stop;
    for (auto const number : {SIGTERM, SIGINT}) sigaction(number, &action, nullptr);
    action.sa_handler = on_reload;
    sigaction(SIGHUP, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

/// Tells systemd, where it started us with Type=notify: sd_notify(3).
void notify(std::string const& text) {
    char const* const path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (path == nullptr || *path == '\0' || std::strlen(path) >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path); // NOLINT(clang-analyzer-security.insecureAPI.strcpy): length checked
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    int const file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file < 0) return;
    auto const length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
    // Whoever does not listen does not need to know.
    static_cast<void>(sendto(file, text.data(), text.size(), MSG_NOSIGNAL,
                             reinterpret_cast<sockaddr const*>(&address), length)); // NOLINT: the API's way
    close(file);
}

void say(std::string const& text) {
    std::printf("kreislauf daemon: %s\n", text.c_str());
    std::fflush(stdout);
    notify("STATUS=" + text);
}

/// What one configuration made; the runner of the night refers to it.
struct Holds {
    explicit Holds(Options const& options)
        : config(night_config(options)), context(options),
          brake(context.shop, options.store, brake_rule(config)) {}
    Config config;
    JobContext context;
    night::Brake brake;
    std::optional<night::Fence> fence;
    std::optional<DaemonDeliveries> deliveries;
};

std::string who_text() {
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
    return "kreislauf daemon, process " + std::to_string(getpid()) + " on " + host.data();
}

night::Night make_night(Options const& options, std::shared_ptr<Holds>& current) {
    auto holds = std::make_shared<Holds>(options);
    auto& context = holds->context;
    auto sources = run_sources(holds->config, context.mappings, options.service_urls);
    // The last that can fail: a configuration that is not usable must not fence the daemon that goes on with the old one.
    holds->fence.emplace(*context.store, who_text(), context.shop.clock.now());
    holds->fence->guard();
    auto* const all = holds.get();
    night::RunParts parts{context.shop,
                          transport_for,
                          options.store,
                          data_directory(),
                          jitter_seed(options),
                          true,
                          [] { return wants_stop != 0; },
                          [all](std::string const& source, std::string const& table) {
                              all->fence->check();
                              notify("STATUS=asks " + source + " for " + table);
                          },
                          [](ingest::LoadReport const& report) {
                              print_report(report);
                              std::fflush(stdout);
                          },
                          say,
                          [all](ingest::Arrival const& arrival, ingest::LoadOptions& load) {
                              all->fence->check();
                              all->brake.attach(arrival, load);
                          }};
    night::Night night;
    night.runner = std::make_unique<night::Runner>(std::move(parts), std::move(sources));
    if (holds->config.night.begin_minute)
        night.window = night::Window{*holds->config.night.begin_minute, *holds->config.night.end_minute};
    say("has number " + std::to_string(holds->fence->number()) + " on " + options.store + "; " +
        std::to_string(holds->config.sources.size()) + " sources of " + holds->config.file);
    holds->deliveries.emplace(options.store, holds->config.intake.folder, [](std::string_view text) {
        std::printf("kreislauf daemon: %.*s\n", static_cast<int>(text.size()), text.data());
        std::fflush(stdout);
    });
    current = holds;
    night.after_pass = [all] {
        all->fence->check();
        try {
            tend_change_log(all->context, all->config.changes, say);
        } catch (Error const& error) {
            say(std::string{"the change log waits for the next pass: "} + error.what());
        }
    };
    night.holds = std::move(holds);
    return night;
}

/// Looks every few seconds at the clock, which may have been put forward or back, and at whether somebody has taken over.
void wait_until(UnixTime until, night::Fence const& fence) {
    constexpr int slice_ms = 2000;
    auto const clock = Clock::system();
    while (wants_stop == 0 && wants_reload == 0) {
        fence.check();
        auto const left = until - clock.now();
        if (left <= 0) return;
        poll(nullptr, 0, static_cast<int>(std::min<UnixTime>(slice_ms, left * 1000)));
    }
}

} // namespace

Exit run_daemon(Options const& options) {
    if (!options.now.empty())
        throw Error{Errc::invalid_argument, "--now stands still, and a daemon waits: leave it out"};
    watch_signals();
    std::shared_ptr<Holds> current;
    night::DaemonParts parts;
    parts.make = [&] {
        if (current) notify("RELOADING=1");
        auto night = make_night(options, current);
        notify("READY=1");
        return night;
    };
    parts.now = Clock::system().now;
    parts.wait = [&current](UnixTime until) { wait_until(until, *current->fence); };
    parts.stop = [] { return wants_stop != 0; };
    parts.reload = [] {
        bool const wanted = wants_reload != 0;
        wants_reload = 0;
        return wanted;
    };
    parts.say = say;
    try {
        night::run_daemon(parts);
    } catch (night::Fenced const& fenced) {
        notify("STOPPING=1");
        std::fprintf(stderr, "kreislauf daemon: %s\n", fenced.what());
        return Exit::superseded;
    }
    notify("STOPPING=1");
    return Exit::done;
}

} // namespace gateway::app

// Subscriptions: one release fans out to 2,000 webhooks, 5 % of them dead and 5 % slow.
//
// Store    20 indicators x 400 counties; a release revises every figure, 8,000 entries of the log
// Good     answers at once; slow: after 10 s; dead: half refuse the connection, half never answer
// Machine  receivers are a process of their own on the loopback, so that the cpu time is that of the dispatcher
// Goal     first message within 1 s of the commit, last good receiver within 60 s
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "gateway/subscribe/dispatcher.hpp"
#include "gateway/subscribe/signature.hpp"
#include "gateway/subscribe/webhook.hpp"
#include "tests/gateway/store/fixture.hpp"
#include "tests/gateway/subscribe/receiver.hpp"

namespace {

using namespace gateway;
using namespace gateway::subscribe;
using namespace gateway::store::testing;

constexpr int subscribers = 2000, counties = 400, indicators = 20;

struct Seen {
    std::int64_t ns;
    int subscriber;
};

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

enum class Kind { good, slow, refusing, silent };
Kind kind_of(int subscriber) {
    switch (subscriber % 40) {
    case 7:
    case 27: return Kind::slow;
    case 13: return Kind::refusing;
    case 33: return Kind::silent;
    default: return Kind::good;
    }
}

/// Plays all receivers and writes what came into a pipe, until it is killed.
[[noreturn]] void receive(int to_parent) {
    gateway::testing::Receiver* self = nullptr;
    gateway::testing::Receiver receiver{[&](gateway::testing::Received const& one) {
                                            Seen const seen{now_ns(), std::atoi(one.path.c_str() + 1)};
                                            if (::write(to_parent, &seen, sizeof seen) != sizeof seen)
                                                std::abort();
                                            switch (kind_of(seen.subscriber)) {
                                            case Kind::slow: self->sleep(10'000); break;
                                            case Kind::silent: self->sleep(120'000); break;
                                            default: break;
                                            }
                                            return gateway::testing::http_answer(204);
                                        },
                                        true};
    self = &receiver;
    Seen const port{receiver.port(), -1};
    if (::write(to_parent, &port, sizeof port) != sizeof port) std::abort();
    for (;;) ::pause();
}

std::string key_of(int county) {
    return "0" + std::to_string(3101 + county);
}

void release(store::Store& store, int number) {
    auto const load = store.begin(request());
    std::vector<store::AreaNo> areas;
    areas.reserve(counties);
    for (int i = 0; i < counties; ++i) areas.push_back(load->area(county(key_of(i))));
    for (int i = 0; i < indicators; ++i) {
        auto const indicator = load->indicator(indicator_of("_T", "M" + std::to_string(i)));
        for (auto const area : areas)
            load->put(indicator, area, std::vector{observed("2024", std::to_string(number))});
    }
    load->commit("", 0, 0, {});
}

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void print(char const* name, double value, char const* unit) {
    std::printf("%s %.3f %s\n", name, value, unit);
    std::fflush(stdout);
}

} // namespace

int main() {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return 1;
    auto const child = ::fork();
    if (child == 0) {
        ::close(pipe[0]);
        receive(pipe[1]);
    }
    ::close(pipe[1]);
    Seen port{};
    if (::read(pipe[0], &port, sizeof port) != sizeof port) return 1;

    TempDirectory const directory;
    auto store = store::open_sqlite(directory.path());
    release(*store, 1);
    auto const areas =
        harmonize::territory::Register::from_directory(KREISLAUF_SOURCE_DIR "/mappings/territory");
    auto const folder = ledger_folder(directory.path());
    Ledger ledger{folder};
    int expected = 0;
    for (int i = 0; i < subscribers; ++i) {
        Subscription made;
        made.way = "webhook";
        made.areas = {key_of(i % counties)};
        // A host of its own each: 127.1.x.y
        auto const host = "127.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
        auto const at = kind_of(i) == Kind::refusing ? 9 + 1024 : static_cast<int>(port.ns);
        made.address = "http://" + host + ":" + std::to_string(at) + "/" + std::to_string(i);
        ledger.add(made, store->last_change());
        expected += kind_of(i) == Kind::good ? 1 : 0;
    }

    WebhookSettings hooks;
    hooks.guard = Guard{{network_from("127.0.0.0/8").value()}, true};
    hooks.secrets = [secret = new_secret()](std::string const&) { return std::vector{secret}; };
    hooks.now = Clock::system().now;
    Ways ways;
    ways.add(std::make_unique<Webhook>(hooks));
    DispatchSettings settings;
    settings.folder = folder;
    settings.open = [&directory](Subscription const&) {
        return std::shared_ptr<store::Store const>{store::open_sqlite(directory.path(), true)};
    };
    settings.generation = [own = settings.open({})] { return own->last_change(); };
    settings.now = Clock::system().now;
    settings.jitter = [] { return 0.5; };
    settings.complain = [](std::string_view text) {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    };
    std::jthread works{[&](std::stop_token const& stop) {
        Dispatcher dispatcher{settings, ways, areas};
        dispatcher.run(stop);
    }};
    std::this_thread::sleep_for(std::chrono::seconds{1}); // it has looked at all of them, and found nothing
    auto const cpu = cpu_seconds();
    release(*store, 2);
    auto const committed = now_ns();
    double load[3] = {};
    ::getloadavg(load, 3);

    std::map<int, std::int64_t> first_seen;
    int good = 0;
    std::int64_t first = 0, last = 0;
    while (good < expected) {
        Seen seen{};
        if (::read(pipe[0], &seen, sizeof seen) != sizeof seen) return 1;
        if (!first_seen.emplace(seen.subscriber, seen.ns).second || kind_of(seen.subscriber) != Kind::good)
            continue;
        if (good++ == 0) first = seen.ns;
        last = std::max(last, seen.ns);
    }
    auto const seconds = [committed](std::int64_t ns) { return static_cast<double>(ns - committed) * 1e-9; };
    print("subscribe.first", seconds(first), "s");
    print("subscribe.last_good", seconds(last), "s");
    print("subscribe.good", expected, "receivers");
    // Until the slow ones are through, too.
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{90};
    std::size_t settled = 0;
    while (settled < subscribers * 95 / 100 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
        auto const all = ledger.list();
        settled = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](Subscriber const& one) {
            return one.position.number == store->last_change();
        }));
    }
    print("subscribe.settled", static_cast<double>(settled), "receivers");
    print("subscribe.all_but_dead", static_cast<double>(now_ns() - committed) * 1e-9, "s");
    print("subscribe.cpu", cpu_seconds() - cpu, "s");
    print("subscribe.load_average_before", load[0], "");
    works.request_stop();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return settled == subscribers * 95 / 100 ? 0 : 1;
}

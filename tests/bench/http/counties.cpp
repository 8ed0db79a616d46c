// 400 counties that pull everything they may see, all at the same moment, in one thread that costs little: a client in
// Python would measure itself.
//
//   counties PORT    prints "name value unit": the time until the last had everything, the 99th percentile of what each
//                    asks for first (its own table, to the last byte), and of the first byte of both answers
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned counties = 400;
constexpr unsigned municipalities = 28; ///< of each, as in stored.cpp
constexpr std::size_t room_bytes = std::size_t{256} << 10U;

struct Client {
    unsigned county = 0;
    int descriptor = -1;
    bool is_second = false; ///< its municipalities, behind its own table
    std::string request;
    std::size_t sent = 0, received = 0;
    std::string head; ///< the beginning of the answer
    Clock::time_point began;
};

double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
}

double percentile_99(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, values.size() * 99 / 100)];
}

[[noreturn]] void fail(Client const& client, char const* what) {
    std::fprintf(stderr, "county %u, request %d: %s; the answer begins: %s\n", client.county,
                 client.is_second ? 2 : 1, what, client.head.substr(0, 200).c_str());
    std::exit(1);
}

void begin(Client& client, std::uint16_t port, int poll) {
    std::string areas = std::to_string(client.county);
    if (client.is_second) {
        areas.clear();
        for (unsigned i = 0; i < municipalities; ++i)
            areas += (i == 0 ? "" : "+") + std::to_string(client.county) + std::to_string(100 + i);
    }
    client.request = "GET /sdmx/v1/data/REGIO_12411-01-01-4/." + areas +
                     "...?format=csvdata HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
    client.sent = client.received = 0;
    client.head.clear();
    client.began = Clock::now();
    client.descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (client.descriptor < 0 ||
        (::connect(client.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
         errno != EINPROGRESS))
        fail(client, "cannot connect");
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = &client;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, client.descriptor, &event);
}

} // namespace

int main(int argc, char** argv) {
    auto const port = argc == 2 ? std::strtoul(argv[1], nullptr, 10) : 0;
    if (port == 0 || port > 65535) {
        std::fputs("usage: bench_http_counties PORT\n", stderr);
        return 2;
    }
    int const poll = ::epoll_create1(0);
    std::vector<Client> clients(counties);
    std::vector<double> own, first;
    std::vector<char> room(room_bytes);
    double bytes = 0;
    auto const began = Clock::now();
    for (unsigned i = 0; i < counties; ++i) {
        clients[i].county = 10'000 + i;
        begin(clients[i], static_cast<std::uint16_t>(port), poll);
    }
    std::array<epoll_event, 64> events{};
    for (unsigned open = counties; open > 0;) {
        int const count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 120'000);
        if (count <= 0) fail(clients.front(), "nothing comes any more");
        for (int i = 0; i < count; ++i) {
            auto& client = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
            while (client.sent < client.request.size()) {
                auto const done = ::send(client.descriptor, client.request.data() + client.sent,
                                         client.request.size() - client.sent, MSG_NOSIGNAL);
                if (done <= 0) break;
                client.sent += static_cast<std::size_t>(done);
            }
            for (;;) {
                auto const done = ::recv(client.descriptor, room.data(), room.size(), 0);
                if (done < 0 && (errno == EAGAIN || errno == ENOTCONN)) break;
                if (done < 0) fail(client, "the connection broke");
                if (done > 0) {
                    if (client.received == 0) first.push_back(seconds_since(client.began));
                    if (client.head.size() < 200)
                        client.head.append(room.data(), static_cast<std::size_t>(done));
                    client.received += static_cast<std::size_t>(done);
                    continue;
                }
                if (client.head.rfind("HTTP/1.1 200", 0) != 0) fail(client, "not what was asked for");
                bytes += static_cast<double>(client.received);
                ::close(client.descriptor);
                if (client.is_second) {
                    --open;
                } else {
                    own.push_back(seconds_since(client.began));
                    client.is_second = true;
                    begin(client, static_cast<std::uint16_t>(port), poll);
                }
                break;
            }
        }
    }
    std::printf("counties_400_all %.4g s\n", seconds_since(began));
    std::printf("counties_400_bytes %.4g MB\n", bytes / 1e6);
    std::printf("counties_400_own_table_p99 %.4g ms\n", percentile_99(own) * 1e3);
    std::printf("counties_400_first_byte_p99 %.4g ms\n", percentile_99(first) * 1e3);
    return 0;
}

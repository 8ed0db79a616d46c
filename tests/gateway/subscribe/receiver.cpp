#include "tests/gateway/subscribe/receiver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace gateway::testing {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

} // namespace

std::string Received::header(std::string const& name) const {
    for (auto const& [key, value] : headers)
        if (key == name) return value;
    return {};
}

Receiver::Receiver(Answer answer, bool everywhere) : answer_{std::move(answer)} {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(everywhere ? INADDR_ANY : INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0) std::abort();
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread{[this] { run(); }};
}

Receiver::~Receiver() {
    ends_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    threads_.clear();
    ::close(listener_);
}

std::string Receiver::url(std::string const& path, std::string const& host) const {
    return "http://" + host + ":" + std::to_string(port_) + path;
}

std::vector<Received> Receiver::received() const {
    std::lock_guard const lock{guard_};
    return received_;
}

void Receiver::sleep(int milliseconds) const {
    auto const until = std::chrono::steady_clock::now() + std::chrono::milliseconds{milliseconds};
    while (!ends_ && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

void Receiver::run() {
    for (;;) {
        auto const connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        threads_.emplace_back([this, connection] {
            serve(connection);
            ::close(connection);
        });
    }
}

void Receiver::serve(int connection) {
    std::string text;
    std::size_t head = std::string::npos;
    std::size_t due = std::string::npos;
    while (text.size() < due) {
        pollfd waiting{connection, POLLIN, 0};
        if (::poll(&waiting, 1, 5000) != 1) return;
        std::array<char, 4096> buffer{};
        auto const got = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (got <= 0) return;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (head == std::string::npos && (head = text.find("\r\n\r\n")) != std::string::npos) {
            auto const length = lower(text.substr(0, head)).find("content-length: ");
            due = head + 4 +
                  (length == std::string::npos ? 0 : std::strtoul(text.c_str() + length + 16, nullptr, 10));
        }
    }
    Received one;
    sockaddr_in local{};
    socklen_t size = sizeof local;
    ::getsockname(connection, reinterpret_cast<sockaddr*>(&local), &size);
    std::array<char, INET_ADDRSTRLEN> name{};
    one.host = ::inet_ntop(AF_INET, &local.sin_addr, name.data(), name.size());
    one.body = text.substr(head + 4);
    std::string_view lines{text.data(), head};
    auto const first = lines.substr(0, lines.find("\r\n"));
    auto const from = first.find(' ') + 1;
    one.path = first.substr(from, first.rfind(' ') - from);
    lines.remove_prefix(first.size());
    while (lines.size() > 2) {
        lines.remove_prefix(2);
        auto const line = lines.substr(0, lines.find("\r\n"));
        auto const colon = line.find(": ");
        one.headers.emplace_back(lower(std::string{line.substr(0, colon)}),
                                 line.substr(std::min(colon + 2, line.size())));
        lines.remove_prefix(line.size());
    }
    {
        std::lock_guard const lock{guard_};
        received_.push_back(one);
    }
    auto const answer = answer_(one);
    for (std::string_view left{answer}; !left.empty();) {
        auto const sent = ::send(connection, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        left.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string http_answer(int status, std::string const& body, std::string const& fields) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nConnection: close\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string consenting(Received const& received) {
    auto const mark = std::string{R"("challenge":")"};
    auto const at = received.body.find(mark);
    if (at == std::string::npos) return http_answer(204);
    auto const begin = at + mark.size();
    return http_answer(200, received.body.substr(begin, received.body.find('"', begin) - begin));
}

} // namespace gateway::testing

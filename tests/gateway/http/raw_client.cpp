#include "tests/gateway/http/raw_client.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "gateway/http/request_head.hpp"

namespace gateway::testing {

std::string Reply::field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        auto const end = rest.find("\r\n");
        auto const line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
        auto const colon = line.find(": ");
        if (colon != std::string_view::npos && http::same_name(line.substr(0, colon), name))
            return std::string{line.substr(colon + 2)};
    }
    return {};
}

RawClient::RawClient(std::string const& url, int receive_buffer) {
    auto const port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer != 0)
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error{"cannot connect to " + url};
}

RawClient::~RawClient() {
    ::close(descriptor_);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return; // the server may refuse before it has all; the reply says so
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void RawClient::end() {
    ::shutdown(descriptor_, SHUT_WR);
}

bool RawClient::more() {
    std::array<char, 65536> room; // NOLINT: filled by recv
    pollfd watched{descriptor_, POLLIN, 0};
    if (::poll(&watched, 1, 30'000) <= 0) return false;
    auto const count = ::recv(descriptor_, room.data(), room.size(), 0);
    if (count <= 0) return false;
    received_.append(room.data(), static_cast<std::size_t>(count));
    return true;
}

Reply RawClient::receive(bool head_only) {
    Reply reply;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (!more()) return reply;
    reply.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    reply.status = static_cast<unsigned>(std::stoi(reply.head.substr(9, 3)));
    if (head_only || reply.status == 204 || reply.status == 304 || reply.status / 100 == 1) {
        reply.complete = true;
        return reply;
    }
    if (reply.field("Transfer-Encoding") == "chunked") {
        for (;;) {
            std::size_t line = 0;
            while ((line = received_.find("\r\n")) == std::string::npos)
                if (!more()) return reply;
            auto const size = std::stoul(received_.substr(0, line), nullptr, 16);
            while (received_.size() < line + 2 + size + 2)
                if (!more()) return reply;
            reply.body.append(received_, line + 2, size);
            received_.erase(0, line + 2 + size + 2);
            if (size == 0) break;
        }
        reply.complete = true;
        return reply;
    }
    auto const length = reply.field("Content-Length");
    if (length.empty()) {
        while (more()) {
        }
        reply.body.swap(received_);
        reply.complete = true;
        return reply;
    }
    auto const size = std::stoul(length);
    while (received_.size() < size)
        if (!more()) return reply;
    reply.body = received_.substr(0, size);
    received_.erase(0, size);
    reply.complete = true;
    return reply;
}

Reply RawClient::ask(std::string const& target, std::string const& fields, std::string const& method) {
    send(method + ' ' + target + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
    return receive(method == "HEAD");
}

std::string RawClient::drain(bool& closed, std::chrono::milliseconds patience) {
    closed = false;
    for (;;) {
        pollfd watched{descriptor_, POLLIN, 0};
        if (::poll(&watched, 1, static_cast<int>(patience.count())) <= 0) break;
        std::array<char, 65536> room; // NOLINT: filled by recv
        auto const count = ::recv(descriptor_, room.data(), room.size(), 0);
        if (count <= 0) {
            closed = true;
            break;
        }
        received_.append(room.data(), static_cast<std::size_t>(count));
    }
    std::string all;
    all.swap(received_);
    return all;
}

std::size_t RawClient::skip(std::size_t bytes) {
    std::size_t total = 0;
    std::array<char, 65536> room; // NOLINT: filled by recv
    while (total < bytes) {
        auto const count = ::recv(descriptor_, room.data(), std::min(room.size(), bytes - total), 0);
        if (count <= 0) break;
        total += static_cast<std::size_t>(count);
    }
    return total;
}

Running::Running(FunctionService::Function function, http::ServerOptions options)
    : service{std::move(function)} {
    options.listen = {"127.0.0.1:0"};
    if (options.workers == 0) options.workers = 2;
    server = std::make_unique<http::Server>(service, std::move(options));
    server->start();
}

http::Response text(std::string body, unsigned status) {
    return http::Response::text(status, "text/plain", std::move(body));
}

} // namespace gateway::testing

#include "tests/gateway/http/canned_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace gateway::testing {
namespace {

/// Reads one request with its body; empty where the connection ends first.
std::string read_request(int connection) {
    std::string text;
    std::size_t due = std::string::npos;
    while (text.size() < due) {
        pollfd waiting{connection, POLLIN, 0};
        if (::poll(&waiting, 1, 5000) != 1) return {};
        char buffer[4096];
        auto const got = ::recv(connection, buffer, sizeof buffer, 0);
        if (got <= 0) return {};
        text.append(buffer, static_cast<std::size_t>(got));
        auto const end = text.find("\r\n\r\n");
        if (end == std::string::npos || due != std::string::npos) continue;
        auto const length = text.find("Content-Length: ");
        due = end + 4 + (length < end ? std::strtoul(text.c_str() + length + 16, nullptr, 10) : 0);
    }
    return text;
}

} // namespace

CannedServer::CannedServer(std::vector<Canned> answers) : answers_{std::move(answers)} {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0) std::abort();
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
}

CannedServer::~CannedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::string CannedServer::url(std::string const& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> CannedServer::requests() const {
    auto const lock = std::scoped_lock{mutex_};
    return requests_;
}

unsigned CannedServer::connections() const {
    auto const lock = std::scoped_lock{mutex_};
    return connections_;
}

void CannedServer::run() {
    for (;;) {
        auto const connection = ::accept(listener_, nullptr, nullptr);
        if (connection < 0) return;
        {
            auto const lock = std::scoped_lock{mutex_};
            ++connections_;
        }
        while (serve(connection)) {
        }
        ::close(connection);
    }
}

bool CannedServer::serve(int connection) {
    auto request = read_request(connection);
    if (request.empty() || next_ == answers_.size()) return false;
    {
        auto const lock = std::scoped_lock{mutex_};
        requests_.push_back(std::move(request));
    }
    auto const& canned = answers_[next_++];
    if (canned.reset) {
        linger const hard{1, 0};
        ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return false;
    }
    for (std::string_view left{canned.bytes}; !left.empty();) {
        auto const sent = ::send(connection, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        left.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (canned.hold_ms != 0) std::this_thread::sleep_for(std::chrono::milliseconds{canned.hold_ms});
    return !canned.close;
}

std::string answer(int status, std::string const& fields, std::string const& body) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace gateway::testing

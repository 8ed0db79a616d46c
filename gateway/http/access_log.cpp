#include "gateway/http/access_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <mutex>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/http/request_head.hpp"

namespace gateway::http {
namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20U; ///< waiting for the disk
constexpr std::size_t enough_bytes = 64U << 10U;           ///< to write before the time is over
constexpr std::chrono::milliseconds write_period{250};
constexpr std::size_t longest_target = 2048;

bool is_secret(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 8> secrets{"key",    "token",        "api_key",  "apikey",
                                                      "secret", "access_token", "password", "signature"};
    return std::any_of(secrets.begin(), secrets.end(), [&](auto each) { return same_name(each, name); });
}

void append_plain(std::string& line, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7F && c != '"' && c != '\\') {
            line += c;
            continue;
        }
        line += '%';
        line += digits[byte >> 4U];
        line += digits[byte & 0xFU];
    }
}

/// A name may be written with %XX: "k%65y" is "key".
std::string decoded(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        unsigned value = 0;
        if (name[i] == '%' && i + 2 < name.size() &&
            std::from_chars(name.data() + i + 1, name.data() + i + 3, value, 16).ptr == name.data() + i + 3) {
            text += static_cast<char>(value);
            i += 2;
        } else {
            text += name[i];
        }
    }
    return text;
}

void append_target(std::string& line, std::string_view target) {
    auto const question = target.find('?');
    append_plain(line, target.substr(0, std::min(question, longest_target)));
    if (question == std::string_view::npos) return;
    auto query = target.substr(question + 1);
    char mark = '?';
    while (!query.empty() && line.size() < longest_target) {
        auto const end = query.find_first_of("&;");
        auto const pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        line += mark;
        mark = '&';
        auto const equals = pair.find('=');
        auto const name = pair.substr(0, equals);
        auto const hidden =
            equals != std::string_view::npos &&
            is_secret(name.find('%') == std::string_view::npos ? std::string{name} : decoded(name));
        append_plain(line, hidden ? name : pair.substr(0, longest_target));
        if (hidden) line += "=***";
    }
    if (!query.empty()) line += "...";
}

void append_number(std::string& line, std::uint64_t value) {
    std::array<char, 20> digits{};
    auto const last = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    line.append(digits.data(), last);
}

void append_line(std::string& line, Exchange const& exchange) {
    std::string target;
    append_plain(line, exchange.method.empty() ? "-" : exchange.method.substr(0, 32));
    line += ' ';
    if (exchange.target.empty()) target = "-";
    append_target(target, exchange.target);
    line += target;
    line += ' ';
    append_number(line, exchange.status);
    line += ' ';
    append_number(line, exchange.bytes);
    line += ' ';
    auto const micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, exchange.time.count()));
    append_number(line, micros / 1000);
    auto const rest = std::to_string(1000 + micros % 1000); // three digits
    line += '.';
    line.append(rest, 1, 3);
    line += ' ';
    line += exchange.remote;
    line += ' ';
    append_plain(line, exchange.key_id.empty() ? "-" : exchange.key_id);
    line += exchange.cut ? " cut" : exchange.cached ? " cached" : " made";
}

} // namespace

std::string access_line(Exchange const& exchange) {
    std::string line;
    append_line(line, exchange);
    return line;
}

struct AccessLog::State {
    std::string path;
    int descriptor = -1;
    std::mutex mutex;
    std::condition_variable wake;
    std::string waiting;
    std::uint64_t left_out = 0;
    bool stopping = false;
    std::atomic<bool> reopen{false};
    std::time_t second = -1;
    std::array<char, 32> second_text{};
    std::thread thread;

    void open() {
        if (path == "-") {
            descriptor = STDOUT_FILENO;
            return;
        }
        int const opened = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
        if (opened < 0) throw Error{Errc::io, "cannot open the log " + path + ": " + std::strerror(errno)};
        if (descriptor >= 0) ::close(descriptor);
        descriptor = opened;
    }
    void append_time(std::string& line) {
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec != second) {
            second = now.tv_sec;
            tm parts{};
            ::gmtime_r(&second, &parts);
            std::strftime(second_text.data(), second_text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
        }
        line += second_text.data();
        auto const millis = std::to_string(1000 + now.tv_nsec / 1'000'000);
        line.append(millis, 1, 3);
        line += "Z ";
    }
    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            auto const count = ::write(descriptor, bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return; // a full disk does not stop the service
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void run() {
        std::string taken;
        for (;;) {
            bool last = false;
            {
                auto lock = std::unique_lock{mutex};
                wake.wait_for(lock, write_period, [&] { return stopping || waiting.size() >= enough_bytes; });
                taken.clear();
                taken.swap(waiting);
                if (left_out != 0) {
                    append_time(taken);
                    taken += std::to_string(left_out) + " lines were left out: the log is too slow\n";
                    left_out = 0;
                }
                last = stopping;
            }
            if (reopen.exchange(false)) {
                try {
                    open();
                } catch (Error const&) { // it goes on into the old one
                }
            }
            write(taken);
            if (last) return;
        }
    }
};

AccessLog::AccessLog(std::string const& path) : state_{new State} {
    state_->path = path;
    state_->open();
    state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

AccessLog::~AccessLog() {
    {
        auto const lock = std::scoped_lock{state_->mutex};
        state_->stopping = true;
    }
    state_->wake.notify_one();
    state_->thread.join();
    if (state_->path != "-") ::close(state_->descriptor);
}

void AccessLog::add(Exchange const& exchange) {
    bool enough = false;
    {
        auto const lock = std::scoped_lock{state_->mutex};
        auto& waiting = state_->waiting;
        if (waiting.size() >= most_bytes) {
            ++state_->left_out;
            return;
        }
        auto const before = waiting.size();
        state_->append_time(waiting);
        append_line(waiting, exchange);
        waiting += '\n';
        enough = before < enough_bytes && waiting.size() >= enough_bytes;
    }
    if (enough) state_->wake.notify_one();
}

void AccessLog::reopen() {
    state_->reopen = true;
}

} // namespace gateway::http

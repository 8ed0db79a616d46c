// kreislauf deliver: a file to the intake of a service, and what it says of it.
#include <rapidjson/document.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "gateway/app/commands.hpp"
#include "gateway/core/error.hpp"
#include "gateway/deliver/client.hpp"
#include "gateway/http/curl_transport.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using deliver::Client;
using deliver::Progress;

/// 3 where nobody answered: scripts then try again later.
constexpr auto not_reached = Exit::incomplete;
constexpr auto findings = Exit::failed;

std::string key_of(DeliverOptions const& options) {
    std::string key;
    if (!options.key_file.empty()) {
        key = io::read_file(options.key_file);
    } else if (char const* const named = std::getenv("KREISLAUF_KEY")) {
        key = named;
    }
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' ')) key.pop_back();
    if (key.find_first_of(" \t\r\n") != std::string::npos)
        throw Error{Errc::invalid_argument,
                    "the key has blanks or more than one line; a key is one word: kl_..."};
    return key;
}

Fields wish_of(DeliverOptions const& options) {
    Fields wish{{"agreement", options.agreement}};
    auto const add = [&](char const* name, std::string const& value) {
        if (!value.empty()) wish.emplace_back(name, value);
    };
    add("embargo", options.embargo);
    add("comment", options.comment);
    add("reason", options.reason);
    add("replaces", options.replaces);
    add("accept_rest", options.accept_rest ? "true" : "");
    add("full", options.full ? "true" : "");
    add("dry_run", options.dry_run ? "true" : "");
    return wish;
}

/// On a terminal one line that changes; elsewhere a line for each tenth and each pause.
class ProgressLine {
  public:
    void show(Progress const& progress) {
        auto const percent = progress.total == 0 ? 100 : 100 * progress.sent / progress.total;
        constexpr double mib = 1 << 20;
        if (!progress.trouble.empty()) {
            end();
            std::fprintf(stderr, "kreislauf: %s; again in %lld s\n", progress.trouble.c_str(),
                         static_cast<long long>(progress.pause_ms / 1000));
        } else if (is_terminal_) {
            std::fprintf(stderr, "\r%3llu %%  %.1f of %.1f MiB ", static_cast<unsigned long long>(percent),
                         static_cast<double>(progress.sent) / mib, static_cast<double>(progress.total) / mib);
            is_open_ = true;
        } else if (percent / 10 != tenth_) {
            std::fprintf(stderr, "kreislauf: %llu %% of %.1f MiB sent\n",
                         static_cast<unsigned long long>(percent), static_cast<double>(progress.total) / mib);
        }
        tenth_ = percent / 10;
    }
    void end() {
        if (is_open_) std::fputc('\n', stderr);
        is_open_ = false;
    }

  private:
    bool const is_terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool is_open_ = false;
    std::uint64_t tenth_ = ~std::uint64_t{0};
};

std::string text_member(std::string const& json, char const* name) {
    rapidjson::Document read;
    read.Parse(json.data(), json.size());
    if (read.HasParseError() || !read.IsObject() || !read.HasMember(name) || !read[name].IsString())
        return {};
    return {read[name].GetString(), read[name].GetStringLength()};
}

Exit deliver_file(Options const& options, Client& client, ProgressLine& line) {
    auto const& wish = options.deliver;
    auto const sent = client.send(wish.file, wish_of(wish));
    line.end();
    if (!sent.delivery.empty())
        std::fprintf(stderr, "kreislauf: %s arrived as delivery %s; waiting for its report\n",
                     wish.file.c_str(), sent.delivery.c_str());
    std::chrono::seconds const patience{wish.wait_seconds};
    auto const report = client.report(sent, "json", patience);
    auto const shown = options.json ? report : client.report(sent, "text", patience);
    std::printf("%s%s", shown.c_str(), !shown.empty() && shown.back() == '\n' ? "" : "\n");
    std::fflush(stdout);
    auto const verdict = text_member(report, "verdict");
    bool const is_sound = verdict == "sound";
    bool const may_go = is_sound || (verdict == "partly" && wish.accept_rest) ||
                        (verdict == "needs_reason" && !wish.reason.empty());
    if (wish.release && !sent.delivery.empty()) {
        if (!may_go) {
            std::fprintf(stderr, "kreislauf: %s is not released: the report has something against it\n",
                         sent.delivery.c_str());
        } else if (text_member(client.delivery(sent.delivery), "stage") != "released") {
            client.release(sent.delivery, wish.reason);
            auto const at = text_member(client.delivery(sent.delivery), "release_at");
            std::fprintf(stderr, "kreislauf: %s will be released%s%s\n", sent.delivery.c_str(),
                         at.empty() ? "" : " at ", at.c_str());
        }
    }
    return is_sound ? Exit::done : findings;
}

} // namespace

Exit run_deliver(Options const& options) {
    auto const& wish = options.deliver;
    if (wish.dry_run && wish.release)
        throw Error{Errc::invalid_argument,
                    "--dry-run and --release exclude each other; a dry run leaves no trace"};
    if (wish.url.compare(0, 7, "http://") != 0 && wish.url.compare(0, 8, "https://") != 0)
        throw Error{Errc::invalid_argument,
                    "--url '" + wish.url + "' is no address; expected https://daten.example.de"};
    deliver::ClientSettings settings;
    settings.url = wish.url;
    settings.key = key_of(wish);
    if (settings.key.empty())
        throw Error{
            Errc::invalid_argument,
            "there is no key; put it into the environment as KREISLAUF_KEY, or name a file with --key-file"};
    constexpr std::size_t kib = 1024;
    settings.piece_bytes = static_cast<std::size_t>(wish.piece_kib) * kib;
    settings.most_failures = wish.tries;
    ProgressLine line;
    settings.progress = [&line](Progress const& progress) { line.show(progress); };
    http::CurlTransport transport;
    Client client{transport, settings};
    try {
        return deliver_file(options, client, line);
    } catch (Error const& error) {
        line.end();
        if (error.code() == Errc::source_unavailable) {
            std::fprintf(stderr, "kreislauf: %s (%s)\n", error.what(),
                         std::string{to_string(error.code())}.c_str());
            return not_reached;
        }
        if (error.code() == Errc::source_refused || error.code() == Errc::not_found)
            throw Error{Errc::invalid_argument, error.what()};
        throw;
    }
}

} // namespace gateway::app

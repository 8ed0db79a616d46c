#include "gateway/deliver/client.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::deliver {
namespace {

constexpr std::int64_t longest_pause_ms = 30'000;
constexpr char const* uploads = "/api/v1/uploads";
constexpr std::int64_t answer_ms = 150'000; ///< longer than the service lets an answer take

std::string text_of(rapidjson::Value const& object, char const* name) {
    if (!object.IsObject() || !object.HasMember(name) || !object[name].IsString()) return {};
    return {object[name].GetString(), object[name].GetStringLength()};
}

/// The words of a problem; a proxy in between may have others.
std::string words_of(HttpResponse const& answer) {
    rapidjson::Document problem;
    problem.Parse(answer.body.data(), answer.body.size());
    if (problem.HasParseError()) return "answered " + std::to_string(answer.status);
    auto const detail = text_of(problem, "detail");
    auto const next = text_of(problem, "next_step");
    if (detail.empty()) return "answered " + std::to_string(answer.status);
    return detail + (next.empty() ? "" : "; " + next) + " (" + std::to_string(answer.status) + ")";
}

[[noreturn]] void refused(HttpRequest const& request, HttpResponse const& answer) {
    throw Error{Errc::source_refused, request.method + " " + request.url + ": " + words_of(answer)};
}

bool passes(int status) noexcept {
    return status >= 500 || status == 408 || status == 423 || status == 429;
}

std::uint64_t offset_of(HttpResponse const& answer, std::string const& where) {
    auto const text = answer.header("Upload-Offset");
    std::uint64_t offset = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), offset);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        throw Error{Errc::source_refused,
                    where + ": the answer has no Upload-Offset; is this a Kreislauf service?"};
    return offset;
}

std::string bytes_of_hex(std::string const& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

std::string metadata_of(std::string const& path, std::string const& sha256, Fields const& wish) {
    auto const name = path.substr(path.rfind('/') + 1); // npos + 1 is the whole
    auto text = "filename " + io::to_base64(name) + ",sha256 " + io::to_base64(sha256);
    for (auto const& [field, value] : wish) text += "," + field + " " + io::to_base64(value);
    return text;
}

} // namespace

Client::Client(Transport& transport, ClientSettings settings)
    : transport_{transport}, settings_{std::move(settings)} {
    while (!settings_.url.empty() && settings_.url.back() == '/') settings_.url.pop_back();
}

HttpRequest Client::request(std::string method, std::string const& path) const {
    HttpRequest made;
    made.method = std::move(method);
    made.url = settings_.url + path;
    made.headers = {{"Accept-Language", "de"}};
    if (!settings_.key.empty()) made.secret_headers.emplace_back("X-API-Key", settings_.key);
    made.timeout_ms = answer_ms;
    return made;
}

void Client::pause(unsigned failures, std::string const& why, std::uint64_t sent, std::uint64_t total) const {
    if (failures > settings_.most_failures)
        throw Error{Errc::source_unavailable, why + "; tried " + std::to_string(failures) +
                                                  " times. The same command goes on where it stopped"};
    auto const ms = std::min(longest_pause_ms, std::int64_t{1000} << std::min(failures - 1, 5U));
    if (settings_.progress) settings_.progress({sent, total, why, ms});
    settings_.clock.sleep(std::chrono::milliseconds{ms});
}

HttpResponse Client::ask(HttpRequest const& request) {
    for (unsigned failures = 1;; ++failures) {
        std::string why;
        try {
            auto answer = transport_.send(request);
            if (!passes(answer.status)) return answer;
            why = request.method + " " + request.url + ": " + words_of(answer);
        } catch (Error const& error) {
            if (error.code() != Errc::source_unavailable) throw;
            why = error.what();
        }
        pause(failures, why, 0, 0);
    }
}

Sent Client::send(std::string const& path, Fields const& wish) {
    io::MappedFile const file{path};
    auto const bytes = file.view();
    if (bytes.empty()) throw Error{Errc::invalid_argument, path + " is empty; nothing is sent"};
    auto create = request("POST", uploads);
    create.headers.emplace_back("Tus-Resumable", "1.0.0");
    create.headers.emplace_back("Upload-Length", std::to_string(bytes.size()));
    create.headers.emplace_back("Upload-Metadata", metadata_of(path, io::sha256_hex(bytes), wish));
    auto const created = ask(create);
    if (created.status != 201) refused(create, created);
    std::string const location{created.header("Location")};
    // The service may see another name of itself than we do: only the id is taken.
    Sent sent;
    sent.upload = std::string{uploads} + location.substr(std::min(location.rfind('/'), location.size()));
    auto offset = offset_of(created, create.url);

    unsigned failures = 0;
    bool must_ask = offset == bytes.size();
    for (;;) {
        if (settings_.progress) settings_.progress({offset, bytes.size(), {}, 0});
        auto next = request(must_ask ? "HEAD" : "PATCH", sent.upload);
        next.headers.emplace_back("Tus-Resumable", "1.0.0");
        if (!must_ask) {
            next.body = bytes.substr(offset, settings_.piece_bytes);
            next.headers.emplace_back("Content-Type", "application/offset+octet-stream");
            next.headers.emplace_back("Upload-Offset", std::to_string(offset));
            next.headers.emplace_back("Upload-Checksum",
                                      "sha256 " + io::to_base64(bytes_of_hex(io::sha256_hex(next.body))));
        }
        std::string why;
        try {
            auto const answer = transport_.send(next);
            if (answer.status == 204 || answer.status == 200) {
                auto const stands = offset_of(answer, next.url);
                if (stands > offset || must_ask) failures = stands > offset ? 0 : failures;
                offset = stands;
                sent.delivery = answer.header("Kreislauf-Delivery");
                // A dry run has no delivery: its report says when it is done.
                if (offset == bytes.size() && (answer.status == 204 || !sent.delivery.empty() || must_ask))
                    break;
                must_ask = false;
                continue;
            }
            why = next.method + " " + next.url + ": " + words_of(answer);
            if (!passes(answer.status) && answer.status != 409 && answer.status != 460) {
                if (answer.body.empty()) { // HEAD has no words
                    auto told = request("GET", sent.upload);
                    refused(told, ask(told));
                }
                refused(next, answer);
            }
        } catch (Error const& error) {
            if (error.code() != Errc::source_unavailable) throw;
            why = error.what();
        }
        must_ask = true;
        pause(++failures, why, offset, bytes.size());
    }
    if (settings_.progress) settings_.progress({offset, bytes.size(), {}, 0});
    return sent;
}

std::string Client::report(Sent const& sent, std::string const& format, std::chrono::seconds patience) {
    auto const wish = request("GET", sent.report_path() + "?format=" + format);
    for (auto const until = settings_.clock.now() + patience.count();;) {
        auto answer = ask(wish);
        if (answer.status == 200) return std::move(answer.body);
        if (answer.status != 202) refused(wish, answer);
        if (settings_.clock.now() >= until)
            throw Error{Errc::source_unavailable, wish.url +
                                                      ": there is no report yet; it arrived, and the same "
                                                      "command shows the report later"};
        settings_.clock.sleep(std::chrono::milliseconds{500});
    }
}

std::string Client::delivery(std::string const& id) {
    auto const wish = request("GET", "/api/v1/deliveries/" + id);
    auto answer = ask(wish);
    if (answer.status != 200) refused(wish, answer);
    return std::move(answer.body);
}

void Client::release(std::string const& id, std::string const& reason) {
    auto wish = request("POST", "/api/v1/deliveries/" + id + "/release");
    wish.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    wish.body = "reason=";
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (char const c : reason) {
        auto const byte = static_cast<unsigned char>(c);
        (wish.body += '%') += hex[byte >> 4U];
        wish.body += hex[byte & 0xFU];
    }
    auto const answer = ask(wish);
    if (answer.status != 202) refused(wish, answer);
}

} // namespace gateway::deliver

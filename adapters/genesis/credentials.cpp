#include "adapters/genesis/credentials.hpp"

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;

bool is_word(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

/// As it stands inside a JSON text, which escapes quotes and backslashes.
std::string json_form(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '"' || c == '\\' || c == '/') out += '\\';
        out += c;
    }
    return out;
}

void mask_all(std::string& text, std::string_view secret) {
    // A short secret may be part of an innocent word; a long one is masked wherever it stands.
    constexpr std::size_t surely_secret = 8;
    if (secret.empty()) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + secret.size())) {
        auto const end = at + secret.size();
        auto const inside = (at > 0 && is_word(text[at - 1])) || (end < text.size() && is_word(text[end]));
        if (secret.size() >= surely_secret || !inside) std::memset(text.data() + at, '*', secret.size());
    }
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

} // namespace

// A moved short text would leave its characters behind, so it is copied and wiped.
// NOLINTNEXTLINE(performance-move-constructor-init)
Secret::Secret(Secret&& other) noexcept : text_{other.text_} {
    other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_ = other.text_;
    other.wipe();
    return *this;
}

void Secret::wipe() noexcept {
    // explicit_bzero is not optimized away, a plain loop before the end of life may be.
    ::explicit_bzero(text_.data(), text_.size());
    text_.clear();
}

Credentials Credentials::from_file(std::string const& path) {
    auto text = gateway::io::read_file(path);
    auto lines = lines_of(text);
    ::explicit_bzero(text.data(), text.size());
    auto const usable = !lines.empty() && lines.size() <= 2 && !lines.front().empty();
    if (!usable)
        throw Error{Errc::invalid_argument,
                    path + ": expected two lines, user and password, or one line, a token; found " +
                        std::to_string(lines.size()) + " lines"};
    auto credentials = Credentials{Secret{lines[0]}, lines.size() == 2 ? Secret{lines[1]} : Secret{}};
    for (auto& line : lines) ::explicit_bzero(line.data(), line.size());
    return credentials;
}

Credentials Credentials::from_environment(std::string_view service_id,
                                          std::function<char const*(char const*)> const& getenv) {
    std::string prefix = "KREISLAUF_";
    for (char const c : service_id)
        prefix += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    auto const value = [&](char const* name) {
        auto const* const text = getenv((prefix + name).c_str());
        return text != nullptr ? std::string{text} : std::string{};
    };
    auto user = value("_USER");
    auto password = value("_PASSWORD");
    auto token = value("_TOKEN");
    auto const file = value("_CREDENTIALS");
    if (user.empty() != password.empty())
        throw Error{Errc::invalid_argument, "of " + prefix + "_USER and " + prefix +
                                                "_PASSWORD only one is set; set both, or " + prefix +
                                                "_TOKEN"};
    auto const ways = unsigned{!user.empty()} + unsigned{!token.empty()} + unsigned{!file.empty()};
    if (ways > 1)
        throw Error{Errc::invalid_argument, "of " + prefix + "_USER, " + prefix + "_TOKEN and " + prefix +
                                                "_CREDENTIALS more than one is set; keep one"};
    if (!file.empty()) return from_file(file);
    if (!token.empty()) return Credentials::token(Secret{std::move(token)});
    if (!user.empty()) return Credentials::user(Secret{std::move(user)}, Secret{std::move(password)});
    // systemd hands the files of a folder to a service as ID_NAME: LoadCredential=kreislauf:/etc/kreislauf/credentials
    if (auto const* const folder = getenv("CREDENTIALS_DIRECTORY"); folder != nullptr && *folder != '\0')
        if (auto const handed = std::string{folder} + "/kreislauf_" + std::string{service_id};
            gateway::io::file_exists(handed))
            return from_file(handed);
    return {};
}

gateway::Fields Credentials::header_fields() const {
    if (is_guest()) return {};
    return {{"username", std::string{name_.reveal()}}, {"password", std::string{password_.reveal()}}};
}

std::string Credentials::masked(std::string text) const {
    for (auto const* secret : {&name_, &password_}) {
        mask_all(text, secret->reveal());
        mask_all(text, json_form(secret->reveal()));
    }
    return text;
}

} // namespace adapters::genesis

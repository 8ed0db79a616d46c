#include "gateway/sdmx/structure/target.hpp"

#include "gateway/sdmx/common/error.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::ErrorCode;
using common::SdmxError;

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        int const high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        int const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            throw SdmxError{ErrorCode::syntax,
                            "'" + std::string{text} +
                                "' in the address: '%' must be followed by two hexadecimal "
                                "digits; write a percent sign itself as %25"};
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

} // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const noexcept {
    for (auto entry = parameters.rbegin(); entry != parameters.rend(); ++entry)
        if (entry->first == name) return entry->second;
    return std::nullopt;
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Target parse_target(std::string_view target) {
    Target result;
    auto const question = target.find('?');
    auto path = target.substr(0, question);
    while (!path.empty() && path.front() == '/') path.remove_prefix(1);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    while (!path.empty()) {
        auto const slash = path.find('/');
        result.parts.push_back(decoded(path.substr(0, slash)));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    auto query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        if (pair.empty()) continue;
        auto const equals = pair.find('=');
        auto const value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
        result.parameters.emplace_back(lower(decoded(pair.substr(0, equals))), decoded(value));
    }
    return result;
}

std::vector<std::string> alternatives(std::string_view text, char separator, std::string_view what) {
    std::vector<std::string> result;
    for (std::size_t begin = 0;;) {
        auto const end = text.find(separator, begin);
        auto const part = text.substr(begin, end == std::string_view::npos ? end : end - begin);
        if (part.empty())
            throw SdmxError{ErrorCode::syntax, "'" + std::string{text} + "' as " + std::string{what} +
                                                   ": an alternative is empty; write names with one '" +
                                                   separator + "' between two of them"};
        result.emplace_back(part);
        if (end == std::string_view::npos) return result;
        begin = end + 1;
    }
}

} // namespace gateway::sdmx::structure

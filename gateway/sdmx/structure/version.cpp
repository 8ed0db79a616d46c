#include "gateway/sdmx/structure/version.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gateway/sdmx/structure/target.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::ErrorCode;
using common::SdmxError;
using Rule = VersionWanted::Rule;

/// Numbers with dots between them, and for v2 an extension: "1.0", "2.1.0-draft".
bool is_version(std::string_view text) noexcept {
    bool has_digit = false;
    for (char const c : text) {
        if (c == '-') return has_digit;
        if (c == '.' && !has_digit) return false;
        if (c != '.' && (c < '0' || c > '9')) return false;
        has_digit = c != '.';
    }
    return has_digit;
}

unsigned take_number(std::string_view& text) noexcept {
    unsigned number = 0;
    auto const dot = text.find('.');
    auto const part = text.substr(0, dot);
    std::from_chars(part.data(), part.data() + part.size(), number);
    text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    return number;
}

VersionWanted parse_version(ApiVersion api, std::string const& text) {
    if (api == ApiVersion::v1) {
        if (text == "latest") return {Rule::latest, {}};
        if (text == "all" || text == "*") return {Rule::all, {}};
    } else {
        if (text == "~" || text == "+") return {Rule::latest, {}};
        if (text == "*") return {Rule::all, {}};
        if (text.size() > 1 && text.back() == '+' && is_version(text.substr(0, text.size() - 1)))
            return {Rule::at_least, text.substr(0, text.size() - 1)};
    }
    if (is_version(text)) return {Rule::exactly, text};
    throw SdmxError{
        ErrorCode::syntax,
        "'" + text + "' as version: allowed are a version like 1.0, " +
            (api == ApiVersion::v1 ? "latest and all" : "~ (latest), + (latest stable), 1.0+ and *")};
}

} // namespace

std::vector<VersionWanted> parse_versions(ApiVersion api, std::string const& text) {
    if (text.empty()) return {{Rule::latest, {}}};
    std::vector<VersionWanted> result;
    for (auto const& part : alternatives(text, api == ApiVersion::v1 ? '+' : ',', "version"))
        result.push_back(parse_version(api, part));
    return result;
}

std::strong_ordering compare_versions(std::string_view a, std::string_view b) noexcept {
    while (!a.empty() || !b.empty())
        if (auto const order = take_number(a) <=> take_number(b); order != 0) return order;
    return std::strong_ordering::equal;
}

std::vector<bool> wanted_of(std::vector<std::string> const& versions,
                            std::vector<VersionWanted> const& wanted) {
    std::vector<bool> result(versions.size());
    auto const latest = [&](auto const& fits) {
        std::optional<std::size_t> best;
        for (std::size_t i = 0; i < versions.size(); ++i)
            if (fits(versions[i]) && (!best || compare_versions(versions[*best], versions[i]) < 0)) best = i;
        if (best) result[*best] = true;
    };
    for (auto const& one : wanted) {
        std::string_view from = one.version;
        auto const major = take_number(from);
        switch (one.rule) {
        case Rule::all: std::fill(result.begin(), result.end(), true); break;
        case Rule::latest: latest([](std::string const&) { return true; }); break;
        case Rule::exactly:
            for (std::size_t i = 0; i < versions.size(); ++i)
                if (versions[i] == one.version) result[i] = true;
            break;
        case Rule::at_least:
            latest([&](std::string const& version) {
                std::string_view rest = version;
                return take_number(rest) == major && compare_versions(version, one.version) >= 0;
            });
            break;
        }
    }
    return result;
}

} // namespace gateway::sdmx::structure

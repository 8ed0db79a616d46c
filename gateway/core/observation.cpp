#include "gateway/core/observation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "gateway/core/error.hpp"

namespace gateway {
namespace {

constexpr std::array<std::string_view, 3> leading{"MEASURE", "UNIT", "UNIT_MULT"};

bool plain(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (char const c : text) {
        if (plain(c)) {
            out.push_back(c);
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(hex[byte >> 4U]);
            out.push_back(hex[byte & 15U]);
        }
    }
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        unsigned byte = 0;
        auto const* const first = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(first, first + 2, byte, 16).ptr != first + 2)
            throw Error{Errc::invalid_argument, "broken escape in '" + std::string{text} + "'"};
        out.push_back(static_cast<char>(byte));
        i += 2;
    }
    return out;
}

void append_pair(std::string& out, std::string_view dimension, std::string_view code) {
    if (!out.empty()) out.push_back(',');
    append_escaped(out, dimension);
    out.push_back('=');
    append_escaped(out, code);
}

} // namespace

std::string_view IndicatorKey::at(std::string_view dimension) const {
    auto const found = codes_.find(dimension);
    return found == codes_.end() ? std::string_view{} : std::string_view{found->second};
}

std::string IndicatorKey::text() const {
    std::string out;
    for (auto const name : leading)
        if (auto const found = codes_.find(name); found != codes_.end())
            append_pair(out, name, found->second);
    for (auto const& [dimension, code] : codes_) {
        if (dimension == leading[0] || dimension == leading[1] || dimension == leading[2]) continue;
        append_pair(out, dimension, code);
    }
    return out;
}

IndicatorKey IndicatorKey::parse(std::string_view text) {
    IndicatorKey key;
    for (bool more = !text.empty(); more;) {
        auto const comma = text.find(',');
        auto const pair = text.substr(0, comma);
        auto const equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0)
            throw Error{Errc::invalid_argument,
                        "'" + std::string{pair} + "' is not DIMENSION=CODE (as in MEASURE=BEVSTD,UNIT=PS)"};
        auto dimension = unescaped(pair.substr(0, equals));
        if (key.codes_.contains(dimension))
            throw Error{Errc::invalid_argument, "'" + dimension + "' stands twice in the indicator"};
        key.set(std::move(dimension), unescaped(pair.substr(equals + 1)));
        more = comma != std::string_view::npos;
        if (more) text.remove_prefix(comma + 1);
    }
    return key;
}

std::string to_string(FigureId const& id) {
    auto period = id.period.to_sdmx();
    if (auto const slash = period.find('/'); slash != std::string::npos) period.replace(slash, 1, "--");
    std::string out;
    append_escaped(out, id.dataset);
    out.push_back('/');
    append_escaped(out, id.area_key);
    out += "/" + id.indicator.text() + "/" + period + "@" + std::to_string(id.vintage);
    return id.view.empty() ? out : out + "~" + id.view;
}

FigureId parse_figure_id(std::string_view text) {
    auto const fail = [text](std::string const& why) -> Error {
        return {Errc::invalid_argument, "figure id '" + std::string{text} + "': " + why +
                                            "; expected DATASET/AREA/MEASURE=...,UNIT=.../PERIOD@VINTAGE"};
    };
    auto const view_char = [](char c) { return plain(c) || c == ':' || c == '.' || c == '~'; };
    std::array<std::string_view, 4> parts;
    auto rest = text;
    for (std::size_t i = 0; i < 3; ++i) {
        auto const slash = rest.find('/');
        if (slash == std::string_view::npos) throw fail("fewer than four parts");
        parts[i] = rest.substr(0, slash);
        rest.remove_prefix(slash + 1);
    }
    auto const at = rest.rfind('@');
    if (at == std::string_view::npos) throw fail("no '@' and vintage at the end");
    auto const period = parse_sdmx_period(rest.substr(0, at));
    if (!period) throw fail("'" + std::string{rest.substr(0, at)} + "' is not a period");
    auto const tilde = rest.find('~', at);
    auto const vintage = rest.substr(at + 1, tilde == std::string_view::npos ? tilde : tilde - at - 1);
    FigureId id{{}, {}, {}, *period, 0};
    if (tilde != std::string_view::npos) {
        id.view = rest.substr(tilde + 1);
        if (id.view.empty() || !std::all_of(id.view.begin(), id.view.end(), view_char))
            throw fail("'" + id.view + "' behind '~' is no view, as 2016-12-31 is");
    }
    try {
        id.dataset = unescaped(parts[0]);
        id.area_key = unescaped(parts[1]);
        id.indicator = IndicatorKey::parse(parts[2]);
    } catch (Error const& error) {
        throw fail(error.what());
    }
    if (id.dataset.empty() || id.area_key.empty() || id.indicator.codes().empty())
        throw fail("dataset, area or indicator is empty");
    auto const* const end = vintage.data() + vintage.size();
    auto const [stop, error] = std::from_chars(vintage.data(), end, id.vintage);
    if (error != std::errc{} || stop != end)
        throw fail("'" + std::string{vintage} + "' is not a vintage number");
    return id;
}

} // namespace gateway

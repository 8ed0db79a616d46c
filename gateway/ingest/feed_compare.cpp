#include "gateway/ingest/feed_compare.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

namespace gateway::ingest {
namespace {

struct Key {
    std::string indicator, area, period;
    friend auto operator<=>(Key const&, Key const&) = default;
};
struct Figure {
    std::optional<Decimal> number;
    std::string text;
    std::uint32_t line = 0;
};
struct Document {
    std::map<Key, Figure> figures;
    std::set<std::string> indicators, areas, periods;
    std::uint64_t set_aside = 0;
    std::vector<Issue> issues;
};

std::vector<std::uint32_t> in_order(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

Document read(ComparedDocument const& from, harmonize::MappingFiles const& mappings,
              harmonize::AreaRegister const& areas, std::int32_t day, std::string const& scratch) {
    auto const harmonized = [&] {
        try {
            return harmonize_document(from.bytes, from.ref, '\0', mappings, areas, day, 1, scratch);
        } catch (Error const& error) {
            throw Error{error.code(), from.name + ": " + error.what()};
        }
    }();
    auto& table = *harmonized.table;
    auto const& keys = table.keys();
    harmonize::KeyOrder order;
    order.indicator = in_order(keys.indicators().size());
    order.area = in_order(keys.areas().size());
    order.period = in_order(keys.periods().size());
    Document document;
    table.emit(std::move(order), 1, [&](std::uint32_t indicator, std::uint32_t area, auto const cells) {
        auto const indicator_text = keys.indicators()[indicator].text();
        auto const area_text = area_key(keys.areas()[area]);
        document.indicators.insert(indicator_text);
        document.areas.insert(area_text);
        for (auto const& cell : cells) {
            auto const& state = table.states()[cell.state];
            Figure figure;
            figure.line = cell.line;
            if (state.reason)
                figure.text = "no value: " + std::string{to_string(*state.reason)};
            else {
                figure.number = cell.number;
                figure.text = cell.number.to_string();
            }
            auto period = cell.period.to_sdmx();
            document.periods.insert(period);
            document.figures.emplace(Key{indicator_text, area_text, std::move(period)}, std::move(figure));
        }
    });
    document.set_aside = table.set_aside();
    for (auto& issue : table.issues())
        if (issue.severity == Severity::error) document.issues.push_back(std::move(issue));
    return document;
}

/// What of a key `other` lacks altogether; empty where it has all three parts.
std::string lacks(Key const& key, Document const& other) {
    if (other.periods.count(key.period) == 0) return "TIME_PERIOD=" + key.period;
    if (other.areas.count(key.area) == 0) return "AREA=" + key.area;
    if (other.indicators.count(key.indicator) == 0) return key.indicator;
    return {};
}

} // namespace

bool agree(Decimal a, Decimal b) noexcept {
    if (a == b) return true;
    if (a.scale() == b.scale()) return false;
    auto const& coarse = a.scale() < b.scale() ? a : b;
    auto const& fine = a.scale() < b.scale() ? b : a;
    __extension__ using Wide = __int128;
    Wide unit = 1;
    for (auto i = coarse.scale(); i < fine.scale(); ++i) unit *= 10;
    auto const magnitude = [](std::int64_t mantissa) {
        return mantissa < 0 ? -Wide{mantissa} : Wide{mantissa};
    };
    auto const rounded = (magnitude(fine.mantissa()) + unit / 2) / unit;
    bool const same_sign = fine.is_negative() == coarse.is_negative() || rounded == 0;
    return same_sign && rounded == magnitude(coarse.mantissa());
}

Comparison compare_documents(ComparedDocument const& first, ComparedDocument const& second,
                             harmonize::MappingFiles const& mappings, harmonize::AreaRegister const& areas,
                             std::int32_t day, std::string const& scratch) {
    auto const a = read(first, mappings, areas, day, scratch);
    auto const b = read(second, mappings, areas, day, scratch);
    Comparison result;
    result.first_set_aside = a.set_aside;
    result.second_set_aside = b.set_aside;
    result.first_issues = a.issues;
    result.second_issues = b.issues;
    std::map<std::tuple<bool, std::string>, std::uint64_t> lacking;
    auto const alone = [&](Key const& key, Figure const& figure, bool in_first) {
        if (auto const what = lacks(key, in_first ? b : a); !what.empty()) {
            ++lacking[{in_first, what}];
            return;
        }
        Difference difference;
        difference.kind = in_first ? Difference::Kind::only_first : Difference::Kind::only_second;
        difference.area = key.area;
        difference.period = key.period;
        difference.indicator = key.indicator;
        (in_first ? difference.first : difference.second) = figure.text;
        (in_first ? difference.first_line : difference.second_line) = figure.line;
        result.differences.push_back(std::move(difference));
    };
    for (auto const& [key, figure] : a.figures) {
        auto const other = b.figures.find(key);
        if (other == b.figures.end()) {
            alone(key, figure, true);
        } else if (figure.text == other->second.text) {
            ++result.equal;
        } else if (figure.number && other->second.number && agree(*figure.number, *other->second.number)) {
            ++result.rounded;
        } else {
            result.differences.push_back({Difference::Kind::value, key.area, key.period, key.indicator,
                                          figure.text, other->second.text, figure.line, other->second.line});
        }
    }
    for (auto const& [key, figure] : b.figures)
        if (a.figures.count(key) == 0) alone(key, figure, false);
    for (auto const& [key, cells] : lacking)
        result.lacking.push_back({std::get<1>(key), std::get<0>(key), cells});
    return result;
}

} // namespace gateway::ingest

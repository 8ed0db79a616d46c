#include "gateway/harmonize/territory/sheet_text.hpp"

#include "gateway/core/time_period.hpp"

namespace gateway::harmonize::territory {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct Run {
    std::size_t at = 0;
    std::string_view digits;
};

/// Every run of digits.
std::vector<Run> runs(std::string_view text) {
    std::vector<Run> found;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && is_digit(text[end])) ++end;
        found.push_back({at, text.substr(at, end - at)});
        at = end;
    }
    return found;
}

int number(std::string_view digits) {
    int value = 0;
    for (char const c : digits) value = 10 * value + (c - '0');
    return value;
}

std::optional<int> as_year(std::string_view digits) {
    if (digits.size() != 4) return std::nullopt;
    auto const year = number(digits);
    return year >= 1950 && year <= 2100 ? std::optional{year} : std::nullopt;
}

} // namespace

std::string fold_title(std::string_view text) {
    std::string folded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        auto const next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if (c >= 'A' && c <= 'Z')
            folded += static_cast<char>(c - 'A' + 'a');
        else if (c == 0xC3) {
            ++i;
            folded += next == 0xA4 || next == 0x84   ? "ae"
                      : next == 0xB6 || next == 0x96 ? "oe"
                      : next == 0xBC || next == 0x9C ? "ue"
                      : next == 0x9F                 ? "ss"
                                                     : "";
        } else if (c == 0xC2) {
            ++i;
            if (next == 0xB2) folded += '2';
        } else if (c > ' ' && c != '-' && c < 0x80)
            folded += static_cast<char>(c);
    }
    return folded;
}

std::optional<int> year_in_text(std::string_view text) {
    for (auto const& run : runs(text))
        if (auto const year = as_year(run.digits)) return year;
    return std::nullopt;
}

std::optional<std::int32_t> day_in_text(std::string_view text) {
    auto const found = runs(text);
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto const& run = found[i];
        if (run.digits.size() == 8) {
            auto const year = as_year(run.digits.substr(4));
            if (!year) continue;
            if (auto const day = days_from_date(*year, static_cast<unsigned>(number(run.digits.substr(2, 2))),
                                                static_cast<unsigned>(number(run.digits.substr(0, 2)))))
                return day;
        }
        if (i + 2 >= found.size() || run.digits.size() > 2 || found[i + 1].digits.size() > 2) continue;
        auto const year = as_year(found[i + 2].digits);
        bool const dots = run.at + run.digits.size() + 1 == found[i + 1].at &&
                          found[i + 1].at + found[i + 1].digits.size() + 1 == found[i + 2].at &&
                          text[found[i + 1].at - 1] == '.';
        if (!year || !dots) continue;
        if (auto const day = days_from_date(*year, static_cast<unsigned>(number(found[i + 1].digits)),
                                            static_cast<unsigned>(number(run.digits))))
            return day;
    }
    return std::nullopt;
}

std::vector<int> years_in_name(std::string_view name) {
    auto const found = runs(name);
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto const first = as_year(found[i].digits);
        if (!first) continue;
        if (i + 1 < found.size() && found[i + 1].at == found[i].at + 5) {
            auto const& next = found[i + 1].digits;
            auto last = as_year(next);
            if (!last && next.size() == 2) last = *first / 100 * 100 + number(next);
            if (last && *last < *first) last = *last + 100;
            if (last && *last > *first && *last - *first < 60) {
                std::vector<int> years;
                for (int year = *first; year <= *last; ++year) years.push_back(year);
                return years;
            }
        }
        return {*first};
    }
    return {};
}

} // namespace gateway::harmonize::territory

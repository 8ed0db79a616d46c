// Numbers and times of a cube, from their texts.
#include <algorithm>
#include <array>
#include <charconv>

#include "adapters/cube/cube.hpp"

namespace adapters::cube {

using gateway::Decimal;

void find_time(Cube& cube) {
    constexpr std::array<std::string_view, 7> names{"time",   "year",        "jahr", "zeit",
                                                    "period", "time_period", "tid"};
    Dimension* found = nullptr;
    for (auto& dimension : cube.dimensions) {
        if (dimension.role == Dimension::Role::time) return;
        std::string lower = dimension.id;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (std::find(names.begin(), names.end(), lower) == names.end()) continue;
        if (found != nullptr) return;
        found = &dimension;
    }
    if (found != nullptr && found->role == Dimension::Role::classification)
        found->role = Dimension::Role::time;
}

namespace {

bool all_digits(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string two_digits(int number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

} // namespace

std::optional<TimeCode> time_code(std::string_view text) {
    auto const year = text.substr(0, 4);
    if (text.size() < 4 || !all_digits(year)) return std::nullopt;
    if (text.size() == 4) return TimeCode{"JAHR", std::string{text}};
    auto rest = text.substr(4);
    if (rest.size() == 6 && rest[0] == '-' && rest[3] == '-' && all_digits(rest.substr(1, 2)) &&
        all_digits(rest.substr(4)))
        return TimeCode{"STAG", std::string{text}};
    bool const dash = rest.front() == '-';
    if (dash) rest.remove_prefix(1);
    if (rest.empty()) return std::nullopt;
    auto const letter = rest.front();
    auto const digits = all_digits(rest) ? rest : rest.substr(1);
    if (!all_digits(digits) || digits.size() > 2) return std::nullopt;
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    auto const from = [&](int months, char const* variable, int most) -> std::optional<TimeCode> {
        if (number < 1 || number > most) return std::nullopt;
        return TimeCode{variable, std::string{year} + "-" + two_digits((number - 1) * months + 1) + "P" +
                                      std::to_string(months) + "M"};
    };
    if ((letter == 'M' && digits.size() == 2) || (dash && all_digits(rest) && rest.size() == 2))
        return from(1, "SMONAT", 12);
    if (digits.size() != 1) return std::nullopt;
    if (letter == 'Q' || letter == 'K') return from(3, "SQUART", 4);
    if (letter == 'S' || letter == 'H') return from(6, "SEMEST", 2);
    return std::nullopt;
}

std::optional<Decimal> exact_number(std::string_view text, int decimals) noexcept {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    // All digits, and where the mark stands among them.
    std::string digits;
    long point = 0;
    bool mark = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && !mark) {
            mark = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            digits += text[i];
            if (!mark) ++point;
        } else {
            break;
        }
    }
    if (digits.empty() || digits.size() > 60) return std::nullopt;
    if (i < text.size()) {
        if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
        auto exponent = text.substr(i + 1);
        if (!exponent.empty() && exponent.front() == '+') exponent.remove_prefix(1);
        long power = 0;
        auto const* const end = exponent.data() + exponent.size();
        auto const read = std::from_chars(exponent.data(), end, power);
        if (read.ec != std::errc{} || read.ptr != end || power < -60 || power > 60) return std::nullopt;
        point += power;
    }
    auto const leading = std::min(digits.find_first_not_of('0'), digits.size());
    // Places as written; an exponent can leave none, or more.
    auto places = static_cast<long>(digits.size()) - point;
    if (decimals >= 0 && places > decimals && digits.size() - leading > 15) {
        // Seventeen digits of a binary number: the first fifteen are meant.
        auto const keep = leading + 15;
        bool const up = digits[keep] >= '5';
        auto const dropped = static_cast<long>(digits.size() - keep);
        digits.resize(keep);
        places -= dropped;
        for (auto k = keep; up && k > 0; --k) {
            if (digits[k - 1] != '9') {
                ++digits[k - 1];
                break;
            }
            digits[k - 1] = '0';
            if (k == 1) digits.insert(digits.begin(), '1');
        }
        while (places > decimals && !digits.empty() && digits.back() == '0') {
            digits.pop_back();
            --places;
        }
    }
    while (places < std::max(decimals, 0)) {
        digits += '0';
        ++places;
        if (digits.size() > 80) return std::nullopt;
    }
    if (places > static_cast<long>(Decimal::max_scale)) return std::nullopt;
    auto const first = std::min(digits.find_first_not_of('0'), digits.size());
    auto const significant = std::string_view{digits}.substr(first);
    if (significant.size() > 18) return std::nullopt;
    std::int64_t mantissa = 0;
    std::from_chars(significant.data(), significant.data() + significant.size(), mantissa);
    return Decimal::from_scaled(negative ? -mantissa : mantissa, static_cast<unsigned>(places));
}

} // namespace adapters::cube

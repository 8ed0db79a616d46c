#include "gateway/harmonize/territory/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace gateway::harmonize::territory {

double power_of_ten(unsigned power) noexcept {
    static constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    return powers[power];
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<double> real_from(std::string_view text, char mark) noexcept {
    if (text.empty() || text.size() > 64) return std::nullopt;
    char buffer[64];
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c != mark && c != '-' && c != '+' && c != 'e' && c != 'E' && (c < '0' || c > '9'))
            return std::nullopt;
        buffer[i] = c == mark ? '.' : c;
    }
    double value = 0;
    auto const* const begin = buffer[0] == '+' ? buffer + 1 : buffer;
    auto const* const end = buffer + text.size();
    auto const [stop, fault] = std::from_chars(begin, end, value);
    if (fault != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

double Amount::value() const noexcept {
    if (kind == Kind::real) return real;
    auto const mantissa = digits.mantissa();
    constexpr std::int64_t exact_limit = std::int64_t{1} << 53;
    if (mantissa < exact_limit && mantissa > -exact_limit)
        return static_cast<double>(mantissa) / power_of_ten(digits.scale());
    return real_from(digits.to_string()).value_or(0);
}

Amount amount_from(std::string_view text, char mark) noexcept {
    Amount amount;
    auto const parsed = parse_decimal(text, mark);
    if (parsed) {
        amount.kind = Amount::Kind::exact;
        amount.digits = parsed.value;
        return amount;
    }
    text = trimmed(text);
    if (text.empty() || text == "NA" || text == "..." || text == "/" || text == "x" || text == "X" ||
        text == "NULL" || text == "NaN" || text == "nan")
        return amount;
    if (text == "-" || text == "\u2013") {
        amount.kind = Amount::Kind::dash;
        return amount;
    }
    if (text == ".") {
        amount.kind = Amount::Kind::secret;
        return amount;
    }
    auto const again = parse_decimal(text, mark);
    if (again) {
        amount.kind = Amount::Kind::exact;
        amount.digits = again.value;
        return amount;
    }
    if (auto const real = real_from(text, mark)) {
        amount.kind = Amount::Kind::real;
        amount.real = *real;
        return amount;
    }
    amount.kind = Amount::Kind::unreadable;
    return amount;
}

} // namespace gateway::harmonize::territory

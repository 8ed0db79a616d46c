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
    char buffer[64] = {};
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
    if (text.empty() || text == "NA" || text == "NULL" || text == "NaN" || text == "nan") return amount;
    if (text == "..." || text == "/" || text == "x" || text == "X") {
        amount.reason = text == "..." ? MissingReason::pending
                        : text == "/" ? MissingReason::unreliable
                                      : MissingReason::not_applicable;
        return amount;
    }
    if (text == "-" || text == "\u2013") {
        amount.kind = Amount::Kind::dash;
        return amount;
    }
    if (text == ".") {
        amount.kind = Amount::Kind::secret;
        amount.reason = MissingReason::confidential;
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

Bounds const* bounds_of(Protection protection, unsigned scale) noexcept {
    using Table = std::array<std::array<Bounds, Decimal::max_scale + 1U>, 3>;
    static Table const table = [] {
        constexpr std::int64_t halves[] = {1, 2, 5};
        Table made;
        for (std::size_t kind = 0; kind < made.size(); ++kind)
            for (unsigned digits = 0; digits <= Decimal::max_scale; ++digits)
                made[kind][digits] = {Decimal::from_scaled(halves[kind], digits),
                                      Decimal::from_scaled(halves[kind], digits)};
        return made;
    }();
    switch (protection) {
    case Protection::r3: return &table[0][scale];
    case Protection::r5: return &table[1][scale];
    case Protection::r10: return &table[2][scale];
    default: return nullptr;
    }
}

void protect(Amount& amount, Protection protection) noexcept {
    if (protection == Protection::none || !amount.is_number()) return;
    auto const scale = amount.kind == Amount::Kind::exact ? amount.digits.scale() : 0;
    amount.bounds = bounds_of(protection, scale);
    // The cell-key method keeps zeros.
    bool const kept = protection == Protection::ckm && amount.value() == 0;
    bool const changed =
        protection == Protection::ckm || protection == Protection::safe || protection == Protection::sample;
    amount.open = changed && !kept;
}

Amount amount_of(Value const& value, Quality const& quality) noexcept {
    Amount amount;
    amount.estimated = quality.status == ObsStatus::estimated;
    auto const number = value.number();
    if (!number) {
        amount.reason = *value.reason();
        if (amount.reason == MissingReason::confidential) amount.kind = Amount::Kind::secret;
        return amount;
    }
    amount.kind = Amount::Kind::exact;
    amount.digits = *number;
    if (quality.bounds)
        amount.bounds = &*quality.bounds;
    else
        protect(amount, quality.protection);
    return amount;
}

} // namespace gateway::harmonize::territory

#include "adapters/sdmx/writer.hpp"

#include <array>
#include <charconv>

namespace adapters::sdmx {

void SinkWriter::data_set(DataSetInfo const& info) {
    current_ = structures_ == nullptr ? nullptr : structures_->structure_of(info.structure);
    sink.data_set(info);
    // A component can be something else in another data structure.
    for (std::uint32_t i = 0; i < ids_.size(); ++i) {
        auto const role = current_ == nullptr ? Role::unknown : current_->role_of(ids_.text(i));
        if (role == Role::unknown || role == roles_[i]) continue;
        roles_[i] = role;
        sink.component(i, {ids_.text(i), role});
    }
}

std::uint32_t SinkWriter::component(std::string_view id, Role role) {
    auto const found = ids_.number_of(id);
    if (!found.is_new) {
        if (role != Role::unknown && roles_[found.number] != role && roles_[found.number] != Role::time) {
            roles_[found.number] = role;
            sink.component(found.number, {id, role});
        }
        return found.number;
    }
    if (ids_.size() > most_components)
        throw Error{Errc::too_large, document_ + ": more than " + std::to_string(most_components) +
                                         " components in one message; no sound source sends that"};
    if (auto const known = current_ == nullptr ? Role::unknown : current_->role_of(id);
        known != Role::unknown)
        role = known;
    else if (id == "TIME_PERIOD" && (role == Role::unknown || role == Role::dimension))
        role = Role::time;
    else if (id == "OBS_VALUE" && role == Role::unknown)
        role = Role::measure;
    roles_.push_back(role);
    codes_.push_back(std::make_unique<Dictionary>());
    sink.component(found.number, {id, role});
    return found.number;
}

void SinkWriter::announce(std::uint32_t component, std::uint32_t number, std::string_view text) {
    if (++code_count_ > most_codes)
        throw Error{Errc::too_large, document_ + ": more than " + std::to_string(most_codes) +
                                         " different codes in one message, last of component " +
                                         std::string{ids_.text(component)}};
    sink.code(component, number, text);
}

bool is_absent(std::string_view text) noexcept {
    return text.empty() || text == "NaN" || text == "#N/A" || text == "#NA" || text == "nan" || text == "NAN";
}

std::optional<Decimal> parse_number(std::string_view text, char mark) {
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        if (!text.empty() && text.front() == '-') return std::nullopt;
    }
    auto const exponent_at = text.find_first_of("eE");
    auto digits = text.substr(0, exponent_at);
    // ".5" and "5." are numbers of XML Schema, and leading zeros mean nothing.
    std::array<char, 80> room{};
    bool const is_negative = !digits.empty() && digits.front() == '-';
    if (is_negative) digits.remove_prefix(1);
    if (digits.empty() || digits == std::string_view{&mark, 1} || digits.size() + 3 > room.size())
        return std::nullopt;
    while (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
        digits.remove_prefix(1);
    std::size_t size = 0;
    if (is_negative) room[size++] = '-';
    if (digits.front() == mark) room[size++] = '0';
    for (char const c : digits) room[size++] = c;
    if (digits.back() == mark) --size;
    auto const parsed = gateway::parse_decimal({room.data(), size}, mark);
    if (!parsed) return std::nullopt;
    if (exponent_at == std::string_view::npos) return parsed.value;
    auto exponent_text = text.substr(exponent_at + 1);
    if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
    int exponent = 0;
    auto const* const end = exponent_text.data() + exponent_text.size();
    auto const [stop, fault] = std::from_chars(exponent_text.data(), end, exponent);
    if (fault != std::errc{} || stop != end || exponent < -40 || exponent > 40) return std::nullopt;
    auto mantissa = parsed.value.mantissa();
    auto scale = static_cast<int>(parsed.value.scale()) - exponent;
    if (mantissa == 0) return Decimal{};
    for (; scale < 0; ++scale)
        if (__builtin_mul_overflow(mantissa, std::int64_t{10}, &mantissa)) return std::nullopt;
    for (; scale > static_cast<int>(Decimal::max_scale); --scale) {
        if (mantissa % 10 != 0) return std::nullopt;
        mantissa /= 10;
    }
    constexpr std::int64_t limit = 1'000'000'000'000'000'000;
    if (mantissa >= limit || mantissa <= -limit) return std::nullopt;
    return Decimal::from_scaled(mantissa, static_cast<unsigned>(scale));
}

Measured measured(std::uint32_t component, std::string_view text, char mark) {
    Measured result;
    result.component = component;
    result.text = text;
    // The usual case without copying.
    if (auto const parsed = gateway::parse_decimal(text, mark); parsed) {
        result.kind = Measured::Kind::number;
        result.number = parsed.value;
        return result;
    }
    if (is_absent(text)) return result;
    if (auto const number = parse_number(text, mark)) {
        result.kind = Measured::Kind::number;
        result.number = *number;
        return result;
    }
    result.kind = Measured::Kind::text;
    return result;
}

} // namespace adapters::sdmx

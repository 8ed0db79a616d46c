#include "adapters/xlsx/decimal_text.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::xlsx {

std::optional<DecimalText> DecimalText::from(std::string_view text) {
    DecimalText number;
    if (text.size() > 400) return std::nullopt;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    bool mark = false;
    bool any = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && !mark) {
            mark = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            any = true;
            if (!number.digits.empty() || text[i] != '0') {
                number.digits += text[i];
                if (!mark) ++number.point;
            } else if (mark) {
                --number.point;
            }
        } else {
            break;
        }
    }
    if (!any) return std::nullopt;
    if (i < text.size()) {
        if (text[i] != 'E' && text[i] != 'e') return std::nullopt;
        auto exponent_text = text.substr(i + 1);
        if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
        int exponent = 0;
        auto const* const end = exponent_text.data() + exponent_text.size();
        auto const read = std::from_chars(exponent_text.data(), end, exponent);
        if (read.ec != std::errc{} || read.ptr != end || exponent < -400 || exponent > 400)
            return std::nullopt;
        number.point += exponent;
    }
    number.trim();
    return number;
}

void DecimalText::trim() {
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    if (digits.empty()) point = 0;
}

void DecimalText::round_at(std::ptrdiff_t keep) {
    if (keep >= static_cast<std::ptrdiff_t>(digits.size())) return;
    if (keep < 0) {
        digits.clear();
        trim();
        return;
    }
    auto const at = static_cast<std::size_t>(keep);
    bool carry = digits[at] >= '5';
    digits.resize(at);
    while (carry && !digits.empty()) {
        carry = digits.back() == '9';
        if (carry)
            digits.pop_back();
        else
            ++digits.back();
    }
    if (carry) {
        digits = "1";
        ++point;
    }
    trim();
}

void DecimalText::round_to_digits(int significant) {
    round_at(significant);
}

void DecimalText::round_to_places(int places) {
    round_at(static_cast<std::ptrdiff_t>(point) + places);
}

void DecimalText::write(std::string& out, int least, int whole) const {
    auto const count = static_cast<int>(digits.size());
    if (negative && count > 0) out += '-';
    if (point > 40 || count - point > 40) {
        out += digits.substr(0, 1);
        if (count > 1) out += '.' + digits.substr(1);
        out += (point > 0 ? "E+" : "E") + std::to_string(point - 1);
        return;
    }
    for (int i = std::max(point, 0); i < whole; ++i) out += '0';
    for (int i = 0; i < point; ++i) out += i < count ? digits[static_cast<std::size_t>(i)] : '0';
    auto const places = std::max(least, count - point);
    if (places <= 0) return;
    if (whole <= 0 && point <= 0) out += '0';
    out += '.';
    for (int i = point; i < point + places; ++i)
        out += i >= 0 && i < count ? digits[static_cast<std::size_t>(i)] : '0';
}

std::string DecimalText::text() const {
    std::string out;
    write(out, 0);
    return out;
}

} // namespace adapters::xlsx

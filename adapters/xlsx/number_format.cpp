#include "adapters/xlsx/number_format.hpp"

#include <algorithm>
#include <compare>
#include <utility>

namespace adapters::xlsx {
namespace {

constexpr bool is_date_letter(char c) noexcept {
    return c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's';
}

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::weak_ordering compare(DecimalText const& a, DecimalText const& b) {
    auto const sign = [](DecimalText const& n) { return n.digits.empty() ? 0 : n.negative ? -1 : 1; };
    if (auto const order = sign(a) <=> sign(b); order != 0 || sign(a) == 0) return order;
    auto size = a.point <=> b.point;
    if (size == 0) size = a.digits.compare(b.digits) <=> 0;
    return a.negative ? 0 <=> size : size;
}

/// Cuts a code at its semicolons, minding quotes, escapes and brackets.
std::vector<std::string_view> sections_of(std::string_view code) {
    std::vector<std::string_view> all;
    std::size_t from = 0;
    char closing = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (closing != 0) {
            if (code[i] == closing) closing = 0;
        } else if (code[i] == '"') {
            closing = '"';
        } else if (code[i] == '[') {
            closing = ']';
        } else if (code[i] == '\\' || code[i] == '_' || code[i] == '*') {
            ++i;
        } else if (code[i] == ';') {
            all.push_back(code.substr(from, i - from));
            from = i + 1;
        }
    }
    all.push_back(code.substr(std::min(from, code.size())));
    return all;
}

std::size_t character_bytes(std::string_view text, std::size_t at) noexcept {
    std::size_t size = 1;
    while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xC0U) == 0x80) ++size;
    return size;
}

/// Appends without blanks, no-break ones too.
void add_literal(std::string& around, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        auto const size = character_bytes(text, i);
        auto const c = text.substr(i, size);
        if (c != " " && c != "\xC2\xA0" && c != "\xE2\x80\xAF") around += c;
        i += size;
    }
}

} // namespace

std::string_view NumberFormat::builtin(unsigned id) noexcept {
    switch (id) {
    case 1: return "0";
    case 2: return "0.00";
    case 3: return "#,##0";
    case 4: return "#,##0.00";
    case 5:
    case 6: return "#,##0\\ \"€\"";
    case 7:
    case 8: return "#,##0.00\\ \"€\"";
    case 9: return "0%";
    case 10: return "0.00%";
    case 11: return "0.00E+00";
    case 12: return "# ?/?";
    case 13: return "# \?\?/\?\?";
    case 14: return "dd.mm.yyyy";
    case 15: return "dd.mmm.yy";
    case 16: return "dd.mmm";
    case 17: return "mmm.yy";
    case 18: return "h:mm AM/PM";
    case 19: return "h:mm:ss AM/PM";
    case 20: return "h:mm";
    case 21: return "h:mm:ss";
    case 22: return "dd.mm.yyyy h:mm";
    case 37:
    case 38: return "#,##0;-#,##0";
    case 39:
    case 40: return "#,##0.00;-#,##0.00";
    case 41:
    case 42: return "#,##0;-#,##0;\"-\"";
    case 43:
    case 44: return "#,##0.00;-#,##0.00;\"-\"";
    case 45: return "mm:ss";
    case 46: return "[h]:mm:ss";
    case 47: return "mm:ss.0";
    case 48: return "##0.0E+0";
    case 49: return "@";
    default: break;
    }
    if ((id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return "yyyy-mm-dd"; // dates of East Asian Excel
    return "General";
}

NumberFormat::Section NumberFormat::section(std::string_view code, bool& understood) {
    Section section;
    bool digits = false;
    bool mark = false;
    bool letters = false;
    int commas = 0; // since the last digit place
    for (std::size_t i = 0; i < code.size();) {
        auto const c = code[i];
        auto const size = character_bytes(code, i);
        if (c == '"') {
            auto const end = std::min(code.find('"', i + 1), code.size());
            add_literal(section.around, code.substr(i + 1, end - i - 1));
            i = end + 1;
        } else if (c == '\\' && i + 1 < code.size()) {
            auto const next = character_bytes(code, i + 1);
            add_literal(section.around, code.substr(i + 1, next));
            i += 1 + next;
        } else if ((c == '_' || c == '*') && i + 1 < code.size()) {
            i += 1 + character_bytes(code, i + 1); // room as wide as a character; a filler
        } else if (c == '[') {
            auto const end = std::min(code.find(']', i), code.size());
            auto inner = code.substr(i + 1, end - i - 1);
            i = end + 1;
            if (inner.empty()) continue;
            if (inner.front() == '$') {
                add_literal(section.around, inner.substr(1, inner.find('-') - 1));
            } else if (inner.find_first_not_of("hHmMsS") == std::string_view::npos) {
                section.parts += static_cast<char>(lower(inner.front()) == 'm' ? 'n' : lower(inner.front()));
                letters = true;
            } else if (inner.front() == '<' || inner.front() == '>' || inner.front() == '=') {
                using enum Section::Test;
                auto const two = inner.substr(0, 2);
                section.test = two == "<="            ? less_equal
                               : two == ">="          ? greater_equal
                               : two == "<>"          ? not_equal
                               : inner.front() == '<' ? less
                               : inner.front() == '>' ? greater
                                                      : equal;
                inner.remove_prefix(two == "<=" || two == ">=" || two == "<>" ? 2 : 1);
                auto const limit = DecimalText::from(inner);
                if (limit)
                    section.limit = *limit;
                else
                    understood = false;
            } // else a colour or a locale
        } else if (c == '0' || c == '#' || c == '?') {
            if (mark) {
                ++section.most;
                if (c == '0') section.least = section.most;
            } else if (c == '0') {
                ++section.whole;
            }
            digits = true;
            commas = 0;
            ++i;
        } else if (c == '.') {
            mark = true;
            ++i;
        } else if (c == ',') {
            ++commas;
            ++i;
        } else if (c == '%') {
            ++section.hundreds;
            section.around += '%';
            ++i;
        } else if (code.substr(i, 7) == "General" || code.substr(i, 8) == "Standard") {
            section.kind = Section::Kind::general;
            understood = understood && section.parts.empty();
            return section;
        } else if ((c == 'E' || c == 'e') && i + 1 < code.size() &&
                   (code[i + 1] == '+' || code[i + 1] == '-')) {
            section.kind = Section::Kind::scientific;
            section.around.clear();
            return section;
        } else if (lower(c) == 'a' && (code.substr(i, 5) == "AM/PM" || code.substr(i, 3) == "A/P")) {
            i += code.substr(i, 3) == "A/P" ? std::size_t{3} : std::size_t{5};
        } else if (is_date_letter(lower(c)) || c == 'e') {
            auto letter = c == 'e' ? 'y' : lower(c);
            while (i < code.size() && lower(code[i]) == lower(c)) ++i;
            // An m after hours or before seconds is a minute.
            if (letter == 'm' && !section.parts.empty() && section.parts.back() == 'h') letter = 'n';
            if (letter == 's' && !section.parts.empty() && section.parts.back() == 'm')
                section.parts.back() = 'n';
            if (section.parts.find(letter) == std::string::npos) section.parts += letter;
            letters = true;
        } else if (c == '@') {
            return Section{};
        } else if (c == '/' && digits && !letters) {
            understood = false; // a fraction: shown as its decimal value
            return Section{};
        } else {
            add_literal(section.around, code.substr(i, size));
            i += size;
        }
    }
    section.thousands = mark && section.most > 0 && commas > 0 ? commas : digits && !mark ? commas : 0;
    if (letters) {
        section.kind = Section::Kind::date;
    } else {
        section.kind = digits ? Section::Kind::digits : Section::Kind::literal;
    }
    return section;
}

NumberFormat::NumberFormat(std::string_view code) : code_(code) {
    auto parts = sections_of(code);
    if (parts.size() > 3) parts.resize(3); // the fourth is for texts
    for (auto const part : parts) sections_.push_back(section(part, understood_));
    if (sections_.size() > 1) {
        // The digits keep their minus, so that a colour is never all that tells a loss from a gain; what a
        // negative section writes to say the same is dropped.
        auto& around = sections_[1].around;
        if (sections_[1].kind != Section::Kind::literal && sections_[1].test == Section::Test::none)
            around.erase(std::remove_if(around.begin(), around.end(),
                                        [](char c) { return c == '-' || c == '(' || c == ')'; }),
                         around.end());
    }
    // "+0.0;-0.0": signs of a change belong to the digits.
    for (auto& each : sections_)
        if (each.kind == Section::Kind::digits && (each.around == "+" || each.around == "-"))
            each.around.clear();
    general_ =
        sections_.size() == 1 && sections_[0].kind == Section::Kind::general && sections_[0].around.empty();
    auto const& only = sections_.front();
    if (sections_.size() == 1 && only.kind == Section::Kind::digits && only.hundreds == 0 &&
        only.thousands == 0 && only.whole <= 1 && only.around.empty() && only.test == Section::Test::none) {
        plain_least_ = only.least;
        plain_most_ = only.most;
    }
}

NumberFormat::Section const& NumberFormat::pick(DecimalText const& number) const {
    using enum Section::Test;
    bool const tests = std::any_of(sections_.begin(), sections_.end(),
                                   [](Section const& each) { return each.test != none; });
    if (tests) {
        for (auto const& each : sections_) {
            auto const order = compare(number, each.limit);
            switch (each.test) {
            case none: return each;
            case less:
                if (order < 0) return each;
                break;
            case less_equal:
                if (order <= 0) return each;
                break;
            case equal:
                if (order == 0) return each;
                break;
            case not_equal:
                if (order != 0) return each;
                break;
            case greater:
                if (order > 0) return each;
                break;
            case greater_equal:
                if (order >= 0) return each;
                break;
            }
        }
        return sections_.back();
    }
    if (number.digits.empty()) return sections_.size() > 2 ? sections_[2] : sections_[0];
    return number.negative && sections_.size() > 1 ? sections_[1] : sections_[0];
}

void NumberFormat::show(DecimalText number, bool epoch_1904, Shown& out) const {
    auto const& section = pick(number);
    out.kind = Shown::Kind::number;
    out.text.clear();
    out.around = section.around;
    switch (section.kind) {
    case Section::Kind::literal:
        out.kind = Shown::Kind::literal;
        out.text = section.around;
        out.around = {};
        return;
    case Section::Kind::date: {
        auto text = date_text(number, epoch_1904, section.parts);
        out.kind = text ? Shown::Kind::date : Shown::Kind::not_a_day;
        if (text) out.text = std::move(*text);
        out.around = {};
        return;
    }
    case Section::Kind::general:
        number.round_to_digits(15);
        number.write(out.text, 0);
        return;
    case Section::Kind::scientific:
        number.round_to_digits(std::max(1, section.whole) + section.most);
        number.write(out.text, 0);
        return;
    case Section::Kind::digits: break;
    }
    number.round_to_digits(15);
    if (!number.digits.empty()) number.point += 2 * section.hundreds - 3 * section.thousands;
    number.round_to_places(section.most);
    number.write(out.text, section.least, std::max(1, section.whole));
}

} // namespace adapters::xlsx

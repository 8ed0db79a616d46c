#include "adapters/table/marks.hpp"

#include <algorithm>

#include "adapters/table/texts.hpp"
#include "gateway/core/error.hpp"

namespace adapters::table {
namespace {

constexpr std::string_view marks = ".,";

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// The core of a figure: from the first digit to the last, or to an exponent. False where other characters
/// than digits and marks stand in it: it proves nothing.
struct Core {
    std::string digits; ///< digits and marks, blanks as ' '
    bool exponent = false;
    bool sound = false;
};

Core core_of(std::string_view text) {
    Core core;
    auto const first = std::find_if(text.begin(), text.end(), is_digit);
    if (first == text.end()) return core;
    text.remove_prefix(static_cast<std::size_t>(first - text.begin()));
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (is_digit(c) || c == '.' || c == ',' || c == '\'') {
            core.digits += c;
        } else if ((c == 'E' || c == 'e') && i + 1 < text.size()) {
            core.exponent = true;
            break;
        } else if (c == ' ' || static_cast<unsigned char>(c) == 0xC2 ||
                   static_cast<unsigned char>(c) == 0xE2) {
            core.digits += ' ';
            i += c == ' ' ? 0U : static_cast<unsigned char>(c) == 0xC2 ? 1U : 2U;
        } else {
            break;
        }
    }
    while (!core.digits.empty() && !is_digit(core.digits.back())) core.digits.pop_back();
    core.sound = !core.digits.empty();
    return core;
}

} // namespace

void MarkEvidence::note(Proof& proof, std::string_view text, std::uint64_t line) {
    if (!proof.given()) proof = {line, std::string{text}};
}

void MarkEvidence::look(std::string_view text, std::uint64_t line) {
    if (text.find_first_of(".,' \xC2\xE2") == std::string_view::npos) return;
    weigh(text, line);
    constexpr unsigned three_behind = 1U << 12U;
    for (std::size_t mark = 0; mark < 2; ++mark)
        if (decimal_[mark].given()) settled_[mark] = either_[mark].given() ? ~0U : ~three_behind;
}

void MarkEvidence::weigh(std::string_view text, std::uint64_t line) {
    auto const core = core_of(text);
    if (!core.sound) return;
    auto const& digits = core.digits;
    if (digits.find(' ') != std::string::npos) note(blanks_, text, line);
    if (digits.find('\'') != std::string::npos) note(apostrophe_, text, line);
    auto const last = digits.find_last_of(marks);
    if (last == std::string::npos) return;
    std::size_t const mark = digits[last] == '.' ? 0 : 1;
    auto const other = digits.find(marks[1 - mark]);
    auto const count = std::count(digits.begin(), digits.end(), digits[last]);
    if (other != std::string::npos) {
        // Both marks: the last one is the decimal mark, where it stands alone.
        if (count > 1) return;
        note(decimal_[mark], text, line);
        note(thousands_[1 - mark], text, line);
        return;
    }
    if (count > 1) return note(thousands_[mark], text, line);
    bool const grouped = digits.find_first_of(" '") != std::string::npos;
    auto const before = last;
    auto const after = digits.size() - last - 1;
    bool const could_group = after == 3 && before >= 1 && before <= 3 && digits[0] != '0' && !grouped;
    note(could_group && !core.exponent ? either_[mark] : decimal_[mark], text, line);
}

Marks MarkEvidence::decide(Marks const& declared, std::string const& column) const {
    auto const refuse = [&column](std::string const& why) {
        throw gateway::Error{
            gateway::Errc::ambiguous_number,
            "column " + column + ": " + why +
                "; declare the marks in the feed description, as in [numbers] decimal = \",\" "
                "and thousands = \".\" (or \"none\")"};
    };
    auto const place = [](Proof const& proof) {
        return shown(proof.text) + " in line " + std::to_string(proof.line);
    };
    Marks result{declared.decimal, declared.thousands == '\x01' ? '\0' : declared.thousands};
    bool const thousands_open = declared.thousands == '\0';
    if (result.decimal == '\0') {
        for (std::size_t mark = 0; mark < 2; ++mark)
            if (decimal_[mark].given() && thousands_[mark].given())
                refuse("'" + std::string{marks[mark]} + "' is the decimal mark of " + place(decimal_[mark]) +
                       " and a thousands mark of " + place(thousands_[mark]));
        if (decimal_[0].given() && decimal_[1].given())
            refuse("two decimal marks: " + place(decimal_[0]) + " and " + place(decimal_[1]));
        for (std::size_t mark = 0; mark < 2; ++mark)
            if (decimal_[mark].given() || thousands_[1 - mark].given()) result.decimal = marks[mark];
        if (result.decimal == '\0' && !thousands_open && result.thousands != '\0')
            result.decimal = result.thousands == '.' ? ',' : '.';
        if (result.decimal == '\0') {
            for (auto const& proof : either_)
                if (proof.given())
                    refuse("nothing in it proves whether " + place(proof) +
                           " has a decimal or a thousands mark");
            result.decimal = '.';
        }
    }
    if (thousands_open) {
        std::size_t const other = result.decimal == '.' ? 1 : 0;
        if (thousands_[other].given() || either_[other].given())
            result.thousands = marks[other];
        else if (blanks_.given())
            result.thousands = ' ';
        else if (apostrophe_.given())
            result.thousands = '\'';
    }
    return result;
}

std::optional<Marks> MarkEvidence::certain(Marks const& declared) const noexcept {
    Marks result{declared.decimal, declared.thousands == '\x01' ? '\0' : declared.thousands};
    bool const thousands_open = declared.thousands == '\0';
    if (thousands_open && (blanks_.given() || apostrophe_.given())) return std::nullopt;
    if (result.decimal == '\0') {
        for (std::size_t mark = 0; mark < 2; ++mark) {
            if (!decimal_[mark].given()) continue;
            if (thousands_[mark].given() || result.decimal != '\0') return std::nullopt;
            result.decimal = marks[mark];
        }
        if (result.decimal == '\0') return std::nullopt;
    }
    std::size_t const other = result.decimal == '.' ? 1 : 0;
    if (thousands_open && (thousands_[other].given() || either_[other].given()))
        result.thousands = marks[other];
    return result;
}

} // namespace adapters::table

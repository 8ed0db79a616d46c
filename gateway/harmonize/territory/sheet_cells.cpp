// Cells of a sheet: keys with their zeros, days, counts.
#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/sheet_state.hpp"
#include "gateway/io/csv.hpp"

namespace gateway::harmonize::territory {
namespace {

/// The most exact digits of a number: as stored, where the sheet shows fewer.
std::string_view digits_of(SheetField const& field) {
    return field.stored.empty() ? field.text : field.stored;
}

} // namespace

std::string sheet_key_text(SheetField const& field) {
    auto const source = field.kind == SheetField::Kind::number && !field.stored.empty() &&
                                is_key_digits(field.stored) &&
                                field.text.find_first_not_of("0123456789") != std::string_view::npos
                            ? field.stored
                            : field.text;
    std::string text;
    for (char const c : source)
        if (c != ' ') text += c;
    return text;
}

void SheetReader::State::write(std::initializer_list<std::string_view> fields) {
    bool first = true;
    for (auto const field : fields) {
        if (!first) table.csv += ',';
        first = false;
        io::append_csv_field(table.csv, field, ',');
    }
    table.csv += '\n';
    ++table.used;
}

/// A key with its zeros: seven digits have lost one, and only one reading is left.
std::string SheetReader::State::key(SheetField const* field) {
    if (field == nullptr) return {};
    auto text = sheet_key_text(*field);
    if (is_key_digits(text) && (text.size() == 4 || text.size() == 7 || text.size() == 11) &&
        text.front() != '0') {
        text.insert(0, 1, '0');
        ++zeros_restored;
    }
    return text;
}

std::string SheetReader::State::part(SheetLine const& line, SheetRole role, std::size_t digits) {
    auto const* const field = find(line, role);
    if (field == nullptr) return {};
    auto text = sheet_key_text(*field);
    if (is_key_digits(text) && text.size() < digits) {
        text.insert(0, digits - text.size(), '0');
        ++zeros_restored;
    }
    return text.size() == digits && is_key_digits(text) ? text : std::string{};
}

/// Days as dates, as texts, and as the serial number that a lost format shows.
std::optional<std::string> SheetReader::State::date(SheetField const* field) {
    if (field == nullptr) return std::nullopt;
    auto const shown = trimmed(field->text);
    if (field->kind == SheetField::Kind::date) return std::string{shown.substr(0, 10)};
    if (auto const parsed = parse_date(shown)) return date_text(*parsed);
    constexpr std::int32_t epoch_1900 = 25569; // 1970-01-01
    constexpr std::int32_t epoch_shift = 1462;
    std::int32_t serial = 0;
    auto const [end, fault] = std::from_chars(shown.data(), shown.data() + shown.size(), serial);
    bool const whole = fault == std::errc{} && end == shown.data() + shown.size();
    if (!whole || serial < 15000 || serial > 80000) return std::nullopt; // 1941 to 2119
    ++serials;
    return date_text(serial - epoch_1900 + (epoch_1904 ? epoch_shift : 0));
}

/// A count; `sound` becomes false where there is something else. Signs for "none" are no number.
std::optional<std::string> SheetReader::State::number(SheetLine const& line, SheetRole role, double factor,
                                                      bool& sound) {
    auto const* const field = find(line, role);
    if (field == nullptr) return std::nullopt;
    auto shown = std::string{trimmed(digits_of(*field))};
    if (shown.empty() || shown == "-" || shown == "\u2013" || shown == "." || shown == "/" || shown == "x" ||
        shown == "...")
        return std::nullopt;
    if (field->kind == SheetField::Kind::text) {
        // "1 234,5" as text: blanks part thousands, the comma is the mark.
        shown.erase(std::remove(shown.begin(), shown.end(), ' '), shown.end());
        std::replace(shown.begin(), shown.end(), ',', '.');
    }
    auto const value = real_from(shown);
    if (!value || *value < 0 || field->kind == SheetField::Kind::date) {
        sound = false;
        return std::nullopt;
    }
    if (factor == 0) return std::nullopt; // a unit that nobody names
    if (factor == 1) return shown;
    std::array<char, 40> buffer{};
    auto const end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value * factor, std::chars_format::fixed)
            .ptr;
    return std::string{buffer.data(), end};
}

} // namespace gateway::harmonize::territory

// GV100AD: one line per area, fields at fixed character positions.
#include <algorithm>
#include <charconv>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/import_read.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr std::string_view municipality = "60"; ///< record kind (Satzart)

/// Bytes of each character of a line, so that positions count characters.
class Line {
  public:
    explicit Line(std::string_view text) : text_(text) {
        for (std::size_t at = 0; at < text.size(); ++at)
            if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) starts_.push_back(at);
        starts_.push_back(text.size());
    }
    [[nodiscard]] std::size_t size() const noexcept { return starts_.size() - 1; }
    /// Characters first to last, 1-based and inclusive as in the record description; without blanks at the end.
    [[nodiscard]] std::string_view field(std::size_t first, std::size_t last) const {
        if (first > size()) return {};
        auto text = text_.substr(starts_[first - 1], starts_[std::min(last, size())] - starts_[first - 1]);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
        return text;
    }

  private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

} // namespace

bool is_utf8(std::string_view bytes) noexcept {
    for (std::size_t at = 0; at < bytes.size();) {
        auto const lead = static_cast<unsigned char>(bytes[at]);
        std::size_t const length = lead < 0x80   ? 1
                                   : lead < 0xC2 ? 0
                                   : lead < 0xE0 ? 2
                                   : lead < 0xF0 ? 3
                                   : lead < 0xF5 ? 4
                                                 : 0;
        if (length == 0 || at + length > bytes.size()) return false;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(bytes[at + i]) & 0xC0U) != 0x80U) return false;
        at += length;
    }
    return true;
}

std::string utf8_from_latin1(std::string_view bytes) {
    std::string result;
    result.reserve(bytes.size() + bytes.size() / 16);
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            result += c;
        } else {
            result += static_cast<char>(0xC0U | (byte >> 6U));
            result += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return result;
}

bool looks_like_gv100(std::string_view bytes) noexcept {
    auto const line = bytes.substr(0, bytes.find('\n'));
    if (line.size() < 100 || line.find(';') != std::string_view::npos) return false;
    auto const digits = [](char c) { return c >= '0' && c <= '9'; };
    // Record kind and a day written YYYYMMDD.
    return std::all_of(line.begin(), line.begin() + 12, digits) && line[1] == '0' &&
           (line.substr(2, 2) == "19" || line.substr(2, 2) == "20");
}

Gv100 read_gv100(std::string_view bytes, std::string const& name) {
    Gv100 result;
    std::string converted;
    if (!is_utf8(bytes)) {
        result.latin1 = true;
        converted = utf8_from_latin1(bytes);
        bytes = converted;
    }
    auto const refuse = [&](std::string const& found, std::string const& expected) {
        throw Error(Errc::malformed, name + ":" + std::to_string(result.lines) + ": found " + found +
                                         ", expected " + expected + " (GV100AD, positions count characters)");
    };
    for (std::size_t at = 0; at < bytes.size();) {
        auto const end = std::min(bytes.find('\n', at), bytes.size());
        Line const line{bytes.substr(at, end - at)};
        at = end + 1;
        ++result.lines;
        if (line.size() < 10) {
            if (line.field(1, 10).empty()) continue;
            refuse("a line of " + std::to_string(line.size()) + " characters", "record kind and day");
        }
        auto const text = line.field(3, 10);
        auto const day = text.size() == 8 ? parse_date(std::string{text.substr(0, 4)} + "-" +
                                                       std::string{text.substr(4, 2)} + "-" +
                                                       std::string{text.substr(6, 2)})
                                          : std::nullopt;
        if (!day) refuse("the day '" + std::string{text} + "'", "a day written YYYYMMDD at 3-10");
        if (result.extract.day != 0 && *day != result.extract.day)
            refuse("the day " + date_text(*day),
                   "one day in the whole file, " + date_text(result.extract.day));
        result.extract.day = *day;
        if (line.field(1, 2) != municipality) continue;
        if (line.size() < 150) ++result.short_lines;
        RegisterRow row;
        row.key = line.field(11, 18);
        if (row.key.size() != 8) refuse("the key '" + row.key + "'", "an AGS of eight digits at 11-18");
        row.name = line.field(23, 72);
        auto const count = [&](std::size_t first, std::size_t last) -> std::optional<std::int64_t> {
            auto const field = line.field(first, last);
            if (field.empty()) return std::nullopt;
            std::int64_t value = 0;
            auto const [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value);
            if (error != std::errc{} || stop != field.data() + field.size())
                refuse("'" + std::string{field} + "'",
                       "a count at " + std::to_string(first) + "-" + std::to_string(last));
            return value;
        };
        constexpr std::int64_t m2_per_hectare = 10000;
        if (auto const hectares = count(129, 139)) row.area_m2 = *hectares * m2_per_hectare;
        row.population = count(140, 150);
        result.extract.rows.push_back(std::move(row));
    }
    std::stable_sort(result.extract.rows.begin(), result.extract.rows.end(),
                     [](RegisterRow const& a, RegisterRow const& b) { return a.key < b.key; });
    return result;
}

} // namespace gateway::harmonize::territory

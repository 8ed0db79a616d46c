#include "gateway/http/conditional.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "gateway/io/internet_date.hpp"

namespace gateway::http {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 2> marks{"-gzip", "-zstd"};

/// What stands between the quotes, without the mark of a coding.
std::string_view bare(std::string_view tag) noexcept {
    if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return tag;
    tag = tag.substr(1, tag.size() - 2);
    for (auto const mark : marks)
        if (tag.size() > mark.size() && tag.substr(tag.size() - mark.size()) == mark)
            return tag.substr(0, tag.size() - mark.size());
    return tag;
}

/// Calls `see` with every tag of the list. A comma may stand inside the quotes.
template <typename See>
void each_tag(std::string_view list, See see) {
    while (!list.empty()) {
        auto const first = list.find_first_not_of(" \t,");
        if (first == std::string_view::npos) return;
        list.remove_prefix(first);
        auto const quote = list.find('"');
        auto const close = quote == std::string_view::npos ? quote : list.find('"', quote + 1);
        auto const length = close != std::string_view::npos && quote <= 2
                                ? close + 1
                                : std::min(list.size(), list.find_first_of(" \t,"));
        see(list.substr(0, length));
        list.remove_prefix(length);
    }
}

std::optional<int> number(std::string_view text) noexcept {
    int value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    return !text.empty() && error == std::errc{} && stop == end && value >= 0 ? std::optional{value}
                                                                              : std::nullopt;
}

struct Parts {
    std::optional<int> day, month, year, hour, minute, second;
    int offset_minutes = 0;
};

bool read_clock(std::string_view word, Parts& parts) noexcept {
    if (word.size() != 8 || word[2] != ':' || word[5] != ':') return false;
    parts.hour = number(word.substr(0, 2));
    parts.minute = number(word.substr(3, 2));
    parts.second = number(word.substr(6, 2));
    return parts.hour && parts.minute && parts.second;
}

/// "GMT+0100"
bool read_offset(std::string_view word, Parts& parts) noexcept {
    if (word.size() != 8 || word.substr(0, 3) != "GMT" || (word[3] != '+' && word[3] != '-')) return false;
    auto const hours = number(word.substr(4, 2));
    auto const minutes = number(word.substr(6, 2));
    if (!hours || !minutes) return false;
    parts.offset_minutes = (*hours * 60 + *minutes) * (word[3] == '-' ? -1 : 1);
    return true;
}

void read_word(std::string_view word, Parts& parts) noexcept {
    if (read_clock(word, parts) || read_offset(word, parts)) return;
    auto const month = std::find(months.begin(), months.end(), word.substr(0, 3));
    if (month != months.end() && !parts.month && word.size() == 3) {
        parts.month = static_cast<int>(month - months.begin()) + 1;
        return;
    }
    auto const value = number(word);
    if (!value) return;
    if (!parts.day && word.size() <= 2)
        parts.day = value;
    else if (!parts.year)
        parts.year = word.size() == 2 ? *value + (*value < 70 ? 2000 : 1900) : *value;
}

} // namespace

std::string marked_tag(std::string_view tag, Coding coding) {
    std::string text{tag};
    if (coding == Coding::identity || text.empty() || text.back() != '"') return text;
    text.insert(text.size() - 1, coding == Coding::gzip ? marks[0] : marks[1]);
    return text;
}

std::string without_marks(std::string_view if_none_match) {
    std::string text;
    each_tag(if_none_match, [&](std::string_view tag) {
        if (!text.empty()) text += ", ";
        if (tag.find('"') == std::string_view::npos) {
            text += tag;
            return;
        }
        if (tag.substr(0, 2) == "W/") text += "W/";
        text += '"';
        text += bare(tag);
        text += '"';
    });
    return text;
}

bool names_tag(std::string_view if_none_match, std::string_view tag) noexcept {
    if (tag.empty()) return false;
    bool found = false;
    each_tag(if_none_match, [&](std::string_view each) { found |= each == "*" || bare(each) == bare(tag); });
    return found;
}

std::optional<std::int64_t> read_http_date(std::string_view text) noexcept {
    Parts parts;
    while (!text.empty()) {
        auto const first = text.find_first_not_of(" ,-");
        if (first == std::string_view::npos || text[first] == '(') break;
        text.remove_prefix(first);
        // A hyphen parts the words of RFC 850 ("06-Nov-94") and begins an offset ("GMT-0500").
        auto end = text.find_first_of(" ,-");
        if (text.substr(0, 4) == "GMT-") end = text.find(' ');
        auto const length = std::min(text.size(), end);
        read_word(text.substr(0, length), parts);
        text.remove_prefix(length);
    }
    if (!parts.day || !parts.month || !parts.year || !parts.hour) return std::nullopt;
    using namespace std::chrono;
    auto const date = year{*parts.year} / month{static_cast<unsigned>(*parts.month)} /
                      day{static_cast<unsigned>(*parts.day)};
    if (!date.ok() || *parts.year < 1970 || *parts.year > 9999 || *parts.hour > 23 || *parts.minute > 59 ||
        *parts.second > 60)
        return std::nullopt;
    auto const time = sys_days{date}.time_since_epoch() + hours{*parts.hour} + minutes{*parts.minute} +
                      seconds{*parts.second} - minutes{parts.offset_minutes};
    auto const count = duration_cast<seconds>(time).count();
    return count >= 0 ? std::optional<std::int64_t>{count} : std::nullopt;
}

std::string http_date(std::int64_t seconds) {
    return io::internet_date(seconds) + " GMT";
}

bool not_modified(std::string_view if_none_match, std::string_view if_modified_since, std::string_view tag,
                  std::optional<std::int64_t> last_modified) noexcept {
    if (!if_none_match.empty()) return names_tag(if_none_match, tag);
    if (if_modified_since.empty() || !last_modified) return false;
    auto const since = read_http_date(if_modified_since);
    return since && *last_modified <= *since;
}

} // namespace gateway::http

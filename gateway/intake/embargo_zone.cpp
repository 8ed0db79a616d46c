#include "gateway/intake/embargo_zone.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr UnixTime day_seconds = 86400;
constexpr int hour_seconds = 3600;

std::string path_of(std::string const& name) {
    char const* const folder = std::getenv("TZDIR");
    return (folder != nullptr && *folder != '\0' ? std::string{folder} : "/usr/share/zoneinfo") + "/" + name;
}

bool is_zone_name(std::string_view name) noexcept {
    if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '_' || c == '-' || c == '+';
    });
}

/// Big-endian numbers, one after the other.
class Bytes {
  public:
    Bytes(std::string_view bytes, std::string const& name) : bytes_(bytes), name_(name) {}

    std::string_view take(std::size_t count) {
        if (bytes_.size() - at_ < count)
            throw Error{Errc::malformed, "time zone " + name_ + ": the file ends after " +
                                             std::to_string(bytes_.size()) +
                                             " bytes, in the middle; install the package tzdata again"};
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }
    std::int64_t number(std::size_t width) {
        std::uint64_t value = 0;
        for (char const c : take(width)) value = value << 8U | static_cast<unsigned char>(c);
        if (width == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
        return static_cast<std::int64_t>(value);
    }
    [[nodiscard]] std::string_view rest() const { return bytes_.substr(at_); }

  private:
    std::string_view bytes_;
    std::string const& name_;
    std::size_t at_ = 0;
};

struct Counts {
    char version = 0;
    std::size_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0;
};

Counts read_head(Bytes& bytes, std::string const& name) {
    if (bytes.take(4) != "TZif")
        throw Error{Errc::malformed, "time zone " + name + ": is no zone file; install the package tzdata"};
    Counts counts;
    counts.version = bytes.take(16).front();
    for (auto* const each :
         {&counts.utc, &counts.standard, &counts.leaps, &counts.times, &counts.types, &counts.letters}) {
        *each = static_cast<std::size_t>(bytes.number(4));
        if (*each > 100'000)
            throw Error{Errc::malformed, "time zone " + name + ": the head of the file is damaged"};
    }
    return counts;
}

std::size_t size_of(Counts const& counts, std::size_t width) {
    return counts.times * (width + 1) + counts.types * 6 + counts.letters + counts.leaps * (width + 4) +
           counts.standard + counts.utc;
}

/// Reads "CET-1CEST,M3.5.0,M10.5.0/3" piece by piece; each function says whether there was one.
class RuleText {
  public:
    explicit RuleText(std::string_view text) : text_(text) {}

    bool name() {
        auto const start = text_;
        if (skip('<')) {
            while (!text_.empty() && text_.front() != '>') text_.remove_prefix(1);
            return skip('>');
        }
        while (!text_.empty() && is_letter(text_.front())) text_.remove_prefix(1);
        return start.size() > text_.size();
    }
    std::optional<int> number() {
        int value = 0;
        auto const before = text_.size();
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9' && value < 100'000) {
            value = value * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return before == text_.size() ? std::nullopt : std::optional{value};
    }
    /// hh[:mm[:ss]], signed.
    std::optional<int> clock() {
        int const sign = skip('-') ? -1 : 1;
        if (sign == 1) skip('+');
        auto const hours = number();
        if (!hours) return std::nullopt;
        int seconds = *hours * hour_seconds;
        if (skip(':')) seconds += number().value_or(0) * 60;
        if (skip(':')) seconds += number().value_or(0);
        return sign * seconds;
    }
    std::optional<ClockChange> change() {
        ClockChange change;
        if (!skip(',')) return std::nullopt;
        if (skip('M')) {
            // -1 where there is none, which no comparison below lets through.
            auto const next = [this] { return skip('.') ? number().value_or(-1) : -1; };
            auto const month = number().value_or(-1);
            auto const week = next();
            auto const day = next();
            if (month < 1 || month > 12 || week < 1 || week > 5 || day < 0 || day > 6) return std::nullopt;
            change.month = month;
            change.week = week;
            change.day = day;
        } else {
            change.kind = skip('J') ? ClockChange::Kind::day_from_1 : ClockChange::Kind::day_from_0;
            auto const day = number();
            if (!day || *day > 366) return std::nullopt;
            change.day = *day;
        }
        if (skip('/')) {
            auto const time = clock();
            if (!time) return std::nullopt;
            change.seconds = *time;
        }
        return change;
    }
    [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }
    [[nodiscard]] bool at_comma() const noexcept { return !text_.empty() && text_.front() == ','; }

  private:
    static bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
    bool skip(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::string_view text_;
};

int year_of(UnixTime time) {
    using namespace std::chrono;
    return static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{time}})}.year());
}

/// The wall clock at which they change in a year, as if it were UTC.
UnixTime wall_of(ClockChange const& change, int year_number) {
    using namespace std::chrono;
    year const in{year_number};
    sys_days day;
    if (change.kind == ClockChange::Kind::weekday) {
        month const of{static_cast<unsigned>(change.month)};
        weekday const on{static_cast<unsigned>(change.day)};
        day = change.week == 5 ? sys_days{in / of / on[last]}
                               : sys_days{in / of / on[static_cast<unsigned>(change.week)]};
    } else {
        // Counted from 1, 29 February has no number; counted from 0, it has one.
        int after = change.day;
        if (change.kind == ClockChange::Kind::day_from_1 && !(in.is_leap() && change.day >= 60)) --after;
        day = sys_days{in / January / 1} + days{after};
    }
    return sys_seconds{day}.time_since_epoch().count() + change.seconds;
}

} // namespace

bool TimeZone::is_known(std::string const& name) noexcept {
    std::error_code failed;
    return is_zone_name(name) && std::filesystem::is_regular_file(path_of(name), failed);
}

TimeZone TimeZone::load(std::string const& name) {
    if (!is_known(name))
        throw Error{Errc::not_found, "time zone '" + name +
                                         "': this machine has none of that name; correct it (Europe/Berlin), "
                                         "or install the package tzdata"};
    return parse(io::read_file(path_of(name)), name);
}

TimeZone TimeZone::parse(std::string_view content, std::string name) {
    TimeZone zone;
    zone.name_ = std::move(name);
    Bytes bytes{content, zone.name_};
    auto counts = read_head(bytes, zone.name_);
    std::size_t width = 4;
    if (counts.version >= '2') {
        // The first part is for readers of the last century.
        bytes.take(size_of(counts, width));
        counts = read_head(bytes, zone.name_);
        width = 8;
    }
    std::vector<UnixTime> times(counts.times);
    for (auto& each : times) each = bytes.number(width);
    auto const kinds = bytes.take(counts.times);
    std::vector<int> offsets(counts.types);
    int first_winter = -1;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        offsets[i] = static_cast<int>(bytes.number(4));
        if (bytes.take(2).front() == 0 && first_winter < 0) first_winter = static_cast<int>(i);
    }
    if (offsets.empty() || !std::is_sorted(times.begin(), times.end()))
        throw Error{Errc::malformed, "time zone " + zone.name_ + ": the file is damaged"};
    zone.first_ = offsets[first_winter < 0 ? 0 : static_cast<std::size_t>(first_winter)];
    for (std::size_t i = 0; i < times.size(); ++i) {
        auto const kind = static_cast<unsigned char>(kinds[i]);
        if (kind >= offsets.size())
            throw Error{Errc::malformed, "time zone " + zone.name_ + ": the file is damaged"};
        zone.changes_.push_back({times[i], offsets[kind]});
    }
    bytes.take(counts.letters + counts.leaps * (width + 4) + counts.standard + counts.utc);
    if (width == 8) {
        auto rule = bytes.rest();
        if (rule.size() >= 2 && rule.front() == '\n') {
            rule.remove_prefix(1);
            zone.read_rule(rule.substr(0, rule.find('\n')));
        }
    }
    return zone;
}

void TimeZone::read_rule(std::string_view text) {
    if (text.empty()) return; // the list is all there is
    RuleText rule{text};
    auto const damaged = [&] {
        throw Error{Errc::malformed,
                    "time zone " + name_ + ": the rule '" + std::string{text} + "' is none; see POSIX 8.3"};
    };
    if (!rule.name()) damaged();
    auto const winter = rule.clock();
    if (!winter) damaged();
    rule_.winter = -winter.value_or(0); // POSIX counts westwards
    if (!rule.at_end()) {
        if (!rule.name()) damaged();
        auto const summer = rule.at_comma() ? std::optional{-(rule_.winter + hour_seconds)} : rule.clock();
        auto const there = rule.change();
        auto const back = rule.change();
        if (!summer || !there || !back || !rule.at_end()) damaged();
        rule_.has_summer = true;
        rule_.summer = -summer.value_or(0);
        rule_.to_summer = there.value_or(ClockChange{});
        rule_.to_winter = back.value_or(ClockChange{});
    }
    rule_.is_there = true;
}

int TimeZone::by_rule(UnixTime time) const {
    if (!rule_.has_summer) return rule_.winter;
    auto const year = year_of(time + rule_.winter);
    auto const there = wall_of(rule_.to_summer, year) - rule_.winter;
    auto const back = wall_of(rule_.to_winter, year) - rule_.summer;
    // South of the equator summer lies around the turn of the year.
    bool const summer = there < back ? time >= there && time < back : time >= there || time < back;
    return summer ? rule_.summer : rule_.winter;
}

int TimeZone::offset_at(UnixTime time) const {
    if (changes_.empty()) return rule_.is_there ? by_rule(time) : first_;
    if (time < changes_.front().at) return first_;
    if (rule_.is_there && time >= changes_.back().at) return by_rule(time);
    auto const next = std::upper_bound(changes_.begin(), changes_.end(), time,
                                       [](UnixTime t, Change const& change) { return t < change.at; });
    return std::prev(next)->offset;
}

std::vector<UnixTime> TimeZone::instants_of(UnixTime wall) const {
    // Clocks are never more than a day away from UTC: every offset that counts is in force somewhere here.
    std::vector<UnixTime> found;
    for (UnixTime probe = wall - day_seconds; probe <= wall + day_seconds; probe += hour_seconds) {
        auto const instant = wall - offset_at(probe);
        if (instant + offset_at(instant) == wall) found.push_back(instant);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace gateway::intake

// Time zones: what the clocks on the wall showed, from the machine's own zone files.
//
// Not localtime_r: it follows TZ, which belongs to the whole process. A file lists the instants at which the clocks
// change; a rule at its end says how it goes on for ever.
//
// Source   RFC 8536 (TZif); POSIX.1-2017, 8.3 (the rule); the package tzdata, /usr/share/zoneinfo or $TZDIR
// Errors   Error not_found for a zone that this machine does not have; malformed for a file that is none
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"

namespace gateway::intake {

/// A day of every year on which the clocks change.
struct ClockChange {
    enum class Kind : std::uint8_t { weekday, day_from_1, day_from_0 };
    Kind kind = Kind::weekday;
    int month = 1, week = 1; ///< week 5 = the last
    int day = 0;             ///< weekday, 0 = Sunday; or the day of the year
    int seconds = 7200;      ///< of the wall clock before the change, after midnight
};

class TimeZone {
  public:
    /// \throws Error not_found, malformed
    static TimeZone load(std::string const& name);
    /// The content of a zone file; `name` is for messages.
    static TimeZone parse(std::string_view bytes, std::string name);
    static bool is_known(std::string const& name) noexcept;

    /// Seconds by which the clocks were ahead of UTC.
    [[nodiscard]] int offset_at(UnixTime time) const;
    /// Every instant at which the clocks showed this (seconds since 1970 as if it were UTC), in order: one; none where
    /// they skipped it; two where they showed it twice.
    [[nodiscard]] std::vector<UnixTime> instants_of(UnixTime wall) const;
    [[nodiscard]] std::string const& name() const noexcept { return name_; }

  private:
    struct Change {
        UnixTime at = 0;
        int offset = 0;
    };
    struct Rule {
        bool is_there = false, has_summer = false;
        int winter = 0, summer = 0; ///< seconds ahead of UTC
        ClockChange to_summer, to_winter;
    };
    [[nodiscard]] int by_rule(UnixTime time) const;
    void read_rule(std::string_view text);

    std::string name_;
    int first_ = 0; ///< offset before the first change
    std::vector<Change> changes_;
    Rule rule_;
};

} // namespace gateway::intake

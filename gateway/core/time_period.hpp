// Time periods: intervals of calendar days inside, SDMX TIME_PERIOD outside.
//
// Shape    half-open interval [start, end) in days since 1970-01-01 plus the kind the source meant. A
//          reference date (Stichtag) is the one day on which a stock was counted.
// Text     2024 · 2024-12-31 · 2024-S1 · 2024-Q2 · 2024-06 · 2020-08-01/P1Y (school year) ·
//          2023-10-01/P6M (winter term) · 2024-01-15/P10D (any other interval)
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway {

class TimePeriod {
  public:
    enum class Kind : std::uint8_t { date, year, half_year, quarter, month, school_year, term, interval };

    constexpr TimePeriod() = default;
    // Each returns nothing for a date that does not exist.
    static std::optional<TimePeriod> date(int year, unsigned month, unsigned day) noexcept;
    static std::optional<TimePeriod> year(int year) noexcept;
    static std::optional<TimePeriod> half_year(int year, unsigned half) noexcept;
    static std::optional<TimePeriod> quarter(int year, unsigned quarter) noexcept;
    static std::optional<TimePeriod> month(int year, unsigned month) noexcept;
    /// 1 August of `year` to 31 July.
    static std::optional<TimePeriod> school_year(int year) noexcept;
    /// Summer term: April to September of `year`; winter term: October of `year` to March.
    static std::optional<TimePeriod> term(int year, bool winter) noexcept;
    /// `months` months from the first day given.
    static std::optional<TimePeriod> months_from(int year, unsigned month, unsigned day,
                                                 unsigned months) noexcept;
    /// Any interval; end is exclusive. Its kind is school_year or term where it is exactly one.
    static std::optional<TimePeriod> interval(std::int32_t start_day, std::int32_t end_day) noexcept;
    /// From stored fields; nothing where they do not form a period of that kind.
    static std::optional<TimePeriod> from_days(Kind kind, std::int32_t start_day,
                                               std::int32_t end_day) noexcept;

    [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
    [[nodiscard]] constexpr std::int32_t start_day() const noexcept { return start_; }
    [[nodiscard]] constexpr std::int32_t end_day() const noexcept { return end_; }
    /// Calendar year of the first day.
    [[nodiscard]] int start_year() const noexcept;

    /// SDMX TIME_PERIOD.
    [[nodiscard]] std::string to_sdmx() const;
    /// ISO 8601 start and duration for every kind: "2024-01-01/P1Y"; a reference date is "2024-12-31/P1D".
    [[nodiscard]] std::string to_iso_interval() const;

    /// By start, then end, then kind.
    friend constexpr std::strong_ordering operator<=>(TimePeriod const& a, TimePeriod const& b) noexcept {
        if (auto const order = a.start_ <=> b.start_; order != 0) return order;
        if (auto const order = a.end_ <=> b.end_; order != 0) return order;
        return a.kind_ <=> b.kind_;
    }
    friend constexpr bool operator==(TimePeriod const&, TimePeriod const&) = default;

  private:
    constexpr TimePeriod(Kind kind, std::int32_t start, std::int32_t end) noexcept
        : start_(start), end_(end), kind_(kind) {}
    std::int32_t start_ = 0;
    std::int32_t end_ = 1;
    Kind kind_ = Kind::date;
};

/// Reads what to_sdmx writes, also with "--" in place of the solidus (as in figure ids).
std::optional<TimePeriod> parse_sdmx_period(std::string_view text) noexcept;

/// Days since 1970-01-01, or nothing for a date that does not exist.
std::optional<std::int32_t> days_from_date(int year, unsigned month, unsigned day) noexcept;
/// "2024-12-31" for a day number.
std::string date_text(std::int32_t day);
/// A day number for "2024-12-31" or "31.12.2024".
std::optional<std::int32_t> parse_date(std::string_view text) noexcept;

} // namespace gateway

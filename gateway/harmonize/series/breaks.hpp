// Breaks: where two figures of one series do not mean the same.
//
// A break is a date from which a statistic counts otherwise, or a change of the census that the population
// estimates rest on. The base depends on the date and on when the figure was received: the office replaces the
// figures of a past date when it changes the base. Nothing is smoothed; a break is said.
//
// Source   mappings/breaks.toml; docs/series.md, breaks
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize::series {

struct Break {
    std::string id;         ///< "microcensus-2020"; "basis" for a change of the census
    std::int32_t from = 0;  ///< first day after the break
    std::string severity;   ///< level, definition, method, protection
    bool obs_status = true; ///< SDMX calls it a break (B); protection is none
    std::string de, en, source;
    std::string place; ///< "mappings/breaks.toml:12"
};

/// A figure as far as breaks are concerned.
struct Point {
    TimePeriod period;
    std::optional<UnixTime> received; ///< nothing = not known
};

class BreakRegister {
  public:
    static BreakRegister load(MappingFiles const& files);

    /// Breaks between two figures of one series, the earlier first, in order of dates.
    [[nodiscard]] std::vector<Break> between(DatasetInfo const& dataset, IndicatorKey const& indicator,
                                             Point const& earlier, Point const& later) const;
    /// The census base of a figure: "Z2011", "VZ1987"; "?" where the register knows bases of this statistic but
    /// not of this figure; empty where the statistic has none.
    [[nodiscard]] std::string basis(DatasetInfo const& dataset, Point const& point) const;
    /// All breaks that concern a series, whatever its figures, without changes of base.
    [[nodiscard]] std::vector<Break> concerning(DatasetInfo const& dataset,
                                                IndicatorKey const& indicator) const;
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Scope {
        std::vector<std::string> statistics, tables, datasets, measures;
        std::map<std::string, std::vector<std::string>, std::less<>> codes; ///< dimension to codes
    };
    struct Entry {
        Break what;
        Scope scope;
    };
    struct Basis {
        std::string code, de, en, source, place;
        std::vector<std::string> statistics, datasets;
        std::optional<std::int32_t> from, until, received_from, received_until; ///< days, inclusive
    };
    [[nodiscard]] static bool concerns(Scope const& scope, DatasetInfo const& dataset,
                                       IndicatorKey const& indicator);
    [[nodiscard]] Basis const* basis_entry(DatasetInfo const& dataset, Point const& point) const;
    [[nodiscard]] std::optional<Break> change_of_basis(DatasetInfo const& dataset, Point const& earlier,
                                                       Point const& later) const;
    std::vector<Entry> entries_;
    std::vector<Basis> bases_;
};

/// Sets OBS_STATUS B where a break says so and nothing else is said.
void mark_break(Observation& figure, std::vector<Break> const& breaks) noexcept;

} // namespace gateway::harmonize::series

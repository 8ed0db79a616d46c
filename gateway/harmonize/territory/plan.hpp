// What a conversion does with each area, worked out from crosswalk and request: targets, weights, expectations.
//
// A plan is immutable and shared by threads. Targets are the new keys, cut to districts where that is asked for,
// in ascending order. Weights that do not add up are repaired here: within 1e-3 they are scaled; beyond that, or
// where the weight asked for is missing, another one takes its place (area where nobody lives, population for
// jobs) and the flag says so. In ags mode weights are used as they stand.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/value.hpp"
#include "gateway/harmonize/territory/crosswalk.hpp"

namespace gateway::harmonize::territory {

enum class Mode : std::uint8_t {
    safe, ///< totals kept, nothing incomplete passed off as complete
    ags,  ///< the R package ags, exactly
};

/// Facts about a value; several may hold.
using Flags = std::uint16_t;
namespace flag {
inline constexpr Flags nearest_year = 1;     ///< matched to the table of another year
inline constexpr Flags off_day = 2;          ///< the data's day is not the one of the table
inline constexpr Flags key_repaired = 4;     ///< a key was read as what it must have been
inline constexpr Flags weight_fallback = 8;  ///< the weight asked for was of no use
inline constexpr Flags missing_part = 16;    ///< a source has no number
inline constexpr Flags secret_part = 32;     ///< a source's number is confidential
inline constexpr Flags absent_part = 64;     ///< a source has no row
inline constexpr Flags double_vintage = 128; ///< an area and its parts in one year
inline constexpr Flags duplicate = 256;      ///< a source has several rows
inline constexpr Flags estimated_part = 512; ///< a source was itself estimated
inline constexpr Flags mixed_years = 1024;   ///< sources were matched to different years
inline constexpr Flags special_keys =
    2048; ///< some sources are keys of uninhabited areas, and only these are (or are not) there
inline constexpr Flags protected_part = 4096; ///< the office has changed a source within known bounds
inline constexpr Flags open_part = 8192;      ///< the office has changed a source, nobody says by how much
inline constexpr unsigned count = 14;
} // namespace flag
/// "nearest_year missing_part"
std::string flags_text(Flags flags);

struct RatioSpec {
    std::string name;
    std::string numerator;
    std::string denominator;
    double factor = 1; ///< 100 for a percentage
};

/// "share=num/den", "rate=1000*num/den"; a name that ends in _pct, _percent or _prozent gives per cent.
/// \throws Error invalid_argument
RatioSpec ratio_from(std::string_view text);

struct ConvertRequest {
    Mode mode = Mode::safe;
    Weight weight = Weight::population;
    bool nearest_year = false;
    bool partial = false;       ///< sums of what is there, with their coverage
    bool beside_secret = false; ///< partial sums also where a source is confidential: its office allows it
    Protection protection = Protection::none; ///< of all values that do not say so themselves
    bool repair_keys = false;                 ///< see keys.hpp
    bool dash_is_zero = false;                ///< '-' of an area that existed is a zero
    bool integers = false;                    ///< largest remainder per Land and for Germany
    bool districts = false;                   ///< cut municipal targets to district keys
    std::string time_name = "year";
    std::vector<std::string> strata;
    std::vector<std::string> values;
    std::vector<RatioSpec> ratios;
    std::vector<std::string> attributes; ///< columns whose text comes from the source that fits best
    std::vector<std::string> counts;     ///< values that are counts, whatever they look like
};

/// One way from a source to a target.
struct Step {
    std::uint32_t target = 0;
    std::uint32_t parts = 1; ///< rows of the table that this step stands for
    double weight = 1;       ///< of the estimator asked for
    double population = 1;   ///< of the population estimator, or `weight` where it has none
    double area = 1;         ///< of the area estimator, likewise
    double employees = 1;    ///< of the estimator by employees, likewise
    bool split = false;      ///< the source has other targets, too
};

class Plan {
  public:
    Plan(Crosswalk const& crosswalk, ConvertRequest request);

    [[nodiscard]] Crosswalk const& crosswalk() const noexcept { return crosswalk_; }
    [[nodiscard]] ConvertRequest const& request() const noexcept { return request_; }
    [[nodiscard]] std::vector<std::string_view> const& targets() const noexcept { return targets_; }
    [[nodiscard]] std::string_view target_name(std::uint32_t target) const noexcept {
        return target_names_[target];
    }
    [[nodiscard]] std::uint32_t target_of(std::uint32_t new_key) const noexcept {
        return target_of_[new_key];
    }

    [[nodiscard]] bool knows_status(std::int32_t status) const noexcept;
    [[nodiscard]] bool knows_key(std::uint32_t old_key) const noexcept { return usable_key_[old_key]; }
    /// The entry to use, exact or nearest (of two equally near the earlier); no_entry where there is none.
    [[nodiscard]] std::uint32_t match(std::uint32_t old_key, std::int32_t status) const noexcept;
    /// The target of an entry that goes over whole in one row of the table, or `no_target`: what most entries do.
    [[nodiscard]] std::uint32_t whole_target(std::uint32_t entry) const noexcept { return whole_[entry]; }
    static constexpr std::uint32_t no_target = 0xFFFFFFFF;
    /// The steps of an entry, and flags that hold for all of them. Empty where no weight is of use.
    Flags resolve(std::uint32_t entry, std::vector<Step>& steps) const;
    /// Rows of the table that lead to `target` at `status`.
    [[nodiscard]] std::uint32_t expected(std::int32_t status, std::uint32_t target) const noexcept;
    /// The same for all targets, by number; empty where the status is not known.
    [[nodiscard]] std::span<std::uint32_t const> expected_at(std::int32_t status) const noexcept;
    [[nodiscard]] std::vector<std::int32_t> const& statuses() const noexcept { return statuses_; }

  private:
    [[nodiscard]] bool usable(std::uint32_t entry) const noexcept;
    [[nodiscard]] std::uint32_t find_whole(std::uint32_t entry) const noexcept;
    [[nodiscard]] std::size_t status_index(std::int32_t status) const noexcept;

    Crosswalk const& crosswalk_;
    ConvertRequest request_;
    std::vector<std::string_view> targets_;
    std::vector<std::string> target_names_;
    std::vector<std::uint32_t> target_of_;
    std::vector<bool> usable_key_;
    std::vector<std::int32_t> statuses_;
    std::vector<std::uint32_t> whole_; ///< by entry; parts lie too far apart to look at each for every figure
    std::vector<std::uint32_t> expected_; ///< by status, then target
};

} // namespace gateway::harmonize::territory

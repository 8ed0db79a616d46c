// Crosswalks: which areas of a target date hold the land, people and jobs of each earlier area.
//
// Shape    for each old key and status the parts: a new key and the share of the old area's population,
//          area and employees that lies in it. Statuses are years (the territory of 31 December) or day
//          numbers since 1970-01-01, one kind per crosswalk. Compact arrays: entries of a key stand together
//          in ascending order of their status, parts of an entry likewise.
// Units    weights are shares, 0..1, NaN where the source has none (employees before 1997). They are kept as
//          the source gives them, also where they do not add up: audit.hpp says so, estimate.hpp repairs.
// Source   BBSR, Laufende Raumbeobachtung, Umsteigeschlüssel; events of the official change lists; docs/territory.md
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/key_table.hpp"

namespace gateway::harmonize::territory {

enum class Weight : std::uint8_t { population, area, employees };
inline constexpr std::size_t weight_count = 3;
inline constexpr double no_weight = std::numeric_limits<double>::quiet_NaN();

std::string_view to_string(Weight weight) noexcept; ///< "pop", "area", "emp"
/// Also "size" for area, as the R package ags says it.
std::optional<Weight> weight_from(std::string_view name) noexcept;

struct CrosswalkPart {
    std::uint32_t key = 0;    ///< number in new_keys
    std::uint32_t row = 0;    ///< line of the table, or number of the event
    std::uint32_t source = 0; ///< number in sources
    std::array<double, weight_count> weights{no_weight, no_weight, no_weight};
};

/// Absolute size of the part: thousand persons, km², thousand employees; NaN where not known.
using PartSize = std::array<double, weight_count>;

/// A table or list of events that parts were taken from.
struct CrosswalkSource {
    std::string name;   ///< "kreise_2020.csv", "events"
    std::string sha256; ///< of the file; empty for what was built in memory
    std::uint64_t rows = 0;
};

struct Crosswalk {
    enum class Status : std::uint8_t { year, day };

    Status status = Status::year;
    std::string target_name = "ags_new"; ///< name of the key column in results: "ags20"
    std::optional<std::int32_t> target;  ///< status of the new keys, where it is known
    KeyTable old_keys;
    KeyTable new_keys;
    std::vector<std::string> old_names; ///< by key number; empty text where not known
    std::vector<std::string> new_names;
    std::vector<std::uint32_t> first_entry; ///< entries of old key k: [first_entry[k], first_entry[k + 1])
    std::vector<std::int32_t> statuses;     ///< by entry
    std::vector<std::uint32_t> first_part;  ///< parts of entry e: [first_part[e], first_part[e + 1])
    std::vector<CrosswalkPart> parts;
    std::vector<PartSize> sizes; ///< by part, or empty where no table has sizes
    std::vector<CrosswalkSource> sources;
    std::vector<Issue> issues; ///< what reading found

    static constexpr std::uint32_t no_entry = 0xFFFFFFFF;
    [[nodiscard]] std::span<CrosswalkPart const> parts_of(std::uint32_t entry) const noexcept {
        return {parts.data() + first_part[entry], parts.data() + first_part[entry + 1]};
    }
    [[nodiscard]] std::uint32_t entry_count() const noexcept {
        return static_cast<std::uint32_t>(statuses.size());
    }
    /// The entry of `old_key` at exactly this status, or no_entry.
    [[nodiscard]] std::uint32_t entry(std::uint32_t old_key, std::int32_t at) const noexcept;
    /// All statuses, ascending.
    [[nodiscard]] std::vector<std::int32_t> all_statuses() const;
};

/// Collects rows in any order and lays them out. Of two equal (status, old, new) rows the first stays and an
/// issue says so.
class CrosswalkBuilder {
  public:
    explicit CrosswalkBuilder(Crosswalk::Status status = Crosswalk::Status::year) { result_.status = status; }
    std::uint32_t source(CrosswalkSource source);
    void reserve(std::size_t rows);
    /// `part.key` is set here. Names may be empty.
    void add(std::int32_t status, std::string_view old_key, std::string_view new_key, CrosswalkPart part,
             PartSize const& size = {no_weight, no_weight, no_weight}, std::string_view old_name = {},
             std::string_view new_name = {});
    [[nodiscard]] Crosswalk& result() noexcept { return result_; } ///< for names, target and issues
    Crosswalk finish();

  private:
    struct Row {
        std::uint32_t old_key;
        std::int32_t status;
        CrosswalkPart part;
    };
    Crosswalk result_;
    std::vector<Row> rows_;
    std::vector<PartSize> sizes_;
    bool has_sizes_ = false;
};

/// One crosswalk followed by another that begins at its target: A to B, B to C give A to C; each weight kind
/// is the product of its own kind, and the parts keep the row of `first`. Statuses of `then` that `first` does
/// not have are taken over, so that the result leads from every status of both.
/// \throws Error invalid_argument where `then` has no entries at the target of `first`
Crosswalk chained(Crosswalk const& first, Crosswalk const& then);

} // namespace gateway::harmonize::territory

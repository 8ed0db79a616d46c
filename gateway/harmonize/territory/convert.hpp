// Conversion: figures of areas of any year, on the areas of the target date.
//
// Order    key(), time() and stratum() give numbers to texts (cheap where known), add() takes one row of the
//          input with all its values, add_value() one figure; then ConvertResult (result.hpp) reads the sums. Several
//          conversions of one plan can work on parts of an input; merge() puts them together.
// Values   as amount_from reads them. A missing value never counts as zero. Of several rows for one key, time and
//          stratum the first counts and the sum is flagged; in ags mode they are an error, as missing values are.
// Source   docs/territory.md, docs/adr/0009-territory-conversion.md
// Errors   Error duplicate_key, empty_cell, malformed in ags mode
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/harmonize/territory/cells.hpp"
#include "gateway/harmonize/territory/keys.hpp"
#include "gateway/harmonize/territory/plan.hpp"

namespace gateway::harmonize::territory {

/// What became of a row; every row has exactly one fate.
enum class Fate : std::uint8_t {
    exact,
    nearest,
    key_or_time_missing,
    key_unknown,
    other_level,
    time_unknown,
    unmatched,    ///< the area did not exist at that time, yet has a number
    no_territory, ///< the area did not exist at that time, and has none, or the figure itself says NO_TERRITORY
    duplicate,
    share_unknown, ///< the area was divided on the way, and no table tells its shares
};
inline constexpr std::size_t fate_count = 10;
/// "matched_exact", "key_unknown": as reports say it.
std::string_view to_string(Fate fate) noexcept;

/// A key or time that cost rows.
struct Trouble {
    Fate fate = Fate::exact;
    std::string key;
    std::string time; ///< where it mattered
    std::string name; ///< of the area, as the data have it
    std::optional<std::int32_t> status;
    std::uint64_t first_line = 0;
    std::uint64_t rows = 0;
};

/// A time of the data.
struct DataTime {
    std::string text; ///< as it stands in results
    std::optional<std::int32_t> status;
    bool known = false;
    bool off_day = false;
};

/// Texts of strata columns, and the combinations that occur.
class Strata {
  public:
    explicit Strata(std::size_t columns) : tables_(columns), pairs_(columns) {}
    std::uint32_t code(std::size_t column, std::string_view text) { return tables_[column].intern(text); }
    /// One number for one code per column.
    std::uint32_t combine(std::span<std::uint32_t const> codes);
    [[nodiscard]] std::uint32_t size() const noexcept {
        return tables_.empty() ? 1 : static_cast<std::uint32_t>(combinations_.size());
    }
    [[nodiscard]] std::vector<std::string_view> texts(std::uint32_t stratum) const;
    [[nodiscard]] std::size_t columns() const noexcept { return tables_.size(); }

  private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    std::uint32_t next(std::size_t column, std::uint32_t before, std::uint32_t code);
    std::vector<KeyTable> tables_;
    std::vector<std::vector<std::vector<std::uint32_t>>> pairs_; ///< by column, number so far, code
    std::vector<std::uint32_t> counts_;
    std::vector<std::vector<std::uint32_t>> combinations_; ///< codes, by stratum
};

class Conversion {
  public:
    explicit Conversion(Plan const& plan);

    std::uint32_t key(std::string_view text);
    std::uint32_t time(std::string_view text);
    Strata& strata() noexcept { return strata_; }
    /// The name of a key's area helps to find what was meant, where the key is not known.
    [[nodiscard]] bool wants_name(std::uint32_t key) const noexcept {
        return keys_[key].reading.state == KeyReading::State::unknown && keys_[key].name.empty();
    }
    void name_key(std::uint32_t key, std::string_view name) { keys_[key].name = name; }

    /// True where the row counted.
    bool add(std::uint64_t line, std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
             std::span<Amount const> values);
    /// The texts of a row that counted, one per attribute of the request. merge() leaves them out.
    void add_attributes(std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
                        std::span<std::string_view const> texts);
    void add_value(std::uint64_t line, std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
                   std::size_t value, Amount const& amount);
    /// Whoever knows some figures ahead hides the latency of memory: sums are far apart, and files come in no order.
    /// First the way of the figure, a few figures later its sum, again a few later add_value(). Always inline: a call
    /// that does nothing but prefetch counts as one without effect for g++ 12, which drops it.
    [[gnu::always_inline]] void prefetch_way(std::uint32_t key, std::uint32_t time) const noexcept {
        if (time < routes_.size() && key < routes_[time].size()) __builtin_prefetch(&routes_[time][key]);
    }
    [[gnu::always_inline]] void prefetch_sum(std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
                                             std::size_t value) const noexcept {
        if (time >= routes_.size() || key >= routes_[time].size()) return;
        auto const& way = routes_[time][key];
        auto const first = sums_.find(stratum, time);
        if (way.kind == Route::unresolved || way.kind == Route::lost || first == Sums::none) return;
        auto const block = first + static_cast<std::uint32_t>(value);
        if (block < seen_.size()) seen_[block].prefetch(way.bit);
        sums_.block(block).prefetch(way.kind == Route::whole ? way.index
                                                             : steps_[way.index].steps.front().target);
    }
    /// A row that is known to be of another level before its key is looked at.
    void skip_other_level(std::uint64_t rows) { fates_[static_cast<std::size_t>(Fate::other_level)] += rows; }
    /// Lines of `other` count from behind the first `lines_before` of the input.
    /// \throws Error conflict where both hold a row for one source: read the input in one go, then
    void merge(Conversion const& other, std::uint64_t lines_before = 0);
    /// Becomes `other`, a conversion of the same plan.
    void take(Conversion&& other);

    [[nodiscard]] Plan const& plan() const noexcept { return plan_; }
    [[nodiscard]] Sums const& sums() const noexcept { return sums_; }
    [[nodiscard]] Strata const& strata() const noexcept { return strata_; }
    [[nodiscard]] std::vector<DataTime> const& times() const noexcept { return times_; }
    [[nodiscard]] KeyReader const& keys() const noexcept { return reader_; }
    [[nodiscard]] std::uint64_t rows(Fate fate) const noexcept {
        return fates_[static_cast<std::size_t>(fate)];
    }
    [[nodiscard]] std::uint64_t rows() const noexcept;
    [[nodiscard]] std::uint64_t repaired_rows() const noexcept { return repaired_rows_; }
    [[nodiscard]] std::vector<Trouble> troubles() const; ///< the costliest first
    /// The text of the source of which most lies in `target`, by size where the table has sizes; unanimous where all
    /// sources that are there say the same.
    struct BestFit {
        std::string_view text;
        bool unanimous = true;
    };
    [[nodiscard]] std::optional<BestFit> best_fit(std::uint32_t target, std::uint32_t stratum,
                                                  std::uint32_t time, std::size_t attribute) const;
    /// Whether the row of an area of the crosswalk was there, and had a number for `value`.
    struct Presence {
        bool row = false;
        bool number = false;
    };
    [[nodiscard]] Presence presence(std::uint32_t old_key, std::uint32_t stratum, std::uint32_t time,
                                    std::size_t value) const;

  private:
    struct DataKey {
        std::string text;
        KeyReading reading;
        std::string name;
    };
    struct Route { ///< what a key at a time leads to
        static constexpr std::uint8_t unresolved = 0, whole = 1, steps = 2, lost = 3;
        std::uint8_t kind = unresolved;
        Fate fate = Fate::exact;
        Flags flags = 0;
        std::uint32_t index = 0; ///< target, or list of steps
        std::uint32_t bit = 0;   ///< of the source in seen_ and lack_: its old key
    };
    struct Steps {
        std::vector<Step> steps;
        std::int32_t matched = 0;
        double size = 1; ///< of the source, by the weight asked for
    };
    struct Fit {
        double score = -1;
        std::uint32_t source = 0;
        std::uint32_t text = 0;
        bool unanimous = true;
    };
    [[nodiscard]] std::uint64_t fit_name(std::uint32_t target, std::uint32_t block,
                                         std::size_t attribute) const {
        return (std::uint64_t{block} * plan_.request().attributes.size() + attribute) << 32U | target;
    }
    Route const& route(std::uint32_t key, std::uint32_t time) {
        if (time < routes_.size() && key < routes_[time].size()) {
            auto const& known = routes_[time][key];
            if (known.kind != Route::unresolved) return known;
        }
        return find_route(key, time);
    }
    Route const& find_route(std::uint32_t key, std::uint32_t time);
    DataTime read_time(std::string_view text) const;
    void check_length_in_ags(std::string_view text) const;
    void put(Route const& route, std::uint32_t block, std::size_t value, Amount const& amount);
    void put_with_notes(Route const& route, std::uint32_t block, std::size_t value, Amount const& amount);
    void count(Route const& route) noexcept {
        ++fates_[static_cast<std::size_t>(route.fate)];
        if ((route.flags & flag::key_repaired) != 0) ++repaired_rows_;
    }
    /// Databases list areas for all times, with '-' where they did not exist. The package counts no such thing.
    static bool says_no_territory(Amount const& amount) noexcept;
    [[nodiscard]] Fate fate_without(Fate fate, std::span<Amount const> values) const noexcept;
    void lose(Fate fate, std::uint64_t line, std::uint32_t key, std::uint32_t time, std::uint32_t stratum);
    void mark_duplicate(Route const& route, std::uint32_t block, std::size_t values, std::uint64_t line,
                        std::uint32_t key, std::uint32_t time);
    void flag_targets(Route const& route, std::uint32_t block, Flags flags);
    void refuse_in_ags(Amount const& amount, std::uint64_t line, std::size_t value) const;
    BitSet& bits(std::vector<BitSet>& sets, std::uint32_t block) {
        if (block >= sets.size()) sets.resize(block + 1U + block / 2U);
        return sets[block];
    }

    Plan const& plan_;
    KeyReader reader_;
    bool ags_;
    Sums sums_;
    Strata strata_;
    KeyTable key_texts_;
    std::vector<DataKey> keys_;
    KeyTable time_texts_;
    std::vector<std::uint32_t> time_numbers_; ///< by text
    KeyTable time_names_;
    std::vector<DataTime> times_;
    std::vector<std::vector<Route>> routes_; ///< by time, then key
    std::vector<Steps> steps_;
    std::vector<BitSet> seen_; ///< by block: sources that had a row
    std::vector<BitSet> lack_; ///< by block: sources whose row had no number
    std::uint64_t fates_[fate_count] = {};
    std::uint64_t repaired_rows_ = 0;
    std::unordered_map<std::uint64_t, Trouble> troubles_;
    KeyTable attribute_texts_;
    std::unordered_map<std::uint64_t, Fit> fits_; ///< by fit_name
};

} // namespace gateway::harmonize::territory

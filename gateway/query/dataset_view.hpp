// DatasetView: what must be known of a dataset to answer questions about it, read once per vintage.
//
// Contents dimensions in the order of a key, codes as small numbers, every indicator as numbers, areas, labels,
//          vintages. Its size goes with the number of indicators and areas, not of figures.
// Threads  a view is immutable and shared; a Directory may be asked from several threads, each with a Store of
//          its own
// Errors   conflict for a dataset with two indicators that differ in UNIT_MULT alone: as it is an attribute, both
//          would have one key
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::query {

/// Every area of the store.
struct AreaTable {
    struct Entry {
        Area area;
        std::string key; ///< area_key()
        /// The key once more, for writers that copy it as one block; only where it is short and made of letters, digits
        /// and '_', which no format has to escape. Its size is 0 otherwise.
        std::array<char, 16> plain{};
        std::uint8_t plain_size = 0;
    };
    std::unordered_map<store::AreaNo, Entry> by_number;
    std::vector<store::AreaNo> numbers; ///< ascending
    std::vector<Entry const*> in_order; ///< of `numbers`
    std::map<std::string, std::vector<store::AreaNo>, std::less<>> by_key;
};

class DatasetView {
  public:
    static constexpr std::size_t freq = 0; ///< positions of dimensions()
    static constexpr std::size_t area = 1;
    static constexpr std::size_t first_own = 2;

    struct Own {
        std::string id;
        std::vector<std::string> codes; ///< ascending; the index is the number of a code
    };
    struct Indicator {
        store::IndicatorNo no = 0;
        int multiplier = 0;               ///< UNIT_MULT
        std::vector<std::uint32_t> codes; ///< one per own dimension; one that does not apply is "_Z"
        std::string text;                 ///< IndicatorKey::text()
    };

    DatasetInfo info;
    /// Day whose areas all figures are on, where that is one: derived datasets. Else that of each period.
    std::optional<std::int32_t> territory;
    std::vector<store::VintageInfo> vintages; ///< ascending
    std::vector<Own> own;
    std::vector<Indicator> indicators;    ///< ascending by number
    std::vector<std::string> frequencies; ///< codes that can occur
    /// Place of the frequency of each kind of period in `frequencies`.
    std::array<std::uint8_t, 8> frequency_of_kind{};
    std::shared_ptr<AreaTable const> areas;
    /// (dimension, code) to text as the source gave it; "AREA" uses area_key().
    std::map<std::pair<std::string, std::string>, std::string> labels;
    /// The same for look-up: dimension, then code; points into `labels`.
    std::map<std::string, std::unordered_map<std::string_view, std::string const*>, std::less<>> label_index;

    /// Label of a code; empty where the source gave none.
    [[nodiscard]] std::string_view label(std::string_view dimension, std::string_view code) const noexcept;
    [[nodiscard]] VintageNo last() const noexcept { return vintages.empty() ? 0 : vintages.back().no; }
    [[nodiscard]] store::VintageInfo const* vintage(VintageNo no) const noexcept;
    /// FREQ, AREA, own dimensions: the positions of a key.
    [[nodiscard]] std::vector<std::string> dimensions() const;
    [[nodiscard]] std::size_t dimension_count() const noexcept { return first_own + own.size(); }
    /// Place of a dimension in a key; nothing for others and for TIME_PERIOD.
    [[nodiscard]] std::optional<std::size_t> position(std::string_view dimension) const noexcept;
    [[nodiscard]] std::uint8_t frequency(TimePeriod const& period) const noexcept {
        return frequency_of_kind[static_cast<std::size_t>(period.kind())];
    }
    /// Index in `indicators`.
    [[nodiscard]] std::uint32_t index_of(store::IndicatorNo no) const noexcept;
    [[nodiscard]] std::string const& code(Indicator const& indicator, std::size_t own_dimension) const {
        return own[own_dimension].codes[indicator.codes[own_dimension]];
    }
};

using DatasetViewPtr = std::shared_ptr<DatasetView const>;

/// Position of the item that is the id of a dataset: the day whose areas all its figures are on.
inline constexpr std::string_view territory_position = "territory";

/// Reads a view; null where the store has no such dataset. `areas` is used where it is not too old.
DatasetViewPtr read_view(store::Store const& store, std::string_view dataset,
                         std::shared_ptr<AreaTable const> areas = {});

/// Views that were read, as long as their vintage is the last.
class Directory {
  public:
    /// Begins with areas read before, which are used where they are not too old.
    explicit Directory(std::shared_ptr<AreaTable const> areas = {}) : areas_(std::move(areas)) {}
    Directory(Directory const&) = delete;
    Directory& operator=(Directory const&) = delete;

    /// Null where there is no such dataset.
    DatasetViewPtr dataset(store::Store const& store, std::string_view id);
    [[nodiscard]] std::shared_ptr<AreaTable const> areas();
    /// Labels can change without a vintage: whoever hears of a write to the store calls this.
    void forget();

  private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<std::mutex>, std::less<>>
        readers_; ///< of each dataset, one at a time
    std::map<std::string, DatasetViewPtr, std::less<>> views_;
    std::shared_ptr<AreaTable const> areas_;
};

} // namespace gateway::query

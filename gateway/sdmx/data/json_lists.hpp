// Lists of SDMX-JSON: the values that occur in an answer, so that series and observations name them by number.
// Internal to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {

/// Texts with numbers, in the order of the list.
class TextList {
  public:
    TextList() = default;
    explicit TextList(std::vector<std::string> texts);
    [[nodiscard]] std::vector<std::string> const& texts() const noexcept { return texts_; }
    /// Number of a text that is in the list.
    [[nodiscard]] std::uint32_t number(std::string_view text) const;

  private:
    std::vector<std::string> texts_;
    bool is_sorted_ = true;
    std::unordered_map<std::string, std::uint32_t> numbers_; ///< of long lists that are not sorted
};

/// What occurs in the series that are shown to it.
class Occurring {
  public:
    explicit Occurring(query::DatasetView const& view);
    /// Without figures, only keys and periods count: states and vintages are not listed.
    void add(query::Series const& series, bool has_figures);

    std::vector<bool> frequencies, indicators; ///< by index
    std::set<TimePeriod> periods;
    std::set<store::StateNo> states;
    std::set<VintageNo> vintages;

    /// Ascending, each once.
    std::vector<store::AreaNo> const& areas();
    /// Codes of a dimension, ascending.
    std::vector<std::string> codes(std::size_t position);

  private:
    query::DatasetView const& view_;
    std::vector<bool> seen_areas_; ///< by place in the table of areas
    std::size_t area_at_ = 0;
    std::vector<store::AreaNo> areas_;
    std::vector<TimePeriod> last_periods_;
    std::uint64_t last_periods_no_ = 0; ///< query::Series::periods of the last series
    store::StateNo last_state_ = 0;
    VintageNo last_vintage_ = 0;
};

} // namespace gateway::sdmx::data

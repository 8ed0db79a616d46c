// Totals against their parts over a dimension. Internal to the checker.
//
// Series come in (indicator, area) order, and the codes of a dimension lie anywhere in it, so sums wait until the
// end: in memory while they are few, in sorted runs on the disk where they are many (parts_runs.hpp). What is found
// is the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/plausibility/findings.hpp"
#include "gateway/harmonize/plausibility/parts_runs.hpp"
#include "gateway/harmonize/plausibility/parts_sum.hpp"
#include "gateway/harmonize/plausibility/series.hpp"

namespace gateway::harmonize::plausibility {

/// Parts of one dimension and their total, for every area and period.
class PartsOfDimension {
  public:
    /// `folder` takes what is spilled.
    PartsOfDimension(Rule const& rule, PeriodNumbers const& periods, AreaSlots const& areas,
                     std::string folder)
        : rule_(rule), periods_(periods), areas_(areas), runs_(std::move(folder)) {}
    /// The series that follow belong to this indicator.
    void start(IndicatorKey const& indicator);
    [[nodiscard]] bool is_wanted() const noexcept { return role_ != Role::none; }
    void add(CheckedSeries const& series);
    /// Sums in memory; between two series they may be spilled.
    [[nodiscard]] std::size_t held() const noexcept {
        return held_ + (group_ == nullptr ? 0 : group_->sums.size() + group_->fresh.size());
    }
    void spill();
    [[nodiscard]] std::size_t runs() const noexcept { return runs_.count(); }
    void finish(Findings& findings);

  private:
    enum class Role : std::uint8_t { none, total, part, optional_part };
    struct Group {
        IndicatorKey const* rest = nullptr; ///< with the total's code
        std::uint32_t number = 0;           ///< in order of appearance
        std::vector<PartsSum> sums;         ///< by key
        std::vector<PartsSum> fresh;
    };
    [[nodiscard]] Role role_of(std::string_view code) const;
    PartsSum& sum_of(std::uint64_t key);
    void leave_group();
    static void merge(Group& group);
    void compare(IndicatorKey const& rest, PartsSum const& sum, Findings& findings) const;

    Rule const& rule_;
    PeriodNumbers const& periods_;
    AreaSlots const& areas_;
    Role role_ = Role::none;
    bool multiplier_ = false;
    Group* group_ = nullptr;
    std::size_t next_ = 0;
    std::size_t most_sums_ = 0; ///< of a group so far: the next one will have as many
    std::size_t held_ = 0;      ///< sums in memory, without those of the group at hand
    std::uint16_t code_ = 0;
    std::map<IndicatorKey, Group> groups_;
    std::vector<PartsSum> spare_; ///< room of sums that were spilled, for those that come next
    std::vector<std::string> codes_;
    PartsRuns runs_;
};

} // namespace gateway::harmonize::plausibility

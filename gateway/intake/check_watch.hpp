// CheckWatch: what a check notices while the trial load runs.
//
// Every series, change and gap of the load passes here once. Kept are counts, the first places of each kind, and the
// cells that may be shifted: some megabytes, whatever the size of the file.
//
// Order    attach() before the load; the results when it is over, from the same store
// Source   docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/harmonize/aside_log.hpp"
#include "gateway/ingest/load.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/intake/check_shift.hpp"
#include "gateway/intake/preview.hpp"

namespace gateway::intake {

/// A cell of the delivery, or of the store where `line` is 0.
struct Spot {
    store::IndicatorNo indicator = 0;
    store::AreaNo area = 0;
    TimePeriod period;
    std::uint64_t line = 0;
};

/// Cells with one thing in common: how many, and the first `most` of them.
struct Tally {
    static constexpr std::size_t most = 10'000;
    std::uint64_t count = 0;
    std::vector<Spot> spots;
    void add(Spot const& spot) {
        ++count;
        if (spots.size() < most) spots.push_back(spot);
    }
};

class CheckWatch {
  public:
    CheckWatch(ingest::Workshop& shop, Agreement const& agreement, PreviewMaker& preview)
        : shop_(shop), agreement_(agreement), preview_(preview) {}
    CheckWatch(CheckWatch const&) = delete;
    CheckWatch& operator=(CheckWatch const&) = delete;
    ~CheckWatch() = default;

    void attach(ingest::LoadWatch& watch);

    Tally disclosed; ///< confidential in the current vintage, a number in the delivery
    Tally lost;      ///< a number in the current vintage, none in the delivery
    Tally sudden;    ///< many times, or a fraction of, the current value
    Tally missing;   ///< of the current vintage, not in the delivery
    harmonize::AsideLog aside;
    std::uint64_t compared = 0; ///< cells of the delivery that the current vintage has, too, and changes
    std::vector<ShiftCandidate> candidates;
    std::vector<Spot> revised_first, deleted_first; ///< a few

    /// Counties without any cell, by period: of those that the agreement wants.
    [[nodiscard]] std::map<std::string, std::vector<TimePeriod>> absent_counties();
    [[nodiscard]] std::string key_text(Spot const& spot);
    /// A few cells that are deleted, or else revised.
    [[nodiscard]] std::vector<std::string> sample(bool deleted);
    [[nodiscard]] std::string area_key_of(store::AreaNo area);
    [[nodiscard]] Area const& area_of(store::AreaNo area) { return preview_.area(area); }

  private:
    void series(store::IndicatorNo indicator, store::AreaNo area,
                std::span<harmonize::ResolvedCell const> cells);
    void change(store::Change const& change);
    void revised(Spot const& spot, Side const& before, Side const& after);
    void added(Spot const& spot, Side const& after);
    [[nodiscard]] harmonize::ResolvedCell const* neighbour(TimePeriod const& period) const;
    /// The newest stored number of the series at hand before a period.
    [[nodiscard]] std::optional<Decimal> stored_before(TimePeriod const& period);

    ingest::Workshop& shop_;
    Agreement const& agreement_;
    PreviewMaker& preview_;
    std::span<harmonize::ResolvedCell const> cells_; ///< of the series at hand
    store::IndicatorNo indicator_ = 0;
    store::AreaNo area_ = 0;
    bool is_count_ = false;
    std::unordered_map<store::AreaNo, std::uint32_t> county_numbers_;
    std::map<std::string, std::uint32_t> counties_;
    std::map<TimePeriod, std::vector<bool>> present_; ///< [period][county]
    std::optional<store::IndicatorNo> latest_of_;     ///< indicator that latest_ is of
    std::unordered_map<store::AreaNo, std::vector<std::pair<TimePeriod, Decimal>>> latest_;
};

/// True where the agreement lets the office speak of an area.
bool allows(Agreement const& agreement, Area const& area);

} // namespace gateway::intake

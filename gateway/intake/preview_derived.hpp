// Derived effects: what a release does to figures that are made from others.
//
// Made     sums of a county from its municipalities, of a Land from its counties; the share of foreigners; figures per
//          1,000 inhabitants, of counties and Länder, where the store has the inhabitants of the year. Counts only.
//          And counties on today's territory (preview_territory.hpp)
// Before   the store as it is; after: the same with the changes of the trial load
// Secrets  where something that was confidential gets a number, the new value is not shown
// Order    the largest relative change first; figures that appear or vanish last; equal ones by their names
// Memory   one indicator at a time, and the effects that are shown
// Source   domain handbook 6 (A01), docs/de/lieferung.md
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/derive/measures.hpp"
#include "gateway/ingest/plausible.hpp"
#include "gateway/intake/preview.hpp"
#include "gateway/intake/preview_territory.hpp"

namespace gateway::intake {

/// What stands in place of a number that would tell a secret.
inline constexpr std::string_view withheld = "WITHHELD";

class DerivedEffects {
  public:
    static constexpr std::size_t shown = 50;
    using IndicatorOf = std::function<IndicatorKey const&(store::IndicatorNo)>;
    using AreaOf = std::function<Area const&(store::AreaNo)>;

    DerivedEffects(ingest::Workshop& shop, std::string dataset, std::int32_t day);

    /// `changes`: additions and revisions, and from `deletions_at` on deletions where `has_deletions`; both parts by
    /// (indicator, area, period).
    void make(std::span<KeptChange const> changes, std::size_t deletions_at, bool has_deletions,
              IndicatorOf const& indicator_of, AreaOf const& area_of);
    /// Adds figures on today's territory.
    void add_territorial(std::span<KeptChange const> changes, TerritorialRequest const& request,
                         IndicatorOf const& indicator_of, AreaOf const& area_of);
    /// The effects that are shown; `more`: the number of the others.
    std::vector<DerivedEffect> take(std::uint64_t& more);

  private:
    struct Weighed {
        double relative = 0; ///< -1 where one side has no number
        DerivedEffect effect;
    };
    /// A figure before and after.
    struct Pair {
        Side before, after;
        bool secret = false; ///< a part of it was confidential and is a number after
    };
    using Place = std::pair<std::string, TimePeriod>; ///< key of an area, period
    using Figures = std::map<Place, Side>;

    void indicator_effects(IndicatorKey const& key);
    void sums(IndicatorKey const& key, AreaLevel parts);
    void shares(IndicatorKey const& key);
    void rates(IndicatorKey const& key);
    void add(std::string const& area_key, std::string const& what, std::string const& text,
             TimePeriod const& period, Pair const& figures);
    [[nodiscard]] bool is_count(IndicatorKey const& key) const;
    [[nodiscard]] std::string name_of_area(std::string const& key);
    [[nodiscard]] std::string name_of_indicator(IndicatorKey const& key) const;
    /// Figures of counties and Länder of an indicator as the store has them.
    Figures const& stored(IndicatorKey const& key);
    /// What becomes of them, where they change.
    Figures const& changed(IndicatorKey const& key);
    /// An indicator's figure at a place, before and after.
    Pair pair_of(IndicatorKey const& key, Place const& place);

    ingest::Workshop& shop_;
    std::string dataset_;
    std::int32_t day_;
    DatasetInfo info_;
    std::optional<derive::Measures> measures_;
    std::optional<ingest::Inhabitants> inhabitants_;
    std::vector<Weighed> effects_;
    std::uint64_t count_ = 0;

    std::span<KeptChange const> changes_;
    std::size_t middle_ = 0;
    IndicatorOf indicator_of_;
    AreaOf area_of_;
    std::map<IndicatorKey, store::IndicatorNo> numbers_; ///< of indicators that change
    std::map<IndicatorKey, Figures> stored_, changed_;   ///< of a few
    std::vector<KeptChange const*> group_;               ///< changes of the indicator at hand
    std::map<std::string, std::string> names_;
};

} // namespace gateway::intake

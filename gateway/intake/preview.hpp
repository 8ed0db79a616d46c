// Preview: what a release would do, made from the changes that the trial load tells.
//
// Order    change() for each change, while the load lasts; finish() when it is over and the store is as it was
// Shape    changes_sha256 is over one text: for each series that changes a line "S\tAREA\tINDICATOR", then for each of
//          its changes, in the order of the load, a line "PERIOD\tBEFORE\tAFTER"; a side that is absent is empty,
//          one without number is its reason ("CONFIDENTIAL")
// Memory   some bytes per county and series number; the changes themselves go to a temporary file
// Source   docs/de/lieferung.md; docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/ingest/workshop.hpp"
#include "gateway/intake/findings.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/io/spilled_bytes.hpp"

namespace gateway::intake {

/// One side of a change.
struct Side {
    enum : std::uint8_t { absent = 0xFF, number = 0xFE }; ///< else a MissingReason
    std::int64_t mantissa = 0;
    std::uint8_t scale = 0;
    std::uint8_t kind = absent;
    static Side of(Decimal digits) noexcept {
        return {digits.mantissa(), static_cast<std::uint8_t>(digits.scale()), number};
    }
    static Side of(MissingReason reason) noexcept { return {0, 0, static_cast<std::uint8_t>(reason)}; }
    [[nodiscard]] bool is_number() const noexcept { return kind == number; }
    [[nodiscard]] bool is_absent() const noexcept { return kind == absent; }
    [[nodiscard]] bool is(MissingReason reason) const noexcept {
        return kind == static_cast<std::uint8_t>(reason);
    }
    /// Where it is a number.
    [[nodiscard]] Decimal digits() const noexcept { return Decimal::from_scaled(mantissa, scale); }
    /// As in ChangedObservation.
    [[nodiscard]] std::string text() const;
};
/// \pre `state` is that of an observation of `store`
Side side_of(store::Store const& store, store::PackedObservation const& packed);

/// A change as it is kept; numbers are those of the trial load.
struct KeptChange {
    store::IndicatorNo indicator = 0;
    store::AreaNo area = 0;
    TimePeriod period;
    Side before, after;
};
static_assert(sizeof(KeptChange) <= 56);

/// The county that an area is counted under: its own key where it is a county or above.
std::string county_of(Area const& area);

class PreviewMaker {
  public:
    PreviewMaker(ingest::Workshop& shop, std::function<void(ChangedObservation const&)> each_change);

    void change(store::Change const& change);
    /// Names of numbers that change() met; they hold when the load is over, too.
    IndicatorKey const& indicator(store::IndicatorNo no);
    Area const& area(store::AreaNo no);
    Side side(std::optional<store::PackedObservation> const& packed);

    /// `data` and `store_directory`: as in CheckOptions.
    Preview finish(std::string const& dataset, std::int32_t day, std::string const& data,
                   std::string const& store_directory);

  private:
    struct Known {
        Area area;
        std::string key;
        CountyEffect* county = nullptr;
    };
    Known& known(store::AreaNo no);
    std::string const& text_of(TimePeriod const& period);

    ingest::Workshop& shop_;
    std::function<void(ChangedObservation const&)> each_;
    std::map<store::IndicatorNo, IndicatorKey> indicators_;
    std::unordered_map<store::AreaNo, Known> areas_;
    std::map<std::string, CountyEffect> counties_; ///< by key
    std::map<TimePeriod, std::string> periods_;
    std::vector<std::uint8_t> kinds_; ///< of states, by number
    io::Sha256 hash_;
    std::string text_; ///< of the hash, not yet added to it
    store::IndicatorNo last_indicator_ = 0;
    store::AreaNo last_area_ = 0;
    std::string indicator_text_;
    Known* last_known_ = nullptr;
    IndicatorKey const* last_key_ = nullptr;
    bool any_ = false;
    io::SpilledBytes kept_;
    std::uint64_t count_ = 0;
    std::uint64_t deletions_at_ = 0; ///< index of the first deletion: the order begins anew there
    bool deleting_ = false;
};

} // namespace gateway::intake

#include "gateway/store/pull.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <span>

#include "gateway/store/periods.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

constexpr std::uint8_t packed_version = 1; // as gateway/store/packed.hpp describes it

/// Rows of one major number whose slots are wanted.
struct Run {
    std::uint32_t first = 0; ///< minor numbers; both in whole rows
    std::uint32_t last = 0;
};

std::vector<Run> runs_of(std::vector<std::uint32_t> const& minors) {
    if (minors.empty()) return {{0, ~std::uint32_t{0}}};
    std::vector<Run> runs;
    for (auto const minor : minors) {
        auto const first = chunk_of(minor) << chunk_bits;
        // A row between two wanted ones costs less than another search for the start of a range.
        if (!runs.empty() && first <= runs.back().last + 2 * chunk_slots)
            runs.back().last = first + (chunk_slots - 1);
        else
            runs.push_back({first, first + (chunk_slots - 1)});
    }
    return runs;
}

class Puller {
  public:
    Puller(Core& core, Pull& pull, std::size_t rows, SeriesSink const& each)
        : core_(core), pull_(pull), each_(each), left_(rows), by_area_(pull.order == Pull::Order::by_area),
          majors_(by_area_ ? pull.areas : pull.indicators), minors_(by_area_ ? pull.indicators : pull.areas),
          runs_(runs_of(minors_)), decoder_(core), past_(core), now_(core) {}

    bool run() {
        auto const no = core_.catalog.find_dataset(pull_.dataset);
        if (!no) throw Error{Errc::not_found, "store: no dataset '" + pull_.dataset + "'"};
        auto const last = core_.catalog.last_vintage(*no);
        bool const is_past = !last || last->no > pull_.vintage;
        if (pull_.without_sealed && core_.catalog.has_sealed(*no)) {
            past_.leave_out_sealed(core_.catalog.vintages(*no));
            now_.leave_out_sealed(core_.catalog.vintages(*no));
        }
        pull_.periods = 0;
        while (pull_.major < majors_.size()) {
            auto const major = majors_[pull_.major];
            for (auto const& run : runs_) {
                if (pull_.minor > run.last) continue;
                auto const first =
                    static_cast<std::uint32_t>(std::max<std::uint64_t>(pull_.minor, run.first));
                bool const is_whole = pull_.deleted_since ? deleted(major, first, run.last)
                                      : is_past           ? past(major, first, run.last)
                                                          : present(major, first, run.last);
                if (!is_whole) return true;
            }
            ++pull_.major;
            pull_.minor = 0;
        }
        return false;
    }

  private:
    /// Slots of the row that begins with `first` that are wanted.
    [[nodiscard]] std::uint64_t wanted(std::uint32_t first) const {
        if (minors_.empty()) return ~std::uint64_t{0};
        std::uint64_t mask = 0;
        auto at = std::lower_bound(minors_.begin(), minors_.end(), first);
        for (; at != minors_.end() && *at - first < chunk_slots; ++at)
            mask |= std::uint64_t{1} << slot_of(*at);
        return mask;
    }
    [[nodiscard]] SeriesRef series(std::uint32_t major, std::uint32_t minor) const {
        return by_area_ ? SeriesRef{minor, major} : SeriesRef{major, minor};
    }
    bool present(std::uint32_t major, std::uint32_t first, std::uint32_t last) {
        auto& table = by_area_ ? core_.by_area : core_.by_indicator;
        return table.visit_until(
            row_key(major, first), row_key(major, last), [&](std::int64_t key, ChunkView const& row) {
                auto const minor = first_minor_of(key);
                bool any = false;
                for (auto mask = row.mask() & wanted(minor); mask != 0; mask &= mask - 1) {
                    auto const slot = static_cast<unsigned>(std::countr_zero(mask));
                    any = true;
                    tell(table.name(), key, series(major, minor + slot), row.slot(slot));
                }
                return !any || count_row(minor);
            });
    }

    /// Counts a row; false where no more may be read.
    bool count_row(std::uint32_t minor) { return count_to(std::uint64_t{minor} + chunk_slots); }
    bool count_to(std::uint64_t next) {
        pull_.minor = next;
        return --left_ != 0;
    }

    void tell(std::string_view table, std::int64_t key, SeriesRef ref, std::string_view bytes) {
        at_place(table, key, [&] {
            if (pull_.periods_only) {
                auto const periods = periods_.decode(bytes);
                pull_.periods = periods_.periods_no();
                each_(ref, periods);
            } else {
                auto& decoder = decoder_.get();
                auto const observations = decoder.decode(as_bytes(bytes), decode_slack);
                pull_.periods = decoder.periods_no();
                each_(ref, observations);
            }
        });
    }

    /// As of an older vintage. History knows the order of indicators alone.
    bool past(std::uint32_t major, std::uint32_t first, std::uint32_t last) {
        if (by_area_) return past_of_area(major, first, last);
        auto const from = row_key(major, first);
        auto const to = row_key(major, last);
        auto keys = core_.by_indicator.keys(from, to);
        auto const more = core_.history.keys(from, to, pull_.vintage);
        keys.insert(keys.end(), more.begin(), more.end());
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        for (auto const key : keys) {
            auto const minor = first_minor_of(key);
            auto const mask = wanted(minor);
            if (mask == 0) continue;
            past_.rebuild(key, pull_.vintage, mask);
            for (unsigned slot = 0; slot < chunk_slots; ++slot)
                if (!past_.slot(slot).empty()) each_({major, minor + slot}, past_.slot(slot));
            if (!count_row(minor)) return false;
        }
        return true;
    }

    bool past_of_area(std::uint32_t area, std::uint32_t first, std::uint32_t last) {
        auto at = std::lower_bound(minors_.begin(), minors_.end(), first);
        for (; at != minors_.end() && *at <= last; ++at) {
            past_.rebuild(row_key(*at, area), pull_.vintage, std::uint64_t{1} << slot_of(area));
            auto const slot = past_.slot(slot_of(area));
            if (slot.empty()) continue;
            each_({*at, area}, slot);
            if (!count_to(std::uint64_t{*at} + 1)) return false;
        }
        return true;
    }

    /// What was in force at `deleted_since` and has no successor at `vintage`.
    bool deleted(std::uint32_t major, std::uint32_t first, std::uint32_t last) {
        for (auto const key :
             core_.history.keys(row_key(major, first), row_key(major, last), *pull_.deleted_since)) {
            auto const minor = first_minor_of(key);
            auto const mask = wanted(minor);
            if (mask == 0) continue;
            past_.rebuild(key, *pull_.deleted_since, mask);
            now_.rebuild(key, pull_.vintage, mask);
            for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                gone_.clear();
                auto const after = now_.slot(slot);
                for (auto const& each : past_.slot(slot)) {
                    auto const successor = std::lower_bound(
                        after.begin(), after.end(), each.period,
                        [](PackedObservation const& a, TimePeriod const& b) { return a.period < b; });
                    if (successor == after.end() || successor->period != each.period) gone_.push_back(each);
                }
                if (!gone_.empty()) each_({major, minor + slot}, gone_);
            }
            if (!count_row(minor)) return false;
        }
        return true;
    }

    Core& core_;
    Pull& pull_;
    SeriesSink const& each_;
    std::size_t left_;
    bool by_area_;
    std::vector<std::uint32_t> const& majors_;
    std::vector<std::uint32_t> const& minors_;
    std::vector<Run> runs_;
    ReadDecoder decoder_;
    PeriodsDecoder periods_;
    PastRow past_, now_;
    std::vector<PackedObservation> gone_;
};

} // namespace

std::span<PackedObservation const> PeriodsDecoder::decode(std::string_view bytes) {
    ByteReader reader{as_bytes(bytes)};
    if (reader.byte() != packed_version) ByteReader::fail("has an unknown version");
    auto const n = static_cast<std::size_t>(reader.varint_up_to(reader.left()));
    if (n == 0) ByteReader::fail("holds nothing");
    auto const coding = reader.take(static_cast<std::size_t>(reader.varint_up_to(reader.left())));
    if (n == last_count_ && as_text(coding) == std::string_view{last_coding_}) return periods_;
    last_count_ = 0; // a throw below must not leave half of the periods behind as known
    periods_.assign(n, PackedObservation{});
    decode_periods(coding, periods_);
    periods_no_ = new_periods_no();
    last_coding_.assign(as_text(coding));
    last_count_ = n;
    return periods_;
}

bool pull_series(Core& core, Pull& pull, std::size_t rows, SeriesSink const& each) {
    if (pull.order == Pull::Order::by_area && pull.deleted_since)
        throw Error{Errc::invalid_argument, "store: deleted observations are pulled by indicator"};
    ReadTransaction const snapshot{core};
    return Puller{core, pull, std::max<std::size_t>(rows, 1), each}.run();
}

} // namespace gateway::store

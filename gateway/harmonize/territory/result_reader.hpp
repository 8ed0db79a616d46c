// Reading one sum: whether it is complete, what it may be called, and how far the truth may lie away.
//
// Internal to result.cpp.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gateway/harmonize/territory/result.hpp"

namespace gateway::harmonize::territory {

/// The sources of each target at one status, laid out when the first incomplete sum asks for them.
class Sources {
  public:
    explicit Sources(Plan const& plan) : plan_(plan) {}

    struct Coverage {
        double size = 0;
        std::size_t sources = 0;
    };
    /// Share of the target's sources that have a number, by size; nothing where sizes are not known.
    std::optional<double> coverage(Conversion const& conversion, std::int32_t status, std::uint32_t target,
                                   std::uint32_t stratum, std::uint32_t time, std::size_t value) {
        auto const& crosswalk = plan_.crosswalk();
        if (crosswalk.sizes.empty()) return std::nullopt;
        auto const kind = static_cast<std::size_t>(plan_.request().weight);
        double there = 0;
        double all = 0;
        for (auto const& [old_key, part] : of(status)[target]) {
            auto const size = crosswalk.sizes[part][kind];
            if (std::isnan(size)) return std::nullopt;
            all += size;
            if (conversion.presence(old_key, stratum, time, value).number) there += size;
        }
        if (!(all > 0)) return std::nullopt;
        return there / all;
    }

    struct Presence {
        bool absent_special = true;  ///< all absent sources are special keys
        bool present_special = true; ///< all present ones are
    };
    Presence presence(Conversion const& conversion, std::int32_t status, std::uint32_t target,
                      std::uint32_t stratum, std::uint32_t time, std::size_t value) {
        Presence result;
        for (auto const& [old_key, part] : of(status)[target]) {
            bool const special = is_special_key(plan_.crosswalk().old_keys.text(old_key));
            auto& all = conversion.presence(old_key, stratum, time, value).row ? result.present_special
                                                                               : result.absent_special;
            all = all && special;
        }
        return result;
    }

  private:
    using List = std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>>;
    List const& of(std::int32_t status) {
        auto& list = by_status_[status];
        if (!list.empty()) return list;
        auto const& crosswalk = plan_.crosswalk();
        list.resize(plan_.targets().size());
        for (std::uint32_t key = 0; key < crosswalk.old_keys.size(); ++key) {
            auto const entry = crosswalk.entry(key, status);
            if (entry == Crosswalk::no_entry) continue;
            for (auto part = crosswalk.first_part[entry]; part < crosswalk.first_part[entry + 1U]; ++part)
                list[plan_.target_of(crosswalk.parts[part].key)].emplace_back(key, part);
        }
        return list;
    }
    Plan const& plan_;
    std::map<std::int32_t, List> by_status_;
};

class ResultReader {
  public:
    explicit ResultReader(Conversion const& conversion)
        : conversion_(conversion), plan_(conversion.plan()), sources_(plan_) {}

    /// Once before the sums of a time are read.
    void begin(std::uint32_t time);
    /// The sum of `block` at `target`, into a result that is new.
    void read(std::uint32_t block, std::uint32_t target, std::uint32_t stratum, std::size_t value,
              ResultValue& result);

  private:
    void judge(ResultValue& result, CellNote const* note, std::uint32_t target, std::uint32_t stratum,
               std::size_t value);
    Conversion const& conversion_;
    Plan const& plan_;
    Sources sources_;
    std::uint32_t time_ = 0;
    std::span<std::uint32_t const> expected_; ///< sources by target, at that time
};

/// Numerator over denominator of two results, with the range and the bounds of both.
ResultValue ratio_of(RatioSpec const& spec, ResultValue const& top, ResultValue const& bottom);

} // namespace gateway::harmonize::territory

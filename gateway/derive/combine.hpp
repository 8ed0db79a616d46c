// Combining: the figure of an area from the figures of the areas that flow into it.
//
// A number stands only where every area that flows in has one. Whole areas are added digit by digit; what is divided
// becomes whole units of the last published digit by the largest remainder of that source, so that the parts of a
// source always add up to it. Bounds of protected figures are added, never narrowed; an estimate has none, but a
// range between estimators.
//
// Source   docs/territory.md, series of the store; docs/adr/0012-territory-through-the-store.md
// Errors   none: what cannot be combined is a figure without number, with the reason and a note
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/derive/atlas.hpp"
#include "gateway/derive/measures.hpp"
#include "gateway/feed/derived.hpp"

namespace gateway::derive {

/// An area that flows in, and its figure of one period; none where the source has no row for it, or NO_TERRITORY.
struct Part {
    Inflow const* inflow = nullptr;
    Observation const* figure = nullptr;
    std::string_view key_read = {}; ///< key under which the figure stood, where it is not that of the inflow
    bool off_day = false;           ///< the area is not of the last day of the period, but of its first
    std::optional<Decimal> municipal = std::nullopt; ///< what municipalities say of a divided area
    bool municipal_exact = false;                    ///< and none of them was divided
};

/// What one part brought.
struct Contribution {
    std::string key, name;
    IndicatorKey indicator; ///< of the figure; for ratios that of the component
    Observation figure;
    double share = 1;
    bool split = false;
    std::optional<Decimal> amount; ///< none where there is no number
    std::string method;            ///< "whole", "pop", "area", "emp", "municipalities"
    std::string passage;           ///< "same", "whole", "divided", "backwards"
    std::vector<std::string> events;
};

struct Combined {
    Observation figure;
    feed::Derived derived;
    std::vector<Contribution> contributions; ///< only where asked for
};

struct CombineRequest {
    MeasureUse measure;
    bool partial = false; ///< a sum of what is there, marked
    bool details = false; ///< fill contributions
    std::int32_t territory = 0;
};

/// `parts` in the order of keys, one for every inflow. `flows` is where they are from.
Combined combine(std::span<Part const> parts, CombineRequest const& request, Atlas const& atlas,
                 Flows const& flows);

/// The weaker of two statuses for a figure that is made of both.
ObsStatus weaker(ObsStatus a, ObsStatus b) noexcept;
/// Bounds of a figure: its own, else those of its protection in units of its last digit. `open`: it was changed, and
/// nobody says by how much.
struct Width {
    Decimal below, above;
    bool any = false;
    bool open = false;
};
Width width_of(Observation const& figure) noexcept;

/// Half the difference between an exact share and the whole number it became is below one unit of the last digit.
std::int64_t apportioned_part(std::int64_t amount, std::span<double const> shares, std::size_t place);

/// "0.9731" as a Decimal of four digits.
Decimal share_of(double share) noexcept;

} // namespace gateway::derive

#include "gateway/derive/series/views.hpp"

#include <algorithm>
#include <utility>

#include "gateway/harmonize/series/combine.hpp"

namespace gateway::derive::series {

FrequencyView::FrequencyView(feed::FigureSource const& source, rules::FrequencyTarget target,
                             rules::MeasureRules const& measures, rules::BreakRegister const& breaks)
    : SeriesView(source, "freq:" + target.text()), target_(target), measures_(measures), breaks_(breaks) {}

std::vector<rules::Break> FrequencyView::inside(feed::SeriesRecord const& record,
                                                rules::Made const& made) const {
    if (made.parts.size() < 2) return {};
    return breaks_.between(record.dataset.info, record.indicator,
                           point_of(record.dataset, made.parts.front().figure),
                           point_of(record.dataset, made.parts.back().figure));
}

void FrequencyView::each(feed::SeriesSink const& sink) const {
    begin();
    source().each([&](feed::SeriesRecord const& record) {
        auto const& rule = measures_.find(record.dataset.info, record.indicator);
        auto const made = rules::at_frequency(record.observations, target_, rule);
        if (!made.refused.empty()) {
            leave_out(record, made.refused, 1, false);
            return;
        }
        for (auto const& unused : made.unused) leave_out(record, unused.name, 1, true);
        Inputs inputs;
        for (std::size_t i = 0; i < record.observations.size(); ++i)
            inputs[record.observations[i].period.to_sdmx()] = {&record.observations[i], derived_at(record, i),
                                                               &record.indicator};
        auto const& own = context(record.dataset.info.id);
        Output output;
        for (auto figure : made.figures) {
            auto const breaks = inside(record, figure);
            auto const jump = std::find_if(breaks.begin(), breaks.end(), [](rules::Break const& found) {
                return found.obs_status && found.severity == "level";
            });
            if (jump != breaks.end() && figure.making == rules::Making::averaged) {
                figure.figure = rules::without_number(figure.figure.period, MissingReason::unknown);
                figure.making = rules::Making::none;
                figure.note = {"time.across-break", jump->place,
                               "kein Wert: ein Mittel über einen Bruch hinweg: " + jump->de,
                               "no value: a mean across a break: " + jump->en};
            }
            add(output, figure, inputs, own);
            if (figure.making != rules::Making::none) say_breaks(output.derived.back(), breaks);
            if (rule.assumed) merge_words(output.derived.back().flags, "assumed_by_unit", ' ');
        }
        hand_out(sink, own, record.area, record.area_name, record.indicator, output, record.view);
    });
}

UnitView::UnitView(feed::FigureSource const& source, rules::UnitTarget target, rules::UnitTable const& units)
    : SeriesView(source, "unit"), target_(std::move(target)), units_(units) {}

void UnitView::each(feed::SeriesSink const& sink) const {
    begin();
    source().each([&](feed::SeriesRecord const& record) {
        if (auto const why = units_.why_not(record.indicator, target_); !why.empty()) {
            leave_out(record, why, 1, false);
            return;
        }
        auto const& own = context(record.dataset.info.id);
        Output output;
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            auto const made = units_.convert(record.observations[i], record.indicator, target_);
            Inputs inputs;
            inputs[made.parts.front().name] = {&record.observations[i], derived_at(record, i),
                                               &record.indicator};
            add(output, made, inputs, own);
        }
        hand_out(sink, own, record.area, record.area_name, units_.converted(record.indicator, target_),
                 output, record.view);
    });
}

BreaksView::BreaksView(feed::FigureSource const& source, rules::BreakRegister const& breaks)
    : SeriesView(source, "breaks"), breaks_(breaks) {}

void BreaksView::each(feed::SeriesSink const& sink) const {
    begin();
    source().each([&](feed::SeriesRecord const& record) {
        auto const& own = context(record.dataset.info.id);
        Output output;
        Observation const* before = nullptr;
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            auto const& figure = record.observations[i];
            auto derived = derived_at(record, i) == nullptr ? feed::Derived{} : *derived_at(record, i);
            if (derived_at(record, i) == nullptr && figure.value.is_missing())
                derived.origin = feed::Derived::Origin::none;
            auto shown = figure;
            // From number to number: what has none is compared with nothing.
            if (!figure.value.is_missing()) {
                if (before != nullptr) {
                    auto const found =
                        breaks_.between(record.dataset.info, record.indicator,
                                        point_of(record.dataset, *before), point_of(record.dataset, figure));
                    rules::mark_break(shown, found);
                    say_breaks(derived, found);
                }
                before = &figure;
            }
            add_marked(output, shown, std::move(derived), figure, record.indicator);
        }
        hand_out(sink, own, record.area, record.area_name, record.indicator, output, record.view);
    });
}

void say_breaks(feed::Derived& derived, std::vector<rules::Break> const& breaks) {
    for (auto const& found : breaks) {
        merge_words(derived.flags, "break:" + found.id, ' ');
        merge_words(derived.basis, found.place, ';');
        derived.note += (derived.note.empty() ? "break: " : "; break: ") + found.en;
        derived.note_de += (derived.note_de.empty() ? "Bruch: " : "; Bruch: ") + found.de;
    }
}

rules::Point point_of(feed::DatasetContext const& dataset, Observation const& figure) {
    rules::Point point{figure.period, std::nullopt};
    if (auto const vintage = dataset.vintages.find(figure.vintage); vintage != dataset.vintages.end())
        point.received = vintage->second.received;
    return point;
}

} // namespace gateway::derive::series

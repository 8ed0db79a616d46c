// Classes: series that differ in one dimension, put together (declared in views.hpp).
#include <algorithm>
#include <set>
#include <utility>

#include "gateway/derive/series/views.hpp"
#include "gateway/harmonize/series/combine.hpp"

namespace gateway::derive::series {

/// A series of one code; owned, because records live for the call only.
struct ClassView::Member {
    std::string code;
    IndicatorKey indicator;
    std::vector<Observation> figures;
    std::vector<feed::Derived> derived; ///< empty = as published
};

/// All series of one area that differ in the dimension only.
struct ClassView::Family {
    std::string dataset, name, view;
    Area area;
    IndicatorKey rest; ///< without the dimension
    std::vector<Member> members;
};

namespace {

/// Percentages and means of parts say nothing about the whole without the parts' sizes.
void refuse_sum(rules::Made& figure, rules::MeasureRule const& rule) {
    bool const unknown = rule.kind == rules::MeasureKind::unknown;
    std::string const kind{rules::to_string(rule.kind)};
    figure.figure = rules::without_number(figure.figure.period, MissingReason::unknown);
    figure.making = rules::Making::none;
    figure.note = {"classes.not-a-count", rule.rule,
                   unknown ? std::string{"kein Wert: ob sich das Merkmal summieren lässt, ist nicht bekannt "
                                         "(mappings/frequency.toml)"}
                           : "kein Wert: nur Anzahlen werden summiert (" + kind +
                                 "); aus Zähler und Nenner neu berechnen",
                   unknown ? std::string{"no value: nothing says whether the measure may be summed "
                                         "(mappings/frequency.toml)"}
                           : "no value: a " + kind +
                                 " is not summed over classes; compute it from numerator and denominator"};
}

} // namespace

ClassView::ClassView(feed::FigureSource const& source, std::string step, std::string dimension,
                     std::vector<std::string> targets, rules::MeasureRules const& measures)
    : SeriesView(source, std::move(step)), dimension_(std::move(dimension)), targets_(std::move(targets)),
      measures_(measures) {}

void ClassView::each(feed::SeriesSink const& sink) const {
    begin();
    std::vector<Family> families; // of one area of one dataset: that is as much as is kept
    source().each([&](feed::SeriesRecord const& record) {
        std::string const code{record.indicator.at(dimension_)};
        if (code.empty()) {
            leave_out(record, "it has no dimension " + dimension_, 1, false);
            return;
        }
        if (!families.empty() &&
            (families.front().area != record.area || families.front().dataset != record.dataset.info.id)) {
            flush(families, sink);
            families.clear();
        }
        IndicatorKey rest;
        for (auto const& [dimension, value] : record.indicator.codes())
            if (dimension != dimension_) rest.set(dimension, value);
        auto family = std::find_if(families.begin(), families.end(),
                                   [&rest](Family const& one) { return one.rest == rest; });
        if (family == families.end()) {
            families.push_back({record.dataset.info.id,
                                std::string{record.area_name},
                                std::string{record.view},
                                record.area,
                                std::move(rest),
                                {}});
            family = families.end() - 1;
        }
        family->members.push_back(
            {code, record.indicator, record.observations,
             record.derived == nullptr ? std::vector<feed::Derived>{} : *record.derived});
    });
    if (!families.empty()) flush(families, sink);
}

void ClassView::flush(std::vector<Family>& families, feed::SeriesSink const& sink) const {
    for (auto const& family : families) {
        auto& own = context(family.dataset);
        auto const& rule = measures_.find(own.info, family.rest);
        std::set<TimePeriod> periods;
        for (auto const& member : family.members)
            for (auto const& figure : member.figures) periods.insert(figure.period);
        for (auto const& target : targets_) {
            Output output;
            for (auto const& period : periods) {
                Sources sources;
                Inputs inputs;
                for (auto const& member : family.members)
                    for (std::size_t i = 0; i < member.figures.size(); ++i) {
                        if (member.figures[i].period != period) continue;
                        sources.emplace_back(member.code, member.figures[i]);
                        inputs[member.code] = {&member.figures[i],
                                               member.derived.empty() ? nullptr : &member.derived[i],
                                               &member.indicator};
                    }
                auto figure = made(target, sources, period);
                if (figure.making == rules::Making::summed && rule.kind != rules::MeasureKind::count)
                    refuse_sum(figure, rule);
                add(output, figure, inputs, own);
                if (rule.assumed && figure.making == rules::Making::summed)
                    merge_words(output.derived.back().flags, "assumed_by_unit", ' ');
            }
            auto indicator = family.rest;
            indicator.set(dimension_, target);
            auto& text = own.labels[{dimension_, target}];
            if (text.empty()) text = label(target);
            hand_out(sink, own, family.area, family.name, indicator, output, family.view);
        }
    }
}

AgeView::AgeView(feed::FigureSource const& source, std::vector<rules::AgeGroup> const& groups,
                 rules::MeasureRules const& measures)
    : ClassView(
          source, "ages", "AGE",
          [&groups] {
              std::vector<std::string> codes;
              codes.reserve(groups.size());
              for (auto const& group : groups) codes.push_back(group.code());
              return codes;
          }(),
          measures) {}

rules::Made AgeView::made(std::string const& target, Sources const& sources, TimePeriod const& period) const {
    std::vector<std::pair<rules::AgeGroup, Observation>> groups;
    for (auto const& [code, figure] : sources)
        if (auto const group = rules::age_group(code)) groups.emplace_back(*group, figure);
    auto figure = rules::at_ages(*rules::age_group(target), groups, period);
    // Parts are found again by the code they had.
    for (auto& part : figure.parts)
        for (auto const& group : groups)
            if (group.first.text() == part.name) {
                part.name = group.first.code();
                break;
            }
    return figure;
}

std::string AgeView::label(std::string const& target) const {
    auto const group = *rules::age_group(target);
    if (!group.to) return group.from == 0 ? "insgesamt" : std::to_string(group.from) + " Jahre und älter";
    if (group.from == 0) return "unter " + std::to_string(*group.to + 1) + " Jahre";
    if (*group.to == group.from) return std::to_string(group.from) + " Jahre";
    return std::to_string(group.from) + " bis " + std::to_string(*group.to) + " Jahre";
}

NationalityView::NationalityView(feed::FigureSource const& source, std::vector<std::string> groups,
                                 rules::CitizenshipTable const& table, rules::MeasureRules const& measures)
    : ClassView(source, "nationality", "CITIZENSHIP", std::move(groups), measures), table_(table) {}

rules::Made NationalityView::made(std::string const& target, Sources const& sources,
                                  TimePeriod const& period) const {
    return table_.at_group(target, sources, period);
}

std::string NationalityView::label(std::string const& target) const {
    if (target == "DE") return "deutsch";
    if (target == "FOR") return "ausländisch";
    return target == "EU_F" ? "EU (ohne Deutschland)" : "Drittstaaten";
}

} // namespace gateway::derive::series

#include "gateway/derive/series/view.hpp"

#include <algorithm>

namespace gateway::derive::series {
namespace {

using Way = feed::Derived::Origin;
using harmonize::series::Made;
using harmonize::series::Making;

/// How much a way of making takes away from what the office published; the more wins.
int weight_of(Way origin) noexcept {
    switch (origin) {
    case Way::observed: return 0;
    case Way::summed: return 1;
    case Way::computed: return 2;
    case Way::estimated: return 3;
    case Way::incomplete: return 4;
    case Way::none: return 5;
    }
    return 5;
}

Way origin_of(Made const& made) noexcept {
    switch (made.making) {
    case Making::kept: return Way::observed;
    case Making::summed: return Way::summed;
    case Making::averaged:
    case Making::scaled: return Way::computed;
    case Making::none: return Way::none;
    }
    return Way::none;
}

Decimal coverage_of(Made const& made) {
    if (made.expected == 0) return Decimal::from_integer(1);
    auto const there =
        static_cast<std::size_t>(std::count_if(made.parts.begin(), made.parts.end(), [](auto const& part) {
            return !part.figure.value.is_missing();
        }));
    if (there >= made.expected) return Decimal::from_integer(1);
    return Decimal::from_scaled(static_cast<std::int64_t>(there * 10000 / made.expected), 4);
}

/// What the parts already were: their territory, what was done to them.
void take_over(feed::Derived& derived, feed::Derived const& part, bool divided) {
    if (weight_of(part.origin) > weight_of(derived.origin) && derived.origin != Way::none)
        derived.origin = part.origin;
    derived.territory = part.territory;
    derived.coverage = std::min(derived.coverage, part.coverage, [](Decimal a, Decimal b) { return a < b; });
    if (part.largest_share && (!derived.largest_share || *derived.largest_share < *part.largest_share))
        derived.largest_share = part.largest_share;
    if (!divided) { // a range of one figure stays; ranges of several cannot be put together
        derived.low = part.low;
        derived.high = part.high;
    }
    if (derived.method.empty()) derived.method = part.method;
    merge_words(derived.flags, part.flags, ' ');
    merge_words(derived.basis, part.basis, ';');
    if (!part.note.empty() && derived.note.find(part.note) == std::string::npos)
        derived.note += "; " + part.note;
    if (!part.note_de.empty() && derived.note_de.find(part.note_de) == std::string::npos)
        derived.note_de += "; " + part.note_de;
}

} // namespace

feed::Derived const* derived_at(feed::SeriesRecord const& record, std::size_t index) noexcept {
    return record.derived == nullptr ? nullptr : &(*record.derived)[index];
}

void merge_words(std::string& into, std::string_view words, char mark) {
    for (std::size_t at = 0; at < words.size();) {
        auto const end = std::min(words.find(mark, at), words.size());
        auto const word = words.substr(at, end - at);
        auto const known = std::string{mark} + into + mark;
        if (!word.empty() && known.find(std::string{mark} + std::string{word} + mark) == std::string::npos)
            into += (into.empty() ? "" : std::string{mark}) + std::string{word};
        at = end + 1;
    }
}

SeriesView::SeriesView(feed::FigureSource const& source, std::string step)
    : source_(source), step_(std::move(step)) {
    for (auto const* dataset : source.datasets()) {
        auto& own = contexts_[dataset->info.id];
        own = std::make_unique<feed::DatasetContext>(*dataset);
        order_.push_back(own.get());
    }
}

std::vector<feed::DatasetContext const*> SeriesView::datasets() const {
    return order_;
}

feed::DatasetContext& SeriesView::context(std::string_view dataset) const {
    return *contexts_.find(dataset)->second;
}

std::vector<LeftOut> SeriesView::left_out() const {
    std::vector<LeftOut> all;
    for (auto const& entry : left_out_) all.push_back(entry.second);
    return all;
}

void SeriesView::leave_out(feed::SeriesRecord const& record, std::string const& why, std::uint64_t count,
                           bool figures) const {
    auto const what = record.dataset.info.id + " " + std::string{record.indicator.at("MEASURE")} + " (" +
                      std::string{record.indicator.at("UNIT")} + ")";
    auto& entry = left_out_[{what, why}];
    entry.what = what;
    entry.why = why;
    entry.count += count;
    entry.figures = figures;
}

void SeriesView::add(Output& output, Made const& made, Inputs const& inputs,
                     feed::DatasetContext const& context) const {
    auto figure = made.figure;
    for (auto const& part : made.parts) figure.vintage = std::max(figure.vintage, part.figure.vintage);
    // A figure that has no parts belongs to what is known now.
    if (figure.vintage == 0 && !context.vintages.empty()) figure.vintage = context.vintages.rbegin()->first;
    feed::Derived derived;
    derived.origin = origin_of(made);
    derived.coverage = coverage_of(made);
    derived.sources = static_cast<std::uint32_t>(made.parts.size());
    derived.flags = made.note.id;
    derived.basis = made.note.place;
    derived.note = made.note.en;
    derived.note_de = made.note.de;
    for (auto const& part : made.parts)
        if (auto const input = inputs.find(part.name);
            input != inputs.end() && input->second.derived != nullptr)
            take_over(derived, *input->second.derived, made.parts.size() > 1);
    output.figures.push_back(figure);
    output.derived.push_back(std::move(derived));
    if (!trace_) return;
    auto& origins = output.origins.emplace_back();
    for (auto const& part : made.parts)
        if (auto const input = inputs.find(part.name); input != inputs.end())
            origins.emplace_back(*input->second.indicator, *input->second.figure);
}

void SeriesView::add_marked(Output& output, Observation const& figure, feed::Derived derived,
                            Observation const& before, IndicatorKey const& indicator) const {
    output.figures.push_back(figure);
    output.derived.push_back(std::move(derived));
    if (trace_) output.origins.push_back({{indicator, before}});
}

void SeriesView::hand_out(feed::SeriesSink const& sink, feed::DatasetContext const& context, Area const& area,
                          std::string_view name, IndicatorKey const& indicator, Output const& output,
                          std::string_view before) const {
    if (output.figures.empty()) return;
    auto const view = before.empty() ? step_ : std::string{before} + "~" + step_;
    feed::SeriesRecord record{context, area, name, indicator, output.figures};
    record.derived = &output.derived;
    record.view = view;
    sink(record);
    if (!trace_) return;
    std::vector<std::vector<Origin>> origins;
    for (auto const& of_figure : output.origins) {
        auto& ids = origins.emplace_back();
        for (auto const& [key, figure] : of_figure)
            ids.push_back(
                {{context.info.id, area_key(area), key, figure.period, figure.vintage, std::string{before}},
                 figure});
    }
    trace_(record, origins);
}

} // namespace gateway::derive::series

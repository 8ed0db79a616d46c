#include "gateway/derive/territorial.hpp"

#include <algorithm>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/derive/territorial_part.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::derive {
namespace {

using feed::Derived;

constexpr std::size_t county_digits = 5;

bool is_unchanged_level(AreaLevel level) {
    return level == AreaLevel::country || level == AreaLevel::land || level == AreaLevel::region;
}

std::string_view why_left_out(AreaLevel level) {
    switch (level) {
    case AreaLevel::municipality:
        return "no register or table of municipalities was imported that leads there; kreislauf territory "
               "import FILE";
    case AreaLevel::region: return "the region is not in force on that day, or is no region of the register";
    case AreaLevel::county: return "the county is not in the register";
    default: return "the register has no history of such areas";
    }
}

/// What is said of a figure of an area that no land ever left or joined.
Derived as_it_stands(Observation const& figure, std::int32_t territory) {
    Derived derived;
    derived.territory = territory;
    if (figure.value.is_missing()) {
        derived.origin = Derived::Origin::none;
        derived.sources = 0;
        derived.coverage = Decimal::from_integer(0);
    }
    return derived;
}

} // namespace

TerritorialView::TerritorialView(feed::FigureSource const& source, feed::FigureSource const* municipal,
                                 Atlas& atlas, Measures const& measures, TerritoryRequest request)
    : source_(source), municipal_(municipal), atlas_(atlas), measures_(measures),
      request_(std::move(request)), view_(date_text(request_.day) + (request_.partial ? ":partial" : "")) {
    if (request_.day < atlas.first_day())
        throw Error{Errc::invalid_argument, "territory of " + date_text(request_.day) +
                                                ": the register begins on " + date_text(atlas.first_day()) +
                                                "; next step: name a day from then on"};
    for (auto const* context : source.datasets()) {
        auto part = std::make_unique<Part>();
        part->base = context;
        part->context = *context;
        part->areas = source.areas(context->info.id);
        for (auto const* life : atlas.areas().counties_on(request_.day)) {
            auto& label = part->context.labels[{"AREA", std::string{life->key}}];
            if (label.empty()) label = life->name;
        }
        if (municipal != nullptr)
            for (auto const* other : municipal->datasets())
                if (other->info.statistic == context->info.statistic) {
                    part->municipal.push_back(other);
                    part->municipal_areas[other->info.id] = municipal->areas(other->info.id);
                }
        auto const* const raw = part.get();
        part->lookup = [this, raw](IndicatorKey const& indicator, TimePeriod const& period,
                                   std::string_view county, std::string_view target,
                                   Observation const& figure) {
            return split(*raw, indicator, period, county, target, figure);
        };
        parts_.push_back(std::move(part));
    }
}

TerritorialView::~TerritorialView() = default;

TerritorialView::Part const* TerritorialView::find(std::string_view dataset) const {
    for (auto const& part : parts_)
        if (part->context.info.id == dataset) return part.get();
    return nullptr;
}

std::string TerritorialView::name_of_area(Part const& part, std::string_view key) const {
    auto const label = part.context.labels.find({"AREA", std::string{key}});
    return label == part.context.labels.end() ? std::string{} : label->second;
}

void TerritorialView::leave_out(AreaLevel level, std::string why, std::uint64_t series) const {
    if (counting_ == nullptr || series == 0) return;
    for (auto& one : *counting_)
        if (one.level == level && one.why == why) {
            one.series += series;
            return;
        }
    counting_->push_back({level, std::move(why), series});
}

Pool TerritorialView::pool_of(Part const& part, std::vector<Area> const& areas) const {
    Pool pool;
    source_.each_in(part.context.info.id, areas, [&pool](feed::SeriesRecord const& record) {
        pool[record.indicator][area_key(record.area)] = record.observations;
    });
    return pool;
}

PeriodRequest TerritorialView::period_request(Part const& part, bool municipal) const {
    PeriodRequest request;
    request.dataset = &part.context.info;
    request.territory = request_.day;
    request.partial = request_.partial;
    request.municipal = municipal;
    request.split = municipal || municipal_ == nullptr ? nullptr : &part.lookup;
    return request;
}

std::vector<feed::DatasetContext const*> TerritorialView::datasets() const {
    static_cast<void>(left_out());
    return filled_;
}

std::vector<LeftOut> const& TerritorialView::left_out() const {
    if (counted_) return left_out_;
    count_and([](feed::SeriesRecord const&) {});
    return left_out_;
}

void TerritorialView::count_and(feed::SeriesSink const& each) const {
    std::vector<LeftOut> counted;
    std::vector<feed::DatasetContext const*> filled;
    /// Nothing is counted while the sink runs: it may ask this view for something else.
    struct Counting {
        std::vector<LeftOut>*& place;
        std::vector<LeftOut>* before;
        Counting(std::vector<LeftOut>*& at, std::vector<LeftOut>* to) : place(at), before(at) { at = to; }
        Counting(Counting const&) = delete;
        Counting& operator=(Counting const&) = delete;
        ~Counting() { place = before; }
    };
    {
        Counting const on{counting_, &counted};
        for (auto const& part : parts_) {
            bool any = false;
            run(*part, request_.wants, [&](feed::SeriesRecord const& record) {
                any = true;
                Counting const off{counting_, nullptr};
                each(record);
            });
            if (any) filled.push_back(&part->context);
        }
    }
    if (counted_) return;
    left_out_ = std::move(counted);
    filled_ = std::move(filled);
    counted_ = true;
}

void TerritorialView::each(feed::SeriesSink const& each) const {
    if (!counted_) return count_and(each); // whoever asks afterwards what there was need not run it again
    for (auto const& part : parts_) run(*part, request_.wants, each);
}

void TerritorialView::each_in(std::string_view dataset, std::span<Area const> areas,
                              feed::SeriesSink const& sink) const {
    auto const* const part = find(dataset);
    if (part == nullptr) return;
    run(
        *part,
        [&](Area const& area) {
            return (!request_.wants || request_.wants(area)) &&
                   std::find(areas.begin(), areas.end(), area) != areas.end();
        },
        sink);
}

void TerritorialView::run(Part const& part, Wanted const& wanted, feed::SeriesSink const& sink) const {
    auto const wants = [&wanted](Area const& area) { return !wanted || wanted(area); };
    std::set<std::string> with_municipalities;
    std::map<AreaLevel, std::uint64_t> others;
    for (auto const& area : part.areas) {
        if (area.level == AreaLevel::municipality && area.list == CodeList::ags &&
            area.code.size() > county_digits)
            with_municipalities.insert(area.code.substr(0, county_digits));
        if (!is_unchanged_level(area.level) && area.level != AreaLevel::county &&
            area.level != AreaLevel::municipality && wants(area)) {
            std::uint64_t series = 0;
            if (counting_ != nullptr)
                source_.each_in(part.context.info.id, {&area, 1},
                                [&series](feed::SeriesRecord const&) { ++series; });
            leave_out(area.level, std::string{why_left_out(area.level)}, series);
        }
        if (is_unchanged_level(area.level) && wants(area)) run_unchanged(part, area, sink);
    }
    std::set<std::string> counties_there;
    for (auto const& area : part.areas)
        if (area.level == AreaLevel::county) {
            counties_there.insert(area.code);
            if (counting_ != nullptr && atlas_.areas().lives(area.code).empty() && wants(area))
                source_.each_in(part.context.info.id, {&area, 1}, [this](feed::SeriesRecord const&) {
                    leave_out(AreaLevel::county, std::string{why_left_out(AreaLevel::county)}, 1);
                });
        }
    for (auto const* life : atlas_.areas().counties_on(request_.day)) {
        Area const area{CodeList::ags, AreaLevel::county, std::string{life->key}};
        if (!counties_there.empty() && wants(area)) run_county(part, area, sink);
    }
    if (with_municipalities.empty()) return;
    for (auto const* life : atlas_.areas().counties_on(request_.day)) {
        auto const& relatives = atlas_.relatives(life->key, request_.day);
        if (std::any_of(relatives.begin(), relatives.end(),
                        [&](std::string const& key) { return with_municipalities.count(key) > 0; }))
            run_municipalities(part, life->key, wanted, sink);
    }
}

void TerritorialView::run_unchanged(Part const& part, Area const& area, feed::SeriesSink const& sink) const {
    bool const known = area.level == AreaLevel::country || area.level == AreaLevel::land ||
                       atlas_.areas().life_on(area.code, request_.day) != nullptr;
    source_.each_in(part.context.info.id, {&area, 1}, [&](feed::SeriesRecord const& record) {
        if (!known) {
            leave_out(area.level, std::string{why_left_out(area.level)}, 1);
            return;
        }
        auto figures = record.observations;
        std::vector<Derived> derived(figures.size());
        for (std::size_t i = 0; i < figures.size(); ++i) {
            auto& figure = figures[i];
            auto const day = figure.period.end_day() - 1;
            derived[i] = as_it_stands(figure, request_.day);
            bool const before = day < atlas_.first_day();
            if (area.level == AreaLevel::country ||
                (!before && atlas_.same_border(area.code, day, request_.day)))
                continue;
            figure.value = Value::missing(MissingReason::unknown);
            figure.quality = {};
            figure.quality.status = ObsStatus::missing;
            derived[i].origin = Derived::Origin::none;
            derived[i].sources = 0;
            derived[i].coverage = Decimal::from_integer(0);
            derived[i].note = before ? "the register begins on " + date_text(atlas_.first_day())
                                     : "inhabited land crossed this border since; add up its counties";
        }
        sink({part.context, area, record.area_name, record.indicator, figures, &derived, view_});
    });
}

void TerritorialView::run_county(Part const& part, Area const& area, feed::SeriesSink const& sink) const {
    if (atlas_.untouched(area.code)) {
        run_untouched(part, area, sink);
        return;
    }
    auto const& relatives = atlas_.relatives(area.code, request_.day);
    std::vector<Area> areas;
    areas.reserve(relatives.size());
    for (auto const& key : relatives) areas.push_back({CodeList::ags, AreaLevel::county, key});
    auto const pool = pool_of(part, areas);
    if (!pool.empty()) hand_out(part, area, name_of_area(part, area.code), pool, false, sink);
}

void TerritorialView::run_untouched(Part const& part, Area const& area, feed::SeriesSink const& sink) const {
    auto const name = name_of_area(part, area.code);
    std::vector<Observation> figures;
    std::vector<Derived> derived;
    source_.each_in(part.context.info.id, {&area, 1}, [&](feed::SeriesRecord const& record) {
        figures = record.observations;
        derived.clear();
        for (auto& figure : figures) {
            derived.push_back(as_it_stands(figure, request_.day));
            if (figure.period.end_day() - 1 < atlas_.first_day()) {
                // The register cannot vouch for it.
                Pool const alone{{record.indicator, {{area.code, {figure}}}}};
                auto one = Periods{atlas_, measures_}.figure(period_request(part, false), area.code, alone,
                                                             record.indicator, {}, figure.period);
                figure = one.value().figure;
                derived.back() = std::move(one->derived);
            }
            if (figure.vintage == 0 && !part.context.vintages.empty())
                figure.vintage = part.context.vintages.rbegin()->first;
        }
        sink({part.context, area, name, record.indicator, figures, &derived, view_});
    });
}

void TerritorialView::run_municipalities(Part const& part, std::string_view county, Wanted const& wanted,
                                         feed::SeriesSink const& sink) const {
    auto const& relatives = atlas_.relatives(county, request_.day);
    std::vector<Area> areas;
    for (auto const& area : part.areas)
        if (area.level == AreaLevel::municipality && area.list == CodeList::ags &&
            std::any_of(relatives.begin(), relatives.end(), [&area](std::string const& key) {
                return area.code.compare(0, key.size(), key) == 0;
            }))
            areas.push_back(area);
    auto const pool = pool_of(part, areas);
    std::set<std::int32_t> days;
    for (auto const& indicator : pool)
        for (auto const& series : indicator.second)
            for (auto const& figure : series.second) days.insert(figure.period.end_day() - 1);
    std::set<std::string> targets;
    bool led = false;
    for (auto const day : days) {
        if (day < atlas_.first_day()) continue;
        auto const* const flows =
            atlas_.municipalities(day, request_.day, harmonize::territory::Weight::population);
        if (flows == nullptr) continue;
        led = true;
        for (auto at = flows->into.lower_bound(county);
             at != flows->into.end() && at->first.compare(0, county.size(), county) == 0; ++at)
            targets.insert(at->first);
    }
    if (!led) {
        std::uint64_t series = 0;
        for (auto const& indicator : pool)
            for (auto const& one : indicator.second) {
                Area const area{CodeList::ags, AreaLevel::municipality, one.first};
                series += !wanted || wanted(area) ? 1U : 0U;
            }
        leave_out(AreaLevel::municipality, std::string{why_left_out(AreaLevel::municipality)}, series);
        return;
    }
    for (auto const& key : targets) {
        Area const area{CodeList::ags, AreaLevel::municipality, key};
        if (!wanted || wanted(area)) hand_out(part, area, name_of_area(part, key), pool, true, sink);
    }
}

void TerritorialView::hand_out(Part const& part, Area const& area, std::string_view name, Pool const& pool,
                               bool municipal, feed::SeriesSink const& sink) const {
    Periods periods{atlas_, measures_};
    auto const request = period_request(part, municipal);
    std::vector<Observation> figures;
    std::vector<Derived> derived;
    for (auto const& [indicator, series] : pool) {
        figures.clear();
        derived.clear();
        std::set<TimePeriod> times;
        for (auto const& one : series)
            for (auto const& figure : one.second) times.insert(figure.period);
        auto const label = feed::label_of(part.context, "MEASURE", indicator.at("MEASURE"));
        for (auto const& period : times) {
            auto one = periods.figure(request, area.code, pool, indicator, label, period);
            if (!one) continue;
            bool const complete = one->derived.coverage == Decimal::from_integer(1);
            if ((!complete || one->figure.vintage == 0) && !part.context.vintages.empty())
                one->figure.vintage = part.context.vintages.rbegin()->first;
            figures.push_back(one->figure);
            derived.push_back(std::move(one->derived));
        }
        if (!figures.empty()) sink({part.context, area, name, indicator, figures, &derived, view_});
    }
}

} // namespace gateway::derive

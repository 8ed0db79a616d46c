#include "gateway/harmonize/series/frequency.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/series/calendar.hpp"
#include "gateway/harmonize/series/combine.hpp"

namespace gateway::harmonize::series {
namespace {

using Kind = TimePeriod::Kind;

std::string date_de(std::int32_t day) {
    auto const text = date_text(day);
    return text.substr(8, 2) + "." + text.substr(5, 2) + "." + text.substr(0, 4);
}

std::string list_of(std::vector<TimePeriod> const& periods) {
    constexpr std::size_t most = 6;
    std::string text;
    for (std::size_t i = 0; i < periods.size() && i < most; ++i)
        text += (i == 0 ? "" : ", ") + periods[i].to_sdmx();
    return periods.size() > most ? text + ", …" : text;
}

class Maker {
  public:
    Maker(std::vector<Observation> const& series, FrequencyTarget const& target, MeasureRule const& rule)
        : target_(target), rule_(rule) {
        for (auto const& figure : series) by_period_.emplace(figure.period, &figure);
    }

    AtFrequency make() {
        AtFrequency result;
        result.refused = refusal();
        if (!result.refused.empty()) return result;
        for (auto const& whole : wholes()) result.figures.push_back(figure_for(whole));
        for (auto const& [period, figure] : by_period_)
            if (used_.count(period) == 0) result.unused.push_back({why_unused(period), *figure});
        return result;
    }

  private:
    [[nodiscard]] bool is_stock() const {
        if (rule_.temporal == Temporal::stock) return true;
        // Nothing said; but what was counted on days is a stock, and taking a day adds nothing up.
        return rule_.temporal == Temporal::unknown && !by_period_.empty() &&
               std::all_of(by_period_.begin(), by_period_.end(),
                           [](auto const& entry) { return entry.first.kind() == Kind::date; });
    }
    [[nodiscard]] bool may_sum() const {
        return rule_.kind == MeasureKind::count && rule_.temporal == Temporal::flow;
    }
    [[nodiscard]] bool has_target_kind() const {
        return std::any_of(by_period_.begin(), by_period_.end(),
                           [this](auto const& entry) { return entry.first.kind() == target_.kind; });
    }

    /// Why the measure can have no figure of the target at all.
    [[nodiscard]] std::string refusal() const {
        auto const asked = target_.text();
        if (target_.mean && is_stock() && rule_.kind != MeasureKind::count)
            return "no mean of a " + std::string{to_string(rule_.kind)} +
                   ": only counts are averaged over dates; take one day (--frequency year.12-31), or compute "
                   "it from the means of its components";
        if (target_.mean && is_stock() &&
            (rule_.mean == MeanOf::none || rule_.mean == MeanOf::months || rule_.mean == MeanOf::quarters))
            return "no rule says of which reference dates the mean is made; take one day (--frequency "
                   "year.12-31), or name them in mappings/frequency.toml (mean = \"year_ends\")";
        if (is_stock() || may_sum() || has_target_kind() || rule_.temporal == Temporal::mean) return {};
        if (rule_.kind != MeasureKind::count && rule_.kind != MeasureKind::unknown)
            return "a " + std::string{to_string(rule_.kind)} + " is not summed over time and has no " +
                   asked + " figures of its own; load the source's own " + asked +
                   " figures, or compute it from numerator and denominator at that frequency";
        return "nothing says whether it is a stock or a flow; name it in mappings/frequency.toml "
               "(temporal = \"stock\" or \"flow\")";
    }

    /// Year that a school year or term stands for, where the rule says so.
    [[nodiscard]] std::optional<TimePeriod> year_of_term(TimePeriod const& period) const {
        if (target_.kind != Kind::year) return std::nullopt;
        bool const school = period.kind() == Kind::school_year;
        if (!school && period.kind() != Kind::term) return std::nullopt;
        if (!(school ? rule_.school_year_told : rule_.term_told)) return std::nullopt;
        auto const first = day_of(period.start_day());
        if (!school && first.month != 10) return std::nullopt; // the winter term stands for the year
        bool const end = school ? rule_.school_year_end : rule_.term_end;
        return TimePeriod::year(end ? first.year + 1 : first.year);
    }

    [[nodiscard]] std::vector<TimePeriod> wholes() const {
        std::set<TimePeriod> wholes;
        for (auto const& [period, figure] : by_period_) {
            if (auto const year = year_of_term(period)) {
                wholes.insert(*year);
                continue;
            }
            auto const around = period_around(period.start_day(), target_.kind);
            // What is longer than the target, or crosses its border, stands for none.
            if (around && period.end_day() <= around->end_day()) wholes.insert(*around);
        }
        return {wholes.begin(), wholes.end()};
    }

    Made figure_for(TimePeriod const& whole) {
        bool const wants_mean = target_.mean && is_stock();
        if (!wants_mean && target_.day == 0)
            if (auto const found = by_period_.find(whole); found != by_period_.end())
                return as_published(whole);
        if (auto made = from_term(whole)) return std::move(*made);
        if (is_stock()) return wants_mean ? mean_of_days(whole) : on_a_day(whole);
        if (may_sum()) return from_parts(whole, false);
        if (rule_.temporal == Temporal::mean &&
            (rule_.mean == MeanOf::months || rule_.mean == MeanOf::quarters))
            return from_parts(whole, true);
        return none(whole, "time.no-rule",
                    "kein Wert: die Quelle hat für " + whole.to_sdmx() +
                        " keine eigene Angabe, und aus anderen Zeiträumen lässt sie sich nicht bilden",
                    "no value: the source has no figure of its own for " + whole.to_sdmx() +
                        ", and it cannot be made from other periods");
    }

    Made as_published(TimePeriod const& whole) {
        used_.insert(whole);
        Made made;
        made.figure = *by_period_.at(whole);
        made.parts = {{whole.to_sdmx(), made.figure}};
        made.note = {"time.as-published", rule_.rule, "wie veröffentlicht", "as published"};
        if (is_stock() && whole.kind() != Kind::date) {
            made.note.de += "; den Stichtag nennt die Quelle nicht";
            made.note.en += "; the source does not name the reference date";
        }
        return made;
    }

    std::optional<Made> from_term(TimePeriod const& whole) {
        for (auto const& [period, figure] : by_period_) {
            if (year_of_term(period) != whole) continue;
            used_.insert(period);
            auto made = kept(*figure, whole);
            bool const school = period.kind() == Kind::school_year;
            bool const end = school ? rule_.school_year_end : rule_.term_end;
            std::string const id = school ? "time.school-year" : "time.term";
            made.note = {id, rule_.rule,
                         std::string{school ? "Schuljahr " : "Wintersemester "} + period.to_sdmx() +
                             ": steht für das Jahr, in dem es " + (end ? "endet" : "beginnt"),
                         std::string{school ? "school year " : "winter term "} + period.to_sdmx() +
                             ": stands for the year in which it " + (end ? "ends" : "begins")};
            return made;
        }
        return std::nullopt;
    }

    Made on_a_day(TimePeriod const& whole) {
        auto const wanted_day = reference_day(whole);
        if (!wanted_day)
            return none(whole, "time.no-reference-date", "kein Wert: diesen Tag gibt es in dem Jahr nicht",
                        "no value: the year has no such day");
        auto const day = *wanted_day;
        auto const wanted = TimePeriod::date(day_of(day).year, day_of(day).month, day_of(day).day).value();
        auto const found = by_period_.find(wanted);
        if (found == by_period_.end()) {
            std::vector<TimePeriod> others;
            for (auto const& [period, figure] : by_period_)
                if (period.start_day() >= whole.start_day() && period.end_day() <= whole.end_day())
                    others.push_back(period);
            return none(whole, "time.no-reference-date",
                        "kein Wert: keine Angabe zum Stichtag " + date_de(day) +
                            "; vorhanden: " + list_of(others),
                        "no value: no figure of the reference date " + date_text(day) +
                            "; there are: " + list_of(others));
        }
        used_.insert(wanted);
        auto made = kept(*found->second, whole);
        made.note = {"time.reference-date", rule_.rule, "Stand am Stichtag " + date_de(day),
                     "stock on the reference date " + date_text(day)};
        return made;
    }

    /// Nothing where the year has no such day.
    [[nodiscard]] std::optional<std::int32_t> reference_day(TimePeriod const& whole) const {
        auto const last = whole.end_day() - 1;
        if (whole.kind() != Kind::year) return last;
        auto const month = target_.day != 0 ? target_.month : rule_.month;
        auto const day = target_.day != 0 ? target_.day : rule_.day;
        if (day == 0) return last;
        return days_from_date(whole.start_year(), month, day);
    }

    [[nodiscard]] std::vector<TimePeriod> mean_days(TimePeriod const& whole) const {
        std::vector<TimePeriod> days;
        auto const year = whole.start_year();
        if (rule_.mean == MeanOf::year_ends)
            return {TimePeriod::date(year - 1, 12, 31).value(), TimePeriod::date(year, 12, 31).value()};
        unsigned const step = rule_.mean == MeanOf::quarter_ends ? 3 : 1;
        for (unsigned month = step; month <= 12; month += step)
            days.push_back(TimePeriod::date(year, month, last_day(year, month)).value());
        return days;
    }

    Made mean_of_days(TimePeriod const& whole) {
        auto const days = mean_days(whole);
        auto made = gathered(whole, days, true, Kind::date);
        if (made.making == Making::averaged) {
            auto const rounded = made.note;
            made.note = {"time.mean-of-dates", rule_.rule, "Mittel der Stichtage " + list_of(days),
                         "mean of the reference dates " + list_of(days)};
            if (!rounded.de.empty()) {
                made.note.de += ", " + rounded.de;
                made.note.en += ", " + rounded.en;
            }
        }
        return made;
    }

    /// Sum or mean of complete parts of one kind: the coarsest kind that is complete.
    Made from_parts(TimePeriod const& whole, bool mean) {
        constexpr std::array<Kind, 3> kinds{Kind::half_year, Kind::quarter, Kind::month};
        std::optional<Made> best; // the incomplete one with the most parts, for its reason
        for (auto const kind : kinds) {
            if (mean && kind != (rule_.mean == MeanOf::months ? Kind::month : Kind::quarter)) continue;
            auto const parts = periods_in(whole, kind);
            if (parts.empty() || (parts.size() == 1 && parts.front() == whole)) continue;
            auto made = gathered(whole, parts, mean, kind);
            if (made.parts.size() == made.expected) {
                describe(made, parts.size(), kind);
                return made;
            }
            if (!best || made.parts.size() > best->parts.size()) best = std::move(made);
        }
        if (best) return std::move(*best);
        return none(whole, "time.no-parts", "kein Wert: keine vollständigen Teile für " + whole.to_sdmx(),
                    "no value: no complete parts for " + whole.to_sdmx());
    }

    void describe(Made& made, std::size_t count, Kind kind) const {
        if (made.making == Making::none) return; // its note names the part without number
        auto const rounded = made.note;
        bool const mean = made.making == Making::averaged;
        made.note = {mean ? "time.mean" : "time.sum", rule_.rule,
                     (mean ? "Mittel aus " : "Summe aus ") + std::to_string(count) + " " +
                         (kind == Kind::month     ? "Monaten"
                          : kind == Kind::quarter ? "Quartalen"
                                                  : "Halbjahren"),
                     (mean ? "mean of " : "sum of ") + std::to_string(count) + " " + kind_en(kind, true)};
        if (!rounded.de.empty()) {
            made.note.de += ", " + rounded.de;
            made.note.en += ", " + rounded.en;
        }
    }

    /// Puts together those of `wanted` that exist; no number where one is missing.
    Made gathered(TimePeriod const& whole, std::vector<TimePeriod> const& wanted, bool mean, Kind kind) {
        std::vector<Part> parts;
        std::vector<TimePeriod> missing;
        for (auto const& period : wanted) {
            auto const found = by_period_.find(period);
            if (found == by_period_.end())
                missing.push_back(period);
            else
                parts.push_back({period.to_sdmx(), *found->second});
        }
        if (!missing.empty()) {
            auto made = none(whole, "time.incomplete",
                             "kein Wert: unvollständig, " + std::to_string(parts.size()) + " von " +
                                 std::to_string(wanted.size()) + " Angaben (" + kind_de(kind, true) +
                                 "); es fehlt: " + list_of(missing),
                             "no value: incomplete, " + std::to_string(parts.size()) + " of " +
                                 std::to_string(wanted.size()) + " " + kind_en(kind, true) +
                                 "; missing: " + list_of(missing));
            made.expected = wanted.size();
            made.parts = std::move(parts);
            return made;
        }
        for (auto const& period : wanted) used_.insert(period);
        return mean ? mean_of(std::move(parts), whole) : sum_of(std::move(parts), whole);
    }

    [[nodiscard]] static Made kept(Observation const& figure, TimePeriod const& whole) {
        Made made;
        made.figure = figure;
        made.figure.period = whole;
        made.parts = {{figure.period.to_sdmx(), figure}};
        return made;
    }

    [[nodiscard]] Made none(TimePeriod const& whole, char const* id, std::string de, std::string en) const {
        Made made;
        made.figure = without_number(whole, MissingReason::unknown);
        made.making = Making::none;
        made.note = {id, rule_.rule, std::move(de), std::move(en)};
        return made;
    }

    [[nodiscard]] std::string why_unused(TimePeriod const& period) const {
        auto const around = period_around(period.start_day(), target_.kind);
        if (period.kind() == Kind::school_year || period.kind() == Kind::term) {
            bool const told = period.kind() == Kind::term ? rule_.term_told : rule_.school_year_told;
            if (!told) return "no rule says for which year it stands; see mappings/frequency.toml";
            return "the winter term stands for the year";
        }
        if (around && period.end_day() > around->end_day()) return "longer than a " + target_.text();
        if (period.kind() == Kind::date) return "not a reference date that was asked for";
        return "not part of a complete " + target_.text();
    }

    FrequencyTarget target_;
    MeasureRule rule_;
    std::map<TimePeriod, Observation const*> by_period_;
    std::set<TimePeriod> used_;
};

} // namespace

std::string FrequencyTarget::text() const {
    std::string text = kind_en(kind, false);
    std::replace(text.begin(), text.end(), ' ', '-');
    if (mean) return text + "-mean";
    if (day == 0) return text;
    auto const two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return text + "." + two(month) + "-" + two(day);
}

FrequencyTarget parse_frequency(std::string_view text) {
    auto const refuse = [text]() -> FrequencyTarget {
        throw Error{Errc::invalid_argument,
                    "frequency '" + std::string{text} +
                        "' is unknown; there are year, half-year, quarter, month, school-year, year-mean "
                        "and a year on a day as in year.06-30"};
    };
    constexpr std::array<std::pair<std::string_view, Kind>, 5> kinds{{{"year", Kind::year},
                                                                      {"half-year", Kind::half_year},
                                                                      {"quarter", Kind::quarter},
                                                                      {"month", Kind::month},
                                                                      {"school-year", Kind::school_year}}};
    FrequencyTarget target;
    for (auto const& [name, kind] : kinds) {
        if (text != name) continue;
        target.kind = kind;
        return target;
    }
    if (text == "year-mean") {
        target.mean = true;
        return target;
    }
    if (!text.starts_with("year.")) return refuse();
    // Any leap year: 29 February is a day, though not of every year.
    auto const day = parse_date("2024-" + std::string{text.substr(5)});
    if (!day) return refuse();
    target.month = day_of(*day).month;
    target.day = day_of(*day).day;
    return target;
}

AtFrequency at_frequency(std::vector<Observation> const& series, FrequencyTarget const& target,
                         MeasureRule const& rule) {
    return Maker{series, target, rule}.make();
}

} // namespace gateway::harmonize::series

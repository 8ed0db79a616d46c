#include "gateway/harmonize/series/join.hpp"

#include <map>
#include <string>
#include <utility>

#include "gateway/core/error.hpp"

namespace gateway::harmonize::series {
namespace {

using Place = std::pair<std::size_t, std::size_t>; // source, figure

std::string table_of(DatasetInfo const& dataset) {
    return dataset.id.empty() ? dataset.table : dataset.id;
}

class Line {
  public:
    Line(std::vector<JoinSource> const& sources, BreakRegister const& breaks)
        : sources_(sources), breaks_(breaks) {
        for (std::size_t source = 0; source < sources.size(); ++source)
            for (std::size_t figure = 0; figure < sources[source].figures.size(); ++figure)
                by_period_[sources[source].figures[figure].period].push_back({source, figure});
    }

    std::vector<JoinedFigure> make() const {
        std::vector<JoinedFigure> line;
        for (auto const& [period, places] : by_period_) {
            auto chosen = places.front();
            for (auto const& place : places)
                if (!at(place).value.is_missing()) {
                    chosen = place;
                    break;
                }
            JoinedFigure made;
            made.source = chosen.first;
            made.figure = chosen.second;
            made.shown = at(chosen);
            for (auto const& place : places)
                if (place != chosen) made.second.push_back(place);
            if (!line.empty()) made.breaks = between(line.back(), made);
            mark_break(made.shown, made.breaks);
            line.push_back(std::move(made));
        }
        return line;
    }

  private:
    [[nodiscard]] Observation const& at(Place const& place) const {
        return sources_[place.first].figures[place.second];
    }
    [[nodiscard]] Point point(JoinedFigure const& joined) const {
        auto const& source = sources_[joined.source];
        return {source.figures[joined.figure].period, source.received[joined.figure]};
    }

    [[nodiscard]] std::vector<Break> between(JoinedFigure const& earlier, JoinedFigure const& later) const {
        auto const& source = sources_[later.source];
        auto found = breaks_.between(source.dataset, source.indicator, point(earlier), point(later));
        if (earlier.source != later.source) found.push_back(change_of_table(earlier, later));
        return found;
    }

    [[nodiscard]] Break change_of_table(JoinedFigure const& earlier, JoinedFigure const& later) const {
        auto const from = table_of(sources_[earlier.source].dataset);
        auto const to = table_of(sources_[later.source].dataset);
        Break change;
        change.id = "table";
        change.severity = "method";
        change.from = later.shown.period.end_day() - 1;
        change.de = "Quelle wechselt von " + from + " zu " + to;
        change.en = "table changes from " + from + " to " + to;
        std::size_t shared = 0;
        std::string different;
        for (auto const& [period, places] : by_period_) {
            Observation const* one = nullptr;
            Observation const* other = nullptr;
            for (auto const& place : places) {
                if (place.first == earlier.source) one = &at(place);
                if (place.first == later.source) other = &at(place);
            }
            if (one == nullptr || other == nullptr || one->value.is_missing() || other->value.is_missing())
                continue;
            ++shared;
            if (different.empty() && *one->value.number() != *other->value.number())
                different = period.to_sdmx() + " " + one->value.number()->to_string() + " / " +
                            other->value.number()->to_string();
        }
        change.obs_status = !different.empty();
        if (!different.empty()) {
            change.severity = "level";
            change.de += "; die Werte unterscheiden sich: " + different;
            change.en += "; their values differ: " + different;
        } else if (shared == 0) {
            change.de += "; kein gemeinsamer Zeitraum, das Niveau ist nicht vergleichbar";
            change.en += "; no period in common, their levels cannot be compared";
        } else {
            change.de += "; gleiche Werte in " + std::to_string(shared) + " gemeinsamen Zeiträumen";
            change.en += "; equal values in " + std::to_string(shared) + " common periods";
        }
        return change;
    }

    std::vector<JoinSource> const& sources_;
    BreakRegister const& breaks_;
    std::map<TimePeriod, std::vector<Place>> by_period_;
};

} // namespace

IndicatorKey line_key(IndicatorKey const& indicator) {
    IndicatorKey key;
    for (auto const& [dimension, code] : indicator.codes())
        if (code != "_T") key.set(dimension, code);
    return key;
}

void require_joinable(JoinSource const& one, JoinSource const& other, ConceptGuard const& guard) {
    auto const names = table_of(one.dataset) + " and " + table_of(other.dataset) + " do not join: ";
    if (auto const apart = guard.apart(one.dataset, one.indicator, other.dataset, other.indicator))
        throw Error{Errc::invalid_argument, names + apart->en + "; next step: " + apart->way_out +
                                                (apart->place.empty() ? "" : " (" + apart->place + ")")};
    for (auto const* dimension : {"UNIT", "UNIT_MULT"}) {
        auto const a = one.indicator.at(dimension);
        auto const b = other.indicator.at(dimension);
        if (a != b)
            throw Error{Errc::invalid_argument, names + dimension + " is " +
                                                    std::string{a.empty() ? "0" : a} + " and " +
                                                    std::string{b.empty() ? "0" : b} +
                                                    "; next step: bring both to one unit with --unit"};
    }
}

std::vector<JoinedFigure> join(std::vector<JoinSource> const& sources, ConceptGuard const& guard,
                               BreakRegister const& breaks) {
    for (std::size_t i = 0; i < sources.size(); ++i)
        for (std::size_t j = i + 1; j < sources.size(); ++j) require_joinable(sources[i], sources[j], guard);
    return Line{sources, breaks}.make();
}

} // namespace gateway::harmonize::series

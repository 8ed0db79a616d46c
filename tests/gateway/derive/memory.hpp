// A source in memory, and short ways to fill and ask it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/derive/territorial.hpp"
#include "gateway/feed/source.hpp"

namespace gateway::derive::testing {

inline TimePeriod period(std::string const& text) {
    return parse_sdmx_period(text).value();
}
inline std::int32_t day(std::string const& text) {
    return parse_date(text).value();
}
inline Observation number(std::string const& when, std::string const& digits,
                          Protection protection = Protection::none) {
    Observation one;
    one.period = period(when);
    one.value = Value::of(parse_decimal(digits).value);
    one.quality.protection = protection;
    one.vintage = 1;
    return one;
}
inline Observation missing(std::string const& when, MissingReason reason, ObsStatus status) {
    Observation one;
    one.period = period(when);
    one.value = Value::missing(reason);
    one.quality.status = status;
    one.vintage = 1;
    return one;
}
inline Observation dash(std::string const& when) {
    return missing(when, MissingReason::no_territory, ObsStatus::cannot_exist);
}
inline IndicatorKey measure(std::string const& code, std::string const& unit = "PS") {
    IndicatorKey key;
    key.set("MEASURE", code);
    key.set("UNIT", unit);
    return key;
}
inline Area area(std::string const& code) {
    auto const level = code == "DG"       ? AreaLevel::country
                       : code.size() == 2 ? AreaLevel::land
                       : code.size() == 3 ? AreaLevel::region
                       : code.size() == 5 ? AreaLevel::county
                                          : AreaLevel::municipality;
    return {CodeList::ags, level, code};
}

class Memory : public feed::FigureSource {
  public:
    explicit Memory(std::string const& table = "12411-01-01-4") {
        context_.info.id = "T_" + table;
        context_.info.table = table;
        context_.info.statistic = "12411";
        context_.info.dimensions = {"MEASURE", "UNIT"};
        context_.vintages[1] = {1'700'000'000, {}, "", ""};
    }
    void put(std::string const& code, Observation const& figure,
             IndicatorKey const& key = measure("BEVSTD")) {
        auto& figures = series_[{area(code), key}];
        figures.push_back(figure);
        std::sort(figures.begin(), figures.end(),
                  [](Observation const& a, Observation const& b) { return a.period < b.period; });
    }
    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override { return {&context_}; }
    void each(feed::SeriesSink const& each) const override {
        for (auto const& [key, figures] : series_) each({context_, key.first, "", key.second, figures});
    }

  private:
    feed::DatasetContext context_;
    std::map<std::pair<Area, IndicatorKey>, std::vector<Observation>> series_;
};

struct Figure {
    Observation value;
    feed::Derived derived;
    std::string view;
};
/// By "AREA MEASURE PERIOD".
inline std::map<std::string, Figure> all(feed::FigureSource const& source) {
    std::map<std::string, Figure> result;
    source.each([&](feed::SeriesRecord const& record) {
        for (std::size_t i = 0; i < record.observations.size(); ++i)
            result[area_key(record.area) + " " + std::string{record.indicator.at("MEASURE")} + " " +
                   record.observations[i].period.to_sdmx()] = {record.observations[i], record.derived->at(i),
                                                               std::string{record.view}};
    });
    return result;
}
inline std::string digits(Figure const& figure) {
    return figure.value.value.visit([](Decimal value) { return value.to_string(); },
                                    [](MissingReason reason) { return std::string{to_string(reason)}; });
}

/// Register and measures of the project; nothing imported.
inline Atlas& atlas() {
    static Atlas one{std::string{KREISLAUF_SOURCE_DIR} + "/mappings/territory", ""};
    return one;
}
inline Measures const& measures() {
    static auto const one = Measures::load(
        harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings"));
    return one;
}
inline std::map<std::string, Figure> on(Memory const& memory, std::string const& date, bool partial = false,
                                        Measures const& rules = measures()) {
    return all(TerritorialView{memory, nullptr, atlas(), rules, {day(date), partial, {}}});
}

} // namespace gateway::derive::testing

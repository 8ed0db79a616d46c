// Figures for the tests of series.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize::series {

inline MappingFiles project_mappings() {
    return MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
}

inline TimePeriod period(std::string_view text) {
    return parse_sdmx_period(text).value();
}

inline Observation figure(std::string_view when, std::string_view number,
                          Protection protection = Protection::none) {
    Observation made;
    made.period = period(when);
    made.value = Value::of(parse_decimal(number).value);
    made.quality.protection = protection;
    return made;
}

inline Observation missing(std::string_view when, MissingReason reason) {
    Observation made;
    made.period = period(when);
    made.value = Value::missing(reason);
    return made;
}

inline std::string text_of(Observation const& made) {
    return made.value.visit([](Decimal number) { return number.to_string(); },
                            [](MissingReason reason) { return std::string{to_string(reason)}; });
}

inline DatasetInfo table(std::string code, std::string source = "regionalstatistik") {
    DatasetInfo info;
    info.table = code;
    info.statistic = code.substr(0, 5);
    info.source = std::move(source);
    info.id = "T_" + std::move(code);
    return info;
}

inline std::vector<std::string> texts_of(std::vector<Observation> const& figures) {
    std::vector<std::string> texts;
    texts.reserve(figures.size());
    for (auto const& one : figures) texts.push_back(one.period.to_sdmx() + " " + text_of(one));
    return texts;
}

} // namespace gateway::harmonize::series

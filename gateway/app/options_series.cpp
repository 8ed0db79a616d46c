#include <CLI/CLI.hpp>

#include "gateway/app/options_series.hpp"

namespace gateway::app {

void add_series(CLI::App& command, SeriesOptions& series) {
    auto* const group =
        command.add_option_group("Series", "Other frequencies, classes, units; one line; breaks");
    group->add_option(
        "--frequency", series.frequency,
        "year, half-year, quarter, month, school-year, year-mean, or a year on a day: year.06-30");
    group->add_option("--ages", series.ages,
                      "age groups: 0-17,18-64,65+, or a list: life, school, genesis-17");
    group->add_option("--nationality", series.nationality, "DE,FOR,EU_F,NEU_F from single states, by date");
    group->add_option("--unit", series.unit,
                      "KM2, PT, or as sources write it: 'Tsd. EUR', ha, Personen, Tsd.");
    group->add_flag("--breaks", series.breaks, "say where the series breaks: census, definition, method");
}

void add_series_of_get(CLI::App& command, SeriesOptions& series) {
    add_series(command, series);
    command
        .add_option("--join", series.join,
                    "one line out of several tables: more datasets, the first named wins; repeatable")
        ->allow_extra_args(false);
    command
        .add_option("--compare", series.compare, "two periods: the change between them, and what breaks it")
        ->expected(2);
}

} // namespace gateway::app

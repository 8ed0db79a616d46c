#include <CLI/CLI.hpp>

#include "gateway/app/options.hpp"
#include "gateway/app/options_convert.hpp"

namespace gateway::app {
namespace {

constexpr char const* examples =
    "Examples:\n"
    "  kreislauf convert --in bev.csv --key ags --time year --value pop --to 2024-12-31\n"
    "  kreislauf convert --in bev.csv --key ags --time year --value pop --crosswalk kreise_2020.csv --out "
    "neu.csv\n"
    "  kreislauf convert --in wahl.csv --key kreis --time jahr --value gueltig --value berechtigt \\\n"
    "      --ratio beteiligung_pct=gueltig/berechtigt --crosswalk kreise_2020.csv --nearest-year\n"
    "  kreislauf convert --in 12411-01-01-5_flat.csv --key GEMEIN --value BEVSTD --strata GES --level kreise "
    "\\\n"
    "      --crosswalk gemeinden_2020.csv --out kreise.csv\n\n";

} // namespace

void add_convert(CLI::App& command, Options& options) {
    auto& convert = options.convert;
    command.add_option("--in", convert.in, "CSV file, or GENESIS flat file")->required();
    command.add_option("--key", convert.key, "column of the area keys; in a flat file the variable: GEMEIN")
        ->required();
    command.add_option("--time", convert.time, "column of the years or dates");
    command
        .add_option("--value", convert.values, "column to convert, in a flat file the measure; repeatable")
        ->required()
        ->allow_extra_args(false);
    command.add_option("--strata", convert.strata, "column that parts the rows of one area; repeatable")
        ->allow_extra_args(false);
    command
        .add_option("--weight", convert.weight, "what divides an area: pop, area or emp, as fits the values")
        ->check(CLI::IsMember({"pop", "area", "size", "emp"}))
        ->capture_default_str();
    command.add_option("--to", options.to, "day of the territory wanted, by the register: 2024-12-31");
    command.add_option("--crosswalk", convert.crosswalks,
                       "instead of --to: tables from earlier years to the target");
    command
        .add_option("--mode", convert.mode,
                    "safe keeps totals and marks estimates; ags does what the R package does")
        ->check(CLI::IsMember({"safe", "ags"}))
        ->capture_default_str();
    command.add_flag("--nearest-year", convert.nearest_year,
                     "keys that did not exist in their year: take the nearest year of the tables");
    command.add_option("--level", options.level, "of the results: gemeinden, kreise")
        ->check(CLI::IsMember({"gemeinden", "kreise"}));
    command.add_option("--kind", convert.kinds, "NAME=count, NAME=attribute, NAME=mean: what a value is")
        ->allow_extra_args(false);
    command
        .add_option("--ratio", convert.ratios, "NAME=NUM/DEN, NAME=100*NUM/DEN: computed after conversion")
        ->allow_extra_args(false);
    command.add_flag("--partial", options.partial, "give sums of what is there, with their coverage");
    command
        .add_option("--secret-parts", convert.secret_parts,
                    "with --partial, sums beside a confidential source: withhold them, or at-least: the rest "
                    "without it, marked secret_part")
        ->check(CLI::IsMember({"withhold", "at-least"}))
        ->capture_default_str();
    command
        .add_option("--protection", convert.protection,
                    "how the office has changed small counts: sums get the bounds of their parts")
        ->check(CLI::IsMember({"R3", "R5", "R10", "CKM", "SAFE"}));
    command.add_option("--finer", convert.finer,
                       "the same columns by municipalities: measures the error of what was divided");
    command.add_option("--finer-crosswalk", convert.finer_crosswalks, "tables for --finer, instead of --to");
    command.add_flag("--dash-zero", convert.dash_zero,
                     "'-' of an area that existed is a zero, not a missing value");
    command.add_flag("--integers", convert.integers, "whole numbers; totals of Länder and Germany stay");
    command.add_flag("--repair-keys", convert.repair_keys,
                     "read keys that lost a zero or became numbers as what they were");
    command.add_flag("--plain", convert.plain, "values only, without status, coverage and range");
    command.add_option("--out", options.out, "file to write; without it to standard output");
    command.add_option("--report", convert.report, "file for the report; without it to standard error");
    command.add_option("--delimiter", convert.delimiter, "of the output: , ; or tab (default: as the input)");
    command.add_option("--decimal", convert.decimal, "mark of the output")
        ->check(CLI::IsMember({".", ","}))
        ->capture_default_str();
    command
        .add_option("--input-decimal", convert.input_decimal,
                    "mark of the input, where its numbers leave that open")
        ->check(CLI::IsMember({".", ","}));
    command.add_option("--threads", convert.threads, "for flat files")->check(CLI::Range(1, 64));
    command.footer(examples);
}

} // namespace gateway::app

// A small package with every kind of figure, and helpers shared by the tests of the feeds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/feed.hpp"

namespace feed_test {

using gateway::Observation;
using gateway::feed::ByteSink;
using gateway::feed::DatasetContext;
using gateway::feed::FeedContext;
using gateway::feed::SeriesRecord;
using gateway::feed::Writer;

/// A series with its own storage.
struct Series {
    DatasetContext const* dataset = nullptr;
    gateway::Area area;
    std::string area_name;
    gateway::IndicatorKey indicator;
    std::vector<Observation> observations;
};

struct Sample {
    std::vector<DatasetContext> datasets;
    std::vector<Series> series;
    FeedContext context(std::string const& only = {}) const;
};

/// Goslar: population of 2024 as published (12411-01-01-4), the other figures made up so that every kind of cell
/// and every sign occurs.
Sample const& sample();

using Make = std::unique_ptr<Writer> (*)(ByteSink, FeedContext const&);
/// Writes the sample (or one dataset of it) and returns the bytes.
std::string written(Make make, Sample const& what, std::string const& only = {});

Observation number_at(gateway::TimePeriod period, std::int64_t mantissa, unsigned scale = 0);
Observation missing_at(gateway::TimePeriod period, gateway::MissingReason reason, std::string_view sign);

/// Rows of a CSV text by column name, read by RFC 4180; ="text" becomes text.
std::vector<std::map<std::string, std::string>> read_csv(std::string_view text, char separator);

/// Compares with tests/gateway/feed/golden/NAME. With KREISLAUF_UPDATE_GOLDEN=1 in the environment it writes
/// the file instead and fails, so that nobody updates by accident.
void expect_golden(std::string const& name, std::string const& actual);

/// "FIGURE|value|sign|status" of every observation, as golden/figures.txt holds it for all formats.
std::string figure_line(std::string const& figure, std::string const& value, std::string const& sign,
                        std::string const& status);

struct Output {
    int status = -1;
    std::string text;
};
/// Runs a command in the shell and collects stdout and stderr.
Output run(std::string const& command);
/// A directory for this test, emptied; removed by nobody, so that failures can be looked at.
std::string scratch(std::string const& name);
void write_file(std::string const& path, std::string_view bytes);
std::string read_file(std::string const& path);
/// Whether /usr/bin/python3 can import a module.
bool python_has(std::string const& module);

inline constexpr char const* source_dir = KREISLAUF_SOURCE_DIR;

} // namespace feed_test

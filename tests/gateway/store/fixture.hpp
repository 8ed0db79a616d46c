// A store in a directory of its own, and short ways to fill and read it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

#include "gateway/io/sha256.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::testing {

class TempDirectory {
  public:
    TempDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "kreislauf-store-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw Error{Errc::io, "mkdtemp " + pattern};
        path_ = pattern;
    }
    TempDirectory(TempDirectory const&) = delete;
    TempDirectory& operator=(TempDirectory const&) = delete;
    ~TempDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    std::string path_;
};

inline DatasetInfo population() {
    return {"REGIO_12411-01-01-4",
            "regionalstatistik",
            "12411-01-01-4",
            "Bevölkerung",
            "12411",
            "dl-de/by-2-0",
            "Destatis",
            "A",
            {"MEASURE", "UNIT", "SEX"}};
}

inline IndicatorKey indicator_of(std::string const& sex, std::string const& measure = "BEVSTD") {
    IndicatorKey key;
    key.set("MEASURE", measure);
    key.set("UNIT", "PS");
    key.set("SEX", sex);
    return key;
}

inline Area county(std::string const& code) {
    return {CodeList::ags, AreaLevel::county, code};
}

inline PackedObservation observed(std::string const& period, std::string const& number, StateNo state = 0) {
    auto const time = parse_sdmx_period(period);
    auto const value = parse_decimal(number);
    if (!time || !value) throw Error{Errc::invalid_argument, "test: " + period + " " + number};
    return {*time, value.value, state, 0};
}

inline PackedObservation missing(std::string const& period, StateNo state) {
    return {parse_sdmx_period(period).value(), Decimal{}, state, 0};
}

inline LoadRequest request(DatasetInfo dataset = population(), UnixTime received = 1000) {
    LoadRequest result;
    result.dataset = std::move(dataset);
    result.received = received;
    return result;
}

inline Coverage everything() {
    return [](IndicatorNo, AreaNo, TimePeriod const&) { return true; };
}

/// Loads one series and commits.
inline LoadResult load_one(Store& store, std::string const& sex, std::string const& area,
                           std::vector<PackedObservation> const& observations, Coverage const& coverage = {},
                           UnixTime received = 1000) {
    auto const load = store.begin(request(population(), received));
    auto const indicator = load->indicator(indicator_of(sex));
    load->put(indicator, load->area(county(area)), observations);
    return load->commit("", observations.size(), 0, coverage);
}

/// "2023-12-31=12.50@1 ..." for one series, as of a vintage.
inline std::string text_of(Store const& store, std::string const& sex, std::string const& area,
                           std::optional<VintageNo> vintage = std::nullopt) {
    Query query;
    query.dataset = population().id;
    query.vintage = vintage;
    query.indicator = store.find_indicator(query.dataset, indicator_of(sex));
    query.area = store.find_area(county(area));
    if (!query.indicator || !query.area) return "unknown";
    std::string text;
    store.read(query, [&](SeriesRef, std::span<PackedObservation const> observations) {
        for (auto const& each : observations) {
            if (!text.empty()) text += ' ';
            text += each.period.to_sdmx() + "=" + each.number.to_string();
            if (each.state != 0) text += "#" + std::to_string(each.state);
            text += "@" + std::to_string(each.vintage);
        }
    });
    return text;
}

} // namespace gateway::store::testing

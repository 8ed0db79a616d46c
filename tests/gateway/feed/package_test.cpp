#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "gateway/core/error.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/package.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/feed/rows.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char const* population_id = "REGIO_12411-01-01-4";

PackageInfo package() {
    PackageInfo info;
    info.area_key = "03153";
    info.area_name = "Goslar, Landkreis";
    info.as_of = 1'771'401'600;
    info.command = "kreislauf export --area 03153 --as-of 2026-02-18T08:00:00Z --out goslar";
    info.datasets = sample().context().datasets;
    for (auto const& series : sample().series)
        info.counts.add(
            {*series.dataset, series.area, series.area_name, series.indicator, series.observations});
    auto const add = [&](std::string_view format, std::string const& dataset, char hex, std::uint64_t bytes) {
        info.files.push_back({file_name(find_format(format), dataset), std::string{format}, dataset,
                              std::string(64, hex), bytes});
    };
    add("csv", "", '1', 12'345);
    add("xlsx", "", '2', 6'789);
    add("sdmx-csv", population_id, '3', 1'234);
    add("avro", "", '4', 567);
    return info;
}

TEST(Package, WritesLiesmichAsInTheGoldenFile) {
    expect_golden("LIESMICH.txt", readme_de(package()));
}

TEST(Package, WritesDatapackageAsInTheGoldenFile) {
    expect_golden("datapackage.json", datapackage_json(package()));
}

TEST(Package, CountsWhatTheWritersGot) {
    auto const counts = package().counts;
    EXPECT_EQ(counts.series, sample().series.size());
    EXPECT_EQ(counts.observations(), 20U);
    EXPECT_EQ(counts.values, 13U);
    EXPECT_EQ(counts.signs.at("-"), 3U);
    EXPECT_EQ(counts.missing.at(gateway::MissingReason::no_territory), 1U);
}

TEST(Package, DescribesEveryColumnOfTheCsvInOrder) {
    rapidjson::Document json;
    json.Parse(datapackage_json(package()).c_str());
    ASSERT_FALSE(json.HasParseError());
    std::vector<std::string> described;
    for (auto const& field : json["resources"][0]["schema"]["fields"].GetArray())
        described.emplace_back(field["name"].GetString());
    EXPECT_EQ(described, (RowMaker{sample().context()}.header()));
    EXPECT_STREQ(json["resources"][0]["hash"].GetString(), ("sha256:" + std::string(64, '1')).c_str());
    EXPECT_STREQ(json["licenses"][0]["path"].GetString(), "https://www.govdata.de/dl-de/by-2-0");
}

TEST(Package, SaysOfASignThatNobodyExplainedThatItIsNotExplained) {
    auto info = package();
    info.counts.signs["?"] = 2;
    EXPECT_THAT(readme_de(info), HasSubstr("?               in keiner Legende erklärt"));
}

TEST(Package, ExplainsEverySignOfTheLegendAndEveryReasonThatOccurs) {
    auto const text = readme_de(package());
    for (auto const& entry : sign_legend()) EXPECT_THAT(text, HasSubstr(std::string{entry.meaning}));
    for (auto const& entry : package().counts.missing)
        EXPECT_THAT(text, HasSubstr(std::string{reason_de(entry.first)}));
    EXPECT_THAT(text, HasSubstr(package().command));
}

/// The lines of LIESMICH.txt between a heading and the next blank line, as a program.
std::string program(std::string const& heading, std::string const& text) {
    std::string result;
    auto at = text.find("\r\n" + heading);
    EXPECT_NE(at, std::string::npos) << heading;
    at = text.find("\r\n", at + 2) + 2;
    while (text.compare(at, 2, "  ") == 0) {
        auto const end = text.find("\r\n", at);
        result += text.substr(at + 2, end - at - 2) + "\n";
        at = end + 2;
    }
    return result;
}

std::string package_folder(std::string const& name) {
    auto folder = scratch(name); // not const: it moves out
    write_file(folder + "/daten.csv", written(find_format("csv").make, sample()));
    write_file(folder + "/sdmx/" + population_id + ".csv",
               written(find_format("sdmx-csv").make, sample(), population_id));
    return folder;
}

PackageInfo without_csv() {
    auto info = package();
    info.files.erase(info.files.begin());
    return info;
}

TEST(Package, GivesPythonLinesThatWork) {
    if (!python_has("csv")) GTEST_SKIP() << "/usr/bin/python3 is not there";
    auto const folder = package_folder("lines-python");
    write_file(folder + "/a.py", program("Python (ohne weitere Pakete):", readme_de(package())));
    auto const csv = run("cd " + folder + " && PYTHONUTF8=1 /usr/bin/python3 a.py");
    EXPECT_EQ(csv.status, 0) << csv.text;
    EXPECT_THAT(csv.text, StartsWith("03153 31.12.2023 127712\n03153 31.12.2024 126775\n"));
    write_file(folder + "/b.py", program("Python (ohne weitere Pakete):", readme_de(without_csv())));
    auto const sdmx = run("cd " + folder + " && /usr/bin/python3 b.py");
    EXPECT_EQ(sdmx.status, 0) << sdmx.text;
    EXPECT_THAT(sdmx.text, StartsWith("03153 2023-12-31 127712\n"));
}

TEST(Package, GivesRLinesThatWork) {
    if (run("command -v Rscript").status != 0) GTEST_SKIP() << "r-base-core is not installed";
    auto const folder = package_folder("lines-r");
    write_file(folder + "/a.R", program("R:", readme_de(package())) +
                                    "cat(d[[\"Gebietsschlüssel\"]][1], d$Wert[2], "
                                    "sum(is.na(d$Wert)), \"\\n\")\n");
    auto const csv = run("cd " + folder + " && LC_ALL=C.UTF-8 Rscript a.R");
    EXPECT_EQ(csv.status, 0) << csv.text;
    EXPECT_THAT(csv.text, HasSubstr("03153 126775 7"));
    write_file(folder + "/b.R", program("R:", readme_de(without_csv())) +
                                    "cat(d$AREA[2], d$OBS_VALUE[2], nrow(d), \"\\n\")\n");
    auto const sdmx = run("cd " + folder + " && LC_ALL=C.UTF-8 Rscript b.R");
    EXPECT_EQ(sdmx.status, 0) << sdmx.text;
    EXPECT_THAT(sdmx.text, HasSubstr("03153 126775 6"));
}

TEST(Registry, FindsEachFormatAndNamesThemAllForAnUnknownOne) {
    for (auto const& format : formats()) EXPECT_EQ(find_format(format.id).id, format.id);
    try {
        find_format("pdf");
        FAIL() << "pdf was found";
    } catch (gateway::Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("csv, xlsx, sdmx-csv, avro"));
    }
}

TEST(Registry, NamesFilesAndRefusesDatasetsThatWouldLeaveTheFolder) {
    EXPECT_EQ(file_name(find_format("csv"), ""), "daten.csv");
    EXPECT_EQ(file_name(find_format("sdmx-csv"), population_id), "sdmx/REGIO_12411-01-01-4.csv");
    for (auto const* const bad : {"", "../x", "a/b", "..", "a\\b"})
        EXPECT_THROW(file_name(find_format("sdmx-csv"), bad), gateway::Error) << bad;
}

} // namespace
} // namespace feed_test

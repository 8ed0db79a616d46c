// Importing: every format is recognised, every known defect is reported, what is kept survives.
#include <gmock/gmock.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/graph_municipal.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "register_test_tools.hpp"

namespace gateway::harmonize::territory {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string const changes =
    "event_id,ags_old,name_old,change_type,is_new_formation,area_m2,pop,ags_new,name_new,"
    "date_legal,date_stat\n"
    "16/2019/0043-R,16063094,\"Kaltennordheim, Stadt\",3,0,,,16066095,\"Kaltennordheim, "
    "Stadt\",2019-01-01,2019-01-01\n"
    "12/2021/0013-R,12065251,Oberkrämer,2,0,1000,,12065332,\"Velten, Stadt\",2021-10-01,"
    "2023-12-01\n";
std::string const crosswalk = "year,ags_old,ags_new,w_pop,w_area,w_emp\n2019,03159,03159,1,1,1\n";

/// A line of GV100AD: record kind 60, with one character per position.
std::string gv100_line(std::string const& name, std::size_t characters) {
    std::string line = "6020231130031530020002" + name + std::string(50 - characters, ' ');
    line += std::string(128 - 72, ' ') + "00000009280" + "00000022094" + std::string(70, ' ');
    return line + "\n";
}

std::string refusal(std::string_view bytes, std::string const& name) {
    try {
        audit_import(bytes, name, shipped());
    } catch (Error const& error) {
        return std::string{to_string(error.code())} + ": " + error.what();
    }
    return "accepted";
}

std::vector<std::string> texts(ImportReport const& report) {
    std::vector<std::string> result;
    for (auto const& finding : report.findings)
        result.push_back(std::string{to_string(finding.severity)} + ": " + finding.text);
    return result;
}

TEST(TerritoryImport, RecognisesChangeLists) {
    auto const report = audit_import(changes, "2021.csv", shipped());
    EXPECT_EQ(report.kind, ImportKind::changes);
    EXPECT_EQ(report.level, "gemeinden");
    EXPECT_EQ(report.rows, 2U);
    EXPECT_EQ(report.from, "2019-01-01");
    EXPECT_TRUE(report.sound());
    EXPECT_THAT(texts(report),
                ElementsAre("info: legal and statistical day more than a year apart: 12/2021/0013-R"));
    EXPECT_THAT(report.licence, HasSubstr("source reference"));
}

TEST(TerritoryImport, ReportsRowsThatStandThereTwice) {
    auto const row = changes.substr(changes.find('\n') + 1);
    EXPECT_THAT(texts(audit_import(changes + row, "2009.csv", shipped())),
                Contains(HasSubstr("stand there twice")));
}

TEST(TerritoryImport, RecognisesRegisterExtracts) {
    std::string const extract =
        "gebietsstand,pop_date,ags,ars,text_code,name,area_km2,pop_total,pop_male,pop_female\n"
        "2021-12-31,2021-12-31,03153002,,63,\"Bad Harzburg, Stadt\",65.5,21000,,\n"
        "2021-12-31,2021-12-31,03153005,,63,Goslar,163.7,,,\n";
    auto const report = audit_import(extract, "register.csv", shipped());
    EXPECT_EQ(report.kind, ImportKind::extract);
    EXPECT_EQ(report.to, "2021-12-31");
    EXPECT_THAT(texts(report), Contains("warning: 2021-12-31: no population for 03153005"));
    EXPECT_THAT(texts(report), Contains(HasSubstr("holds 1 of 16")));
    auto const rows = read_register_csv(extract, "register.csv").front().rows;
    EXPECT_EQ(rows[0].area_m2, 65500000);
    EXPECT_EQ(rows[1].population, std::nullopt);
}

TEST(TerritoryImport, NoticesAnExtractOfAnotherDayThanItSays) {
    std::string const extract =
        "gebietsstand,ags,name,area_km2,pop_total\n1997-12-31,16056000,Eisenach,103.8,44000\n"
        "1997-12-31,13000999,Küstengewässer,1,0\n";
    EXPECT_THAT(texts(audit_import(extract, "register.csv", shipped())),
                Contains("warning: 1997-12-31: counties not in force on this day: 16056"));
}

TEST(TerritoryImport, CountsCharactersInFixedWidthFiles) {
    auto const utf8 = gv100_line("Bad Gögging", 11);
    auto const latin1 = gv100_line("Bad G\xF6gging", 11);
    auto const report = audit_import(utf8, "GV100AD_20231130.txt", shipped());
    EXPECT_EQ(report.kind, ImportKind::gv100);
    EXPECT_EQ(report.from, "2023-11-30");
    for (auto const& bytes : {utf8, latin1}) {
        auto const row = read_gv100(bytes, "gv").extract.rows.at(0);
        EXPECT_EQ(row.key, "03153002");
        EXPECT_EQ(row.name, "Bad Gögging");
        EXPECT_EQ(row.population, 22094);
        EXPECT_EQ(row.area_m2, 92800000);
    }
    EXPECT_THAT(texts(audit_import(latin1, "gv", shipped())), Contains("info: ISO-8859-1"));
}

TEST(TerritoryImport, RefusesFixedWidthFilesOfTwoDays) {
    auto other = gv100_line("Goslar", 6);
    other.replace(2, 8, "20221231");
    EXPECT_THAT(refusal(gv100_line("Goslar", 6) + other, "gv.txt"),
                HasSubstr("gv.txt:2: found the day 2022-12-31"));
}

TEST(TerritoryImport, ReportsWeightsThatDoNotAddUp) {
    auto const report = audit_import(crosswalk + "2019,09172,09172,1,0.4,\n2019,09172,09173,1,0.6,\n",
                                     "kreise_2020.csv", shipped());
    EXPECT_EQ(report.kind, ImportKind::crosswalk);
    EXPECT_EQ(report.level, "kreise");
    EXPECT_EQ(report.to, "2020");
    EXPECT_THAT(texts(report),
                ElementsAre("warning: weights by pop that do not add up to 1: 09172 in 2019 (2)"));
    EXPECT_THAT(report.licence, HasSubstr("no licence text"));
}

TEST(TerritoryImport, ReportsGapsAndKeysOutsideTheirDays) {
    auto const report = audit_import(crosswalk + "1997,16056,16056,1,1,\n1999,16056,16056,1,1,\n",
                                     "kreise_2020.csv", shipped());
    EXPECT_THAT(texts(report), Contains("warning: areas missing in one year only: 16056 in 1998"));
    EXPECT_THAT(texts(report), Contains("warning: counties not in force on their day: 16056 in 1997"));
    EXPECT_TRUE(report.sound());
}

TEST(TerritoryImport, RefusesAStaleHeadingAndSaysWhatFits) {
    auto const report = audit_import("year,ags_old,ags_new,w_pop,w_area,w_emp\n2014,03152,03159,1,1,1\n",
                                     "kreise_2015.csv", shipped());
    EXPECT_FALSE(report.sound());
    EXPECT_THAT(texts(report),
                Contains("error: targets not in force on 2015-12-31, but on 31 December 2016: 03159"));
}

TEST(TerritoryImport, RefusesTablesWhoseKeysLostTheirZero) {
    auto const report = audit_import(crosswalk + "2019,1001,1001,1,1,1\n", "kreise_2020.csv", shipped());
    EXPECT_FALSE(report.sound());
    EXPECT_THAT(texts(report),
                Contains(HasSubstr("kreise_2020.csv:3: found the key '1001', expected an AGS of five or "
                                   "eight digits; a leading zero is lost: 01001?")));
    EXPECT_EQ(report.rows_in, 2U);
    EXPECT_EQ(report.rows, 1U);
    EXPECT_EQ(report.set_aside, 1U);
}

TEST(TerritoryImport, SaysWhatItWouldTake) {
    EXPECT_THAT(refusal("PK\x03\x04rest", "a.xlsx"),
                AllOf(HasSubstr("not_a_table"), HasSubstr("save each sheet as CSV")));
    EXPECT_THAT(refusal("a;b\n1;2\n", "a.csv"),
                AllOf(HasSubstr("expected a change list"), HasSubstr("GV100AD")));
    EXPECT_THAT(refusal("", "empty.csv"), HasSubstr("an empty file"));
    auto const report =
        audit_import("event_id,ags_new,date_legal\nx,0315300X,2019-01-01\n", "c.csv", shipped());
    EXPECT_FALSE(report.sound());
    EXPECT_THAT(texts(report), Contains(HasSubstr("c.csv:2, ags_new")));
    EXPECT_THAT(refusal("ags\xF6\n", "c.csv"), HasSubstr("UTF-8"));
}

class TerritoryImportStore : public testing::Test {
  protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() / ("territory_import_" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    bool keep(std::string const& bytes, std::string const& name) const {
        ImportStore store{folder.string()};
        return store.keep(audit_import(bytes, name, shipped()), bytes, "2026-01-01T00:00:00Z");
    }
    std::filesystem::path folder;
};

TEST_F(TerritoryImportStore, KeepsFilesOnceUnderTheirChecksum) {
    EXPECT_TRUE(keep(crosswalk, "kreise_2020.csv"));
    EXPECT_FALSE(keep(crosswalk, "kreise_2020.csv"));
    EXPECT_TRUE(keep(changes, "2021.csv"));
    ImportStore const store{folder.string()};
    auto const entries = store.entries();
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].kind, "crosswalk");
    EXPECT_EQ(entries[0].to, "2020");
    EXPECT_EQ(store.read(entries[0]), crosswalk);
    ASSERT_THAT(store.crosswalks("kreise"), SizeIs(1));
    EXPECT_THAT(store.crosswalks("gemeinden"), IsEmpty());
    EXPECT_THAT(store.changes(), SizeIs(2));
}

TEST_F(TerritoryImportStore, NoticesBytesThatChanged) {
    keep(crosswalk, "kreise_2020.csv");
    ImportStore const store{folder.string()};
    auto const entry = store.entries().at(0);
    std::ofstream{folder / "territory" / entry.sha256, std::ios::app} << "2019,1,1,1,1,1\n";
    EXPECT_THROW(static_cast<void>(store.read(entry)), Error);
}

TEST_F(TerritoryImportStore, NoticesADamagedManifest) {
    keep(crosswalk, "kreise_2020.csv");
    std::ofstream{folder / "territory" / "manifest.tsv", std::ios::app} << "half a li";
    EXPECT_THROW(static_cast<void>(ImportStore{folder.string()}.entries()), Error);
}

RegisterExtract const villages{
    day("2000-12-31"),
    {{"99001001", "A", 100, 1000}, {"99001002", "B", 300, 4000}, {"99001003", "C", 0, 500}}};

ChangeRow change(std::string id, std::string from, std::string to, std::string type, std::string_view on,
                 std::optional<std::int64_t> people = {}, std::optional<std::int64_t> area = {}) {
    ChangeRow row;
    row.id = std::move(id);
    row.old_key = std::move(from);
    row.new_key = std::move(to);
    row.type = std::move(type);
    row.population = people;
    row.area_m2 = area;
    row.legal = row.statistical = day(on);
    return row;
}

std::vector<std::string> pairs(AreaMap const& map) {
    std::vector<std::string> result;
    for (std::uint32_t key = 0; key < map.crosswalk.old_keys.size(); ++key) {
        for (auto const& part : map.crosswalk.parts_of(map.crosswalk.entry(key, map.from))) {
            char text[32];
            std::snprintf(text, sizeof text, " %.3g %.3g", part.weights[0], part.weights[1]);
            result.push_back(std::string{map.crosswalk.old_keys.text(key)} + ">" +
                             std::string{map.crosswalk.new_keys.text(part.key)} + text);
        }
    }
    return result;
}

TEST(MunicipalGraph, FollowsPartsThroughTwoReforms) {
    MunicipalGraph graph{{villages},
                         {change("1", "99001002", "99001001", "2", "2001-07-01", 75, 1000),
                          change("2", "99001001", "99001009", "1", "2003-01-01"),
                          change("3", "99001003", "99001009", "1", "2003-01-01")}};
    EXPECT_THAT(pairs(graph.map(day("2000-12-31"), day("2003-12-31"))),
                ElementsAre("99001001>99001009 1 1", "99001002>99001002 0.75 0.75",
                            "99001002>99001009 0.25 0.25", "99001003>99001009 1 1"));
    // From a day between the two only what is still to come; backwards it is a share of what came together.
    EXPECT_THAT(pairs(graph.map(day("2002-12-31"), day("2003-12-31"))),
                ElementsAre("99001001>99001009 1 1", "99001002>99001002 1 1", "99001003>99001009 1 1"));
    EXPECT_THAT(pairs(graph.map(day("2003-12-31"), day("2002-12-31"))),
                ElementsAre("99001002>99001002 1 1", "99001009>99001001 1 0.8", "99001009>99001003 0 0.2"));
    EXPECT_EQ(graph.gaps().unknown_keys, 0U);
}

TEST(MunicipalGraph, SaysWhichChangesItCannotFollow) {
    MunicipalGraph graph{{villages}, {change("7", "98001001", "99001001", "1", "2001-07-01")}};
    graph.map(day("2000-12-31"), day("2003-12-31"));
    EXPECT_EQ(graph.gaps().unknown_keys, 1U);
    EXPECT_THAT(graph.gaps().examples, ElementsAre("98001001 in 7"));
}

TEST(MunicipalGraph, AsksForTheFilesThatItNeeds) {
    EXPECT_THROW(MunicipalGraph({}, {}), Error);
    EXPECT_THROW(MunicipalGraph({villages}, {}), Error);
    MunicipalGraph graph{{villages}, {change("1", "99001001", "99001002", "1", "2001-07-01")}};
    EXPECT_THROW(graph.map(day("1999-12-31"), day("2003-12-31")), Error);
}

} // namespace
} // namespace gateway::harmonize::territory

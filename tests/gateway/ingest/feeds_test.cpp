// Feeds from the file to the store: found, loaded, synced, drafted, tried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway/ingest/feed_draft.hpp"
#include "gateway/ingest/feed_sync.hpp"
#include "gateway/ingest/feeds.hpp"
#include "gateway/ingest/formats.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using testing::Contains;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::string const source_dir = KREISLAUF_SOURCE_DIR;
std::string const table = "\xEF\xBB\xBFYear,Gebietseinheit,GeoCode,Value\n2023,Goslar,K03153,127712\n"
                          "2024,Goslar,K03153,127018\n2024,Goslar,K03154,88000\n";

/// Answers with ETag, and with 304 where the asker knows it.
class Server final : public Transport {
  public:
    HttpResponse send(HttpRequest const& request) override {
        requests.push_back(request);
        for (auto const& [name, value] : request.headers)
            if (name == "If-None-Match" && value == etag) return {304, {}, {}};
        return {status, {{"ETag", etag}, {"Content-Type", "text/csv"}}, body};
    }
    std::vector<HttpRequest> requests;
    std::string etag = "\"one\"";
    std::string body = table;
    int status = 200;
};

class Feeds : public ::testing::Test {
  protected:
    ingest::Workshop shop() {
        auto clock = Clock::system();
        clock.now = [this] { return now_++; };
        return {*store_, archive_, mappings_, areas_, folder_.path(), clock, 1};
    }
    std::string write(std::string const& name, std::string const& text) {
        auto path = folder_.path() + "/" + name;
        std::ofstream{path, std::ios::binary} << text;
        return path;
    }

    TempDirectory folder_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    raw::Archive archive_{folder_.path() + "/raw"};
    harmonize::MappingFiles mappings_ = harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
    UnixTime now_ = 1'790'000'000;
};

TEST_F(Feeds, AreFoundByTheNameOfTheFile) {
    auto workshop = shop();
    auto const report = ingest::import_file(workshop, write("indicator_1-1-1.csv", table), {}, {});
    EXPECT_EQ(report.outcome, "loaded") << report.text;
    EXPECT_EQ(report.dataset, "LSN_1-1-1");
    EXPECT_EQ(report.rows, 3U);
    EXPECT_EQ(report.cells, 2U);
    EXPECT_EQ(report.set_aside, 1U);
    EXPECT_THROW((void)ingest::feed_named(mappings_, "9-9-9"), Error);
    EXPECT_EQ(ingest::feed_named(mappings_, "lsn/1-1-1"), (harmonize::FeedRef{"lsn", "1-1-1"}));
}

TEST_F(Feeds, AreFoundByTheHeaderAndRefusedWhereSeveralFit) {
    auto const found = ingest::find_feed(mappings_, "download.csv",
                                         "Year,Gebietseinheit,Geschlecht,Befristung,Units,GeoCode,Value\n");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->feed, "2-1-3");
    EXPECT_THROW((void)ingest::find_feed(mappings_, "download.csv", table), Error);
    EXPECT_FALSE(ingest::find_feed(mappings_, "download.csv", "a;b\n1;2\n"));
    auto workshop = shop();
    try {
        (void)ingest::import_file(workshop, write("unbekannt.csv", "a;b\n1;2\n"), {}, {});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::unsupported_format);
        EXPECT_THAT(error.what(), HasSubstr("kreislauf feed draft"));
    }
}

TEST_F(Feeds, AreFetchedAgainOnlyWhereTheSourceHasSomethingNew) {
    auto workshop = shop();
    Server server;
    ingest::FeedSource const from{"lsn", "https://example.org/data/indicator_1-1-1.csv", false};
    auto const first = ingest::sync_feed(workshop, server, {"lsn", "1-1-1"}, from);
    ASSERT_EQ(first.at(0).outcome, "loaded") << first[0].text;
    EXPECT_TRUE(server.requests[0].headers.empty());
    EXPECT_EQ(ingest::sync_feed(workshop, server, {"lsn", "1-1-1"}, from).at(0).outcome, "unchanged");
    EXPECT_THAT(server.requests[1].headers, Contains(testing::Pair("If-None-Match", "\"one\"")));
    server.etag = "\"two\"";
    auto changed = table;
    changed.replace(changed.find("127018"), 6, "127019");
    server.body = changed;
    auto const second = ingest::sync_feed(workshop, server, {"lsn", "1-1-1"}, from);
    EXPECT_EQ(second.at(0).outcome, "loaded");
    EXPECT_EQ(second.at(0).revised, 1U);
    server.etag = "\"three\"";
    server.status = 404;
    EXPECT_EQ(ingest::sync_feed(workshop, server, {"lsn", "1-1-1"}, from).at(0).outcome, "absent");
    server.status = 503;
    EXPECT_EQ(ingest::sync_feed(workshop, server, {"lsn", "1-1-1"}, from).at(0).outcome, "unavailable");
    EXPECT_EQ(store_->vintages("LSN_1-1-1").size(), 2U);
}

TEST_F(Feeds, AreReadFromADirectory) {
    auto workshop = shop();
    Server server;
    fs::create_directory(folder_.path() + "/in");
    write("in/indicator_1-1-1.csv", table);
    write("in/readme.txt", "no table");
    auto const reports = ingest::sync_feed(workshop, server, {"lsn", "1-1-1"},
                                           {"lsn", "directory:" + folder_.path() + "/in", false});
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].outcome, "loaded") << reports[0].text;
    EXPECT_TRUE(server.requests.empty());
    auto const none = ingest::sync_feed(workshop, server, {"lsn", "1-1-1"}, {"lsn", "", false});
    EXPECT_THAT(none.at(0).text, HasSubstr("has no address"));
}

TEST_F(Feeds, AreTriedWithoutStoring) {
    auto const text = *mappings_.text("feeds/lsn/1-1-1.toml");
    auto const trial =
        ingest::try_feed(mappings_, "1-1-1.toml", text, "lsn", table, 20'000, folder_.path(), 1);
    EXPECT_EQ(trial.figures, 2U);
    EXPECT_EQ(trial.set_aside, 1U);
    ASSERT_EQ(trial.first.size(), 1U);
    EXPECT_EQ(trial.first[0].text, "AREA=03153 TIME_PERIOD=2023 MEASURE=BEVSTD UNIT=PS OBS_VALUE=127712");
    EXPECT_THAT(trial.issues, Contains(testing::Field(&Issue::code, Errc::label_mismatch)));
    EXPECT_TRUE(store_->datasets().empty());
}

TEST_F(Feeds, DraftsCanBeTriedAsTheyAre) {
    std::string const file =
        "Jahr;Kreis-Schluessel;Geschlecht;Einheit;Wert\n2024;03153;männlich;Anzahl;62494\n"
        "2024;03153;weiblich;Anzahl;64281\n2024;03154;insgesamt;Anzahl;1.234,5\n";
    auto const draft = ingest::draft_feed(file, "kreise.csv", 20'000);
    EXPECT_THAT(draft, HasSubstr("DOUBT"));
    EXPECT_THAT(draft, HasSubstr("\"männlich\" = \"M\""));
    EXPECT_THAT(draft, HasSubstr("time.column = \"Jahr\""));
    auto const trial =
        ingest::try_feed(mappings_, "kreise.toml", draft, "lsn", file, 20'000, folder_.path(), 10);
    EXPECT_EQ(trial.rows, 3U);
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("AREA=03153 TIME_PERIOD=2024"));
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("SEX=M"));
    EXPECT_THROW((void)ingest::draft_feed("PK\x03\x04", "x.zip", 20'000), Error);
}

TEST_F(Feeds, WhatIsNoTableSaysSoInsteadOfAskingForItsCode) {
    auto const refusal = [this](std::string const& name, std::string const& text) {
        auto workshop = shop();
        try {
            return ingest::import_file(workshop, write(name, text), {}, {}).text;
        } catch (Error const& error) {
            return std::string{to_string(error.code())} + " " + error.what();
        }
    };
    EXPECT_THAT(refusal("leer.csv", ""), HasSubstr("empty_document "));
    EXPECT_THAT(refusal("leer.csv", ""), HasSubstr("the file is empty; fetch it again"));
    auto const page = refusal("tabelle.xls", "<html><body><table><tr><td>1</td></tr></table></body></html>");
    EXPECT_THAT(page, HasSubstr("not_a_table "));
    EXPECT_THAT(page, HasSubstr("is an HTML page, not a table; save the table itself"));
}

TEST(Formats, AreToldByTheFirstBytes) {
    using ingest::Format;
    using ingest::format_of;
    EXPECT_EQ(format_of(""), Format::empty);
    EXPECT_EQ(format_of("a;b\n1;2\n"), Format::text);
    EXPECT_EQ(format_of(std::string_view{"\xFF\xFE\x61\x00", 4}), Format::text);
    EXPECT_EQ(format_of("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Format::old_workbook);
    EXPECT_EQ(format_of("<?xml version=\"1.0\"?><a/>"), Format::xml);
    EXPECT_EQ(format_of("<!DOCTYPE html><html>"), Format::html);
    EXPECT_EQ(format_of("{\"version\":\"2.0\",\"class\":\"dataset\",\"id\":[],\"size\":[]}"),
              Format::json_stat);
    EXPECT_EQ(format_of("CHARSET=\"ANSI\";\nAXIS-VERSION=\"2010\";\n"), Format::px);
    EXPECT_EQ(format_of(std::string_view{"\x00\x01\x02\x03\x04", 5}), Format::binary);
}

} // namespace

// A feed over HTTP, from a server on the loopback that keeps a tag for what it serves: unchanged, revised, another
// structure, gone, and answers that are no table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <mutex>

#include "gateway/http/curl_transport.hpp"
#include "gateway/ingest/feed_sync.hpp"
#include "tests/gateway/http/raw_client.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string const source_dir = KREISLAUF_SOURCE_DIR;

/// Population of Goslar and Helmstedt as SDMX-ML 2.1; `more` is a further dimension of every series.
std::string message(std::string const& goslar, std::string const& more = {}) {
    std::string text =
        R"(<?xml version="1.0" encoding="UTF-8"?>
<message:GenericData xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common" xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic">
<message:Header><message:ID>X</message:ID><message:Test>false</message:Test><message:Prepared>2026-01-01T00:00:00</message:Prepared><message:Sender id="DEMO"/><message:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><common:StructureUsage><Ref agencyID="DEMO" id="POP" version="1.0"/></common:StructureUsage></message:Structure></message:Header>
<message:DataSet structureRef="S">)";
    for (auto const& [area, value] :
         {std::pair{std::string{"03153"}, goslar}, std::pair{std::string{"03154"}, std::string{"91000"}}})
        text += "<g:Series><g:SeriesKey><g:Value id=\"FREQ\" value=\"A\"/><g:Value id=\"REF_AREA\" value=\"" +
                area + "\"/>" + more +
                "</g:SeriesKey><g:Obs><g:ObsDimension value=\"2024\"/><g:ObsValue value=\"" + value +
                "\"/></g:Obs></g:Series>\n";
    return text + "</message:DataSet></message:GenericData>\n";
}

std::string const description = R"(origin = "DEMO: population, made for tests"
date = 2026-01-01
title = "Population"
source.files = ["pop*"]
source.dataset = "DEMO:POP"

[layout]
format = "sdmx"
measure.text = "BEVSTD"
unit.text = "Anzahl"

[[layout.dimension]]
variable = "KREISE"
column = "REF_AREA"

[measure]
BEVSTD = { count = "PS" }
)";

class FeedOverHttp : public ::testing::Test {
  protected:
    FeedOverHttp() {
        for (auto const* const folder : {"mappings", "schemas"})
            fs::copy(source_dir + "/" + folder, folder_.path() + "/" + folder, fs::copy_options::recursive);
        describe(description);
    }
    void describe(std::string const& text) {
        std::ofstream{folder_.path() + "/mappings/feeds/lsn/pop.toml", std::ios::binary} << text;
        mappings_ = harmonize::MappingFiles::from_directory(folder_.path() + "/mappings");
    }
    /// What the server has from now on.
    void serve(unsigned status, std::string tag, std::string body) {
        std::lock_guard const lock{mutex_};
        status_ = status;
        tag_ = std::move(tag);
        body_ = std::move(body);
    }
    http::Response answer(http::Request const& request) {
        std::lock_guard const lock{mutex_};
        asked_.emplace_back(request.header("If-None-Match"));
        bool const same = status_ == 200 && request.header("If-None-Match") == tag_;
        auto response = http::Response::text(same ? 304U : status_, "application/xml", same ? "" : body_);
        if (status_ == 200) {
            response.headers.emplace_back("ETag", tag_);
            response.headers.emplace_back("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
        }
        return response;
    }
    ingest::LoadReport sync() {
        auto clock = Clock::system();
        clock.now = [this] { return now_++; };
        ingest::Workshop shop{*store_, archive_, mappings_, areas_, folder_.path(), clock, 1};
        http::CurlTransport transport;
        return ingest::sync_feed(shop, transport, {"lsn", "pop"}, {"demo", server_.url() + "/pop.xml", false})
            .at(0);
    }
    std::vector<std::string> figures() {
        std::vector<std::string> all;
        store::Query query;
        query.dataset = "LSN_pop";
        store_->read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
            for (auto const& one : packed)
                all.push_back(area_key(store_->area(ref.area)) + "=" + one.number.to_string());
        });
        std::sort(all.begin(), all.end());
        return all;
    }
    std::vector<std::string> asked() {
        std::lock_guard const lock{mutex_};
        return asked_;
    }

    TempDirectory folder_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    raw::Archive archive_{folder_.path() + "/raw"};
    harmonize::MappingFiles mappings_ = harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    harmonize::AreaRegister areas_ =
        harmonize::AreaRegister::load(harmonize::MappingFiles::from_directory(source_dir + "/mappings"));
    UnixTime now_ = 1'790'000'000;
    std::mutex mutex_;
    unsigned status_ = 200;
    std::string tag_, body_;
    std::vector<std::string> asked_;
    gateway::testing::Running server_{[this](http::Request const& request) { return answer(request); }};
};

TEST_F(FeedOverHttp, AsksWithTheTagOfWhatIsInForceAndTakes304AsUnchanged) {
    serve(200, "\"one\"", message("126775"));
    ASSERT_EQ(sync().outcome, "loaded");
    EXPECT_THAT(figures(), ElementsAre("03153=126775", "03154=91000"));
    auto const again = sync();
    EXPECT_EQ(again.outcome, "unchanged");
    EXPECT_THAT(again.text, HasSubstr("304"));
    EXPECT_THAT(asked(), ElementsAre("", "\"one\""));
    // Another tag for the same bytes is no new vintage.
    serve(200, "\"two\"", message("126775"));
    EXPECT_EQ(sync().outcome, "unchanged");
    EXPECT_EQ(store_->vintages("LSN_pop").size(), 1U);
    // A revised figure is one.
    serve(200, "\"three\"", message("127018"));
    auto const revised = sync();
    EXPECT_EQ(revised.outcome, "loaded");
    EXPECT_EQ(revised.revised, 1U);
    EXPECT_THAT(figures(), ElementsAre("03153=127018", "03154=91000"));
    EXPECT_EQ(sync().outcome, "unchanged");
    EXPECT_EQ(asked().back(), "\"three\"");
}

TEST_F(FeedOverHttp, RefusesAnotherStructureAndKeepsWhatIsStored) {
    serve(200, "\"one\"", message("126775"));
    ASSERT_EQ(sync().outcome, "loaded");
    serve(200, "\"two\"", message("126775", "<g:Value id=\"SEXE\" value=\"T\"/>"));
    auto const other = sync();
    EXPECT_EQ(other.outcome, "changed_shape");
    EXPECT_THAT(other.text, HasSubstr("the dimension 'SEXE' is not in the description of the feed pop"));
    EXPECT_THAT(figures(), ElementsAre("03153=126775", "03154=91000"));
    EXPECT_EQ(store_->vintages("LSN_pop").size(), 1U);
    // What was refused is asked for again, and read once the description knows the dimension.
    describe(
        description +
        "\n[[layout.dimension]]\nvariable = \"GES\"\ncolumn = \"SEXE\"\nrecode = { T = \"INSGESAMT\" }\n");
    auto const described = sync();
    EXPECT_EQ(described.outcome, "loaded") << described.text;
    EXPECT_EQ(asked().back(), "") << "with another description there are no conditions";
    EXPECT_THAT(figures(), ::testing::Contains("03153=126775"));
}

TEST_F(FeedOverHttp, KeepsWhatIsStoredWhereTheServerHasNoTable) {
    serve(200, "\"one\"", message("126775"));
    ASSERT_EQ(sync().outcome, "loaded");
    serve(404, "", "nothing here");
    EXPECT_EQ(sync().outcome, "absent");
    serve(403, "", "no");
    auto const refused = sync();
    EXPECT_EQ(refused.outcome, "refused");
    EXPECT_THAT(refused.text, HasSubstr("/pop.xml: status 403"));
    serve(200, "\"two\"", "<html><body>Wartung</body></html>");
    EXPECT_EQ(sync().outcome, "changed_shape");
    serve(200, "\"three\"",
          "<?xml version=\"1.0\"?><m:Error "
          "xmlns:m=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\" "
          "xmlns:c=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common\"><m:ErrorMessage "
          "code=\"100\"><c:Text>No "
          "results</c:Text></m:ErrorMessage></m:Error>");
    auto const error = sync();
    EXPECT_EQ(error.outcome, "refused");
    EXPECT_THAT(error.text, HasSubstr("error 100 of the service: No results"));
    EXPECT_THAT(figures(), ElementsAre("03153=126775", "03154=91000"));
}

} // namespace

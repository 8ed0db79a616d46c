// Data over the SDMX interface: every spelling of a reference and key, errors, empty answers, POST.
#include <gmock/gmock.h>

#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;

std::string const specific = "application/vnd.sdmx.structurespecificdata+xml;version=2.1";

class SdmxData : public SdmxTest {
  protected:
    /// Observations and series of an answer.
    std::pair<std::size_t, std::size_t> size_of(std::string const& target) {
        auto const answer = ask(target, {{"Accept", specific}});
        EXPECT_EQ(answer.status, 200U) << target << "\n" << answer.body;
        return {count(answer.body, "<Obs "), count(answer.body, "<Series ")};
    }
    using Size = std::pair<std::size_t, std::size_t>;
};

TEST_F(SdmxData, AnswersEverySpellingOfAReferenceWithTheSameBytes) {
    auto const first = ask("/sdmx/v1/data/" + flow);
    ASSERT_EQ(first.status, 200U) << first.body;
    EXPECT_EQ(first.header("Content-Type"), "application/vnd.sdmx.genericdata+xml;version=2.1");
    EXPECT_THAT(first.body, HasSubstr("GenericData "));
    for (auto const& spelling :
         {flow + "/", flow + "/all", flow + "/all/", flow + "/all/all", flow + "/all/all/",
          "KREISLAUF," + flow, "KREISLAUF," + flow + ",1.0", "KREISLAUF," + flow + ",latest/all",
          "all," + flow + ",latest/all/all", "all%2C" + flow + "%2Clatest/all/all",
          "KREISLAUF%2C" + flow + "%2C1.0", flow + "/....", flow + "/..../all", flow + "?detail=full",
          flow + "?DETAIL=full"}) {
        auto const answer = ask("/sdmx/v1/data/" + spelling);
        EXPECT_EQ(answer.status, 200U) << spelling << "\n" << answer.body;
        EXPECT_EQ(answer.header("ETag"), first.header("ETag")) << spelling;
        EXPECT_EQ(answer.body, first.body) << spelling;
    }
}

TEST_F(SdmxData, AnswersEverySpellingOfAReferenceOnVersionTwo) {
    auto const first = ask("/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0");
    ASSERT_EQ(first.status, 200U) << first.body;
    EXPECT_EQ(first.header("Content-Type"), "application/vnd.sdmx.data+json;version=2.0.0");
    for (auto const& spelling :
         {"dataflow/KREISLAUF/" + flow + "/+", "dataflow/KREISLAUF/" + flow + "/~",
          "dataflow/KREISLAUF/" + flow, "dataflow/KREISLAUF/" + flow + "/*", "dataflow/*/" + flow + "/+",
          "dataflow/KREISLAUF/" + flow + "/1.0/*", "dataflow/KREISLAUF/" + flow + "/1.0/*.*.*.*.*",
          "dataflow/KREISLAUF/" + flow + "/1.0/*.*", "*/*/" + flow, "dataflow/KREISLAUF/" + flow + "/%2B/"}) {
        auto const answer = ask("/sdmx/v2/data/" + spelling);
        EXPECT_EQ(answer.status, 200U) << spelling << "\n" << answer.body;
        EXPECT_EQ(answer.header("ETag"), first.header("ETag")) << spelling;
    }
}

TEST_F(SdmxData, AnswersForSeveralDataflowsInOneMessage) {
    std::string const other = "REGIO_21311-01-01-4";
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "500", "250", other);
    std::string const v2 = "/sdmx/v2/data/dataflow/";
    auto const both = ask(v2 + "KREISLAUF/" + flow + "," + other + "/1.0");
    ASSERT_EQ(both.status, 200U) << both.body;
    for (auto const* const spelling : {"*/*/*", "KREISLAUF/*", "*/*/+/*", ""})
        EXPECT_EQ(ask(v2 + spelling).header("ETag"), both.header("ETag")) << spelling;
    EXPECT_EQ(size_of(v2 + "*/" + flow + "," + other), (Size{10, 6}));
    EXPECT_EQ(size_of("/sdmx/v1/data/all/all"), (Size{10, 6}));
    EXPECT_EQ(size_of(v2 + "*/*/*/A.03153"), (Size{6, 4}));
    EXPECT_EQ(size_of(v2 + "*/" + flow + ",NOBODY"), (Size{5, 3})) << "unknown ones are passed over";
    EXPECT_EQ(ask(v2 + "*/X,Y").status, 404U);
    EXPECT_EQ(ask(v2 + "*/*/*?limit=5").status, 422U) << "limits count in one dataflow";
    EXPECT_EQ(ask(v2 + "*/*/*/A.03153.A.B.C.D.E").status, 400U) << "a key that fits none";
    EXPECT_EQ(ask(v2 + "*/*/*?c[COLOUR]=red").status, 422U);
    EXPECT_THAT(ask("/sdmx/v1/data/all", {{"Accept", "application/vnd.sdmx.data+csv;version=1.0.0"}}).body,
                HasSubstr("KREISLAUF:" + other + "(1.0),A,03159,"));
}

TEST_F(SdmxData, SelectsByKeyPeriodAndCount) {
    std::string const v1 = "/sdmx/v1/data/" + flow + "/";
    EXPECT_EQ(size_of(v1 + "all"), (Size{5, 3}));
    EXPECT_EQ(size_of(v1 + "A.03153..."), (Size{3, 2}));
    EXPECT_EQ(size_of(v1 + ".03153+03159..._T"), (Size{4, 2}));
    EXPECT_EQ(size_of(v1 + ".03159%2B03153..._T"), (Size{4, 2}));
    EXPECT_EQ(size_of(v1 + "A.03153+99999.BEVSTD.PS.M/all/"), (Size{1, 1})) << "known codes answer";
    EXPECT_EQ(size_of(v1 + "all?startPeriod=2024"), (Size{3, 3}));
    EXPECT_EQ(size_of(v1 + "all?endPeriod=2023"), (Size{2, 2})) << "2023 covers its last day";
    EXPECT_EQ(size_of(v1 + "all?startperiod=2023-Q4&endPeriod=2023-12-31"), (Size{2, 2}));
    EXPECT_EQ(size_of(v1 + "all?lastNObservations=1"), (Size{3, 3}));
    EXPECT_EQ(size_of(v1 + "all?firstNObservations=1&lastNObservations=1"), (Size{5, 3}));
    EXPECT_EQ(size_of(v1 + "all?detail=serieskeysonly"), (Size{0, 3}));
    std::string const v2 = "/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/";
    auto const obs = [&](std::string const& target) {
        auto const answer = ask(v2 + target, {{"Accept", "application/vnd.sdmx.data+csv;version=2.0.0"}});
        EXPECT_EQ(answer.status, 200U) << target << "\n" << answer.body;
        return count(answer.body, "\n") - 1;
    };
    EXPECT_EQ(obs("*"), 5U);
    EXPECT_EQ(obs("A.03153"), 3U);
    EXPECT_EQ(obs("A.03153.*.*.M,A.03159"), 3U);
    EXPECT_EQ(obs("*?c[SEX]=_T"), 4U);
    EXPECT_EQ(obs("*?c%5BSEX%5D=M"), 1U);
    EXPECT_EQ(obs("*?c[TIME_PERIOD]=ge:2024"), 3U);
    EXPECT_EQ(obs("*?c[OBS_VALUE]=gt:100000"), 3U);
    EXPECT_EQ(obs("*?limit=2"), 2U);
}

TEST_F(SdmxData, KeepsWhatAMissingValueSays) {
    auto const answer =
        ask("/sdmx/v1/data/" + flow + "/A.03159..._T?startPeriod=2024", {{"Accept", specific}});
    ASSERT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.body, Not(HasSubstr("OBS_VALUE=")));
    EXPECT_THAT(answer.body, HasSubstr("OBS_STATUS=\"Q\""));
    EXPECT_THAT(answer.body, HasSubstr("CONF_STATUS=\"A\""));
    EXPECT_THAT(answer.body, HasSubstr("SRC_SIGN=\".\""));
}

TEST_F(SdmxData, SaysNothingInTheWayOfTheInterface) {
    auto const v1 = ask("/sdmx/v1/data/" + flow + "/A.99999...");
    EXPECT_EQ(v1.status, 404U);
    EXPECT_EQ(v1.header("Content-Type"), "application/xml");
    EXPECT_THAT(v1.body, HasSubstr("code=\"100\""));
    auto const v2 = ask("/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/A.99999");
    EXPECT_EQ(v2.status, 204U);
    EXPECT_TRUE(v2.body.empty());
    EXPECT_EQ(v2.header("Access-Control-Allow-Origin"), "*");
}

TEST_F(SdmxData, NamesWhatIsWrongWithARequest) {
    struct Row {
        std::string target;
        unsigned status;
        std::string code, text;
    };
    std::string const v1 = "/sdmx/v1/data/";
    std::string const v2 = "/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/";
    for (auto const& row : std::vector<Row>{
             {v1 + "NOSUCH", 404, "100", "NOSUCH"},
             {v1 + "DESTATIS," + flow, 404, "100", "DESTATIS"},
             {v1 + "KREISLAUF," + flow + ",2.0", 404, "100", "2.0"},
             {v1 + flow + "/all/NOBODY", 404, "100", "NOBODY"},
             {v1 + flow + "/A.03153", 400, "140", "5"},
             {v1 + flow + "/A.B.C.D.E.F", 400, "140", "5"},
             {v1 + flow + "/all?lastNObservations=x", 400, "140", "x"},
             {v1 + flow + "/all?startPeriod=yesterday", 400, "140", "yesterday"},
             {v1 + flow + "/all?detail=some", 400, "140", "some"},
             {v1 + flow + "/all?strtPeriod=2010", 400, "140", "strtPeriod"},
             {v1 + flow + "/all?dimensionAtObservation=COLOUR", 403, "150", "COLOUR"},
             {v1 + flow + "/%zz", 400, "140", ""},
             {v1, 400, "140", ""},
             {"/sdmx/v1", 400, "140", "dataflow"},
             {"/sdmx/v1/nothing", 400, "140", "nothing"},
             {"/sdmx/v1/metadata/X", 501, "501", "metadata"},
             {"/sdmx/v1/hierarchicalcodelist/all", 501, "501", "hierarchicalcodelist"},
             {v2 + "*?c[COLOUR]=red", 422, "150", "COLOUR"},
             {v2 + "*?c[OBS_VALUE]=gt:many", 400, "140", "many"},
             {"/sdmx/v2/availability/dataflow/KREISLAUF/NOSUCH,NEITHER/*", 404, "100", "NOSUCH,NEITHER"},
             {"/sdmx/v2/nothing", 400, "140", "nothing"},
             {"/sdmx/v2/metadata/x", 501, "501", "metadata"},
         }) {
        for (bool const json : {false, true}) {
            auto const answer = ask(row.target, {{"Accept", json ? "application/json" : "application/xml"}});
            EXPECT_EQ(answer.status, row.status) << row.target << "\n" << answer.body;
            EXPECT_EQ(answer.header("Content-Type"), json ? "application/json" : "application/xml");
            EXPECT_THAT(answer.body, HasSubstr(json ? "\"code\":" + row.code : "code=\"" + row.code + "\""));
            EXPECT_THAT(answer.body, HasSubstr(row.text)) << row.target;
            EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
        }
    }
    EXPECT_EQ(complaints_, "");
}

TEST_F(SdmxData, SaysThatThereIsNoStoreYet) {
    TempDirectory const empty;
    serve::Settings settings;
    settings.store = empty.path();
    settings.data = KREISLAUF_SOURCE_DIR;
    service_ = std::make_unique<serve::GatewayService>(settings, serve::sdmx::mounts("test"));
    for (auto const* const target : {"/sdmx/v1/dataflow", "/sdmx/v1/data/X", "/sdmx/v2/structure/dataflow"}) {
        auto const answer = ask(target);
        EXPECT_EQ(answer.status, 503U) << answer.body;
        EXPECT_THAT(answer.body, ::testing::Not(HasSubstr(empty.path()))) << "no paths of the machine";
    }
}

TEST_F(SdmxData, RefusesTypesThatAreNotOnOfferAndListsThem) {
    auto const answer = ask("/sdmx/v1/data/" + flow, {{"Accept", "text/html"}});
    EXPECT_EQ(answer.status, 406U);
    EXPECT_THAT(answer.body, HasSubstr("application/vnd.sdmx.genericdata+xml;version=2.1"));
    EXPECT_EQ(ask("/sdmx/v1/data/" + flow + "?format=tsv").status, 406U);
    EXPECT_EQ(ask("/sdmx/v1/dataflow", {{"Accept", "text/csv"}}).status, 406U);
    EXPECT_EQ(ask("/sdmx/v1/schema/dataflow/KREISLAUF/" + flow, {{"Accept", "text/csv"}}).status, 406U);
}

TEST_F(SdmxData, TakesLongKeysFromAForm) {
    http::Headers const form{{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", specific}};
    auto const got =
        ask("/sdmx/v1/data/" + flow + "/.03153+03159..._T?startPeriod=2024", {{"Accept", specific}});
    for (auto const* const body :
         {"key=.03153%2B03159..._T&startPeriod=2024", "startPeriod=2024&key=.03153+03159..._T"})
        for (auto const* const rest : {"", "/body", "/body/all"}) {
            auto const posted = ask("/sdmx/v1/data/" + flow + rest, form, "POST", body);
            EXPECT_EQ(posted.status, 200U) << posted.body;
            EXPECT_EQ(posted.body, got.body) << body << rest;
        }
    auto const v2 = ask("/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/body",
                        {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"},
                         {"Accept", "application/vnd.sdmx.data+csv;version=2.0.0"}},
                        "POST", "key=A.03153.*.*.M&c%5BTIME_PERIOD%5D=ge:2023+le:2025");
    EXPECT_EQ(v2.status, 200U) << v2.body;
    EXPECT_EQ(count(v2.body, "\n"), 2U);
    EXPECT_EQ(ask("/sdmx/v1/data/" + flow, {{"Content-Type", "text/plain"}}, "POST", "key=A").status, 400U);
    EXPECT_EQ(ask("/sdmx/v1/data/" + flow, form, "POST", "key=%zz").status, 400U);
    EXPECT_EQ(ask("/sdmx/v1/dataflow", form, "POST", "").status, 405U);
}

TEST_F(SdmxData, TellsWhatChangedSince) {
    auto const answer =
        ask("/sdmx/v1/data/" + flow + "?updatedAfter=2023-12-01T00:00:00Z", {{"Accept", specific}});
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("action=\"Replace\""));
    EXPECT_EQ(count(answer.body, "OBS_VALUE="), 2U) << "the two that the second vintage revised";
    EXPECT_EQ(ask("/sdmx/v1/data/" + flow + "?updatedAfter=2026-01-01T00:00:00Z").status, 404U);
    auto const history = ask("/sdmx/v1/data/" + flow + "?includeHistory=true", {{"Accept", specific}});
    EXPECT_THAT(history.body, HasSubstr("126000"));
    EXPECT_THAT(history.body, HasSubstr("126775"));
    auto const old = ask("/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/*?asOf=2023-12-01T00:00:00Z",
                         {{"Accept", "text/csv"}});
    EXPECT_THAT(old.body, HasSubstr("126000"));
    EXPECT_THAT(old.body, Not(HasSubstr("126775")));
    EXPECT_EQ(old.header("Last-Modified"), "Tue, 14 Nov 2023 22:13:20 GMT") << "of the first vintage";
}

TEST_F(SdmxData, NamesTheFileOfATable) {
    auto const answer = ask("/sdmx/v1/data/" + flow + "?format=csvdata");
    EXPECT_EQ(answer.header("Content-Disposition"), "attachment; filename=\"" + flow + ".csv\"");
    EXPECT_EQ(ask("/sdmx/v1/data/" + flow).header("Content-Disposition"), "");
}

TEST_F(SdmxData, SpeaksTheLanguageOfTheReaderInNames) {
    std::string const target = "/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/*";
    auto const german = ask(target, {{"Accept-Language", "de"}});
    EXPECT_EQ(german.header("Content-Language"), "de");
    EXPECT_THAT(german.body, HasSubstr("männlich"));
    auto const english = ask(target, {{"Accept-Language", "en"}});
    EXPECT_EQ(english.header("Content-Language"), "en");
    EXPECT_NE(german.header("ETag"), english.header("ETag"));
    auto const names_of = [](Answer const& answer, char const* level, rapidjson::SizeType at) {
        auto const document = answer.json();
        auto const& component = document["data"]["structures"][0]["dimensions"][level][at];
        return std::string{component["name"].GetString()} + ": " + component["values"][0]["name"].GetString();
    };
    EXPECT_EQ(names_of(english, "series", 0), "Frequency: Annual");
    EXPECT_EQ(names_of(german, "series", 0), "Periodizität: jährlich");
    EXPECT_EQ(names_of(english, "series", 4), "Sex: Male")
        << "a general word, as the source has German alone";
    EXPECT_EQ(names_of(german, "series", 4), "Geschlecht: männlich");
}

} // namespace

// Datasets on today's areas as dataflows of their own.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "adapters/sdmx/facts.hpp"
#include "gateway/io/xml_stream.hpp"
#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;
using ::testing::Not;

std::string const old_flow = "LSN_OLD-1";
std::string const latest = old_flow + "_LATEST";
std::string const csv2 = "application/vnd.sdmx.data+csv;version=2.0.0";

class SdmxDerived : public SdmxTest {
  protected:
    void SetUp() override {
        SdmxTest::SetUp();
        // Göttingen (03152) and Osterode (03156) have been one county, 03159, since 1 November 2016.
        load_old(1'700'000'000, "100", "50", true);
        load_old(1'710'000'000, "100", "60", false);
        restart_derived();
    }
    void load_old(UnixTime received, std::string const& one, std::string const& other, bool with_2014) {
        auto const store = store::open_sqlite(folder_.path());
        auto info = population();
        info.id = old_flow;
        Provenance provenance;
        provenance.source = "file";
        provenance.received = received;
        auto wish = request(info, received);
        wish.document = store->record_document(io::sha256_hex(one + other), 10, provenance);
        auto const load = store->begin(wish);
        auto const both = load->indicator(indicator_of("_T"));
        auto series = [](std::string const& first, bool more) {
            std::vector<store::PackedObservation> all{observed("2013-12-31", first)};
            if (more) all.push_back(observed("2014-12-31", first));
            return all;
        };
        load->label("AREA", "03152", "Göttingen, Landkreis");
        load->label("AREA", "03153", "Goslar, Landkreis");
        load->label("AREA", "03156", "Osterode am Harz, Landkreis");
        auto const goettingen = load->area(county("03152"));
        auto const goslar = load->area(county("03153"));
        auto const osterode = load->area(county("03156"));
        std::map<store::AreaNo, std::vector<store::PackedObservation>> const in_order{
            {goettingen, series(one, with_2014)},
            {goslar, series("7", true)},
            {osterode, series(other, with_2014)}};
        for (auto const& [area, observations] : in_order) load->put(both, area, observations);
        load->commit("", 5, 0, everything());
    }
    void restart_derived() {
        service_.reset();
        serve::Settings settings;
        settings.store = folder_.path();
        settings.data = KREISLAUF_SOURCE_DIR;
        settings.version = "test";
        settings.limits.anonymous = {1e6, 1e6};
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        auto const derived = std::make_shared<serve::sdmx::DerivedFlows>(
            serve::sdmx::DerivedSettings{folder_.path(), KREISLAUF_SOURCE_DIR, folder()});
        settings.derived.list = [derived](store::Store const& store) { return derived->list(store); };
        settings.derived.lease = [derived](store::Store const& store, std::string_view id) {
            return derived->lease(store, id);
        };
        service_ = std::make_unique<serve::GatewayService>(settings, serve::sdmx::mounts("test", derived));
    }
    std::string folder() const { return folder_.path() + "/service/derived"; }
    std::string rows(std::string const& query = {}) {
        auto const answer = ask("/sdmx/v1/data/" + latest + query, {{"Accept", csv2}});
        EXPECT_EQ(answer.status, 200U) << answer.body;
        return answer.body;
    }
};

TEST_F(SdmxDerived, AreListedWithStructureLabelAndAttribution) {
    auto const flows = ask("/sdmx/v1/dataflow").body;
    EXPECT_THAT(flows, HasSubstr("id=\"" + latest + "\""));
    EXPECT_THAT(flows, HasSubstr("Bevölkerung (auf dem Gebietsstand "));
    EXPECT_THAT(flows, HasSubstr("Destatis; eigene Berechnung auf dem Gebietsstand "));
    auto const all = ask("/sdmx/v1/dataflow/KREISLAUF/" + latest + "/latest?references=all");
    EXPECT_EQ(all.status, 200U);
    EXPECT_THAT(all.body, HasSubstr("<str:DataStructure id=\"" + latest + "\""));
    EXPECT_THAT(all.body, HasSubstr("<str:Code id=\"03159\""))
        << "the county that the dataset itself does not have";
    EXPECT_THAT(all.body, HasSubstr("PA_" + latest));
    EXPECT_FALSE(std::filesystem::exists(folder())) << "nothing is computed before data are asked for";
    EXPECT_EQ(ask("/sdmx/v1/schema/dataflow/KREISLAUF/" + latest + "/1.0").status, 200U);
}

TEST_F(SdmxDerived, PutFiguresOnTheAreasOfToday) {
    auto const text = rows();
    EXPECT_THAT(text, HasSubstr(",03159,BEVSTD,PS,_T,2013-12-31,160,"));
    EXPECT_THAT(text, HasSubstr(",03153,BEVSTD,PS,_T,2014-12-31,7,"));
    EXPECT_THAT(text, Not(HasSubstr(",03152,")));
    EXPECT_THAT(text, Not(HasSubstr(",03156,")));
    EXPECT_THAT(text, Not(HasSubstr(",2013-12-31,LSN"))) << "TERR_STATE is the day of the areas";
    auto const available = ask("/sdmx/v1/availableconstraint/" + latest + "/all/all/AREA");
    EXPECT_EQ(available.status, 200U) << available.body;
    EXPECT_THAT(available.body, HasSubstr(">03159<"));
    EXPECT_EQ(
        ask("/sdmx/v2/data/dataflow/KREISLAUF/" + latest + "/1.0/A.03159.*.*.*", {{"Accept", csv2}}).status,
        200U);
}

TEST_F(SdmxDerived, HaveTheHistoryOfWhatTheyAreDerivedFrom) {
    EXPECT_THAT(rows("?asOf=2023-12-01T00:00:00Z"), HasSubstr(",03159,BEVSTD,PS,_T,2013-12-31,150,"));
    auto const changes = rows("?updatedAfter=2023-12-01T00:00:00Z");
    EXPECT_THAT(changes, HasSubstr("(1.0),R,A,03159,BEVSTD,PS,_T,2013-12-31,160"));
    EXPECT_THAT(changes, HasSubstr("(1.0),D,A,03159,BEVSTD,PS,_T,2014-12-31,"));
    EXPECT_THAT(changes, Not(HasSubstr(",03153,"))) << "Goslar did not change";
    auto const history = ask("/sdmx/v1/data/" + latest + "?includeHistory=true");
    EXPECT_EQ(count(history.body, "<message:DataSet") + count(history.body, "<mes:DataSet"), 2U)
        << history.body.substr(0, 2000);
}

TEST_F(SdmxDerived, SayTheSameInEveryFormat) {
    auto const structures = adapters::sdmx::read_structures(
        ask("/sdmx/v1/datastructure/KREISLAUF/" + latest + "/1.0?references=children").body, "structures");
    std::set<std::string> hashes;
    for (auto const* const type :
         {"application/vnd.sdmx.genericdata+xml;version=2.1",
          "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
          "application/vnd.sdmx.data+xml;version=3.0.0", "application/vnd.sdmx.data+json;version=1.0.0-wd",
          "application/vnd.sdmx.data+json;version=1.0.0", "application/vnd.sdmx.data+json;version=2.0.0",
          "application/vnd.sdmx.data+csv;version=1.0.0", "application/vnd.sdmx.data+csv;version=2.0.0"}) {
        auto const answer = ask("/sdmx/v1/data/" + latest, {{"Accept", type}});
        ASSERT_EQ(answer.status, 200U) << type << "\n" << answer.body;
        auto const kind = adapters::sdmx::document_kind(answer.body);
        rapidjson::Document facts;
        facts.Parse(adapters::sdmx::facts_of(
                        [&](adapters::sdmx::SdmxSink& sink) {
                            adapters::sdmx::read_data(kind, answer.body, io::xml_source(answer.body), type,
                                                      sink, &structures);
                        },
                        false)
                        .c_str());
        EXPECT_EQ(facts["obs"].GetUint64(), 3U) << type;
        hashes.insert(facts["content_sha256"].GetString());
    }
    EXPECT_EQ(hashes.size(), 1U);
}

TEST_F(SdmxDerived, FollowANewVintageAndKeepOneState) {
    auto const before = ask("/sdmx/v1/data/" + latest, {{"Accept", csv2}});
    EXPECT_EQ(
        ask("/sdmx/v1/data/" + latest, {{"Accept", csv2}, {"If-None-Match", before.header("ETag")}}).status,
        304U);
    load_old(1'720'000'000, "100", "61", false);
    auto const after =
        ask("/sdmx/v1/data/" + latest, {{"Accept", csv2}, {"If-None-Match", before.header("ETag")}});
    ASSERT_EQ(after.status, 200U);
    EXPECT_THAT(after.body, HasSubstr(",03159,BEVSTD,PS,_T,2013-12-31,161,"));
    std::size_t states = 0;
    for (auto const& entry : std::filesystem::directory_iterator{folder() + "/" + old_flow})
        states += entry.is_directory() ? 1U : 0U;
    EXPECT_EQ(states, 1U);
    // Another run of the program finds what is there, and it is the same answer.
    restart_derived();
    EXPECT_EQ(ask("/sdmx/v1/data/" + latest, {{"Accept", csv2}}).body, after.body);
}

TEST_F(SdmxDerived, AreNoSecondDoorToWhatIsRestricted) {
    std::filesystem::create_directories(folder_.path() + "/service");
    std::ofstream{folder_.path() + "/service/access.toml"}
        << "[[dataset]]\nid = \"LSN_*\"\nclass = \"RESTRICTED\"\nrecipients = [\"county:03153\"]\n";
    restart_derived();
    EXPECT_THAT(ask("/sdmx/v1/dataflow").body, Not(HasSubstr("LSN_OLD")));
    EXPECT_THAT(ask("/api/v1/datasets").body, Not(HasSubstr("LSN_OLD")));
    EXPECT_EQ(ask("/api/v1/datasets/" + latest).status, 404U);
    EXPECT_EQ(ask("/api/v1/series?dataset=" + latest).status, 400U);
    EXPECT_EQ(ask("/sdmx/v1/data/" + latest).status, 404U);
    EXPECT_EQ(ask("/sdmx/v1/datastructure/KREISLAUF/" + latest).status, 404U);
}

TEST_F(SdmxDerived, AreListedByThePlainApiBesideWhatTheyAreDerivedFrom) {
    auto const all = ask("/api/v1/datasets?search=LSN_OLD").json();
    ASSERT_EQ(all["datasets"].Size(), 2U);
    auto const& published = all["datasets"][0];
    auto const& derived = all["datasets"][1];
    EXPECT_EQ(published["id"].GetString(), old_flow);
    EXPECT_TRUE(published["derived_from"].IsNull());
    ASSERT_EQ(published["derived"].Size(), 1U);
    EXPECT_EQ(published["derived"][0].GetString(), latest);
    EXPECT_EQ(derived["id"].GetString(), latest);
    EXPECT_EQ(derived["derived_from"].GetString(), old_flow);
    EXPECT_EQ(derived["derived"].Size(), 0U);
    EXPECT_TRUE(derived["vintage"].IsNull());
    EXPECT_THAT(derived["attribution"].GetString(), HasSubstr("eigene Berechnung"));
    EXPECT_FALSE(std::filesystem::exists(folder())) << "nothing is computed for a list";
}

TEST_F(SdmxDerived, LeadToWhatTheyAreDerivedFromAndBack) {
    auto const published = ask("/api/v1/datasets/" + old_flow).json();
    auto const derived = ask(published["links"]["latest"].GetString()).json();
    EXPECT_EQ(derived["dataset"]["id"].GetString(), latest);
    EXPECT_EQ(derived["dataset"]["vintage"].GetUint(), 2U);
    EXPECT_EQ(derived["observations"].GetUint(), 3U);
    EXPECT_EQ(derived["vintages"].Size(), 2U);
    EXPECT_EQ(ask(derived["links"]["published"].GetString()).body, ask("/api/v1/datasets/" + old_flow).body);
    EXPECT_EQ(ask(derived["links"]["sdmx"].GetString()).status, 200U);
    auto const series = ask(derived["links"]["series"].GetString());
    EXPECT_THAT(series.body, HasSubstr("160"));
    EXPECT_EQ(ask("/api/v1/series?dataset=" + latest).body, series.body);
    EXPECT_EQ(ask("/api/v1/series?territory=latest&dataset=" + latest).body, series.body);
    auto const refused = ask("/api/v1/series?territory=2013-12-31&dataset=" + latest);
    EXPECT_EQ(refused.status, 400U);
    EXPECT_THAT(refused.body, HasSubstr("ask for dataset=" + old_flow));
}

TEST_F(SdmxDerived, AreNotThereForDatasetsThatDoNotExist) {
    for (auto const* const id : {"NONE_LATEST", "_LATEST", "LSN_OLD-1_LATEST_LATEST"})
        EXPECT_EQ(ask(std::string{"/sdmx/v1/data/"} + id).status, 404U) << id;
    EXPECT_THAT(ask("/sdmx/v1/data/all?format=csvdata").body, Not(HasSubstr("_LATEST")))
        << "several dataflows are the published ones";
}

} // namespace

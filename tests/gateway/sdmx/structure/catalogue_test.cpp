// What a store becomes, and what all formats share: texts and errors.
#include "gateway/sdmx/structure/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/sdmx/structure.hpp"
#include "fixture.hpp"
#include "gateway/core/error.hpp"
#include "gateway/sdmx/common/error.hpp"
#include "gateway/sdmx/structure/evas.hpp"
#include "gateway/sdmx/structure/version.hpp"
#include "validator.hpp"

namespace {

using namespace gateway::sdmx::structure;
using namespace gateway::sdmx::common;
using namespace structure_test;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> ids(ItemScheme const& scheme) {
    std::vector<std::string> result;
    for (auto const& item : scheme.items) result.push_back(item.id);
    return result;
}

ArtefactPtr list_of(std::string const& id) {
    return small_catalogue()->find({Kind::codelist, "KREISLAUF", id, "1.0"});
}

TEST(StructureCatalogue, HasTheComponentsOfSdmxCsvInTheirOrder) {
    auto const structure = small_catalogue()->data_structure(b);
    ASSERT_TRUE(structure);
    std::vector<std::string> components;
    for (auto const& component : structure->structure()->components) components.push_back(component.id);
    EXPECT_THAT(components,
                ElementsAre("FREQ", "AREA", "MEASURE", "UNIT", "ORIGIN_LAND", "TIME_PERIOD", "OBS_VALUE",
                            "OBS_STATUS", "CONF_STATUS", "PROTECTION", "OBS_LO", "OBS_HI", "SRC_SIGN",
                            "MISSING_REASON", "UNIT_MULT", "AREA_LIST", "AREA_LEVEL", "TERR_STATE",
                            "SOURCE_TABLE", "VINTAGE", "RETRIEVED", "LICENCE", "FIGURE_ID"));
    auto const level = [&](char const* id) { return structure->structure()->find(id)->level; };
    EXPECT_EQ(level("OBS_STATUS"), Component::Level::observation);
    EXPECT_EQ(level("FIGURE_ID"), Component::Level::observation);
    for (auto const* const id : {"UNIT_MULT", "AREA_LIST", "AREA_LEVEL"})
        EXPECT_EQ(level(id), Component::Level::series);
    for (auto const* const id : {"SOURCE_TABLE", "LICENCE"}) EXPECT_EQ(level(id), Component::Level::dataset);
}

TEST(StructureCatalogue, UsesAGeneralListOnlyWhereItHoldsEveryCode) {
    auto const structure = small_catalogue()->data_structure(b);
    auto const list = [&](char const* id) {
        return structure->structure()->find(id)->representation.enumeration->id;
    };
    EXPECT_EQ(list("UNIT"), "CL_" + b + "_UNIT"); // JE_10000 is not in CL_UNIT
    auto const units = list_of("CL_" + b + "_UNIT");
    ASSERT_TRUE(units);
    EXPECT_THAT(ids(*units->scheme()), ElementsAre("JE_10000", "NR"));
    EXPECT_EQ(units->scheme()->items[1].name.en, "Number"); // the general list's name
    EXPECT_EQ(list("AREA"), "CL_AREA");
    auto const origin = list_of("CL_" + b + "_ORIGIN_LAND");
    EXPECT_THAT(ids(*origin->scheme()), ElementsAre("03", "_T", "_Z")); // 04 has a label and no figure
    EXPECT_EQ(origin->scheme()->items[0].name.de, "Niedersachsen");
    EXPECT_EQ(origin->scheme()->items[2].name.en, "Not applicable");
}

TEST(StructureCatalogue, ListsEveryAreaUnderTheOneThatContainsIt) {
    auto const areas = list_of("CL_AREA");
    ASSERT_TRUE(areas);
    auto const& scheme = *areas->scheme();
    EXPECT_THAT(ids(scheme), ElementsAre("DG", "03", "03153", "04011", "03153002", "03241001_S"));
    auto const parent = [&](char const* id) {
        auto const up = scheme.items[*scheme.find(id)].parent;
        return up == Item::no_parent ? std::string{} : scheme.items[up].id;
    };
    EXPECT_EQ(parent("03153002"), "03153");
    EXPECT_EQ(parent("03153"), "03");
    EXPECT_EQ(parent("03"), "DG");
    EXPECT_EQ(parent("04011"), "DG");                  // its Land is not in the store
    EXPECT_EQ(parent("03241001_S"), "");               // sub-units are part of no total
    EXPECT_EQ(scheme.items[0].name.de, "Deutschland"); // of the first dataset that names it
    EXPECT_EQ(scheme.items[*scheme.find("04011")].name.de, "04011");
}

TEST(StructureCatalogue, SaysWhichDatasetsItLeavesOutAndWhy) {
    EXPECT_THAT(small_catalogue()->left_out(), ElementsAre(HasSubstr("dataset 'LSN 1.2': SDMX wants an id")));
    EXPECT_FALSE(small_catalogue()->dataflow("LSN 1.2"));
    EXPECT_EQ(small_catalogue()->provider_of(a), "regionalstatistik");
    EXPECT_EQ(small_catalogue()->provider_of("NOBODY"), "");
}

/// A dataset with the indicators and dimensions given.
class OneDataset final : public Holdings {
  public:
    std::vector<std::string> dimensions = {"MEASURE", "UNIT"};
    std::vector<std::string> keys;
    std::vector<gateway::DatasetInfo> datasets() override {
        gateway::DatasetInfo info;
        info.id = "X_1";
        info.dimensions = dimensions;
        return {info};
    }
    std::string stamp(std::string_view) override { return {}; }
    std::vector<gateway::IndicatorKey> indicators(std::string_view) override {
        std::vector<gateway::IndicatorKey> result;
        for (auto const& key : keys) result.push_back(gateway::IndicatorKey::parse(key));
        return result;
    }
    std::vector<gateway::store::Label> labels(std::string_view) override { return {}; }
    std::vector<gateway::Area> areas() override { return {}; }
};

TEST(StructureCatalogue, WritesCodesThatAreNoIdsAsText) {
    OneDataset holdings;
    holdings.keys = {"MEASURE=A%20B,UNIT=NR"};
    CatalogueBuilder builder;
    auto const catalogue = builder.build(holdings, small_region);
    auto const structure = catalogue->data_structure("X_1");
    ASSERT_TRUE(structure);
    auto const& form = structure->structure()->find("MEASURE")->representation;
    EXPECT_FALSE(form.enumeration);
    EXPECT_EQ(form.text_type(), "String");
}

TEST(StructureCatalogue, NamesUnitsThatFollowARule) {
    OneDataset holdings;
    holdings.keys = {"MEASURE=A,UNIT=IX_2021", "MEASURE=A,UNIT=XYZ"};
    CatalogueBuilder builder;
    auto const units =
        builder.build(holdings, small_region)->find({Kind::codelist, "KREISLAUF", "CL_X_1_UNIT", "1.0"});
    ASSERT_TRUE(units);
    EXPECT_EQ(units->scheme()->items[0].name.de, "Index, 2021 = 100");
    EXPECT_EQ(units->scheme()->items[1].name.de, "XYZ");
}

TEST(StructureCatalogue, LeavesOutWhatSdmxCannotTellApart) {
    CatalogueBuilder builder;
    OneDataset multipliers;
    multipliers.keys = {"MEASURE=A,UNIT=EUR", "MEASURE=A,UNIT=EUR,UNIT_MULT=3"};
    EXPECT_THAT(builder.build(multipliers, small_region)->left_out(),
                ElementsAre(HasSubstr("differ in UNIT_MULT alone")));
    OneDataset dimension;
    dimension.dimensions = {"MEASURE", "UNIT", "1_WIRT"};
    EXPECT_THAT(builder.build(dimension, small_region)->left_out(),
                ElementsAre(HasSubstr("dimension '1_WIRT'")));
}

TEST(StructureCatalogue, ReadsTheRegionOfADatasetOnceWhileItStays) {
    SmallHoldings holdings;
    CatalogueBuilder builder;
    std::map<std::string, unsigned> reads;
    RegionOf const counted = [&](std::string_view dataset) {
        ++reads[std::string{dataset}];
        return small_region(dataset);
    };
    auto const region = [&](Catalogue const& catalogue, std::string const& dataset) {
        return &std::get<Constraint>(catalogue.constraint(dataset)->content).source->region();
    };
    auto const first = builder.build(holdings, counted);
    EXPECT_TRUE(reads.empty());
    EXPECT_EQ(region(*first, a), region(*first, a));
    EXPECT_EQ(reads[a], 1U);
    holdings.stamps[b] = "2";
    auto const second = builder.build(holdings, counted);
    EXPECT_EQ(region(*second, a), region(*first, a));
    region(*first, b);
    region(*second, b);
    EXPECT_EQ(reads[a], 1U);
    EXPECT_EQ(reads[b], 2U);
}

TEST(StructureCatalogue, LetsManyThreadsAskForARegionThatIsReadOnce) {
    SmallHoldings holdings;
    CatalogueBuilder builder;
    std::atomic<unsigned> reads{0};
    auto const catalogue = builder.build(holdings, [&](std::string_view dataset) {
        ++reads;
        return small_region(dataset);
    });
    std::atomic<unsigned> sound{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                auto const& constraint = std::get<Constraint>(catalogue->constraint(a)->content);
                if (constraint.source->region().keys.size() == 5) ++sound;
            });
    }
    EXPECT_EQ(reads, 1U);
    EXPECT_EQ(sound, 8U);
}

TEST(StructureCatalogue, ReadsARegionAgainThatCouldNotBeRead) {
    SmallHoldings holdings;
    CatalogueBuilder builder;
    unsigned reads = 0;
    auto const catalogue = builder.build(holdings, [&](std::string_view dataset) {
        if (++reads == 1) throw gateway::Error{gateway::Errc::io, "the disk is away"};
        return small_region(dataset);
    });
    auto const& constraint = std::get<Constraint>(catalogue->constraint(a)->content);
    EXPECT_THROW(static_cast<void>(constraint.source->region()), gateway::Error);
    EXPECT_EQ(constraint.source->region().keys.size(), 5U);
}

TEST(StructureCatalogue, PutsStatisticsUnderTheirSubject) {
    EXPECT_EQ(evas_category("12411", "regionalstatistik"), "1.12");
    EXPECT_EQ(evas_category("23311", "genesis"), "2.23");
    EXPECT_EQ(evas_category("79111", "genesis"), "7");
    EXPECT_EQ(evas_category("99910", "genesis"), "OTHER");
    EXPECT_EQ(evas_category("", "lsn"), "OTHER");
    EXPECT_EQ(evas_category("1000A", "zensus"), "1.12");
    EXPECT_EQ(evas_category("4000W", "zensus"), "3.31");
}

TEST(Versions, AreComparedByTheirNumbers) {
    EXPECT_TRUE(compare_versions("1.10", "1.9") > 0);
    EXPECT_TRUE(compare_versions("1.0", "1") == 0);
    std::vector<std::string> const versions{"1.0", "1.10", "1.9", "2.0"};
    auto const wanted = [&](ApiVersion api, char const* text) {
        std::string out;
        auto const marks = wanted_of(versions, parse_versions(api, text));
        for (std::size_t i = 0; i < versions.size(); ++i)
            if (marks[i]) out.append(versions[i]).append(" ");
        return out;
    };
    EXPECT_EQ(wanted(ApiVersion::v1, "latest"), "2.0 ");
    EXPECT_EQ(wanted(ApiVersion::v1, ""), "2.0 ");
    EXPECT_EQ(wanted(ApiVersion::v1, "all"), "1.0 1.10 1.9 2.0 ");
    EXPECT_EQ(wanted(ApiVersion::v1, "1.0+latest"), "1.0 2.0 ");
    EXPECT_EQ(wanted(ApiVersion::v2, "1.5+"), "1.10 ");
    EXPECT_EQ(wanted(ApiVersion::v2, "~"), "2.0 ");
    EXPECT_EQ(wanted(ApiVersion::v2, "3.0+"), "");
    EXPECT_THROW(parse_versions(ApiVersion::v1, "~"), SdmxError);
    EXPECT_THROW(parse_versions(ApiVersion::v2, "1..0"), SdmxError);
}

TEST(SdmxErrors, HaveTheStatusOfTheirVersion) {
    EXPECT_EQ(http_status(ErrorCode::no_results, ApiVersion::v1), 404U);
    EXPECT_EQ(http_status(ErrorCode::unauthorised, ApiVersion::v1), 401U);
    EXPECT_EQ(http_status(ErrorCode::syntax, ApiVersion::v2), 400U);
    EXPECT_EQ(http_status(ErrorCode::semantic, ApiVersion::v1), 403U);
    EXPECT_EQ(http_status(ErrorCode::semantic, ApiVersion::v2), 422U);
    EXPECT_EQ(http_status(ErrorCode::internal, ApiVersion::v1), 500U);
    EXPECT_EQ(http_status(ErrorCode::not_implemented, ApiVersion::v1), 501U);
    EXPECT_EQ(http_status(ErrorCode::unavailable, ApiVersion::v2), 503U);
    EXPECT_EQ(http_status(ErrorCode::too_large, ApiVersion::v2), 413U);
}

TEST(SdmxErrors, AreValidMessages) {
    std::string const text = "'<a>' as \"key\" & so on\x01";
    EXPECT_EQ(error_json(ErrorCode::syntax, text),
              "{\"errors\":[{\"code\":140,\"title\":\"Syntax error\",\"detail\":\"'<a>' as \\\"key\\\" & so "
              "on\uFFFD\"}]}\n");
    if (!std::filesystem::exists(validator())) GTEST_SKIP() << "no validator at " << validator();
    Folder const folder;
    auto const ran =
        run("sh " + validator() + " " + folder.write("21.xml", error_xml21(ErrorCode::syntax, text)) + " " +
            folder.write("30.xml", error_xml30(ErrorCode::no_results, text)));
    EXPECT_TRUE(ran.is_good) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("2 passed, 0 failed"));
}

TEST(SdmxText, StaysWellFormedWhateverComes) {
    std::string out;
    append_xml(out, "a<b>&\"c\"\t\xC3\xA4\xFF\xED\xA0\x80\xC3");
    EXPECT_EQ(out, "a&lt;b&gt;&amp;&quot;c&quot;&#9;\xC3\xA4\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    out.clear();
    append_json(out, std::string_view{"\0\n\\\"\xF0\x9F\x98\x80", 8});
    EXPECT_EQ(out, "\"\uFFFD\\n\\\\\\\"\xF0\x9F\x98\x80\"");
    EXPECT_TRUE(is_id("_T"));
    EXPECT_FALSE(is_id("a b"));
    EXPECT_FALSE(is_id(""));
    EXPECT_FALSE(is_component_id("1_WIRT"));
}

} // namespace

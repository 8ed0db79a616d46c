// Schemas of data structures: they take the data that the data part writes, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "gateway/sdmx/data/message.hpp"
#include "gateway/sdmx/structure/holdings.hpp"
#include "gateway/sdmx/structure/writer.hpp"
#include "gateway/sdmx/structure/xsd.hpp"
#include "tests/gateway/sdmx/data/sample.hpp"
#include "validator.hpp"

namespace {

using namespace gateway;
using namespace gateway::sdmx::structure;
using sdmx::common::ErrorCode;
using sdmx::common::SdmxError;
using sdmx::data::Format;
using sdmx::data::testing::Sample;
using structure_test::Folder;
using structure_test::run;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<Catalogue const> catalogue_of(Sample const& sample) {
    CatalogueBuilder builder;
    return builder.build(*holdings_of(*sample.store), [&](std::string_view dataset) {
        return region_of(*sample.store, query::read_view(*sample.store, dataset));
    });
}

void replace_all(std::string& text, std::string const& from, std::string const& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// A folder with the standard's schemas (our stand-ins), the schema of the sample and a driver that joins them.
class Validator {
  public:
    Validator(Sample const& sample, ApiVersion api, std::string const& context,
              std::string const& dimension) {
        std::string const version = api == ApiVersion::v1 ? "v2_1" : "v3_0";
        for (auto const* const name :
             {"SDMXCommon.xsd", "SDMXDataStructureSpecific.xsd", "SDMXMessage.xsd"}) {
            std::ostringstream text;
            text << std::ifstream{std::string{KREISLAUF_SOURCE_DIR} +
                                  "/tests/gateway/sdmx/structure/standard/" + name}
                        .rdbuf();
            auto copy = text.str();
            replace_all(copy, "v2_1", version);
            folder_.write(name, copy);
        }
        auto const query = parse_schema_query(
            api, "schema/" + context + "/KREISLAUF/" + (context == "provisionagreement" ? "PA_" : "") +
                     Sample::id + "/1.0?dimensionAtObservation=" + dimension);
        schema = write_schema(catalogue_of(sample), query);
        folder_.write("dsd.xsd", schema);
        folder_.write(
            "driver.xsd",
            "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:import namespace=\"http://"
            "www.sdmx.org/resources/sdmxml/schemas/" +
                version + "/message\" schemaLocation=\"SDMXMessage.xsd\"/><xs:import namespace=\"" +
                data_namespace(data_structure_id(Sample::id), dimension) +
                "\" schemaLocation=\"dsd.xsd\"/></xs:schema>");
    }
    structure_test::Ran check(std::string const& message) const {
        return run("xmllint --noout --nonet --schema " + folder_.path() + "/driver.xsd " +
                   folder_.write("message.xml", message));
    }
    std::string schema;

  private:
    Folder folder_;
};

TEST(DataSchema, TakesTheDataOfTheServiceAtEveryDimension) {
    Sample const sample;
    for (auto const api : {ApiVersion::v1, ApiVersion::v2})
        for (std::string const dimension : {"TIME_PERIOD", "SEX", "AREA", "AllDimensions"})
            for (std::string const context : {"datastructure", "dataflow", "provisionagreement"}) {
                auto options =
                    sample.options(api == ApiVersion::v1 ? Format::specific21 : Format::specific30);
                options.dimension_at_observation = dimension;
                Validator const validator{sample, api, context, dimension};
                auto const ran = validator.check(sample.write(options, sample.everything()));
                EXPECT_TRUE(ran.is_good) << context << " " << dimension << ": " << ran.output;
            }
}

TEST(DataSchema, RefusesWhatTheDataStructureDoesNotHave) {
    Sample const sample;
    Validator const validator{sample, ApiVersion::v1, "datastructure", "TIME_PERIOD"};
    auto const good = sample.write(Format::specific21);
    ASSERT_TRUE(validator.check(good).is_good);
    for (auto const& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {" SEX=\"F\"", " SEX=\"W\""},                // a code that the list does not have
             {" SEX=\"F\"", ""},                          // a dimension missing
             {" SEX=\"F\"", " SEX=\"F\" COLOUR=\"RED\""}, // a component that is none
             {" OBS_VALUE=\"", " OBS_VALUE=\"x"},         // no number
             {" OBS_STATUS=\"", " OBS_STATUS=\"9"},
             {" TIME_PERIOD=\"", " TIME_PERIOD=\"about "}}) {
        auto bad = good;
        ASSERT_NE(bad.find(from), std::string::npos) << from;
        bad.replace(bad.find(from), from.size(), to);
        EXPECT_FALSE(validator.check(bad).is_good) << to;
    }
}

TEST(DataSchema, HoldsTheCodesOfADataflowOrWholeLists) {
    Sample const sample;
    Validator const structure{sample, ApiVersion::v1, "datastructure", "TIME_PERIOD"};
    Validator const flow{sample, ApiVersion::v1, "dataflow", "TIME_PERIOD"};
    EXPECT_THAT(structure.schema, HasSubstr("<xs:enumeration value=\"_T\"/>")); // of CL_SEX
    EXPECT_THAT(flow.schema, Not(HasSubstr("<xs:enumeration value=\"_T\"/>")));
    EXPECT_THAT(flow.schema, HasSubstr("name=\"SDMX.CL_SEX.2.1.SEX\""));
    EXPECT_THAT(
        structure.schema,
        HasSubstr("targetNamespace=\"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=KREISLAUF:" +
                  Sample::id + "(1.0):ObsLevelDim:TIME_PERIOD\""));
}

TEST(DataSchema, SaysWhatIsWrongWithAnAddress) {
    Sample const sample;
    auto const catalogue = catalogue_of(sample);
    auto const expect = [&](std::string const& target, ErrorCode code, std::string const& says) {
        try {
            write_schema(catalogue, parse_schema_query(ApiVersion::v1, target));
            ADD_FAILURE() << target << " is taken";
        } catch (SdmxError const& error) {
            EXPECT_EQ(error.code(), code) << error.what();
            EXPECT_THAT(error.what(), HasSubstr(says));
        }
    };
    auto const good = "schema/dataflow/KREISLAUF/" + Sample::id;
    expect("schema/codelist/SDMX/CL_SEX", ErrorCode::syntax, "'codelist' as context of a schema");
    expect("schema/metadataflow/SDMX/X", ErrorCode::not_implemented, "no schemas of 'metadataflow'");
    expect("schema/dataflow/KREISLAUF", ErrorCode::syntax, "schema/CONTEXT/AGENCY/ID/VERSION");
    expect("schema/dataflow/KREISLAUF/NOBODY", ErrorCode::no_results, "NOBODY");
    expect(good + "/all", ErrorCode::syntax, "name one");
    expect(good + "?dimensionAtObservation=COLOUR", ErrorCode::semantic,
           "'COLOUR' as dimensionAtObservation: allowed are FREQ, AREA");
    expect(good + "?dimensionAtObservation=OBS_VALUE", ErrorCode::semantic, "OBS_VALUE");
    expect(good + "?explicitMeasure=maybe", ErrorCode::syntax, "'maybe' as explicitMeasure");
    auto const named = write_schema(catalogue, parse_schema_query(ApiVersion::v1, good));
    EXPECT_EQ(
        write_schema(catalogue, parse_schema_query(ApiVersion::v1, good + "/latest/?explicitMeasure=true")),
        named);
    auto const anybody = "schema/dataflow/all/" + Sample::id;
    EXPECT_EQ(write_schema(catalogue, parse_schema_query(ApiVersion::v1, anybody)), named);
    expect("schema/dataflow/ESTAT/" + Sample::id, ErrorCode::no_results, "ESTAT");
}

TEST(StructuresOfAStore, SayWhatItHolds) {
    Sample const sample;
    auto const catalogue = catalogue_of(sample);
    EXPECT_TRUE(catalogue->left_out().empty());
    auto const& region = std::get<Constraint>(catalogue->constraint(Sample::id)->content).source->region();
    ASSERT_EQ(region.keys.size(), 5U);
    EXPECT_THAT(*region.keys[0].values, testing::ElementsAre("A", "Q"));
    EXPECT_THAT(*region.keys[1].values, testing::ElementsAre("03151", "03153", "05334002_S", "DG"));
    EXPECT_THAT(*region.keys[4].values, testing::ElementsAre("F", "M"));
    EXPECT_EQ(region.first, "2019-08-01/P1Y");
    EXPECT_EQ(region.last, "2022");
    EXPECT_GT(*region.observations, 8U);
    auto const text = write_structures(
        select(catalogue,
               parse_structure_query(ApiVersion::v1, "dataflow/KREISLAUF/" + Sample::id + "?references=all")),
        StructureFormat::ml21, {"S1", "2026-11-26T05:00:00Z"});
    EXPECT_THAT(text, HasSubstr("Goslar &amp; Umland"));
    if (!std::filesystem::exists(structure_test::validator())) GTEST_SKIP() << "no validator";
    Folder const folder;
    auto const ran = run("sh " + structure_test::validator() + " " + folder.write("all.xml", text));
    EXPECT_TRUE(ran.is_good) << ran.output;
}

} // namespace

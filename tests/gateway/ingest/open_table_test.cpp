// Tables that describe themselves, without a description and with one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/ingest/explain.hpp"
#include "gateway/ingest/feed_draft.hpp"
#include "gateway/ingest/feed_sync.hpp"
#include "gateway/ingest/self_described.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::string const source_dir = KREISLAUF_SOURCE_DIR;

/// Population of Goslar and Helmstedt; the flow is DEMO:POP(1.0).
std::string generic(std::string const& last = "126775") {
    std::string text =
        R"(<?xml version="1.0" encoding="UTF-8"?>
<message:GenericData xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common" xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic">
<message:Header><message:ID>X</message:ID><message:Test>false</message:Test><message:Prepared>2026-01-01T00:00:00</message:Prepared><message:Sender id="DEMO"/><message:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><common:StructureUsage><Ref agencyID="DEMO" id="POP" version="1.0"/></common:StructureUsage></message:Structure></message:Header>
<message:DataSet structureRef="S">)";
    auto const series = [&text](std::string const& area, std::string const& sex, std::string const& value) {
        text += "<g:Series><g:SeriesKey><g:Value id=\"FREQ\" value=\"A\"/><g:Value id=\"REF_AREA\" value=\"" +
                area + "\"/><g:Value id=\"SEXE\" value=\"" + sex +
                "\"/></g:SeriesKey><g:Obs><g:ObsDimension value=\"2024\"/><g:ObsValue value=\"" + value +
                "\"/></g:Obs></g:Series>\n";
    };
    series("03153", "T", last);
    series("03153", "1", "62494");
    series("03154", "T", "91000");
    return text + "</message:DataSet></message:GenericData>\n";
}

std::string const collection = R"({"version":"2.0","class":"collection","link":{"item":[
 {"class":"dataset","label":"Bevölkerung","id":["jahr","kreis"],"size":[2,2],"role":{"time":["jahr"],"geo":["kreis"]},
  "dimension":{"jahr":{"category":{"index":["2023","2024"]}},
   "kreis":{"category":{"index":["03153","03154"],"label":{"03153":"Goslar","03154":"Helmstedt"}}}},
  "value":[127712,91500,126775,null],"status":{"1":"p","3":".."}},
 {"class":"dataset","label":"Fläche","id":["jahr","kreis"],"size":[1,2],"role":{"time":["jahr"],"geo":["kreis"]},
  "dimension":{"jahr":{"category":{"index":["2024"]}},
   "kreis":{"category":{"index":["03153","03154"],"label":{"03153":"Goslar","03154":"Helmstedt"}}}},
  "value":[965.11,673.58]},
 {"class":"dataset","href":"https://example.org/third.json"}]}})";

std::string px(std::string const& codes, std::string const& names) {
    return "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2010\";\nCODEPAGE=\"utf-8\";\nMATRIX=\"BE0101\";\n"
           "TITLE=\"Befolkning\";\nCONTENTS=\"Befolkning\";\nUNITS=\"antal\";\nSTUB=\"region\";\nHEADING="
           "\"tid\";\n"
           "VALUES(\"region\")=" +
           names + ";\nVALUES(\"tid\")=\"2023\",\"2024\";\nCODES(\"region\")=" + codes +
           ";\nMAP(\"region\")=\"map\";\nTIMEVAL(\"tid\")=TLIST(A1),\"2023\",\"2024\";\nDATA=\n1 2\n3 ..;\n";
}

class OpenTable : public ::testing::Test {
  protected:
    /// Mappings of this test's own, to which it adds descriptions.
    static harmonize::MappingFiles mappings_in(std::string const& path) {
        for (auto const* const folder : {"mappings", "schemas"})
            fs::copy(source_dir + "/" + folder, path + "/" + folder, fs::copy_options::recursive);
        return harmonize::MappingFiles::from_directory(path + "/mappings");
    }
    ingest::Workshop shop() {
        auto clock = Clock::system();
        clock.now = [this] { return now_++; };
        return {*store_, archive_, mappings_, areas_, folder_.path(), clock, 1};
    }
    std::string write(std::string const& name, std::string const& text) {
        auto path = folder_.path() + "/" + name;
        fs::create_directories(fs::path{path}.parent_path());
        std::ofstream{path, std::ios::binary} << text;
        return path;
    }
    std::vector<ingest::LoadReport> import(std::string const& name, std::string const& text) {
        auto workshop = shop();
        auto const path = write(name, text);
        auto const tables = ingest::tables_of_file(workshop, path);
        ingest::LoadOptions options;
        options.warnings = tables.warnings;
        std::vector<ingest::LoadReport> reports;
        for (auto const& ref : tables.refs) reports.push_back(import_file(workshop, path, ref, options));
        if (tables.refs.empty()) reports.push_back(import_file(workshop, path, {}, options));
        return reports;
    }
    /// "AREA indicator PERIOD=value" of every stored figure, in order.
    std::vector<std::string> figures(std::string const& dataset) {
        std::vector<std::string> all;
        store::Query query;
        query.dataset = dataset;
        store_->read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
            for (auto const& one : packed) {
                auto const unpacked = store::unpacked(*store_, one);
                all.push_back(area_key(store_->area(ref.area)) + " " +
                              store_->indicator(ref.indicator).text() + " " + one.period.to_sdmx() + "=" +
                              (unpacked.value.is_missing() ? "none" : unpacked.value.number()->to_string()));
            }
        });
        std::sort(all.begin(), all.end());
        return all;
    }

    TempDirectory folder_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    raw::Archive archive_{folder_.path() + "/raw"};
    harmonize::MappingFiles mappings_ = mappings_in(folder_.path());
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
    UnixTime now_ = 1'790'000'000;
};

TEST_F(OpenTable, SdmxLoadsUnderItsDataflowWithTheDimensionsOfItsSource) {
    auto const report = import("any.xml", generic()).at(0);
    ASSERT_EQ(report.outcome, "loaded") << report.text;
    EXPECT_EQ(report.dataset, "SDMX_DEMO_POP");
    EXPECT_EQ(report.rows, 3U);
    EXPECT_THAT(figures("SDMX_DEMO_POP"),
                testing::ElementsAre("03153 MEASURE=OBS_VALUE,UNIT=_U,SEXE=1 2024=62494",
                                     "03153 MEASURE=OBS_VALUE,UNIT=_U,SEXE=T 2024=126775",
                                     "03154 MEASURE=OBS_VALUE,UNIT=_U,SEXE=T 2024=91000"));
}

TEST_F(OpenTable, SdmxWithoutAreasSaysWhatToDoNext) {
    auto text = generic();
    for (auto at = text.find("REF_AREA"); at != std::string::npos; at = text.find("REF_AREA"))
        text.replace(at, 8, "CURRENCY");
    auto const report = import("any.xml", text).at(0);
    EXPECT_EQ(report.outcome, "failed");
    EXPECT_THAT(report.text, AllOf(HasSubstr("'CURRENCY', 'SEXE' is said to hold areas"),
                                   HasSubstr("kreislauf feed draft"), HasSubstr("unknown_area")));
    EXPECT_FALSE(report.document_sha256.empty()) << "kept all the same";
    EXPECT_TRUE(store_->datasets().empty());
}

TEST_F(OpenTable, StructureMessagesAreNoTables) {
    auto workshop = shop();
    auto const path =
        write("dsd.xml", "<?xml version=\"1.0\"?><m:Structure xmlns:m=\"http://www.sdmx.org/resources/"
                         "sdmxml/schemas/v2_1/message\"><m:Structures/></m:Structure>");
    try {
        (void)ingest::import_file(workshop, path, {}, {});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::unsupported_format);
        EXPECT_THAT(error.what(), HasSubstr("--dsd"));
    }
}

TEST_F(OpenTable, EveryDatasetOfACollectionIsATableAndLinksAreReported) {
    auto const reports = import("regional.json", collection);
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[0].dataset, "JSONSTAT_REGIONAL_BEVOELKERUNG") << reports[0].text;
    EXPECT_EQ(reports[1].dataset, "JSONSTAT_REGIONAL_FLAECHE") << reports[1].text;
    for (auto const& report : reports)
        EXPECT_THAT(report.issues,
                    Contains(AllOf(Field(&Issue::code, Errc::incomplete),
                                   Field(&Issue::text, HasSubstr("https://example.org/third.json")))));
    EXPECT_THAT(figures(reports[0].dataset),
                testing::ElementsAre("03153 MEASURE=OBS_VALUE,UNIT=_U 2023=127712",
                                     "03153 MEASURE=OBS_VALUE,UNIT=_U 2024=126775",
                                     "03154 MEASURE=OBS_VALUE,UNIT=_U 2023=91500",
                                     "03154 MEASURE=OBS_VALUE,UNIT=_U 2024=none"));
    auto workshop = shop();
    EXPECT_TRUE(ingest::recompute(workshop, 100, 1).different.empty()) << "both are found again in the file";
    EXPECT_EQ(ingest::recompute(workshop, 100, 1).figures, 6U);
}

TEST_F(OpenTable, BrokenCollectionsAreKeptAndFail) {
    auto const report = import("regional.json", collection.substr(0, collection.size() - 3)).at(0);
    EXPECT_EQ(report.outcome, "failed");
    EXPECT_THAT(report.text, HasSubstr("(truncated)"));
    EXPECT_FALSE(report.document_sha256.empty());
}

TEST_F(OpenTable, KeysOfForeignAreasAreNotTakenForGermanOnes) {
    auto const foreign = import("a.px", px("\"01\",\"03\"", "\"Stockholms län\",\"Uppsala län\"")).at(0);
    ASSERT_EQ(foreign.outcome, "loaded") << foreign.text;
    EXPECT_EQ(foreign.dataset, "PX_BE0101");
    for (auto const& figure : figures("PX_BE0101")) EXPECT_THAT(figure, HasSubstr("_X ")) << "no Land";
    auto text = px("\"03153\",\"03154\"", "\"Landkreis Goslar\",\"Landkreis Helmstedt\"");
    text.replace(text.find("BE0101"), 6, "GOS001");
    auto const german = import("b.px", text).at(0);
    ASSERT_EQ(german.outcome, "loaded") << german.text;
    EXPECT_THAT(figures("PX_GOS001"), Contains("03153 MEASURE=GOS001,UNIT=ANTAL 2023=1"));
}

TEST_F(OpenTable, TablesWithoutTimeOrAreaAreRefusedWithTheNextStep) {
    auto no_area = collection;
    for (auto at = no_area.find("kreis"); at != std::string::npos; at = no_area.find("kreis"))
        no_area.replace(at, 5, "sorte");
    for (auto at = no_area.find(",\"geo\":[\"sorte\"]"); at != std::string::npos;
         at = no_area.find(",\"geo\":[\"sorte\"]"))
        no_area.erase(at, 16);
    auto const reports = import("x.json", no_area);
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_THAT(reports[0].text, HasSubstr("is said to hold areas"));
    EXPECT_THAT(reports[0].next_step, HasSubstr("kreislauf feed draft"));
}

std::string const described = R"(origin = "DEMO: population by sex, made for tests"
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

[[layout.dimension]]
variable = "GES"
column = "SEXE"
recode = { T = "INSGESAMT", 1 = "GESM" }

[[layout.dimension]]
variable = "NAT"
text = "NATI"

[measure]
BEVSTD = { count = "PS" }

[variable.NAT.codes]
NATI = "DE"
)";

TEST_F(OpenTable, DescribedSdmxGetsOurDimensionsCodesAndConstants) {
    write("mappings/feeds/lsn/pop.toml", described);
    auto const report = import("pop_2024.xml", generic()).at(0);
    ASSERT_EQ(report.outcome, "loaded") << report.text;
    EXPECT_EQ(report.dataset, "LSN_pop");
    EXPECT_THAT(figures("LSN_pop"),
                testing::ElementsAre("03153 MEASURE=BEVSTD,UNIT=PS,CITIZENSHIP=DE,SEX=M 2024=62494",
                                     "03153 MEASURE=BEVSTD,UNIT=PS,CITIZENSHIP=DE,SEX=_T 2024=126775",
                                     "03154 MEASURE=BEVSTD,UNIT=PS,CITIZENSHIP=DE,SEX=_T 2024=91000"));
    auto workshop = shop();
    EXPECT_TRUE(ingest::recompute(workshop, 100, 1).different.empty());
    // Found by its dataflow, whatever the name of the file.
    EXPECT_EQ(import("renamed.xml", generic("126776")).at(0).dataset, "LSN_pop");
}

TEST_F(OpenTable, DescribedSdmxIsTriedAndRefusedWhereItDoesNotFit) {
    auto const trial =
        ingest::try_feed(mappings_, "pop.toml", described, "lsn", generic(), 20'000, folder_.path(), 3);
    EXPECT_EQ(trial.figures, 3U);
    EXPECT_EQ(trial.set_aside, 0U);
    EXPECT_THAT(trial.first.at(0).text,
                HasSubstr("AREA=03153 TIME_PERIOD=2024 CITIZENSHIP=DE MEASURE=BEVSTD SEX=_T UNIT=PS"));
    auto const refuses = [&](std::string const& from, std::string const& to, std::string const& why) {
        auto text = described;
        text.replace(text.find(from), from.size(), to);
        try {
            (void)ingest::try_feed(mappings_, "pop.toml", text, "lsn", generic(), 20'000, folder_.path(), 0);
            ADD_FAILURE() << why;
        } catch (Error const& error) {
            EXPECT_THAT(error.what(), HasSubstr(why));
        }
    };
    refuses("column = \"SEXE\"", "column = \"GENDER\"", "'SEXE' is not in the description");
    refuses("[[layout.dimension]]\nvariable = \"NAT\"\ntext = \"NATI\"",
            "[[layout.dimension]]\nvariable = \"ALT\"\ncolumn = \"AGE\"", "has no dimension 'AGE'");
    refuses("DEMO:POP", "DEMO:OTHER", "holds no data set of DEMO:OTHER");
    refuses("format = \"sdmx\"", "format = \"px\"", "expects px");
}

TEST_F(OpenTable, CodesOutsideTheDescriptionSetTheirRowsAsideWhereItSaysSo) {
    auto text = described;
    text.replace(text.find("recode = { T = \"INSGESAMT\", 1"), 29, "recode = { T = \"GESAMT\", 2");
    text += "\n[layout.policy]\ncode = \"set_aside\"\n[variable.GES.codes]\nGESAMT = "
            "\"_T\"\n[variable.KREISE.codes]\n"
            "03153 = \"03153\"\n03154 = \"03154\"\n";
    auto const trial =
        ingest::try_feed(mappings_, "pop.toml", text, "lsn", generic(), 20'000, folder_.path(), 3);
    EXPECT_EQ(trial.rows, 3U);
    EXPECT_EQ(trial.figures, 2U);
    EXPECT_EQ(trial.set_aside, 1U);
    EXPECT_THAT(trial.issues, Contains(AllOf(Field(&Issue::code, Errc::unknown_code),
                                             Field(&Issue::text, HasSubstr("the code '1' of GES")))));
}

std::string const map_message = R"(<?xml version="1.0" encoding="UTF-8"?>
<m:Structure xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message" xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure" xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common">
<m:Header><m:ID>M</m:ID><m:Test>false</m:Test><m:Prepared>2026-01-01T00:00:00</m:Prepared><m:Sender id="X"/></m:Header>
<m:Structures>
<s:StructureMaps><s:StructureMap id="OURS" agencyID="DEMO" version="1.0"><c:Name>x</c:Name>
<s:Source>urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DEMO:POP(1.0)</s:Source><s:Target>urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=OUR:POP(1.0)</s:Target>
<s:ComponentMap><s:Source>REF_AREA</s:Source><s:Target>REF_AREA</s:Target></s:ComponentMap>
<s:ComponentMap><s:Source>SEXE</s:Source><s:Target>SEX</s:Target><s:RepresentationMap>urn:sdmx:org.sdmx.infomodel.structuremapping.RepresentationMap=DEMO:SEXES(1.0)</s:RepresentationMap></s:ComponentMap>
<s:FixedValueMap><s:Target>MEASURE</s:Target><s:Value>BEVSTD</s:Value></s:FixedValueMap>
</s:StructureMap></s:StructureMaps>
<s:RepresentationMaps><s:RepresentationMap id="SEXES" agencyID="DEMO" version="1.0"><c:Name>x</c:Name>
<s:SourceDataType>String</s:SourceDataType><s:TargetDataType>String</s:TargetDataType>
<s:RepresentationMapping><s:SourceValue>T</s:SourceValue><s:TargetValue>_T</s:TargetValue></s:RepresentationMapping>
<s:RepresentationMapping><s:SourceValue>1</s:SourceValue><s:TargetValue>M</s:TargetValue></s:RepresentationMapping>
</s:RepresentationMap></s:RepresentationMaps>
</m:Structures></m:Structure>
)";

TEST_F(OpenTable, AStructureMapOfADescriptionIsApplied) {
    std::string const text = "origin = \"DEMO: population by sex, made for tests\"\ndate = 2026-01-01\n"
                             "title = \"Population\"\nsource.files = [\"pop*\"]\n"
                             "source.structure_map = \"map.xml\"\n[layout]\nformat = \"sdmx\"\n"
                             "unit.text = \"PS\"\n";
    auto const trial = ingest::try_feed(mappings_, "pop.toml", text, "lsn", generic(), 20'000, folder_.path(),
                                        3, {{"map.xml", map_message}});
    EXPECT_EQ(trial.figures, 3U);
    EXPECT_EQ(trial.set_aside, 0U);
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("MEASURE=BEVSTD SEX=M UNIT=PS OBS_VALUE=62494"));
    EXPECT_THROW(
        (void)ingest::try_feed(mappings_, "pop.toml", text, "lsn", generic(), 20'000, folder_.path(), 3),
        Error)
        << "the map is not there";
    // Stored with the mapping version: explain needs no file.
    write("mappings/feeds/lsn/pop.toml", text);
    write("mappings/feeds/lsn/map.xml", map_message);
    ASSERT_EQ(import("pop.xml", generic()).at(0).dataset, "LSN_pop");
    fs::remove(folder_.path() + "/mappings/feeds/lsn/map.xml");
    fs::remove(folder_.path() + "/mappings/feeds/lsn/pop.toml");
    auto workshop = shop();
    auto const again = ingest::recompute(workshop, 100, 1);
    EXPECT_EQ(again.figures, 3U);
    EXPECT_TRUE(again.different.empty());
}

/// A map of two components to two, with an expression and a row that fits nothing else.
std::string joint_message() {
    auto text = map_message;
    auto const replace = [&text](std::string const& from, std::string const& to) {
        auto const at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    };
    replace("<s:Source>SEXE</s:Source><s:Target>SEX</s:Target>",
            "<s:Source>REF_AREA</s:Source><s:Source>SEXE</s:Source><s:Target>SEX</s:Target><s:Target>UNIT</"
            "s:Target>");
    replace("<s:SourceDataType>String</s:SourceDataType><s:TargetDataType>String</s:TargetDataType>",
            "<s:SourceDataType>String</s:SourceDataType><s:SourceDataType>String</s:SourceDataType>"
            "<s:TargetDataType>String</s:TargetDataType><s:TargetDataType>String</s:TargetDataType>");
    replace("<s:SourceValue>T</s:SourceValue><s:TargetValue>_T</s:TargetValue>",
            "<s:SourceValue isRegEx=\"true\">.*</s:SourceValue><s:SourceValue "
            "isRegEx=\"true\">(T)</s:SourceValue>"
            "<s:TargetValue>_\\1</s:TargetValue><s:TargetValue>PS</s:TargetValue>");
    replace("<s:SourceValue>1</s:SourceValue><s:TargetValue>M</s:TargetValue>",
            "<s:SourceValue>03153</s:SourceValue><s:SourceValue>1</s:SourceValue>"
            "<s:TargetValue>M</s:TargetValue><s:TargetValue>NR</s:TargetValue>");
    return text;
}

std::string const joint_description =
    "origin = \"DEMO: population by sex, made for tests\"\ndate = 2026-01-01\n"
    "title = \"Population\"\nsource.files = [\"pop*\"]\n"
    "source.structure_map = \"map.xml\"\n[layout]\nformat = \"sdmx\"\n";

TEST_F(OpenTable, AStructureMapJoinsSeveralComponents) {
    auto const map = joint_message();
    auto const trial = ingest::try_feed(mappings_, "pop.toml", joint_description, "lsn", generic(), 20'000,
                                        folder_.path(), 3, {{"map.xml", map}});
    ASSERT_EQ(trial.figures, 3U);
    EXPECT_EQ(trial.set_aside, 0U);
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("MEASURE=BEVSTD SEX=_T UNIT=PS OBS_VALUE=126775"));
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("MEASURE=BEVSTD SEX=M UNIT=NR OBS_VALUE=62494"));
}

TEST_F(OpenTable, ARowThatNoRowOfAJointMapFitsIsSetAside) {
    auto map = joint_message();
    map.replace(map.find("<s:SourceValue>03153<"), 21, "<s:SourceValue>03154<");
    auto const trial = ingest::try_feed(mappings_, "pop.toml", joint_description, "lsn", generic(), 20'000,
                                        folder_.path(), 3, {{"map.xml", map}});
    EXPECT_EQ(trial.rows, 3U);
    EXPECT_EQ(trial.figures, 2U);
    EXPECT_EQ(trial.set_aside, 1U);
    EXPECT_THAT(trial.issues,
                Contains(AllOf(Field(&Issue::code, Errc::unknown_code),
                               Field(&Issue::text, HasSubstr("no row of DEMO:SEXES(1.0) fits REF_AREA "
                                                             "'03153', SEXE '1'")))));
}

TEST_F(OpenTable, AJointMapOfWhatIsNoDimensionSaysSo) {
    auto map = joint_message();
    map.replace(map.find("<s:Source>REF_AREA</s:Source><s:Source>SEXE<"), 18, "<s:Source>AGES");
    try {
        (void)ingest::try_feed(mappings_, "pop.toml", joint_description, "lsn", generic(), 20'000,
                               folder_.path(), 3, {{"map.xml", map}});
        FAIL() << "no error";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::structure_changed);
        EXPECT_THAT(error.what(), HasSubstr("the component AGES, which is no dimension of the message"));
    }
}

TEST_F(OpenTable, DescribedSdmxIsSyncedFromADirectory) {
    write("mappings/feeds/lsn/pop.toml", described);
    write("in/pop.xml", generic());
    auto workshop = shop();
    class None final : public Transport {
        HttpResponse send(HttpRequest const&) override { throw Error{Errc::source_unavailable, "none"}; }
    } none;
    auto const from = ingest::FeedSource{"lsn", "directory:" + folder_.path() + "/in", false};
    EXPECT_EQ(ingest::sync_feed(workshop, none, {"lsn", "pop"}, from).at(0).outcome, "loaded");
    EXPECT_EQ(ingest::sync_feed(workshop, none, {"lsn", "pop"}, from).at(0).outcome, "unchanged");
}

TEST_F(OpenTable, DescribedJsonStatTakesTheDatasetThatIsNamed) {
    std::string const text =
        "origin = \"DEMO: area of counties, made for tests\"\ndate = 2026-01-01\n"
        "title = \"Area\"\nsource.files = [\"reg*\"]\nsource.dataset = \"Fläche\"\n"
        "[layout]\nformat = \"json-stat\"\nmeasure.text = \"FLC006\"\nunit.text = \"qkm\"\n"
        "[[layout.dimension]]\nvariable = \"KREISE\"\ncolumn = \"kreis\"\n";
    auto const trial =
        ingest::try_feed(mappings_, "area.toml", text, "lsn", collection, 20'000, folder_.path(), 3);
    EXPECT_EQ(trial.figures, 2U);
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("AREA=03153 TIME_PERIOD=2024 MEASURE=FLC006"));
}

} // namespace

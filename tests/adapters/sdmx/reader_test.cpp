// What the readers say of small sound messages.
#include <gtest/gtest.h>

#include "adapters/sdmx/writer.hpp"
#include "told.hpp"

namespace {

using adapters::sdmx::DocumentKind;
using adapters::sdmx::parse_number;
using adapters::sdmx::parse_reference;
using adapters::sdmx::test::told;

TEST(SdmxMl, ReadsSeriesGroupsAndAttributesOnEveryLevel) {
    std::string const document =
        "<m:GenericData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message' "
        "xmlns:g='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic' "
        "xmlns:c='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common'>\n"
        "<m:Header><m:ID>X</m:ID><m:Structure structureID='S'><c:Structure><URN>\n "
        "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=ECB:EXR(1.0)\n</URN></c:Structure></"
        "m:Structure>"
        "</m:Header>\n"
        "<m:DataSet structureRef='S' action='Replace'>\n"
        "<g:Attributes><g:Value id='UNIT_MULT' value='0'/></g:Attributes>\n"
        "<g:Group type='G'><g:GroupKey><g:Value id='CURRENCY' value='CHF'/></g:GroupKey>"
        "<g:Attributes><g:Value id='TITLE' value='Franken &amp; Rappen'/></g:Attributes></g:Group>\n"
        "<g:Series><g:SeriesKey><g:Value value='M' id='FREQ'/><g:Value id='CURRENCY' "
        "value='CHF'/></g:SeriesKey>"
        "<g:Attributes><g:Value id='DECIMALS' value='4'/></g:Attributes>\n"
        "<g:Obs><g:ObsDimension value='2010-08'/><g:ObsValue value='1.3413'/><g:Attributes>"
        "<g:Value id='OBS_STATUS' value='A'/></g:Attributes></g:Obs>\n"
        "<g:Obs><g:ObsDimension value='2010-09'/><g:ObsValue value='NaN'/></g:Obs>\n"
        "<g:Obs><g:ObsDimension value='2010-10'/></g:Obs>\n"
        "<g:Obs><g:ObsDimension value='2010-11'/><g:ObsValue value='1.2E+3'/></g:Obs>\n"
        "</g:Series></m:DataSet>\n"
        "<f:Footer xmlns:f='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message/footer'>"
        "<f:Message code='413' "
        "severity='Infomation'><c:Text>later</c:Text></f:Message></f:Footer></m:GenericData>";
    EXPECT_EQ(told(DocumentKind::ml, document), "message generic 2.1\n"
                                                "data_set ECB:EXR(1.0) Replace TIME_PERIOD\n"
                                                "attributes UNIT_MULT=0\n"
                                                "group CURRENCY=CHF TITLE=Franken & Rappen @7\n"
                                                "series FREQ=M CURRENCY=CHF DECIMALS=4 @8\n"
                                                "obs TIME_PERIOD=2010-08 OBS_STATUS=A | OBS_VALUE=1.3413 @9\n"
                                                "obs TIME_PERIOD=2010-09 | OBS_VALUE= @10\n"
                                                "obs TIME_PERIOD=2010-10 | @11\n"
                                                "obs TIME_PERIOD=2010-11 | OBS_VALUE=1200 @12\n"
                                                "end\n"
                                                "footer 413 Infomation\n"
                                                "finish\n");
}

TEST(SdmxMl, ReadsSeveralValuesOfOneComponent) {
    std::string const document =
        "<m:StructureSpecificData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message' "
        "xmlns:s='http://www.sdmx.org/resources/sdmxml/schemas/v3_0/data/structurespecific'>"
        "<m:Header><m:Structure structureID='S' dimensionAtObservation='TIME_PERIOD'/></m:Header>"
        "<m:DataSet s:structureRef='S' UNIT='X'><Series A='1'>"
        "<Comp id='SOURCE'><Value>a</Value><Value>b</Value></Comp>"
        "<Obs TIME_PERIOD='2024' OBS_VALUE='5'><Comp id='NOTE'><Value xml:lang='de'>gut</Value>"
        "<Value xml:lang='en'>good</Value></Comp></Obs></Series></m:DataSet></m:StructureSpecificData>";
    EXPECT_EQ(told(DocumentKind::ml, document), "message structure-specific 3.0\n"
                                                "data_set  Information TIME_PERIOD\n"
                                                "attributes UNIT=X\n"
                                                "series A=1 SOURCE=a|b @1\n"
                                                "obs TIME_PERIOD=2024 NOTE=de~gut|en~good | OBS_VALUE=5 @1\n"
                                                "end\nfinish\n");
}

TEST(SdmxMl, TakesTheTypeOfAnObservationForItsExplicitMeasure) {
    std::string const document =
        "<m:StructureSpecificData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message' "
        "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:d='urn:d'>"
        "<m:Header><m:Structure structureID='S' dimensionAtObservation='DEMO' "
        "explicitMeasures='true'/></m:Header>"
        "<m:DataSet structureRef='S'><Series TIME_PERIOD='2007'>"
        "<Obs xsi:type='d:LBIRTHST' OBS_VALUE='5'/></Series></m:DataSet></m:StructureSpecificData>";
    EXPECT_NE(told(DocumentKind::ml, document).find("obs DEMO=LBIRTHST | OBS_VALUE=5"), std::string::npos);
}

TEST(SdmxMl, ReportsWhatItPassesOver) {
    std::string const document =
        "<m:StructureSpecificData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message'>"
        "<m:DataSet><Note>text<b/></Note><Note/><Obs A='1' "
        "OBS_VALUE='2'/></m:DataSet></m:StructureSpecificData>";
    auto const text = told(DocumentKind::ml, document);
    EXPECT_NE(text.find("obs A=1 | OBS_VALUE=2"), std::string::npos) << text;
    EXPECT_NE(text.find("issue unknown_variable 2 element 'Note'"), std::string::npos) << text;
}

TEST(SdmxMl, TellsTheErrorOfAService) {
    EXPECT_EQ(told(DocumentKind::ml,
                   "<m:Error xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message' "
                   "xmlns:c='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common'>"
                   "<m:ErrorMessage code='100'><c:Text> No results </c:Text></m:ErrorMessage></m:Error>"),
              "message error 2.1\nerror_message 100 No results\nfinish\n");
}

TEST(SdmxCsv, ReadsLabelsSubFieldsAndActions) {
    std::string const document =
        "STRUCTURE[;],STRUCTURE_ID,ACTION,DIM: Dimension,TIME_PERIOD: Time,OBS_VALUE: Value,A[],T[de;en]\r\n"
        "dataflow,X:Y(1.0): A flow,I,a: Value A,2024,1.50,u;v,gut;good\r\n"
        "dataflow,X:Y(1.0): A flow,D,b: Value B,2025,,\"w\",\r\n";
    EXPECT_EQ(told(DocumentKind::csv, document),
              "message sdmx-csv 2.0\n"
              "data_set X:Y(1.0) Information AllDimensions\n"
              "obs DIM=a TIME_PERIOD=2024 A=u|v T=de~gut|en~good | OBS_VALUE=1.50 @2\n"
              "end\n"
              "data_set X:Y(1.0) Delete AllDimensions\n"
              "obs DIM=b TIME_PERIOD=2025 A=w | OBS_VALUE= @3\n"
              "end\nfinish\n");
}

TEST(SdmxCsv, TakesACommaForTheDecimalMarkWhereTheFileUsesIt) {
    auto const text = told(DocumentKind::csv, "DATAFLOW;A;OBS_VALUE\nX:Y(1.0);a;12,4\nX:Y(1.0);b;7\n");
    EXPECT_NE(text.find("OBS_VALUE=12.4"), std::string::npos) << text;
    EXPECT_NE(text.find("OBS_VALUE=7 "), std::string::npos) << text;
}

TEST(SdmxJson, ReadsSeriesFlatAndMissingObservations) {
    std::string const document =
        R"({"data":{"dataSets":[{"action":"Append","attributes":[0],"series":{"1":{"observations":{"0":[1.50,0],"1":[null,null]},"attributes":["free"]}}},)"
        "\n"
        R"({"observations":{"0:1":[2e3,0]}}],"structure":{"dimensions":{"dataSet":[{"id":"FREQ","values":[{"id":"A"}]}],)"
        R"("series":[{"id":"GEO","values":[{"id":"DE"},{"id":"FR"}]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"2023"},{"id":"2024"}]}]},)"
        R"("attributes":{"dataSet":[{"id":"UNIT","values":[{"id":"PS"}]}],"series":[{"id":"NOTE"}],"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]}}}})";
    EXPECT_EQ(told(DocumentKind::json, document),
              "message sdmx-json-data 1.0\n"
              "data_set  Append TIME_PERIOD\n"
              "attributes UNIT=PS\n"
              "series FREQ=A GEO=FR NOTE=free @1\n"
              "obs TIME_PERIOD=2023 OBS_STATUS=A | OBS_VALUE=1.50 @1\n"
              "obs TIME_PERIOD=2024 | OBS_VALUE= @1\n"
              "end\n"
              "data_set  Information TIME_PERIOD\n"
              "row FREQ=A @2\n"
              "obs GEO=DE TIME_PERIOD=2024 OBS_STATUS=A | OBS_VALUE=2000 @2\n"
              "end\nfinish\n");
}

TEST(SdmxValue, KeepsEveryDigitOrSaysItCannot) {
    EXPECT_EQ(parse_number("1.50")->to_string(), "1.50");
    EXPECT_EQ(parse_number("+01.0")->to_string(), "1.0");
    EXPECT_EQ(parse_number("-.5")->to_string(), "-0.5");
    EXPECT_EQ(parse_number("5.")->to_string(), "5");
    EXPECT_EQ(parse_number("1.25e-3")->to_string(), "0.00125");
    EXPECT_EQ(parse_number("12E2")->to_string(), "1200");
    EXPECT_EQ(parse_number("12,5", ',')->to_string(), "12.5");
    for (auto const* const wrong :
         {"", "-", ".", "+-1", "1e", "1e99", "NaN", "1 000", "12345678901234567890", "0x1"})
        EXPECT_FALSE(parse_number(wrong)) << wrong;
}

TEST(SdmxReference, ReadsUrnsAndShortNames) {
    auto const urn = parse_reference(" urn:sdmx:org.sdmx.infomodel.codelist.Code=SDMX:CL_FREQ(2.0).A\n");
    EXPECT_EQ(urn.kind, "Code");
    EXPECT_EQ(urn.agency, "SDMX");
    EXPECT_EQ(urn.id, "CL_FREQ");
    EXPECT_EQ(urn.version, "2.0");
    EXPECT_EQ(urn.item, "A");
    EXPECT_EQ(parse_reference("ESTAT:NA_MAIN(1.6.0)").text(), "ESTAT:NA_MAIN(1.6.0)");
    EXPECT_EQ(parse_reference("X(1").id, "");
    EXPECT_EQ(parse_reference("").id, "");
}

} // namespace

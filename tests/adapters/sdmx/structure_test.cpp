#include <gtest/gtest.h>

#include "adapters/sdmx/structure.hpp"
#include "told.hpp"

namespace {

using namespace adapters::sdmx;
using adapters::sdmx::test::hash_of;
using adapters::sdmx::test::told;

std::string const structure_xml =
    "<m:Structure xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message' "
    "xmlns:s='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure' "
    "xmlns:c='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common'><m:Structures>"
    "<s:Dataflows><s:Dataflow id='FLOW' agencyID='X' version='1.0'><s:Structure><Ref id='DSD' agencyID='X' "
    "version='1.0'/></s:Structure></s:Dataflow></s:Dataflows>"
    "<s:Codelists><s:Codelist id='CL_GEO' agencyID='X' version='1.0' isPartial='true'><c:Name "
    "xml:lang='en'>Area</c:Name>"
    "<c:Name xml:lang='de'>Gebiet</c:Name><s:Code id='DE'><c:Name xml:lang='de'>Deutschland</c:Name></s:Code>"
    "<s:Code id='03'><c:Name>Niedersachsen</c:Name><s:Parent><Ref "
    "id='DE'/></s:Parent></s:Code></s:Codelist></s:Codelists>"
    "<s:DataStructures><s:DataStructure id='DSD' agencyID='X' version='1.0'><s:DataStructureComponents>"
    "<s:DimensionList><s:Dimension position='1'><s:ConceptIdentity><Ref id='GEO' maintainableParentID='CS' "
    "maintainableParentVersion='1.0' "
    "agencyID='X'/></s:ConceptIdentity><s:LocalRepresentation><s:Enumeration><Ref id='CL_GEO' "
    "agencyID='X' version='1.0'/></s:Enumeration></s:LocalRepresentation></s:Dimension>"
    "<s:TimeDimension id='TIME_PERIOD'/></s:DimensionList>"
    "<s:Group id='G'><s:GroupDimension><s:DimensionReference><Ref "
    "id='GEO'/></s:DimensionReference></s:GroupDimension>"
    "</s:Group>"
    "<s:AttributeList><s:Attribute id='TITLE'><s:AttributeRelationship><s:Group><Ref id='G'/></s:Group>"
    "</s:AttributeRelationship></s:Attribute></s:AttributeList>"
    "<s:MeasureList><s:PrimaryMeasure id='OBS_VALUE'/></s:MeasureList>"
    "</s:DataStructureComponents></s:DataStructure></s:DataStructures></m:Structures></m:Structure>";

TEST(SdmxStructure, ReadsDimensionsGroupsAndCodeLists) {
    auto const found = read_structures(structure_xml, "f");
    ASSERT_EQ(found.data_structures.size(), 1U);
    auto const& structure = found.data_structures.front();
    EXPECT_EQ(structure.self.text(), "X:DSD(1.0)");
    EXPECT_EQ(structure.role_of("GEO"), Role::dimension); // by its concept
    EXPECT_EQ(structure.role_of("TIME_PERIOD"), Role::time);
    EXPECT_EQ(structure.role_of("TITLE"), Role::attribute);
    EXPECT_EQ(structure.role_of("OBS_VALUE"), Role::measure);
    EXPECT_EQ(structure.role_of("OTHER"), Role::unknown);
    EXPECT_EQ(structure.groups.at("G"), std::vector<std::string>{"GEO"});
    EXPECT_EQ(structure.find("TITLE")->level, "Group");
    auto const* const list = found.code_list(structure.find("GEO")->code_list);
    ASSERT_NE(list, nullptr);
    EXPECT_TRUE(list->is_partial);
    EXPECT_EQ(list->name, "Gebiet");
    EXPECT_EQ(list->items.at(1).parent, "DE");
    EXPECT_EQ(found.artefacts.at("Code"), 2U);
}

TEST(SdmxStructure, FindsADataStructureByItsDataflow) {
    auto const found = read_structures(structure_xml, "f");
    EXPECT_NE(found.structure_of({"Dataflow", "X", "FLOW", "1.0", ""}), nullptr);
    EXPECT_NE(found.structure_of({"DataStructure", "X", "DSD", "2.0", ""}), nullptr); // another version
    EXPECT_EQ(found.structure_of({"DataStructure", "X", "OTHER", "1.0", ""}), nullptr);
    EXPECT_EQ(found.structure_of({"DataStructure", "Y", "DSD", "1.0", ""}), nullptr);
}

std::string const grouped =
    "<m:StructureSpecificData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message' "
    "xmlns:c='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common'>"
    "<m:Header><m:Structure structureID='S'><c:StructureUsage><Ref agencyID='X' id='FLOW' version='1.0'/>"
    "</c:StructureUsage></m:Structure></m:Header><m:DataSet structureRef='S'>"
    "<Group GEO='03' TITLE='Land'/><Series GEO='03'><Obs TIME_PERIOD='2024' OBS_VALUE='1'/></Series>"
    "</m:DataSet></m:StructureSpecificData>";

TEST(SdmxStructure, TellsTheKeyOfAGroupFromItsAttributes) {
    auto const found = read_structures(structure_xml, "f");
    auto const flat = "DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE,TITLE\nX:FLOW(1.0),03,2024,1.0,Land\n";
    EXPECT_EQ(hash_of(DocumentKind::ml, grouped, &found), hash_of(DocumentKind::csv, flat));
    EXPECT_EQ(hash_of(DocumentKind::ml, grouped), "lacks structure");
}

TEST(SdmxStructure, ReportsComponentsThatItDoesNotHave) {
    auto const found = read_structures(structure_xml, "f");
    auto const text = told(DocumentKind::csv,
                           "DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE,EXTRA\nX:FLOW(1.0),03,2024,1,x\n", &found);
    EXPECT_NE(text.find("column 'EXTRA' is not in data structure X:DSD(1.0)"), std::string::npos) << text;
}

TEST(SdmxStructure, RefusesWhatIsNone) {
    EXPECT_THROW(read_structures("<a/>", "f"), Error);
    EXPECT_THROW(read_structures(grouped, "f"), Error);
    EXPECT_THROW(read_structures("{\"data\":{\"dataSets\":[]}}", "f"), Error);
    auto doubled = structure_xml;
    doubled.replace(doubled.find("<s:TimeDimension id='TIME_PERIOD'/>"), 0, "<s:Dimension id='GEO'/>");
    EXPECT_THROW(read_structures(doubled, "f"), Error);
}

TEST(SdmxStructure, ReadsMapsOfBothNotations) {
    std::string const xml =
        "<m:Structure xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message' "
        "xmlns:s='http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
        "structure'><m:Structures><s:RepresentationMaps>"
        "<s:RepresentationMap id='M' agencyID='X' version='1.0'><s:SourceDataType>String</s:SourceDataType>"
        "<s:TargetDataType>String</s:TargetDataType>"
        "<s:RepresentationMapping validFrom='2016-11-01'><s:SourceValue>03152</s:SourceValue>"
        "<s:TargetValue>03159</s:TargetValue></s:RepresentationMapping></s:RepresentationMap></"
        "s:RepresentationMaps>"
        "</m:Structures></m:Structure>";
    std::string const json =
        R"({"data":{"representationMaps":[{"id":"M","agencyID":"X","version":"1.0","source":[{"dataType":"String"}],)"
        R"("target":[{"dataType":"String"}],"representationMappings":[{"validFrom":"2016-11-01","sourceValues":[{"value":"03152"}],"targetValues":["03159"]}]}]}})";
    for (auto const& text : {xml, json}) {
        auto const found = read_structures(text, "f");
        ASSERT_EQ(found.representation_maps.size(), 1U);
        auto const& map = found.representation_maps.front();
        EXPECT_EQ(map.self.text(), "X:M(1.0)");
        EXPECT_EQ(map.rows.at(0).sources.at(0).value, "03152");
        EXPECT_EQ(map.rows.at(0).targets, std::vector<std::string>{"03159"});
        EXPECT_EQ(map.rows.at(0).valid_from, "2016-11-01");
    }
}

} // namespace

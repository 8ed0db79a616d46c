// Exactly the right artefacts for every resource, every value of references and every value of detail.
#include "gateway/sdmx/structure/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "fixture.hpp"

namespace {

using namespace gateway::sdmx::structure;
using namespace structure_test;
using gateway::sdmx::common::ErrorCode;
using gateway::sdmx::common::SdmxError;

// Sets of artefacts that several answers have.
std::string const attribute_lists = "cl:SDMX:CL_OBS_STATUS cl:SDMX:CL_CONF_STATUS cl:CL_PROTECTION "
                                    "cl:CL_MISSING_REASON cl:CL_AREA_LIST cl:CL_AREA_LEVEL ";
std::string const lists_of_a =
    attribute_lists + "cl:SDMX:CL_FREQ cl:CL_AREA cl:CL_A_MEASURE cl:CL_UNIT cl:SDMX:CL_SEX ";
std::string const lists_of_b =
    attribute_lists + "cl:SDMX:CL_FREQ cl:CL_AREA cl:CL_B_MEASURE cl:CL_B_UNIT cl:CL_B_ORIGIN_LAND ";
std::string const concept_lists =
    attribute_lists + "cl:SDMX:CL_FREQ cl:CL_UNIT cl:SDMX:CL_SEX cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS ";
std::string const schemes_of_b = "cs:CS_KREISLAUF cs:CS_DIMENSIONS ";

struct Row {
    std::string path; ///< of v1
    std::string references;
    std::string expected;
};

std::vector<Row> const rows{
    // Agency scheme: refers to nothing and nothing refers to it.
    {"agencyscheme/all", "none", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "parents", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "parentsandsiblings", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "ancestors", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "children", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "descendants", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "all", "ag:SDMX:AGENCIES"},
    {"agencyscheme/all", "dataflow", "ag:SDMX:AGENCIES"},
    // Data provider scheme: provision agreements refer to it.
    {"dataproviderscheme/all", "none", "dp:DATA_PROVIDERS"},
    {"dataproviderscheme/all", "parents", "dp:DATA_PROVIDERS pa:PA_A pa:PA_B"},
    {"dataproviderscheme/all", "parentsandsiblings", "dp:DATA_PROVIDERS pa:PA_A pa:PA_B df:A df:B"},
    {"dataproviderscheme/all", "ancestors", "dp:DATA_PROVIDERS pa:PA_A pa:PA_B"},
    {"dataproviderscheme/all", "children", "dp:DATA_PROVIDERS"},
    {"dataproviderscheme/all", "descendants", "dp:DATA_PROVIDERS"},
    {"dataproviderscheme/all", "all", "dp:DATA_PROVIDERS pa:PA_A pa:PA_B df:A df:B"},
    {"dataproviderscheme/all", "provisionagreement", "dp:DATA_PROVIDERS pa:PA_A pa:PA_B"},
    // Dataflow.
    {"dataflow/all/" + a, "none", "df:A"},
    {"dataflow/all/" + a, "parents", "df:A cn:CAT_A cc:CR_A pa:PA_A"},
    {"dataflow/all/" + a, "parentsandsiblings", "df:A cn:CAT_A cc:CR_A pa:PA_A ct:EVAS dp:DATA_PROVIDERS"},
    {"dataflow/all/" + a, "ancestors", "df:A cn:CAT_A cc:CR_A pa:PA_A"},
    {"dataflow/all/" + a, "children", "df:A ds:A"},
    {"dataflow/all/" + a, "descendants",
     "df:A ds:A cs:CS_KREISLAUF " + lists_of_a + "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"dataflow/all/" + a, "all",
     "df:A cn:CAT_A cc:CR_A pa:PA_A ct:EVAS dp:DATA_PROVIDERS ds:A cs:CS_KREISLAUF " + lists_of_a +
         "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"dataflow/all/" + a, "datastructure", "df:A ds:A"},
    {"dataflow/all/" + a, "categoryscheme", "df:A ct:EVAS"},
    {"dataflow/all/" + a, "codelist", "df:A " + lists_of_a + "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"dataflow/all/" + a, "contentconstraint", "df:A cc:CR_A"},
    // Category scheme.
    {"categoryscheme/all", "none", "ct:EVAS"},
    {"categoryscheme/all", "parents", "ct:EVAS cn:CAT_A cn:CAT_B"},
    {"categoryscheme/all", "parentsandsiblings", "ct:EVAS cn:CAT_A cn:CAT_B df:A df:B"},
    {"categoryscheme/all", "ancestors", "ct:EVAS cn:CAT_A cn:CAT_B"},
    {"categoryscheme/all", "children", "ct:EVAS"},
    {"categoryscheme/all", "descendants", "ct:EVAS"},
    {"categoryscheme/all", "all", "ct:EVAS cn:CAT_A cn:CAT_B df:A df:B"},
    {"categoryscheme/all", "categorisation", "ct:EVAS cn:CAT_A cn:CAT_B"},
    // Categorisation.
    {"categorisation/all/CAT_" + b, "none", "cn:CAT_B"},
    {"categorisation/all/CAT_" + b, "parents", "cn:CAT_B"},
    {"categorisation/all/CAT_" + b, "parentsandsiblings", "cn:CAT_B"},
    {"categorisation/all/CAT_" + b, "ancestors", "cn:CAT_B"},
    {"categorisation/all/CAT_" + b, "children", "cn:CAT_B df:B ct:EVAS"},
    {"categorisation/all/CAT_" + b, "descendants",
     "cn:CAT_B df:B ct:EVAS ds:B " + schemes_of_b + lists_of_b +
         "cl:CL_UNIT cl:SDMX:CL_SEX cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"categorisation/all/CAT_" + b, "all",
     "cn:CAT_B df:B ct:EVAS ds:B " + schemes_of_b + lists_of_b +
         "cl:CL_UNIT cl:SDMX:CL_SEX cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"categorisation/all/CAT_" + b, "dataflow", "cn:CAT_B df:B"},
    // Code list: of one dataset, and of all.
    {"codelist/all/CL_" + a + "_MEASURE", "none", "cl:CL_A_MEASURE"},
    {"codelist/all/CL_" + a + "_MEASURE", "parents", "cl:CL_A_MEASURE ds:A"},
    {"codelist/all/CL_" + a + "_MEASURE", "parentsandsiblings", "ds:A cs:CS_KREISLAUF " + lists_of_a},
    {"codelist/all/CL_" + a + "_MEASURE", "ancestors", "cl:CL_A_MEASURE ds:A df:A cn:CAT_A cc:CR_A pa:PA_A"},
    {"codelist/all/CL_" + a + "_MEASURE", "children", "cl:CL_A_MEASURE"},
    {"codelist/all/CL_" + a + "_MEASURE", "descendants", "cl:CL_A_MEASURE"},
    {"codelist/all/CL_" + a + "_MEASURE", "all", "ds:A cs:CS_KREISLAUF " + lists_of_a},
    {"codelist/all/CL_" + a + "_MEASURE", "dataflow", "cl:CL_A_MEASURE df:A"},
    {"codelist/SDMX/CL_SEX", "parents", "cl:SDMX:CL_SEX cs:CS_KREISLAUF ds:A"},
    {"codelist/SDMX/CL_SEX", "conceptscheme", "cl:SDMX:CL_SEX cs:CS_KREISLAUF"},
    // Concept scheme.
    {"conceptscheme/all/CS_KREISLAUF", "none", "cs:CS_KREISLAUF"},
    {"conceptscheme/all/CS_KREISLAUF", "parents", "cs:CS_KREISLAUF ds:A ds:B"},
    {"conceptscheme/all/CS_DIMENSIONS", "parentsandsiblings", "ds:B " + schemes_of_b + lists_of_b},
    {"conceptscheme/all/CS_KREISLAUF", "ancestors",
     "cs:CS_KREISLAUF ds:A ds:B df:A df:B cn:CAT_A cn:CAT_B cc:CR_A cc:CR_B pa:PA_A pa:PA_B"},
    {"conceptscheme/all/CS_KREISLAUF", "children", "cs:CS_KREISLAUF " + concept_lists},
    {"conceptscheme/all/CS_KREISLAUF", "descendants", "cs:CS_KREISLAUF " + concept_lists},
    {"conceptscheme/all/CS_DIMENSIONS", "all", "ds:B " + schemes_of_b + lists_of_b},
    {"conceptscheme/all/CS_DIMENSIONS", "none", "cs:CS_DIMENSIONS"},
    {"conceptscheme/all/CS_DIMENSIONS", "ancestors", "cs:CS_DIMENSIONS ds:B df:B cn:CAT_B cc:CR_B pa:PA_B"},
    {"conceptscheme/all/CS_DIMENSIONS", "datastructure", "cs:CS_DIMENSIONS ds:B"},
    // Data structure.
    {"datastructure/all/" + b, "none", "ds:B"},
    {"datastructure/all/" + b, "parents", "ds:B df:B"},
    {"datastructure/all/" + b, "parentsandsiblings", "ds:B df:B"},
    {"datastructure/all/" + b, "ancestors", "ds:B df:B cn:CAT_B cc:CR_B pa:PA_B"},
    {"datastructure/all/" + b, "children", "ds:B " + schemes_of_b + lists_of_b},
    {"datastructure/all/" + b, "descendants",
     "ds:B " + schemes_of_b + lists_of_b + "cl:CL_UNIT cl:SDMX:CL_SEX cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"datastructure/all/" + b, "all",
     "ds:B df:B " + schemes_of_b + lists_of_b +
         "cl:CL_UNIT cl:SDMX:CL_SEX cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"datastructure/all/" + b, "conceptscheme", "ds:B " + schemes_of_b},
    // Content constraint.
    {"contentconstraint/all/CR_" + a, "none", "cc:CR_A"},
    {"contentconstraint/all/CR_" + a, "parents", "cc:CR_A"},
    {"contentconstraint/all/CR_" + a, "parentsandsiblings", "cc:CR_A"},
    {"contentconstraint/all/CR_" + a, "ancestors", "cc:CR_A"},
    {"contentconstraint/all/CR_" + a, "children", "cc:CR_A df:A"},
    {"contentconstraint/all/CR_" + a, "descendants",
     "cc:CR_A df:A ds:A cs:CS_KREISLAUF " + lists_of_a + "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"contentconstraint/all/CR_" + a, "all",
     "cc:CR_A df:A ds:A cs:CS_KREISLAUF " + lists_of_a + "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"contentconstraint/all/CR_" + a, "datastructure", "cc:CR_A ds:A"},
    // Provision agreement.
    {"provisionagreement/all/PA_" + a, "none", "pa:PA_A"},
    {"provisionagreement/all/PA_" + a, "parents", "pa:PA_A"},
    {"provisionagreement/all/PA_" + a, "parentsandsiblings", "pa:PA_A"},
    {"provisionagreement/all/PA_" + a, "ancestors", "pa:PA_A"},
    {"provisionagreement/all/PA_" + a, "children", "pa:PA_A df:A dp:DATA_PROVIDERS"},
    {"provisionagreement/all/PA_" + a, "descendants",
     "pa:PA_A df:A dp:DATA_PROVIDERS ds:A cs:CS_KREISLAUF " + lists_of_a +
         "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"provisionagreement/all/PA_" + a, "all",
     "pa:PA_A df:A dp:DATA_PROVIDERS ds:A cs:CS_KREISLAUF " + lists_of_a +
         "cl:CL_MIG_CONCEPT cl:CL_MIG_STATUS"},
    {"provisionagreement/all/PA_" + a, "dataproviderscheme", "pa:PA_A dp:DATA_PROVIDERS"},
};

/// The v2 address of a v1 path.
std::string in_v2(std::string path) {
    for (auto const& [from, to] :
         {std::pair<std::string, std::string>{"/all", "/*"}, {"contentconstraint", "dataconstraint"}})
        if (auto const at = path.find(from); at != std::string::npos) path.replace(at, from.size(), to);
    return "structure/" + path;
}

Selection ask(ApiVersion api, std::string const& target) {
    return select(small_catalogue(), parse_structure_query(api, target));
}

TEST(StructureSelection, HasExactlyWhatReferencesAskForInBothVersions) {
    for (auto const& row : rows) {
        if (row.references != "ancestors") {
            EXPECT_EQ(told(ask(ApiVersion::v1, row.path + "?references=" + row.references)),
                      sorted(row.expected))
                << row.path << " " << row.references;
        }
        auto const references = row.references == "contentconstraint" ? "dataconstraint" : row.references;
        EXPECT_EQ(told(ask(ApiVersion::v2, in_v2(row.path) + "?references=" + references)),
                  sorted(row.expected))
            << row.path << " " << row.references;
    }
}

TEST(StructureSelection, CoversEveryResourceWithEveryValueOfReferences) {
    std::map<std::string, std::set<std::string>> seen;
    for (auto const& row : rows) seen[row.path.substr(0, row.path.find('/'))].insert(row.references);
    EXPECT_EQ(seen.size(), kind_count);
    for (auto const& [resource, references] : seen)
        for (auto const* const value :
             {"none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all"})
            EXPECT_EQ(references.count(value), 1U) << resource << " " << value;
}

TEST(StructureSelection, AResourceAsReferenceAddsWhatHasThatTypeForEveryResource) {
    std::vector<std::pair<std::string, std::string>> const types{
        {"agencyscheme", "ag:"},      {"dataproviderscheme", "dp:"}, {"dataflow", "df:"},
        {"categoryscheme", "ct:"},    {"categorisation", "cn:"},     {"codelist", "cl:"},
        {"conceptscheme", "cs:"},     {"datastructure", "ds:"},      {"contentconstraint", "cc:"},
        {"provisionagreement", "pa:"}};
    std::map<std::string, std::map<std::string, std::string>> by_path;
    for (auto const& row : rows) by_path[row.path][row.references] = row.expected;
    std::size_t asked = 0;
    for (auto const& [path, expected] : by_path) {
        if (expected.count("all") == 0 || expected.count("ancestors") == 0) continue;
        for (auto const& [name, prefix] : types) {
            std::set<std::string> wanted;
            for (auto const* const value : {"none", "all", "ancestors"}) {
                std::istringstream words{expected.at(value)};
                for (std::string word; words >> word;)
                    if (std::string_view{value} == "none" || word.rfind(prefix, 0) == 0) wanted.insert(word);
            }
            std::string text;
            for (auto const& word : wanted) text += word + " ";
            EXPECT_EQ(told(ask(ApiVersion::v1, path + "?references=" + name)), sorted(text))
                << path << " " << name;
            EXPECT_EQ(told(ask(ApiVersion::v2, in_v2(path) + "?references=" +
                                                   (name == "contentconstraint" ? "dataconstraint" : name))),
                      sorted(text))
                << path << " " << name;
            ++asked;
        }
    }
    EXPECT_GE(asked, kind_count * types.size()) << "every resource with every resource";
}

TEST(StructureSelection, ShapesEveryArtefactAsDetailSays) {
    using Shape = Selected::Shape;
    struct Expected {
        char const* detail;
        Shape asked, referenced;
        bool v2_only;
    };
    for (auto const& one : {Expected{"full", Shape::whole, Shape::whole, false},
                            {"raw", Shape::whole, Shape::whole, true},
                            {"allstubs", Shape::stub, Shape::stub, false},
                            {"referencestubs", Shape::whole, Shape::stub, false},
                            {"referencepartial", Shape::whole, Shape::whole, false},
                            {"allcompletestubs", Shape::complete_stub, Shape::complete_stub, false},
                            {"referencecompletestubs", Shape::whole, Shape::complete_stub, false}})
        for (auto const& row : rows) {
            auto const references = row.references == "contentconstraint" ? "dataconstraint" : row.references;
            auto const selection =
                ask(ApiVersion::v2, in_v2(row.path) + "?references=" + references + "&detail=" + one.detail);
            EXPECT_EQ(told(selection), sorted(row.expected)) << row.path << " " << one.detail;
            if (!one.v2_only && row.references != "ancestors") {
                auto const on_v1 =
                    ask(ApiVersion::v1, row.path + "?references=" + row.references + "&detail=" + one.detail);
                EXPECT_EQ(told(on_v1), sorted(row.expected)) << row.path << " " << one.detail;
                for (auto const& entry : on_v1.entries)
                    EXPECT_EQ(entry.shape, entry.is_asked ? one.asked : one.referenced)
                        << row.path << " " << one.detail;
            }
            auto const asked = row.path.substr(0, row.path.find('/'));
            for (auto const& entry : selection.entries) {
                EXPECT_EQ(entry.shape, entry.is_asked ? one.asked : one.referenced)
                    << row.path << " " << one.detail;
                if (entry.is_asked) {
                    EXPECT_EQ(resource_of(entry.artefact->self.kind), asked);
                }
                if (std::string_view{one.detail} != "referencepartial") {
                    EXPECT_FALSE(entry.items);
                }
            }
            if (one.v2_only) {
                EXPECT_THROW(parse_structure_query(ApiVersion::v1, row.path + "?detail=" + one.detail),
                             SdmxError);
            }
        }
}

/// Ids of the items that are shown of one artefact.
std::string items_of(Selection const& selection, std::string const& id) {
    for (auto const& entry : selection.entries) {
        if (entry.artefact->self.id != id) continue;
        auto const& scheme = *entry.artefact->scheme();
        std::string out;
        for (std::uint32_t i = 0; i < scheme.items.size(); ++i)
            if (!entry.items || std::binary_search(entry.items->begin(), entry.items->end(), i))
                out.append(entry.artefact->self.kind == Kind::category_scheme ? scheme.path(i)
                                                                              : scheme.items[i].id)
                    .append(" ");
        return sorted(out);
    }
    return "absent";
}

TEST(StructureSelection, PartialReferencesHoldWhatIsUsed) {
    auto const selection =
        ask(ApiVersion::v1, "dataflow/KREISLAUF/" + b + "?references=all&detail=referencepartial");
    EXPECT_EQ(items_of(selection, "CL_AREA"), "DG");
    EXPECT_EQ(items_of(selection, "CL_FREQ"), "Q");
    EXPECT_EQ(items_of(selection, "CL_" + b + "_ORIGIN_LAND"), "03 _T _Z");
    EXPECT_EQ(items_of(selection, "EVAS"), "2 2.23");
    EXPECT_EQ(items_of(selection, "DATA_PROVIDERS"), "genesis");
    EXPECT_EQ(items_of(selection, "CS_DIMENSIONS"), "ORIGIN_LAND");
    EXPECT_EQ(
        items_of(selection, "CS_KREISLAUF"),
        sorted("FREQ AREA MEASURE UNIT TIME_PERIOD OBS_VALUE OBS_STATUS CONF_STATUS PROTECTION OBS_LO OBS_HI "
               "SRC_SIGN MISSING_REASON UNIT_MULT AREA_LIST AREA_LEVEL TERR_STATE SOURCE_TABLE VINTAGE "
               "RETRIEVED LICENCE FIGURE_ID"));
    // Codes of attributes are not counted: their lists stay whole.
    EXPECT_EQ(items_of(selection, "CL_AREA_LIST"), sorted("AGS ARS NUTS GENESIS"));
    // What was asked for stays whole.
    auto const list =
        ask(ApiVersion::v1, "codelist/KREISLAUF/CL_AREA?references=parents&detail=referencepartial");
    EXPECT_EQ(items_of(list, "CL_AREA"), sorted("DG 03 03153 03153002 03241001_S 04011"));
}

TEST(StructureSelection, ItemQueriesShowTheNamedItemsAlone) {
    EXPECT_EQ(items_of(ask(ApiVersion::v1, "codelist/SDMX/CL_SEX/latest/M+F"), "CL_SEX"), "F M");
    EXPECT_EQ(items_of(ask(ApiVersion::v2, "structure/codelist/SDMX/CL_SEX/~/M,F"), "CL_SEX"), "F M");
    EXPECT_EQ(items_of(ask(ApiVersion::v1, "categoryscheme/all/EVAS/1.0/1.12"), "EVAS"), "1 1.12");
    EXPECT_EQ(told(ask(ApiVersion::v1, "codelist/all/all/all/BEVSTD+ABB001")),
              "cl:CL_A_MEASURE cl:CL_B_MEASURE");
    EXPECT_THROW(ask(ApiVersion::v1, "codelist/SDMX/CL_SEX/latest/NOBODY"), SdmxError);
}

TEST(StructureSelection, TakesEverySpellingOfAReference) {
    auto const all_flows = "df:A df:B";
    for (auto const* const path :
         {"dataflow", "dataflow/", "/dataflow/all", "dataflow/all/all", "dataflow/all/all/latest/",
          "dataflow/all/all/all", "dataflow/KREISLAUF", "dataflow/KREISLAUF/all/1.0",
          "dataflow/ESTAT+KREISLAUF/all/1.0+2.0", "dataflow/all/%61ll"})
        EXPECT_EQ(told(ask(ApiVersion::v1, path)), all_flows) << path;
    for (auto const* const path :
         {"structure/dataflow", "structure/dataflow/*", "structure/dataflow/*/*", "structure/dataflow/*/*/~",
          "structure/dataflow/KREISLAUF/*/+", "structure/dataflow/KREISLAUF,ESTAT/*/*",
          "structure/dataflow/*/*/1.0+", "structure/dataflow/%2A/%2a/1.0,2.0"})
        EXPECT_EQ(told(ask(ApiVersion::v2, path)), all_flows) << path;
    EXPECT_EQ(told(ask(ApiVersion::v1, "organisationscheme")), "ag:SDMX:AGENCIES dp:DATA_PROVIDERS");
    EXPECT_EQ(ask(ApiVersion::v1, "structure").entries.size(), small_catalogue()->all().size());
    EXPECT_EQ(ask(ApiVersion::v2, "structure/*/*/*/*").entries.size(), small_catalogue()->all().size());
    EXPECT_EQ(told(ask(ApiVersion::v1, "dataflow/all/" + a + "?References=Parents&DETAIL=AllStubs&x=1")),
              sorted("df:A cn:CAT_A cc:CR_A pa:PA_A"));
}

void expect_error(ApiVersion api, std::string const& target, ErrorCode code, std::string const& says) {
    try {
        ask(api, target);
        ADD_FAILURE() << target << " is taken";
    } catch (SdmxError const& error) {
        EXPECT_EQ(error.code(), code) << target << ": " << error.what();
        EXPECT_THAT(error.what(), testing::HasSubstr(says)) << target;
    }
}

TEST(StructureSelection, SaysWhatIsWrongWithAnAddress) {
    expect_error(ApiVersion::v1, "dataflw", ErrorCode::syntax,
                 "'dataflw' is no structure resource; known are");
    expect_error(ApiVersion::v1, "", ErrorCode::syntax, "known resources are");
    expect_error(ApiVersion::v1, "hierarchicalcodelist", ErrorCode::not_implemented,
                 "no 'hierarchicalcodelist'");
    expect_error(ApiVersion::v2, "structure/valuelist", ErrorCode::not_implemented, "no 'valuelist'");
    expect_error(ApiVersion::v2, "structure/contentconstraint", ErrorCode::syntax, "dataconstraint");
    expect_error(ApiVersion::v2, "dataflow/all", ErrorCode::syntax, "structure/TYPE/AGENCY/ID/VERSION");
    expect_error(ApiVersion::v1, "dataflow/all/NOPE", ErrorCode::no_results, "'dataflow/all/NOPE'");
    expect_error(ApiVersion::v1, "dataflow/ESTAT", ErrorCode::no_results, "dataflow/ESTAT");
    expect_error(ApiVersion::v1, "dataflow/all/all/2.0", ErrorCode::no_results, "2.0");
    expect_error(ApiVersion::v1, "dataflow/all/all/newest", ErrorCode::syntax,
                 "'newest' as version: allowed are");
    expect_error(ApiVersion::v1, "dataflow/all/a%20b", ErrorCode::syntax, "'a b' as id");
    expect_error(ApiVersion::v1, "dataflow/all/A++B", ErrorCode::syntax, "an alternative is empty");
    expect_error(ApiVersion::v1, "dataflow/all/%G1", ErrorCode::syntax, "two hexadecimal digits");
    expect_error(ApiVersion::v1, "dataflow/all/all/all/X", ErrorCode::syntax, "has no items");
    expect_error(ApiVersion::v1, "codelist/all/all/all/X/Y", ErrorCode::syntax, "one part too many");
    expect_error(ApiVersion::v1, "dataflow?references=cousins", ErrorCode::syntax,
                 "'cousins' as references: allowed are none, parents");
    expect_error(ApiVersion::v1, "dataflow?references=ancestors", ErrorCode::syntax, "as references");
    expect_error(ApiVersion::v1, "dataflow?detail=some", ErrorCode::syntax,
                 "'some' as detail: allowed are full, allstubs");
}

TEST(StructureSelection, TreatsWhatMayNotBeSeenAsAbsent) {
    auto const catalogue = small_catalogue();
    Visible const only_a = [](std::string_view dataset) { return dataset == a; };
    auto const ask_as = [&](std::string const& target) {
        return told(select(catalogue, parse_structure_query(ApiVersion::v1, target), only_a));
    };
    EXPECT_EQ(ask_as("dataflow"), "df:A");
    EXPECT_EQ(ask_as("categoryscheme/all/EVAS?references=all"), sorted("ct:EVAS cn:CAT_A df:A"));
    EXPECT_EQ(ask_as("codelist/all/CL_AREA?references=parents"), sorted("cl:CL_AREA ds:A"));
    // Word for word as for a dataset that is not there.
    for (std::string const path : {"dataflow/all/@", "datastructure/all/@", "codelist/all/CL_@_MEASURE",
                                   "contentconstraint/all/CR_@", "provisionagreement/all/PA_@"}) {
        auto const message = [&](std::string const& dataset) -> std::string {
            auto target = path;
            target.replace(target.find('@'), 1, dataset);
            try {
                return ask_as(target);
            } catch (SdmxError const& error) {
                std::string text = error.what();
                return text.replace(text.find(dataset), dataset.size(), "@");
            }
        };
        EXPECT_EQ(message(b), message("NOBODY")) << path;
    }
}

} // namespace

// Messages of structures: valid, complete, and read back equal.
#include "gateway/sdmx/structure/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sdmx/structure.hpp"
#include "fixture.hpp"
#include "validator.hpp"

namespace {

using namespace gateway::sdmx::structure;
using namespace structure_test;
using testing::HasSubstr;
using testing::Not;

constexpr std::array<StructureFormat, 4> formats{StructureFormat::ml21, StructureFormat::ml30,
                                                 StructureFormat::json10, StructureFormat::json20};

MessageHeader header(std::vector<std::string> languages = {"en", "de"}) {
    return {"STR1", "2026-11-26T05:00:00Z", std::move(languages), "https://statistik.example/sdmx/v1"};
}

std::string message(StructureFormat format, std::string const& target,
                    std::vector<std::string> languages = {"en", "de"}) {
    bool const v2 = format == StructureFormat::ml30 || format == StructureFormat::json20;
    auto const query =
        parse_structure_query(v2 ? ApiVersion::v2 : ApiVersion::v1, (v2 ? "structure/" : "") + target);
    return write_structures(select(small_catalogue(), query), format, header(std::move(languages)));
}

std::string everything(StructureFormat format) {
    bool const v2 = format == StructureFormat::ml30 || format == StructureFormat::json20;
    return v2 ? "*/*/*/*" : "structure/all/all/all";
}

TEST(StructureWriter, WritesValidSdmxMlWhateverWasAsked) {
    if (!std::filesystem::exists(validator())) GTEST_SKIP() << "no validator at " << validator();
    Folder const folder;
    std::string files;
    unsigned count = 0;
    for (auto const format : {StructureFormat::ml21, StructureFormat::ml30})
        for (auto const* const detail : {"full", "allstubs", "referencestubs", "referencepartial",
                                         "allcompletestubs", "referencecompletestubs"})
            for (std::string const& path :
                 {everything(format), std::string{"dataflow"}, "datastructure/KREISLAUF/" + a,
                  std::string{"categoryscheme"}, std::string{"codelist"}, std::string{"provisionagreement"}})
                files += " " + folder.write(std::to_string(++count) + ".xml",
                                            message(format, path + "?references=all&detail=" + detail));
    auto const ran = run("sh " + validator() + files);
    EXPECT_TRUE(ran.is_good) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(std::to_string(count) + " passed, 0 failed"));
}

/// "KREISLAUF:CL_AREA(1.0) partial [DG=Deutschland 03=Niedersachsen<DG]".
std::string told(adapters::sdmx::ItemList const& list) {
    std::string out = list.self.text() + " " + list.name + (list.is_partial ? " partial" : "") + " [";
    for (auto const& item : list.items)
        out.append(item.id)
            .append("=")
            .append(item.name)
            .append(item.parent.empty() ? "" : "<")
            .append(item.parent)
            .append(" ");
    return out + "]";
}
std::string told(Artefact const& artefact) {
    auto const& scheme = *artefact.scheme();
    std::string out =
        artefact.self.text() + " " + artefact.name.in("de") + (scheme.is_partial ? " partial" : "") + " [";
    for (auto const& item : scheme.items) {
        out.append(item.id).append("=").append(item.name.in("de"));
        if (item.parent != Item::no_parent) out.append("<").append(scheme.items[item.parent].id);
        out.append(" ");
    }
    return out + "]";
}

TEST(StructureWriter, ReadsBackEqualInEveryFormat) {
    auto const catalogue = small_catalogue();
    for (auto const format : formats) {
        auto const read = adapters::sdmx::read_structures(message(format, everything(format)), "message");
        std::size_t lists = 0, schemes = 0, structures = 0, flows = 0, constraints = 0;
        for (auto const& artefact : catalogue->all()) {
            auto const& self = artefact->self;
            if (self.kind == Kind::codelist) {
                ASSERT_LT(lists, read.code_lists.size());
                EXPECT_EQ(told(read.code_lists[lists++]), told(*artefact));
            } else if (self.kind == Kind::concept_scheme) {
                EXPECT_EQ(told(read.concept_schemes.at(schemes++)), told(*artefact));
            } else if (self.kind == Kind::data_structure) {
                auto const& structure = read.data_structures.at(structures++);
                EXPECT_EQ(structure.self.text(), self.text());
                auto const& components = artefact->structure()->components;
                ASSERT_EQ(structure.components.size(), components.size());
                for (std::size_t i = 0; i < components.size(); ++i) {
                    auto const& got = structure.components[i];
                    EXPECT_EQ(got.id, components[i].id);
                    EXPECT_EQ(got.concept_id, components[i].id);
                    auto const& list = components[i].representation.enumeration;
                    EXPECT_EQ(got.code_list.id.empty() ? "" : got.code_list.text(), list ? list->text() : "")
                        << got.id;
                    if (components[i].role != Component::Role::attribute) continue;
                    auto const level = components[i].level;
                    EXPECT_EQ(got.level, level == Component::Level::observation ? "Observation"
                                         : level == Component::Level::series    ? "Dimensions"
                                                                                : "DataSet")
                        << got.id;
                    if (level == Component::Level::series) {
                        EXPECT_EQ(got.attached_to.size(), components.size() - 18) << got.id;
                    }
                }
            } else if (self.kind == Kind::dataflow) {
                EXPECT_EQ(read.dataflows.at(self.text()).text(), self.text());
                ++flows;
            } else if (self.kind == Kind::constraint) {
                auto const& constraint = read.constraints.at(constraints++);
                EXPECT_EQ(constraint.self.text(), self.text());
                ASSERT_EQ(constraint.attached_to.size(), 1U);
                auto const& region = std::get<Constraint>(artefact->content).source->region();
                ASSERT_EQ(constraint.values.size(), region.keys.size() + 1);
                for (std::size_t i = 0; i < region.keys.size(); ++i) {
                    EXPECT_EQ(constraint.values[i].component, region.keys[i].component);
                    EXPECT_EQ(constraint.values[i].values, *region.keys[i].values);
                }
                EXPECT_EQ(constraint.values.back().component, "TIME_PERIOD");
            }
        }
        EXPECT_EQ(lists, read.code_lists.size());
        EXPECT_EQ(schemes, read.concept_schemes.size());
        EXPECT_EQ(structures, 2U);
        EXPECT_EQ(flows, read.dataflows.size());
        EXPECT_EQ(constraints, read.constraints.size());
        EXPECT_EQ(read.artefacts.count("unknown"), 0U);
    }
}

TEST(StructureWriter, SaysInEveryFormatWhatDatasetAndTimeThereAre) {
    for (auto const format : formats) {
        auto const text = message(format, "dataflow/KREISLAUF/" + a + "?references=all");
        EXPECT_THAT(text, HasSubstr("1995-12-31"));
        EXPECT_THAT(text, HasSubstr("2024-12-31"));
        EXPECT_THAT(text, HasSubstr("2026-11-26T05:00:00Z"));
        EXPECT_THAT(text, HasSubstr("sdmx_metrics"));
        EXPECT_THAT(text, HasSubstr("dl-de/by-2-0"));
        EXPECT_THAT(text, Not(HasSubstr("ReferencePeriod")));
    }
}

TEST(StructureWriter, RefersByRefInVersion21AndByUrnInVersion30) {
    auto const old = message(StructureFormat::ml21, "datastructure/KREISLAUF/" + a);
    EXPECT_THAT(old, HasSubstr("<str:Enumeration><Ref id=\"CL_FREQ\" agencyID=\"SDMX\" version=\"2.0\" "
                               "class=\"Codelist\" package=\"codelist\"/></str:Enumeration>"));
    EXPECT_THAT(old, Not(HasSubstr("<URN>")));
    auto const young = message(StructureFormat::ml30, "datastructure/KREISLAUF/" + a);
    EXPECT_THAT(young, HasSubstr("<str:Enumeration>urn:sdmx:org.sdmx.infomodel.codelist.Codelist=SDMX:CL_"
                                 "FREQ(2.0)</str:Enumeration>"));
    EXPECT_THAT(young, Not(HasSubstr("<Ref ")));
}

TEST(StructureWriter, CountsDimensionsFromOne) {
    EXPECT_THAT(message(StructureFormat::ml21, "datastructure/KREISLAUF/" + a),
                AllOf(HasSubstr("<str:Dimension id=\"FREQ\" position=\"1\">"),
                      HasSubstr("<str:TimeDimension id=\"TIME_PERIOD\" position=\"6\">")));
    EXPECT_THAT(message(StructureFormat::json10, "datastructure/KREISLAUF/" + a),
                AllOf(HasSubstr("{\"id\":\"FREQ\",\"position\":1,"),
                      HasSubstr("{\"id\":\"TIME_PERIOD\",\"position\":6,")));
    EXPECT_THAT(message(StructureFormat::json20, "datastructure/KREISLAUF/" + a),
                AllOf(HasSubstr("{\"id\":\"SEX\",\"position\":5,"),
                      HasSubstr("\"timeDimension\":\n{\"id\":\"TIME_PERIOD\",\"conceptIdentity\"")));
}

TEST(StructureWriter, WritesStubsWithTheirAddress) {
    auto const stub = message(StructureFormat::ml21, "dataflow/KREISLAUF/" + a + "?detail=allstubs");
    EXPECT_THAT(stub, HasSubstr("isExternalReference=\"true\" "
                                "structureURL=\"https://statistik.example/sdmx/v1/dataflow/KREISLAUF/" +
                                a + "/1.0\""));
    EXPECT_THAT(stub, HasSubstr("Bevölkerung nach Geschlecht &amp; Kreisen"));
    EXPECT_THAT(stub, Not(HasSubstr("Annotation")));
    EXPECT_THAT(stub, Not(HasSubstr("<str:Structure>")));
    auto const complete =
        message(StructureFormat::ml30, "dataflow/KREISLAUF/" + a + "?detail=allcompletestubs");
    EXPECT_THAT(complete, HasSubstr("/structure/dataflow/KREISLAUF/" + a + "/1.0"));
    EXPECT_THAT(complete, HasSubstr("<com:AnnotationTitle>dl-de/by-2-0</com:AnnotationTitle>"));
    EXPECT_THAT(message(StructureFormat::json10, "codelist/SDMX/CL_SEX?detail=allstubs"),
                AllOf(HasSubstr("\"isExternalReference\":true"), Not(HasSubstr("\"codes\""))));
}

TEST(StructureWriter, NamesThingsInTheReadersLanguageFirst) {
    EXPECT_THAT(message(StructureFormat::json20, "codelist/SDMX/CL_SEX", {"de"}),
                HasSubstr("\"name\":\"Geschlecht\",\"names\":{\"de\":\"Geschlecht\",\"en\":\"Sex\"}"));
    EXPECT_THAT(message(StructureFormat::json20, "codelist/SDMX/CL_SEX", {"fr", "en"}),
                HasSubstr("\"name\":\"Sex\",\"names\":{\"en\":\"Sex\",\"de\":\"Geschlecht\"}"));
    EXPECT_THAT(
        message(StructureFormat::ml21, "codelist/SDMX/CL_SEX", {"de", "en"}),
        HasSubstr("<com:Name xml:lang=\"de\">Geschlecht</com:Name><com:Name xml:lang=\"en\">Sex</com:Name>"));
    // A label of the source is German; nobody gets a code for a name where there is one.
    EXPECT_THAT(message(StructureFormat::json10, "codelist/all/CL_" + a + "_MEASURE", {"en"}),
                HasSubstr("\"name\":\"Bevölkerungsstand\""));
}

TEST(StructureWriter, LeavesOutParentsThatAreNotShown) {
    auto const all = message(StructureFormat::ml21, "codelist/KREISLAUF/CL_AREA");
    EXPECT_THAT(all, HasSubstr("<str:Code id=\"03153\"><com:Name xml:lang=\"de\">Goslar, "
                               "Landkreis</com:Name><str:Parent><Ref id=\"03\"/></str:Parent></str:Code>"));
    EXPECT_THAT(
        all,
        HasSubstr("<str:Code id=\"03241001_S\"><com:Name xml:lang=\"de\">03241001_S</com:Name></str:Code>"));
    auto const one = message(StructureFormat::ml21, "codelist/KREISLAUF/CL_AREA/1.0/03153");
    EXPECT_THAT(
        one, HasSubstr(
                 "<str:Code id=\"03153\"><com:Name xml:lang=\"de\">Goslar, Landkreis</com:Name></str:Code>"));
    EXPECT_THAT(one, HasSubstr("isPartial=\"true\""));
}

/// 11,000 municipalities.
class ManyAreas final : public Holdings {
  public:
    std::vector<gateway::DatasetInfo> datasets() override { return {}; }
    std::string stamp(std::string_view) override { return {}; }
    std::vector<gateway::IndicatorKey> indicators(std::string_view) override { return {}; }
    std::vector<gateway::store::Label> labels(std::string_view) override { return {}; }
    std::vector<gateway::Area> areas() override {
        std::vector<gateway::Area> all;
        for (unsigned i = 0; i < 11000; ++i)
            all.push_back(
                {gateway::CodeList::ags, gateway::AreaLevel::municipality, std::to_string(10000000 + i)});
        return all;
    }
};

TEST(StructureWriter, MakesLongListsInShortPieces) {
    ManyAreas holdings;
    CatalogueBuilder builder;
    auto const catalogue = builder.build(holdings, small_region);
    for (auto const format : formats) {
        auto const selection = select(catalogue, parse_structure_query(ApiVersion::v1, "codelist/all/all"));
        StructureWriter writer{selection, format, header()};
        std::string whole, piece;
        unsigned pieces = 0;
        while (writer.next(piece)) {
            EXPECT_LT(piece.size(), 90'000U);
            EXPECT_FALSE(piece.empty());
            whole += piece;
            piece.clear();
            ++pieces;
        }
        EXPECT_FALSE(writer.next(piece));
        EXPECT_GT(pieces, 5U);
        EXPECT_EQ(whole, write_structures(selection, format, header()));
        EXPECT_EQ(adapters::sdmx::read_structures(whole, "message").code_lists.front().items.size(), 11000U);
    }
}

} // namespace

// SDMX-ML that breaks a rule, each with the code and the place that a person needs.
#include <gtest/gtest.h>

#include <functional>

#include "told.hpp"

namespace {

using adapters::sdmx::DocumentKind;
using adapters::sdmx::test::error_of;

constexpr std::string_view generic_start =
    "<m:GenericData xmlns:m=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\" "
    "xmlns:g=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic\" "
    "xmlns:c=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common\">\n"
    "<m:Header><m:Structure structureID=\"S\" dimensionAtObservation=\"TIME_PERIOD\"/></m:Header>\n"
    "<m:DataSet structureRef=\"S\">\n";
constexpr std::string_view generic_end = "</m:DataSet>\n</m:GenericData>";
constexpr std::string_view key = "<g:SeriesKey><g:Value id=\"FREQ\" value=\"A\"/></g:SeriesKey>";
constexpr std::string_view specific_start =
    "<m:StructureSpecificData xmlns:m=\"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message\" "
    "xmlns:s=\"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/data/structurespecific\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
    "<m:Header><m:Structure structureID=\"S\" dimensionAtObservation=\"TIME_PERIOD\"/></m:Header>\n"
    "<m:DataSet s:structureRef=\"S\">\n";
constexpr std::string_view specific_end = "</m:DataSet>\n</m:StructureSpecificData>";

/// A body in line 4 of a sound generic message.
std::string generic(std::string_view body) {
    return std::string{generic_start} + std::string{body} + "\n" + std::string{generic_end};
}
std::string specific(std::string_view body) {
    return std::string{specific_start} + std::string{body} + "\n" + std::string{specific_end};
}
std::string series(std::string_view body) {
    return generic("<g:Series>" + std::string{key} + "\n" + std::string{body} + "</g:Series>");
}
std::string replaced(std::string text, std::string_view what, std::string_view with) {
    auto const at = text.find(what);
    return text.replace(at, what.size(), with);
}
std::string repeated(std::string_view text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

struct Case {
    char const* name;
    std::string document;
    char const* expected; ///< how the error begins
};

std::string cut(std::string const& text, std::string_view at) {
    return text.substr(0, text.find(at));
}

std::vector<Case> cases() {
    auto const sound = series("<g:Obs><g:ObsDimension value=\"2024\"/><g:ObsValue value=\"1\"/></g:Obs>");
    std::string const bomb = "<!DOCTYPE b [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n";
    return {
        {"nothing", "", "empty_document f:1:1:"},
        {"only white space", " \n\n ", "empty_document f:3:2:"},
        {"text", "no XML", "malformed f:1:1: text before the root"},
        {"an HTML page", "<html><body/></html>", "not_a_table f:1:1: root element 'html'"},
        {"another XML", "<feed/>", "not_a_table f:1:1: root element 'feed'"},
        {"SDMX 2.0", "<CompactData xmlns=\"http://www.SDMX.org/resources/SDMXML/schemas/v2_0/message\"/>",
         "not_a_table f:1:1: SDMX-ML 2.0"},
        {"a structure message",
         replaced(replaced(sound, "GenericData", "Structure"), "/m:GenericData", "/m:Structure"),
         "not_a_table f:1:1: root element 'm:Structure'"},
        {"an entity bomb", bomb + sound, "malformed f:1:1: a document type declaration"},
        {"an external entity", "<!DOCTYPE d SYSTEM \"file:///etc/passwd\">" + sound,
         "malformed f:1:1: a document type"},
        {"a document type behind a comment", "<!-- c -->\n<!DOCTYPE d>" + sound,
         "malformed f:2:1: a document type"},
        {"an unknown entity", series("<g:Obs><g:ObsDimension value=\"&eur;\"/></g:Obs>"),
         "malformed f:5:31: '&eur;'"},
        {"a bare ampersand", series("<g:Obs><g:ObsDimension value=\"A&B\"/></g:Obs>"), "malformed f:5:32:"},
        {"a reference to a control character", series("<g:Obs><g:ObsDimension value=\"&#1;\"/></g:Obs>"),
         "malformed f:5:31: '&#1;'"},
        {"Latin-1 without saying so", series("<g:Obs><g:ObsDimension value=\"M\xFCnchen\"/></g:Obs>"),
         "wrong_charset f:5:32: byte 0xFC"},
        {"an overlong character", series("\xC0\xAF"), "wrong_charset f:5:1:"},
        {"half a surrogate pair", series("\xED\xA0\x80"), "wrong_charset f:5:1:"},
        {"UTF-16", std::string("\xFF\xFE<\0m\0", 6), "wrong_charset f:1:1: the document is UTF-16"},
        {"an unknown encoding", "<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + sound,
         "wrong_charset f:1:31: encoding 'UTF-7'"},
        {"an encoding that contradicts the mark",
         "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + sound, "wrong_charset f:1:34:"},
        {"a zero byte", series(std::string("<g:Obs>\0</g:Obs>", 16)),
         "malformed f:5:8: control character 0x00"},
        {"a control character", series("<g:Obs>\x0B</g:Obs>"), "malformed f:5:8: control character 0x0B"},
        {"cut in the header", cut(sound, "</m:Header>"), "truncated f:2:78:"},
        {"cut in a tag", cut(sound, "=\"2024\""), "truncated f:5:8: the document ends in a tag"},
        {"cut in a value", cut(sound, "24\"/>"), "truncated f:5:8:"},
        {"cut behind a series", cut(sound, "</m:DataSet>"), "truncated f:6:1:"},
        {"cut before the last tag", cut(sound, "</m:GenericData>"), "truncated f:7:1:"},
        {"two documents", sound + sound, "malformed f:7:17: a second root"},
        {"text behind the end", sound + "\nOK", "malformed f:8:1: text after the root"},
        {"a wrong end tag", replaced(sound, "</g:Obs>", "</g:Series>"),
         "malformed f:5:61: end tag 'g:Series'"},
        {"an end tag too many", series("</g:Obs>"), "malformed f:5:1: end tag 'g:Obs'"},
        {"an attribute twice", series("<g:Obs><g:ObsDimension value=\"1\" value=\"2\"/></g:Obs>"),
         "malformed f:5:34: attribute 'value' stands twice"},
        {"an attribute twice by its namespace",
         specific("<Obs xmlns:a=\"u\" xmlns:b=\"u\" a:X=\"1\" b:X=\"2\"/>"),
         "malformed f:4:38: attribute 'b:X'"},
        {"an undeclared prefix", generic("<x:Series/>"), "malformed f:4:2: prefix 'x' is not declared"},
        {"an unquoted value", series("<g:Obs><g:ObsDimension value=2024/></g:Obs>"), "malformed f:5:30:"},
        {"a smaller sign in a value", series("<g:Obs><g:ObsDimension value=\"<1\"/></g:Obs>"),
         "malformed f:5:31: '<'"},
        {"attributes without a blank", series("<g:Obs><g:Value id=\"A\"value=\"B\"/></g:Obs>"),
         "malformed f:5:23:"},
        {"a comment in a comment", series("<!-- a -- b -->"), "malformed f:5:8: '--'"},
        {"a declaration in the middle", series("<?xml version=\"1.0\"?>"),
         "malformed f:5:1: the XML declaration"},
        {"too deep", generic(repeated("<a>", 300)), "too_large f:4:763:"},
        {"too many attributes",
         [] {
             std::string tag = "<Obs";
             for (int i = 0; i < 600; ++i) tag += " a" + std::to_string(i) + "=\"1\"";
             return specific(tag + "/>");
         }(),
         "too_large f:4:4504:"},
        {"a value of two megabytes",
         series("<g:Obs><g:ObsDimension value=\"" + std::string(2'000'000, 'x') + "\"/></g:Obs>"),
         "too_large f:5:8:"},
        {"too many components",
         [] {
             std::string body;
             for (int i = 0; i < 1100; ++i) body += "<Obs C" + std::to_string(i) + "=\"1\"/>";
             return specific(body);
         }(),
         "too_large f: more than 1000 components"},
        {"elements of another version",
         generic("<x:Series xmlns:x=\"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/data/generic\"/>"),
         "malformed f:4:1: element 'x:Series' is of SDMX 3.0"},
        {"a header of another version",
         replaced(
             sound, "<m:Header>",
             "<x:Header xmlns:x=\"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message\"/><m:Header>"),
         "malformed f:2:1: element 'Header' is of SDMX 3.0"},
        {"generic elements in structure-specific data",
         specific("<g:Obs xmlns:g=\"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/data/generic\"/>"),
         "malformed f:4:1: generic element 'g:Obs'"},
        {"two headers", replaced(sound, "<m:Header>", "<m:Header/><m:Header>"),
         "malformed f:2:12: a second header"},
        {"a header behind the data", replaced(sound, "</m:GenericData>", "<m:Header/></m:GenericData>"),
         "malformed f:7:1: a second header"},
        {"an unknown element of the message",
         replaced(sound, "</m:GenericData>", "<m:Data/></m:GenericData>"), "malformed f:7:1: element 'Data'"},
        {"an unknown action", replaced(sound, "structureRef=\"S\"", "structureRef=\"S\" action=\"Update\""),
         "malformed f:3:1: action 'Update'"},
        {"an unknown action of the header",
         replaced(sound, "</m:Header>", "<m:DataSetAction>Drop</m:DataSetAction></m:Header>"),
         "malformed f:2:99:"},
        {"a reference to no structure",
         replaced(replaced(sound, "</m:Header>", "<m:Structure structureID=\"T\"/></m:Header>"),
                  "structureRef=\"S\"", "structureRef=\"U\""),
         "malformed f:3:1: the data set refers to structure 'U'"},
        {"a series in a series", generic("<g:Series><g:Series/></g:Series>"),
         "malformed f:4:11: element 'g:Series'"},
        {"an observation in an observation", series("<g:Obs><g:Obs/></g:Obs>"),
         "malformed f:5:8: element 'g:Obs'"},
        {"a value in no key", series("<g:Value id=\"A\" value=\"B\"/>"),
         "malformed f:5:1: element 'g:Value'"},
        {"a value without id",
         generic("<g:Series><g:SeriesKey><g:Value value=\"A\"/></g:SeriesKey></g:Series>"),
         "malformed f:4:24: a Value without id"},
        {"a dimension without value",
         generic("<g:Series><g:SeriesKey><g:Value id=\"A\"/></g:SeriesKey></g:Series>"),
         "malformed f:4:24: dimension A of a key has no value"},
        {"a dimension twice",
         generic("<g:Series><g:SeriesKey><g:Value id=\"A\" value=\"1\"/><g:Value id=\"A\" "
                 "value=\"2\"/></g:SeriesKey>"
                 "</g:Series>"),
         "malformed f:4:51: component A stands twice"},
        {"two values of one observation",
         series("<g:Obs><g:ObsDimension value=\"1\"/><g:ObsValue value=\"1\"/><g:ObsValue "
                "value=\"2\"/></g:Obs>"),
         "malformed f:5:58: measure OBS_VALUE stands twice"},
        {"an observation without its dimension's value", series("<g:Obs><g:ObsDimension/></g:Obs>"),
         "malformed f:5:8: ObsDimension without value"},
        {"attributes of a series behind its observations",
         series("<g:Obs><g:ObsDimension value=\"1\"/></g:Obs><g:Attributes/>"),
         "malformed f:5:43: attributes of a series"},
        {"attributes of the data set behind its series", generic("<g:Series/><g:Attributes/>"),
         "malformed f:4:12: attributes of the data set"},
        {"text between observations", series("<g:Obs><g:ObsDimension value=\"1\"/></g:Obs>1"),
         "malformed f:5:43: text"},
        {"a value on a series", specific("<Series FREQ=\"A\" OBS_VALUE=\"1\"/>"),
         "malformed f:4:1: measure OBS_VALUE on an element"},
        {"a component in a component", specific("<Obs><Comp id=\"A\"><Comp id=\"B\"/></Comp></Obs>"),
         "malformed f:4:19: Comp inside Comp"},
        {"a component without id", specific("<Obs><Comp/></Obs>"), "malformed f:4:6: Comp without id"},
        {"a value outside a component", specific("<Obs><Value>1</Value></Obs>"),
         "malformed f:4:6: element 'Value'"},
    };
}

TEST(HostileMl, EndsInAnErrorThatNamesCodeLineAndColumn) {
    EXPECT_GE(cases().size(), 60U);
    RecordProperty("files", static_cast<int>(cases().size()));
    for (auto const& [name, document, expected] : cases()) {
        auto const found = error_of(DocumentKind::ml, document);
        EXPECT_EQ(found.substr(0, std::string_view{expected}.size()), expected) << name << ": " << found;
    }
}

TEST(HostileMl, EveryErrorSaysMoreThanItsPlace) {
    for (auto const& [name, document, expected] : cases()) {
        auto const found = error_of(DocumentKind::ml, document);
        EXPECT_GT(found.size(), 25U) << name << ": " << found;
    }
}

TEST(HostileMl, ASoundMessageCutAnywhereIsNeverRead) {
    auto const sound = series("<g:Obs><g:ObsDimension value=\"2024\"/><g:ObsValue value=\"1\"/></g:Obs>");
    EXPECT_EQ(error_of(DocumentKind::ml, sound), "read");
    for (std::size_t size = 0; size + 1 < sound.size(); ++size)
        EXPECT_NE(error_of(DocumentKind::ml, std::string_view{sound}.substr(0, size)), "read") << size;
}

} // namespace

// SDMX-CSV that breaks a rule.
#include <gtest/gtest.h>

#include "told.hpp"

namespace {

using adapters::sdmx::DocumentKind;
using adapters::sdmx::test::error_of;
using adapters::sdmx::test::told;

struct Case {
    char const* name;
    std::string document;
    char const* expected;
};

std::vector<Case> cases() {
    std::string const head = "STRUCTURE,STRUCTURE_ID,ACTION,A,TIME_PERIOD,OBS_VALUE\n";
    std::string const row = "dataflow,X:Y(1.0),I,a,2024,1\n";
    return {
        {"nothing", "", "empty_document f:1:1: the file"},
        {"no first column", "A,TIME_PERIOD,OBS_VALUE\na,2024,1\n",
         "malformed f:1:1: the first column is 'A'"},
        {"no structure id", "STRUCTURE,A,OBS_VALUE\ndataflow,a,1\n", "malformed f:1:2: the second column"},
        {"one column", "STRUCTURE\ndataflow\n", "malformed f:1:2: the second column"},
        {"a broken separator", "STRUCTURE[;;],STRUCTURE_ID,A\n", "malformed f:1:1: 'STRUCTURE[;;]'"},
        {"sub-fields without separator", "STRUCTURE,STRUCTURE_ID,ACTION,A[]\n" + row,
         "malformed f:1:4: column 'A[]'"},
        {"an open bracket", "STRUCTURE[;],STRUCTURE_ID,ACTION,A[en\n", "malformed f:1:4: column 'A[en'"},
        {"a column without name", "STRUCTURE,STRUCTURE_ID,ACTION,,OBS_VALUE\n",
         "malformed f:1:4: a column without"},
        {"a column twice", "STRUCTURE,STRUCTURE_ID,ACTION,A,A\n", "malformed f:1:5: column 'A' stands twice"},
        {"names without a column for them", "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,A\n",
         "malformed f:1:5: STRUCTURE_NAME says"},
        {"an unknown action", head + row + "dataflow,X:Y(1.0),X,a,2025,1\n", "malformed f:3:3: action 'X'"},
        {"an action in small letters", head + "dataflow,X:Y(1.0),d,a,2025,1\n",
         "malformed f:2:3: action 'd'"},
        {"an unknown kind of structure", head + "dataset,X:Y(1.0),I,a,2024,1\n",
         "malformed f:2:1: 'dataset'"},
        {"no structure in a row", head + "dataflow,,I,a,2024,1\n", "malformed f:2:2: '' is no structure"},
        {"a structure without end", head + "dataflow,X:Y(1.0,I,a,2024,1\n", "malformed f:2:2: 'X:Y(1.0'"},
        {"Latin-1", head + "dataflow,X:Y(1.0),I,M\xFCnchen,2024,1\n", "wrong_charset f:2:22:"},
        {"a zero byte", head + std::string("dataflow,X:Y(1.0),I,a\0,2024,1\n", 30), "wrong_charset f:2:22:"},
        {"a cut character", head + "dataflow,X:Y(1.0),I,a,2024,\xE2\x82", "wrong_charset f:2:28:"},
        {"a quotation mark that is not closed", head + "dataflow,X:Y(1.0),I,\"a,2024,1\n",
         "malformed f:2:4: a quotation"},
        {"text behind a quotation mark", head + "dataflow,X:Y(1.0),I,\"a\"b,2024,1\n",
         "malformed f:2:4: text"},
    };
}

TEST(HostileCsv, EndsInAnErrorThatNamesCodeLineAndField) {
    EXPECT_GE(cases().size(), 18U);
    RecordProperty("files", static_cast<int>(cases().size()));
    for (auto const& [name, document, expected] : cases()) {
        auto const found = error_of(DocumentKind::csv, document);
        EXPECT_EQ(found.substr(0, std::string_view{expected}.size()), expected) << name << ": " << found;
    }
}

TEST(HostileCsv, SetsRowsAsideWhoseFieldsDoNotFit) {
    EXPECT_EQ(
        told(DocumentKind::csv,
             "DATAFLOW,A,OBS_VALUE\nX:Y(1.0),a,1\nX:Y(1.0),a\nX:Y(1.0),a,1,2\nX:Y(1.0),b\n"),
        "message sdmx-csv 1.0\ndata_set X:Y(1.0) Information AllDimensions\nobs A=a | OBS_VALUE=1 @2\nend\n"
        "issue short_row 2 a row of 2 fields where the header has 3\n"
        "issue long_row 1 a row of 4 fields where the header has 3\nfinish\n");
}

TEST(HostileCsv, TellsAValueThatIsNoNumberAsText) {
    EXPECT_NE(told(DocumentKind::csv, "DATAFLOW,A,OBS_VALUE\nX:Y(1.0),a,1.2.3\n").find("OBS_VALUE='1.2.3'"),
              std::string::npos);
    // Twenty digits do not fit: they stay text, they are not rounded.
    EXPECT_NE(told(DocumentKind::csv, "DATAFLOW,A,OBS_VALUE\nX:Y(1.0),a,12345678901234567890\n")
                  .find("OBS_VALUE='12345678901234567890'"),
              std::string::npos);
}

} // namespace

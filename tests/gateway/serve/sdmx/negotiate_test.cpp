// Which media type answers which Accept, for all resources and both interfaces.
#include "gateway/serve/sdmx/negotiate.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace {

using namespace gateway::serve::sdmx;
using ::testing::HasSubstr;

struct Row {
    ApiVersion api;
    std::string accept, format;
    std::string type; ///< Content-Type; empty = 406
};

constexpr auto v1 = ApiVersion::v1;
constexpr auto v2 = ApiVersion::v2;
std::string const generic = "application/vnd.sdmx.genericdata+xml;version=2.1";
std::string const specific = "application/vnd.sdmx.structurespecificdata+xml;version=2.1";
std::string const json1 = "application/vnd.sdmx.data+json;version=1.0.0";
std::string const json2 = "application/vnd.sdmx.data+json;version=2.0.0";
std::string const csv1 = "application/vnd.sdmx.data+csv;version=1.0.0";
std::string const csv2 = "application/vnd.sdmx.data+csv;version=2.0.0";
std::string const ml3 = "application/vnd.sdmx.data+xml;version=3.0.0";

template <typename Negotiate>
void expect_types(std::vector<Row> const& rows, Negotiate const& negotiate) {
    for (auto const& row : rows) {
        std::string type;
        try {
            type = negotiate(row.accept, row.format, row.api).media_type;
        } catch (SdmxError const& error) {
            EXPECT_EQ(error.code(), ErrorCode::not_acceptable);
            EXPECT_THAT(error.what(), HasSubstr("application/")) << "names what there is";
        }
        EXPECT_EQ(type, row.type) << "v" << (row.api == v1 ? 1 : 2) << " Accept: " << row.accept
                                  << " format=" << row.format;
    }
}

TEST(Negotiate, GivesDataInTheTypeThatWasAskedForLiterally) {
    expect_types(
        {
            {v1, "", "", generic},
            {v1, "*/*", "", generic},
            {v1, "  ", "", generic},
            {v1, generic, "", generic},
            {v1, specific, "", specific},
            {v1, "application/vnd.sdmx.generictimeseriesdata+xml;version=2.1", "",
             "application/vnd.sdmx.generictimeseriesdata+xml;version=2.1"},
            {v1, "application/vnd.sdmx.structurespecifictimeseriesdata+xml;version=2.1", "",
             "application/vnd.sdmx.structurespecifictimeseriesdata+xml;version=2.1"},
            {v1, "application/vnd.sdmx.genericdata+xml; version=2.1", "", generic},
            {v1, "Application/VND.SDMX.GenericData+XML;Version=2.1", "", generic},
            {v1, "application/vnd.sdmx.genericdata+xml", "", generic},
            {v1, json1, "", json1},
            {v1, "application/vnd.sdmx.data+json", "", json1},
            {v1, "application/vnd.sdmx.data+json;version=1.0.0-wd", "",
             "application/vnd.sdmx.data+json;version=1.0.0-wd"},
            {v1, csv1, "", csv1},
            {v1, csv1 + ";labels=both", "", csv1 + ";labels=both"},
            {v1, csv1 + "; timeFormat=normalized", "", csv1 + ";timeFormat=normalized"},
            {v1, "application/xml", "", "application/xml"},
            {v1, "text/xml", "", "text/xml"},
            {v1, "application/json", "", "application/json"},
            {v1, "text/csv", "", "text/csv"},
            {v1, "text/*", "", "text/csv"},
            {v1, "application/*", "", generic},
            {v2, "", "", json2},
            {v2, "*/*", "", json2},
            {v2, json2, "", json2},
            {v2, "application/vnd.sdmx.data+json;version=2.0.0+", "", json2},
            {v2, "application/vnd.sdmx.data+json", "", json2},
            {v2, ml3, "", ml3},
            {v2, "application/vnd.sdmx.data+xml;version=3.0.0+", "", ml3},
            {v2, csv2, "", csv2},
            {v2, csv2 + ";labels=name;keys=both", "", csv2 + ";labels=name;keys=both"},
            {v2, "application/xml", "", "application/xml"},
        },
        negotiate_data);
}

TEST(Negotiate, WeighsWhatTheClientLikes) {
    expect_types(
        {
            {v1, generic + ";q=0.5, " + specific + ";q=0.9", "", specific},
            {v1, specific + ";q=0.5, " + generic, "", generic},
            {v1, generic + ", " + specific, "", generic}, // what sdmx-dl sends
            {v1, "application/json;q=0.2, text/csv;q=0.3", "", "text/csv"},
            // rsdmx sends application/xml, and what its user wants in a second line.
            {v1, "application/xml, " + specific, "", specific},
            {v1, "*/*, application/json", "", "application/json"},
            {v1, "application/json, text/plain, */*", "", "application/json"},
            // What browsers send.
            {v1, "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "",
             "application/xml"},
            {v1, "text/html, image/png, *; q=.2, */*; q=.2", "", generic}, // Java's HttpURLConnection
            {v1, "*/*, " + generic + ";q=0", "", specific},
            {v1, "*/*;q=0.5, application/vnd.sdmx.genericdata+xml;q=0.1", "", specific},
            {v1, "*/*;q=0", "", ""},
            {v1, generic + ";q=0", "", ""},
        },
        negotiate_data);
}

TEST(Negotiate, RefusesWhatIsNotOnOffer) {
    expect_types(
        {
            {v1, "text/html", "", ""},
            {v1, "image/*", "", ""},
            {v1, "application/vnd.sdmx.genericdata+xml;version=2.0", "", ""},
            {v1, "application/vnd.sdmx.data+csv;version=9.0", "", ""},
            {v1, "application/vnd.sdmx.structure+xml;version=2.1", "", ""},
            {v2, "application/vnd.sdmx.data+csv;version=2.0.0;labels=french", "", ""},
            {v1, "", "tsv", ""},
            {v2, "", "parquet", ""},
        },
        negotiate_data);
}

TEST(Negotiate, LetsTheAddressDecideBeforeAccept) {
    expect_types(
        {
            {v1, "text/html", "csvdata", csv1},
            {v1, generic, "jsondata", json2},
            {v1, generic, "json", json1},
            {v1, "", "SDMX-CSV", csv1},
            {v1, "", "genericdata", generic},
            {v1, "", "structurespecificdata", specific},
            {v2, "", "jsondata", json2},
            {v2, "", "csv", csv2},
        },
        negotiate_data);
}

TEST(Negotiate, GivesStructuresInXmlOrJson) {
    std::string const xml21 = "application/vnd.sdmx.structure+xml;version=2.1";
    std::string const xml30 = "application/vnd.sdmx.structure+xml;version=3.0.0";
    std::string const json10 = "application/vnd.sdmx.structure+json;version=1.0.0";
    std::string const json20 = "application/vnd.sdmx.structure+json;version=2.0.0";
    expect_types(
        {
            {v1, "", "", xml21},
            {v1, "*/*", "", xml21},
            {v1, xml21, "", xml21},
            {v1, "application/vnd.sdmx.structure+xml", "", xml21},
            {v1, "application/vnd.sdmx.structure+xml; version=2.1", "", xml21},
            {v1, json10, "", json10},
            {v1, "application/vnd.sdmx.structure+json", "", json10},
            {v1, json20, "", json20},
            {v1, xml30, "", xml30},
            {v1, "application/xml", "", "application/xml"},
            {v1, "text/xml", "", "text/xml"},
            {v1, "application/json", "", "application/json"},
            {v1, xml21 + ";q=0.4, " + json10 + ";q=0.5", "", json10},
            {v1, json10 + ";q=0, */*", "", xml21},
            {v1, "application/vnd.sdmx.structure+xml;version=2.0", "", ""},
            {v1, generic, "", ""},
            {v1, "text/csv", "", ""},
            {v1, "", "jsondata", json10},
            {v1, "", "structure", xml21},
            {v1, "", "csvdata", ""},
            {v2, "", "", json20},
            {v2, "application/vnd.sdmx.structure+json", "", json20},
            {v2, xml30, "", xml30},
            {v2, "application/vnd.sdmx.structure+xml;version=3.0.0+", "", xml30},
            {v2, "application/vnd.sdmx.structure+xml;version=3.0+.0", "", xml30},
            {v2, "application/vnd.sdmx.structure+xml;version=3+.0.0", "", xml30},
            {v2, "application/vnd.sdmx.structure+xml;version=3.1.0", "", ""},
            {v2, "application/vnd.sdmx.structure+xml", "", xml30},
            {v2, xml21, "", xml21},
            {v2, "application/xml", "", "application/xml"},
        },
        negotiate_structure);
    EXPECT_EQ(negotiate_structure("application/xml", "", v2).format, structure::StructureFormat::ml30);
    EXPECT_EQ(negotiate_structure("application/json", "", v1).format, structure::StructureFormat::json10);
}

TEST(Negotiate, GivesSchemasOrTheStructuresBehindThem) {
    std::string const schema21 = "application/vnd.sdmx.schema+xml;version=2.1";
    std::string const schema30 = "application/vnd.sdmx.schema+xml;version=3.0.0";
    std::string const xml21 = "application/vnd.sdmx.structure+xml;version=2.1";
    expect_types(
        {
            {v1, "", "", schema21},
            {v1, schema21, "", schema21},
            {v1, "application/xml", "", "application/xml"},
            {v1, xml21, "", xml21},
            {v1, generic, "", ""},
            {v2, "", "", schema30},
            {v2, "application/vnd.sdmx.schema+json;version=2.0.0", "", ""},
        },
        negotiate_schema);
    EXPECT_FALSE(negotiate_schema("", "", v1).structures);
    EXPECT_TRUE(negotiate_schema(xml21, "", v1).structures);
}

TEST(Negotiate, TellsErrorsInTheLanguageOfTheClient) {
    EXPECT_EQ(negotiate_error("", "", v1), ErrorForm::xml21);
    EXPECT_EQ(negotiate_error("", "", v2), ErrorForm::json);
    EXPECT_EQ(negotiate_error(json1, "", v1), ErrorForm::json);
    EXPECT_EQ(negotiate_error(ml3, "", v2), ErrorForm::xml30);
    EXPECT_EQ(negotiate_error("application/xml", "", v2), ErrorForm::xml30);
    EXPECT_EQ(negotiate_error("text/csv", "", v1), ErrorForm::xml21);
    EXPECT_EQ(negotiate_error("application/xml;q=0.1, application/json", "", v1), ErrorForm::json);
    EXPECT_EQ(negotiate_error("", "jsondata", v1), ErrorForm::json);
}

TEST(Negotiate, PutsTheLanguageOfTheClientFirst) {
    using Languages = std::vector<std::string>;
    EXPECT_EQ(negotiate_languages(""), (Languages{"en", "de"}));
    EXPECT_EQ(negotiate_languages("de"), (Languages{"de", "en"}));
    EXPECT_EQ(negotiate_languages("de-AT,de;q=0.9,en;q=0.8"), (Languages{"de", "en"}));
    EXPECT_EQ(negotiate_languages("en;q=0.7, de;q=0.9"), (Languages{"de", "en"}));
    EXPECT_EQ(negotiate_languages("fr"), (Languages{"en", "de"}));
}

TEST(Negotiate, ReadsEveryLineOfAField) {
    gateway::http::Headers const headers{
        {"accept", "application/xml"}, {"Host", "x"}, {"ACCEPT", generic}, {"Accept", ""}};
    EXPECT_EQ(joined_lines(headers, "Accept"), "application/xml, " + generic);
    EXPECT_EQ(joined_lines(headers, "Accept-Language"), "");
}

} // namespace

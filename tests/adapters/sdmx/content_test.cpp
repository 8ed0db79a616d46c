// One table, one hash: generated tables written in every layout.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "adapters/sdmx/content.hpp"
#include "told.hpp"

namespace {

using adapters::sdmx::DocumentKind;
using adapters::sdmx::test::hash_of;

struct Line {
    std::string geo, sex, time, value, status, title;
};

/// Titles belong to (geo), which a group can say; one in ten values is missing.
std::vector<Line> table_of(unsigned seed, unsigned size) {
    std::mt19937 random{seed};
    std::vector<Line> lines;
    for (unsigned g = 0; g < size; ++g)
        for (auto const* const sex : {"M", "F", "_T"})
            for (int year = 2015; year < 2015 + static_cast<int>(random() % 9) + 1; ++year) {
                auto const number = random();
                auto value = std::to_string(number % 100000) + "." + std::to_string(number % 89 + 10);
                if (number % 10 == 0) value.clear();
                lines.push_back({"G" + std::to_string(g), sex, std::to_string(year), value,
                                 value.empty()     ? "O"
                                 : number % 7 == 0 ? "P"
                                                   : "A",
                                 "Gebiet <" + std::to_string(g) + ">"});
            }
    return lines;
}

std::string escaped(std::string text) {
    for (auto at = text.find('<'); at != std::string::npos; at = text.find('<')) text.replace(at, 1, "&lt;");
    return text;
}

std::string value_element(std::string const& id, std::string const& value) {
    return "<g:Value value='" + escaped(value) + "' id='" + id + "'/>";
}

std::string const message_space = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message";

/// Series by (geo, sex); the title at the series, or at a group for each geo.
std::string as_generic(std::vector<Line> const& lines, bool grouped) {
    std::string out = "<m:GenericData xmlns:m='" + message_space +
                      "' xmlns:g='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic'><m:Header>"
                      "<m:Structure structureID='S' dimensionAtObservation='TIME_PERIOD'/></m:Header>"
                      "<m:DataSet structureRef='S'>";
    std::string last;
    for (auto const& line : lines) {
        if (!grouped || line.geo == last) continue;
        last = line.geo;
        out += "<g:Group><g:GroupKey>" + value_element("GEO", line.geo) + "</g:GroupKey><g:Attributes>" +
               value_element("TITLE", line.title) + "</g:Attributes></g:Group>";
    }
    last.clear();
    for (auto const& line : lines) {
        if (line.geo + line.sex != last) {
            if (!last.empty()) out += "</g:Series>";
            last = line.geo + line.sex;
            out += "<g:Series><g:SeriesKey>" + value_element("SEX", line.sex) +
                   value_element("GEO", line.geo) + "</g:SeriesKey>";
            if (!grouped) out += "<g:Attributes>" + value_element("TITLE", line.title) + "</g:Attributes>";
        }
        out += "<g:Obs><g:ObsDimension value='" + line.time + "'/>";
        if (!line.value.empty())
            out += "<g:ObsValue value='" + line.value + "0'/>"; // a zero more says nothing more
        out += "<g:Attributes>" + value_element("OBS_STATUS", line.status) + "</g:Attributes></g:Obs>";
    }
    return out + "</g:Series></m:DataSet></m:GenericData>";
}

/// Flat, in any order.
std::string as_specific(std::vector<Line> lines, unsigned seed) {
    std::shuffle(lines.begin(), lines.end(), std::mt19937{seed});
    std::string out =
        "<m:StructureSpecificData xmlns:m='" + message_space +
        "'><m:Header><m:Structure structureID='S' dimensionAtObservation='AllDimensions'/></m:Header>"
        "<m:DataSet structureRef='S'>";
    for (auto const& line : lines)
        out += "<Obs SEX='" + line.sex + "' TITLE='" + escaped(line.title) + "' TIME_PERIOD='" + line.time +
               "' GEO='" + line.geo + "' OBS_STATUS='" + line.status + "' OBS_VALUE='" +
               (line.value.empty() ? "NaN" : line.value) + "'/>";
    return out + "</m:DataSet></m:StructureSpecificData>";
}

/// Sections by (sex, time): the area is the dimension at the observation.
std::string as_sections(std::vector<Line> lines) {
    std::sort(lines.begin(), lines.end(),
              [](auto const& a, auto const& b) { return std::tie(a.sex, a.time) < std::tie(b.sex, b.time); });
    std::string out = "<m:StructureSpecificData xmlns:m='" + message_space +
                      "'><m:Header><m:Structure structureID='S' dimensionAtObservation='GEO'/></m:Header>"
                      "<m:DataSet structureRef='S'>";
    std::string last;
    for (auto const& line : lines) {
        if (line.sex + line.time != last) {
            if (!last.empty()) out += "</Series>";
            last = line.sex + line.time;
            out += "<Series SEX='" + line.sex + "' TIME_PERIOD='" + line.time + "'>";
        }
        out += "<Obs GEO='" + line.geo + "' TITLE='" + escaped(line.title) + "' OBS_STATUS='" + line.status +
               "'" + (line.value.empty() ? "" : " OBS_VALUE='" + line.value + "'") + "/>";
    }
    return out + "</Series></m:DataSet></m:StructureSpecificData>";
}

std::string as_csv(std::vector<Line> const& lines, bool is_second) {
    std::string out = is_second
                          ? "STRUCTURE,STRUCTURE_ID,ACTION,OBS_VALUE,GEO,SEX,TIME_PERIOD,OBS_STATUS,TITLE\n"
                          : "DATAFLOW;GEO;SEX;TIME_PERIOD;OBS_VALUE;OBS_STATUS;TITLE\n";
    for (auto const& line : lines) {
        auto comma = line.value;
        std::replace(comma.begin(), comma.end(), '.', ',');
        if (is_second)
            out += "dataflow,X:Y(1.0),I," + line.value + "," + line.geo + "," + line.sex + "," + line.time +
                   "," + line.status + ",\"" + line.title + "\"\n";
        else
            out += "X:Y(1.0);" + line.geo + ";" + line.sex + ";" + line.time + ";" + comma + ";" +
                   line.status + ";" + line.title + "\n";
    }
    return out;
}

std::size_t index_in(std::vector<std::string>& list, std::string const& text) {
    auto const found = std::find(list.begin(), list.end(), text);
    if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
    list.push_back(text);
    return list.size() - 1;
}

std::string json_values(std::vector<std::string> const& list) {
    std::string out;
    for (auto const& text : list) out += (out.empty() ? "" : ",") + std::string{"{\"id\":\""} + text + "\"}";
    return "\"values\":[" + out + "]";
}

/// 1.0 with series, or 2.0 flat.
std::string as_json(std::vector<Line> const& lines, bool is_flat) {
    std::vector<std::string> geos, sexes, times, states, titles;
    std::string sets, last;
    for (auto const& line : lines) {
        auto const key =
            std::to_string(index_in(geos, line.geo)) + ":" + std::to_string(index_in(sexes, line.sex));
        auto const time = std::to_string(index_in(times, line.time));
        auto const title = std::to_string(index_in(titles, line.title));
        auto const observation = "[" + (line.value.empty() ? "null" : line.value) + "," +
                                 std::to_string(index_in(states, line.status)) +
                                 (is_flat ? "," + title : "") + "]";
        if (is_flat) {
            sets += (sets.empty() ? "" : ",") + std::string{"\""} + key + ":" + time + "\":" + observation;
        } else if (key != last) {
            sets += (last.empty() ? "" : "}},") + std::string{"\""} + key + "\":{\"attributes\":[" + title +
                    "],\"observations\":{\"" + time + "\":" + observation;
            last = key;
        } else {
            sets += ",\"" + time + "\":" + observation;
        }
    }
    sets = is_flat ? "{\"observations\":{" + sets + "}}" : "{\"series\":{" + sets + "}}}}";
    auto const geo = "{\"id\":\"GEO\"," + json_values(geos) + "}",
               sex = "{\"id\":\"SEX\"," + json_values(sexes) + "}",
               time = "{\"id\":\"TIME_PERIOD\"," + json_values(times) + "}",
               state = "{\"id\":\"OBS_STATUS\"," + json_values(states) + "}",
               title = "{\"id\":\"TITLE\"," + json_values(titles) + "}";
    if (is_flat)
        return "{\"data\":{\"structures\":[{\"dimensions\":{\"observation\":[" + geo + "," + sex + "," +
               time + "]},\"attributes\":{\"observation\":[" + state + "," + title + "]}}],\"dataSets\":[" +
               sets + "]}}";
    return "{\"data\":{\"dataSets\":[" + sets + "],\"structure\":{\"dimensions\":{\"series\":[" + geo + "," +
           sex + "],\"observation\":[" + time + "]},\"attributes\":{\"series\":[" + title +
           "],\"observation\":[" + state + "]}}}}";
}

TEST(ContentHash, IsTheSameInEveryLayoutOfATable) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        auto const lines = table_of(seed, seed);
        auto const hash = hash_of(DocumentKind::ml, as_generic(lines, false));
        ASSERT_EQ(hash.size(), 64U) << hash;
        EXPECT_EQ(hash_of(DocumentKind::ml, as_generic(lines, true)), hash);
        EXPECT_EQ(hash_of(DocumentKind::ml, as_specific(lines, seed)), hash);
        EXPECT_EQ(hash_of(DocumentKind::ml, as_sections(lines)), hash);
        EXPECT_EQ(hash_of(DocumentKind::csv, as_csv(lines, false)), hash);
        EXPECT_EQ(hash_of(DocumentKind::csv, as_csv(lines, true)), hash);
        EXPECT_EQ(hash_of(DocumentKind::json, as_json(lines, false)), hash);
        EXPECT_EQ(hash_of(DocumentKind::json, as_json(lines, true)), hash);
    }
}

TEST(ContentHash, ChangesWithEveryFieldOfEveryRow) {
    auto const lines = table_of(7, 3);
    auto const hash = hash_of(DocumentKind::csv, as_csv(lines, true));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (auto const field : {&Line::geo, &Line::sex, &Line::time, &Line::status, &Line::title}) {
            auto changed = lines;
            (changed[i].*field).push_back('1');
            EXPECT_NE(hash_of(DocumentKind::csv, as_csv(changed, true)), hash);
        }
        auto changed = lines;
        changed[i].value = lines[i].value.empty() ? "0" : "";
        EXPECT_NE(hash_of(DocumentKind::csv, as_csv(changed, true)), hash);
        changed = lines;
        changed.push_back(lines[i]); // twice is not once
        EXPECT_NE(hash_of(DocumentKind::csv, as_csv(changed, true)), hash);
        changed = lines;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_NE(hash_of(DocumentKind::csv, as_csv(changed, true)), hash);
    }
}

TEST(ContentHash, IsWhatTheHeaderSaysItIs) {
    // printf 'GEO=A\nTIME_PERIOD=2024\n#OBS_VALUE=1.5\n' | sha256sum, as the sum of one row.
    auto const hash =
        hash_of(DocumentKind::csv, "DATAFLOW,TIME_PERIOD,GEO,OBS_VALUE\nX:Y(1.0),2024,A,1.50\n");
    EXPECT_EQ(hash, "9fbf7c6fb82d4e3005b4ff13c779982bf4c1101975e9fdfc4195f1fb3f8d33ba");
}

TEST(ContentHash, WritesNumbersWithoutSuperfluousZeros) {
    using adapters::sdmx::plain_number;
    using gateway::Decimal;
    EXPECT_EQ(plain_number(Decimal::from_scaled(1500, 2)), "15");
    EXPECT_EQ(plain_number(Decimal::from_scaled(-1250, 3)), "-1.25");
    EXPECT_EQ(plain_number(Decimal::from_scaled(0, 3)), "0");
    EXPECT_EQ(plain_number(Decimal::from_scaled(100, 0)), "100");
}

} // namespace

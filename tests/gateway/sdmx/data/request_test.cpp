#include <gmock/gmock.h>

#include "gateway/sdmx/data/request.hpp"
#include "tests/gateway/sdmx/data/sample.hpp"

namespace gateway::sdmx::data::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataRequest v1(std::string_view target) {
    return parse_data_request(target, ApiVersion::v1);
}
DataRequest v2(std::string_view target) {
    return parse_data_request(target, ApiVersion::v2);
}
/// Code and text of the error.
template <typename Action>
std::string error_of(Action const& action) {
    try {
        action();
    } catch (common::SdmxError const& error) {
        return std::to_string(static_cast<int>(error.code())) + " " + error.what();
    }
    return "none";
}

TEST(SdmxDataRequest, ReadsEverySpellingOfADataflow) {
    for (auto const* const flow : {"FLOW-1", "all,FLOW-1,latest", "KREISLAUF,FLOW-1", "KREISLAUF,FLOW-1,1.0",
                                   "KREISLAUF%2CFLOW-1%2C1.0", "all%2CFLOW-1"}) {
        auto const request = v1("/data/" + std::string{flow} + "/A.03153/all/");
        EXPECT_TRUE(names(request.flow, "FLOW-1")) << flow;
        EXPECT_FALSE(names(request.flow, "FLOW-2")) << flow;
        EXPECT_EQ(request.provider, "");
        EXPECT_THAT(request.keys, ElementsAre(ElementsAre("A", "03153")));
    }
    EXPECT_FALSE(names(v1("data/OTHER,FLOW-1").flow, "FLOW-1"));
    EXPECT_FALSE(names(v1("data/KREISLAUF,FLOW-1,2.0").flow, "FLOW-1"));
    for (auto const* const target :
         {"data/dataflow/KREISLAUF/FLOW-1/1.0/A.03153", "/data/*/*/FLOW-1/~/A.03153/",
          "data/datastructure/KREISLAUF/FLOW-1/+/A.03153",
          "data/provisionagreement/KREISLAUF/PA_FLOW-1/*/A.03153"}) {
        auto const request = v2(target);
        EXPECT_TRUE(names(request.flow, "FLOW-1")) << target;
        EXPECT_THAT(request.keys, ElementsAre(ElementsAre("A", "03153"))) << target;
    }
}

TEST(SdmxDataRequest, ADataflowMayBeAnyOrOneOfSeveral) {
    auto const flow = [](std::string const& target) { return v2("data/" + target).flow; };
    for (auto const* const target :
         {"dataflow/KREISLAUF/A,B/1.0", "dataflow/*/*/*", "*", "dataflow/X,KREISLAUF/A,B/+",
          "provisionagreement/KREISLAUF/PA_A,PA_B/2.0,1.0"}) {
        EXPECT_FALSE(flow(target).names_one()) << target;
        EXPECT_TRUE(names(flow(target), "A") && names(flow(target), "B")) << target;
    }
    EXPECT_FALSE(names(flow("dataflow/KREISLAUF/A,B/1.0"), "C"));
    EXPECT_FALSE(names(flow("dataflow/X,Y/A,B/1.0"), "A"));
    EXPECT_FALSE(names(flow("dataflow/KREISLAUF/A,B/2.0,3.0"), "A"));
    EXPECT_TRUE(flow("dataflow/KREISLAUF/A/1.0").names_one());
    EXPECT_TRUE(names(v1("data/all").flow, "A"));
    EXPECT_TRUE(names(v1("data/KREISLAUF,all,latest/all").flow, "A"));
    EXPECT_FALSE(names(v1("data/SOMEBODY,all,latest/all").flow, "A"));
}

TEST(SdmxDataRequest, AMissingKeyOrAllMeansEverything) {
    for (auto const* const target : {"data/F", "data/F/", "data/F/all", "data/F/all/all"})
        EXPECT_TRUE(v1(target).keys.empty()) << target;
    for (auto const* const target : {"data/dataflow/K/F", "data/dataflow/K/F/1.0/*"})
        EXPECT_TRUE(v2(target).keys.empty()) << target;
    EXPECT_EQ(v2("data/*/*/F/*/A.*.BEV,Q").keys.size(), 2U);
}

TEST(SdmxDataRequest, NamesOfParametersAreComparedWithoutCase) {
    auto const request =
        v1("data/F/all?startperiod=2010&ENDPERIOD=2012-Q3&lastNObservations=2&firstnobservations=1"
           "&updatedAfter=2009-05-15T14:15:00%2B01:00&detail=dataonly&dimensionAtObservation="
           "AllDimensions&includeHistory=true");
    EXPECT_EQ(request.start, query::parse_time_range("2010"));
    EXPECT_EQ(request.end, query::parse_time_range("2012-Q3"));
    EXPECT_EQ(request.last_observations, 2U);
    EXPECT_EQ(request.first_observations, 1U);
    EXPECT_EQ(utc_text(request.updated_after.value()), "2009-05-15T13:15:00Z");
    EXPECT_TRUE(request.shown.attributes.none());
    EXPECT_EQ(request.dimension_at_observation, "AllDimensions");
    EXPECT_TRUE(request.include_history);
}

TEST(SdmxDataRequest, ReportingYearsAreReadWhereverTheirBeginStands) {
    auto const request =
        v2("data/dataflow/K/F?c[TIME_PERIOD]=ge:2010-Q3&startPeriod=2010-Q1&reportingYearStartDay=--07-01");
    EXPECT_EQ(request.start, query::parse_time_range("2010-Q3"));
    ASSERT_EQ(request.filters.size(), 1U);
    EXPECT_EQ(request.filters[0].any_of[0][0].days, query::parse_time_range("2011-Q1"));
    EXPECT_EQ(v2("data/dataflow/K/F?c[TIME_PERIOD]=2010").filters[0].any_of[0][0].days, std::nullopt);
}

TEST(SdmxDataRequest, AnOrderIsSpelledOut) {
    Sample const sample;
    auto const order = [&](std::string const& query) {
        auto const options =
            options_of(v2("data/dataflow/K/F?" + query), *sample.view, sample.options(Format::csv20).media);
        std::string text;
        for (auto const& term : options.sort) text += (term.is_descending ? "-" : "+") + term.component;
        return text;
    };
    EXPECT_EQ(order("sort=AREA"), "+AREA");
    EXPECT_EQ(order("sort=AREA:desc+TIME_PERIOD:asc"), "-AREA+TIME_PERIOD");
    EXPECT_EQ(order("sort=series_key%2BTIME_PERIOD%3Adesc"), "+FREQ+AREA+MEASURE+UNIT+SEX-TIME_PERIOD");
    EXPECT_EQ(order("sort=*:desc"), "-FREQ-AREA-MEASURE-UNIT-SEX-TIME_PERIOD");
    EXPECT_EQ(order("sort=series_key&dimensionAtObservation=AllDimensions"),
              "+FREQ+AREA+MEASURE+UNIT+SEX+TIME_PERIOD");
    EXPECT_EQ(order(""), "");
    EXPECT_THROW(order("sort=COLOUR"), common::SdmxError);
    EXPECT_THROW(order("sort=OBS_STATUS"), common::SdmxError);
}

TEST(SdmxDataRequest, ReadsComponentFiltersRawAndEscaped) {
    for (auto const* const query : {"c[TIME_PERIOD]=ge:2015+le:2020&c[SEX]=F,M",
                                    "c%5BTIME_PERIOD%5D=ge%3A2015%2Ble%3A2020&c%5bSEX%5d=F%2CM"}) {
        auto const request = v2("data/dataflow/K/F/1.0?" + std::string{query});
        ASSERT_EQ(request.filters.size(), 2U) << query;
        EXPECT_EQ(request.filters[0].component, "TIME_PERIOD");
        ASSERT_EQ(request.filters[0].any_of.size(), 1U);
        EXPECT_EQ(request.filters[0].any_of[0],
                  (std::vector<query::Term>{{query::Operator::greater_or_equal, "2015"},
                                            {query::Operator::less_or_equal, "2020"}}));
        EXPECT_EQ(request.filters[1].any_of,
                  (std::vector<std::vector<query::Term>>{{{query::Operator::equal, "F"}},
                                                         {{query::Operator::equal, "M"}}}));
    }
}

TEST(SdmxDataRequest, AttributesAndMeasuresSayWhatIsShown) {
    auto const keys = v2("data/*/*/F?attributes=none&measures=none").shown;
    EXPECT_FALSE(keys.observations);
    EXPECT_TRUE(keys.attributes.none());
    auto const some = v2("data/*/*/F?attributes=OBS_STATUS,dataset").shown;
    EXPECT_EQ(some.attributes.count(), 3U);
    EXPECT_TRUE(some.value);
    auto const series = v2("data/*/*/F?attributes=series&measures=none").shown;
    EXPECT_FALSE(series.observations);
    EXPECT_EQ(series.attributes.count(), 3U);
}

TEST(SdmxDataRequest, ReadsAvailabilityQueries) {
    auto const old = v1("availableconstraint/F/A.03153/all/AREA?mode=available&references=codelist");
    EXPECT_TRUE(old.is_availability);
    EXPECT_THAT(old.components, ElementsAre("AREA"));
    EXPECT_EQ(old.mode, query::AvailabilityMode::available);
    EXPECT_EQ(old.references, "codelist");
    auto const current = v2("availability/dataflow/K/F/1.0/*/SEX,TIME_PERIOD");
    EXPECT_THAT(current.components, ElementsAre("SEX", "TIME_PERIOD"));
    EXPECT_TRUE(current.keys.empty());
    EXPECT_TRUE(v1("availableconstraint/F/all/all/all").components.empty());
}

TEST(SdmxDataRequest, BadValuesAreRefusedNamingWhatIsAllowed) {
    EXPECT_THAT(error_of([] { v1("data/F/all?startPeriod=never"); }),
                HasSubstr("140 startPeriod='never'; allowed"));
    EXPECT_THAT(error_of([] { v1("data/F/all?lastNObservations=0"); }),
                HasSubstr("140 lastNObservations='0'"));
    EXPECT_THAT(error_of([] { v1("data/F/all?lastNObservations=-1"); }), HasSubstr("140"));
    EXPECT_THAT(error_of([] { v1("data/F/all?detail=some"); }), HasSubstr("serieskeysonly"));
    EXPECT_THAT(error_of([] { v1("data/F/all?startPeroid=2010"); }),
                HasSubstr("140 parameter 'startPeroid'"));
    EXPECT_THAT(error_of([] { v1("data/F/all?startPeriod=%2"); }), HasSubstr("hexadecimal"));
    EXPECT_THAT(error_of([] { v1("data"); }), HasSubstr("140 no dataflow"));
    EXPECT_THAT(error_of([] { v1("data/a,b,c,d"); }), HasSubstr("AGENCY,ID,VERSION"));
    EXPECT_THAT(error_of([] { v1("data/F/all/all/more"); }), HasSubstr("data/FLOW/KEY/PROVIDER"));
    EXPECT_THAT(error_of([] { v2("data/table/K/F"); }), HasSubstr("140 context 'table'"));
    EXPECT_THAT(error_of([] { v2("data/dataflow/K/F+G/1.0"); }), HasSubstr("join them with ','"));
    EXPECT_THAT(error_of([] { v2("data/dataflow/K/F?c[SEX]=xx:F"); }), HasSubstr("eq, ne, lt"));
    EXPECT_THAT(error_of([] { v2("data/dataflow/K/F?c[TIME_PERIOD]=ge:soon"); }),
                HasSubstr("period such as"));
    EXPECT_THAT(error_of([] { v2("data/dataflow/K/F?c[OBS_VALUE]=co:5"); }), HasSubstr("numbers such as"));
    EXPECT_THAT(error_of([] { v2("data/dataflow/K/F?attributes=COLOUR"); }),
                HasSubstr("150 attributes='COLOUR'"));
    EXPECT_THAT(error_of([] { v1("data/F/all?asOf=2026-13-01"); }), HasSubstr("140 asOf"));
}

TEST(SdmxDataRequest, AWrongNumberOfPositionsNamesTheDimensions) {
    Sample const sample;
    auto const text = error_of([&] { selection_of(v1("data/" + Sample::id + "/A.03153"), *sample.view); });
    EXPECT_THAT(text, HasSubstr("140 key 'A.03153' has 2 positions"));
    EXPECT_THAT(text, HasSubstr("5 dimensions: FREQ.AREA.MEASURE.UNIT.SEX"));
    EXPECT_EQ(error_of([&] { selection_of(v2("data/*/*/" + Sample::id + "/*/A.03153"), *sample.view); }),
              "none");
    EXPECT_THAT(
        error_of([&] { selection_of(v2("data/*/*/" + Sample::id + "/*/A.B.C.D.E.F"), *sample.view); }),
        HasSubstr("has 6 positions"));
    EXPECT_THAT(
        error_of([&] { selection_of(v2("data/*/*/" + Sample::id + "?c[COLOUR]=red"), *sample.view); }),
        HasSubstr("150 c[COLOUR]"));
}

TEST(SdmxDataRequest, UnknownCodesOfAKeyLeaveTheKnownOnes) {
    Sample const sample;
    for (auto const* const key : {"A.03153+99999...", "A.03153%2B99999...", "A.99999+03153..PS.F+M"}) {
        auto const request = v1("data/" + Sample::id + "/" + key);
        auto const selection = selection_of(request, *sample.view);
        auto const text =
            sample.write(options_of(request, *sample.view, default_choice(ApiVersion::v1)), selection);
        EXPECT_THAT(text, HasSubstr("id=\"AREA\" value=\"03153\"")) << key;
        EXPECT_EQ(text.find("03151"), std::string::npos) << key;
    }
}

TEST(SdmxDataFormat, MediaTypesChooseFormats) {
    auto const of = [](std::string_view type, ApiVersion api) {
        auto const choice = media_choice(type, api);
        return choice ? choice->media_type : std::string{"none"};
    };
    EXPECT_EQ(of("application/vnd.sdmx.genericdata+xml; version=2.1", ApiVersion::v1),
              "application/vnd.sdmx.genericdata+xml;version=2.1");
    EXPECT_EQ(of("application/vnd.sdmx.data+json;version=1.0.0-wd", ApiVersion::v1),
              "application/vnd.sdmx.data+json;version=1.0.0-wd");
    EXPECT_EQ(of("application/vnd.sdmx.data+json", ApiVersion::v2),
              "application/vnd.sdmx.data+json;version=2.0.0");
    EXPECT_EQ(of("application/vnd.sdmx.data+xml;version=3.0.0+", ApiVersion::v2),
              "application/vnd.sdmx.data+xml;version=3.0.0");
    EXPECT_EQ(of("APPLICATION/XML", ApiVersion::v1), "application/xml");
    EXPECT_EQ(of("application/vnd.sdmx.data+json;version=9.0", ApiVersion::v2), "none");
    EXPECT_EQ(of("image/png", ApiVersion::v1), "none");
    EXPECT_EQ(of("application/vnd.sdmx.data+csv;version=1.0.0;labels=name", ApiVersion::v1), "none");
    auto const csv =
        media_choice("application/vnd.sdmx.data+csv;version=2.0.0;labels=both;keys=series;timeFormat="
                     "normalized;q=0.5",
                     ApiVersion::v2);
    ASSERT_TRUE(csv);
    EXPECT_EQ(csv->labels, Labels::both);
    EXPECT_EQ(csv->keys, Keys::series);
    EXPECT_TRUE(csv->normalized_time);
    for (auto const api : {ApiVersion::v1, ApiVersion::v2})
        for (auto const type : offered_types(api)) EXPECT_EQ(of(type, api), type);
    EXPECT_EQ(choice_of_format_parameter("csvdata", ApiVersion::v1)->format, Format::csv10);
    for (auto const api : {ApiVersion::v1, ApiVersion::v2}) {
        auto const of_browsers = choice_of_format_parameter("jsondata", api);
        EXPECT_EQ(of_browsers->format, Format::json20);
        EXPECT_TRUE(of_browsers->all_in_lists);
    }
    EXPECT_EQ(choice_of_format_parameter("json", ApiVersion::v1)->format, Format::json10);
    EXPECT_FALSE(choice_of_format_parameter("json", ApiVersion::v2)->all_in_lists);
    EXPECT_FALSE(choice_of_format_parameter("pdf", ApiVersion::v2));
}

} // namespace
} // namespace gateway::sdmx::data::testing

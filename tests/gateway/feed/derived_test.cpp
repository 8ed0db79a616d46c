// Derived figures in every format; without them nothing changes (the golden files of the others).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/feed/avro_ocf.hpp"
#include "gateway/feed/csv_de.hpp"
#include "gateway/feed/package.hpp"
#include "gateway/feed/sdmx_csv.hpp"

namespace {

using namespace gateway;
using namespace gateway::feed;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct Sample {
    DatasetContext dataset;
    Area area{CodeList::ags, AreaLevel::county, "03159"};
    IndicatorKey indicator;
    std::vector<Observation> observations;
    std::vector<Derived> derived;

    Sample() {
        dataset.info = {"D", "s", "12411-01-01-4",    "T", "12411", "dl-de/by-2-0",
                        "S", "A", {"MEASURE", "UNIT"}};
        dataset.vintages[2] = {1'700'000'000, {}, "", ""};
        indicator.set("MEASURE", "BEVSTD");
        indicator.set("UNIT", "PS");
        Observation one;
        one.period = *TimePeriod::date(2013, 12, 31);
        one.value = Value::of(Decimal::from_integer(322616));
        one.vintage = 2;
        observations = {one};
        Derived how;
        how.origin = Derived::Origin::estimated;
        how.territory = *parse_date("2016-12-31");
        how.sources = 2;
        how.largest_share = Decimal::from_scaled(9731, 4);
        how.low = Decimal::from_integer(322600);
        how.high = Decimal::from_integer(322700);
        how.method = "pop";
        how.flags = "off_day key_repaired";
        how.basis = "03/2016/0006-R (2016-11-01)";
        derived = {how};
    }
    [[nodiscard]] SeriesRecord record() const {
        return {dataset, area, "Göttingen", indicator, observations, &derived, "2016-12-31"};
    }
    [[nodiscard]] FeedContext context() const { return {{&dataset}, "Göttingen", true}; }
    template <typename Make>
    std::string written(Make const& make) const {
        std::string bytes;
        auto const writer = make([&bytes](std::string_view more) { bytes += more; }, context());
        writer->series(record());
        writer->finish();
        return bytes;
    }
};

TEST(DerivedFigures, AreExplainedInGermanBehindTheColumnsOfBefore) {
    auto const text = Sample{}.written(make_csv_de);
    EXPECT_THAT(text,
                HasSubstr("Kennung der Zahl;Gebietsstand;Herkunft;Abdeckung;Quellen;Größter Anteil;Spanne "
                          "von;Spanne bis;Umrechnung;Hinweise;Bemerkung;Grundlage\r\n"));
    EXPECT_THAT(text,
                HasSubstr("@2~2016-12-31;31.12.2016;geschätzt;1;2;0,9731;322600;322700;nach Bevölkerung "
                          "aufgeteilt;\"Gebiete vom Beginn"));
    EXPECT_THAT(text,
                HasSubstr("\"Gebiete vom Beginn des Zeitraums; Wert stand unter dem Schlüssel des späteren "
                          "Gebiets\""));
    EXPECT_THAT(text, HasSubstr("31.12.2013")); // the source's own territory stays beside it
}

TEST(DerivedFigures, AreAttributesOfSdmxStructureOneDotOne) {
    Sample const sample;
    auto const text = sample.written(make_sdmx_csv);
    EXPECT_THAT(text, HasSubstr("KREISLAUF:D(1.1)"));
    EXPECT_THAT(text, HasSubstr(",3,2016-12-31,12411-01-01-4,2,")); // TERR_STATE
    EXPECT_THAT(text, EndsWith(",E,1,2,0.9731,322600,322700,pop,off_day key_repaired,,03/2016/0006-R "
                               "(2016-11-01)\n"));
    EXPECT_EQ(sdmx_csv_columns(sample.dataset.info, true).size(),
              sdmx_csv_columns(sample.dataset.info).size() + 10);
    EXPECT_EQ(structure_id(sample.dataset.info), "KREISLAUF:D(1.0)");
}

TEST(DerivedFigures, ComeBackFromAvroAsTheyWere) {
    Sample sample;
    sample.observations.push_back(sample.observations[0]);
    sample.observations[1].period = *TimePeriod::date(2014, 12, 31);
    sample.derived.push_back({});
    auto const bytes = sample.written(make_avro);
    std::size_t series = 0;
    read_avro_series(bytes, [&](ReadSeries const& read) {
        ++series;
        EXPECT_EQ(read.view, "2016-12-31");
        ASSERT_EQ(read.derived.size(), 2U);
        ASSERT_TRUE(read.derived[0]);
        auto const& how = *read.derived[0];
        EXPECT_EQ(how.origin, Derived::Origin::estimated);
        EXPECT_EQ(how.territory, sample.derived[0].territory);
        EXPECT_EQ(how.sources, 2U);
        EXPECT_EQ(how.largest_share->to_string(), "0.9731");
        EXPECT_EQ(how.low->to_string(), "322600");
        EXPECT_EQ(how.high->to_string(), "322700");
        EXPECT_EQ(how.method, "pop");
        EXPECT_EQ(how.flags, "off_day key_repaired");
        EXPECT_EQ(how.basis, sample.derived[0].basis);
        EXPECT_EQ(read.derived[1]->origin, Derived::Origin::observed);
        EXPECT_FALSE(read.derived[1]->territory);
        EXPECT_EQ(read.observations[1].period, sample.observations[1].period);
    });
    EXPECT_EQ(series, 1U);
}

TEST(DerivedFigures, AreCountedAndToldInTheReadme) {
    Sample const sample;
    PackageInfo info;
    info.area_key = "03159";
    info.area_name = "Göttingen";
    info.territory = parse_date("2016-12-31");
    info.territory_basis = "01.01.2026";
    info.absent["Gemeinde: kein Gemeindeverzeichnis eingelesen"] = 80;
    info.datasets = {&sample.dataset};
    info.counts.add(sample.record());
    auto const text = readme_de(info);
    EXPECT_THAT(text, HasSubstr("Gebietsstand 31.12.2016"));
    EXPECT_THAT(text, HasSubstr("geschätzt     1-mal: ein früheres Gebiet wurde aufgeteilt"));
    EXPECT_THAT(text, HasSubstr("80 Reihen: Gemeinde: kein Gemeindeverzeichnis eingelesen"));
    EXPECT_THAT(text, Not(HasSubstr("Der Gebietsstand ist der der Quelle")));
    EXPECT_THAT(datapackage_json(info), HasSubstr("\"ESTIMATED\": 1"));
    info.territory.reset();
    EXPECT_THAT(readme_de(info), HasSubstr("Der Gebietsstand ist der der Quelle"));
}

} // namespace

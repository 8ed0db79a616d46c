// Our own exports beside the notations of SDMX: one table, one hash.
#include "gateway/ingest/avro_sdmx.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "adapters/sdmx/content.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "gateway/feed/sdmx_csv.hpp"
#include "gateway/ingest/restore_read.hpp"
#include "told.hpp"

namespace {

using namespace gateway;
using adapters::sdmx::DocumentKind;
using adapters::sdmx::test::hash_of;

struct Table {
    feed::DatasetContext context;
    std::vector<Area> areas;
    std::vector<IndicatorKey> indicators;
    std::vector<std::vector<Observation>> observations; ///< of area x indicator
};

/// Counties and sub-units, numbers and every reason for having none, bounds, signs and statuses.
Table table_of(unsigned seed) {
    std::mt19937 random{seed};
    Table table;
    auto& info = table.context.info;
    info.id = "TEST_1";
    info.table = "1";
    info.licence = "dl-de/by-2-0";
    info.frequency = "A";
    info.dimensions = {"MEASURE", "UNIT", "SEX", "AGE"};
    table.context.vintages[1].received = 1'700'000'000;
    for (unsigned i = 0; i < 5; ++i)
        table.areas.push_back({CodeList::ags, AreaLevel::county, "0315" + std::to_string(i)});
    table.areas.push_back({CodeList::ags, AreaLevel::subunit, "03153001"});
    for (auto const* const sex : {"_T", "M", "F"}) {
        IndicatorKey key;
        key.set("MEASURE", "BEV");
        key.set("UNIT", "PS");
        key.set("SEX", sex);
        if (*sex == 'M') key.set("AGE", "Y_GE65"); // the others do not have this dimension
        table.indicators.push_back(key);
    }
    for (std::size_t i = 0; i < table.areas.size() * table.indicators.size(); ++i) {
        auto& list = table.observations.emplace_back();
        for (int year = 2015; year < 2020; ++year) {
            Observation observation;
            observation.vintage = 1;
            observation.period = *(year % 2 == 0 ? TimePeriod::year(year) : TimePeriod::date(year, 12, 31));
            auto const number = static_cast<std::int64_t>(random() % 100'000);
            if (number % 5 == 0) {
                observation.value = Value::missing(static_cast<MissingReason>(number / 5 % 7));
                observation.quality.status = ObsStatus::suppressed;
                observation.quality.confidentiality = ConfStatus::confidential;
                observation.quality.sign = *Sign::from(".");
            } else {
                observation.value =
                    Value::of(Decimal::from_scaled(number, static_cast<unsigned>(number % 3)));
                if (number % 7 == 0) {
                    observation.quality.protection = Protection::r5;
                    observation.quality.bounds = Bounds{Decimal::from_integer(2), Decimal::from_integer(2)};
                }
            }
            list.push_back(observation);
        }
        std::sort(list.begin(), list.end(), [](auto const& a, auto const& b) { return a.period < b.period; });
    }
    return table;
}

template <typename Make>
std::string written(Table const& table, Make const& make) {
    std::string out;
    feed::FeedContext context;
    context.datasets = {&table.context};
    auto const writer = make([&out](std::string_view bytes) { out += bytes; }, context);
    for (std::size_t a = 0; a < table.areas.size(); ++a)
        for (std::size_t i = 0; i < table.indicators.size(); ++i)
            writer->series({table.context, table.areas[a], "Gebiet", table.indicators[i],
                            table.observations[a * table.indicators.size() + i]});
    writer->finish();
    return out;
}

std::string csv_of(Table const& table) {
    return written(table, [](feed::ByteSink sink, feed::FeedContext const& context) {
        return feed::make_sdmx_csv(std::move(sink), context);
    });
}
std::string avro_of(Table const& table) {
    return written(table, [](feed::ByteSink sink, feed::FeedContext const& context) {
        return feed::make_avro(std::move(sink), context);
    });
}

/// The same rows as flat messages of the other notations.
class Notations final : public adapters::sdmx::RowSink {
  public:
    std::string generic, specific;
    void data_set(adapters::sdmx::DataSetInfo const&) override {}
    void component(std::uint32_t number, adapters::sdmx::Component const& component) override {
        if (number == ids_.size()) ids_.emplace_back(component.id);
        codes_.resize(ids_.size());
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        if (codes_[component].size() <= number) codes_[component].resize(number + 1);
        codes_[component][number] = text;
    }
    void issue(Issue issue) override { ADD_FAILURE() << issue.text; }
    void row(adapters::sdmx::Row const& row) override {
        generic += "<g:Obs><g:ObsKey>";
        specific += "<Obs";
        for (auto const value : row.values) {
            auto const& text = codes_[value.component][value.code];
            generic += "<g:Value id=\"" + ids_[value.component] + "\" value=\"" + text + "\"/>";
            specific += " " + ids_[value.component] + "=\"" + text + "\"";
        }
        generic += "</g:ObsKey>";
        for (auto const& measure : row.measures) {
            if (measure.kind != adapters::sdmx::Measured::Kind::number) continue;
            generic += "<g:ObsValue value=\"" + measure.number.to_string() + "\"/>";
            specific += " OBS_VALUE=\"" + measure.number.to_string() + "\"";
        }
        generic += "</g:Obs>";
        specific += "/>";
    }

  private:
    std::vector<std::string> ids_;
    std::vector<std::vector<std::string>> codes_;
};

std::string message(std::string const& root, std::string const& rows) {
    std::string const space = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/";
    return "<m:" + root + " xmlns:m=\"" + space + "message\" xmlns:g=\"" + space +
           "data/generic\" xmlns:c=\"" + space +
           "common\"><m:Header><m:Structure structureID=\"S\" "
           "dimensionAtObservation=\"AllDimensions\"><c:Structure>"
           "<Ref agencyID=\"KREISLAUF\" id=\"TEST_1\" "
           "version=\"1.0\"/></c:Structure></m:Structure></m:Header>"
           "<m:DataSet structureRef=\"S\">" +
           rows + "</m:DataSet></m:" + root + ">";
}

TEST(OwnExports, HaveOneHashInAvroCsvAndBothKindsOfSdmxMl) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        auto const table = table_of(seed);
        auto const csv = csv_of(table);
        auto const wanted = hash_of(DocumentKind::csv, csv);
        ASSERT_EQ(wanted.size(), 64U) << wanted;
        adapters::sdmx::ContentHash hash;
        adapters::sdmx::Rows rows{hash};
        ingest::read_avro_as_sdmx(avro_of(table), rows);
        EXPECT_EQ(hash.hex(), wanted);
        Notations notations;
        adapters::sdmx::Rows again{notations};
        adapters::sdmx::read_data(DocumentKind::csv, csv, {}, "f", again, nullptr);
        EXPECT_EQ(hash_of(DocumentKind::ml, message("GenericData", notations.generic)), wanted);
        EXPECT_EQ(hash_of(DocumentKind::ml, message("StructureSpecificData", notations.specific)), wanted);
    }
}

TEST(OwnExports, AreReadBackAsTheyWere) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        auto const table = table_of(seed);
        for (auto const& found :
             {ingest::read_own_csv(csv_of(table), "f"), ingest::read_own_avro(avro_of(table))}) {
            ASSERT_EQ(found.size(), 1U);
            auto const& series = found.at("TEST_1").series;
            ASSERT_EQ(series.size(), table.areas.size() * table.indicators.size());
            for (std::size_t a = 0; a < table.areas.size(); ++a)
                for (std::size_t i = 0; i < table.indicators.size(); ++i) {
                    auto const& figures = series.at({table.indicators[i], table.areas[a]});
                    auto const& wanted = table.observations[a * table.indicators.size() + i];
                    ASSERT_EQ(figures.size(), wanted.size());
                    for (std::size_t k = 0; k < wanted.size(); ++k) {
                        EXPECT_EQ(figures[k].period, wanted[k].period);
                        EXPECT_TRUE(
                            figures[k].number.same_digits(wanted[k].value.number().value_or(Decimal{})));
                        EXPECT_EQ(figures[k].state.reason, wanted[k].value.reason());
                        EXPECT_EQ(figures[k].state.quality, wanted[k].quality);
                    }
                }
        }
    }
}

TEST(OwnExports, AreRefusedWhereSomebodyChangedThem) {
    auto csv = csv_of(table_of(1));
    auto const line = csv.find('\n') + 1;
    auto const broken = [&](std::string_view what, std::string_view with) {
        auto text = csv;
        text.replace(text.find(what, line), what.size(), with);
        return text;
    };
    for (auto const& text : {broken(",R5,", ",R6,"), broken(",AGS,3,", ",AGS,9,"),
                             broken(",2016,", ",2016-13,"), broken("KREISLAUF:", "SOMEBODY:")})
        EXPECT_THROW(ingest::read_own_csv(text, "f"), Error);
}

} // namespace

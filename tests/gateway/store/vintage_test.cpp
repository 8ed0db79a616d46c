#include <gmock/gmock.h>

#include <random>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

class StoreVintage : public ::testing::Test {
  protected:
    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
    std::string const dataset_ = population().id;
};

TEST_F(StoreVintage, EveryVintageStaysReadable) {
    load_one(*store_, "F", "03153", {observed("2021", "1"), observed("2022", "2")});
    load_one(*store_, "F", "03153", {observed("2021", "1"), observed("2022", "3"), observed("2023", "4")});
    load_one(*store_, "F", "03153", {observed("2022", "5"), observed("2023", "4")}, everything());
    load_one(*store_, "F", "03153", {observed("2021", "1"), observed("2022", "5"), observed("2023", "4")});
    EXPECT_EQ(text_of(*store_, "F", "03153", 0), "");
    EXPECT_EQ(text_of(*store_, "F", "03153", 1), "2021=1@1 2022=2@1");
    EXPECT_EQ(text_of(*store_, "F", "03153", 2), "2021=1@1 2022=3@2 2023=4@2");
    EXPECT_EQ(text_of(*store_, "F", "03153", 3), "2022=5@3 2023=4@2");
    EXPECT_EQ(text_of(*store_, "F", "03153", 4), "2021=1@4 2022=5@3 2023=4@2");
    EXPECT_EQ(text_of(*store_, "F", "03153"), text_of(*store_, "F", "03153", 4));
}

TEST_F(StoreVintage, HistoryListsEveryVersionOldestFirst) {
    for (auto const* number : {"10", "11", "10", "10.0"})
        load_one(*store_, "F", "03153", {observed("2021", number)});
    auto const series = SeriesRef{store_->find_indicator(dataset_, indicator_of("F")).value(),
                                  store_->find_area(county("03153")).value()};
    std::vector<std::string> versions;
    for (auto const& each : store_->history(series, parse_sdmx_period("2021").value()))
        versions.push_back(each.number.to_string() + "@" + std::to_string(each.vintage));
    EXPECT_THAT(versions, ::testing::ElementsAre("10@1", "11@2", "10@3", "10.0@4"));
    EXPECT_TRUE(store_->history(series, parse_sdmx_period("2020").value()).empty());
}

TEST_F(StoreVintage, KnowsBothClocksAndWhyItsFiguresChanged) {
    auto first = request(population(), 5'000);
    first.published = 4'000;
    first.note = "Nachmeldung eines Kreises";
    first.document = store_->record_document(std::string(64, 'a'), 10, {});
    first.mapping_sha256 = std::string(64, 'b');
    first.mapping_text = "{\"variables\":{}}";
    {
        auto const load = store_->begin(first);
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", "1")});
        load->commit("", 12, 3, {});
    }
    load_one(*store_, "F", "03153", {observed("2021", "2")}, {}, 9'000);
    auto const vintages = store_->vintages(dataset_);
    ASSERT_EQ(vintages.size(), 2U);
    EXPECT_EQ(vintages[0].note, "Nachmeldung eines Kreises");
    EXPECT_EQ(vintages[1].note, "");
    EXPECT_EQ(vintages[0].received, 5'000);
    EXPECT_EQ(vintages[0].published, UnixTime{4'000});
    EXPECT_EQ(vintages[0].document, first.document);
    EXPECT_EQ(vintages[0].rows, 12U);
    EXPECT_EQ(vintages[0].rows_set_aside, 3U);
    EXPECT_EQ(vintages[1].published, std::nullopt);
    EXPECT_EQ(store_->mapping(first.mapping_sha256), first.mapping_text);
    EXPECT_EQ(store_->vintage_at(dataset_, 4'999), 0U);
    EXPECT_EQ(store_->vintage_at(dataset_, 5'000), 1U);
    EXPECT_EQ(store_->vintage_at(dataset_, 8'999), 1U);
    EXPECT_EQ(store_->vintage_at(dataset_, 9'000), 2U);
}

TEST_F(StoreVintage, WithdrawalIsAVintageAndKeepsTheFigures) {
    load_one(*store_, "F", "03153", {observed("2021", "1")});
    EXPECT_EQ(store_->withdraw(dataset_, 2'000, 0, "table withdrawn by the source (status 104)"),
              VintageNo{2});
    EXPECT_EQ(store_->withdraw(dataset_, 3'000, 0, "again"), std::nullopt);
    EXPECT_EQ(store_->withdraw("REGIO_unknown", 3'000, 0, "never seen"), std::nullopt);
    EXPECT_EQ(store_->vintages(dataset_).back().kind, VintageKind::withdrawn);
    EXPECT_EQ(store_->vintages(dataset_).back().note, "table withdrawn by the source (status 104)");
    EXPECT_EQ(text_of(*store_, "F", "03153"), "2021=1@1");
}

TEST_F(StoreVintage, TableThatComesBackUnchangedIsNews) {
    load_one(*store_, "F", "03153", {observed("2021", "1")});
    store_->withdraw(dataset_, 2'000, 0, "gone");
    auto const result = load_one(*store_, "F", "03153", {observed("2021", "1")});
    EXPECT_EQ(result.vintage, VintageNo{3});
    EXPECT_EQ(result.unchanged, 1U);
    EXPECT_EQ(store_->vintages(dataset_).back().kind, VintageKind::content);
    EXPECT_EQ(text_of(*store_, "F", "03153"), "2021=1@1");
}

TEST_F(StoreVintage, NewestLabelWinsAndOlderOnesStay) {
    auto const run = [&](std::string const& number, std::string const& text) {
        auto const load = store_->begin(request());
        load->put(load->indicator(indicator_of("F")), load->area(county("03159")),
                  std::vector{observed("2021", number)});
        load->label("AREA", "03159", text);
        return load->commit("", 1, 0, {}).vintage;
    };
    EXPECT_EQ(run("1", "Göttingen, Landkreis"), VintageNo{1});
    EXPECT_EQ(run("1", "Göttingen"), std::nullopt);
    EXPECT_EQ(store_->label(dataset_, "AREA", "03159"), "Göttingen");
    EXPECT_EQ(run("2", "Göttingen, Kreis"), VintageNo{2});
    EXPECT_EQ(store_->label(dataset_, "AREA", "03159"), "Göttingen, Kreis");
    EXPECT_EQ(store_->labels(dataset_, 1).at(0).text, "Göttingen");
    EXPECT_EQ(store_->labels(dataset_, std::nullopt).size(), 1U);
    EXPECT_EQ(store_->label(dataset_, "AREA", "03153"), "");
}

TEST_F(StoreVintage, LabelsComeBackWhateverTheyAreMadeOf) {
    std::vector<Label> const odd{{"AREA", "a=b%3D", "100 % = alle\nzweite Zeile\r"},
                                 {"AREA", "a=b%3d", "Köln;\t\"Stadt\""},
                                 {"SEX", "F", std::string{"null\0 byte", 10}}};
    auto const load = store_->begin(request());
    load->put(load->indicator(indicator_of("F")), load->area(county("03159")),
              std::vector{observed("2021", "1")});
    for (auto const& each : odd) load->label(each.dimension, each.code, each.text);
    load->commit("", 1, 0, {});
    auto const fresh = open_sqlite(directory_.path(), true);
    auto const all = fresh->labels(dataset_, std::nullopt);
    ASSERT_EQ(all.size(), odd.size());
    for (std::size_t i = 0; i < odd.size(); ++i) {
        EXPECT_EQ(all[i].dimension, odd[i].dimension);
        EXPECT_EQ(all[i].code, odd[i].code);
        EXPECT_EQ(all[i].text, odd[i].text);
        EXPECT_EQ(fresh->label(dataset_, odd[i].dimension, odd[i].code), odd[i].text);
    }
}

TEST_F(StoreVintage, LabelsOfAnotherProcessAreSeenAndThoseOfADroppedLoadAreNot) {
    auto const run = [&](Store& store, std::string const& text, bool commit) {
        auto const load = store.begin(request());
        load->put(load->indicator(indicator_of("F")), load->area(county("03159")),
                  std::vector{observed("2021", "1")});
        load->label("AREA", "03159", text);
        if (commit) load->commit("", 1, 0, {});
    };
    run(*store_, "Göttingen", true);
    EXPECT_EQ(store_->label(dataset_, "AREA", "03159"), "Göttingen");
    run(*store_, "Nirgendwo", false);
    EXPECT_EQ(store_->label(dataset_, "AREA", "03159"), "Göttingen");
    auto const other = open_sqlite(directory_.path());
    run(*other, "Göttingen, Landkreis", true);
    EXPECT_EQ(store_->label(dataset_, "AREA", "03159"), "Göttingen, Landkreis");
}

TEST_F(StoreVintage, DocumentsKeepTheirProvenance) {
    Provenance const from{"regionalstatistik",
                          "https://www.regionalstatistik.de/genesisws/rest/2020",
                          "data/tablefile",
                          {{"name", "12411-01-01-4"}, {"odd=name", "100 %\nsure"}},
                          {{"content-type", "application/zip"}},
                          200,
                          1'700'000'000};
    auto const no = store_->record_document(std::string(64, 'a'), 123, from);
    EXPECT_EQ(store_->record_document(std::string(64, 'a'), 123, from), no);
    auto later = from;
    later.received += 86'400;
    EXPECT_NE(store_->record_document(std::string(64, 'a'), 123, later), no);
    auto const stored = store_->document(no).value();
    EXPECT_EQ(stored.sha256, std::string(64, 'a'));
    EXPECT_EQ(stored.bytes, 123U);
    EXPECT_EQ(stored.provenance.request, from.request);
    EXPECT_EQ(stored.provenance.headers, from.headers);
    EXPECT_EQ(stored.provenance.http_status, 200);
    EXPECT_EQ(store_->documents().size(), 2U);
    EXPECT_EQ(store_->document(99), std::nullopt);
}

TEST_F(StoreVintage, AttemptsComeNewestFirst) {
    store_->record_attempt({1, "regionalstatistik", "12411-01-01-4", "failed", "503", 0});
    store_->record_attempt({2, "regionalstatistik", "12411-01-01-4", "unchanged", "", 7});
    auto const attempts = store_->attempts(1);
    ASSERT_EQ(attempts.size(), 1U);
    EXPECT_EQ(attempts[0].outcome, "unchanged");
    EXPECT_EQ(attempts[0].document, 7);
    EXPECT_EQ(store_->attempts(10).size(), 2U);
}

/// The store against a model that keeps every vintage whole.
TEST_F(StoreVintage, RandomLoadsReadBackAsOfEveryVintage) {
    using Content = std::map<std::pair<unsigned, unsigned>, std::map<int, std::pair<int, unsigned>>>;
    std::mt19937 random{2024};
    auto const below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
    std::vector<Content> vintages{{}};
    constexpr unsigned indicators = 3;
    constexpr unsigned areas = 150;
    for (int round = 0; round < 25; ++round) {
        auto content = vintages.back();
        bool const full = below(2) == 0; // a full document covers everything
        auto const load = store_->begin(request());
        std::vector<IndicatorNo> indicator_numbers;
        std::vector<AreaNo> area_numbers;
        for (unsigned i = 0; i < indicators; ++i)
            indicator_numbers.push_back(load->indicator(indicator_of("S" + std::to_string(i))));
        for (unsigned a = 0; a < areas; ++a)
            area_numbers.push_back(load->area(county(std::to_string(10'000 + a))));
        auto const next = static_cast<unsigned>(vintages.size());
        std::uint64_t changes = 0;
        for (unsigned i = 0; i < indicators; ++i) {
            for (unsigned a = 0; a < areas; ++a) {
                bool const deliver = below(3) != 0;
                std::map<int, std::pair<int, unsigned>> delivered;
                std::vector<PackedObservation> series;
                if (deliver) {
                    for (int year = 2010; year < 2022; ++year) {
                        if (below(4) == 0) continue;
                        int const value = static_cast<int>(below(3));
                        delivered[year] = {value, next};
                        series.push_back(
                            {TimePeriod::year(year).value(), Decimal::from_integer(value), 0, 0});
                    }
                    load->put(indicator_numbers[i], area_numbers[a], series);
                }
                auto& stored = content[{i, a}];
                if (full) {
                    for (auto it = stored.begin(); it != stored.end();) {
                        bool const gone = !delivered.contains(it->first);
                        changes += gone ? 1 : 0;
                        it = gone ? stored.erase(it) : std::next(it);
                    }
                }
                for (auto const& each : delivered) {
                    auto const found = stored.find(each.first);
                    if (found != stored.end() && found->second.first == each.second.first) continue;
                    stored[each.first] = each.second;
                    ++changes;
                }
            }
        }
        auto const result = load->commit("", 0, 0, full ? everything() : Coverage{});
        EXPECT_EQ(result.added + result.revised + result.deleted, changes);
        vintages.push_back(content);
    }
    ASSERT_EQ(store_->vintages(dataset_).size(), vintages.size() - 1);
    auto const collect = [&](std::optional<VintageNo> vintage) {
        Content content;
        store_->read(
            {dataset_, vintage, {}, {}, {}}, [&](SeriesRef ref, std::span<PackedObservation const> series) {
                auto const area = static_cast<unsigned>(std::stoul(store_->area(ref.area).code)) - 10'000;
                for (auto const& each : series)
                    content[{ref.indicator, area}][each.period.start_year()] = {
                        static_cast<int>(each.number.mantissa()), each.vintage};
            });
        return content;
    };
    for (auto& content : vintages) {
        for (auto it = content.begin(); it != content.end();)
            it = it->second.empty() ? content.erase(it) : std::next(it);
    }
    for (VintageNo vintage = 0; vintage < vintages.size(); ++vintage)
        EXPECT_EQ(collect(vintage), vintages[vintage]) << vintage;
    EXPECT_EQ(collect(std::nullopt), vintages.back());
    EXPECT_THAT(store_->verify(), ::testing::IsEmpty());
}

} // namespace
} // namespace gateway::store::testing

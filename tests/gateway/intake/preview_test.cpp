// The preview says what the release does, value for value.
#include "tests/gateway/intake/check_fixture.hpp"

#include <algorithm>
#include <random>

#include "gateway/intake/preview_derived.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using namespace gateway::intake::testing;
using ::testing::HasSubstr;

class IntakePreview : public CheckFixture {
  protected:
    using Changes =
        std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::string, std::string>>;

    static Changes difference(Figures const& before, Figures const& after) {
        Changes all;
        for (auto const& [key, value] : before) {
            auto const found = after.find(key);
            auto const now = found == after.end() ? std::string{} : found->second;
            if (now != value) all[key] = {value, now};
        }
        for (auto const& [key, value] : after)
            if (before.count(key) == 0) all[key] = {"", value};
        return all;
    }

    static std::map<std::string, std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>>
    by_county(Changes const& changes) {
        std::map<std::string, std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> all;
        for (auto const& [key, values] : changes) {
            auto& [added, revised, deleted] = all[std::get<0>(key).substr(0, 5)];
            ++(values.first.empty() ? added : values.second.empty() ? deleted : revised);
        }
        return all;
    }

    /// Sums of counties of Land 03 for totals, as the store has them; "" where there are none.
    static std::string land_sum(Figures const& figures, std::string const& indicator,
                                std::string const& period) {
        std::int64_t sum = 0;
        bool any = false;
        bool secret = false;
        bool missing = false;
        for (auto const& [key, value] : figures) {
            if (std::get<1>(key) != indicator || std::get<2>(key) != period || std::get<0>(key).size() != 5)
                continue;
            secret = secret || value == "CONFIDENTIAL";
            if (value.front() < '0' || value.front() > '9') {
                missing = true;
                continue;
            }
            sum += std::stoll(value);
            any = true;
        }
        if (missing) return secret ? "CONFIDENTIAL" : "UNKNOWN";
        return any ? std::to_string(sum) : "";
    }
};

TEST_F(IntakePreview, ThousandRandomDeliveriesChangeWhatWasPreviewed) {
    std::mt19937 random{20261126};
    auto const pick = [&random](int below) {
        return static_cast<int>(random() % static_cast<unsigned>(below));
    };
    std::vector<std::string> const keys{"03153", "03101", "03102", "03153002", "03153005", "03154001", "03"};
    std::vector<std::string> const sexes{"", "GESM", "GESW"};
    std::vector<std::string> const values{".", "...", "/", "12", "13", "125", "1250", "0"};
    std::uint64_t changed = 0;
    std::uint64_t derived = 0;
    agreement.brake.always_allowed = 1'000'000;
    for (int round = 0; round < 1000; ++round) {
        std::map<std::tuple<std::string, std::string, std::string>, std::string> cells;
        for (int i = pick(14) + 1; i > 0; --i)
            cells[{keys[static_cast<std::size_t>(pick(7))], sexes[static_cast<std::size_t>(pick(3))],
                   std::to_string(2020 + pick(4))}] = values[static_cast<std::size_t>(pick(8))];
        std::vector<Row> rows;
        rows.reserve(cells.size());
        for (auto const& [key, value] : cells)
            rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), value});
        delivery.wish.full = pick(4) == 0;
        Changes previewed;
        CheckOptions options;
        std::vector<ChangedObservation> listed;
        options.each_change = [&](ChangedObservation const& change) {
            previewed[{change.area, change.indicator, change.period}] = {change.before, change.after};
            listed.push_back(change);
        };
        auto const before = figures();
        auto const vintages = store->dataset(dataset) ? store->vintages(dataset).size() : 0;
        auto const hash = store->content_hash();
        auto const report = check_rows(rows, options);
        ASSERT_EQ(store->content_hash(), hash) << "a check leaves no trace";
        ASSERT_EQ(report.preview.against, vintages);
        auto const released = release(rows);
        auto const after = figures();
        auto const real = difference(before, after);
        for (auto entry = previewed.begin();
             entry != previewed.end();) // the status alone changes: same value
            entry = entry->second.first == entry->second.second ? previewed.erase(entry) : std::next(entry);
        ASSERT_EQ(previewed, real) << "round " << round;
        ASSERT_EQ(report.counts.added, released.added);
        ASSERT_EQ(report.counts.revised, released.revised);
        ASSERT_EQ(report.counts.deleted, released.deleted);
        ASSERT_EQ(report.counts.unchanged, released.unchanged);
        std::uint64_t counted = 0;
        for (auto const& county : report.preview.counties)
            counted += county.added + county.revised + county.deleted;
        ASSERT_EQ(counted, listed.size());
        changed += listed.size();
        for (auto const& effect : report.preview.derived) {
            if (effect.what.find("Summe der Kreise") == std::string::npos) continue;
            ++derived;
            auto const period = effect.what.substr(effect.what.rfind(' ') + 1);
            std::string indicator = "MEASURE=BEVSTD,UNIT=PS,SEX=_T";
            auto const says = [&effect](char const* text) {
                return effect.what.find(text) != std::string::npos;
            };
            if (says(", GESM,") || says(", M,")) indicator.replace(indicator.size() - 2, 2, "M");
            if (says(", GESW,") || says(", F,")) indicator.replace(indicator.size() - 2, 2, "F");
            ASSERT_EQ(effect.before, land_sum(before, indicator, period)) << effect.what;
            if (effect.after != withheld) {
                ASSERT_EQ(effect.after, land_sum(after, indicator, period)) << effect.what;
            }
        }
    }
    EXPECT_GT(changed, 2000U);
    EXPECT_GT(derived, 300U);
}

TEST_F(IntakePreview, MunicipalitiesAreCountedUnderTheirCounty) {
    ASSERT_EQ(release({{"03153002", "", "2024", "100"}, {"03153005", "", "2024", "200"}}).added, 2U);
    auto const report = check_rows(
        {{"03153002", "", "2024", "110"}, {"03153005", "", "2024", "200"}, {"03153005", "", "2023", "190"}});
    ASSERT_EQ(report.preview.counties.size(), 1U);
    auto const& county = report.preview.counties[0];
    EXPECT_EQ(county.area, "03153");
    EXPECT_THAT(county.name, HasSubstr("Goslar"));
    EXPECT_EQ(county.revised, 1U);
    EXPECT_EQ(county.added, 1U);
    ASSERT_FALSE(report.preview.derived.empty());
    auto const& effect = report.preview.derived[0];
    EXPECT_THAT(effect.what, HasSubstr("Summe der Gemeinden"));
    EXPECT_EQ(effect.before, "300");
    EXPECT_EQ(effect.after, "310");
    EXPECT_EQ(effect.change, "+3.3 %");
}

TEST_F(IntakePreview, EqualDeliveriesHaveEqualHashesAndOthersOthers) {
    std::vector<Row> const rows{{"03153", "", "2024", "126775"}, {"03101", "", "2024", "250000"}};
    auto const first = check_rows(rows).preview.changes_sha256;
    EXPECT_EQ(check_rows({rows[1], rows[0]}).preview.changes_sha256, first)
        << "the order of rows is no change";
    EXPECT_NE(check_rows({rows[0]}).preview.changes_sha256, first);
    EXPECT_NE(check_rows({rows[0], {"03101", "", "2024", "250001"}}).preview.changes_sha256, first);
}

TEST_F(IntakePreview, SumsWithSecretPartsShowNeitherThemNorWhatTheyBecome) {
    ASSERT_EQ(release({{"03153", "", "2024", "."}, {"03101", "", "2024", "250000"}}).added, 2U);
    auto const report = check_rows({{"03153", "", "2024", "126775"}});
    ASSERT_FALSE(report.preview.derived.empty());
    for (auto const& effect : report.preview.derived) {
        EXPECT_EQ(effect.before, "CONFIDENTIAL");
        EXPECT_EQ(effect.after, withheld);
        EXPECT_EQ(effect.change, "");
    }
}

TEST_F(IntakePreview, LargestRelativeChangesComeFirstAndTheRestIsCounted) {
    std::vector<Row> rows;
    for (int year = 1950; year < 2020; ++year) rows.push_back({"03153", "", std::to_string(year), "1000"});
    ASSERT_EQ(release(rows).added, 70U);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].value = std::to_string(1000 + (i * 37) % 70 + 1);
    agreement.brake.changed_share = 1;
    auto const report = check_rows(rows);
    EXPECT_EQ(report.preview.derived.size(), 50U);
    EXPECT_EQ(report.preview.derived_more, 20U);
    EXPECT_EQ(report.preview.derived[0].change, "+7.0 %");
    for (std::size_t i = 1; i < report.preview.derived.size(); ++i)
        EXPECT_GE(std::stoll(report.preview.derived[i - 1].after),
                  std::stoll(report.preview.derived[i].after));
}

TEST_F(IntakePreview, FormerCountiesChangeTheirSuccessorOnTodaysTerritory) {
    ASSERT_EQ(release({{"03152", "", "2014", "250000"}, {"03156", "", "2014", "73000"}}).added, 2U);
    CheckOptions options;
    options.data = source_dir;
    auto const report = check_rows({{"03156", "", "2014", "75000"}}, options);
    auto const& derived = report.preview.derived;
    auto const found = std::find_if(derived.begin(), derived.end(), [](DerivedEffect const& effect) {
        return effect.what.find("03159") != std::string::npos;
    });
    ASSERT_NE(found, derived.end()) << to_text(report, agreement);
    EXPECT_THAT(found->what, HasSubstr("auf dem Gebietsstand "));
    EXPECT_EQ(found->before, "323000");
    EXPECT_EQ(found->after, "325000");
    EXPECT_EQ(found->change, "+0.6 %");
}

/// Employees of a county by nationality, in another dataset than the inhabitants.
std::string employees(std::string const& all, std::string const& foreign) {
    std::string text = flat_header();
    for (auto const& [nationality, value] :
         {std::pair{std::string{}, all}, std::pair{std::string{"NATA"}, foreign}})
        text += "13111;Beschäftigte;STAG;Stichtag;2024-06-30;KREISE;Kreise;03153;Goslar;NAT;Nationalität;" +
                nationality + ";x" + nationality + ";" + value +
                ";Anzahl;ERW065;sozialversicherungspflichtig Beschäftigte\n";
    return text;
}

TEST_F(IntakePreview, SharesAndRatesChangeWithTheirParts) {
    ASSERT_EQ(release({{"03153", "", "2024", "126775"}}).added, 1U);
    agreement.table = "13111-01-03-4";
    ASSERT_EQ(release_text(employees("40000", "5000")).added, 2U);
    auto const effect_of = [this](Report const& report, std::string_view what) {
        for (auto const& effect : report.preview.derived)
            if (effect.what.find(what) != std::string::npos) return effect;
        ADD_FAILURE() << what << "\n" << to_text(report, agreement);
        return DerivedEffect{};
    };
    auto const part = check_text(employees("40000", "6000"));
    auto const share = effect_of(part, "Ausländeranteil");
    EXPECT_EQ(share.before, "12.5");
    EXPECT_EQ(share.after, "15.0");
    EXPECT_EQ(share.change, "+20.0 %");
    auto const rate = effect_of(part, "je 1 000 Einwohner");
    EXPECT_EQ(rate.before, "39.4"); // 5,000 of 126,775
    EXPECT_EQ(rate.after, "47.3");
    // The whole changes: the share does, too, and is told once.
    auto const whole = check_text(employees("50000", "5000"));
    EXPECT_EQ(effect_of(whole, "Ausländeranteil").after, "10.0");
    auto const both = check_text(employees("50000", "6000"));
    EXPECT_EQ(effect_of(both, "Ausländeranteil").after, "12.0");
    EXPECT_EQ(std::count_if(both.preview.derived.begin(), both.preview.derived.end(),
                            [](DerivedEffect const& effect) {
                                return effect.what.find("Ausländeranteil") != std::string::npos;
                            }),
              1);
}

} // namespace

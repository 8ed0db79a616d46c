// Random questions to a random store: every format gives the same observations, and they are those of a plain
// evaluation over Store::read that shares no code with the cursor.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "gateway/feed/sdmx_csv.hpp"
#include "tests/gateway/sdmx/data/read_back.hpp"
#include "tests/gateway/store/fixture.hpp"

#include "gateway/sdmx/data/message.hpp"

namespace gateway::sdmx::data::testing {
namespace {

/// KREISLAUF_SDMX_QUESTIONS and KREISLAUF_SDMX_SEED ask more, and others.
unsigned from_environment(char const* name, unsigned otherwise) {
    char const* const text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}
unsigned const questions = from_environment("KREISLAUF_SDMX_QUESTIONS", 2'400);
unsigned const first_seed = from_environment("KREISLAUF_SDMX_SEED", 4711);
constexpr std::array formats{Format::generic21, Format::specific21, Format::specific30, Format::json_draft,
                             Format::json10,    Format::json20,     Format::csv10,      Format::csv20};

class Dice {
  public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned limit) { return static_cast<unsigned>(engine_() % limit); }
    bool one_in(unsigned n) { return below(n) == 0; }
    template <typename T>
    T const& pick(std::vector<T> const& from) {
        return from[below(static_cast<unsigned>(from.size()))];
    }

  private:
    std::mt19937 engine_;
};

std::vector<store::PackedObservation> random_series(Dice& dice, std::vector<store::StateNo> const& states,
                                                    store::StateNo secret) {
    std::map<TimePeriod, store::PackedObservation> series;
    static std::vector<std::string> const periods{
        "2018",    "2019",    "2020",    "2021",    "2018-12-31",     "2020-12-31",
        "2020-Q1", "2020-Q2", "2020-06", "2019-S1", "2019-08-01/P1Y", "2020-01-15/P10D"};
    unsigned const kinds = dice.one_in(3) ? static_cast<unsigned>(periods.size()) : 4;
    for (unsigned i = 0; i < kinds; ++i) {
        if (dice.one_in(3)) continue;
        auto const period = parse_sdmx_period(periods[i]).value();
        store::PackedObservation packed{period, Decimal{}, dice.pick(states), 0};
        if (packed.state != secret)
            packed.number =
                Decimal::from_scaled(static_cast<std::int64_t>(dice.below(2000)) - 500, dice.below(3));
        series.emplace(period, packed);
    }
    std::vector<store::PackedObservation> result;
    result.reserve(series.size());
    for (auto const& entry : series) result.push_back(entry.second);
    return result;
}

/// One observation with all that it is called, for the plain evaluation.
struct Plain {
    std::map<std::string, std::string> texts;
    TimePeriod period;
    std::optional<Decimal> number;
};

class SdmxProperty : public ::testing::Test {
  protected:
    SdmxProperty() {
        Dice dice{20'261'126};
        for (int vintage = 0; vintage < 5; ++vintage) load(dice, UnixTime{1'000'000} * (vintage + 1));
        view_ = query::read_view(*store_, id_);
    }

    void load(Dice& dice, UnixTime received) {
        auto info = store::testing::population();
        info.dimensions.emplace_back("AGE");
        auto const into = store_->begin(store::testing::request(info, received));
        std::vector<store::AreaNo> areas{into->area({CodeList::ags, AreaLevel::country, "DG"})};
        for (int i = 0; i < 3; ++i)
            areas.push_back(into->area({CodeList::ags, AreaLevel::land, "0" + std::to_string(i + 1)}));
        for (int i = 0; i < 80; ++i)
            areas.push_back(into->area(store::testing::county(std::to_string(10'000 + i))));
        areas.push_back(into->area({CodeList::ags, AreaLevel::subunit, "05334002"}));
        std::sort(areas.begin(), areas.end());
        std::vector<store::StateNo> states{0, 0, 0};
        store::State rounded, secret, provisional;
        rounded.quality.protection = Protection::r5;
        rounded.quality.bounds = protection_bounds(Protection::r5);
        secret.reason = MissingReason::confidential;
        secret.quality.status = ObsStatus::suppressed;
        secret.quality.sign = Sign::from(".").value();
        provisional.quality.status = ObsStatus::provisional;
        provisional.quality.sign = Sign::from("p").value();
        for (auto const& state : {rounded, secret, provisional}) states.push_back(into->state(state));
        for (int i = 0; i < 9; ++i) {
            auto key = store::testing::indicator_of(i % 3 == 0   ? "_T"
                                                    : i % 3 == 1 ? "F"
                                                                 : "M",
                                                    i < 6 ? "BEVSTD" : "ANTEIL");
            if (i >= 3 && i < 6) key.set("AGE", "Y_LT5");
            if (i >= 6) key.set("UNIT_MULT", "3");
            auto const indicator = into->indicator(key);
            for (auto const area : areas) {
                if (dice.one_in(3)) continue;
                auto const series = random_series(dice, states, states[4]);
                if (!series.empty()) into->put(indicator, area, series);
            }
        }
        into->commit("", 0, 0, [&dice](store::IndicatorNo, store::AreaNo, TimePeriod const&) {
            return dice.one_in(2);
        });
    }

    query::Selection random_selection(Dice& dice) const;
    std::vector<std::string> naive(query::Selection const& selection) const;
    std::map<std::vector<std::string>, std::vector<Plain>> const& series_at(VintageNo vintage) const;

    store::testing::TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
    std::string const id_ = store::testing::population().id;
    query::DatasetViewPtr view_;
    mutable std::map<VintageNo, std::map<std::vector<std::string>, std::vector<Plain>>> known_;
};

query::Selection SdmxProperty::random_selection(Dice& dice) const {
    query::Selection selection;
    selection.dataset = id_;
    static std::vector<std::vector<std::string>> const codes{
        {"A", "Q", "S", "M", "X"},
        {"DG", "01", "10003", "10007", "10011", "10064", "10079", "05334002_S", "99999"},
        {"BEVSTD", "ANTEIL", "NONE"},
        {"PS", "PT"},
        {"F", "M", "_T"},
        {"Y_LT5", "_Z"}};
    for (unsigned patterns = dice.below(4); patterns > 0; --patterns) {
        query::KeyPattern pattern;
        auto const positions = dice.below(7);
        for (unsigned i = 0; i < positions; ++i) {
            auto& wanted = pattern.codes.emplace_back();
            if (!dice.one_in(2)) continue;
            for (unsigned n = 1 + dice.below(3); n > 0; --n) wanted.push_back(dice.pick(codes[i]));
        }
        selection.patterns.push_back(std::move(pattern));
    }
    static std::vector<std::string> const times{"2018",    "2019",       "2020",     "2020-Q1",
                                                "2020-06", "2020-12-31", "2019-W40", "2021"};
    if (dice.one_in(4)) selection.start = query::parse_time_range(dice.pick(times));
    if (dice.one_in(4)) selection.end = query::parse_time_range(dice.pick(times));
    if (dice.one_in(5)) selection.first_observations = 1 + dice.below(3);
    if (dice.one_in(5)) selection.last_observations = 1 + dice.below(3);
    if (dice.one_in(3)) selection.vintage = 1 + dice.below(5);
    if (dice.one_in(6)) selection.as_of = 1'000'000 * (1 + dice.below(5)) + 5;
    if (dice.one_in(4)) selection.updated_after = 1'000'000 * dice.below(6) + 5;
    static std::vector<std::pair<std::string, std::vector<std::string>>> const components{
        {"SEX", {"F", "M", "_T"}},
        {"AREA", {"10", "03", "10007", "DG"}},
        {"FREQ", {"A", "Q"}},
        {"AREA_LEVEL", {"0", "3", "4S"}},
        {"UNIT_MULT", {"0", "3"}},
        {"OBS_STATUS", {"A", "P", "Q"}},
        {"SRC_SIGN", {"", ".", "p"}},
        {"MISSING_REASON", {"CONF", ""}},
        {"OBS_VALUE", {"0", "100", "-3.5"}},
        {"VINTAGE", {"1", "3"}},
        {"TIME_PERIOD", times}};
    for (unsigned n = dice.below(3); n > 0; --n) {
        auto const& [component, values] = dice.pick(components);
        query::Filter filter;
        filter.component = component;
        bool const is_number = component == "OBS_VALUE" || component == "VINTAGE";
        for (unsigned any = 1 + dice.below(2); any > 0; --any) {
            auto& terms = filter.any_of.emplace_back();
            for (unsigned all = 1 + dice.below(2); all > 0; --all)
                terms.push_back(
                    {static_cast<query::Operator>(dice.below(is_number ? 6 : 10)), dice.pick(values)});
        }
        selection.filters.push_back(std::move(filter));
    }
    return selection;
}

bool term_holds(query::Term const& term, std::string const& component, Plain const& plain) {
    using query::Operator;
    auto const text = plain.texts.count(component) != 0 ? plain.texts.at(component) : std::string{};
    switch (term.op) {
    case Operator::contains: return text.find(term.value) != std::string::npos;
    case Operator::contains_not: return text.find(term.value) == std::string::npos;
    case Operator::starts_with: return text.rfind(term.value, 0) == 0;
    case Operator::ends_with:
        return text.size() >= term.value.size() &&
               text.compare(text.size() - term.value.size(), std::string::npos, term.value) == 0;
    default: break;
    }
    if (component == "TIME_PERIOD") {
        auto const range = query::parse_time_range(term.value).value();
        auto const begin = plain.period.start_day(), end = plain.period.end_day();
        switch (term.op) {
        case Operator::equal: return begin == range.begin && end == range.end;
        case Operator::not_equal: return begin != range.begin || end != range.end;
        case Operator::less: return end <= range.begin;
        case Operator::less_or_equal: return end <= range.end;
        case Operator::greater: return begin >= range.end;
        default: return begin >= range.begin;
        }
    }
    double left = 0, right = 0;
    if (component == "OBS_VALUE" || component == "VINTAGE") {
        if (component == "OBS_VALUE" && !plain.number) return false;
        left = std::stod(component == "OBS_VALUE" ? plain.number->to_string() : text);
        right = std::stod(term.value);
    } else {
        left = text.compare(term.value);
    }
    switch (term.op) {
    case Operator::equal: return left == right;
    case Operator::not_equal: return left != right;
    case Operator::less: return left < right;
    case Operator::less_or_equal: return left <= right;
    case Operator::greater: return left > right;
    default: return left >= right;
    }
}

bool is_wanted(query::Selection const& selection, std::vector<std::string> const& ids, Plain const& plain) {
    bool matches = selection.patterns.empty();
    for (auto const& pattern : selection.patterns) {
        bool all = true;
        for (std::size_t i = 0; i < pattern.codes.size(); ++i) {
            auto const& codes = pattern.codes[i];
            all = all && (codes.empty() ||
                          std::find(codes.begin(), codes.end(), plain.texts.at(ids[i])) != codes.end());
        }
        matches = matches || all;
    }
    if (selection.start && plain.period.start_day() < selection.start->begin) return false;
    if (selection.end && plain.period.end_day() > selection.end->end) return false;
    for (auto const& filter : selection.filters) {
        bool any = false;
        for (auto const& terms : filter.any_of) {
            bool all = true;
            for (auto const& term : terms) all = all && term_holds(term, filter.component, plain);
            any = any || all;
        }
        matches = matches && any;
    }
    return matches;
}

/// What an observation is in the rows of a message.
std::string row_of(Plain const& plain) {
    std::string text;
    for (auto const& [id, value] : plain.texts)
        if (!value.empty()) text.append(id).append("=").append(value).append(" ");
    if (plain.number) text += "#" + plain.number->to_string();
    return text;
}

std::map<std::vector<std::string>, std::vector<Plain>> const& SdmxProperty::series_at(VintageNo at) const {
    auto const [known, is_new] = known_.try_emplace(at);
    auto& result = known->second;
    if (!is_new) return result;
    auto const ids = view_->dimensions();
    store_->read({id_, at, {}, {}, {}}, [&](store::SeriesRef ref, auto const& packed_series) {
        auto const area = store_->area(ref.area);
        auto const key = store_->indicator(ref.indicator);
        for (auto const& packed : packed_series) {
            auto const observation = store::unpacked(*store_, packed);
            Plain plain;
            plain.period = observation.period;
            plain.number = observation.value.number();
            auto& texts = plain.texts;
            for (std::size_t i = 2; i < ids.size(); ++i) {
                auto const code = key.at(ids[i]);
                texts[ids[i]] = code.empty() ? "_Z" : std::string{code};
            }
            texts["FREQ"] = feed::frequency_of(view_->info, observation.period);
            texts["AREA"] = area_key(area);
            std::vector<std::string> name;
            name.reserve(ids.size());
            for (auto const& id : ids) name.push_back(texts[id]);
            auto const& quality = observation.quality;
            texts["TIME_PERIOD"] = observation.period.to_sdmx();
            texts["OBS_STATUS"] = std::string(1, to_char(quality.status));
            texts["CONF_STATUS"] = std::string(1, to_char(quality.confidentiality));
            texts["PROTECTION"] = to_string(quality.protection);
            texts["SRC_SIGN"] = quality.sign.text();
            if (auto const reason = observation.value.reason()) texts["MISSING_REASON"] = to_string(*reason);
            if (plain.number && quality.bounds) {
                texts["OBS_LO"] = checked_subtract(*plain.number, quality.bounds->below)->to_string();
                texts["OBS_HI"] = checked_add(*plain.number, quality.bounds->above)->to_string();
            }
            auto const multiplier = key.at("UNIT_MULT");
            texts["UNIT_MULT"] = multiplier.empty() ? "0" : std::string{multiplier};
            texts["AREA_LIST"] = to_string(area.list);
            texts["AREA_LEVEL"] = to_string(area.level);
            texts["TERR_STATE"] = date_text(observation.period.end_day() - 1);
            texts["SOURCE_TABLE"] = view_->info.table;
            texts["LICENCE"] = view_->info.licence;
            texts["VINTAGE"] = std::to_string(observation.vintage);
            texts["RETRIEVED"] = utc_text(1'000'000 * observation.vintage);
            texts["FIGURE_ID"] =
                to_string(FigureId{id_, area_key(area), key, observation.period, observation.vintage});
            result[name].push_back(std::move(plain));
        }
    });
    return result;
}

std::vector<std::string> SdmxProperty::naive(query::Selection const& selection) const {
    auto const ids = view_->dimensions();
    VintageNo vintage = 0, after = 0;
    for (auto const& each : store_->vintages(id_)) {
        if (each.no <= selection.vintage.value_or(1000) &&
            each.received <= selection.as_of.value_or(1'000'000'000))
            vintage = each.no;
        if (selection.updated_after && each.received <= *selection.updated_after) after = each.no;
    }
    std::vector<std::string> rows;
    if (vintage == 0 || (selection.updated_after && after >= vintage)) return rows;
    auto const cut = [&](std::vector<Plain> const& series) {
        std::vector<Plain> result;
        auto const head = selection.first_observations.value_or(0),
                   tail = selection.last_observations.value_or(0);
        for (std::size_t i = 0; i < series.size(); ++i)
            if ((!selection.first_observations && !selection.last_observations) || i < head ||
                i + tail >= series.size())
                result.push_back(series[i]);
        return result;
    };
    auto const& current = series_at(vintage);
    for (auto const& entry : current) {
        std::vector<Plain> wanted;
        for (auto const& plain : entry.second)
            if (is_wanted(selection, ids, plain) &&
                (!selection.updated_after || std::stoul(plain.texts.at("VINTAGE")) > after))
                wanted.push_back(plain);
        for (auto const& plain : cut(wanted)) rows.push_back(row_of(plain));
    }
    if (selection.updated_after && after != 0) {
        for (auto const& entry : series_at(after)) {
            std::set<TimePeriod> still;
            if (auto const found = current.find(entry.first); found != current.end())
                for (auto const& plain : found->second) still.insert(plain.period);
            std::vector<Plain> gone;
            for (auto const& plain : entry.second) {
                // What a figure said does not matter once it is gone.
                auto only_key = selection;
                only_key.filters.erase(std::remove_if(only_key.filters.begin(), only_key.filters.end(),
                                                      [](query::Filter const& filter) {
                                                          static std::set<std::string> const of_figures{
                                                              "OBS_STATUS", "SRC_SIGN", "MISSING_REASON",
                                                              "OBS_VALUE", "VINTAGE"};
                                                          return of_figures.count(filter.component) != 0;
                                                      }),
                                       only_key.filters.end());
                if (still.count(plain.period) == 0 && is_wanted(only_key, ids, plain)) gone.push_back(plain);
            }
            for (auto plain : cut(gone)) {
                Plain key;
                for (auto const& id : ids) key.texts[id] = plain.texts.at(id);
                key.texts["TIME_PERIOD"] = plain.texts.at("TIME_PERIOD");
                rows.push_back("Delete " + row_of(key));
            }
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

TEST_F(SdmxProperty, EveryFormatAnswersRandomQuestionsAsAPlainEvaluationDoes) {
    Dice dice{first_seed};
    std::size_t with_rows = 0;
    static std::vector<std::string> const layouts{"TIME_PERIOD", "TIME_PERIOD", "AllDimensions", "AREA",
                                                  "SEX",         "AGE",         "FREQ"};
    for (unsigned i = 0; i < questions; ++i) {
        auto const selection = random_selection(dice);
        auto const expected = naive(selection);
        with_rows += expected.empty() ? 0U : 1U;
        MessageOptions options;
        options.prepared = "2026-11-26T05:00:00Z";
        // Two formats a question, all of them over and over.
        for (auto const at : {i % 8U, dice.below(8)}) {
            options.media.format = formats[at];
            options.media.all_in_lists = i % 3 == 0; // counts in SDMX-JSON 2.0 alone
            options.dimension_at_observation = dice.pick(layouts);
            if (options.media.format == Format::csv10 && selection.updated_after) continue;
            auto const found =
                read_back(write_message(*store_, view_, selection, options), "question " + std::to_string(i));
            ASSERT_EQ(found.rows, expected)
                << "question " << i << ", format " << at << " by " << options.dimension_at_observation;
            ASSERT_TRUE(found.issues.empty()) << found.issues.front();
        }
    }
    EXPECT_GT(with_rows, questions / 3) << "the questions are too narrow to prove much";
}

TEST_F(SdmxProperty, HistoryInEveryFormatIsWhatWasInForceAtEachVintage) {
    Dice dice{first_seed + 1};
    std::size_t with_rows = 0;
    for (unsigned i = 0; i < questions / 16; ++i) {
        auto selection = random_selection(dice);
        selection.include_history = true;
        std::vector<std::string> expected, as_table;
        auto one = selection;
        one.include_history = false;
        one.updated_after.reset();
        one.as_of.reset();
        std::vector<store::VintageInfo> known;
        for (auto const& vintage : store_->vintages(id_))
            if (vintage.no <= selection.vintage.value_or(1000) &&
                vintage.received <= selection.as_of.value_or(1'000'000'000))
                known.push_back(vintage);
        for (std::size_t no = 0; no < known.size(); ++no) {
            if (known[no].received <= selection.updated_after.value_or(0)) continue;
            one.vintage = known[no].no;
            // A table has no data sets: two columns say what was in force when.
            auto validity = " VALID_FROM=" + utc_text(known[no].received);
            if (no + 1 < known.size()) validity += " VALID_TO=" + utc_text(known[no + 1].received);
            for (auto const& row : naive(one)) {
                expected.push_back(row);
                auto const at = row.find(" VINTAGE=");
                ASSERT_NE(at, std::string::npos);
                as_table.push_back(row.substr(0, at) + validity + row.substr(at));
            }
        }
        std::sort(expected.begin(), expected.end());
        std::sort(as_table.begin(), as_table.end());
        with_rows += expected.empty() ? 0U : 1U;
        MessageOptions options;
        options.prepared = "2026-11-26T05:00:00Z";
        for (auto const at : {i % 8U, dice.below(8)}) {
            options.media.format = formats[at];
            options.media.all_in_lists = i % 3 == 0; // counts in SDMX-JSON 2.0 alone
            if (options.media.format == Format::csv10 && selection.updated_after) continue;
            auto const found =
                read_back(write_message(*store_, view_, selection, options), "history " + std::to_string(i));
            bool const is_table = formats[at] == Format::csv10 || formats[at] == Format::csv20;
            ASSERT_EQ(found.rows, is_table ? as_table : expected) << "question " << i << ", format " << at;
            ASSERT_TRUE(found.issues.empty()) << found.issues.front();
        }
    }
    EXPECT_GT(with_rows, questions / 48) << "the questions are too narrow to prove much";
}

} // namespace
} // namespace gateway::sdmx::data::testing

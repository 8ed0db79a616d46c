// What a digest tells, what it leaves out, and in which words.
#include "gateway/subscribe/digest_text.hpp"

#include <gmock/gmock.h>

#include "gateway/io/file.hpp"
#include "gateway/subscribe/digest_words.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::subscribe {
namespace {

using namespace store::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixTime in_july = 1'720'000'000; // 2024-07-03

class DigestTest : public ::testing::Test {
  protected:
    struct Figures {
        std::string total = "126775", men = "62494", other = "326000";
        bool with_men = true;
        std::string note = {};
        UnixTime time = in_july;
    };
    void SetUp() override { load({}); }

    void load(Figures const& figures) {
        auto wish = request(population(), figures.time);
        wish.note = figures.note;
        auto const load = store_->begin(wish);
        auto const both = load->indicator(indicator_of("_T"));
        auto const men = load->indicator(indicator_of("M"));
        auto const goslar = load->area(county("03153"));
        auto const goettingen = load->area(county("03159"));
        load->label("AREA", "03153", "Goslar, Landkreis");
        load->label("AREA", "03159", "Göttingen, Landkreis");
        load->label("MEASURE", "BEVSTD", "Bevölkerungsstand");
        load->label("SEX", "M", "männlich");
        auto const secret =
            load->state({MissingReason::confidential,
                         {ObsStatus::suppressed, ConfStatus::primary, {}, *Sign::from("."), {}}});
        auto const value = [&](std::string const& number) {
            return number == "." ? missing("2024-12-31", secret) : observed("2024-12-31", number);
        };
        load->put(both, goslar, std::vector{observed("2023-12-31", "127712"), value(figures.total)});
        load->put(both, goettingen, std::vector{value(figures.other)});
        if (figures.with_men) load->put(men, goslar, std::vector{value(figures.men)});
        load->commit("", 4, 0, everything());
    }
    [[nodiscard]] static query::ChangeFilter goslar() {
        query::ChangeFilter filter;
        filter.area = [](Area const& area) { return lies_in(area, "03153"); };
        return filter;
    }
    [[nodiscard]] Digest since(std::uint64_t behind, DigestOptions const& options = {},
                               query::ChangeFilter const& filter = goslar()) const {
        return make_digest(*store_, filter, behind, store_->last_change(), options);
    }
    static DigestFrame frame() {
        return {"Goslar, Landkreis", "https://daten.example.de", "03153", {"Abbestellen: Antwort genügt."}};
    }

    TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
};

TEST_F(DigestTest, SaysFromWhatToWhatAndWhyWithNamesAlone) {
    auto const before = store_->last_change();
    load({.total = "127000", .note = "Nachmeldung der Stadt Goslar"});
    auto const digest = since(before);
    EXPECT_EQ(digest_subject(digest, frame()), "Goslar, Landkreis: 1 Zahl berichtigt");
    auto const text = digest_text(digest, frame());
    EXPECT_THAT(text, HasSubstr("1. Bevölkerung (Tabelle 12411-01-01-4, Destatis)\n"));
    EXPECT_THAT(text, HasSubstr("- Goslar, Landkreis, 31.12.2024: Bevölkerungsstand\n"
                                "  bisher 126.775 Personen, jetzt 127.000 Personen (+225)\n"));
    EXPECT_THAT(text, HasSubstr("Hinweis zur Lieferung: „Nachmeldung der Stadt Goslar“ (hier eingegangen am "
                                "03.07.2024)."));
    EXPECT_THAT(text, Not(HasSubstr("BEVSTD")));
    EXPECT_THAT(text, Not(HasSubstr("Göttingen")));
}

TEST_F(DigestTest, IsEmptyWhereOnlyOthersChanged) {
    auto const before = store_->last_change();
    load({.other = "327000"});
    EXPECT_GT(store_->last_change(), before);
    EXPECT_TRUE(since(before).empty());
    EXPECT_FALSE(since(before, {}, {}).empty());
}

TEST_F(DigestTest, PutsWhatIsGoneFirstAndTheLargestRevisionsNext) {
    auto const before = store_->last_change();
    load({.total = "127000", .men = "."});
    auto const digest = since(before);
    ASSERT_EQ(digest.groups.size(), 1U);
    auto const& figures = digest.groups.front().figures;
    ASSERT_EQ(figures.size(), 2U);
    EXPECT_EQ(figures[0].after, "kein Wert (geheim zu halten)");
    EXPECT_EQ(figures[0].indicator, "Bevölkerungsstand, männlich");
    EXPECT_EQ(figures[0].difference, "");
    EXPECT_EQ(figures[1].difference, "+225");
    load({.total = "127000", .with_men = false});
    auto const later = since(before);
    EXPECT_EQ(later.groups.front().gone, 1U);
    EXPECT_THAT(digest_text(later, frame()),
                HasSubstr("bisher 62.494 Personen, jetzt nicht mehr aufgeführt"));
}

TEST_F(DigestTest, TellsAFigureThatChangedTwiceOnceAndOneThatCameBackNotAtAll) {
    auto const before = store_->last_change();
    load({.total = "127000", .men = "1"});
    load({.total = "128000"});
    auto const digest = since(before);
    ASSERT_EQ(digest.groups.size(), 1U);
    ASSERT_EQ(digest.groups.front().figures.size(), 1U);
    EXPECT_EQ(digest.groups.front().figures.front().before, "126.775 Personen");
    EXPECT_EQ(digest.groups.front().figures.front().after, "128.000 Personen");
    EXPECT_EQ(digest.groups.front().why.size(), 2U);
    load({});
    EXPECT_TRUE(since(before).empty());
}

TEST_F(DigestTest, EndsWithTheEntryThatIsNamed) {
    auto const before = store_->last_change();
    load({.total = "127000"});
    auto const until = store_->last_change();
    load({.total = "128000"});
    auto const digest = make_digest(*store_, goslar(), before, until, {});
    EXPECT_EQ(digest.groups.front().figures.front().after, "127.000 Personen");
}

TEST_F(DigestTest, SaysThatTheLogNoLongerHoldsWhatCameFirst) {
    auto const before = store_->last_change();
    load({.total = "127000"});
    auto const first = store_->last_change();
    load({.total = "128000"});
    store_->compact_changes(first, in_july);
    auto const digest = since(before);
    ASSERT_EQ(digest.events.size(), 1U);
    EXPECT_THAT(digest_text(digest, frame()), HasSubstr("nicht mehr einzeln verzeichnet"));
    EXPECT_EQ(digest.groups.front().figures.front().before, "127.000 Personen");
    auto const only_gap = make_digest(*store_, goslar(), before, first, {});
    EXPECT_TRUE(only_gap.groups.empty());
    EXPECT_EQ(only_gap.events.size(), 1U);
}

TEST_F(DigestTest, CountsWhatItDoesNotShow) {
    auto const before = store_->last_change();
    load({.total = "127000", .men = "62000"});
    auto const digest = since(before, {.most_figures = 1});
    EXPECT_EQ(digest.groups.front().figures.size(), 1U);
    EXPECT_THAT(digest_text(digest, frame()), HasSubstr("- und 1 Zahl mehr\n"));
    auto const many = since(before, {.most_figures = 1, .most_compared = 1});
    EXPECT_EQ(many.groups.front().all(), 2U);
    EXPECT_THAT(digest_text(many, frame()), HasSubstr("mehrfach geänderte sind mehrfach gezählt"));
}

TEST_F(DigestTest, NeverSpellsOutWhatIsNotFree) {
    store::State const hidden{std::nullopt, {ObsStatus::normal, ConfStatus::not_for_publication, {}, {}, {}}};
    store::State const plain;
    auto const one = observed("2024", "4711");
    EXPECT_EQ(value_words(one, hidden, "Personen"), "vertraulich, hier nicht genannt");
    EXPECT_FALSE(difference_words(one, hidden, one, plain));
    EXPECT_FALSE(difference_words(one, plain, one, hidden));
    auto const before = store_->last_change();
    load({.total = "127000"});
    DigestOptions options;
    options.withholds = [](std::string_view) { return true; };
    for (auto const& text :
         {digest_text(since(before, options), frame()), digest_html(since(before, options), frame())}) {
        EXPECT_THAT(text, Not(HasSubstr("127.000")));
        EXPECT_THAT(text, Not(HasSubstr("126.775")));
        EXPECT_THAT(text, HasSubstr("nicht öffentlich"));
        EXPECT_THAT(text, HasSubstr("1 Zahl berichtigt"));
    }
}

TEST_F(DigestTest, SaysWhyARecallChangedFiguresAndTellsOthersNothing) {
    load({.total = "127000"});
    auto const before = store_->last_change();
    store_->recall(population().id, 2, {in_july, "Zahlendreher", "error", false});
    auto const text = digest_text(since(before), frame());
    EXPECT_THAT(
        text,
        HasSubstr("Eine frühere Lieferung wurde zurückgenommen; es gilt wieder, was vorher galt. Grund: "
                  "Fehler in der Lieferung, „Zahlendreher“"));
    EXPECT_THAT(text, HasSubstr("bisher 127.000 Personen, jetzt 126.775 Personen (-225)"));
    auto others = goslar();
    others.area = [](Area const& area) { return lies_in(area, "03159"); };
    EXPECT_TRUE(since(before, {}, others).empty());
}

TEST_F(DigestTest, TellsNothingOfADeliveryThatWasSealedBeforeAnybodyHeardOfIt) {
    auto const before = store_->last_change();
    load({.total = "127000", .note = "geheime Nachmeldung"});
    store_->recall(population().id, 2, {in_july, "Geheimhaltung vergessen", "confidential", true});
    EXPECT_TRUE(since(before).empty());
    load({.men = "62500", .note = "Berichtigung"});
    auto const text = digest_text(since(before), frame());
    EXPECT_THAT(text, HasSubstr("bisher 62.494 Personen, jetzt 62.500 Personen (+6)"));
    EXPECT_THAT(text, HasSubstr("„Berichtigung“"));
    EXPECT_THAT(text, Not(HasSubstr("geheime Nachmeldung")));
    EXPECT_THAT(text, Not(HasSubstr("zurückgenommen")));
    EXPECT_THAT(text, Not(HasSubstr("127.000")));
    EXPECT_THAT(text, Not(HasSubstr("126.775"))) << "this figure is as it was";
}

TEST_F(DigestTest, SaysThatAFigureIsVoidToWhoeverHadHeardOfItAndNeverItsNumber) {
    load({.total = "127000"});
    auto const told = store_->last_change(); // a message told 127000
    store_->recall(population().id, 2, {in_july, "Geheimhaltung vergessen", "confidential", true});
    auto const digest = since(told);
    ASSERT_EQ(digest.groups.size(), 1U);
    EXPECT_EQ(digest.groups.front().revised, 1U);
    auto const text = digest_text(digest, frame());
    EXPECT_THAT(text, HasSubstr("bisher eine Zahl, die zurückgenommen wurde, jetzt 126.775 Personen\n"));
    EXPECT_THAT(text, HasSubstr("Grund: Geheimhaltung, „Geheimhaltung vergessen“"));
    EXPECT_THAT(text, Not(HasSubstr("127.000")));
    EXPECT_THAT(digest_html(digest, frame()), Not(HasSubstr("127.000")));
    auto others = goslar();
    others.area = [](Area const& area) { return lies_in(area, "03159"); };
    EXPECT_TRUE(since(told, {}, others).empty());
}

TEST_F(DigestTest, SaysOfASealedRecallOnlyWhatItChanges) {
    load({.total = "127000"});
    load({.total = "127500"});
    auto const told = store_->last_change();
    store_->recall(population().id, 2, {in_july, "Geheimhaltung vergessen", "confidential", true});
    auto const digest = since(told);
    EXPECT_TRUE(digest.groups.empty()) << "127500 counts, as it did";
    EXPECT_THAT(digest_text(digest, frame()), Not(HasSubstr("eine Zahl, die zurückgenommen wurde")));
}

TEST_F(DigestTest, SaysThatASealedFigureIsGoneWhereThereWasNoneBefore) {
    load({.with_men = false});
    load({}); // men come back
    auto const told = store_->last_change();
    store_->recall(population().id, 3, {in_july, "", "confidential", true});
    auto const digest = since(told);
    ASSERT_EQ(digest.groups.size(), 1U);
    EXPECT_EQ(digest.groups.front().gone, 1U);
    EXPECT_EQ(digest.groups.front().added, 0U);
    EXPECT_THAT(digest_text(digest, frame()),
                HasSubstr("bisher eine Zahl, die zurückgenommen wurde, jetzt nicht mehr aufgeführt"));
}

TEST_F(DigestTest, CountsASealedFigureOfAWithheldTableWithoutNumberOrName) {
    load({.total = "127000"});
    auto const told = store_->last_change();
    store_->recall(population().id, 2, {in_july, "", "confidential", true});
    DigestOptions options;
    options.withholds = [](std::string_view) { return true; };
    auto const digest = since(told, options);
    ASSERT_EQ(digest.groups.size(), 1U);
    EXPECT_EQ(digest.groups.front().revised, 1U);
    EXPECT_TRUE(digest.groups.front().figures.empty());
    auto const text = digest_text(digest, frame());
    EXPECT_THAT(text, Not(HasSubstr("126.775")));
    EXPECT_THAT(text, Not(HasSubstr("127.000")));
}

TEST_F(DigestTest, KeepsAConfidentialFigureUnsaidWhereARecallBringsItBack) {
    load({.total = "."});
    load({.total = "127000"}); // was not free to be said
    auto const told = store_->last_change();
    store_->recall(population().id, 3, {in_july, "", "confidential", true});
    auto const text = digest_text(since(told), frame());
    EXPECT_THAT(text, HasSubstr("bisher eine Zahl, die zurückgenommen wurde, jetzt kein Wert (geheim zu "
                                "halten)"));
    EXPECT_THAT(text, Not(HasSubstr("127.000")));
}

TEST_F(DigestTest, TellsOfASealedRecallWhoeverWantsRecallsAlone) {
    load({.with_men = false});
    load({}); // men come back
    auto const told = store_->last_change();
    store_->recall(population().id, 3, {in_july, "falsch", "confidential", true});
    auto filter = goslar();
    filter.added = filter.revised = filter.deleted = filter.all_kinds = false;
    filter.kinds = {store::ChangeKind::recalled};
    filter.indicator = [](IndicatorKey const& key) { return key.at("SEX") == "M"; };
    auto const digest = since(told, {}, filter);
    ASSERT_EQ(digest.events.size(), 1U);
    EXPECT_THAT(digest.events.front().text, HasSubstr("Eine frühere Lieferung wurde zurückgenommen."));
}

TEST_F(DigestTest, TellsWhatConcernsATableAsAWholeToWhoeverHasFiguresInIt) {
    auto const before = store_->last_change();
    store_->withdraw(population().id, in_july, 0, "");
    store_->announce({store::ChangeKind::structure, population().id, in_july, "Ab 2026 ohne Geschlecht"});
    auto const digest = since(before);
    ASSERT_EQ(digest.events.size(), 2U);
    auto const text = digest_text(digest, frame());
    EXPECT_THAT(
        text,
        HasSubstr("Bevölkerung (Tabelle 12411-01-01-4, Destatis): Die Quelle bietet diese Tabelle nicht "
                  "mehr an."));
    EXPECT_THAT(text, HasSubstr("Der Aufbau der Tabelle ändert sich: Ab 2026 ohne Geschlecht"));
    EXPECT_EQ(digest_subject(digest, frame()), "Goslar, Landkreis: 2 Hinweise zur amtlichen Statistik");
    auto elsewhere = goslar();
    elsewhere.area = [](Area const& area) { return lies_in(area, "09162"); };
    EXPECT_TRUE(since(before, {}, elsewhere).empty());
}

TEST_F(DigestTest, NamesTheSavedQueriesThatShowWhatChanged) {
    std::vector<SavedQuery> const saved{
        *saved_query_from("aaaa", "area=03153&dataset=12411-01-01-4&SEX=_T"),
        *saved_query_from("bbbb", "area=03153&SEX=M"),
        *saved_query_from("cccc", "area=03&inside=true&from=2025"),
        *saved_query_from("dddd", "level=county&measure=BEVSTD&from=2024&to=2024-12-31"),
        *saved_query_from("eeee", "area=03153&dataset=21111"),
    };
    DigestOptions options;
    options.saved = &saved;
    auto const before = store_->last_change();
    load({.total = "127000"});
    auto const digest = since(before, options);
    std::vector<std::string> ids;
    for (auto const& report : digest.reports) ids.push_back(report.id);
    EXPECT_THAT(ids, ElementsAre("aaaa", "dddd"));
    EXPECT_THAT(digest_text(digest, frame()),
                HasSubstr("- https://daten.example.de/q/aaaa (1 Zahl): area=03153"));
}

TEST(SavedQueries, AreReadFromTheFolderOfTheServiceWithoutFrozenOnes) {
    TempDirectory const folder;
    EXPECT_TRUE(saved_queries(folder.path()).empty());
    io::make_directories(folder.path() + "/queries/ab");
    io::write_durable(
        folder.path() + "/queries/ab/abc.json",
        R"({"query":"area=03153%2C03159&SEX=M","as_of":null,"created":"2024-01-01T00:00:00Z"})");
    io::write_durable(
        folder.path() + "/queries/ab/abd.json",
        R"({"query":"area=03153&as_of=2024-01-01","as_of":"2024-01-01","created":"2024-01-01T00:00:00Z"})");
    io::write_durable(folder.path() + "/queries/ab/abe.json", "{");
    auto const queries = saved_queries(folder.path());
    ASSERT_EQ(queries.size(), 1U);
    EXPECT_EQ(queries.front().id, "abc");
    EXPECT_THAT(queries.front().areas, ElementsAre("03153", "03159"));
    EXPECT_FALSE(saved_query_from("x", "area=%ZZ"));
    EXPECT_FALSE(saved_query_from("x", "area"));
}

TEST(DigestWords, WritesNumbersAsGermansDo) {
    auto const german = [](char const* text) { return german_number(parse_decimal(text).value); };
    EXPECT_EQ(german("0"), "0");
    EXPECT_EQ(german("999"), "999");
    EXPECT_EQ(german("1000"), "1.000");
    EXPECT_EQ(german("-1234567.50"), "-1.234.567,50");
    EXPECT_EQ(german("-100"), "-100");
    EXPECT_EQ(german("0.3"), "0,3");
    EXPECT_EQ(figures_de(1), "1 Zahl");
    EXPECT_EQ(figures_de(12345), "12.345 Zahlen");
}

TEST(DigestWords, SaysThatASourceGivesNoName) {
    TempDirectory const directory;
    auto const store = store::open_sqlite(directory.path());
    load_one(*store, "F", "03153", {observed("2024", "1")});
    auto key = indicator_of("F");
    key.set("UNIT_MULT", "3");
    key.set("AGE", "Y15T17");
    auto const words = indicator_words(*store, population().id, key);
    EXPECT_EQ(
        words,
        "Merkmal BEVSTD (die Quelle nennt keinen Namen), Alter: Schlüssel Y15T17 (die Quelle nennt keinen "
        "Namen), weiblich");
    EXPECT_EQ(unit_words(*store, population().id, key), "Tausend Personen");
    EXPECT_EQ(area_words(*store, population().id, county("03153"), nullptr),
              "Kreis oder kreisfreie Stadt 03153 (die Quelle nennt keinen Namen)");
}

TEST(DigestWords, SaysUntilWhenAFormerAreaWas) {
    TempDirectory const directory;
    auto const store = store::open_sqlite(directory.path());
    auto const areas = harmonize::territory::Register::from_directory(std::string{KREISLAUF_SOURCE_DIR} +
                                                                      "/mappings/territory");
    EXPECT_EQ(area_words(*store, population().id, county("03156"), &areas),
              "Osterode am Harz (bis 31.10.2016)");
    EXPECT_THAT(area_words(*store, population().id, county("03153"), &areas), Not(HasSubstr("bis")));
}

TEST_F(DigestTest, EscapesWhatComesFromOutsideInThePage) {
    auto const before = store_->last_change();
    load({.total = "127000", .note = "<script>alert(1)</script> & \"so\""});
    auto const page = digest_html(since(before), frame());
    EXPECT_THAT(page, Not(HasSubstr("<script>")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot;"));
    EXPECT_THAT(page, HasSubstr("<td>126.775 Personen</td><td>127.000 Personen</td><td>+225</td>"));
}

} // namespace
} // namespace gateway::subscribe

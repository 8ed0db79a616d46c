#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "tests/gateway/night/night_fixture.hpp"

namespace gateway::night {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(MorningReport, SaysThatNothingHappened) {
    auto const morning = report({});
    EXPECT_EQ(morning.summary,
              "In diesem Zeitraum ist nichts geschehen: kein Abruf, kein Import, keine Lieferung.");
    EXPECT_FALSE(morning.needs_person());
    EXPECT_EQ(morning.verdict, "Nichts zu tun.");
}

TEST(MorningReport, ANightThatDidNotTakePlaceNeedsAPerson) {
    auto facts = one_source({"a", "b"});
    facts.attempts.push_back({at("2026-11-23T02:00:00Z"), "regio", "a", "loaded", "", 1});
    auto const morning = report(facts);
    ASSERT_THAT(morning.lines, SizeIs(1));
    EXPECT_EQ(morning.lines[0].topic, Topic::late);
    EXPECT_THAT(morning.lines[0].text, HasSubstr("23.11.2026, 3:00 Uhr"));
    EXPECT_THAT(morning.lines[0].commands, ElementsAre("kreislauf sync"));
    EXPECT_TRUE(morning.needs_person());
}

TEST(MorningReport, ATableThatTheRunLeftOutIsLate) {
    auto facts = one_source({"a", "b", "c"});
    facts.attempts.push_back({at("2026-11-22T02:00:00Z"), "regio", "a", "loaded", "", 1});
    facts.attempts.push_back({last_night, "regio", "b", "unchanged", "", 1});
    auto const late = lines_of(report(facts), Topic::late);
    ASSERT_THAT(late, SizeIs(2));
    EXPECT_THAT(late[0].text, HasSubstr("vor 4 Tagen"));
    EXPECT_THAT(late[1].text, HasSubstr("noch nie abgeholt"));
    EXPECT_THAT(late[1].commands, ElementsAre("kreislauf sync regio --table c"));
}

TEST(MorningReport, NewAndRevisedAreToldInTheirWindowOnly) {
    auto facts = one_source();
    facts.attempts.push_back({last_night, "regio", "12411-01-01-4", "loaded", "", 1});
    facts.datasets.push_back(population(
        {content(1, at("2026-10-01T02:00:00Z"), 5000), content(2, last_night, 12000, 3, 0, 4997)}));
    auto const morning = report(facts);
    ASSERT_THAT(morning.lines, SizeIs(1));
    EXPECT_EQ(morning.lines[0].topic, Topic::revised);
    EXPECT_EQ(morning.lines[0].name, "Bevölkerung nach Geschlecht (12411-01-01-4)");
    EXPECT_THAT(morning.lines[0].text, HasSubstr("12\u202F000 neue Werte, 3 revidiert, 0 gelöscht"));
    EXPECT_FALSE(morning.needs_person());
    EXPECT_THAT(lines_of(report(facts, at("2026-10-01T06:00:00Z")), Topic::added), SizeIs(1));
}

TEST(MorningReport, ZeroRowsAreNeverSuccess) {
    auto facts = one_source();
    facts.attempts.push_back({last_night, "regio", "12411-01-01-4", "loaded", "", 1});
    facts.datasets.push_back(population({content(1, last_night, 0)}));
    auto const morning = report(facts);
    EXPECT_THAT(lines_of(morning, Topic::added), IsEmpty());
    ASSERT_THAT(lines_of(morning, Topic::needs_you), SizeIs(1));
    EXPECT_THAT(morning.lines[0].text, HasSubstr("kein Erfolg"));

    facts.datasets.clear();
    facts.attempts[0].outcome = "empty";
    EXPECT_THAT(lines_of(report(facts), Topic::needs_you)[0].text, HasSubstr("keine einzige Zeile"));
    EXPECT_TRUE(report(facts).needs_person());
}

TEST(MorningReport, MassDeletionNeedsAPersonAndAFewDoNot) {
    auto facts = one_source();
    facts.attempts.push_back({last_night, "regio", "12411-01-01-4", "loaded", "", 1});
    facts.datasets.push_back(
        population({content(1, at("2026-10-01T02:00:00Z"), 1000), content(2, last_night, 0, 0, 60, 940)}));
    EXPECT_THAT(report(facts).lines[0].text, HasSubstr("Ungewöhnlich viel"));
    EXPECT_TRUE(report(facts).needs_person());
    facts.datasets[0].vintages[1] = content(2, last_night, 0, 0, 20, 10);
    EXPECT_FALSE(report(facts).needs_person());
}

TEST(MorningReport, RowsSetAsideStandUntilAnotherVintageTakesThem) {
    Facts facts;
    auto first = content(1, at("2026-10-01T02:00:00Z"), 58);
    first.rows = 59;
    first.rows_set_aside = 1;
    facts.datasets.push_back(population({first}));
    facts.datasets[0].issues[1].push_back(
        {Errc::wrong_decimal_mark, Severity::error, {50, 14}, "'126.775'", "", 1});
    auto const morning = report(facts);
    ASSERT_THAT(morning.lines, SizeIs(1));
    EXPECT_EQ(morning.lines[0].topic, Topic::needs_you);
    EXPECT_THAT(morning.lines[0].text, AllOf(HasSubstr("1 Zeile von 59 nicht übernommen"),
                                             HasSubstr("1.10.2026"), HasSubstr("(1-mal)")));
    EXPECT_THAT(morning.lines[0].commands,
                ElementsAre("kreislauf list issues --dataset REGIO_12411-01-01-4"));
    facts.datasets[0].vintages.push_back(content(2, at("2026-10-02T02:00:00Z"), 1, 0, 0, 58));
    EXPECT_THAT(report(facts).lines, IsEmpty());
}

TEST(MorningReport, ASourceOutOfReachIsRetriedTwiceBeforeItNeedsAPerson) {
    auto facts = one_source({"a"});
    auto const fail = [&facts](char const* time) {
        facts.attempts.push_back(
            {at(time), "regio", "a", "failed", "connect: timed out (source_unavailable)", 0});
    };
    fail("2026-11-26T01:00:00Z");
    fail("2026-11-26T02:00:00Z");
    auto morning = report(facts);
    ASSERT_THAT(lines_of(morning, Topic::failed), SizeIs(1));
    EXPECT_THAT(morning.lines[0].text, AllOf(HasSubstr("Quelle nicht erreichbar"), HasSubstr("Zum 2. Mal"),
                                             HasSubstr("versucht es von selbst")));
    EXPECT_FALSE(morning.needs_person());
    EXPECT_EQ(morning.tally.failed, 2U);
    fail("2026-11-26T03:00:00Z");
    EXPECT_TRUE(report(facts).needs_person());
}

TEST(MorningReport, ASourceThatIsDownIsOneLineAndNotOnePerTable) {
    auto facts = one_source({"a", "b", "c", "d", "e"});
    for (auto const& table : {"a", "b", "c", "d"})
        facts.attempts.push_back({last_night, "regio", table, "failed", "down (source_unavailable)", 0});
    facts.attempts.push_back({last_night, "regio", "e", "failed", "cut (truncated)", 0});
    auto const failed = lines_of(report(facts), Topic::failed);
    ASSERT_THAT(failed, SizeIs(2));
    EXPECT_EQ(failed[0].code, "e") << "what needs a person stands first";
    EXPECT_FALSE(failed[1].needs_person);
    EXPECT_THAT(failed[1].text, HasSubstr("4 Tabellen von 5 misslungen (a, b, c und 1 weitere)"));
}

TEST(MorningReport, RefusedCredentialsNeedAPersonAtOnceAndNameTheDoctor) {
    auto facts = one_source({"a"});
    facts.attempts.push_back({last_night, "regio", "", "failed", "wrong password (source_refused)", 0});
    auto const failed = lines_of(report(facts), Topic::failed);
    ASSERT_THAT(failed, SizeIs(1));
    EXPECT_TRUE(failed[0].needs_person);
    EXPECT_EQ(failed[0].name, "Regionaldatenbank Deutschland (regio)");
    EXPECT_THAT(failed[0].commands, ElementsAre("kreislauf doctor --network", "kreislauf sync regio"));
}

TEST(MorningReport, AFailureThatWasMendedIsCountedAndNeedsNobody) {
    auto facts = one_source({"a"});
    facts.attempts.push_back({at("2026-11-26T02:00:00Z"), "regio", "a", "failed", "", 0});
    facts.attempts.push_back({at("2026-11-26T03:00:00Z"), "regio", "a", "unchanged", "", 1});
    auto const morning = report(facts);
    EXPECT_THAT(morning.lines, IsEmpty());
    EXPECT_EQ(morning.summary,
              "2 Abrufe und Importe: 1 unverändert, 1 misslungen. Kein Wert hat sich geändert.");
}

TEST(MorningReport, WithdrawnAbsentAndRecalledAreThreeDifferentThings) {
    auto facts = one_source({"12411-01-01-4", "b"});
    facts.attempts.push_back({last_night, "regio", "12411-01-01-4", "withdrawn", "status 104", 1});
    facts.attempts.push_back({last_night, "regio", "b", "absent", "status 104", 1});
    store::VintageInfo gone;
    gone.no = 2;
    gone.kind = store::VintageKind::withdrawn;
    gone.received = last_night;
    facts.datasets.push_back(population({content(1, at("2026-10-01T02:00:00Z"), 5), gone}));
    auto morning = report(facts);
    ASSERT_THAT(lines_of(morning, Topic::withdrawn), SizeIs(1));
    EXPECT_TRUE(lines_of(morning, Topic::withdrawn)[0].needs_person);
    EXPECT_THAT(lines_of(morning, Topic::needs_you)[0].text, HasSubstr("kennt diese Tabelle nicht"));
    gone.kind = store::VintageKind::recalled;
    gone.recalls = 1;
    gone.note = "falsche Datei";
    facts.datasets[0].vintages[1] = gone;
    morning = report(facts);
    EXPECT_FALSE(lines_of(morning, Topic::withdrawn)[0].needs_person);
    EXPECT_THAT(lines_of(morning, Topic::withdrawn)[0].text, HasSubstr("„falsche Datei“"));
}

TEST(MorningReport, HeldDeliveriesNameTheCommandsThatDecide) {
    Facts facts;
    facts.agreements.push_back(monthly(20));
    facts.deliveries.push_back(delivery(intake::Stage::held, at("2026-11-20T09:00:00Z")));
    auto const held = lines_of(report(facts), Topic::held);
    ASSERT_THAT(held, SizeIs(1));
    EXPECT_TRUE(held[0].needs_person);
    EXPECT_THAT(held[0].name, HasSubstr("Landesamt für Statistik Niedersachsen"));
    EXPECT_THAT(held[0].text, AllOf(HasSubstr("vor 5 Tagen"), HasSubstr("mehr als ein Viertel geändert")));
    EXPECT_THAT(held[0].commands, ElementsAre("kreislauf delivery report D-2026-000017",
                                              "kreislauf delivery release D-2026-000017 --reason GRUND",
                                              "kreislauf delivery withdraw D-2026-000017 --why GRUND"));
}

TEST(MorningReport, ADeliveryThatWaitsForItsMinuteNeedsNobodyUntilTheMinuteIsOver) {
    Facts facts;
    auto made = delivery(intake::Stage::checked, at("2026-11-25T09:00:00Z"));
    made.release_wanted = true;
    made.release_at = at("2026-11-26T07:00:00Z");
    facts.deliveries.push_back(made);
    auto morning = report(facts);
    EXPECT_FALSE(morning.needs_person());
    EXPECT_THAT(morning.lines.at(0).text, HasSubstr("sichtbar ab 26.11.2026, 8:00 Uhr"));
    EXPECT_THAT(lines_of(report(facts, at("2026-11-26T07:06:00Z")), Topic::failed), SizeIs(1));
}

TEST(MorningReport, AnOverdueDeliveryIsLateAndNamesTheOffice) {
    Facts facts;
    facts.agreements.push_back(monthly(20));
    facts.deliveries.push_back(delivery(intake::Stage::released, at("2026-10-19T09:00:00Z")));
    auto const late = lines_of(report(facts), Topic::late);
    ASSERT_THAT(late, SizeIs(1));
    EXPECT_THAT(late[0].text,
                AllOf(HasSubstr("20.11.2026, vor 6 Tagen: Monatsbestand"), HasSubstr("Landesamt")));
}

TEST(MorningReport, AFileImportedByHandIsToldOnceAndNotForEver) {
    Facts facts;
    facts.attempts.push_back({last_night, "file", "x.csv", "failed", "HTML (not_a_table)", 1});
    EXPECT_THAT(lines_of(report(facts), Topic::failed), SizeIs(1));
    EXPECT_THAT(report(facts, morning_time + 2 * day_seconds).lines, IsEmpty());
}

TEST(MorningReport, WindowsLeaveNothingOutBetweenTwoMornings) {
    auto const first = window_before(at("2026-11-25T06:03:00Z"));
    auto const second = window_before(at("2026-11-26T06:58:59Z"));
    EXPECT_LE(second.from, first.until);
    // The day on which the clocks go back has 25 hours.
    auto const zone = german_zone();
    auto const day = window_of_day(day_of(at("2026-10-25T12:00:00Z"), zone), morning_time, zone);
    EXPECT_EQ(day.until - day.from + 1, 25 * 3600);
    EXPECT_THROW(static_cast<void>(window_of_day(day_of(morning_time, zone) + 1, morning_time, zone)), Error);
}

} // namespace
} // namespace gateway::night

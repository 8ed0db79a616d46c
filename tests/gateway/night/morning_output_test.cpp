#include <gmock/gmock.h>

#include "gateway/io/base64.hpp"
#include "gateway/night/shell.hpp"
#include "tests/gateway/night/night_fixture.hpp"

namespace gateway::night {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Facts hostile() {
    auto facts = one_source({"12411-01-01-4"});
    facts.attempts.push_back({last_night, "regio", "12411-01-01-4", "failed",
                              "<script>alert('x')</script>\n> rm -rf & (malformed)", 0});
    return facts;
}

TEST(MorningHtml, EscapesEverythingFromOutside) {
    auto const html = morning_html(report(hostile()));
    EXPECT_THAT(html, AllOf(StartsWith("<!DOCTYPE html>\n<html lang=\"de\">"), Not(HasSubstr("<script")),
                            HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"), HasSubstr("rm -rf &amp;")));
    EXPECT_THAT(html, AllOf(Not(HasSubstr("http:")), Not(HasSubstr("https:")), Not(HasSubstr("src="))));
}

TEST(MorningText, KeepsAMessageOfSeveralLinesOnItsOwn) {
    auto const text = morning_text(report(hostile()));
    EXPECT_THAT(text, Not(HasSubstr("\n> rm")));
    EXPECT_THAT(text,
                AllOf(HasSubstr("Morgenbericht vom 26.11.2026\n"), HasSubstr("Ein Punkt braucht Sie."),
                      HasSubstr("\nFehlgeschlagen (1)\n! 12411-01-01-4, Regionaldatenbank Deutschland\n"),
                      HasSubstr("    > kreislauf sync regio --table 12411-01-01-4\n")));
}

TEST(MorningText, CountsWhatAPageCannotShow) {
    std::vector<std::string> tables;
    tables.reserve(23000);
    for (int i = 0; i < 23000; ++i) tables.push_back("T" + std::to_string(i));
    auto facts = one_source(tables);
    for (auto const& table : tables)
        facts.attempts.push_back({last_night, "regio", table, "failed", "cut (truncated)", 0});
    auto const morning = report(facts);
    auto const text = morning_text(morning);
    EXPECT_THAT(text, AllOf(HasSubstr("Fehlgeschlagen (23\u202F000)"), HasSubstr("und 22\u202F988 weitere")));
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 60);
    EXPECT_EQ(morning.lines.size(), 23000U);
}

TEST(MorningMail, HasAsciiHeadersAndBothBodies) {
    auto const morning = report(hostile());
    auto const mail = morning_mail(morning, morning_time);
    EXPECT_THAT(mail,
                AllOf(StartsWith("Subject: Kreislauf, Morgenbericht 26.11.2026: ein Punkt braucht Sie\n"),
                      HasSubstr("\nDate: Thu, 26 Nov 2026 06:10:00 +0000\n")));
    std::size_t line = 0;
    for (auto const c : mail) {
        EXPECT_LT(static_cast<unsigned char>(c), 0x80);
        line = c == '\n' ? 0 : line + 1;
        ASSERT_LE(line, 998U);
    }
    auto const begin = mail.find("base64\n\n") + 8;
    auto body = mail.substr(begin, mail.find("--=_", begin) - begin);
    body.erase(std::remove(body.begin(), body.end(), '\n'), body.end());
    EXPECT_EQ(io::from_base64(body), morning_text(morning));
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
    EXPECT_EQ(shell_word("12411-01-01-4"), "12411-01-01-4");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("$(rm x)'\n"), "'$(rm x)'\\'' '");
    EXPECT_EQ(shell_word(""), "''");
}

TEST(ClockText, SaysTimesAsGermansDo) {
    auto const zone = german_zone();
    EXPECT_EQ(time_de(at("2026-07-01T05:05:00Z"), zone), "01.07.2026, 7:05 Uhr");
    EXPECT_EQ(time_de(at("2026-12-31T23:30:00Z"), zone), "01.01.2027, 0:30 Uhr");
    EXPECT_EQ(ago_de(3600), "vor einer Stunde");
    EXPECT_EQ(ago_de(47 * hour_seconds), "vor 47 Stunden");
    EXPECT_EQ(ago_de(2 * day_seconds), "vor 2 Tagen");
    EXPECT_EQ(ago_en(60), "1 minute ago");
    EXPECT_EQ(counted_de(12000, "Zeile", "Zeilen"), "12\u202F000 Zeilen");
}

} // namespace
} // namespace gateway::night

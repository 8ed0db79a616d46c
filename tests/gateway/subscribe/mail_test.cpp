// The bytes of a mail, and when it is sent.
#include "gateway/subscribe/mail.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/subscribe/mail_way.hpp"

namespace gateway::subscribe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Mail sample() {
    Mail mail;
    mail.from = "kreislauf@kreis.example";
    mail.from_name = "Kreislauf";
    mail.to = "statistik@goslar.example";
    mail.subject = "Goslar, Landkreis: 1 Zahl berichtigt";
    mail.id = "msg_1";
    mail.date = 1'720'000'000;
    mail.text = "Guten Tag,\n\nGöttingen = 1 \n.\nFrom here\n";
    mail.html = "<p>Göttingen</p>\n";
    return mail;
}

TEST(Mail, HasTheHeadersThatProgramsAskFor) {
    auto const bytes = mail_bytes(sample());
    EXPECT_THAT(bytes, HasSubstr("Date: Wed, 03 Jul 2024 09:46:40 +0000\r\n"));
    EXPECT_THAT(bytes, HasSubstr("From: \"Kreislauf\" <kreislauf@kreis.example>\r\n"));
    EXPECT_THAT(bytes, HasSubstr("To: <statistik@goslar.example>\r\n"));
    EXPECT_THAT(bytes, HasSubstr("Subject: Goslar, Landkreis: 1 Zahl berichtigt\r\n"));
    EXPECT_THAT(bytes, HasSubstr("Message-ID: <msg_1@kreis.example>\r\n"));
    EXPECT_THAT(bytes, HasSubstr("Auto-Submitted: auto-generated\r\n"));
    EXPECT_EQ(bytes, mail_bytes(sample()));
}

TEST(Mail, HasNoLineThatAServerMayBreak) {
    auto mail = sample();
    mail.subject = std::string(300, 'x') + "ü";
    for (int i = 0; i < 300; ++i) mail.subject += "ß€";
    mail.text = std::string(2000, 'y') + "€" + std::string(2000, ' ') + "\n";
    mail.html = std::string(5000, 'z');
    std::istringstream lines{mail_bytes(mail)};
    for (std::string line; std::getline(lines, line);) {
        ASSERT_TRUE(line.ends_with('\r')) << line;
        EXPECT_LE(line.size(), 78U) << line;
        for (char const c : line) EXPECT_LT(static_cast<unsigned char>(c), 0x80) << line;
    }
}

TEST(Mail, EncodesWordsWithoutCuttingACharacter) {
    std::string const text =
        "Göttingen, Landkreis: 12 Zahlen berichtigt, 3 entfallen – Schülerinnen und Schüler";
    std::string decoded;
    std::istringstream words{encoded_words(text, 9)};
    for (std::string word; words >> word;) {
        ASSERT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?=")) << word;
        EXPECT_LE(word.size(), 75U);
        auto const part = io::from_base64(word.substr(10, word.size() - 12));
        ASSERT_TRUE(part);
        EXPECT_NE(static_cast<unsigned char>(part->front()) & 0xC0U, 0x80U) << word;
        decoded += *part;
    }
    EXPECT_EQ(decoded, text);
    EXPECT_EQ(encoded_words("Goslar", 9), "Goslar");
}

TEST(Mail, WritesTextSoThatItCanBeReadAsItIs) {
    EXPECT_EQ(quoted_printable("Göttingen = 1 \n.\nFrom here\n"),
              "G=C3=B6ttingen =3D 1=20\r\n=2E\r\n=46rom here\r\n");
}

TEST(Mail, CannotBeGivenAnotherHeader) {
    auto mail = sample();
    mail.subject = "Goslar\r\nBcc: somebody@example.org";
    EXPECT_THAT(mail_bytes(mail), Not(HasSubstr("\nBcc:")));
    mail.to = "a@example.org\r\nBcc: b@example.org";
    EXPECT_THROW(static_cast<void>(mail_bytes(mail)), Error);
    mail = sample();
    mail.id = "x>\r\nBcc: b@example.org";
    EXPECT_THROW(static_cast<void>(mail_bytes(mail)), Error);
    for (auto const* address : {"", "a", "@b", "a@", "a@b@c", "a b@c.example", "<a@b.example>",
                                "a@b.example,c@d.example", "größe@kreis.example"})
        EXPECT_NE(objection_to_mail_address(address), "") << address;
    EXPECT_EQ(objection_to_mail_address("vor.name+statistik@kreis-goslar.example"), "");
}

class MailWayRules : public ::testing::Test {
  protected:
    static MailSettings settings() {
        MailSettings settings;
        settings.server = "smtp://127.0.0.1:25";
        settings.from = "kreislauf@kreis.example";
        return settings;
    }
    static Subscription subscription() {
        Subscription one;
        one.id = "S-000001";
        one.areas = {"03153"};
        one.way = "mail";
        one.address = "statistik@goslar.example";
        return one;
    }
};

TEST_F(MailWayRules, TellTheNightInTheMorningAndTheDayAtOnce) {
    MailWay const way{settings()};
    auto one = subscription();
    auto const at = [](char const* text) { return utc_from(text, 0); };
    EXPECT_EQ(way.due(one, at("2024-07-03T09:46:40Z")), at("2024-07-03T09:46:40Z"));
    EXPECT_EQ(way.due(one, at("2024-07-03T01:00:00Z")),
              at("2024-07-03T04:00:00Z")); // summer: 6:00 on the wall
    EXPECT_EQ(way.due(one, at("2024-07-03T18:00:00Z")), at("2024-07-04T04:00:00Z"));
    EXPECT_EQ(way.due(one, at("2024-01-03T01:00:00Z")), at("2024-01-03T05:00:00Z")); // winter
    one.options["hour"] = "2";
    EXPECT_EQ(way.due(one, at("2024-03-31T00:30:00Z")), at("2024-03-31T01:00:00Z")); // the clocks skip 2:00
    EXPECT_EQ(way.due(one, at("2024-10-26T23:30:00Z")), at("2024-10-27T00:00:00Z")); // and show it twice
    one.options = {{"at-once", "true"}};
    EXPECT_EQ(way.due(one, at("2024-07-03T01:00:00Z")), at("2024-07-03T01:00:00Z"));
}

TEST_F(MailWayRules, NameWhatIsWrongWithASubscription) {
    auto settings = MailWayRules::settings();
    settings.domains = {"goslar.example"};
    MailWay const way{settings};
    EXPECT_EQ(way.why_not(subscription()), "");
    auto one = subscription();
    one.address = "x@elsewhere.example";
    EXPECT_THAT(way.why_not(one), HasSubstr("elsewhere.example"));
    one = subscription();
    one.address = "nobody";
    EXPECT_THAT(way.why_not(one), HasSubstr("address 'nobody'"));
    one = subscription();
    one.options["hour"] = "25";
    EXPECT_THAT(way.why_not(one), HasSubstr("'25' is no hour"));
    one.options = {{"colour", "red"}};
    EXPECT_THAT(way.why_not(one), HasSubstr("option 'colour'"));
    one = subscription();
    one.format = "xlsx";
    EXPECT_THAT(way.why_not(one), HasSubstr("format 'xlsx'"));
    settings.server = "http://mail.example";
    EXPECT_THROW(MailWay{settings}, Error);
    settings = MailWayRules::settings();
    settings.from = "nobody";
    EXPECT_THROW(MailWay{settings}, Error);
}

} // namespace
} // namespace gateway::subscribe

#include "gateway/serve/intake/form.hpp"

#include <gmock/gmock.h>

#include "gateway/serve/problem.hpp"

namespace gateway::serve::intake {
namespace {

using ::testing::HasSubstr;

constexpr char const* multipart = "multipart/form-data; boundary=----x7";

std::string part(std::string const& disposition, std::string const& content) {
    return "------x7\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}

/// The place that a refusal names; empty where nothing is refused.
template <typename Work>
std::string refused_at(Work const& work) {
    try {
        work();
    } catch (Refusal const& refusal) {
        EXPECT_EQ(refusal.problem().status, 400U);
        EXPECT_FALSE(refusal.problem().next.de.empty());
        return refusal.problem().place;
    }
    return {};
}

TEST(DeliveryForm, TakesFieldsAndFileOutOfParts) {
    std::string const bytes{"a;b\r\n--\r\n------x\r\n\0\xff", 19};
    auto const body =
        part("name=\"agreement\"", "lsn-bevoelkerung") + part("name=\"accept_rest\"", "on") +
        part("name=\"file\"; filename=\"C:\\daten\\z\xC3\xA4hlung.csv\"\r\nContent-Type: text/csv", bytes) +
        "------x7--\r\n";
    auto const form = form_from(multipart, body);
    EXPECT_EQ(form.field("agreement"), "lsn-bevoelkerung");
    EXPECT_EQ(form.file, bytes);
    EXPECT_EQ(form.file_name, "z\xC3\xA4hlung.csv");
    EXPECT_TRUE(wish_of(form).accept_rest);
    EXPECT_FALSE(wish_of(form).full);
}

TEST(DeliveryForm, TakesAFormWithoutChosenFileForOneWithoutFile) {
    auto const form = form_from(multipart, part("name=\"file\"; filename=\"\"", "") + "------x7--");
    EXPECT_FALSE(form.file_name);
}

TEST(DeliveryForm, ReadsJsonAndUrlencodedAlike) {
    for (auto const& form :
         {form_from("application/json; charset=utf-8", R"({"reason":"Bereinigt: a&b","full":true})"),
          form_from("application/x-www-form-urlencoded", "reason=Bereinigt%3A+a%26b&full=true")}) {
        EXPECT_EQ(form.field("reason"), "Bereinigt: a&b");
        EXPECT_TRUE(wish_of(form).full);
    }
    EXPECT_TRUE(form_from("", "").fields.empty());
}

TEST(DeliveryForm, ReadsTheEmbargoOfAnInputField) {
    EXPECT_EQ(wish_of(form_from("application/json", R"({"embargo":"2026-12-01T08:00"})")).embargo,
              "2026-12-01 08:00");
}

TEST(DeliveryForm, RefusesASlipInTheNameOfAField) {
    auto const form = form_from("application/json", R"({"agreement":"x","embrago":"2026-12-01 08:00"})");
    EXPECT_EQ(refused_at([&] { require_known(form, {"agreement"}); }), "embrago");
    EXPECT_EQ(
        refused_at([&] { require_known(form_from("application/json", R"({"full":true})"), {"agreement"}); }),
        "");
}

TEST(DeliveryForm, RefusesWhatIsDoubledOrNoFlag) {
    EXPECT_EQ(refused_at([] { form_from("application/x-www-form-urlencoded", "a=1&a=2"); }), "a");
    EXPECT_EQ(refused_at([] {
                  form_from(multipart, part("name=\"a\"", "1") + part("name=\"a\"", "2") + "------x7--");
              }),
              "a");
    EXPECT_EQ(refused_at([] { wish_of(form_from("application/json", R"({"full":"perhaps"})")); }), "full");
    EXPECT_EQ(refused_at([] { form_from("application/json", R"({"full":1})"); }), "full");
    EXPECT_EQ(refused_at([] { form_from("text/csv", "a;b"); }), "Content-Type");
}

TEST(DeliveryForm, RefusesPartsCutAnywhere) {
    auto const body =
        part("name=\"agreement\"", "a") + part("name=\"file\"; filename=\"f.csv\"", "x;y") + "------x7--";
    for (std::size_t cut = 0; cut + 1 < body.size(); ++cut)
        EXPECT_EQ(refused_at([&] { form_from(multipart, std::string_view{body}.substr(0, cut)); }), "body")
            << cut;
    EXPECT_EQ(refused_at([&] { form_from("multipart/form-data", body); }), "body");
}

TEST(DeliveryForm, KeepsControlCharactersAndPathsOutOfNames) {
    EXPECT_EQ(plain_file_name("../../etc/a\r\nb.csv"), "ab.csv");
    EXPECT_EQ(plain_file_name("ä.csv"), "ä.csv");
    EXPECT_THAT(plain_file_name(std::string(199, 'a') + "ä"), HasSubstr("aaa"));
}

} // namespace
} // namespace gateway::serve::intake

// Who may deliver what, and that nobody else learns of it.
#include <algorithm>
#include <chrono>

#include "gateway/serve/access/transmissions.hpp"
#include "tests/gateway/serve/intake/fixture.hpp"

namespace gateway::serve::intake::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(DeskTest, TakesADeliveryShowsItsReportAndReleasesIt) {
    auto const taken = post(csv(100), lsn_, "agreement=test&file=z.csv&comment=Nachmeldung");
    ASSERT_EQ(taken.status, 201U) << taken.body;
    EXPECT_EQ(taken.header("Location"), "http://localhost:8080/api/v1/deliveries/D-2026-000001");
    EXPECT_EQ(taken.header("Cache-Control"), "no-store");
    std::string const one = "/api/v1/deliveries/D-2026-000001";
    auto const waiting = ask("GET", one + "/report", lsn_);
    EXPECT_EQ(waiting.status, 202U);
    EXPECT_EQ(waiting.header("Retry-After"), "1");
    work();
    auto const report = ask("GET", one + "/report", lsn_).json();
    EXPECT_STREQ(report["verdict"].GetString(), "sound");
    EXPECT_THAT(ask("GET", one + "/report", lsn_, {{"Accept", "text/html,*/*;q=0.8"}}).body,
                HasSubstr("<html"));
    EXPECT_THAT(ask("GET", one + "/report?format=text", lsn_).header("Content-Type"),
                HasSubstr("text/plain"));
    EXPECT_EQ(ask("GET", one + "/quarantine", lsn_).status, 404U);
    EXPECT_EQ(ask("GET", "/api/v1/datasets").json()["datasets"].Size(), 0U);
    auto const released =
        ask("POST", one + "/release", lsn_, {{"Content-Type", "application/json"}}, R"({"reason":"so"})");
    EXPECT_EQ(released.status, 202U) << released.body;
    work();
    auto const after = ask("GET", one, lsn_).json();
    EXPECT_STREQ(after["stage"].GetString(), "released");
    EXPECT_EQ(after["vintage"].GetInt(), 1);
    EXPECT_STREQ(after["wish"]["comment"].GetString(), "Nachmeldung");
    EXPECT_EQ(ask("GET", "/api/v1/datasets").json()["datasets"].Size(), 1U);
    EXPECT_EQ(ask("GET", one + "/receipt", lsn_).json()["kind"], "released");
    auto const all = ask("GET", one + "/receipt?all=true", lsn_).body;
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 3);
    EXPECT_THAT(ask("GET", "/api/v1/receipt-key").body, HasSubstr("BEGIN PUBLIC KEY"));
}

TEST_F(DeskTest, GivesTheSameBytesTheSameDelivery) {
    EXPECT_EQ(post(csv(100), lsn_).status, 201U);
    auto const again = post(csv(100), lsn_);
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.header("Kreislauf-Repeat"), "true");
    EXPECT_STREQ(again.json()["id"].GetString(), "D-2026-000001");
}

TEST_F(DeskTest, TakesAMultipartForm) {
    std::string const kind = "multipart/form-data; boundary=xx";
    std::string const body =
        "--xx\r\nContent-Disposition: form-data; name=\"agreement\"\r\n\r\ntest\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"z.csv\"\r\n\r\n" +
        csv(100) + "\r\n--xx--\r\n";
    auto const taken = ask("POST", "/api/v1/deliveries", lsn_, {{"Content-Type", kind}}, body);
    ASSERT_EQ(taken.status, 201U) << taken.body;
    EXPECT_EQ(taken.json()["bytes"].GetUint64(), csv(100).size());
    EXPECT_STREQ(taken.json()["file"].GetString(), "z.csv");
}

TEST_F(DeskTest, LeavesNoTraceOfADryRunButTheReport) {
    auto const report = post(csv(100), lsn_, "agreement=test&file=z.csv&dry_run=true");
    ASSERT_EQ(report.status, 200U) << report.body;
    EXPECT_STREQ(report.json()["verdict"].GetString(), "sound");
    EXPECT_EQ(ask("GET", "/api/v1/deliveries", lsn_).json()["deliveries"].Size(), 0U);
    EXPECT_EQ(ask("GET", "/api/v1/datasets").json()["datasets"].Size(), 0U);
}

TEST_F(DeskTest, RefusesWhoHasNoKeyOrIsNoOffice) {
    for (auto const* target :
         {"/api/v1/deliveries", "/api/v1/deliveries/D-2026-000001", "/api/v1/uploads/x"}) {
        EXPECT_EQ(ask("GET", target).status, 401U) << target;
        EXPECT_EQ(ask("GET", target, "kl_00000000_no").status, 401U) << target;
    }
    EXPECT_EQ(post(csv(100), {}).status, 401U);
    EXPECT_EQ(create({}, 10).status, 401U);
    EXPECT_EQ(post(csv(100), county_).status, 403U);
    EXPECT_EQ(ask("GET", "/api/v1/deliveries", county_).status, 403U);
    EXPECT_EQ(create(county_, 10).status, 403U);
}

TEST_F(DeskTest, RefusesAndRecordsTheAgreementOfAnotherOffice) {
    auto const answer = post(csv(100), bavaria_);
    EXPECT_EQ(answer.status, 403U);
    EXPECT_STREQ(answer.json()["place"].GetString(), "agreement");
    EXPECT_EQ(create(bavaria_, 10).status, 403U);
    EXPECT_EQ(post(csv(100), bavaria_, "agreement=gibtesnicht&file=z.csv").status, 404U);
    access::Transmissions record{place_.store() + "/service"};
    ASSERT_EQ(record.lines().size(), 2U);
    EXPECT_THAT(record.lines()[0], HasSubstr("refused 403: POST /api/v1/deliveries agreement=test"));
    EXPECT_THAT(record.lines()[0], HasSubstr("office:09"));
    EXPECT_TRUE(record.verify().problems.empty());
}

TEST_F(DeskTest, TellsNobodyElseThatADeliveryIsThere) {
    ASSERT_EQ(post(csv(100), lsn_).status, 201U);
    work();
    auto const upload = begin(lsn_, 100);
    std::string const there = "/api/v1/deliveries/D-2026-000001", never = "/api/v1/deliveries/D-2026-000002";
    auto const normal = [](std::string text) {
        for (auto at = text.find("000002"); at != std::string::npos; at = text.find("000002"))
            text.replace(at, 6, "000001");
        return text;
    };
    for (auto const& key : {bavaria_, county_})
        for (auto const* part : {"", "/report", "/quarantine", "/receipt"}) {
            auto const foreign = ask("GET", there + part, key, {{"X-Request-Id", "same"}});
            auto const unknown = ask("GET", never + part, key, {{"X-Request-Id", "same"}});
            EXPECT_EQ(foreign.status, 404U);
            EXPECT_EQ(foreign.body, normal(unknown.body)) << part;
            EXPECT_EQ(foreign.headers, unknown.headers) << part;
        }
    for (auto const* step : {"/release", "/withdraw"})
        EXPECT_EQ(
            ask("POST", there + step, bavaria_, {{"Content-Type", "application/json"}}, R"({"why":"x"})")
                .status,
            404U);
    for (auto const& [method, path] : std::vector<std::pair<std::string, std::string>>{
             {"GET", upload}, {"DELETE", upload}, {"GET", upload + "/report"}})
        EXPECT_EQ(ask(method, path, bavaria_, {{"Tus-Resumable", "1.0.0"}}).status, 404U) << method << path;
    EXPECT_EQ(patch(upload, bavaria_, 0, "x").status, 404U);
    EXPECT_EQ(ask("GET", "/api/v1/deliveries", bavaria_).json()["deliveries"].Size(), 0U);
    EXPECT_THAT(ask("GET", "/api/v1/deliveries", bavaria_).body, Not(HasSubstr("\"test\"")));
    EXPECT_STREQ(ask("GET", there, lsn_).json()["stage"].GetString(), "checked");
}

TEST_F(DeskTest, RefusesForeignAndUnknownIdsAtTheSameMoment) {
    ASSERT_EQ(post(csv(100), lsn_).status, 201U);
    work();
    auto const median = [&](std::string const& path) {
        std::vector<double> times;
        for (int i = 0; i < 31; ++i) {
            auto const begin = std::chrono::steady_clock::now();
            EXPECT_EQ(ask("GET", path, bavaria_).status, 404U);
            times.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        }
        std::nth_element(times.begin(), times.begin() + 15, times.end());
        return times[15];
    };
    auto const foreign = median("/api/v1/deliveries/D-2026-000001");
    auto const unknown = median("/api/v1/deliveries/D-2026-000009");
    EXPECT_NEAR(foreign, unknown, 2.0) << "milliseconds";
    EXPECT_GE(unknown, 15.0);
}

TEST_F(DeskTest, KnowsAClientByItsCertificate) {
    auto const path = place_.store() + "/intake/agreements/test.toml";
    auto text = io::read_file(path);
    text.replace(text.find("name = \"LSN\"\n"), 13, "name = \"LSN\"\ncertificate = \"CN=LSN,O=Land\"\n");
    io::write_durable(path, text);
    restart();
    auto const with = [&](std::string const& subject) {
        return ask("POST", "/api/v1/deliveries?agreement=test&file=z.csv", {}, {}, csv(100), subject);
    };
    EXPECT_EQ(with("CN=Somebody").status, 403U);
    auto const taken = with("CN=LSN,O=Land");
    ASSERT_EQ(taken.status, 201U) << taken.body;
    EXPECT_STREQ(taken.json()["sender"].GetString(), "certificate CN=LSN,O=Land");
}

TEST_F(DeskTest, NamesFieldValueAndNextStepInGerman) {
    for (auto const* words :
         {"agreement=test", "file=z.csv", "agreement=test&file=z.csv&full=vielleicht",
          "agreement=test&file=z.csv&embargo=bald", "agreement=test&file=z.csv&embrago=2026-12-01"}) {
        auto const answer = ask("POST", std::string{"/api/v1/deliveries?"} + words, lsn_,
                                {{"Accept-Language", "de"}}, csv(1));
        EXPECT_EQ(answer.status, 400U) << words;
        EXPECT_EQ(answer.header("Content-Language"), "de");
        EXPECT_TRUE(answer.json().HasMember("next_step")) << words;
    }
    EXPECT_EQ(ask("GET", "/api/v1/deliveries?stage=fertig", lsn_).status, 400U);
}

TEST_F(DeskTest, WithdrawsWithAReasonAndRefusesStepsThatAreNotPossible) {
    ASSERT_EQ(post(csv(100), lsn_).status, 201U);
    work();
    std::string const one = "/api/v1/deliveries/D-2026-000001";
    http::Headers const json{{"Content-Type", "application/json"}};
    EXPECT_EQ(ask("POST", one + "/withdraw", lsn_, json, "{}").status, 400U);
    EXPECT_EQ(ask("POST", one + "/withdraw", lsn_, json, R"({"why":"falsche Datei"})").status, 202U);
    auto const late = ask("POST", one + "/release", lsn_);
    EXPECT_EQ(late.status, 409U) << late.body;
    work();
    EXPECT_STREQ(ask("GET", one, lsn_).json()["stage"].GetString(), "withdrawn");
    EXPECT_EQ(ask("GET", "/api/v1/datasets").json()["datasets"].Size(), 0U);
}

TEST_F(DeskTest, ShowsTheClerkAPageThatWorksWithoutScript) {
    auto const empty = ask("GET", "/lieferung");
    EXPECT_EQ(empty.status, 200U);
    EXPECT_THAT(empty.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(empty.body, Not(HasSubstr("http")));
    auto const form = [&](std::string const& fields, std::string const& key) {
        return ask("POST", "/lieferung", {}, {{"Content-Type", "application/x-www-form-urlencoded"}},
                   "key=" + key + fields);
    };
    EXPECT_EQ(form("", "falsch").status, 401U);
    EXPECT_THAT(form("", county_).body, HasSubstr("Dieser Absender darf nicht liefern"));
    std::string const body =
        "--xx\r\nContent-Disposition: form-data; name=\"agreement\"\r\n\r\ntest\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n" +
        lsn_ +
        "\r\n--xx\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nsend\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"embargo\"\r\n\r\n\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"<b>.csv\"\r\n\r\n" +
        csv(100) + "\r\n--xx--\r\n";
    auto const sent =
        ask("POST", "/lieferung", {}, {{"Content-Type", "multipart/form-data; boundary=xx"}}, body);
    EXPECT_EQ(sent.status, 200U);
    EXPECT_THAT(sent.body, HasSubstr("&lt;b&gt;.csv ist angekommen, als D-2026-000001"));
    EXPECT_THAT(sent.body, Not(HasSubstr(lsn_))) << "a key is never sent back";
    work();
    EXPECT_THAT(form("&report=D-2026-000001", lsn_).body, HasSubstr("<html"));
    EXPECT_THAT(form("&release=D-2026-000001", lsn_).body, HasSubstr("D-2026-000001 ist freigegeben"));
    work();
    EXPECT_THAT(form("&action=list", lsn_).body, HasSubstr("veröffentlicht"));
    EXPECT_THAT(form("&report=D-2026-000001", bavaria_).body, HasSubstr("Diese Lieferung gibt es nicht"));
}

} // namespace
} // namespace gateway::serve::intake::testing

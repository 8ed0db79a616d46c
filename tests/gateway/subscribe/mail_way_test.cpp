// Mails through the ledger and the dispatcher to a real mail server.
#include "gateway/subscribe/mail_way.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "gateway/io/file.hpp"
#include "gateway/subscribe/dispatcher.hpp"
#include "tests/gateway/store/fixture.hpp"
#include "tests/gateway/subscribe/stranger.hpp"

namespace gateway::subscribe {
namespace {

using namespace store::testing;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixTime first_night = 1'719'871'200; // 2024-07-02, 00:00 in Germany
constexpr UnixTime day = 86'400;
constexpr UnixTime hour = 3600;

class MailServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto settings = MailSettings{};
        ASSERT_FALSE(server_.said().empty()) << "the mail server of the test did not start";
        settings.server = "smtp://127.0.0.1:" + server_.said();
        settings.from = "kreislauf@kreis.example";
        settings.base = "https://daten.example.de";
        settings.service = store_folder_.path() + "/service";
        settings.areas = &areas();
        settings.now = [this] { return now_; };
        ways_.add(std::make_unique<MailWay>(settings));
        load(1);
    }
    static harmonize::territory::Register const& areas() {
        static auto const all = harmonize::territory::Register::from_directory(
            std::string{KREISLAUF_SOURCE_DIR} + "/mappings/territory");
        return all;
    }
    /// A night's delivery. Goslar changes with `goslar`; Göttingen every time.
    void load(int goslar, std::string const& note = {}) {
        auto const store = store::open_sqlite(store_folder_.path());
        auto wish = request(population(), now_);
        wish.note = note;
        auto const load = store->begin(wish);
        auto const both = load->indicator(indicator_of("_T"));
        auto const men = load->indicator(indicator_of("M"));
        load->label("AREA", "03153", "Goslar, Landkreis");
        load->label("AREA", "03159", "Göttingen, Landkreis");
        load->label("MEASURE", "BEVSTD", "Bevölkerungsstand");
        load->label("SEX", "M", "männlich");
        load->put(both, load->area(county("03153")),
                  std::vector{observed("2023-12-31", "134640"),
                              observed("2024-12-31", std::to_string(126'775 + goslar))});
        load->put(both, load->area(county("03159")),
                  std::vector{observed("2024-12-31", std::to_string(326'000 + ++loads_))});
        load->put(men, load->area(county("03153")),
                  std::vector{observed("2024-12-31", std::to_string(62'494 - goslar))});
        load->commit("", 4, 0, everything());
    }
    Subscription subscribe(std::string const& address) {
        Subscription one;
        one.areas = {"03153"};
        one.way = "mail";
        one.address = address;
        one.title = "Wirtschaftsförderung";
        one.created = now_;
        return Ledger{ledger()}.add(one, store::open_sqlite(store_folder_.path(), true)->last_change());
    }
    DispatchReport dispatch() {
        DispatchSettings settings;
        settings.folder = ledger();
        settings.open = [this](Subscription const&) -> std::shared_ptr<store::Store const> {
            return store::open_sqlite(store_folder_.path(), true);
        };
        settings.now = [this] { return now_; };
        settings.jitter = [] { return 0.5; };
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        settings.workers = 2;
        Dispatcher dispatcher{settings, ways_, areas()};
        return dispatcher.run_once();
    }
    [[nodiscard]] std::string ledger() const { return ledger_folder(store_folder_.path()); }
    [[nodiscard]] std::vector<std::string> mails() const {
        std::vector<std::string> all;
        for (int i = 1; std::filesystem::exists(inbox_.path() + "/" + std::to_string(i) + ".eml"); ++i)
            all.push_back(io::read_file(inbox_.path() + "/" + std::to_string(i) + ".eml"));
        return all;
    }
    static std::string header(std::string const& mail, std::string const& name) {
        auto const at = mail.find("\n" + name + ": ");
        return at == std::string::npos
                   ? ""
                   : mail.substr(at + name.size() + 3, mail.find('\n', at + 1) - at - name.size() - 3);
    }

    TempDirectory store_folder_, inbox_;
    testing::Stranger server_{{"/usr/bin/python3",
                               std::string{KREISLAUF_SOURCE_DIR} + "/tests/gateway/subscribe/smtp_sink.py",
                               inbox_.path()}};
    UnixTime now_ = first_night;
    int loads_ = 0;
    Ways ways_;
    std::string complaints_;
};

TEST_F(MailServerTest, ThirtyNightsWithFourChangesOfTheCountyGiveFourMails) {
    auto const one = subscribe("statistik@goslar.example");
    int goslar = 1;
    std::vector<std::size_t> after;
    for (int night = 1; night <= 30; ++night) {
        now_ = first_night + night * day + 2 * hour;
        bool const changes = night == 3 || night == 11 || night == 12 || night == 27;
        if (changes) goslar += 75;
        load(goslar, changes ? "Nachmeldung der Stadt Goslar" : "");
        dispatch(); // at two in the morning: nobody is told yet
        EXPECT_EQ(mails().size(), after.empty() ? 0U : after.back()) << night;
        now_ += 5 * hour;
        dispatch();
        dispatch();
        after.push_back(mails().size());
    }
    EXPECT_EQ(after[1], 0U);
    EXPECT_EQ(after[2], 1U);
    EXPECT_EQ(after[10], 2U);
    EXPECT_EQ(after[11], 3U);
    EXPECT_EQ(after.back(), 4U);
    EXPECT_EQ(complaints_, "");
    auto const all = mails();
    std::set<std::string> ids;
    for (auto const& mail : all) ids.insert(header(mail, "Message-ID"));
    EXPECT_EQ(ids.size(), 4U);
    // Readable as it came, but for umlauts and long lines.
    EXPECT_EQ(header(all[0], "Subject"), "Goslar, Landkreis: 2 Zahlen berichtigt");
    EXPECT_THAT(all[0], HasSubstr("X-Test-Envelope: kreislauf@kreis.example statistik@goslar.example\n"));
    EXPECT_THAT(all[0], HasSubstr("- Goslar, Landkreis, 31.12.2024: Bev=C3=B6lkerungsstand\n"
                                  "  bisher 126.776 Personen, jetzt 126.851 Personen (+75)\n"));
    EXPECT_THAT(all[0], HasSubstr("List-Unsubscribe: <mailto:kreislauf@kreis.example?subject=Abbestellen%20" +
                                  one.id + ">"));
    EXPECT_THAT(all[0], Not(HasSubstr("=C3=B6ttingen")));
    auto const position = Ledger{ledger()}.require(one.id).position;
    EXPECT_EQ(position.message, "");
    EXPECT_EQ(position.number, store::open_sqlite(store_folder_.path(), true)->last_change());
}

TEST_F(MailServerTest, ARepeatAfterALostAnswerIsTheSameMessage) {
    now_ += 10 * hour;
    subscribe("cut@goslar.example"); // the server keeps the mail and hangs up before it says so
    load(100);
    EXPECT_EQ(dispatch().again, 1U);
    ASSERT_EQ(mails().size(), 1U);
    load(200); // what comes meanwhile belongs to the next message
    now_ += hour;
    dispatch();
    auto const all = mails();
    ASSERT_GE(all.size(), 2U);
    EXPECT_NE(header(all[0], "Message-ID"), "");
    EXPECT_EQ(header(all[0], "Message-ID"), header(all[1], "Message-ID"));
    auto const text = [](std::string const& mail) { return mail.substr(mail.find("\nFrom: ")); };
    EXPECT_EQ(text(all[0]), text(all[1]));
}

TEST_F(MailServerTest, AMailboxThatDoesNotExistEndsItAndABusyServerDoesNot) {
    now_ += 10 * hour;
    auto const nobody = subscribe("nobody@goslar.example");
    auto const later = subscribe("later@goslar.example");
    load(100);
    auto const report = dispatch();
    EXPECT_EQ(report.gone, 1U);
    EXPECT_EQ(report.again, 1U);
    Ledger const ledger{this->ledger()};
    EXPECT_EQ(ledger.require(nobody.id).subscription.state, SubscriptionState::disabled);
    EXPECT_THAT(ledger.require(nobody.id).subscription.why, HasSubstr("no such mailbox"));
    auto const waiting = ledger.require(later.id);
    EXPECT_EQ(waiting.subscription.state, SubscriptionState::active);
    EXPECT_NE(waiting.position.message, "");
    EXPECT_THAT(waiting.position.trouble, HasSubstr("451 4.3.2 come back later"));
    EXPECT_TRUE(mails().empty());
}

TEST_F(MailServerTest, NamesTheSavedQueriesWhoseReportsMayBeWrongNow) {
    now_ += 10 * hour;
    io::make_directories(store_folder_.path() + "/service/queries/ab");
    io::write_durable(store_folder_.path() + "/service/queries/ab/abcdef0123.json",
                      R"({"query":"area=03153&SEX=_T","as_of":null,"created":"2024-01-01T00:00:00Z"})");
    subscribe("statistik@goslar.example");
    load(100);
    EXPECT_EQ(dispatch().delivered, 1U);
    ASSERT_EQ(mails().size(), 1U);
    EXPECT_THAT(mails()[0],
                HasSubstr("- https://daten.example.de/q/abcdef0123 (1 Zahl): area=3D03153&SEX=3D_T"));
}

TEST_F(MailServerTest, NothingIsSentWithoutTheEncryptionThatIsAskedFor) {
    http::UploadOptions options;
    options.tls_required = true;
    auto const sent = http::send_mail("smtp://127.0.0.1:" + server_.said(), "a@kreis.example",
                                      {"b@kreis.example"}, "Subject: x\r\n\r\nx\r\n", options);
    EXPECT_EQ(sent.end, http::Uploaded::End::again);
    EXPECT_TRUE(mails().empty());
    auto const gone = http::send_mail("smtp://127.0.0.1:1", "a@kreis.example", {"b@kreis.example"}, "x", {});
    EXPECT_EQ(gone.end, http::Uploaded::End::again);
    EXPECT_EQ(gone.status, 0);
    http::UploadOptions guarded;
    guarded.objection = [](sockaddr const&, bool) { return std::string{"not there"}; };
    auto const stopped = http::send_mail("smtp://127.0.0.1:" + server_.said(), "a@kreis.example",
                                         {"b@kreis.example"}, "x", guarded);
    EXPECT_EQ(stopped.end, http::Uploaded::End::again);
    EXPECT_THAT(stopped.text, HasSubstr("not there"));
}

TEST(MailOverTls, IsSentToTheServerThatTheCertificateNamesAndWithTheLoginAlone) {
    TempDirectory const inbox, keys;
    auto const certificate = keys.path() + "/cert.pem";
    ASSERT_EQ(std::system(("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "
                           "subjectAltName=DNS:localhost -keyout " +
                           keys.path() + "/key.pem -out " + certificate + " >/dev/null 2>&1")
                              .c_str()),
              0);
    testing::Stranger const server{
        {"/usr/bin/python3",
         std::string{KREISLAUF_SOURCE_DIR} + "/tests/gateway/subscribe/starttls_server.py", inbox.path(),
         certificate, keys.path() + "/key.pem"}};
    ASSERT_NE(server.said(), "");
    auto const url = "smtp://localhost:" + server.said();
    http::UploadOptions options;
    options.tls_required = true;
    options.login = {"kreis", "geheim", {}};
    options.timeout_ms = 20'000;
    auto const send = [&] {
        return http::send_mail(url, "a@kreis.example", {"b@kreis.example"}, "Subject: x\r\n\r\nGuten Tag\r\n",
                               options);
    };
    // Nobody vouches for the certificate: neither the mail nor the login leaves.
    auto const unknown = send();
    EXPECT_EQ(unknown.end, http::Uploaded::End::again);
    EXPECT_THAT(unknown.text, HasSubstr("certificate"));
    options.ca_file = certificate;
    options.login.password = "falsch";
    auto const closed = send();
    EXPECT_EQ(closed.end, http::Uploaded::End::again);
    EXPECT_THAT(closed.text, Not(HasSubstr("falsch")));
    EXPECT_TRUE(std::filesystem::is_empty(inbox.path()));
    options.login.password = "geheim";
    auto const sent = send();
    EXPECT_EQ(sent.end, http::Uploaded::End::taken) << sent.text;
    EXPECT_THAT(io::read_file(inbox.path() + "/1.eml"), HasSubstr("Guten Tag"));
}

} // namespace
} // namespace gateway::subscribe

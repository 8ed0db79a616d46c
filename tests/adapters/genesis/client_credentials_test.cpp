#include <map>
#include <type_traits>

#include "adapters/genesis/masking.hpp"
#include "gateway/io/file.hpp"
#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Fields;
using gateway::testing::error_of;
using testing::Bench;

template <typename T, typename = void>
struct CanPrint : std::false_type {};
template <typename T>
struct CanPrint<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T const&>())>>
    : std::true_type {};

static_assert(!CanPrint<Secret>::value, "nobody may print a secret");
static_assert(!CanPrint<Credentials>::value, "nobody may print what holds secrets");
static_assert(!std::is_copy_constructible_v<Secret>, "copies would stay in memory");

Credentials from(std::map<std::string, std::string> const& environment,
                 std::string_view service = "sachsen-anhalt") {
    return Credentials::from_environment(service, [&](char const* name) {
        auto const found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    });
}

TEST(GenesisCredentials, ComeFromTheEnvironmentOfTheirService) {
    EXPECT_TRUE(from({}).is_guest());
    EXPECT_TRUE(from({{"KREISLAUF_GENESIS_TOKEN", "x"}}).is_guest());
    auto const user =
        from({{"KREISLAUF_SACHSEN_ANHALT_USER", "u"}, {"KREISLAUF_SACHSEN_ANHALT_PASSWORD", "p"}});
    EXPECT_EQ(user.header_fields(), (Fields{{"username", "u"}, {"password", "p"}}));
    EXPECT_FALSE(user.is_token());
    auto const token = from({{"KREISLAUF_SACHSEN_ANHALT_TOKEN", "t0k3n"}});
    EXPECT_EQ(token.header_fields(), (Fields{{"username", "t0k3n"}, {"password", ""}}));
    EXPECT_TRUE(token.is_token());
}

TEST(GenesisCredentials, ComeFromTheFileThatSystemdHandsOver) {
    gateway::testing::TemporaryDirectory const directory;
    auto const folder = directory.path("handed");
    gateway::io::make_directories(folder);
    EXPECT_TRUE(from({{"CREDENTIALS_DIRECTORY", folder}}).is_guest());
    gateway::io::write_durable(folder + "/kreislauf_sachsen-anhalt", "user\npassword\n");
    EXPECT_EQ(from({{"CREDENTIALS_DIRECTORY", folder}}).header_fields(),
              (Fields{{"username", "user"}, {"password", "password"}}));
    EXPECT_TRUE(from({{"CREDENTIALS_DIRECTORY", folder}}, "genesis").is_guest());
    // What the environment says itself counts first.
    EXPECT_TRUE(
        from({{"CREDENTIALS_DIRECTORY", folder}, {"KREISLAUF_SACHSEN_ANHALT_TOKEN", "t"}}).is_token());
}

TEST(GenesisCredentials, ComeFromAFileOfOneOrTwoLines) {
    gateway::testing::TemporaryDirectory const directory;
    auto const path = directory.path("credentials");
    gateway::io::write_durable(path, "user\r\npass word\r\n\n");
    EXPECT_EQ(Credentials::from_file(path).header_fields(),
              (Fields{{"username", "user"}, {"password", "pass word"}}));
    gateway::io::write_durable(path, "token\n");
    EXPECT_TRUE(Credentials::from_file(path).is_token());
    EXPECT_TRUE(from({{"KREISLAUF_SACHSEN_ANHALT_CREDENTIALS", path}}).is_token());
    for (auto const* const bad : {"", "\n\n", "a\nb\nc\n"}) {
        gateway::io::write_durable(path, bad);
        auto const error = error_of([&] { Credentials::from_file(path); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), Errc::invalid_argument);
        EXPECT_NE(std::string{error->what()}.find(path), std::string::npos);
    }
}

TEST(GenesisCredentials, NameTheVariableButNeverTheValueWhereTheyContradict) {
    for (auto const& environment :
         {std::map<std::string, std::string>{{"KREISLAUF_SACHSEN_ANHALT_USER", "s3cret"}},
          {{"KREISLAUF_SACHSEN_ANHALT_PASSWORD", "s3cret"}},
          {{"KREISLAUF_SACHSEN_ANHALT_TOKEN", "s3cret"},
           {"KREISLAUF_SACHSEN_ANHALT_USER", "s3cret"},
           {"KREISLAUF_SACHSEN_ANHALT_PASSWORD", "s3cret"}}}) {
        auto const error = error_of([&] { from(environment); });
        ASSERT_TRUE(error);
        EXPECT_NE(std::string{error->what()}.find("KREISLAUF_SACHSEN_ANHALT_USER"), std::string::npos);
        EXPECT_EQ(std::string{error->what()}.find("s3cret"), std::string::npos);
    }
}

TEST(GenesisCredentials, AreWipedWhenTheyMove) {
    Secret first{"a secret that is longer than the small string buffer"};
    Secret const second{std::move(first)};
    EXPECT_TRUE(first.empty()); // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_EQ(second.reveal(), "a secret that is longer than the small string buffer");
}

TEST(GenesisMasking, MasksTheEchoOfLogincheckWithoutMovingAnything) {
    std::string const answer =
        R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!","Username":"t0k3n-\"of 32"})";
    auto const masked = masked_answer(answer, Payload::json, {});
    EXPECT_EQ(masked,
              R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!","Username":"*************"})");
    EXPECT_EQ(masked.size(), answer.size());
    std::string const guest = R"({"Status":"x","Username" : "GAST"})";
    EXPECT_EQ(masked_answer(guest, Payload::json, {}), guest);
}

TEST(GenesisMasking, MasksCredentialsWhereverAnAnswerRepeatsThem) {
    auto const account = Credentials::user(Secret{"DE12345678"}, Secret{"abc\"d"});
    EXPECT_EQ(masked_answer(R"({"a":"xDE12345678y","b":"abc\"d","c":"abcd"})", Payload::json, account),
              R"({"a":"x**********y","b":"******","c":"abcd"})");
    EXPECT_EQ(masked_answer("<p>user DE12345678</p>", Payload::html, account), "<p>user **********</p>");
    auto const brief = Credentials::user(Secret{"an"}, Secret{"der"});
    EXPECT_EQ(masked_answer("<p>wandern an der andere</p>", Payload::html, brief),
              "<p>wandern ** *** andere</p>");
}

TEST(GenesisMasking, MasksAccountAndGroupInTheHeadOfACube) {
    std::string const cube =
        "* Der Benutzer DE12345678 der Benutzergruppe DE1234 hat am 03.09.2022 um 20:12:43 diesen "
        "Export angestossen.\r\nK;DQ;FACH-SCHL\r\nD;22922 Benutzer Y;\r\n";
    EXPECT_EQ(
        masked_answer(cube, Payload::cube, {}),
        "* Der Benutzer XXXXXXXXXX der Benutzergruppe XXXXXX hat am 03.09.2022 um 20:12:43 diesen Export "
        "angestossen.\r\nK;DQ;FACH-SCHL\r\nD;22922 Benutzer Y;\r\n");
}

TEST(GenesisMasking, LeavesFiguresAlone) {
    auto const account = Credentials::user(Secret{"user"}, Secret{"127712"});
    std::string const table = testing::flat({{"2023-12-31", "03153"}});
    EXPECT_EQ(masked_answer(table, Payload::flat, account), table);
}

/// Everything that leaves the client while many things go wrong.
TEST(GenesisCredentials, AppearInNoDocumentNoErrorAndNoRequestRecord) {
    std::string const echo = std::string{"\"Username\":\""} + testing::user_name + "\"";
    std::vector<gateway::HttpResponse> const answers{
        testing::json("{\"Status\":\"Sie wurden erfolgreich angemeldet\"," + echo + "}"),
        testing::json("{\"Code\":2,\"Content\":\"falsch: DE12345678 geheim!\\\"pass\",\"Type\":\"ERROR\"}",
                      404),
        testing::json("{\"Code\":15,\"Content\":\"DE12345678\",\"Type\":\"ERROR\"}", 401),
        testing::response(500, "",
                          std::string{"<html>"} + testing::user_name + " " + testing::password + "</html>"),
        testing::response(200, "", std::string{"DE12345678 "} + testing::password),
        testing::envelope(-1, "DE12345678 geheim!\\\"pass"),
        testing::envelope(104, "DE12345678"),
    };
    for (auto const& answer : answers) {
        Bench bench;
        for (unsigned i = 0; i < 4; ++i) bench.transport.then(answer);
        auto client = bench.client();
        std::string said;
        if (auto const error = error_of([&] { said = client.login_check().text; })) said += error->what();
        TableRequest request;
        request.name = "12411-0015";
        if (auto const error = error_of([&] { said += client.fetch(request, {}).text; }))
            said += error->what();
        for (auto const& document : bench.kept) {
            said += document.bytes + document.provenance.origin;
            for (auto const* fields : {&document.provenance.request, &document.provenance.headers})
                for (auto const& [name, value] : *fields) said += name + "=" + value + "\n";
        }
        ASSERT_FALSE(bench.kept.empty());
        for (auto const* const secret : {testing::user_name, testing::password, "geheim!\\\"pass"})
            EXPECT_EQ(said.find(secret), std::string::npos) << said;
        for (auto const& sent : bench.transport.requests) {
            EXPECT_EQ(sent.body.find(testing::user_name), std::string::npos);
            EXPECT_EQ(sent.url.find(testing::user_name), std::string::npos);
            for (auto const& [name, value] : sent.headers) EXPECT_NE(value, testing::user_name) << name;
            EXPECT_EQ(sent.secret_headers,
                      (Fields{{"username", testing::user_name}, {"password", testing::password}}));
        }
    }
}

} // namespace
} // namespace adapters::genesis

// Certificates are made by the openssl program, which is also the client: a stranger to our code.
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gateway/core/error.hpp"
#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;
using ::testing::Not;

std::string output_of(std::string const& command) {
    std::string out;
    auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> room{};
    while (auto const count = std::fread(room.data(), 1, room.size(), pipe)) out.append(room.data(), count);
    ::pclose(pipe);
    return out;
}

class HttpServerTls : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("server_tls_" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        make_authority("ca", "/CN=Test CA");
        make_authority("other", "/CN=Other CA");
        make_certificate("server", "/CN=localhost", "ca");
        make_certificate("county", "/O=Landkreis Goslar/CN=03153", "ca");
        make_certificate("stranger", "/CN=stranger", "other");
        options_.tls = http::TlsOptions{file("server.pem"), file("server.key"), "", false};
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string file(std::string const& name) const { return (folder_ / name).string(); }
    void make_authority(std::string const& name, std::string const& subject) const {
        output_of(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj '" +
            subject + "' -keyout " + file(name + ".key") + " -out " + file(name + ".pem"));
    }
    void make_certificate(std::string const& name, std::string const& subject, std::string const& by) const {
        output_of("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '" + subject +
                  "' -keyout " + file(name + ".key") + " -out " + file(name + ".csr"));
        output_of("openssl x509 -req -days 1 -in " + file(name + ".csr") + " -CA " + file(by + ".pem") +
                  " -CAkey " + file(by + ".key") + " -CAcreateserial -out " + file(name + ".pem"));
    }
    [[nodiscard]] std::string ask(Running const& running, std::string const& arguments) const {
        return output_of(
            "printf 'GET /a HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n' | timeout 20 openssl "
            "s_client -quiet -verify_return_error -CAfile " +
            file("ca.pem") + " -connect " + running.url().substr(8) + " " + arguments);
    }
    std::filesystem::path folder_;
    http::ServerOptions options_;
};

Response who(Request const& request) {
    return text(std::string{request.secure ? "secure" : "plain"} + " <" + request.certificate + ">");
}

TEST_F(HttpServerTls, AnswersOverBothVersions) {
    Running const running{who, options_};
    EXPECT_THAT(running.url(), HasSubstr("https://"));
    EXPECT_THAT(ask(running, "-tls1_2"), HasSubstr("secure <>"));
    EXPECT_THAT(ask(running, "-tls1_3"), HasSubstr("secure <>"));
    EXPECT_THAT(ask(running, "-alpn http/1.1"), HasSubstr("secure <>"));
    EXPECT_THAT(ask(running, "-tls1_1 -cipher DEFAULT@SECLEVEL=0"), Not(HasSubstr("secure")));
}

TEST_F(HttpServerTls, SendsLargeAnswersWhole) {
    std::string const body(5'000'000, 'x');
    Running const running{[&](Request const&) { return text(body); }, options_};
    auto const reply = ask(running, "");
    EXPECT_GE(std::count(reply.begin(), reply.end(), 'x'), 5'000'000);
}

TEST_F(HttpServerTls, NamesTheClientWhoseCertificateHolds) {
    options_.tls->client_ca_file = file("ca.pem");
    Running const running{who, options_};
    EXPECT_THAT(ask(running, ""), HasSubstr("secure <>")) << "a certificate is asked for, not demanded";
    EXPECT_THAT(ask(running, "-cert " + file("county.pem") + " -key " + file("county.key")),
                HasSubstr("secure <CN=03153,O=Landkreis Goslar>"));
    EXPECT_THAT(ask(running, "-cert " + file("stranger.pem") + " -key " + file("stranger.key")),
                Not(HasSubstr("secure")));
}

TEST_F(HttpServerTls, RefusesClientsWithoutCertificateWhereOneIsRequired) {
    options_.tls->client_ca_file = file("ca.pem");
    options_.tls->client_required = true;
    Running const running{who, options_};
    EXPECT_THAT(ask(running, ""), Not(HasSubstr("secure")));
    EXPECT_THAT(ask(running, "-cert " + file("county.pem") + " -key " + file("county.key")),
                HasSubstr("03153"));
}

TEST_F(HttpServerTls, AClientThatDoesNotSpeakTlsIsDroppedAndOthersGoOn) {
    Running const running{who, options_};
    RawClient plain{running.url()};
    plain.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    bool closed = false;
    EXPECT_THAT(plain.drain(closed), Not(HasSubstr("HTTP/1.1 200")));
    EXPECT_TRUE(closed);
    EXPECT_THAT(ask(running, ""), HasSubstr("secure"));
}

TEST_F(HttpServerTls, TakesANewCertificateWhenItIsToldTo) {
    Running const running{who, options_};
    std::filesystem::copy_file(file("stranger.pem"), file("server.pem"),
                               std::filesystem::copy_options::overwrite_existing);
    running.server->reload(); // key and certificate do not belong together: the old ones stay
    EXPECT_THAT(ask(running, ""), HasSubstr("secure"));
    std::filesystem::copy_file(file("stranger.key"), file("server.key"),
                               std::filesystem::copy_options::overwrite_existing);
    running.server->reload();
    EXPECT_THAT(ask(running, ""), Not(HasSubstr("secure")))
        << "signed by an authority that the client does not know";
}

TEST_F(HttpServerTls, NamesTheFileThatCannotBeUsed) {
    auto const complaint = [&](http::TlsOptions tls) {
        FunctionService service{who};
        http::ServerOptions options;
        options.listen = {"127.0.0.1:0"};
        options.tls = std::move(tls);
        try {
            http::Server const server{service, options};
            return std::string{"none"};
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            return std::string{error.what()};
        }
    };
    EXPECT_THAT(complaint({file("none.pem"), file("server.key"), "", false}), HasSubstr("none.pem"));
    EXPECT_THAT(complaint({file("server.pem"), file("none.key"), "", false}), HasSubstr("none.key"));
    EXPECT_THAT(complaint({file("server.pem"), file("county.key"), "", false}), HasSubstr("county.key"));
    EXPECT_THAT(complaint({file("server.pem"), file("server.key"), file("none.ca"), false}),
                HasSubstr("none.ca"));
}

} // namespace
} // namespace gateway::testing

// A service with an intake: two offices, a county, their keys, and an agreement for each office.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <variant>

#include "gateway/io/base64.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/access/keys.hpp"
#include "gateway/serve/intake/routes.hpp"
#include "gateway/serve/service.hpp"
#include "tests/gateway/intake/intake_fixture.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace gateway::serve::intake::testing {

using gateway::intake::testing::csv;
using gateway::intake::testing::TestClock;
using gateway::intake::testing::TestStore;
using gateway::serve::testing::Answer;

class DeskTest : public ::testing::Test {
  protected:
    DeskTest() {
        place_.agreement("fremd", "rows = \"accept_rest\"\nembargo = \"allowed\"\n");
        auto const path = place_.store() + "/intake/agreements/fremd.toml";
        auto text = io::read_file(path);
        text.replace(text.find("land = \"03\""), 11, "land = \"09\"");
        text.replace(text.find("areas = [\"03\"]"), 14, "areas = [\"09\"]");
        io::write_durable(path, text);
        lsn_ = key("office:03");
        bavaria_ = key("office:09");
        county_ = key("county:03153");
        restart();
    }
    std::string key(std::string const& scope) {
        access::KeyFile keys{place_.store() + "/service"};
        auto const far = gateway::intake::testing::monday + 86'400 * 365;
        return keys.create(*access::scope_from(scope), far, "Test", time_.now()).first;
    }
    void restart() {
        service_.reset();
        desk_.reset();
        intake_ = std::make_unique<gateway::intake::Intake>(place_.settings(time_.clock()));
        DeskSettings settings;
        settings.store = place_.store();
        settings.state = place_.store() + "/service";
        settings.now = time_.clock().now;
        settings.uploads.spare_bytes = 0;
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        desk_ = std::make_unique<Desk>(*intake_, settings);
        Settings service;
        service.store = place_.store();
        service.data = KREISLAUF_SOURCE_DIR;
        service.version = "test";
        service.now = time_.clock().now;
        service.complain = settings.complain;
        service_ = std::make_unique<GatewayService>(service, std::vector<Mount>{}, routes(*desk_));
    }
    /// As the server does it: a body goes to whoever receives it.
    Answer ask(std::string const& method, std::string const& target, std::string const& key = {},
               http::Headers headers = {}, std::string const& body = {},
               std::string const& certificate = {}) {
        http::Request request;
        request.method = method;
        request.target = target;
        request.headers = std::move(headers);
        request.headers.emplace_back("Host", "localhost:8080");
        if (!key.empty()) request.headers.emplace_back("X-API-Key", key);
        request.remote = "192.0.2.7:50412";
        request.certificate = certificate;
        auto response = [&]() -> http::Response {
            if (body.empty() || !service_->receives(method, target)) {
                request.body = body;
                return service_->answer(request);
            }
            auto reception = service_->receive(request);
            if (auto* const refused = std::get_if<http::Response>(&reception)) return std::move(*refused);
            auto& sink = *std::get<std::unique_ptr<http::BodySink>>(reception);
            for (std::size_t at = 0; at < body.size(); at += 1000)
                if (auto early = sink.take(std::string_view{body}.substr(at, 1000))) return std::move(*early);
            return sink.end();
        }();
        Answer answer{response.status, response.headers, {}, response.shared, false};
        answer.body = serve::testing::body_of(response);
        return answer;
    }
    Answer post(std::string const& text, std::string const& key,
                std::string const& words = "agreement=test&file=z.csv") {
        return ask("POST", "/api/v1/deliveries?" + words, key, {{"Content-Type", "text/csv"}}, text);
    }
    /// Creates an upload; its path.
    std::string begin(std::string const& key, std::size_t length, std::string const& more = {},
                      std::string const& agreement = "test") {
        auto const answer = create(key, length, more, agreement);
        EXPECT_EQ(answer.status, 201U) << answer.body;
        auto const location = answer.header("Location");
        return location.substr(std::min(location.size(), std::string{"http://localhost:8080"}.size()));
    }
    Answer create(std::string const& key, std::size_t length, std::string const& more = {},
                  std::string const& agreement = "test") {
        auto const metadata =
            "filename " + io::to_base64("z.csv") + ",agreement " + io::to_base64(agreement) + more;
        return ask("POST", "/api/v1/uploads", key,
                   {{"Tus-Resumable", "1.0.0"},
                    {"Upload-Length", std::to_string(length)},
                    {"Upload-Metadata", metadata}});
    }
    Answer patch(std::string const& path, std::string const& key, std::size_t offset,
                 std::string const& bytes, http::Headers more = {}) {
        more.emplace_back("Tus-Resumable", "1.0.0");
        more.emplace_back("Content-Type", "application/offset+octet-stream");
        more.emplace_back("Upload-Offset", std::to_string(offset));
        return ask("PATCH", path, key, std::move(more), bytes);
    }
    void work() { gateway::intake::testing::work_off(*intake_); }

    TestStore place_;
    TestClock time_{gateway::intake::testing::monday};
    std::string lsn_, bavaria_, county_, complaints_;
    std::unique_ptr<gateway::intake::Intake> intake_;
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<GatewayService> service_;
};

} // namespace gateway::serve::intake::testing

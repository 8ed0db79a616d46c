// A service on a small store: population of counties by sex, two vintages.
#pragma once

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <memory>
#include <string>
#include <variant>

#include "gateway/io/file.hpp"
#include "gateway/serve/service.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::serve::testing {

using namespace gateway::store::testing;

inline std::string body_of(http::Response& response) {
    if (auto const* const whole = std::get_if<std::shared_ptr<std::string const>>(&response.body))
        return **whole;
    std::string text;
    if (auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body))
        while ((*source)->next(text)) {
        }
    return text;
}

struct Answer {
    unsigned status = 0;
    http::Headers headers;
    std::string body;
    bool shared = false;
    bool streamed = false;
    [[nodiscard]] std::string header(std::string_view name) const {
        return std::string{http::header(headers, name)};
    }
    [[nodiscard]] rapidjson::Document json() const {
        rapidjson::Document document;
        document.Parse(body.data(), body.size());
        EXPECT_FALSE(document.HasParseError()) << body.substr(0, 500);
        return document;
    }
};

class ServiceTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'700'000'000, "126000", "62000");
        load(*store, 1'710'000'000, "126775", "62494");
        restart();
    }
    static void load(store::Store& store, UnixTime received, std::string const& total, std::string const& men,
                     std::string const& dataset = "REGIO_12411-01-01-4") {
        auto info = population();
        info.id = dataset;
        info.table = dataset.substr(dataset.find('_') + 1);
        Provenance provenance;
        provenance.source = "file";
        provenance.origin = "12411.csv";
        provenance.received = received;
        auto const document = store.record_document(io::sha256_hex(total + dataset), 10, provenance);
        auto wish = request(info, received);
        wish.document = document;
        auto const load = store.begin(wish);
        auto const both = load->indicator(indicator_of("_T"));
        auto const male = load->indicator(indicator_of("M"));
        auto const secret =
            load->state({MissingReason::confidential,
                         {ObsStatus::suppressed, ConfStatus::primary, {}, *Sign::from("."), {}}});
        auto const goslar = load->area(county("03153"));
        auto const goettingen = load->area(county("03159"));
        load->label("AREA", "03153", "Goslar, Landkreis");
        load->label("AREA", "03159", "Göttingen, Landkreis");
        load->label("MEASURE", "BEVSTD", "Bevölkerungsstand");
        load->label("SEX", "M", "männlich");
        load->put(both, goslar, std::vector{observed("2023-12-31", "127712"), observed("2024-12-31", total)});
        load->put(both, goettingen,
                  std::vector{observed("2023-12-31", "326000"), missing("2024-12-31", secret)});
        load->put(male, goslar, std::vector{observed("2024-12-31", men)});
        load->commit("", 5, 0, everything());
    }
    void restart() {
        service_.reset();
        Settings settings;
        settings.store = folder_.path();
        settings.data = KREISLAUF_SOURCE_DIR;
        settings.version = "test";
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        service_ = std::make_unique<GatewayService>(settings);
    }
    Answer ask(std::string const& target, http::Headers headers = {}, std::string const& method = "GET",
               std::string const& body = {}) {
        http::Request request;
        request.method = method;
        request.target = target;
        request.headers = std::move(headers);
        request.headers.emplace_back("Host", "localhost:8080");
        request.body = body;
        request.remote = "192.0.2.7:50412";
        auto response = service_->answer(request);
        Answer answer{response.status, response.headers, {}, response.shared, response.body.index() == 2};
        answer.body = body_of(response);
        if (auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body))
            for (auto& field : (*source)->late_head()) answer.headers.push_back(std::move(field));
        return answer;
    }

    TempDirectory folder_;
    std::string complaints_;
    std::unique_ptr<GatewayService> service_;
};

} // namespace gateway::serve::testing

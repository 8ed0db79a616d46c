// A service with subscriptions, keys of two counties, and a receiver of webhooks on the loopback.
#pragma once

#include <gmock/gmock.h>

#include "gateway/serve/access/keys.hpp"
#include "gateway/serve/subscribe/routes.hpp"
#include "tests/gateway/serve/fixture.hpp"
#include "tests/gateway/subscribe/receiver.hpp"

namespace gateway::serve::testing {

class SubscriptionsTest : public ServiceTest {
  protected:
    void SetUp() override {
        ServiceTest::SetUp();
        auto const ledger = gateway::subscribe::ledger_folder(folder_.path());
        io::make_directories(ledger);
        io::write_durable(ledger + "/subscriptions.toml",
                          "[webhook]\nallow = [\"127.0.0.0/8\"]\nplain_http = true\n");
        goslar_ = key("county:03153");
        goettingen_ = key("county:03159");
        subscribe::OfficeSettings settings;
        settings.store = folder_.path();
        settings.data = KREISLAUF_SOURCE_DIR;
        settings.public_url = "https://gateway.example";
        settings.version = "test";
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        office_ = std::make_unique<subscribe::Office>(settings);
        restart_with_office();
    }
    void restart_with_office() {
        service_.reset();
        Settings settings;
        settings.store = folder_.path();
        settings.data = KREISLAUF_SOURCE_DIR;
        settings.version = "test";
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        service_ =
            std::make_unique<GatewayService>(settings, std::vector<Mount>{}, subscribe::routes(*office_));
    }
    std::string key(std::string const& scope) {
        return access::KeyFile{folder_.path() + "/service"}
            .create(access::scope_from(scope).value(), 4'000'000'000, "test", 1'700'000'000)
            .first;
    }
    Answer as(std::string const& key, std::string const& target, std::string const& method = "GET",
              std::string const& body = {}) {
        http::Headers headers;
        if (!key.empty()) headers.emplace_back("X-API-Key", key);
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return ask(target, std::move(headers), method, body);
    }
    gateway::subscribe::DispatchReport dispatch() {
        gateway::subscribe::Dispatcher dispatcher{office_->dispatch_settings(), office_->ways(),
                                                  office_->areas()};
        return dispatcher.run_once();
    }
    static std::string text_of(rapidjson::Document const& json, char const* name) {
        return json.HasMember(name) && json[name].IsString() ? json[name].GetString() : "";
    }

    std::string goslar_, goettingen_;
    std::unique_ptr<subscribe::Office> office_;
};

} // namespace gateway::serve::testing

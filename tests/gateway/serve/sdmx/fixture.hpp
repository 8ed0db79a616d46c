// A service with the SDMX interface on a small store.
#pragma once

#include "gateway/serve/sdmx/mounts.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace gateway::serve::testing {

inline std::string const flow = "REGIO_12411-01-01-4";

class SdmxTest : public ServiceTest {
  protected:
    void SetUp() override {
        ServiceTest::SetUp();
        mount();
    }
    /// Starts the service anew, as after an update to `version`.
    void mount(std::string const& version = "test", std::size_t most_stores = 64) {
        service_.reset();
        Settings settings;
        settings.store = folder_.path();
        settings.data = KREISLAUF_SOURCE_DIR;
        settings.version = version;
        settings.most_stores = most_stores;
        settings.limits.anonymous = {1e6, 1e6};
        settings.complain = [this](std::string_view line) { complaints_ += std::string{line} + "\n"; };
        service_ = std::make_unique<GatewayService>(settings, sdmx::mounts(version));
    }
    static std::size_t count(std::string const& text, std::string const& part) {
        std::size_t found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
            ++found;
        return found;
    }
};

} // namespace gateway::serve::testing

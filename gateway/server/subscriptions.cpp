#include "gateway/server/subscriptions.hpp"

#include <chrono>
#include <exception>
#include <stop_token>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/subscribe/routes.hpp"
#include "gateway/subscribe/dispatcher.hpp"

namespace gateway::server {
namespace {

constexpr std::chrono::seconds after_trouble{5};
constexpr std::chrono::milliseconds pause_step{100};

void pause(std::stop_token const& stop) {
    for (auto waited = std::chrono::milliseconds{0}; waited < after_trouble && !stop.stop_requested();
         waited += pause_step)
        std::this_thread::sleep_for(pause_step);
}

serve::subscribe::OfficeSettings office_settings(Options const& options, std::string const& data,
                                                 std::function<void(std::string_view)> const& complain) {
    serve::subscribe::OfficeSettings settings;
    settings.store = options.store;
    settings.data = data;
    settings.public_url = options.public_url;
    settings.version = KREISLAUF_VERSION;
    settings.complain = complain;
    return settings;
}

} // namespace

struct Subscriptions::Parts {
    Parts(Options const& options, std::string const& data,
          std::function<void(std::string_view)> const& the_complain)
        : complain{the_complain}, office{office_settings(options, data, the_complain)} {}

    void work(std::stop_token const& stop) {
        std::string said;
        while (!stop.stop_requested()) {
            try {
                gateway::subscribe::Dispatcher dispatcher{office.dispatch_settings(), office.ways(),
                                                          office.areas()};
                said.clear();
                dispatcher.run(stop);
            } catch (std::exception const& error) {
                // Another program may dispatch for hours: it is said once.
                if (complain && said != error.what()) complain(std::string{"subscriptions: "} + error.what());
                said = error.what();
                pause(stop);
            }
        }
    }

    std::function<void(std::string_view)> complain;
    serve::subscribe::Office office;
    std::jthread works; ///< ends before what it uses
};

Subscriptions::Subscriptions(Options const& options, std::string const& data,
                             std::function<void(std::string_view)> const& complain) {
    // A store that comes later has subscriptions after the next start: its folder is not made here.
    if (!io::file_exists(options.store + "/store.sqlite")) return;
    try {
        parts_ = std::make_unique<Parts>(options, data, complain);
    } catch (Error const& error) {
        if (error.code() != Errc::io) throw;
        if (complain) complain(std::string{"there are no subscriptions: "} + error.what());
    }
}

Subscriptions::~Subscriptions() = default;

std::vector<serve::Route> Subscriptions::routes() {
    return parts_ ? serve::subscribe::routes(parts_->office) : std::vector<serve::Route>{};
}

void Subscriptions::start() {
    if (parts_)
        parts_->works = std::jthread{[&parts = *parts_](std::stop_token const& stop) { parts.work(stop); }};
}

void Subscriptions::request_stop() {
    if (parts_) parts_->works.request_stop();
}

} // namespace gateway::server

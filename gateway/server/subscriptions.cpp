#include "gateway/server/subscriptions.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <stop_token>
#include <string>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/subscribe/routes.hpp"
#include "gateway/subscribe/dispatcher.hpp"

namespace gateway::server {
namespace {

constexpr std::chrono::milliseconds after_trouble{5000}, look_for_store{1000};
constexpr std::chrono::milliseconds pause_step{100};

void pause(std::stop_token const& stop, std::chrono::milliseconds time) {
    for (auto waited = std::chrono::milliseconds{0}; waited < time && !stop.stop_requested();
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
        : store{options.store + "/store.sqlite"}, settings{office_settings(options, data, the_complain)},
          complain{the_complain} {}

    /// Opens the office where there is a store: without one its folder is not made. Of one thread at a time.
    void open() {
        if (office.load() != nullptr || !io::file_exists(store)) return;
        owned = std::make_unique<serve::subscribe::Office>(settings);
        office = owned.get();
    }

    void work(std::stop_token const& stop) {
        while (!stop.stop_requested()) {
            try {
                open();
                if (owned) {
                    gateway::subscribe::Dispatcher dispatcher{owned->dispatch_settings(), owned->ways(),
                                                              owned->areas()};
                    said.clear();
                    dispatcher.run(stop);
                    continue;
                }
            } catch (std::exception const& error) {
                say(error.what());
            }
            pause(stop, owned ? after_trouble : look_for_store);
        }
    }

    /// Another program may dispatch for hours: it is said once.
    void say(std::string const& text) {
        if (complain && said != text) complain("subscriptions: " + text);
        said = text;
    }

    std::string store; ///< its file
    serve::subscribe::OfficeSettings settings;
    std::function<void(std::string_view)> complain;
    std::string said;
    std::unique_ptr<serve::subscribe::Office> owned;
    std::atomic<serve::subscribe::Office*> office{nullptr}; ///< once it is there, it stays
    std::jthread works;                                     ///< ends before what it uses
};

Subscriptions::Subscriptions(Options const& options, std::string const& data,
                             std::function<void(std::string_view)> const& complain)
    : parts_{std::make_unique<Parts>(options, data, complain)} {
    try {
        parts_->open();
    } catch (Error const& error) {
        if (error.code() != Errc::io) throw;
        parts_->say(error.what());
    }
}

Subscriptions::~Subscriptions() = default;

std::vector<serve::Route> Subscriptions::routes() {
    return serve::subscribe::routes([&parts = *parts_] { return parts.office.load(); });
}

void Subscriptions::start() {
    parts_->works = std::jthread{[&parts = *parts_](std::stop_token const& stop) { parts.work(stop); }};
}

void Subscriptions::request_stop() {
    parts_->works.request_stop();
}

} // namespace gateway::server

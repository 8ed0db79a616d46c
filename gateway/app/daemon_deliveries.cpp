#include "gateway/app/daemon_deliveries.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "gateway/app/context.hpp"
#include "gateway/core/error.hpp"
#include "gateway/intake/intake.hpp"
#include "gateway/intake/watch_folder.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

constexpr std::chrono::milliseconds look_every{1000};
constexpr std::chrono::seconds after_trouble{60};

void pause(std::stop_token const& stop, std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds step{100};
    for (auto left = time; left.count() > 0 && !stop.stop_requested(); left -= step)
        std::this_thread::sleep_for(step);
}

/// Looks into the folder beside the thread that works.
void watch(std::stop_token const& stop, intake::WatchFolder& folder,
           std::function<void(std::string_view)> const& say) {
    while (!stop.stop_requested()) {
        try {
            folder.look();
            pause(stop, look_every);
        } catch (std::exception const& error) {
            say(std::string{"deliveries: "} + error.what() + "; looks again in a minute");
            pause(stop, after_trouble);
        }
    }
}

void work(std::stop_token const& stop, std::string const& store, std::string const& folder,
          std::function<void(std::string_view)> const& say) {
    auto const ledger = store + "/intake/ledger.sqlite";
    while (folder.empty() && !io::file_exists(ledger)) {
        if (stop.stop_requested()) return;
        pause(stop, look_every);
    }
    intake::IntakeSettings settings;
    settings.store = store;
    settings.data = data_directory();
    settings.program = KREISLAUF_VERSION;
    settings.threads = 1; // the sources come first
    settings.complain = say;
    intake::Intake intake{std::move(settings)};
    std::optional<intake::WatchFolder> watched;
    std::jthread watching;
    if (!folder.empty()) {
        watched.emplace(intake, folder, say);
        watching = std::jthread{[&](std::stop_token const& own) { watch(own, *watched, say); }};
    }
    intake.run([&stop] { return stop.stop_requested(); });
}

} // namespace

DaemonDeliveries::DaemonDeliveries(std::string store_directory, std::string folder,
                                   std::function<void(std::string_view)> say)
    : thread_{[store = std::move(store_directory), folder = std::move(folder),
               say = std::move(say)](std::stop_token const& stop) {
          while (!stop.stop_requested()) {
              try {
                  work(stop, store, folder, say);
              } catch (std::exception const& error) {
                  say(std::string{"deliveries: "} + error.what() + "; tries again in a minute");
                  pause(stop, after_trouble);
              }
          }
      }} {}

} // namespace gateway::app

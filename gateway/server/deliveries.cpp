#include "gateway/server/deliveries.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "gateway/intake/intake.hpp"
#include "gateway/intake/watch_folder.hpp"
#include "gateway/serve/intake/desk.hpp"
#include "gateway/serve/intake/routes.hpp"

namespace gateway::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{1000};
constexpr std::chrono::minutes tidy_every{10};
constexpr std::chrono::seconds after_trouble{5};

void pause(std::stop_token const& stop, std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds step{100};
    for (auto const until = steady_clock::now() + time;
         !stop.stop_requested() && steady_clock::now() < until;)
        std::this_thread::sleep_for(step);
}

gateway::intake::IntakeSettings intake_settings(Options const& options, std::string const& data,
                                                std::function<void(std::string_view)> const& complain) {
    gateway::intake::IntakeSettings settings;
    settings.store = options.store;
    settings.data = data;
    settings.program = std::string{"kreislauf "} + KREISLAUF_VERSION;
    settings.complain = complain;
    return settings;
}

serve::intake::DeskSettings desk_settings(Options const& options,
                                          std::function<void(std::string_view)> const& complain) {
    serve::intake::DeskSettings settings;
    settings.store = options.store;
    settings.state = options.store + "/service";
    settings.complain = complain;
    return settings;
}

} // namespace

struct Deliveries::Parts {
    Parts(Options const& options, std::string const& data, std::function<void(std::string_view)> the_complain)
        : complain{std::move(the_complain)}, intake{intake_settings(options, data, complain)},
          desk{intake, desk_settings(options, complain)} {
        if (!options.intake_folder.empty()) folder.emplace(intake, options.intake_folder, complain);
    }

    /// Repeats `work` until the end; a failure costs a pause and not the thread.
    void repeat(std::stop_token const& stop, std::function<void()> const& work) const {
        while (!stop.stop_requested()) {
            try {
                work();
            } catch (std::exception const& error) {
                if (complain) complain(std::string{"intake: "} + error.what());
                pause(stop, after_trouble);
            }
        }
    }

    std::function<void(std::string_view)> complain;
    gateway::intake::Intake intake;
    serve::intake::Desk desk;
    std::optional<gateway::intake::WatchFolder> folder;
    std::jthread works, watches; ///< end before what they use
};

Deliveries::Deliveries(Options const& options, std::string const& data,
                       std::function<void(std::string_view)> const& complain) {
    auto const agreements = gateway::intake::Agreements::load(
        {data + "/mappings/agreements", options.store + "/intake/agreements"});
    if (!agreements.all().empty()) parts_ = std::make_unique<Parts>(options, data, complain);
}

Deliveries::~Deliveries() = default;

std::vector<serve::Route> Deliveries::routes() {
    return parts_ ? serve::intake::routes(parts_->desk) : std::vector<serve::Route>{};
}

void Deliveries::start() {
    if (!parts_) return;
    auto& parts = *parts_;
    parts.works = std::jthread{[&parts](std::stop_token const& stop) {
        parts.repeat(stop, [&] { parts.intake.run([&] { return stop.stop_requested(); }); });
    }};
    parts.watches = std::jthread{[&parts](std::stop_token const& stop) {
        std::optional<steady_clock::time_point> tidied;
        parts.repeat(stop, [&] {
            auto const now = steady_clock::now();
            if (!tidied || now - *tidied >= tidy_every) {
                tidied = now;
                parts.desk.tidy();
            }
            if (parts.folder) parts.folder->look();
            pause(stop, look_every);
        });
    }};
}

} // namespace gateway::server

#include "gateway/server/deliveries.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
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
        : ledger{options.store + "/intake"}, complain{std::move(the_complain)},
          intake{intake_settings(options, data, complain)}, desk{intake, desk_settings(options, complain)} {
        if (!options.intake_folder.empty()) folder.emplace(intake, options.intake_folder, complain);
    }

    /// Reads the ledger only where somebody wrote into it.
    void look_at_reviews() {
        std::string stamp;
        for (auto const* const name : {"/ledger.sqlite", "/ledger.sqlite-wal"}) {
            std::error_code absent;
            auto const time = std::filesystem::last_write_time(ledger + name, absent);
            stamp += std::to_string(absent ? 0 : time.time_since_epoch().count()) + " ";
        }
        if (stamp == seen) return;
        std::vector<serve::UnderReview> now;
        for (auto& each : intake.under_review())
            now.push_back({std::move(each.dataset), std::move(each.area), each.since});
        std::lock_guard const lock{guard};
        reviews = std::move(now);
        seen = std::move(stamp);
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

    std::string ledger; ///< its folder
    std::mutex guard;
    std::vector<serve::UnderReview> reviews;
    std::string seen; ///< of the watching thread
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

std::function<std::vector<serve::UnderReview>()> Deliveries::under_review() {
    if (!parts_) return {};
    return [&parts = *parts_] {
        std::lock_guard const lock{parts.guard};
        return parts.reviews;
    };
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
            parts.look_at_reviews();
            if (parts.folder) parts.folder->look();
            pause(stop, look_every);
        });
    }};
}

} // namespace gateway::server

// kreislauf delivery: what offices delivered, for the operator of the gateway.
#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include "gateway/app/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/intake/calendar.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/intake/intake.hpp"
#include "gateway/intake/watch_folder.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/intake/delivery_json.hpp"

namespace gateway::app {
namespace {

using intake::Delivery;
using intake::Intake;
using intake::Stage;

std::atomic<bool>& is_ended() {
    static std::atomic<bool> ended{false};
    return ended;
}

extern "C" void end_work(int) {
    is_ended() = true;
}

intake::IntakeSettings settings_of(Options const& options) {
    intake::IntakeSettings settings;
    settings.store = options.store;
    settings.data = data_directory();
    settings.program = KREISLAUF_VERSION;
    settings.clock = clock_for(options);
    settings.complain = [](std::string_view text) {
        std::fprintf(stderr, "kreislauf: %.*s\n", static_cast<int>(text.size()), text.data());
    };
    return settings;
}

intake::Actor actor_of(Options const& options) {
    if (!options.delivery.who.empty()) return "operator " + options.delivery.who;
    auto const* const user = getpwuid(getuid()); // NOLINT(concurrency-mt-unsafe)
    return "operator " + (user != nullptr ? std::string{user->pw_name} : std::to_string(getuid()));
}

Delivery found(Intake const& intake, std::string const& id) {
    if (auto delivery = intake.find(id)) return std::move(*delivery);
    throw Error{Errc::not_found, "there is no delivery '" + id + "'; kreislauf delivery list names all"};
}

/// As the service writes it, with links below its address.
void write(Json& json, Delivery const& delivery) {
    serve::Json text;
    serve::intake::write_delivery(text, delivery, {});
    json.value(text.take());
}

std::string stage_text(Delivery const& delivery) {
    std::string text{name_of(delivery.stage)};
    if (delivery.release_wanted && delivery.release_at)
        text += ", released at " + utc_text(*delivery.release_at);
    if (delivery.release_wanted && !delivery.release_at) text += ", to be released";
    return text;
}

Exit list(Options const& options, Intake const& intake) {
    intake::DeliveryFilter filter{options.delivery.agreement, options.delivery.office, std::nullopt};
    if (!options.delivery.stage.empty()) {
        filter.stage = intake::stage_from(options.delivery.stage);
        if (!filter.stage)
            throw Error{Errc::invalid_argument,
                        "--stage '" + options.delivery.stage +
                            "' is none; expected received, checked, held, released, withdrawn or refused"};
    }
    auto const deliveries = intake.list(filter);
    if (options.json) {
        Json json;
        json.array();
        for (auto const& each : deliveries) write(json, each);
        json.end_array();
        json.print();
        return Exit::done;
    }
    for (auto const& each : deliveries)
        std::printf("%s  %s  %-20s %10llu bytes  %s  %s\n", each.id.c_str(), utc_text(each.received).c_str(),
                    each.agreement.c_str(), static_cast<unsigned long long>(each.bytes),
                    stage_text(each).c_str(), each.file.c_str());
    if (deliveries.empty()) std::fprintf(stderr, "kreislauf: there are no such deliveries\n");
    return Exit::done;
}

Exit show(Options const& options, Intake const& intake) {
    auto const delivery = found(intake, options.delivery.id);
    if (options.json) {
        Json json;
        write(json, delivery);
        json.print();
        return Exit::done;
    }
    std::printf("%s  %s\n  agreement  %s\n  file       %s, %llu bytes, sha256 %s\n  sender     %s\n",
                delivery.id.c_str(), stage_text(delivery).c_str(), delivery.agreement.c_str(),
                delivery.file.c_str(), static_cast<unsigned long long>(delivery.bytes),
                delivery.sha256.c_str(), delivery.sender.c_str());
    if (delivery.vintage)
        std::printf("  vintage    %s@%llu\n", delivery.dataset.c_str(),
                    static_cast<unsigned long long>(*delivery.vintage));
    for (auto const& step : delivery.steps)
        std::printf("  %s  %-9s %s%s%s\n", utc_text(step.time).c_str(),
                    std::string{name_of(step.stage)}.c_str(), step.who.c_str(), step.why.empty() ? "" : ": ",
                    step.why.c_str());
    return Exit::done;
}

void put_out(std::string const& path, std::string_view text) {
    if (path.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return;
    }
    io::write_durable(path, text);
}

Exit report(Options const& options, Intake const& intake) {
    auto const delivery = found(intake, options.delivery.id);
    auto const report = intake.report(delivery.id);
    if (!report)
        throw Error{Errc::not_found,
                    "delivery " + delivery.id + " is " + stage_text(delivery) +
                        " and has no report yet; a service checks it, or kreislauf delivery work"};
    auto const* const agreement = intake.agreements().find(delivery.agreement);
    if (!options.json && agreement == nullptr)
        throw Error{Errc::not_found, "the agreement '" + delivery.agreement +
                                         "' is not there any more; --json prints the report without it"};
    put_out(options.delivery.out, options.json            ? to_json(*report) + "\n"
                                  : options.delivery.html ? to_html(*report, *agreement)
                                                          : to_text(*report, *agreement));
    return report->verdict == intake::Verdict::sound ? Exit::done : Exit::incomplete;
}

Exit release(Options const& options, Intake& intake) {
    auto const& id = options.delivery.id;
    intake.release(id, actor_of(options), options.delivery.reason);
    // What is due at once is done at once, by this process or by the service that is at it.
    while (intake.work() && found(intake, id).release_wanted) {
    }
    auto const delivery = found(intake, id);
    if (options.json) {
        Json json;
        write(json, delivery);
        json.print();
    } else {
        std::printf("%s is %s\n", id.c_str(), stage_text(delivery).c_str());
    }
    return delivery.stage == Stage::held ? Exit::incomplete : Exit::done;
}

Exit take_back(Options const& options, Intake& intake, bool is_recall) {
    auto const& id = options.delivery.id;
    auto const before = found(intake, id);
    if (is_recall != (before.stage == Stage::released))
        throw Error{Errc::invalid_argument,
                    "delivery " + id + " is " + stage_text(before) + ": kreislauf delivery " +
                        (is_recall ? "withdraw takes back" : "recall recalls") + " it"};
    intake.withdraw(id, actor_of(options), options.delivery.why, options.delivery.sealed);
    auto const delivery = found(intake, id);
    if (options.json) {
        Json json;
        write(json, delivery);
        json.print();
    } else {
        std::printf("%s is %s\n", id.c_str(), stage_text(delivery).c_str());
    }
    return Exit::done;
}

Exit quarantine(Options const& options, Intake const& intake) {
    auto const delivery = found(intake, options.delivery.id);
    auto const path = intake.quarantine(delivery.id);
    if (path.empty()) {
        std::fprintf(stderr, "kreislauf: no row of %s is set aside\n", delivery.id.c_str());
        return Exit::done;
    }
    put_out(options.delivery.out, io::MappedFile{path}.view());
    return Exit::done;
}

Exit agreements(Options const& options, Intake const& intake) {
    auto const now = clock_for(options).now();
    Json json;
    json.array();
    for (auto const& each : intake.agreements().all()) {
        auto const today = day_in_zone(each, now);
        auto const due = next_due_day(each, today);
        if (options.json) {
            json.object()
                .field("id", each.id)
                .field("file", each.file)
                .field("title", each.title)
                .field("office", each.office)
                .field("office_name", each.office_name)
                .field("service", each.service)
                .field("table", each.table)
                .flag("four_eyes", each.four_eyes)
                .flag("releases_itself", each.releases_itself);
            if (due) json.field("due", date_text(due->day)).field("due_note", due->note);
            json.end_object();
            continue;
        }
        std::printf("%-24s office %s  %s/%s  %s%s\n    %s (%s)\n", each.id.c_str(), each.office.c_str(),
                    each.service.c_str(), each.table.c_str(), due ? "due " : "never due",
                    due ? (date_text(due->day) + ": " + due->note).c_str() : "", each.title.c_str(),
                    each.file.c_str());
    }
    json.end_array();
    if (options.json) json.print();
    return Exit::done;
}

/// The watched folder: of the command line, or of [intake] in the configuration. Empty where there is none.
std::string folder_of(Options const& options) {
    if (!options.delivery.folder.empty()) return options.delivery.folder;
    auto path = options.config;
    if (path.empty()) path = options.store + "/kreislauf.toml";
    if (options.config.empty() && !io::file_exists(path)) return {};
    return parse_config(io::read_file(path), path).intake.folder;
}

Exit work(Options const& options, Intake& intake) {
    std::optional<intake::WatchFolder> folder;
    if (auto const path = folder_of(options); !path.empty())
        folder.emplace(intake, path, settings_of(options).complain, clock_for(options));
    if (options.delivery.wait) {
        std::signal(SIGINT, end_work);
        std::signal(SIGTERM, end_work);
        std::jthread const watching{[&folder] {
            constexpr std::chrono::milliseconds nap{200};
            for (int naps = 0; folder && !is_ended(); ++naps) {
                // Once a second; what it cannot look into is said, and looked into again.
                try {
                    if (naps % 5 == 0) folder->look();
                } catch (std::exception const& error) {
                    std::fprintf(stderr, "kreislauf: intake folder: %s\n", error.what());
                }
                std::this_thread::sleep_for(nap);
            }
        }};
        intake.run([] { return is_ended().load(); });
        is_ended() = true;
        return Exit::done;
    }
    // Once: files that came are complete when they stand still for some seconds.
    std::uint64_t taken = 0;
    if (folder) {
        taken = folder->look();
        std::this_thread::sleep_for(std::chrono::seconds{folder->still_seconds() + 1});
        taken += folder->look();
        taken += folder->look();
    }
    std::uint64_t done = 0;
    while (intake.work()) ++done;
    if (folder) taken += folder->look();
    auto const due = intake.next_due();
    if (options.json) {
        Json json;
        json.object().field("done", done);
        if (folder) json.field("files_moved", taken);
        if (due) json.field("next_due", utc_text(*due));
        json.end_object();
        json.print();
    } else {
        std::printf("%llu things done%s\n", static_cast<unsigned long long>(done),
                    due ? ("; the next release is due at " + utc_text(*due)).c_str() : "");
    }
    return Exit::done;
}

} // namespace

Exit run_delivery(Options const& options) {
    Intake intake{settings_of(options)};
    auto const& action = options.delivery.action;
    if (action == "list") return list(options, intake);
    if (action == "show") return show(options, intake);
    if (action == "report") return report(options, intake);
    if (action == "release") return release(options, intake);
    if (action == "withdraw") return take_back(options, intake, false);
    if (action == "recall") return take_back(options, intake, true);
    if (action == "quarantine") return quarantine(options, intake);
    if (action == "agreements") return agreements(options, intake);
    return work(options, intake);
}

} // namespace gateway::app

#include "gateway/app/doctor.hpp"

#include <algorithm>
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"

namespace gateway::app {
namespace {

void print_json(std::vector<care::Symptom> const& symptoms, care::Health worst) {
    Json json;
    json.object().field("health", care::to_string(worst)).key("symptoms").array();
    for (auto const& each : symptoms)
        json.object()
            .field("health", care::to_string(each.health))
            .field("topic", each.topic)
            .field("text", each.text)
            .field("next_step", each.next_step)
            .end_object();
    json.end_array().end_object();
    json.print();
}

} // namespace

Exit run_doctor(Options const& options) {
    std::vector<care::Symptom> symptoms;
    auto const add = [&symptoms](std::vector<care::Symptom> more) {
        symptoms.insert(symptoms.end(), more.begin(), more.end());
    };
    Config config;
    add(examine_configuration(options, config));
    add(examine_credentials(config));
    add(examine_mappings(config));
    add(care::examine_disk(options.store));
    std::optional<UnixTime> newest;
    add(care::examine_store(options.store, newest));
    add(care::examine_clock(clock_for(options).now(), newest));
    if (options.care.network) add(examine_sources(config));

    auto worst = care::Health::well;
    for (auto const& each : symptoms) worst = std::max(worst, each.health);
    if (options.json) {
        print_json(symptoms, worst);
    } else {
        for (auto const& each : symptoms) {
            std::printf("%-10s %-14s %s\n",
                        each.health == care::Health::well ? "ok" : care::to_string(each.health).data(),
                        each.topic.c_str(), each.text.c_str());
            if (!each.next_step.empty()) std::printf("%-25s next: %s\n", "", each.next_step.c_str());
        }
        std::printf("%s\n", worst == care::Health::well        ? "all is well"
                            : worst == care::Health::attention ? "something needs attention"
                                                               : "SOMETHING DOES NOT WORK");
    }
    // 0, 1 and 2, as monitoring expects them; not the codes of the other commands.
    return static_cast<Exit>(worst);
}

} // namespace gateway::app

// kreislauf plan: what a night should do next, and why. Nobody is asked.
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/night_facts.hpp"
#include "gateway/night/plan.hpp"

namespace gateway::app {
namespace {

void print_json(std::vector<night::Task> const& tasks, UnixTime now) {
    Json json;
    json.object().field("now", utc_text(now)).key("tasks").array();
    for (auto const& task : tasks) {
        json.object()
            .field("action", name_of(task.action))
            .flag("due", task.is_due)
            .field("source", task.source)
            .field("item", task.item)
            .field("name", task.name);
        // A task that could always be done has no time from which on it may.
        if (task.not_before > 0) json.field("not_before", utc_text(task.not_before));
        json.field("reason", task.reason).field("command", task.command).end_object();
    }
    json.end_array().end_object();
    json.print();
}

void print(night::Task const& task) {
    std::printf("%-20s  %-7s  %s%s%s\n", task.is_due ? "now" : utc_text(task.not_before).c_str(),
                name_of(task.action).data(), task.source.c_str(), task.item.empty() ? "" : " ",
                task.item.c_str());
    std::printf("    %s\n    %s\n", task.name.c_str(), task.reason.c_str());
}

} // namespace

Exit run_plan(Options const& options) {
    auto const now = clock_for(options).now();
    auto const desk = night_desk(options, now, now);
    auto const tasks = night::plan(desk.facts, now, desk.words);
    if (options.json) {
        print_json(tasks, now);
        return Exit::done;
    }
    if (tasks.empty())
        std::printf("nothing to plan: no source is configured and no delivery waits; --config names a "
                    "configuration\n");
    for (auto const& task : tasks) print(task);
    return Exit::done;
}

} // namespace gateway::app

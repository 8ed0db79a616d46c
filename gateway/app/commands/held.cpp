// kreislauf held: what the brake stopped, and the decision about it.
#include <algorithm>
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/report.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/held.hpp"

namespace gateway::app {
namespace {

void write(Json& json, night::Held const& held) {
    json.object()
        .field("id", held.id)
        .field("state", held.state)
        .field("source", held.source)
        .field("table", held.table)
        .field("dataset", held.dataset)
        .field("document", held.document)
        .field("at", utc_text(held.at));
    json.key("why").array();
    for (auto const& each : held.why) json.text(each);
    json.end_array();
    json.field("added", held.added)
        .field("revised", held.revised)
        .field("deleted", held.deleted)
        .field("unchanged", held.unchanged);
    if (held.decided_at != 0)
        json.field("decided_at", utc_text(held.decided_at)).field("reason", held.reason);
    json.end_object();
}

void print(night::Held const& held) {
    std::printf("%s  %-8s  %s\n", utc_text(held.at).c_str(), held.state.c_str(), held.id.c_str());
    for (auto const& each : held.why) std::printf("    %s\n", each.c_str());
    std::printf("    %s added, %s revised, %s deleted, %s unchanged\n", grouped(held.added).c_str(),
                grouped(held.revised).c_str(), grouped(held.deleted).c_str(),
                grouped(held.unchanged).c_str());
    if (held.decided_at != 0)
        std::printf("    %s at %s: %s\n", held.state.c_str(), utc_text(held.decided_at).c_str(),
                    held.reason.c_str());
}

Exit list(Options const& options, night::HeldFolder const& folder) {
    auto all = folder.list();
    if (!options.night.all)
        all.erase(std::remove_if(all.begin(), all.end(), [](auto const& held) { return !held.is_open(); }),
                  all.end());
    if (options.json) {
        Json json;
        json.array();
        for (auto const& held : all) write(json, held);
        json.end_array();
        json.print();
        return Exit::done;
    }
    for (auto const& held : all) print(held);
    if (all.empty()) std::printf("nothing is held%s\n", options.night.all ? ", and nothing ever was" : "");
    return Exit::done;
}

Exit show(Options const& options, night::HeldFolder const& folder, night::Held const& held) {
    if (options.json) {
        Json json;
        write(json, held);
        json.print();
        return Exit::done;
    }
    print(held);
    auto const sample = folder.sample_of(held.id);
    std::printf("    a sample of the changes, %s:\n", sample.c_str());
    constexpr std::size_t shown = 20;
    auto const text = io::read_file(sample);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size() && lines <= shown; ++lines) {
        auto const end = std::min(text.find('\n', at), text.size());
        std::printf("      %s\n", text.substr(at, end - at).c_str());
        at = end + 1;
    }
    return Exit::done;
}

} // namespace

Exit run_held(Options const& options) {
    night::HeldFolder const folder{options.store};
    if (options.action == "list") return list(options, folder);
    auto const& id = options.names.front();
    auto const held = folder.find(id);
    if (!held)
        throw Error{Errc::not_found,
                    "nothing is held under '" + id + "'; kreislauf held list --all names everything"};
    if (options.action == "show") return show(options, folder, *held);
    if (options.night.reason.find_first_not_of(" \t") == std::string::npos)
        throw Error{Errc::invalid_argument, "--reason is empty; say why, it stays with the decision"};
    JobContext context{options};
    if (options.action == "refuse") {
        night::refuse_held(context.shop, folder, *held, options.night.reason);
        std::printf("%s refused; what is in force stays\n", id.c_str());
        return Exit::done;
    }
    auto const report = night::release_held(context.shop, folder, *held, options.night.reason);
    if (options.json) {
        Json json;
        write_report(json, report);
        json.print();
    } else {
        print_report(report);
    }
    return Exit::done;
}

} // namespace gateway::app

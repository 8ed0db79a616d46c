// kreislauf changes: the log that the feed is read from.
#include <cstdio>
#include <deque>

#include "gateway/app/change_log_care.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/ingest/figures.hpp"

namespace gateway::app {
namespace {

using store::ChangeBlock;

std::string numbers_of(ChangeBlock const& block) {
    auto const first = std::to_string(block.first);
    return block.count == 1 ? first : first + "-" + std::to_string(block.first + block.count - 1);
}

Exit list(Options const& options) {
    JobContext const context{options, true};
    auto const& wanted = options.changes;
    std::deque<ChangeBlock> blocks;
    context.store->changes(wanted.from == 0 ? 1 : wanted.from, [&](ChangeBlock const& block) {
        blocks.push_back(
            {block.first, block.count, block.kind, block.dataset, block.vintage, block.time, block.note, {}});
        if (blocks.size() <= wanted.limit) return true;
        if (wanted.from != 0) {
            blocks.pop_back();
            return false;
        }
        blocks.pop_front(); // the newest
        return true;
    });
    Json json;
    json.array();
    for (auto const& block : blocks) {
        auto const kind = std::string{store::to_string(block.kind)};
        if (options.json)
            json.object()
                .field("first", block.first)
                .field("count", block.count)
                .field("kind", kind)
                .field("dataset", block.dataset)
                .field("vintage", std::uint64_t{block.vintage})
                .field("time", utc_text(block.time))
                .field("note", block.note)
                .end_object();
        else
            std::printf("%15s  %s  %-10s %s%s%s\n", numbers_of(block).c_str(), utc_text(block.time).c_str(),
                        kind.c_str(), block.dataset.c_str(),
                        block.vintage == 0 ? "" : ("@" + std::to_string(block.vintage)).c_str(),
                        block.note.empty() ? "" : ("  " + block.note).c_str());
    }
    json.end_array();
    if (options.json)
        json.print();
    else if (blocks.empty())
        std::fprintf(stderr, "kreislauf: the log holds nothing there; its last entry is %llu\n",
                     static_cast<unsigned long long>(context.store->last_change()));
    return Exit::done;
}

Exit announce(Options const& options) {
    JobContext const context{options};
    auto const& wanted = options.changes;
    if (wanted.text.find_first_not_of(" \t\n") == std::string::npos)
        throw Error{Errc::invalid_argument, "--text is empty; say what readers of the feed should know"};
    store::Announcement announcement;
    announcement.kind = store::change_kind_from(wanted.kind).value_or(store::ChangeKind::comment);
    if (!wanted.dataset.empty())
        announcement.dataset = ingest::find_dataset(*context.store, wanted.dataset).id;
    announcement.time = context.shop.clock.now();
    announcement.text = wanted.text;
    auto const number = context.store->announce(announcement);
    if (options.json) {
        Json json;
        json.object().field("entry", number).end_object();
        json.print();
    } else {
        std::printf("entry %llu of the feed says so\n", static_cast<unsigned long long>(number));
    }
    return Exit::done;
}

Exit tell_dropped(Options const& options, JobContext const& context, std::uint64_t dropped) {
    if (options.json) {
        Json json;
        json.object()
            .field("dropped_up_to", dropped)
            .field("last", context.store->last_change())
            .end_object();
        json.print();
    } else if (dropped == 0) {
        std::printf("nothing is due, or it is dropped already\n");
    } else {
        std::printf("dropped up to entry %llu of %llu; figures and vintages are untouched\n",
                    static_cast<unsigned long long>(dropped),
                    static_cast<unsigned long long>(context.store->last_change()));
    }
    return Exit::done;
}

Exit compact(Options const& options) {
    JobContext const context{options};
    if (options.changes.due) {
        auto const retention = retention_of(options);
        if (retention.years == 0 && retention.entries == 0)
            std::fprintf(stderr,
                         "kreislauf: the configuration has no keep_years and no keep_entries in [changes]: "
                         "everything is kept\n");
        return tell_dropped(options, context,
                            query::compact_due(*context.store, retention, context.shop.clock.now()));
    }
    if (options.changes.before.empty())
        throw Error{
            Errc::invalid_argument,
            "say what to drop: --before 2024-01-01, or --due for what the configuration no longer keeps"};
    auto const day = utc_from(options.changes.before, -1);
    if (day < 0 || options.changes.before.size() != 10)
        throw Error{Errc::invalid_argument,
                    "--before '" + options.changes.before + "' is no day; expected one as in 2024-01-01"};
    // The order is that of the numbers: where a clock was set back, what comes first stays with what follows it.
    std::uint64_t up_to = 0;
    context.store->changes(1, [&](ChangeBlock const& block) {
        if (block.kind == store::ChangeKind::compacted) return true;
        if (block.time >= day) return false;
        up_to = block.first + block.count - 1;
        return true;
    });
    return tell_dropped(options, context,
                        up_to == 0 ? 0 : context.store->compact_changes(up_to, context.shop.clock.now()));
}

} // namespace

Exit run_changes(Options const& options) {
    if (options.changes.action == "announce") return announce(options);
    if (options.changes.action == "compact") return compact(options);
    return list(options);
}

} // namespace gateway::app

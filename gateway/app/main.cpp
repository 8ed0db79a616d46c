#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string_view>

#include "gateway/app/commands.hpp"
#include "gateway/app/commands/serve.hpp"
#include "gateway/app/config_serve.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/mappings.hpp"
#include "gateway/app/standard_output.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"

namespace {

using namespace gateway::app;

Exit run(Command command, Options const& options) {
    switch (command) {
    case Command::sync: return run_sync(options);
    case Command::import_: return run_import(options);
    case Command::inspect: return run_inspect(options);
    case Command::list: return run_list(options);
    case Command::get: return run_get(options);
    case Command::explain: return run_explain(options);
    case Command::export_: return run_export(options);
    case Command::verify: return run_verify(options);
    case Command::backup: return run_backup(options);
    case Command::restore: return run_restore(options);
    case Command::doctor: return run_doctor(options);
    case Command::check: return run_check(options);
    case Command::feed: return run_feed(options);
    case Command::territory: return run_territory(options);
    case Command::convert: return run_convert(options);
    case Command::key: return run_key(options);
    case Command::receipt: return run_receipt(options);
    case Command::deliver: return run_deliver(options);
    case Command::delivery: return run_delivery(options);
    case Command::changes: return run_changes(options);
    case Command::subscribe: return run_subscribe(options);
    case Command::plan: return run_plan(options);
    case Command::report: return run_report(options);
    case Command::daemon: return run_daemon(options);
    case Command::held: return run_held(options);
    case Command::none: break;
    }
    return Exit::usage;
}

int complain(Options const& options, std::string_view code, std::string_view text, Exit exit) {
    if (options.json) {
        Json json;
        json.object().key("error").object().field("code", code).field("text", text).end_object().end_object();
        json.print();
    }
    std::fprintf(stderr, "kreislauf: %.*s (%.*s)\n", static_cast<int>(text.size()), text.data(),
                 static_cast<int>(code.size()), code.data());
    return static_cast<int>(exit);
}

/// Files are mapped. One that somebody makes shorter while it is read has no bytes left behind its new end, and the
/// machine says so with a signal. Nothing was committed: a load commits after its last byte was read.
extern "C" void file_was_cut(int) {
    constexpr std::string_view text =
        "kreislauf: a file became shorter while it was read, or its disk failed; nothing "
        "of it was loaded; import it again when it is complete (io)\n";
    static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
    _exit(static_cast<int>(Exit::failed));
}

/// Whether the mappings will be needed: then they are read while the command line is, and the store is opened.
bool loads_tables(int argc, char** argv) {
    return std::any_of(argv, argv + argc,
                       [](std::string_view word) { return word == "import" || word == "sync"; });
}

/// Memory grows by a megabyte at a time instead of by a page or a few: each step stops every thread of the process.
void grow_in_large_steps() {
    constexpr int step_bytes = 1 << 20;
    mallopt(M_TOP_PAD, step_bytes);
    mallopt(M_TRIM_THRESHOLD, 4 * step_bytes);
    mallopt(M_MMAP_THRESHOLD, step_bytes);
}

} // namespace

int main(int argc, char** argv) {
    grow_in_large_steps();
    std::signal(SIGBUS, file_was_cut);
    auto const ahead = loads_tables(argc, argv) ? gateway::harmonize::read_ahead(process_mappings())
                                                : gateway::io::Aside<void>{};
    if (auto const words = words_of_serve(argc, argv)) {
        try {
            become_server(words_with_config(*words));
        } catch (gateway::Error const& error) {
            auto const exit = error.code() == gateway::Errc::invalid_argument ? Exit::usage : Exit::failed;
            return complain({}, to_string(error.code()), error.what(), exit);
        }
    }
    Parsed const parsed = parse_command_line(argc, argv);
    if (!parsed.complaint.empty())
        return complain(parsed.options, "invalid_argument", parsed.complaint, Exit::usage);
    if (parsed.exit) return static_cast<int>(when_printed(static_cast<Exit>(*parsed.exit)));
    try {
        return static_cast<int>(when_printed(run(parsed.command, parsed.options)));
    } catch (gateway::Error const& error) {
        auto const exit = error.code() == gateway::Errc::invalid_argument ? Exit::usage : Exit::failed;
        return complain(parsed.options, to_string(error.code()), error.what(), exit);
    } catch (std::bad_alloc const&) {
        return complain(parsed.options, "io", "out of memory", Exit::failed);
    } catch (std::exception const& error) {
        return complain(parsed.options, "internal", error.what(), Exit::failed);
    }
}

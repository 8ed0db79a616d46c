#include "gateway/app/options_deliver.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {

void add_deliver(CLI::App& deliver, DeliverOptions& options) {
    deliver.footer(
        "Examples:\n"
        "  export KREISLAUF_KEY=kl_...                            the key of the office; never on the "
        "command line\n"
        "  kreislauf deliver z.csv --agreement lsn-1-2-4 --url https://daten.example.de --dry-run\n"
        "  kreislauf deliver z.csv --agreement lsn-1-2-4 --url https://daten.example.de --release\n"
        "  kreislauf deliver z.csv ... --embargo \"2026-12-01 08:00\" --comment \"Revision 2025\"\n\n"
        "A line that breaks does not matter: it goes on by itself, and so does the same command later.\n"
        "Exit codes: 0 sound, 1 findings, 2 wrong arguments or refused, 3 the service was not reached.\n"
        "docs/de/lieferung.md explains deliveries to clerks.\n");
    deliver.add_option("file", options.file, "what is delivered")->required();
    deliver.add_option("--agreement", options.agreement, "id of the delivery agreement")->required();
    deliver.add_option("--url", options.url, "address of the service: https://daten.example.de")->required();
    deliver.add_option("--key-file", options.key_file, "file with the key; without it $KREISLAUF_KEY");
    deliver.add_flag("--dry-run", options.dry_run, "check it, and leave no trace but the report");
    deliver.add_flag("--release", options.release, "release it where the report has nothing against it");
    deliver.add_flag("--accept-rest", options.accept_rest,
                     "release sound rows although others are set aside");
    deliver.add_flag("--full", options.full, "the file is all there is: what is not in it is deleted");
    deliver.add_option("--embargo", options.embargo, "not before: \"2026-12-01 08:00\"");
    deliver.add_option("--comment", options.comment, "published as note of the change");
    deliver.add_option("--reason", options.reason, "for what the report wants a reason for");
    deliver.add_option("--replaces", options.replaces, "id of the delivery whose rows it corrects");
    deliver.add_option("--piece", options.piece_kib, "KiB that are sent at once")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    deliver.add_option("--tries", options.tries, "how often in a row it tries, with growing pauses")
        ->check(CLI::Range(0, 10'000))
        ->capture_default_str();
    deliver.add_option("--wait", options.wait_seconds, "seconds that it waits for the report")
        ->check(CLI::Range(0, 7 * 86'400))
        ->capture_default_str();
}

} // namespace gateway::app

#include "gateway/app/options_receipt.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {

void add_receipt(CLI::App& receipt, ReceiptOptions& options) {
    receipt.require_subcommand(1);
    receipt.footer(
        "Examples:\n"
        "  kreislauf receipt list --delivery D-2026-000017\n"
        "  kreislauf receipt show D-2026-000017 > quittung.jsonl      as it was signed\n"
        "  kreislauf receipt verify quittung.json --key receipt.pub --file bevoelkerung.csv\n"
        "  kreislauf receipt chain                                    all receipts, and all releases\n"
        "  kreislauf receipt key > receipt.pub                        for whoever verifies\n\n"
        "verify exits with 0 where the receipt is genuine, 1 where it is not, 2 where that cannot be\n"
        "told; chain with 4 where something is missing or was changed. docs/receipts.md");
    auto const action = [&](char const* name, char const* help) {
        auto* const command = receipt.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        return command;
    };
    action("list", "Name the receipts, oldest first")
        ->add_option("--delivery", options.delivery, "only of this delivery: D-2026-000017");
    action("show", "Print receipts as they were signed, one per line")
        ->add_option("which", options.which, "number, delivery, or SHA-256 of a receipt")
        ->required();
    auto* const verify = action("verify", "Say whether a receipt is genuine");
    verify->add_option("receipt", options.receipt, "file with one receipt, or several lines of them")
        ->required();
    verify->add_option("--key", options.key, "public key (PEM); default: the one of the store");
    verify->add_option("--file", options.file, "the delivered file, to be held against the receipt");
    auto* const chain = action("chain", "Check every receipt, and every release against its receipt");
    chain->add_flag("--receipts-only", options.receipts_only, "leave the releases of the store aside");
    auto* const key = action("key", "Print the public key");
    key->add_flag("--renew", options.renew, "sign with a new key from now on; older receipts stay genuine");
}

} // namespace gateway::app

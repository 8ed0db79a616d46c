// kreislauf receipt: what the gateway confirmed, and whether it is genuine.
#include <algorithm>
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/intake/receipt.hpp"
#include "gateway/intake/receipt_chain.hpp"
#include "gateway/intake/receipt_folder.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using intake::Receipt;
using intake::Receipts;

std::string folder_of(Options const& options) {
    return options.store + "/intake";
}

/// Looking must not make what is looked for.
Receipts existing(Options const& options) {
    if (!io::file_exists(folder_of(options)))
        throw Error{Errc::not_found, options.store +
                                         " has taken no deliveries: it has no folder intake; is --store the "
                                         "directory of the store?"};
    return Receipts{folder_of(options)};
}

std::string vintage_text(Receipt const& receipt) {
    return receipt.vintage ? receipt.dataset + "@" + std::to_string(*receipt.vintage) : receipt.dataset;
}

void write(Json& json, Receipt const& receipt) {
    json.object()
        .field("no", receipt.no)
        .field("kind", intake::name_of(receipt.kind))
        .field("time", utc_text(receipt.time))
        .field("delivery", receipt.delivery)
        .field("agreement", receipt.agreement)
        .field("file", receipt.file)
        .field("verdict", receipt.verdict)
        .field("dataset", receipt.dataset);
    if (receipt.vintage) json.field("vintage", std::uint64_t{*receipt.vintage});
    json.field("why", receipt.why).field("sha256", intake::hash_of(receipt)).end_object();
}

Exit list(Options const& options) {
    auto const receipts = options.receipt.delivery.empty() ? existing(options).all()
                                                           : existing(options).of(options.receipt.delivery);
    if (options.json) {
        Json json;
        json.array();
        for (auto const& receipt : receipts) write(json, receipt);
        json.end_array();
        json.print();
        return Exit::done;
    }
    for (auto const& receipt : receipts)
        std::printf("%6llu  %s  %s  %-9s  %-12s  %s\n", static_cast<unsigned long long>(receipt.no),
                    utc_text(receipt.time).c_str(), receipt.delivery.c_str(),
                    std::string{intake::name_of(receipt.kind)}.c_str(), receipt.verdict.c_str(),
                    vintage_text(receipt).c_str());
    if (receipts.empty()) std::fprintf(stderr, "kreislauf: there are no such receipts\n");
    return Exit::done;
}

Exit show(Options const& options) {
    auto const& which = options.receipt.which;
    bool found = false;
    for (auto const& receipt : existing(options).all()) {
        if (receipt.delivery != which && std::to_string(receipt.no) != which &&
            intake::hash_of(receipt) != which)
            continue;
        found = true;
        std::printf("%s\n", receipt.text.c_str());
    }
    if (found) return Exit::done;
    throw Error{Errc::not_found, "no receipt '" + which +
                                     "'; expected a number, a delivery such as D-2026-000017, or a SHA-256; "
                                     "kreislauf receipt list names them"};
}

Exit verify(Options const& options) {
    auto const& wanted = options.receipt;
    std::string text;
    std::string key;
    try {
        text = io::read_file(wanted.receipt);
        key = wanted.key.empty() ? existing(options).public_key() : io::read_file(wanted.key);
        if (!wanted.file.empty()) io::MappedFile const readable{wanted.file};
    } catch (Error const& error) {
        throw Error{Errc::invalid_argument, error.what()};
    }
    Json json;
    json.array();
    bool all_good = true;
    auto lines = intake::lines_of(text);
    if (lines.empty()) lines.emplace_back();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string why;
        try {
            why = intake::why_not_genuine(lines[i], key, wanted.file);
        } catch (Error const& error) {
            throw Error{Errc::invalid_argument, wanted.key + ": " + error.what()};
        }
        all_good = all_good && why.empty();
        auto const place = lines.size() == 1 ? wanted.receipt : wanted.receipt + ":" + std::to_string(i + 1);
        if (options.json) {
            json.object().field("place", place).flag("genuine", why.empty()).field("why", why).end_object();
            continue;
        }
        if (!why.empty()) {
            std::printf("%s: NOT GENUINE: %s\n", place.c_str(), why.c_str());
            continue;
        }
        auto const receipt = intake::receipt_from(lines[i].substr(0, lines[i].find_last_not_of('\r') + 1));
        std::printf("%s: genuine: receipt %llu, %s %s on %s, %s%s\n", place.c_str(),
                    static_cast<unsigned long long>(receipt.no), receipt.delivery.c_str(),
                    std::string{intake::name_of(receipt.kind)}.c_str(), utc_text(receipt.time).c_str(),
                    receipt.file.c_str(), wanted.file.empty() ? "" : ", for this very file");
    }
    json.end_array();
    if (options.json) json.print();
    return all_good ? Exit::done : Exit::failed;
}

Exit chain(Options const& options) {
    auto const receipts = existing(options);
    auto const verdict = receipts.verify();
    auto problems = verdict.problems;
    intake::ReleaseVerdict releases;
    if (!options.receipt.receipts_only)
        releases =
            intake::releases_against_receipts(*store::open_sqlite(options.store, true), receipts.all());
    problems.insert(problems.end(), releases.problems.begin(), releases.problems.end());
    bool const is_whole = problems.empty();
    if (options.json) {
        Json json;
        json.object().field("receipts", verdict.receipts);
        if (!options.receipt.receipts_only)
            json.field("released", releases.receipts)
                .field("releases", releases.releases)
                .field("recalls", releases.recalls);
        json.key("problems").array();
        for (auto const& problem : problems) json.text(problem);
        json.end_array().key("notes").array();
        for (auto const& note : verdict.notes) json.text(note);
        json.end_array().end_object();
        json.print();
        return is_whole ? Exit::done : Exit::damaged;
    }
    for (auto const& problem : problems) std::printf("PROBLEM  %s\n", problem.c_str());
    for (auto const& note : verdict.notes) std::printf("note     %s\n", note.c_str());
    std::printf("%llu receipts", static_cast<unsigned long long>(verdict.receipts));
    if (!options.receipt.receipts_only)
        std::printf(", %llu of them of releases; in the store %llu releases with new figures, %llu recalled",
                    static_cast<unsigned long long>(releases.receipts),
                    static_cast<unsigned long long>(releases.releases),
                    static_cast<unsigned long long>(releases.recalls));
    std::printf(": %s\n", is_whole ? "whole" : "NOT WHOLE");
    return is_whole ? Exit::done : Exit::damaged;
}

Exit key(Options const& options) {
    if (options.receipt.renew) {
        auto const id = existing(options).renew_key();
        std::fprintf(
            stderr,
            "kreislauf: receipts are signed with the key %s from now on; hand out receipt.pub anew, it "
            "holds the older keys, too\n",
            id.c_str());
    }
    std::printf("%s", existing(options).public_key().c_str());
    return Exit::done;
}

} // namespace

Exit run_receipt(Options const& options) {
    auto const& action = options.receipt.action;
    if (action == "list") return list(options);
    if (action == "show") return show(options);
    if (action == "verify") return verify(options);
    if (action == "chain") return chain(options);
    return key(options);
}

} // namespace gateway::app

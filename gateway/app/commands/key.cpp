// kreislauf key: keys of the service, and the record of what went out with them.
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/serve/access/keys.hpp"
#include "gateway/serve/access/transmissions.hpp"

namespace gateway::app {
namespace {

using serve::access::Key;
using serve::access::KeyFile;
using serve::access::Transmissions;

std::string folder_of(Options const& options) {
    return options.store + "/service";
}

char const* state_of(Key const& key, UnixTime now) {
    if (key.revoked) return "revoked";
    return key.counts(now) ? "counts" : "expired";
}

void write_key(Json& json, Key const& key, UnixTime now) {
    json.object()
        .field("id", key.id)
        .field("scope", to_string(key.scope))
        .field("purpose", key.purpose)
        .field("created", utc_text(key.created))
        .field("expires", utc_text(key.expires))
        .field("state", state_of(key, now));
    if (key.revoked) json.field("revoked", utc_text(*key.revoked));
}

Exit create(Options const& options, UnixTime now) {
    constexpr UnixTime day_seconds = 86400;
    auto const scope = serve::access::scope_from(options.key.scope);
    if (!scope)
        throw Error{Errc::invalid_argument,
                    "--scope '" + options.key.scope +
                        "' is no scope; expected office:03, office:DG or county:03153"};
    auto const day = parse_date(options.key.expires);
    if (!day)
        throw Error{Errc::invalid_argument, "--expires '" + options.key.expires +
                                                "' is not a day; expected 2027-12-31 or 31.12.2027"};
    auto const expires = (UnixTime{*day} + 1) * day_seconds;
    if (expires <= now)
        throw Error{Errc::invalid_argument, "--expires '" + options.key.expires +
                                                "' is over; give the last day on which the key counts"};
    if (options.key.purpose.find_first_not_of(" \t\n") == std::string::npos)
        throw Error{Errc::invalid_argument, "--purpose is empty; say what the data are for"};
    auto const made = KeyFile{folder_of(options)}.create(*scope, expires, options.key.purpose, now);
    if (options.json) {
        Json json;
        write_key(json, made.second, now);
        json.field("key", made.first).end_object();
        json.print();
        return Exit::done;
    }
    std::printf("%s\n", made.first.c_str());
    std::fprintf(stderr,
                 "kreislauf: key %s for %s counts until %s; it is shown this once and kept as a hash only\n",
                 made.second.id.c_str(), to_string(*scope).c_str(), date_text(*day).c_str());
    return Exit::done;
}

Exit list(Options const& options, UnixTime now) {
    auto const keys = KeyFile{folder_of(options)}.read();
    if (options.json) {
        Json json;
        json.array();
        for (auto const& key : keys) {
            write_key(json, key, now);
            json.end_object();
        }
        json.end_array();
        json.print();
        return Exit::done;
    }
    for (auto const& key : keys)
        std::printf("%s  %-14s %-8s created %s, expires %s  %s\n", key.id.c_str(),
                    to_string(key.scope).c_str(), state_of(key, now),
                    utc_text(key.created).substr(0, 10).c_str(), utc_text(key.expires).substr(0, 10).c_str(),
                    key.purpose.c_str());
    if (keys.empty()) std::fprintf(stderr, "kreislauf: there are no keys; kreislauf key create makes one\n");
    return Exit::done;
}

Exit log(Options const& options, UnixTime now) {
    Transmissions transmissions{folder_of(options)};
    if (options.key.prune)
        for (auto const& name : transmissions.prune(now))
            std::fprintf(stderr, "kreislauf: removed %s\n", name.c_str());
    if (!options.key.verify) {
        if (!options.key.prune)
            for (auto const& line : transmissions.lines()) std::printf("%s\n", line.c_str());
        return Exit::done;
    }
    auto const verdict = transmissions.verify();
    if (options.json) {
        Json json;
        json.object()
            .field("records", verdict.records)
            .field("first", verdict.first)
            .field("last", verdict.last);
        json.key("problems").array();
        for (auto const& problem : verdict.problems) json.text(problem);
        json.end_array().key("notes").array();
        for (auto const& note : verdict.notes) json.text(note);
        json.end_array().end_object();
        json.print();
    } else {
        for (auto const& problem : verdict.problems) std::printf("PROBLEM  %s\n", problem.c_str());
        for (auto const& note : verdict.notes) std::printf("note     %s\n", note.c_str());
        std::printf(
            "%llu records, numbers %llu to %llu: %s\n", static_cast<unsigned long long>(verdict.records),
            static_cast<unsigned long long>(verdict.first), static_cast<unsigned long long>(verdict.last),
            verdict.problems.empty() ? "whole" : "NOT WHOLE");
    }
    return verdict.problems.empty() ? Exit::done : Exit::damaged;
}

} // namespace

Exit run_key(Options const& options) {
    auto const now = clock_for(options).now();
    auto const& action = options.key.action;
    if (action == "create") return create(options, now);
    if (action == "list") return list(options, now);
    if (action == "log") return log(options, now);
    KeyFile{folder_of(options)}.revoke(options.key.id, now);
    std::printf("key %s is revoked\n", options.key.id.c_str());
    return Exit::done;
}

} // namespace gateway::app

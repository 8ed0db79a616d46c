// kreislauf territory: the register, the maps made from it, and the files that a user adds.
#include <algorithm>
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/commands/territory.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/register.hpp"

namespace gateway::app {
namespace {

using namespace harmonize::territory;

std::string register_folder() {
    return data_directory() + "/mappings/territory";
}

std::int32_t day_from(std::string const& option, std::string const& text, std::int32_t otherwise) {
    if (text.empty()) return otherwise;
    auto const day = parse_date(text);
    if (!day) {
        throw Error(Errc::invalid_argument,
                    option + " '" + text + "' is not a day; expected 2024-12-31 or 31.12.2024");
    }
    return *day;
}

std::int32_t today(Options const& options) {
    constexpr std::int64_t day_seconds = 86400;
    return static_cast<std::int32_t>(clock_for(options).now() / day_seconds);
}

std::string first_text(AreaLife const& life) {
    return life.first == no_begin ? "" : date_text(life.first);
}

std::string last_text(AreaLife const& life) {
    return life.last == no_end ? "" : date_text(life.last);
}

/// Lives of the key asked for, or those of the one area with that name; of several the one in force on the day.
std::span<AreaLife const> lives_of(Register const& areas, std::string const& words, std::int32_t day) {
    if (auto const lives = areas.lives(words); !lives.empty()) return lives;
    bool const number = words.find_first_not_of("0123456789") == std::string::npos;
    AreaLife const* meant = nullptr;
    bool several = false;
    for (auto const& candidate : number ? std::vector<Candidate>{} : areas.near(words, 20)) {
        if (candidate.distance != 0) break;
        if (meant != nullptr && meant->on(day) == candidate.life->on(day) &&
            meant->key != candidate.life->key)
            several = true;
        if (meant == nullptr || (candidate.life->on(day) && !meant->on(day))) {
            several = false;
            meant = candidate.life;
        }
    }
    if (meant != nullptr && !several) return areas.lives(meant->key);
    throw Error(Errc::not_found, areas.unknown_key_text(words));
}

void life_json(Json& json, AreaLife const& life) {
    json.field("key", life.key).field("name", life.name).field("level", name_of(life.level));
    json.field("valid_from", first_text(life)).field("valid_to", last_text(life));
}

std::string day_text(ChangeEvent const& event) {
    auto const day = date_text(event.legal);
    return event.day_known ? day : day.substr(0, 4);
}

void event_json(Json& json, ChangeEvent const& event) {
    json.object()
        .field("event", event.id)
        .field("level", name_of(event.level))
        .field("type", to_string(event.type));
    json.field("old_key", event.old_key).field("old_name", event.old_name);
    json.field("new_key", event.new_key).field("new_name", event.new_name);
    json.field("legal", day_text(event));
    json.field("statistical", event.day_known ? date_text(event.statistical) : day_text(event));
    json.key("area_m2");
    event.area_m2 ? json.number(static_cast<std::uint64_t>(*event.area_m2)) : json.null();
    json.key("population");
    event.population ? json.number(static_cast<std::uint64_t>(*event.population)) : json.null();
    json.field("figures", event.figures).end_object();
}

void print_event(ChangeEvent const& event) {
    auto const text = [](std::string_view view) { return std::string{view}; };
    std::string line = day_text(event) + "  " + text(to_string(event.type)) + "  ";
    if (!event.old_key.empty()) line += text(event.old_key) + " " + text(event.old_name) + " -> ";
    line += text(event.new_key) + " " + text(event.new_name);
    if (event.population) line += "  " + std::to_string(*event.population) + " people";
    if (event.area_m2) line += "  " + std::to_string(*event.area_m2) + " m2";
    if (event.population && event.figures != "list") line += " (register of " + text(event.figures) + ")";
    if (!event.id.empty()) line += "  [" + text(event.id) + "]";
    std::puts(line.c_str());
}

Exit run_status(Options const& options, Register const& areas) {
    auto const day = day_from("--on", options.on, today(options));
    auto const lives = lives_of(areas, options.names.front(), day);
    auto const* const life = areas.life_on(lives.front().key, day);
    auto const authorities = areas.authorities(lives.front().key);
    std::vector<ChangeEvent const*> successors;
    if (life == nullptr) {
        // The life that ended last before the day says what to use instead.
        for (auto const& other : lives)
            if (other.last < day) successors = areas.out_of(other);
    }
    if (options.json) {
        Json json;
        json.object()
            .field("key", lives.front().key)
            .field("on", date_text(day))
            .flag("in_force", life != nullptr);
        json.key("lives").array();
        for (auto const& other : lives) {
            json.object();
            life_json(json, other);
            json.flag("in_force", &other == life).end_object();
        }
        json.end_array().key("successors").array();
        for (auto const* event : successors) event_json(json, *event);
        json.end_array().key("authority_regions").array();
        for (auto const* region : authorities) {
            json.object()
                .field("key", region->key)
                .field("name", region->name)
                .field("statistics", region->where);
            json.key("members").array();
            for (auto const member : region->members) json.text(member);
            json.end_array().end_object();
        }
        json.end_array().end_object();
        json.print();
        return Exit::done;
    }
    for (auto const& other : lives) {
        std::printf("%s  %s  %s%s\n", std::string{other.key}.c_str(), std::string{other.name}.c_str(),
                    validity_text(other).c_str(), &other == life ? "  <- in force" : "");
    }
    if (life == nullptr) {
        std::printf("not in force on %s%s\n", date_text(day).c_str(), successors.empty() ? "" : "; went to:");
        for (auto const* event : successors) print_event(*event);
    }
    for (auto const* region : authorities) {
        std::printf("statistics %s book it on %s (%s): no rate on the population of %s\n",
                    std::string{region->where}.c_str(), std::string{region->key}.c_str(),
                    std::string{region->name}.c_str(), std::string{region->key}.c_str());
    }
    return Exit::done;
}

Exit run_history(Options const& options, Register const& areas) {
    auto const lives = lives_of(areas, options.names.front(), today(options));
    Json json;
    json.object().field("key", lives.front().key).key("lives").array();
    for (auto const& life : lives) {
        auto const before = areas.into(life);
        auto const after = areas.out_of(life);
        if (options.json) {
            json.object();
            life_json(json, life);
            json.key("came_from").array();
            for (auto const* event : before) event_json(json, *event);
            json.end_array().key("went_to").array();
            for (auto const* event : after) event_json(json, *event);
            json.end_array().end_object();
            continue;
        }
        std::printf("%s  %s  %s\n", std::string{life.key}.c_str(), std::string{life.name}.c_str(),
                    validity_text(life).c_str());
        std::puts(before.empty() ? "  came from: nothing on record" : "  came from:");
        for (auto const* event : before) print_event(*event);
        std::puts(after.empty() ? "  gave away: nothing on record" : "  gave away:");
        for (auto const* event : after) print_event(*event);
    }
    json.end_array().end_object();
    if (options.json) json.print();
    return Exit::done;
}

Exit run_events(Options const& options, Register const& areas) {
    auto const from = day_from("--from", options.from, days_from_date(1990, 1, 1).value_or(0));
    auto const to = day_from("--to", options.to, today(options));
    if (from > to) {
        throw Error(Errc::invalid_argument,
                    "--from " + date_text(from) + " is after --to " + date_text(to) + "; exchange them");
    }
    if (!options.level.empty() && options.level != "kreise" && options.level != "regions" &&
        options.level != "all") {
        throw Error(Errc::invalid_argument,
                    "--level '" + options.level + "' is not known here; expected kreise, regions or all");
    }
    Json json;
    json.array();
    std::size_t count = 0;
    for (auto const& event : areas.events_between(from - 1, to)) {
        bool const county = event.level == AreaLevel::county;
        if ((options.level.empty() || options.level == "kreise") && !county) continue;
        if (options.level == "regions" && county) continue;
        ++count;
        options.json ? event_json(json, event) : print_event(event);
    }
    json.end_array();
    if (options.json)
        json.print();
    else
        std::printf("%zu changes from %s to %s\n", count, date_text(from).c_str(), date_text(to).c_str());
    return Exit::done;
}

/// The county that a code of NUTS-3 means, where it looks like one: "DEG0R".
std::string key_of_nuts(Register const& areas, std::string const& words) {
    if (words.size() != 5 || words.substr(0, 2) != "DE") return words;
    std::string found;
    for (auto const& life : areas.all())
        for (auto const& code : areas.nuts(life.key))
            if (code.code == words) found = life.key;
    if (found.empty())
        throw Error(Errc::not_found,
                    "no county with the NUTS-3 code '" + words +
                        "' is known; next step: ask by key or name, kreislauf territory nuts 16063");
    return found;
}

Exit run_nuts(Options const& options, Register const& areas) {
    auto const lives = lives_of(areas, key_of_nuts(areas, options.names.front()), today(options));
    auto const key = lives.front().key;
    bool const one_version = !options.on.empty();
    auto const version = Register::nuts_version(day_from("--on", options.on, today(options)));
    Json json;
    json.array();
    std::size_t count = 0;
    for (auto const& code : areas.nuts(key)) {
        if (one_version &&
            (version < code.first_version || (code.last_version != 0 && version > code.last_version)))
            continue;
        ++count;
        auto const first = code.first_version == 0 ? "" : std::to_string(code.first_version);
        auto const last = code.last_version == 0 ? "" : std::to_string(code.last_version);
        if (options.json) {
            json.object().field("key", code.key).field("nuts3", code.code);
            json.field("first_version", first).field("last_version", last).end_object();
        } else {
            std::printf("%s  %s  NUTS %s%s%s\n", std::string{code.key}.c_str(),
                        std::string{code.code}.c_str(), first.empty() ? "until " : first.c_str(),
                        first.empty() || first == last ? "" : " to ", first == last ? "" : last.c_str());
        }
    }
    json.end_array();
    if (options.json) json.print();
    if (count == 0) {
        auto const known = areas.nuts(key);
        std::string text = "no NUTS-3 code of " + std::string{key} + " is known";
        if (one_version) text += " for NUTS " + std::to_string(version);
        if (!known.empty())
            text += "; next step: ask without --on, " + std::to_string(known.size()) +
                    " of other versions are known";
        throw Error(Errc::not_found, text);
    }
    return Exit::done;
}

} // namespace

Exit run_territory(Options const& options) {
    if (options.action == "list") return run_territory_list(options);
    auto const areas = Register::from_directory(register_folder());
    if (options.action == "status") return run_status(options, areas);
    if (options.action == "history") return run_history(options, areas);
    if (options.action == "events") return run_events(options, areas);
    if (options.action == "map") return run_territory_map(options, areas);
    if (options.action == "import") return run_territory_import(options, areas);
    return run_nuts(options, areas);
}

} // namespace gateway::app

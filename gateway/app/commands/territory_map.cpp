// kreislauf territory map: the crosswalk between two days as CSV or JSON.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "gateway/app/commands/territory.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/graph_municipal.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/io/csv.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using namespace harmonize::territory;

/// Shortest digits that give the same double again; nothing where nobody knows the share.
std::string weight_text(double weight) {
    if (std::isnan(weight)) return {};
    std::array<char, 32> digits{};
    auto const [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), weight);
    return {digits.data(), end};
}

std::int32_t day_of(std::string const& option, std::string const& text) {
    auto const day = parse_date(text);
    if (!day) {
        throw Error(Errc::invalid_argument,
                    option + " '" + text + "' is not a day; expected 2024-12-31 or 31.12.2024");
    }
    return *day;
}

struct Printer {
    Options const& options;
    AreaMap const& map;
    std::vector<std::string> event_ids; ///< by number of the map's event

    [[nodiscard]] bool wanted(Weight weight) const {
        return options.weight.empty() || weight_from(options.weight) == weight;
    }
    [[nodiscard]] std::string events_text(Passage const& passage) const {
        std::string text;
        for (auto const number : passage.events) {
            auto const& id = event_ids[number];
            if (id.empty() || (" " + text + " ").find(" " + id + " ") != std::string::npos) continue;
            text += (text.empty() ? "" : " ") + id;
        }
        return text;
    }
    /// Calls `row` with the key number, the part and its passage.
    template <typename Row>
    void each(Row row) const {
        auto const& crosswalk = map.crosswalk;
        for (std::uint32_t key = 0; key < crosswalk.old_keys.size(); ++key)
            for (auto const& part : crosswalk.parts_of(crosswalk.entry(key, map.from)))
                row(key, part, map.passages[part.row]);
    }
    void csv() const {
        auto const& crosswalk = map.crosswalk;
        std::string out = "date_from,date_to,ags_old,name_old,ags_new,name_new";
        for (auto const weight : {Weight::population, Weight::area, Weight::employees})
            if (wanted(weight)) out += ",w_" + std::string{to_string(weight)};
        out += ",passage,basis,events,source\n";
        each([&](std::uint32_t key, CrosswalkPart const& part, Passage const& passage) {
            out += date_text(map.from) + "," + date_text(map.to) + "," +
                   std::string{crosswalk.old_keys.text(key)} + ",";
            io::append_csv_field(out, crosswalk.old_names[key], ',');
            out += "," + std::string{crosswalk.new_keys.text(part.key)} + ",";
            io::append_csv_field(out, crosswalk.new_names[part.key], ',');
            for (auto const weight : {Weight::population, Weight::area, Weight::employees})
                if (wanted(weight)) out += "," + weight_text(part.weights[static_cast<std::size_t>(weight)]);
            out += "," + std::string{to_string(passage.kind)} + "," +
                   (passage.basis == 0 ? "" : date_text(passage.basis)) + ",";
            io::append_csv_field(out, events_text(passage), ',');
            out += ",";
            io::append_csv_field(out, crosswalk.sources[part.source].name, ',');
            out += "\n";
        });
        std::fwrite(out.data(), 1, out.size(), stdout);
    }
    void json() const {
        auto const& crosswalk = map.crosswalk;
        Json out;
        out.object().field("from", date_text(map.from)).field("to", date_text(map.to)).key("sources").array();
        for (auto const& source : crosswalk.sources)
            out.object().field("name", source.name).field("sha256", source.sha256).end_object();
        out.end_array().key("parts").array();
        each([&](std::uint32_t key, CrosswalkPart const& part, Passage const& passage) {
            out.object()
                .field("ags_old", crosswalk.old_keys.text(key))
                .field("name_old", crosswalk.old_names[key]);
            out.field("ags_new", crosswalk.new_keys.text(part.key))
                .field("name_new", crosswalk.new_names[part.key]);
            for (auto const weight : {Weight::population, Weight::area, Weight::employees}) {
                if (!wanted(weight)) continue;
                auto const text = weight_text(part.weights[static_cast<std::size_t>(weight)]);
                out.key("w_" + std::string{to_string(weight)});
                text.empty() ? out.null() : out.digits(text);
            }
            out.field("passage", to_string(passage.kind)).flag("exact", passage.exact());
            out.field("basis", passage.basis == 0 ? "" : date_text(passage.basis));
            out.field("events", events_text(passage))
                .field("source", crosswalk.sources[part.source].name)
                .end_object();
        });
        out.end_array().end_object();
        out.print();
    }
    /// Shares that nobody told, on stderr so that a CSV stays one.
    void complain() const {
        std::size_t unknown = 0;
        each([&](std::uint32_t, CrosswalkPart const& part, Passage const&) {
            unknown += std::isnan(part.weights[static_cast<std::size_t>(
                weight_from(options.weight).value_or(Weight::population))]);
        });
        if (unknown > 0) {
            std::fprintf(
                stderr,
                "kreislauf: %zu shares are not known and left empty; next step: import a table that has them "
                "(kreislauf territory import kreise_2020.csv)\n",
                unknown);
        }
    }
    void print() const {
        options.json || options.format == "json" ? json() : csv();
        complain();
    }
};

Exit counties(Options const& options, Register const& areas, std::int32_t from, std::int32_t to) {
    Graph graph{areas, io::read_file(data_directory() + "/mappings/territory/parts.csv")};
    for (auto& table : ImportStore{options.store}.crosswalks("kreise"))
        if (table.status == Crosswalk::Status::year && table.target) graph.use(std::move(table));
    Printer printer{options, graph.map(from, to), {}};
    for (auto const& event : areas.events()) printer.event_ids.emplace_back(event.id);
    printer.print();
    return Exit::done;
}

Exit municipalities(Options const& options, std::int32_t from, std::int32_t to) {
    ImportStore const imported{options.store};
    for (auto const& table : imported.crosswalks("gemeinden")) {
        if (auto const map = map_of_table(table, from, to)) {
            Printer{options, *map, {}}.print();
            return Exit::done;
        }
    }
    MunicipalGraph graph{imported.registers(), imported.changes()};
    auto const& map = graph.map(from, to);
    Printer printer{options, map, {}};
    for (auto const& change : graph.changes()) printer.event_ids.push_back(change.id);
    printer.print();
    auto const& gaps = graph.gaps();
    if (gaps.unknown_keys > 0) {
        std::fprintf(stderr, "kreislauf: %llu changes of keys that no imported register has, such as %s\n",
                     static_cast<unsigned long long>(gaps.unknown_keys), gaps.examples.front().c_str());
        return Exit::incomplete;
    }
    return Exit::done;
}

} // namespace

Exit run_territory_map(Options const& options, Register const& areas) {
    auto const from = day_of("--from", options.from);
    auto const to = day_of("--to", options.to);
    refuse_unknown_day("--from", from, options);
    refuse_unknown_day("--to", to, options);
    if (options.level.empty() || options.level == "kreise" || options.level == "county")
        return counties(options, areas, from, to);
    if (options.level == "gemeinden" || options.level == "municipality")
        return municipalities(options, from, to);
    throw Error(Errc::invalid_argument,
                "--level '" + options.level + "' is not known here; expected kreise or gemeinden");
}

} // namespace gateway::app

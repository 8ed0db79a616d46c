#include "gateway/ingest/self_described.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "adapters/jsonstat/jsonstat.hpp"
#include "adapters/px/px.hpp"
#include "adapters/sdmx/cells.hpp"
#include "gateway/ingest/described.hpp"
#include "gateway/ingest/formats.hpp"

namespace gateway::ingest {
namespace {

using adapters::jsonstat::JsonStatFile;

/// The dataset of a file that `wanted` names: its label, its key, or its number from 1; the only one for an empty text.
std::size_t dataset_named(JsonStatFile const& file, std::string const& wanted, std::string const& name) {
    auto const& all = file.datasets();
    if (wanted.empty() && all.size() == 1) return 0;
    std::size_t number = 0;
    auto const* const end = wanted.data() + wanted.size();
    auto const [stop, fault] = std::from_chars(wanted.data(), end, number);
    bool const is_number = fault == std::errc{} && stop == end && number >= 1 && number <= all.size();
    std::string known;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!wanted.empty() && all[i].label == wanted) return i;
        if (!is_number && !wanted.empty() && all[i].name == wanted) return i;
        known += (known.empty() ? "" : ", ") + std::to_string(i + 1) + " '" + all[i].label + "'";
    }
    if (is_number) return number - 1;
    throw Error{wanted.empty() ? Errc::invalid_argument : Errc::structure_changed,
                name + ": holds " + std::to_string(all.size()) + " datasets (" + known +
                    "); say which one in the description: source.dataset = \"LABEL\"" +
                    (wanted.empty() ? "" : "; it names '" + wanted + "'")};
}

adapters::cube::Roles roles_of(Layout const& layout) {
    auto const column = [](Place const& place) {
        return place.from == Place::From::column && !place.headers.empty() ? place.headers.front()
                                                                           : std::string{};
    };
    adapters::cube::Roles roles;
    roles.time = column(layout.time);
    roles.measure = column(layout.measure);
    return roles;
}

/// Dimensions that only joins speak of: the layout ignores them under the name that they are handed on by.
std::vector<std::string> consumed_by(Layout const& layout) {
    std::vector<std::string> names;
    auto const mark = joined_name({});
    for (auto const& ignored : layout.ignored)
        if (ignored.size() > mark.size() && ignored.ends_with(mark))
            names.push_back(ignored.substr(0, ignored.size() - mark.size()));
    return names;
}

} // namespace

std::string_view self_described_format(std::string_view bytes) {
    switch (format_of(bytes)) {
    case Format::json_stat: return "json-stat";
    case Format::px: return "px";
    case Format::sdmx_xml:
    case Format::json:
    case Format::text:
        switch (adapters::sdmx::document_kind(bytes)) {
        case adapters::sdmx::DocumentKind::ml:
        case adapters::sdmx::DocumentKind::json:
        case adapters::sdmx::DocumentKind::csv: return "sdmx";
        default: return "";
        }
    default: return "";
    }
}

void read_self_described(std::string_view bytes, std::string const& name,
                         harmonize::FeedDescription const& feed, CellSink& sink,
                         adapters::sdmx::Structures const* structures) {
    auto const format = self_described_format(bytes);
    if (format != feed.layout.format)
        throw Error{Errc::not_a_table, name + ": is " + std::string{name_of(format_of(bytes))} +
                                           "; the feed " + feed.ref.feed + " expects " + feed.layout.format};
    auto layout = feed.layout;
    if (!layout.defects.empty())
        throw Error{Errc::invalid_argument, "the feed " + feed.ref.feed +
                                                ": refuse and correct are for tables with columns, not for " +
                                                feed.layout.format + "; recode the codes instead"};
    std::vector<Join> joins;
    if (!feed.structure_map.empty())
        joins = apply_structure_map(layout, feed.structure_map, "the structure map of " + feed.ref.feed);
    DescribedCells named{layout, name, sink};
    std::optional<JoinedCells> together;
    if (!joins.empty()) together.emplace(std::move(joins), consumed_by(layout), name, named);
    CellSink& described = together ? static_cast<CellSink&>(*together) : named;
    auto const roles = roles_of(layout);
    if (format == "json-stat") {
        JsonStatFile const file{bytes, name};
        return file.read(dataset_named(file, feed.dataset, name), described, roles);
    }
    if (format == "px") {
        adapters::px::PxFile const file{bytes, name};
        return file.read(described, roles);
    }
    std::optional<adapters::sdmx::Structures> own;
    if (structures == nullptr && !feed.dsd.empty()) {
        own = adapters::sdmx::read_structures(feed.dsd, "the data structure of " + feed.ref.feed);
        structures = &*own;
    }
    adapters::sdmx::CellOptions options;
    options.measure = roles.measure;
    if (layout.unit.from == Place::From::column && !layout.unit.headers.empty())
        options.unit = layout.unit.headers.front();
    options.data_set = feed.dataset;
    adapters::sdmx::read_cells(bytes, name, described, structures, options);
}

} // namespace gateway::ingest

// Tables that describe themselves and that nobody else has described.
#include <algorithm>
#include <array>
#include <set>

#include "adapters/jsonstat/jsonstat.hpp"
#include "adapters/px/px.hpp"
#include "adapters/sdmx/cells.hpp"
#include "gateway/harmonize/mapping_sdmx.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/self_described.hpp"

namespace gateway::ingest {
namespace {

using adapters::cube::Cube;
using adapters::cube::Dimension;
using adapters::jsonstat::JsonStatFile;

constexpr std::array<std::string_view, 3> offices{"sdmx", "json-stat", "px"};
constexpr std::size_t county_digits = 5;

/// Capitals, digits and '_', for the name of a table; at most 60. German letters as they are written without marks.
std::string name_from(std::string_view text) {
    constexpr std::size_t longest = 60;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> german{
        {{"ä", "AE"}, {"ö", "OE"}, {"ü", "UE"}, {"Ä", "AE"}, {"Ö", "OE"}, {"Ü", "UE"}, {"ß", "SS"}}};
    std::string name;
    while (!text.empty() && name.size() < longest) {
        char const c = text.front();
        auto const letter = std::find_if(german.begin(), german.end(),
                                         [text](auto const& one) { return text.starts_with(one.first); });
        if (letter != german.end()) {
            name += letter->second;
            text.remove_prefix(letter->first.size());
            continue;
        }
        text.remove_prefix(1);
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            name += c;
        else if (c >= 'a' && c <= 'z')
            name += static_cast<char>(c - 'a' + 'A');
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (!name.empty() && name.back() == '_') name.pop_back();
    return name;
}

std::string stem_of(std::string const& file_name) {
    auto stem = name_from(file_name.substr(0, file_name.rfind('.')));
    return stem.empty() ? "TABLE" : stem;
}

/// What tells the datasets of a file apart: names from their labels, else their keys, else their numbers.
std::vector<std::string> suffixes(JsonStatFile const& file) {
    auto const& all = file.datasets();
    std::vector<std::string> names;
    auto const distinct = [&names] {
        auto const empty =
            std::any_of(names.begin(), names.end(), [](auto const& one) { return one.empty(); });
        return !empty && std::set<std::string>{names.begin(), names.end()}.size() == names.size();
    };
    for (auto const& one : all) names.push_back(name_from(one.label));
    if (distinct()) return names;
    names.clear();
    for (auto const& one : all) names.push_back(name_from(one.name));
    if (distinct()) return names;
    names.clear();
    for (std::size_t i = 0; i < all.size(); ++i) names.push_back(std::to_string(i + 1));
    return names;
}

std::size_t dataset_of(JsonStatFile const& file, std::string const& table) {
    if (file.datasets().size() == 1) return 0;
    auto const names = suffixes(file);
    std::size_t best = names.size();
    for (std::size_t i = 0; i < names.size(); ++i)
        if (table.ends_with("_" + names[i]) && (best == names.size() || names[i].size() > names[best].size()))
            best = i;
    if (best < names.size()) return best;
    std::string known;
    for (auto const& name : names) known += (known.empty() ? "" : ", ") + name;
    throw Error{Errc::not_found, table + ": the file has no such dataset; it has " + known};
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "Goslar, Landkreis" and "Landkreis Goslar" share a word that is no kind of area.
bool names_agree(std::string_view label, std::string_view registered) {
    constexpr std::size_t shortest = 4;
    static constexpr std::array<std::string_view, 5> kinds{"Landkreis", "Kreisfreie", "Stadt", "Stadtkreis",
                                                           "Kreis"};
    std::size_t at = 0;
    while (at < registered.size()) {
        auto end = registered.find_first_of(" ,-()", at);
        if (end == std::string_view::npos) end = registered.size();
        auto const word = registered.substr(at, end - at);
        at = end + 1;
        if (word.size() < shortest || std::find(kinds.begin(), kinds.end(), word) != kinds.end()) continue;
        if (label.find(word) != std::string_view::npos) return true;
    }
    return label == registered;
}

/// Whether keys of digits are those of German areas: their names say so, or, without names, their form.
bool are_german(Dimension const& dimension, harmonize::AreaRegister const& areas, std::int32_t day) {
    std::size_t digits = 0, agree = 0, differ = 0, counties = 0;
    for (auto const& category : dimension.categories) {
        if (!is_number(category.code)) continue;
        ++digits;
        auto const level = category.code.size() == 2               ? AreaLevel::land
                           : category.code.size() == county_digits ? AreaLevel::county
                                                                   : AreaLevel::other;
        if (level == AreaLevel::other) continue;
        auto const name = areas.name({CodeList::ags, level, category.code}, day);
        if (name.empty()) continue;
        if (level == AreaLevel::county) ++counties;
        if (category.label.empty() || category.label == category.code) continue;
        ++(names_agree(category.label, name) ? agree : differ);
    }
    if (agree + differ > 0) return agree > differ;
    return digits == 0 || counties == digits;
}

bool is_area_name(std::string_view name) {
    static constexpr std::array<std::string_view, 14> names{
        "region", "regions", "kreis",        "kreise", "gemeinde", "gemeinden", "bundesland",
        "land",   "county",  "municipality", "kommun", "country",  "territory", "location"};
    if (harmonize::is_sdmx_area(name)) return true;
    std::string lower{name};
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return std::find(names.begin(), names.end(), lower) != names.end();
}

[[noreturn]] void refuse_areas(std::string const& name, std::string const& dimensions) {
    throw Error{Errc::unknown_area,
                name + ": " +
                    (dimensions.empty() ? "the table has no dimension beside its time"
                                        : "none of the dimensions " + dimensions + " is said to hold areas") +
                    "; describe the file: kreislauf feed draft FILE"};
}

/// Roles for a cube: the area dimension is the one with the role, or the only one with such a name.
adapters::cube::Roles roles_for(Cube const& cube, std::string const& name,
                                harmonize::AreaRegister const& areas, std::int32_t day) {
    Dimension const* area = nullptr;
    std::string all;
    for (auto const& dimension : cube.dimensions) {
        all += (all.empty() ? "'" : ", '") + dimension.id + "'";
        bool const has_role = dimension.role == Dimension::Role::geo;
        bool const has_name = dimension.role == Dimension::Role::classification &&
                              (is_area_name(dimension.id) || is_area_name(dimension.label));
        if (has_role || (has_name && area == nullptr)) area = &dimension;
    }
    if (area == nullptr) refuse_areas(name, all);
    adapters::cube::Roles roles;
    if (area->role != Dimension::Role::geo) roles.geo = area->id;
    roles.geo_variable =
        are_german(*area, areas, day) ? "REF_AREA" : std::string{harmonize::source_area_variable};
    return roles;
}

/// Looks whether a message has a dimension of areas before its first cell goes out.
class AreaGuard final : public CellSink {
  public:
    AreaGuard(CellSink& to, std::string name) : to_(to), name_(std::move(name)) {}
    void table(TableInfo const& info) override { to_.table(info); }
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override {
        auto own = code;
        if (column == Column::block) {
            seen_.insert(std::string{code.variable});
            if (is_area_name(code.variable)) {
                has_area_ = true;
                if (!harmonize::is_sdmx_area(code.variable)) own.variable = "REF_AREA";
            }
        }
        to_.code(column, block, id, own);
    }
    void sign(std::uint8_t id, std::string_view text) override { to_.sign(id, text); }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override {
        if (!has_area_) {
            std::string all;
            for (auto const& id : seen_) all += (all.empty() ? "'" : ", '") + id + "'";
            refuse_areas(name_, all);
        }
        to_.cells(cells, codes);
    }
    void issue(Issue issue) override { to_.issue(std::move(issue)); }
    void set_aside(SetAside const& row) override { to_.set_aside(row); }
    void finish(std::uint64_t rows) override { to_.finish(rows); }

  private:
    CellSink& to_;
    std::string name_;
    std::set<std::string> seen_;
    bool has_area_ = false;
};

} // namespace

bool is_open_office(std::string_view service) noexcept {
    return std::find(offices.begin(), offices.end(), service) != offices.end();
}

OpenTables open_tables(std::string_view bytes, std::string const& file_name) {
    OpenTables found;
    auto const format = self_described_format(bytes);
    auto const add = [&](std::string table, std::string title) {
        found.tables.push_back({{std::string{format}, std::move(table)}, std::move(title)});
    };
    if (format == "json-stat") {
        JsonStatFile const file{bytes, file_name};
        auto const& all = file.datasets();
        auto const names = suffixes(file);
        for (std::size_t i = 0; i < all.size(); ++i)
            add(stem_of(file_name) + (all.size() == 1 ? "" : "_" + names[i]), all[i].label);
        found.links = file.links();
    } else if (format == "px") {
        adapters::px::PxFile const file{bytes, file_name};
        auto const matrix = name_from(file.cube().code);
        add(matrix.empty() ? stem_of(file_name) : matrix, file.title());
    } else if (format == "sdmx") {
        auto const structure = adapters::sdmx::structure_of_data(bytes, file_name);
        auto const id = name_from(structure.id.empty()       ? std::string{}
                                  : structure.agency.empty() ? structure.id
                                                             : structure.agency + "_" + structure.id);
        add(id.empty() ? stem_of(file_name) : id, structure.text());
    }
    return found;
}

void read_open(std::string_view bytes, TableRef const& ref, CellSink& sink,
               adapters::sdmx::Structures const* structures, harmonize::AreaRegister const& areas,
               std::int32_t day) {
    if (ref.service == "json-stat") {
        JsonStatFile const file{bytes, ref.table};
        auto const dataset = dataset_of(file, ref.table);
        return file.read(dataset, sink, roles_for(file.cube(dataset), ref.table, areas, day));
    }
    if (ref.service == "px") {
        adapters::px::PxFile const file{bytes, ref.table};
        return file.read(sink, roles_for(file.cube(), ref.table, areas, day));
    }
    AreaGuard guard{sink, ref.table};
    adapters::sdmx::read_cells(bytes, ref.table, guard, structures);
}

} // namespace gateway::ingest

// Drafts for tables that say themselves what their dimensions are: which of them is the area, what the codes mean.
#include <algorithm>
#include <map>
#include <optional>

#include "adapters/jsonstat/jsonstat.hpp"
#include "adapters/px/px.hpp"
#include "adapters/sdmx/cells.hpp"
#include "gateway/ingest/feed_draft_text.hpp"
#include "gateway/ingest/self_described.hpp"

namespace gateway::ingest::draft {
namespace {

constexpr std::size_t most_codes = 200;

/// What a table says of itself: dimensions with their codes, units, signs.
class Survey final : public CellSink {
  public:
    struct Dimension {
        std::string variable, label;
        std::vector<std::pair<std::string, std::string>> codes; ///< with labels
        std::size_t count = 0;
    };
    void table(TableInfo const& info) override { blocks.resize(info.blocks); }
    void code(Column column, unsigned block, std::uint32_t, SourceCode const& code) override {
        if (column == Column::time) {
            ++times;
            return;
        }
        if (column == Column::measure) {
            measures.emplace(std::string{code.code}, std::string{code.label});
            auto const star = code.variable.find('*');
            units.emplace(code.variable.substr(0, star), "");
            return;
        }
        auto& dimension = blocks.at(block);
        dimension.variable = code.variable;
        dimension.label = code.variable_label;
        ++dimension.count;
        if (dimension.codes.size() <= most_codes) dimension.codes.emplace_back(code.code, code.label);
    }
    void sign(std::uint8_t id, std::string_view text) override {
        if (signs.size() <= id) signs.resize(id + std::size_t{1});
        signs[id].text = text;
    }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const>) override {
        for (auto const& cell : cells) {
            if (cell.kind == Cell::Kind::sign) signs.at(cell.sign).replaces = true;
            has_empty = has_empty || cell.kind == Cell::Kind::empty;
        }
    }
    void issue(Issue) override {}
    void finish(std::uint64_t count) override { rows = count; }

    struct Sign {
        std::string text;
        bool replaces = false; ///< stands in place of a number
    };
    std::vector<Dimension> blocks;
    std::map<std::string, std::string> measures, units;
    std::vector<Sign> signs;
    std::size_t times = 0;
    std::uint64_t rows = 0;
    bool has_empty = false;
};

bool is_area(Survey::Dimension const& dimension) {
    auto const name = lower(dimension.variable);
    for (auto const* const one :
         {"ref_area", "geo", "area", "region", "kreis", "kreise", "gemeinde", "gemeinden", "land",
          "bundesland", "county", "municipality", "kommun", "country", "territory", "location"})
        if (name == one) return true;
    return says(dimension.label, {"region", "kreis", "gemeinde", "bundesland", "municipality", "county"});
}

bool is_total(std::string_view code, std::string_view label) {
    auto const word = lower(code);
    return word == "t" || word == "_t" || word == "total" || word == "tot" || word == "insgesamt" ||
           lower(label) == "total" || lower(label) == "insgesamt" || lower(label) == "totalt";
}

/// Signs that the dictionaries of offices mostly know.
bool is_usual(std::string_view sign) {
    for (std::string_view const one : {"-", ".", "...", "/", "x", "X", "p", "r", "s", "e", "()"})
        if (one == sign) return true;
    return false;
}

class CubeDraft {
  public:
    CubeDraft(std::string format, Survey const& survey) : format_(std::move(format)), survey_(survey) {}

    std::string text(std::vector<std::string> const& layout) {
        line("[layout]");
        line("format = " + quoted(format_));
        for (auto const& one : layout) line(one);
        measure_and_unit();
        signs();
        dimensions();
        units();
        for (auto const* dimension : classified_) codes(*dimension);
        while (out_.ends_with("\n\n")) out_.pop_back();
        return out_;
    }

  private:
    void line(std::string const& text) { out_ += text + "\n"; }

    void measure_and_unit() {
        auto const& measures = survey_.measures;
        bool const named =
            measures.size() > 1 || (!measures.empty() && measures.begin()->first != "OBS_VALUE");
        if (named) {
            std::string all;
            for (auto const& [code, label] : measures) all += (all.empty() ? "" : ", ") + remark(code);
            line("# What is counted is named in the file: " + remark(all) + ".");
        } else {
            line("measure.text = \"OBS_VALUE\" # DOUBT: a code for what is counted");
        }
        bool const has_unit = !survey_.units.empty() && !survey_.units.begin()->first.empty();
        if (has_unit || survey_.units.size() > 1) return;
        line(format_ == "sdmx" ? "unit.text = \"_U\" # DOUBT: the message names no unit"
                               : "unit.text = \"Anzahl\" # DOUBT: the file names no unit");
    }

    void signs() {
        if (format_ == "sdmx") return; // OBS_STATUS has one meaning
        std::string texts;
        for (auto const& sign : survey_.signs)
            if (!sign.text.empty() && !is_usual(sign.text))
                texts += quoted(sign.text) + " = " + (sign.replaces ? "\"...\"" : "\"()\"") + "\n";
        if (texts.empty()) return;
        line("# DOUBT: say which sign of the office's dictionary each of these is.");
        line("[layout.sign.texts]");
        out_ += texts;
    }

    void dimensions() {
        Survey::Dimension const* area = nullptr;
        for (auto const& dimension : survey_.blocks)
            if (area == nullptr && is_area(dimension)) area = &dimension;
        line("");
        line("[[layout.dimension]]");
        line("variable = \"REF_AREA\"");
        if (area == nullptr) {
            line("# DOUBT: no dimension of areas was found; which area does the table speak of?");
            line("text = \"DE\"");
        } else {
            line("label = " + quoted(area->label));
            line("column = " + quoted(area->variable));
            line("# DOUBT: REF_AREA takes DE, NUTS of Germany and keys of 2, 3, 5, 8 and 12 digits for "
                 "German areas;");
            line("# KREISE does so by mappings/variables/areas.toml, SOURCE_AREA leaves keys of other "
                 "countries alone.");
        }
        for (auto const& dimension : survey_.blocks) {
            if (&dimension == area) continue;
            classified_.push_back(&dimension);
            line("");
            line("[[layout.dimension]]");
            line("variable = " + quoted(variable_of(dimension)));
            line("label = " + quoted(dimension.label.empty() ? dimension.variable : dimension.label));
            line("column = " + quoted(dimension.variable));
            if (dimension.count > most_codes)
                line("# DOUBT: " + std::to_string(dimension.count) +
                     " codes; are they a code list of its own?");
        }
        line("");
    }

    static std::string variable_of(Survey::Dimension const& dimension) { return code_of(dimension.variable); }

    void units() {
        if (format_ == "sdmx") return; // codes, which stay as they are
        for (auto const& [unit, none] : survey_.units) {
            if (unit.empty()) continue;
            line("[unit." + quoted(unit) + "]");
            line("unit = " + quoted(unit_code(unit)) + " # DOUBT: the code of the common schema");
            line("");
        }
    }

    void codes(Survey::Dimension const& dimension) {
        if (dimension.count > most_codes) return;
        std::vector<CodedText> texts;
        for (auto const& [code, label] : dimension.codes)
            if (!code.empty()) texts.push_back({code, is_total(code, label) ? "_T" : code_of(code), label});
        if (texts.empty()) return;
        out_ += codes_of(variable_of(dimension), texts);
        line("");
    }

    std::string format_;
    Survey const& survey_;
    std::vector<Survey::Dimension const*> classified_;
    std::string out_;
};

std::string opening(std::string const& file_name, std::string_view what, Survey const& survey) {
    return "# Draft of a description of " + file_name +
           ": guesses, to be read and corrected by a person.\n# " + std::string{what} + ": " +
           std::to_string(survey.rows) + " rows, " + std::to_string(survey.times) + " times.\n";
}

/// The dimension whose codes are all times, where no role says which it is.
std::string time_of(adapters::cube::Cube const& cube, std::string const& name) {
    using Role = adapters::cube::Dimension::Role;
    for (auto const& dimension : cube.dimensions)
        if (dimension.role == Role::time) return {};
    for (auto const& dimension : cube.dimensions)
        if (std::all_of(dimension.categories.begin(), dimension.categories.end(),
                        [](auto const& category) { return adapters::cube::time_code(category.code); }))
            return dimension.id;
    throw Error{Errc::unknown_time,
                name + ": no dimension holds times; ask the source for a table with one, or say in the "
                       "description which column it is"};
}

std::string sdmx(std::string_view bytes, std::string const& file_name, std::int32_t day,
                 DraftStructure const& structure) {
    std::optional<adapters::sdmx::Structures> structures;
    if (!structure.bytes.empty())
        structures = adapters::sdmx::read_structures(structure.bytes, structure.file_name);
    auto const data = adapters::sdmx::structure_of_data(bytes, file_name);
    adapters::sdmx::CellOptions options;
    if (!data.id.empty()) options.data_set = data.agency.empty() ? data.id : data.agency + ":" + data.id;
    Survey survey;
    adapters::sdmx::read_cells(bytes, file_name, survey, structures ? &*structures : nullptr, options);
    auto out = opening(file_name, "SDMX, " + data.text(), survey) + head(file_name, {}, day);
    if (!options.data_set.empty()) out += "source.dataset = " + quoted(options.data_set) + "\n";
    if (!structure.file_name.empty())
        out += "# The data structure stands beside this description.\nsource.dsd = " +
               quoted(structure.file_name) + "\n";
    return out + "\n" + CubeDraft{"sdmx", survey}.text({});
}

} // namespace

std::string of_self_described(std::string_view bytes, std::string const& file_name, std::int32_t day,
                              DraftStructure const& structure) {
    auto const format = self_described_format(bytes);
    if (format == "sdmx") return sdmx(bytes, file_name, day, structure);
    Survey survey;
    std::vector<std::string> layout;
    adapters::cube::Roles roles;
    auto const time = [&](adapters::cube::Cube const& cube) {
        roles.time = time_of(cube, file_name);
        if (!roles.time.empty())
            layout.push_back("time.column = " + quoted(roles.time) +
                             " # by its codes; the file does not say so");
    };
    if (format == "px") {
        adapters::px::PxFile const file{bytes, file_name};
        time(file.cube());
        file.read(survey, roles);
        return opening(file_name, "PX", survey) + head(file_name, file.title(), day) + "\n" +
               CubeDraft{"px", survey}.text(layout);
    }
    adapters::jsonstat::JsonStatFile const file{bytes, file_name};
    time(file.cube(0));
    file.read(0, survey, roles);
    auto const& all = file.datasets();
    auto out = opening(file_name, "JSON-stat", survey);
    for (std::size_t i = 0; all.size() > 1 && i < all.size(); ++i)
        out += "# Dataset " + std::to_string(i + 1) + ": " + remark(all[i].label) + "\n";
    out += head(file_name, all.front().label, day);
    if (all.size() > 1)
        out += "# A description for each dataset.\nsource.dataset = " +
               quoted(all.front().label.empty() ? "1" : all.front().label) + "\n";
    return out + "\n" + CubeDraft{"json-stat", survey}.text(layout);
}

} // namespace gateway::ingest::draft

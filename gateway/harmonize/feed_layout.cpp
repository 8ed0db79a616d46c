#include "gateway/harmonize/feed_layout.hpp"

#include <algorithm>

namespace gateway::harmonize {
namespace {

constexpr char none = '\x01';

bool flag(Section const& section, std::string_view key, bool otherwise) {
    auto const* const node = section.tree == nullptr ? nullptr : section.tree->find(key);
    return node == nullptr ? otherwise : node->integer != 0;
}

std::uint32_t number(Section const& section, std::string_view key, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(section.integer(key, otherwise));
}

template <typename Map>
void read_codes(Map& codes, Section const& section, std::string_view key) {
    auto const table = section.table(key);
    for (auto const& member : table.members()) codes[member.key] = text_of(member.value, *table.file);
}

/// Several keys say where a text comes from; only one may be there.
void read_place(Place& place, Section const& section) {
    struct Way {
        char const* key;
        Place::From from;
    };
    constexpr Way ways[] = {{"column", Place::From::column},        {"columns", Place::From::column},
                            {"column_number", Place::From::column}, {"header_row", Place::From::header},
                            {"text", Place::From::constant},        {"sheet", Place::From::sheet},
                            {"title", Place::From::title}};
    char const* given = nullptr;
    for (auto const& way : ways) {
        if (!section.has(way.key)) continue;
        if (given != nullptr)
            fault(*section.file, section.tree->find(way.key)->mark,
                  "both " + std::string{given} + " and " + way.key, "one place where the text stands",
                  "remove one of the two");
        given = way.key;
        place.from = way.from;
        place.headers.clear();
        place.text.clear();
        place.number = 0;
    }
    if (section.has("column")) place.headers = {section.text("column")};
    if (section.has("columns")) place.headers = section.texts("columns");
    place.number = number(section, "column_number", number(section, "header_row", place.number));
    if (section.has("text")) place.text = section.text("text");
    if (section.has("title")) place.text = section.text("title");
    place.fill_down = flag(section, "fill_down", place.fill_down);
    place.optional = flag(section, "optional", place.optional);
    place.footnotes = flag(section, "footnotes", place.footnotes);
    place.after = section.text("after", place.after);
    place.before = section.text("before", place.before);
    place.prepend = section.text("prepend", place.prepend);
    if (section.has("prefixes")) place.prefixes = section.texts("prefixes");
    read_codes(place.recode, section, "recode");
}

class LayoutReader {
  public:
    LayoutReader(Layout& layout, std::vector<Section> const& files) : layout_(layout), files_(files) {}
    void read(Section const& section);
    void finish();

  private:
    void read_marks(Section const& section);
    void read_csv(Section const& csv);
    void read_dimension(LayoutDimension& dimension, Section const& section);
    void read_list(LayoutDimension& dimension, Section const& section);
    void read_value(Section const& section);
    void read_row(Section const& section);
    void read_defect(Section const& section);
    void read_policy(Section const& section);

    Layout& layout_;
    std::vector<Section> const& files_;
};

void LayoutReader::read_marks(Section const& section) {
    auto const mark = [&section](char const* key, char otherwise) {
        auto const text = section.text(key);
        if (text.empty()) return otherwise;
        if (text == "auto") return '\0';
        return text == "none" ? none : text[0];
    };
    layout_.decimal = mark("decimal", layout_.decimal);
    layout_.thousands = mark("thousands", layout_.thousands);
    if (layout_.decimal != '\0' && layout_.decimal == layout_.thousands)
        fault(*section.file, section.tree->mark, "the same mark for decimals and thousands",
              "two different marks", "correct decimal or thousands");
}

void LayoutReader::read_csv(Section const& csv) {
    if (csv.has("delimiter")) {
        auto const text = csv.text("delimiter");
        if (text != "auto" && text != "tab" && text.size() != 1)
            fault(*csv.file, csv.tree->find("delimiter")->mark, "the text '" + text + "'",
                  "one character, or tab or auto", "write the delimiter itself");
        layout_.csv.delimiter = text == "auto" ? '\0' : text == "tab" ? '\t' : text[0];
    }
    if (csv.has("quote")) {
        auto const text = csv.text("quote");
        layout_.csv.quote = text == "auto" ? '\0' : text == "none" ? none : text[0];
    }
    layout_.csv.charset = csv.text("charset", layout_.csv.charset);
}

void LayoutReader::read_list(LayoutDimension& dimension, Section const& section) {
    auto const name = section.text("list");
    bool found = false;
    for (auto const& file : files_) {
        auto const list = file.table("list").table(name);
        for (auto const& member : list.members()) {
            found = true;
            dimension.names[member.key] = list.texts(member.key);
        }
    }
    if (!found)
        fault(*section.file, section.tree->find("list")->mark, "the list '" + name + "'",
              "the name of a [list.NAME] of this feed or its office", "add the list, or correct the name");
}

void LayoutReader::read_dimension(LayoutDimension& dimension, Section const& section) {
    if (section.has("use")) {
        auto const name = section.text("use");
        bool found = false;
        for (auto const& file : files_) {
            auto const presets = file.table("preset");
            if (!presets.has(name)) continue;
            found = true;
            read_dimension(dimension, presets.table(name));
        }
        if (!found)
            fault(*section.file, section.tree->find("use")->mark, "the preset '" + name + "'",
                  "the name of a [preset.NAME] of this feed or its office",
                  "add the preset, or correct the name");
    }
    dimension.variable = section.text("variable", dimension.variable);
    dimension.label = section.text("label", dimension.label);
    read_place(dimension.place, section);
    if (section.has("name")) {
        dimension.name.from = Place::From::column;
        dimension.name.headers = {section.text("name")};
        dimension.name.fill_down = dimension.place.fill_down;
    }
    // Sheets have columns without a header.
    if (section.has("name_column_number")) {
        dimension.name.from = Place::From::column;
        dimension.name.headers.clear();
        dimension.name.number = number(section, "name_column_number", 0);
    }
    if (section.has("missing")) dimension.missing = section.texts("missing");
    if (section.has("list")) read_list(dimension, section);
}

void LayoutReader::read_value(Section const& section) {
    LayoutValue value;
    value.headers = section.texts("columns");
    value.first = number(section, "first", 0);
    value.last = number(section, "last", value.first);
    value.measure = section.text("measure");
    value.unit = section.text("unit");
    value.decimals = static_cast<int>(section.integer("decimals", -1));
    auto const codes = section.table("codes");
    for (auto const& member : codes.members())
        value.codes.emplace_back(member.key, text_of(member.value, *codes.file));
    if (value.headers.empty() && value.first == 0)
        fault(*section.file, section.tree->mark, "a value without columns", "columns, or first and last",
              "name the columns of figures");
    layout_.values.push_back(std::move(value));
}

void LayoutReader::read_row(Section const& section) {
    constexpr std::pair<std::string_view, LayoutRow::Kind> kinds[] = {
        {"data", LayoutRow::Kind::data},       {"skip", LayoutRow::Kind::skip},
        {"unit", LayoutRow::Kind::unit},       {"running", LayoutRow::Kind::running},
        {"caption", LayoutRow::Kind::caption}, {"end", LayoutRow::Kind::end}};
    LayoutRow row;
    auto const text = section.text("kind");
    for (auto const& kind : kinds)
        if (kind.first == text) row.kind = kind.second;
    row.match = section.texts("match");
    row.column = number(section, "column_number", 0);
    row.variable = section.text("variable");
    if (row.match.empty() && row.kind != LayoutRow::Kind::running)
        fault(*section.file, section.tree->mark, "a row rule without match", "match = [\"...\"]",
              "say by which text the row is known");
    if (row.kind == LayoutRow::Kind::caption && row.variable.empty())
        fault(*section.file, section.tree->mark, "a caption without a variable", "variable = \"...\"",
              "say which dimension the caption names");
    layout_.rows.push_back(std::move(row));
}

void LayoutReader::read_defect(Section const& section) {
    LayoutDefect defect;
    auto const when = section.table("when");
    for (auto const& member : when.members()) defect.when.emplace_back(member.key, when.texts(member.key));
    auto const set = section.table("set");
    for (auto const& member : set.members()) defect.set.emplace_back(member.key, set.text(member.key));
    defect.why = section.text("why");
    defect.next_step = section.text("next_step");
    layout_.defects.push_back(std::move(defect));
}

void LayoutReader::read_policy(Section const& section) {
    auto const unexpected = [&section](char const* key, Unexpected otherwise) {
        auto const text = section.text(key);
        if (text == "evolve") return Unexpected::evolve;
        if (text == "freeze") return Unexpected::freeze;
        if (text == "set_aside") return Unexpected::set_aside;
        return text == "drop_value" ? Unexpected::drop_value : otherwise;
    };
    layout_.unexpected_column = unexpected("column", layout_.unexpected_column);
    layout_.unexpected_code = unexpected("code", layout_.unexpected_code);
    layout_.unexpected_value = unexpected("value", layout_.unexpected_value);
    layout_.dropped_sign = section.text("dropped_sign", layout_.dropped_sign);
    if (layout_.unexpected_value == Unexpected::drop_value && layout_.dropped_sign.empty())
        fault(*section.file, section.tree->mark, "value = \"drop_value\" alone",
              "dropped_sign: a sign of the office's dictionary", "say which sign stands for a dropped value");
}

void LayoutReader::read(Section const& section) {
    if (section.tree == nullptr) return;
    layout_.format = section.text("format", layout_.format);
    if (section.has("sheets")) layout_.sheets = section.texts("sheets");
    layout_.record = section.text("record", layout_.record);
    layout_.hidden = flag(section, "hidden", layout_.hidden);
    read_marks(section);
    layout_.header_row = number(section, "header_row", layout_.header_row);
    layout_.header_rows = number(section, "header_rows", layout_.header_rows);
    layout_.time_variable = section.text("time_variable", layout_.time_variable);
    for (auto& header : section.texts("ignore")) layout_.ignored.push_back(std::move(header));
    read_csv(section.table("csv"));
    read_place(layout_.time, section.table("time"));
    read_place(layout_.measure, section.table("measure"));
    read_codes(layout_.measure_of_unit, section.table("measure"), "of_unit");
    read_place(layout_.unit, section.table("unit"));
    auto const sign = section.table("sign");
    read_place(layout_.sign, sign);
    read_codes(layout_.sign_of, sign, "texts");
    if (sign.has("closing")) layout_.closing = sign.texts("closing");
    for (auto const& dimension : section.tables("dimension")) {
        layout_.dimensions.emplace_back();
        read_dimension(layout_.dimensions.back(), dimension);
        if (layout_.dimensions.back().variable.empty())
            fault(*dimension.file, dimension.tree->mark, "a dimension without a variable",
                  "variable = \"...\"", "name the variable that the column holds");
    }
    for (auto const& value : section.tables("value")) read_value(value);
    for (auto const& row : section.tables("row")) read_row(row);
    for (auto const* const kind : {"refuse", "correct"})
        for (auto const& defect : section.tables(kind)) read_defect(defect);
    auto const expect = section.table("expect");
    layout_.rows_least = static_cast<std::uint64_t>(
        expect.integer("rows_least", static_cast<std::int64_t>(layout_.rows_least)));
    layout_.rows_most =
        static_cast<std::uint64_t>(expect.integer("rows_most", static_cast<std::int64_t>(layout_.rows_most)));
    if (section.has("policy")) read_policy(section.table("policy"));
}

void LayoutReader::finish() {
    if (layout_.unexpected_code == Unexpected::evolve) return;
    // What the feed, its office and its lists name is expected.
    for (auto& dimension : layout_.dimensions) {
        for (auto const& entry : dimension.names) dimension.known.push_back(entry.first);
        for (auto const& entry : dimension.place.recode) dimension.known.push_back(entry.second);
        for (auto const& file : files_) {
            auto const codes = file.table("variable").table(dimension.variable).table("codes");
            for (auto const& member : codes.members()) dimension.known.push_back(member.key);
        }
    }
}

} // namespace

bool describes_itself(std::string_view format) noexcept {
    return format == "sdmx" || format == "json-stat" || format == "px";
}

void read_layout(Layout& layout, std::vector<Section> const& files) {
    LayoutReader reader{layout, files};
    // A table of another form takes over codes and lists of the files it includes, but not how they are laid out.
    std::size_t first = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (auto const own = files[i].table("layout"); own.tree != nullptr && flag(own, "alone", false))
            first = i;
    // What an office says of the columns of its tables means nothing for a table that describes itself.
    if (describes_itself(files.back().table("layout").text("format"))) first = files.size() - 1;
    for (auto i = first; i < files.size(); ++i) reader.read(files[i].table("layout"));
    reader.finish();
    if (describes_itself(layout.format)) return;
    if (!layout.values.empty() && (layout.header_rows != 0 || layout.header_row != 0)) return;
    auto const& own = files.back();
    if (layout.values.empty())
        fault(*own.file, own.tree->mark, "a layout without columns of figures",
              "a [[layout.value]] with columns",
              "add it; kreislauf feed draft FILE writes a first description");
}

} // namespace gateway::harmonize

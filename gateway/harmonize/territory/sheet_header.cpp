// What the titles of a sheet say: columns by role.
#include <algorithm>

#include "gateway/harmonize/territory/sheet.hpp"
#include "gateway/harmonize/territory/sheet_text.hpp"

namespace gateway::harmonize::territory {
namespace {

bool has(std::string_view title, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [title](std::string_view word) { return title.find(word) != std::string_view::npos; });
}

bool ends(std::string_view title, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [title](std::string_view word) { return title.ends_with(word); });
}

struct Title {
    std::uint32_t column = 0;
    std::string text; ///< of all lines, folded
};

bool is_name(std::string_view title) {
    return has(title, {"name", "bezeichnung"});
}

bool is_ars(std::string_view title) {
    return has(title, {"regionalschluessel", "ars"});
}

bool is_key(std::string_view title) {
    return !is_name(title) &&
           !has(title, {"aenderungsart", "artder", "einheit", "umsteige", "proportional"}) &&
           has(title, {"schluessel", "kennziffer", "ags", "kreise31", "gemeinden31", "kreis31", "gemeinde31",
                       "kreise19", "kreise20", "gemeinden19", "gemeinden20"});
}

double area_factor(std::string_view title) {
    if (has(title, {"km2", "qkm"})) return 1e6;
    if (has(title, {"m2", "qm", "quadratmeter"})) return 1;
    if (has(title, {"inha", "(ha)", "hektar", "[ha]"}) || title.ends_with("ha")) return 1e4;
    return 0;
}

class Roles {
  public:
    explicit Roles(std::vector<Title> titles) : titles_(std::move(titles)) {}
    std::optional<SheetLayout> layout();

  private:
    bool crosswalk();
    bool changes();
    bool extract();
    void put(SheetRole role, std::uint32_t column) { layout_.columns.emplace(role, column); }
    [[nodiscard]] bool is(SheetRole role) const { return layout_.columns.count(role) > 0; }
    /// Old and new by their words, else by their order.
    void pair(std::vector<Title const*> const& found, SheetRole older, SheetRole newer);

    std::vector<Title> titles_;
    SheetLayout layout_;
};

void Roles::pair(std::vector<Title const*> const& found, SheetRole older, SheetRole newer) {
    for (auto const* const title : found) {
        if (has(title->text, {"neu", "nachfolg", "nachderaenderung", "aufnehmend", "zielgemeinde"}))
            put(newer, title->column);
        else if (has(title->text, {"alt", "bisher", "vorderaenderung", "abgebend", "vorherig"}))
            put(older, title->column);
    }
    for (auto const* const title : found) {
        bool const taken = (is(older) && layout_.columns[older] == title->column) ||
                           (is(newer) && layout_.columns[newer] == title->column);
        if (taken) continue;
        if (!is(older) && (!is(newer) || title->column < layout_.columns[newer]))
            put(older, title->column);
        else
            put(newer, title->column);
    }
}

bool Roles::crosswalk() {
    std::vector<Title const*> keys;
    std::vector<Title const*> names;
    for (auto const& title : titles_) {
        auto const& text = title.text;
        bool const people = has(text, {"bevoelkerung", "einwohner"});
        bool const jobs = has(text, {"beschaeftigt", "svb", "svpflichtig"});
        bool const land = has(text, {"flaeche"});
        if (has(text, {"proportional", "umsteigeschluessel"})) {
            // The words of the weight stand in one title; a title above all of them says all three.
            if (people + jobs + land == 1)
                put(people ? SheetRole::weight_pop
                    : jobs ? SheetRole::weight_emp
                           : SheetRole::weight_area,
                    title.column);
        } else if (is_name(text)) {
            names.push_back(&title);
        } else if (people || jobs || land) {
            put(people ? SheetRole::size_pop
                : jobs ? SheetRole::size_emp
                       : SheetRole::size_area,
                title.column);
        } else if (is_key(text)) {
            keys.push_back(&title);
        }
    }
    bool const weights = is(SheetRole::weight_pop) || is(SheetRole::weight_area) || is(SheetRole::weight_emp);
    if (!weights || keys.size() != 2) return false;
    layout_.kind = ImportKind::crosswalk;
    pair(keys, SheetRole::old_key, SheetRole::new_key);
    if (names.size() == 2) pair(names, SheetRole::old_name, SheetRole::new_name);
    for (auto const& title : titles_) {
        auto const year = year_in_text(title.text);
        if (!year) continue;
        if (title.column == layout_.columns[SheetRole::old_key]) layout_.old_year = year;
        if (title.column == layout_.columns[SheetRole::new_key]) layout_.new_year = year;
    }
    return true;
}

bool Roles::changes() {
    std::vector<Title const*> keys;
    std::vector<Title const*> ars;
    std::vector<Title const*> names;
    for (auto const& title : titles_) {
        auto const& text = title.text;
        if (has(text, {"juristisch", "rechtswirksam", "rechtlich"}))
            put(SheetRole::legal, title.column);
        else if (has(text, {"statistisch"}))
            put(SheetRole::statistical, title.column);
        else if (has(text, {"artderaenderung", "aenderungsart"}) || text.ends_with("aenderung1)"))
            put(SheetRole::type, title.column);
        else if (has(text, {"lfd.nr", "lfdnr", "laufendenummer", "aenderungsnummer", "kennungder",
                            "nummerderaenderung"}))
            put(SheetRole::id, title.column);
        else if (has(text, {"regionaleeinheit", "satzart", "gebietsebene"}))
            put(SheetRole::unit, title.column);
        else if (has(text, {"flaeche"})) {
            put(SheetRole::area, title.column);
            layout_.area_factor = area_factor(text);
        } else if (has(text, {"einwohner", "bevoelkerung"}))
            put(SheetRole::population, title.column);
        else if (is_name(text))
            names.push_back(&title);
        else if (is_ars(text))
            ars.push_back(&title);
        else if (is_key(text))
            keys.push_back(&title);
    }
    if (!is(SheetRole::legal) || !is(SheetRole::type) || (keys.size() < 2 && ars.size() < 2)) return false;
    layout_.kind = ImportKind::changes;
    if (keys.size() >= 2) pair(keys, SheetRole::old_key, SheetRole::new_key);
    if (ars.size() >= 2) pair(ars, SheetRole::old_ars, SheetRole::new_ars);
    if (names.size() >= 2) pair(names, SheetRole::old_name, SheetRole::new_name);
    return true;
}

bool Roles::extract() {
    for (auto const& title : titles_) {
        auto const& text = title.text;
        bool const part = has(text, {"schluessel", "ars", "ags"}) || text.size() <= 16;
        if (part && ends(text, {"land"}) && !has(text, {"deutschland"}))
            put(SheetRole::land, title.column);
        else if (part && ends(text, {"rb", "regbez", "regierungsbezirk"}))
            put(SheetRole::region, title.column);
        else if (part && ends(text, {"kreis"}))
            put(SheetRole::county, title.column);
        else if (part && ends(text, {"vb", "verband", "gemeindeverband"}))
            put(SheetRole::association, title.column);
        else if (part && ends(text, {"gem", "gemeinde"}))
            put(SheetRole::municipality, title.column);
        else if (has(text, {"satzart"}))
            put(SheetRole::unit, title.column);
        else if (is_name(text))
            put(SheetRole::old_name, title.column);
        else if (has(text, {"flaeche"})) {
            put(SheetRole::area, title.column);
            layout_.area_factor = area_factor(text);
        } else if (has(text, {"bevoelkerung", "einwohner"}) &&
                   !has(text, {"maennlich", "weiblich", "jekm", "dichte", "veraenderung"}))
            put(SheetRole::population, title.column);
        else if (is_ars(text))
            put(SheetRole::old_ars, title.column);
        else if (is_key(text))
            put(SheetRole::old_key, title.column);
    }
    bool const parts =
        is(SheetRole::land) && is(SheetRole::region) && is(SheetRole::county) && is(SheetRole::municipality);
    if (!is(SheetRole::population) || !is(SheetRole::old_name)) return false;
    if (!parts && !is(SheetRole::old_key) && !is(SheetRole::old_ars)) return false;
    layout_.kind = ImportKind::extract;
    return true;
}

std::optional<SheetLayout> Roles::layout() {
    if (crosswalk()) return layout_;
    layout_ = {};
    if (changes()) return layout_;
    layout_ = {};
    if (extract()) return layout_;
    return std::nullopt;
}

} // namespace

std::optional<SheetLayout> layout_of(std::span<std::map<std::uint32_t, std::string> const> lines) {
    std::map<std::uint32_t, std::string> titles;
    std::uint32_t last = 0;
    for (auto const& line : lines)
        for (auto const& [column, text] : line) last = std::max(last, column);
    for (auto const& line : lines) {
        // A title over several columns stands in the first of them; one that is alone is that of the sheet.
        bool const spreads = line.size() > 1 && &line != &lines.back();
        std::string_view before;
        for (std::uint32_t column = 1; column <= last; ++column) {
            auto const own = line.find(column);
            if (own != line.end()) before = own->second;
            if (own != line.end() || spreads) titles[column] += fold_title(before);
        }
    }
    std::vector<Title> list;
    for (auto& [column, text] : titles)
        if (!text.empty()) list.push_back({column, std::move(text)});
    return Roles{std::move(list)}.layout();
}

} // namespace gateway::harmonize::territory

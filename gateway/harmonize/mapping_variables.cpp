#include "gateway/harmonize/mapping_variables.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"

namespace gateway::harmonize {
namespace {

constexpr std::string_view total_code = "_T";

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Länder have the keys 01 to 16; no other key starts with anything else.
bool starts_with_land(std::string_view key) {
    auto const land = key.substr(0, 2);
    return land >= "01" && land <= "16";
}

/// Adds the names in headers "[variable.NAME]", with or without quotes, that stand at the start of a line;
/// false where there is none.
bool add_headers(std::string_view text, std::string const& file,
                 std::map<std::string, std::string, std::less<>>& to) {
    constexpr std::string_view header = "[variable.";
    bool found = false;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, end - at);
        at = end + 1;
        if (!line.starts_with(header)) continue;
        found = true;
        line.remove_prefix(header.size());
        auto const name = line.starts_with('"') ? line.substr(1, line.find('"', 1) - 1)
                                                : line.substr(0, line.find_first_of(".]"));
        auto const [known, added] = to.emplace(name, file);
        if (!added && known->second != file) {
            throw Error(Errc::malformed, "mappings/" + file + ": found the variable " + std::string{name} +
                                             ", expected it in one file only, but mappings/" + known->second +
                                             " has it too; next step: remove one of the two");
        }
    }
    return found;
}

} // namespace

std::shared_ptr<VariableIndex const> variable_index(MappingFiles const& files) {
    auto made = std::make_shared<VariableIndex>();
    for (auto& name : files.names("variables"))
        if (auto text = files.shared_text(name)) made->from.emplace_back(std::move(name), std::move(text));
    // The very same texts, and none besides: nothing is to be looked for again.
    if (auto known = files.trees().index(); known && known->from == made->from) return known;
    for (auto const& [name, text] : made->from)
        if (!add_headers(*text, name, made->files)) made->silent.push_back(name);
    files.trees().keep(made);
    return made;
}

void Variables::build_index() {
    index_ = variable_index(loader_.files());
    // A file without a header that the index sees would be as if it were not there: say what is wrong with it.
    try {
        for (auto const& name : index_->silent) (void)tree_of(name, "variables");
    } catch (Error const&) {
        index_.reset();
        throw;
    }
}

Tree const& Variables::tree_of(std::string const& file, std::string const& need) {
    if (auto const known = trees_.find(file); known != trees_.end()) return *known->second;
    auto const& tree = loader_.get(file, "variables", need);
    trees_.emplace(file, &tree);
    auto const variables = Section{&file, &tree}.table("variable");
    for (auto const& member : variables.members()) {
        auto const listed = index_->files.find(member.key);
        if (listed != index_->files.end() && listed->second == file) continue;
        fault(file, member.mark, "the variable " + member.key + " in a form that is not found by its header",
              "[variable." + member.key + "] at the start of a line", "write the header in this form");
    }
    return tree;
}

std::optional<std::string> Variables::file_of(std::string_view variable, std::string& entry) {
    if (!index_) build_index();
    if (auto const exact = index_->files.find(variable); exact != index_->files.end()) {
        entry = exact->first;
        return exact->second;
    }
    std::optional<std::string> best;
    std::size_t length = 0;
    for (auto const& [name, file] : index_->files) {
        if (name.empty() || name.back() != '*' || name.size() <= length) continue;
        if (!variable.starts_with(std::string_view{name}.substr(0, name.size() - 1))) continue;
        length = name.size();
        entry = name;
        best = file;
    }
    return best;
}

void Variables::read(Concept& result, Section section) {
    auto const kind = section.text("kind");
    if (kind == "area") result.kind = Concept::Kind::area;
    if (kind == "month_of_year") result.kind = Concept::Kind::month;
    if (kind == "quarter_of_year") result.kind = Concept::Kind::quarter;
    if (section.has("dimension")) result.dimension = section.text("dimension");
    if (section.has("also")) {
        auto const also = section.table("also");
        result.also.clear();
        for (auto const& member : also.members())
            result.also.emplace_back(member.key, text_of(member.value, *also.file));
    }
    if (section.has("list")) {
        if (auto const list = code_list_from(section.text("list"))) result.list = *list;
    }
    auto const codes = section.table("codes");
    for (auto const& member : codes.members()) {
        result.codes[member.key] = {text_of(member.value, *codes.file), codes.rule(member.mark), false};
    }
    for (auto& code : section.texts("kept")) {
        auto const rule = section.rule(section.tree->find("kept")->mark);
        result.codes[code] = {code, rule, true};
    }
    for (auto const& pattern : section.tables("pattern"))
        result.patterns.push_back(Pattern::read(pattern, "code"));
    auto const level_of = [](Section const& from, Tree::Member const& member) {
        auto const level = area_level_from(text_of(member.value, *from.file));
        if (!level) {
            fault(*from.file, member.value.mark, describe(member.value),
                  "country, land, region, county, association, municipality, subunit, authority or other",
                  "correct the name of the level");
        }
        return Concept::Level{*level, from.rule(member.mark)};
    };
    auto const levels = section.table("levels");
    for (auto const& member : levels.members()) {
        if (!all_digits(member.key) || member.key.size() > 2) {
            fault(*levels.file, member.mark, "the key '" + member.key + "'", "a number of digits",
                  "put single region keys under 'keys'");
        }
        result.lengths[std::stoul(member.key)] = level_of(levels, member);
    }
    auto const keys = section.table("keys");
    for (auto const& member : keys.members()) result.keys[member.key] = level_of(keys, member);
}

Variables::Concept const& Variables::concept_of(std::string_view variable) {
    if (auto const known = concepts_.find(variable); known != concepts_.end()) return known->second;
    Concept result;
    std::string entry;
    if (auto const file = file_of(variable, entry)) {
        auto const& tree = tree_of(*file, "the variable " + std::string{variable});
        Section const root{&trees_.find(*file)->first, &tree};
        result.file = *file;
        read(result, root);
        read(result, root.table("variable").table(entry));
    }
    for (auto const& table : tables_)
        if (table.has(variable)) read(result, table.table(variable));
    if (result.dimension.empty()) result.dimension = std::string{variable};
    result.unruled = result.file.empty() ? "no mapping of the variable " + std::string{variable}
                                         : "no rule for this code in mappings/" + result.file;
    return concepts_.emplace(variable, std::move(result)).first->second;
}

MappedCode Variables::map(std::string_view variable, std::string_view code) {
    MappedCode mapped;
    if (variable.empty()) {
        if (code.empty()) {
            mapped.kind = MappedCode::Kind::not_applicable;
            mapped.rule = "an empty block does not apply";
        } else {
            mapped.why = "the code '" + std::string{code} + "' stands without a variable";
        }
        return mapped;
    }
    auto const& known = concept_of(variable);
    if (known.kind == Concept::Kind::area) return map_area(known, variable, code);
    if (known.kind != Concept::Kind::code) return map_part(known, variable, code);

    mapped.kind = MappedCode::Kind::code;
    mapped.dimension = known.dimension;
    mapped.also = known.also;
    if (auto const entry = known.codes.find(code); entry != known.codes.end()) {
        mapped.code = entry->second.code;
        mapped.rule = entry->second.rule;
        mapped.source_code = entry->second.kept;
        return mapped;
    }
    if (code.empty() || code == "INSGESAMT") {
        mapped.code = total_code;
        mapped.rule = code.empty() ? "an empty code is the total" : "INSGESAMT is the total";
        return mapped;
    }
    for (auto const& pattern : known.patterns) {
        auto made = pattern.apply(code);
        if (!made) continue;
        mapped.code = std::move(*made);
        mapped.rule = pattern.rule();
        return mapped;
    }
    mapped.code = std::string{code};
    mapped.source_code = true;
    mapped.unruled = true;
    mapped.rule = known.unruled;
    return mapped;
}

MappedCode Variables::map_area(Concept const& known, std::string_view variable, std::string_view code) {
    MappedCode mapped;
    auto const set = [&mapped, &known, code](Concept::Level const& level, CodeList list) {
        mapped.kind = MappedCode::Kind::area;
        mapped.area = {list, level.level, std::string{code}};
        mapped.dimension = "AREA";
        mapped.code = std::string{code};
        mapped.rule = level.rule;
    };
    if (auto const key = known.keys.find(code); key != known.keys.end()) {
        bool const pseudo = key->second.level == AreaLevel::other;
        set(key->second, pseudo ? CodeList::genesis : known.list);
        return mapped;
    }
    auto const length = known.lengths.find(code.size());
    if (length != known.lengths.end() && all_digits(code) && starts_with_land(code)) {
        set(length->second, known.list);
        return mapped;
    }
    mapped.why = "the region key '" + std::string{code} + "' of " + std::string{variable} +
                 " fits no level of mappings/" + known.file;
    if (all_digits(code) && known.lengths.count(code.size() + 1) > 0 &&
        starts_with_land("0" + std::string{code}))
        mapped.why += "; '0" + std::string{code} + "' would: a program may have dropped its leading zero";
    return mapped;
}

MappedCode Variables::map_part(Concept const& known, std::string_view variable, std::string_view code) {
    MappedCode mapped;
    bool const month = known.kind == Concept::Kind::month;
    if (code.empty()) {
        mapped.kind = MappedCode::Kind::not_applicable;
        mapped.rule = "an empty code is the whole year";
        return mapped;
    }
    for (auto const& pattern : known.patterns) {
        auto const text = pattern.apply(code);
        if (!text || !all_digits(*text) || text->size() > 2) continue;
        auto const part = static_cast<unsigned>(std::stoul(*text));
        if (part < 1 || part > (month ? 12U : 4U)) break;
        mapped.kind = month ? MappedCode::Kind::month_of_year : MappedCode::Kind::quarter_of_year;
        mapped.dimension = "TIME_PERIOD";
        mapped.part = part;
        mapped.code = *text;
        mapped.rule = pattern.rule();
        return mapped;
    }
    mapped.why = "the code '" + std::string{code} + "' of " + std::string{variable} + " is no " +
                 (month ? "month" : "quarter") + " of a year; mappings/" + known.file + " has no rule for it";
    return mapped;
}

} // namespace gateway::harmonize

#include "adapters/sdmx/maps.hpp"

#include <algorithm>
#include <set>

namespace adapters::sdmx {
namespace {

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') result.push_back('\\');
        if (c == '\n')
            result += "\\n";
        else
            result.push_back(c);
    }
    return result + "\"";
}

std::string lower(std::string text) {
    for (auto& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        bool const is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!is_plain) c = '_';
    }
    return text;
}

/// "^([A-Z0-9]+)$" with target "\1": the code as it is.
bool is_copy(MapRow const& row) {
    auto const& source = row.sources.front().value;
    auto const target = row.targets.front();
    return source.size() > 4 && source.substr(0, 2) == "^(" && source.substr(source.size() - 2) == ")$" &&
           std::count(source.begin(), source.end(), '(') == 1 && (target == "\\1" || target == "$1");
}

class Converter {
  public:
    Converter(StructureMap const& map, Structures const& structures, std::string_view date)
        : map_(map), structures_(structures), date_(date) {}

    MappingTexts convert() {
        for (auto const& component : map_.components) {
            if (component.sources.size() != 1 || component.targets.size() != 1)
                leave_out("the map of " + joined(component.sources) + " to " + joined(component.targets) +
                          " has several components");
            else
                variable(component);
        }
        for (auto const& date : map_.dates)
            leave_out("the date pattern '" + date.pattern + "' of " + date.source +
                      " (mappings/time.toml and [time] of a table say how times are written)");
        for (auto const& fixed : map_.fixed)
            if (fixed.is_source) leave_out("the fixed value of the source component " + fixed.component);
        if (result_.files.empty() && !also().empty())
            leave_out("fixed values (no component map can carry them)");
        return std::move(result_);
    }

  private:
    static std::string joined(std::vector<std::string> const& names) {
        std::string result;
        for (auto const& name : names) result += (result.empty() ? "" : ", ") + name;
        return result;
    }

    void leave_out(std::string const& what) {
        result_.issues.push_back({Errc::unknown_variable,
                                  Severity::warning,
                                  {},
                                  map_.self.text() + ": " + what + " is not in the mapping files",
                                  "write a rule for it by hand (docs/mappings.md)",
                                  1});
    }

    [[nodiscard]] std::string also() const {
        std::string result;
        for (auto const& fixed : map_.fixed)
            if (!fixed.is_source)
                result +=
                    (result.empty() ? "" : ", ") + quoted(fixed.component) + " = " + quoted(fixed.value);
        return result;
    }

    void variable(StructureMap::ComponentMap const& component) {
        auto const& source = component.sources.front();
        std::string codes, kept;
        if (!component.representation.empty()) {
            auto const found = std::find_if(
                structures_.representation_maps.begin(), structures_.representation_maps.end(),
                [&](RepresentationMap const& one) { return one.self.text() == component.representation; });
            if (found == structures_.representation_maps.end())
                return leave_out("representation map " + component.representation + " of " + source +
                                 " (it is not in the message)");
            rows(*found, source, codes, kept);
        } else {
            kept = "match = \"{code:*}\"\ncode = \"{code}\"\n";
        }
        std::string text = "# " + map_.self.text() + ": " + source + " of " + map_.source.text() + " to " +
                           component.targets.front() + " of " + map_.target.text() + ".\n";
        text += "origin = " + quoted("SDMX structure map " + map_.self.text()) + "\n";
        text += "date = " + std::string{date_} + "\n";
        text += "dimension = " + quoted(component.targets.front()) + "\n";
        if (auto const fixed = also(); !fixed.empty() && result_.files.empty())
            text += "also = { " + fixed + " }\n";
        if (!codes.empty()) text += "\n[codes]\n" + codes;
        if (!kept.empty()) text += "\n[[pattern]]\n" + kept;
        text += "\n[variable." + quoted(source) + "]\n";
        result_.files.push_back(
            {"sdmx_" + lower(map_.self.agency + "_" + map_.self.id + "_" + source) + ".toml", text});
    }

    void rows(RepresentationMap const& map, std::string const& source, std::string& codes,
              std::string& kept) {
        std::set<std::string> known;
        for (auto const& row : map.rows) {
            auto const& value = row.sources.front();
            if (row.sources.size() != 1 || row.targets.size() != 1)
                leave_out("a row of " + map.self.text() + " with several values");
            else if (!row.valid_from.empty() || !row.valid_to.empty())
                leave_out("the row " + value.value + " of " + source + " (it holds from '" + row.valid_from +
                          "' to '" + row.valid_to + "')");
            else if (value.start || value.end)
                leave_out("the row " + value.value + " of " + source + " (it compares a part of the code)");
            else if (value.is_regex && is_copy(row))
                kept = "match = \"{code:*}\"\ncode = \"{code}\"\n";
            else if (value.is_regex)
                leave_out("the regular expression " + value.value + " of " + source);
            else if (!known.insert(value.value).second)
                leave_out("a second row for " + value.value + " of " + source);
            else
                codes += quoted(value.value) + " = " + quoted(row.targets.front()) + "\n";
        }
    }

    StructureMap const& map_;
    Structures const& structures_;
    std::string_view date_;
    MappingTexts result_;
};

} // namespace

MappingTexts mapping_texts(StructureMap const& map, Structures const& structures, std::string_view date) {
    return Converter{map, structures, date}.convert();
}

} // namespace adapters::sdmx

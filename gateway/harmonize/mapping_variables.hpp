// Classifying variables: what a code of a block becomes in the common schema.
//
// A file in mappings/variables/ describes one concept and the variables that carry it ("variable.GES",
// "variable.GEOGM*"). A file is read when the first code of one of its variables turns up, so that a small
// table costs two or three small files. The table's own file may add to a variable; it comes first.
//
// Source   docs/mappings.md, variables; schemas/mapping/variables.schema.json
// Threads  one at a time; Mapping holds the lock.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_pattern.hpp"

namespace gateway::harmonize {

class Variables {
  public:
    /// `tables` are the [variable] sections of the table's files, possibly empty; later ones win.
    Variables(FileLoader& loader, std::vector<Section> tables)
        : loader_(loader), tables_(std::move(tables)) {}

    MappedCode map(std::string_view variable, std::string_view code);

  private:
    struct Concept {
        enum class Kind { code, area, month, quarter };
        struct Entry {
            std::string code;
            std::string rule;
            bool kept = false; ///< stays a source code on purpose
        };
        struct Level {
            AreaLevel level = AreaLevel::other;
            std::string rule; ///< never empty
        };
        Kind kind = Kind::code;
        std::string file;
        std::string dimension;
        std::string unruled; ///< what is said of a code without a rule
        std::vector<std::pair<std::string, std::string>> also;
        std::map<std::string, Entry, std::less<>> codes;
        std::vector<Pattern> patterns;
        CodeList list = CodeList::ags;
        std::map<std::size_t, Level> lengths;           ///< digits of the key to level
        std::map<std::string, Level, std::less<>> keys; ///< single keys to level
    };

    Concept const& concept_of(std::string_view variable);
    void read(Concept& result, Section section);
    void build_index();
    Tree const& tree_of(std::string const& file, std::string const& need);
    std::optional<std::string> file_of(std::string_view variable, std::string& entry);
    static MappedCode map_area(Concept const& known, std::string_view variable, std::string_view code);
    static MappedCode map_part(Concept const& known, std::string_view variable, std::string_view code);

    FileLoader& loader_;
    std::vector<Section> tables_;
    std::shared_ptr<VariableIndex const> index_; ///< null = not made yet
    std::map<std::string, Tree const*> trees_;   ///< of the loader
    std::map<std::string, Concept, std::less<>> concepts_;
};

} // namespace gateway::harmonize

#include "gateway/harmonize/mapping_load.hpp"

#include "gateway/core/error.hpp"
#include "gateway/harmonize/schema_check.hpp"

namespace gateway::harmonize {

std::optional<Tree> FileLoader::find(std::string const& name, std::string const& schema) {
    auto text = files_.text(name);
    if (!text) return std::nullopt;
    auto tree = parse_toml(*text, name);
    if (auto const schema_text = files_.schema(schema)) {
        check_schema(tree, name, *schema_text, "schemas/mapping/" + schema + ".schema.json");
    }
    used_.emplace(name, std::move(*text));
    return tree;
}

Tree FileLoader::get(std::string const& name, std::string const& schema, std::string const& need) {
    auto tree = find(name, schema);
    if (tree) return std::move(*tree);
    throw Error(Errc::not_found,
                "mappings/" + name + ": found no such file, expected " + need +
                    "; next step: restore the file, or point to the folder with all mappings");
}

} // namespace gateway::harmonize

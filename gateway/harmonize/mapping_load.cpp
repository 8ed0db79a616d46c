#include "gateway/harmonize/mapping_load.hpp"

#include "gateway/core/error.hpp"
#include "gateway/harmonize/schema_check.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::harmonize {

std::string checked_key(std::string_view schema, std::string_view text) {
    io::Sha256 sum;
    sum.update(schema);
    sum.update(text);
    return sum.hex();
}

bool FileLoader::was_checked(std::string_view schema, std::string_view text) {
    if (!checked_) checked_ = files_.checked().value_or("");
    return !checked_->empty() && checked_->find(checked_key(schema, text)) != std::string::npos;
}

std::optional<Tree> FileLoader::find(std::string const& name, std::string const& schema) {
    auto text = files_.text(name);
    if (!text) return std::nullopt;
    auto tree = parse_toml(*text, name);
    if (auto const schema_text = files_.schema(schema); schema_text && !was_checked(*schema_text, *text)) {
        check_schema(tree, name, *schema_text, "schemas/mapping/" + schema + ".schema.json");
    }
    used_.emplace(name, std::move(*text));
    return tree;
}

std::string FileLoader::raw(std::string const& name, std::string const& need) {
    auto text = files_.text(name);
    if (!text)
        throw Error(Errc::not_found, "mappings/" + name + ": found no such file, expected " + need +
                                         "; next step: put it there, or correct the name");
    used_.emplace(name, *text);
    return std::move(*text);
}

Tree FileLoader::get(std::string const& name, std::string const& schema, std::string const& need) {
    auto tree = find(name, schema);
    if (tree) return std::move(*tree);
    throw Error(Errc::not_found,
                "mappings/" + name + ": found no such file, expected " + need +
                    "; next step: restore the file, or point to the folder with all mappings");
}

} // namespace gateway::harmonize

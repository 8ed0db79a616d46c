#include "gateway/app/config.hpp"

#include <string_view>
#include <utility>

#include "gateway/app/config_changes.hpp"
#include "gateway/app/config_keys.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/toml_trouble.hpp"

namespace gateway::app {
namespace {

SourceConfig read_source(std::string const& file, toml::table const& table) {
    SourceConfig source;
    Keys keys{file, table};
    keys.text("id", source.id, true);
    keys.text("service", source.service, true);
    keys.text("url", source.url);
    keys.texts("tables", source.tables);
    keys.text("credentials_file", source.credentials_file);
    keys.text("language", source.language);
    keys.number("start_year", source.start_year, 1900, 2100);
    keys.flag("quality", source.quality);
    keys.flag("compress", source.compress);
    read_source_limits(file, keys, source.tables, source.limits);
    keys.refuse_others();
    if (source.language != "de" && source.language != "en")
        keys.fail(*table.get("language"), "'language' must be \"de\" or \"en\"");
    constexpr std::string_view scheme = "directory:";
    if (source.url.compare(0, scheme.size(), scheme) == 0)
        source.url = std::string{scheme} + beside(file, source.url.substr(scheme.size()));
    source.credentials_file = beside(file, source.credentials_file);
    return source;
}

} // namespace

Config load_config(std::string const& path) {
    auto config = parse_config(io::read_file(path), path);
    if (config.sources.empty())
        throw Error{Errc::invalid_argument, path + ": no [[source]]; see deploy/sample/kreislauf.toml"};
    return config;
}

Config parse_config(std::string_view text, std::string const& path) {
    Config config;
    config.file = path;
    if (auto const trouble = io::toml_trouble(text))
        throw Error{Errc::invalid_argument,
                    path + ":" + std::to_string(trouble->line) + ":" + std::to_string(trouble->column) +
                        ": found " + std::string{trouble->found} + "; " + std::string{trouble->next_step}};
    toml::table table;
    try {
        table = toml::parse(text, path);
    } catch (toml::parse_error const& error) {
        auto const& at = error.source().begin;
        throw Error{Errc::invalid_argument, path + ":" + std::to_string(at.line) + ":" +
                                                std::to_string(at.column) + ": " +
                                                std::string{error.description()}};
    }
    for (auto const& [key, node] : table) {
        if (key.str() == "intake") {
            auto const* const intake = node.as_table();
            if (intake == nullptr)
                Keys{path, table}.fail(node, "write the section of deliveries as [intake]");
            config.intake = read_intake(path, *intake);
            continue;
        }
        if (key.str() == "serve") {
            auto const* const serve = node.as_table();
            if (serve == nullptr) Keys{path, table}.fail(node, "write the section of the server as [serve]");
            config.serve = read_serve(path, *serve);
            continue;
        }
        if (key.str() == "changes") {
            auto const* const changes = node.as_table();
            if (changes == nullptr)
                Keys{path, table}.fail(node, "write the section of the change log as [changes]");
            config.changes = read_changes(path, *changes);
            continue;
        }
        if (key.str() == "night" || key.str() == "brake") {
            auto const* const section = node.as_table();
            if (section == nullptr)
                Keys{path, table}.fail(node, "write the section as [" + std::string{key.str()} + "]");
            if (key.str() == "night")
                config.night = read_night(path, *section);
            else
                config.brake = read_brake(path, *section);
            continue;
        }
        if (key.str() != "source")
            Keys{path, table}.fail(node, "unknown key '" + std::string{key.str()} + "'");
        auto const* const list = node.as_array();
        if (list == nullptr) Keys{path, table}.fail(node, "write sources as [[source]]");
        for (auto const& item : *list) {
            auto const* const source = item.as_table();
            if (source == nullptr) Keys{path, table}.fail(item, "write sources as [[source]]");
            config.sources.push_back(read_source(path, *source));
            auto const& id = config.sources.back().id;
            for (std::size_t i = 0; i + 1 < config.sources.size(); ++i)
                if (config.sources[i].id == id)
                    Keys{path, table}.fail(item, "a second source has the id '" + id + "'");
        }
    }
    if (config.sources.empty() && !config.serve && config.intake.folder.empty())
        throw Error{Errc::invalid_argument, path + ": no [[source]]; see deploy/sample/kreislauf.toml"};
    return config;
}

} // namespace gateway::app

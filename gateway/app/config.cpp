#include "gateway/app/config.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/toml_library.hpp"
#include "gateway/io/toml_trouble.hpp"

namespace gateway::app {
namespace {

/// Reads the keys of one table and refuses the rest.
class Keys {
  public:
    Keys(std::string file, toml::table const& table) : file_(std::move(file)), table_(table) {}

    [[noreturn]] void fail(toml::node const& node, std::string const& text) const {
        auto const& at = node.source().begin;
        throw Error{Errc::invalid_argument, file_ + ":" + std::to_string(at.line) + ":" +
                                                std::to_string(at.column) + ": " + text +
                                                "; see docs/configuration.md"};
    }

    void text(std::string_view key, std::string& out, bool required = false) {
        auto const* const node = find(key, required);
        if (node == nullptr) return;
        auto const value = node->value_exact<std::string>();
        if (!value) fail(*node, "'" + std::string{key} + "' must be a text in quotes");
        if (required && value->empty()) fail(*node, "'" + std::string{key} + "' must not be empty");
        out = *value;
    }
    void number(std::string_view key, int& out, std::int64_t low, std::int64_t high) {
        auto const* const node = find(key, false);
        if (node == nullptr) return;
        auto const value = node->value_exact<std::int64_t>();
        if (!value || *value < low || *value > high)
            fail(*node, "'" + std::string{key} + "' must be a whole number from " + std::to_string(low) +
                            " to " + std::to_string(high));
        out = static_cast<int>(*value);
    }
    void flag(std::string_view key, bool& out) {
        auto const* const node = find(key, false);
        if (node == nullptr) return;
        auto const value = node->value_exact<bool>();
        if (!value) fail(*node, "'" + std::string{key} + "' must be true or false");
        out = *value;
    }
    void texts(std::string_view key, std::vector<std::string>& out) {
        auto const* const node = find(key, true);
        auto const* const list = node->as_array();
        if (list == nullptr || list->empty())
            fail(*node, "'" + std::string{key} + "' must be a list of texts");
        for (auto const& item : *list) {
            auto const value = item.value_exact<std::string>();
            if (!value || value->empty())
                fail(item, "every item of '" + std::string{key} + "' must be a text");
            out.push_back(*value);
        }
    }
    void refuse_others() const {
        for (auto const& [key, node] : table_)
            if (std::find(known_.begin(), known_.end(), key.str()) == known_.end())
                fail(node, "unknown key '" + std::string{key.str()} + "'");
    }

  private:
    toml::node const* find(std::string_view key, bool required) {
        known_.emplace_back(key);
        auto const* const node = table_.get(key);
        if (node == nullptr && required) fail(table_, "'" + std::string{key} + "' is missing");
        return node;
    }
    std::string file_;
    toml::table const& table_;
    std::vector<std::string> known_;
};

std::string beside(std::string const& file, std::string const& path) {
    if (path.empty() || path.front() == '/') return path;
    auto const slash = file.rfind('/');
    return slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

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
    return parse_config(io::read_file(path), path);
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
    if (config.sources.empty())
        throw Error{Errc::invalid_argument, path + ": no [[source]]; see deploy/sample/kreislauf.toml"};
    return config;
}

} // namespace gateway::app

#include "gateway/subscribe/settings.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/toml_library.hpp"
#include "gateway/io/toml_trouble.hpp"

namespace gateway::subscribe {
namespace {

namespace toml = gateway::io::toml;

constexpr std::array<std::string_view, 2> ways{"drop", "mail"};

[[noreturn]] void fault(std::string const& name, std::uint32_t line, std::string const& text) {
    throw Error{Errc::malformed,
                name + ":" + std::to_string(line) + ": " + text + "; see docs/subscriptions.md"};
}

[[noreturn]] void fault(std::string const& name, toml::node const& node, std::string const& text) {
    fault(name, node.source().begin.line, text);
}

/// A text, or a list of texts.
std::vector<std::string> texts(std::string const& name, std::string const& key, toml::node const& node) {
    std::vector<std::string> found;
    auto const add = [&](toml::node const& one) {
        auto const text = one.value_exact<std::string>();
        if (!text || text->empty()) fault(name, one, "'" + key + "' must be a text or a list of texts");
        found.push_back(*text);
    };
    if (auto const* const list = node.as_array())
        for (auto const& one : *list) add(one);
    else
        add(node);
    return found;
}

void read_webhook(std::string const& name, toml::table const& table, WaySettings& settings) {
    for (auto const& [key, node] : table) {
        std::string const known{key.str()};
        if (known == "allow") {
            for (auto const& text : texts(name, known, node)) {
                auto const network = network_from(text);
                if (!network)
                    fault(name, node,
                          "'" + text + "' is no network; expected one such as 10.20.0.0/16 or fd00:1::/32");
                settings.allowed.push_back(*network);
            }
        } else if (known == "plain_http") {
            auto const value = node.value_exact<bool>();
            if (!value) fault(name, node, "'plain_http' must be true or false");
            settings.plain_http = *value;
        } else {
            fault(name, node, "'" + known + "' is unknown in [webhook]; there are allow and plain_http");
        }
    }
}

} // namespace

WaySettings parse_way_settings(std::string_view text, std::string const& name) {
    if (auto const trouble = io::toml_trouble(text))
        fault(name, trouble->line,
              "found " + std::string{trouble->found} + "; " + std::string{trouble->next_step});
    toml::table root;
    try {
        root = toml::parse(text, name);
    } catch (toml::parse_error const& error) {
        fault(name, error.source().begin.line, std::string{error.description()});
    }
    WaySettings settings;
    for (auto const& [key, node] : root) {
        std::string const known{key.str()};
        auto const* const table = node.as_table();
        bool const is_way = std::find(ways.begin(), ways.end(), known) != ways.end();
        if (known == "public_url") {
            auto const url = node.value_exact<std::string>();
            if (!url || (!url->starts_with("https://") && !url->starts_with("http://")))
                fault(name, node, "'public_url' must be a text that begins with https:// or http://");
            settings.public_url = url->substr(0, url->find_last_not_of('/') + 1);
        } else if (known == "webhook" && table != nullptr) {
            read_webhook(name, *table, settings);
        } else if (is_way && table != nullptr) {
            auto& section = settings.sections[known];
            for (auto const& [inner, value] : *table)
                section[std::string{inner.str()}] = texts(name, known, value);
        } else {
            fault(name, node,
                  "'" + known + "' is unknown; there are public_url, [webhook], [mail] and [drop]");
        }
    }
    return settings;
}

WaySettings load_way_settings(std::string const& folder) {
    auto const path = folder + "/subscriptions.toml";
    return io::file_exists(path) ? parse_way_settings(io::read_file(path), path) : WaySettings{};
}

} // namespace gateway::subscribe

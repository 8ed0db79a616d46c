// Keys of one table of a configuration. Internal to the readers of kreislauf.toml.
//
// Errors   Error invalid_argument with file:line:column and what is expected
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/io/toml_library.hpp"

namespace gateway::app {

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
        std::optional<int> value;
        number(key, value, low, high);
        if (value) out = *value;
    }
    void number(std::string_view key, std::optional<int>& out, std::int64_t low, std::int64_t high) {
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
    void texts(std::string_view key, std::vector<std::string>& out, bool required = true) {
        auto const* const node = find(key, required);
        if (node == nullptr) return;
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
    /// A table in the table; null where it is not there.
    toml::table const* table(std::string_view key) {
        auto const* const node = find(key, false);
        if (node == nullptr) return nullptr;
        if (!node->is_table()) fail(*node, "'" + std::string{key} + "' must be a section");
        return node->as_table();
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

/// Relative paths are relative to the file.
inline std::string beside(std::string const& file, std::string const& path) {
    if (path.empty() || path.front() == '/') return path;
    auto const slash = file.rfind('/');
    return slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

struct ServeConfig;
/// config_serve.cpp
ServeConfig read_serve(std::string const& file, toml::table const& table);
struct IntakeConfig;
/// Reads the section [intake].
IntakeConfig read_intake(std::string const& file, toml::table const& table);

struct SourceLimits;
struct NightConfig;
struct BrakeConfig;
/// config_night.cpp
void read_source_limits(std::string const& file, Keys& keys, std::vector<std::string> const& tables,
                        SourceLimits& limits);
NightConfig read_night(std::string const& file, toml::table const& table);
BrakeConfig read_brake(std::string const& file, toml::table const& table);

} // namespace gateway::app

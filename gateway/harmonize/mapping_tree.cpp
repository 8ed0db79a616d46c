#include "gateway/harmonize/mapping_tree.hpp"

#include <algorithm>
#include <sstream>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/io/toml_library.hpp"
#include "gateway/io/toml_trouble.hpp"

namespace gateway::harmonize {
namespace {

FilePlace mark_of(toml::source_region const& region) {
    return {static_cast<std::uint32_t>(region.begin.line), static_cast<std::uint32_t>(region.begin.column)};
}

Tree convert(toml::node const& node, std::string const& file);

void fill(Tree& tree, toml::table const& table, std::string const& file) {
    tree.kind = Tree::Kind::table;
    tree.members.reserve(table.size());
    for (auto const& entry : table) {
        tree.members.push_back(
            {std::string{entry.first.str()}, mark_of(entry.first.source()), convert(entry.second, file)});
    }
}

Tree convert(toml::node const& node, std::string const& file) {
    Tree tree;
    tree.mark = mark_of(node.source());
    switch (node.type()) {
    case toml::node_type::table: fill(tree, *node.as_table(), file); break;
    case toml::node_type::array:
        tree.kind = Tree::Kind::array;
        tree.members.reserve(node.as_array()->size());
        for (auto const& element : *node.as_array()) {
            tree.members.push_back({{}, mark_of(element.source()), convert(element, file)});
        }
        break;
    case toml::node_type::string:
        tree.kind = Tree::Kind::text;
        tree.text = node.as_string()->get();
        break;
    case toml::node_type::integer:
        tree.kind = Tree::Kind::integer;
        tree.integer = node.as_integer()->get();
        break;
    case toml::node_type::floating_point: {
        tree.kind = Tree::Kind::number;
        std::ostringstream text;
        text << node.as_floating_point()->get();
        tree.text = text.str();
        break;
    }
    case toml::node_type::boolean:
        tree.kind = Tree::Kind::boolean;
        tree.integer = node.as_boolean()->get() ? 1 : 0;
        break;
    case toml::node_type::date: {
        auto const date = node.as_date()->get();
        auto const day = days_from_date(date.year, date.month, date.day);
        if (!day)
            fault(file, tree.mark, "a date that does not exist", "a date", "correct the day or the month");
        tree.kind = Tree::Kind::date;
        tree.integer = *day;
        tree.text = date_text(*day);
        break;
    }
    default:
        fault(file, tree.mark, "a time of day", "a date such as 2024-12-31",
              "leave the time of day out: mapping files know days only");
    }
    return tree;
}

std::vector<Tree::Member> const no_members;

} // namespace

Tree const* Tree::find(std::string_view key) const noexcept {
    if (kind != Kind::table) return nullptr;
    for (auto const& member : members) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

std::string describe(Tree const& node) {
    switch (node.kind) {
    case Tree::Kind::table: return "a table";
    case Tree::Kind::array: return "a list";
    case Tree::Kind::text: return "the text '" + node.text + "'";
    case Tree::Kind::integer: return "the number " + std::to_string(node.integer);
    case Tree::Kind::number: return "the number " + node.text;
    case Tree::Kind::boolean: return node.integer != 0 ? "true" : "false";
    case Tree::Kind::date: return "the date " + node.text;
    }
    return "something else";
}

Tree parse_toml(std::string_view text, std::string const& file) {
    if (auto const trouble = io::toml_trouble(text))
        fault(file, {trouble->line, trouble->column}, trouble->found, "a key or a value of TOML",
              trouble->next_step);
    try {
        auto const table = toml::parse(text);
        Tree tree;
        tree.mark = {1, 1};
        fill(tree, table, file);
        return tree;
    } catch (toml::parse_error const& error) {
        auto const mark = mark_of(error.source());
        throw Error(Errc::malformed,
                    "mappings/" + file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column) +
                        ": found no valid TOML (" + std::string{error.description()} +
                        "), expected TOML 1.0; next step: correct this line, see docs/mappings.md");
    }
}

void fault(std::string const& file, FilePlace mark, std::string_view found, std::string_view expected,
           std::string_view next_step) {
    std::string text =
        "mappings/" + file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
    text.append(": found ").append(found).append(", expected ").append(expected);
    text.append("; next step: ").append(next_step);
    throw Error(Errc::malformed, text);
}

std::string const& text_of(Tree const& node, std::string const& file) {
    if (node.kind != Tree::Kind::text) {
        fault(file, node.mark, describe(node), "a text in quotes", "put the value into quotes");
    }
    return node.text;
}

Section Section::table(std::string_view key) const {
    auto const* node = tree == nullptr ? nullptr : tree->find(key);
    if (node != nullptr && node->kind != Tree::Kind::table) {
        fault(*file, node->mark, describe(*node), "a table", "see docs/mappings.md for this key");
    }
    return {file, node};
}

std::string Section::text(std::string_view key, std::string_view otherwise) const {
    auto const* node = tree == nullptr ? nullptr : tree->find(key);
    return node == nullptr ? std::string{otherwise} : text_of(*node, *file);
}

std::int64_t Section::integer(std::string_view key, std::int64_t otherwise) const {
    auto const* node = tree == nullptr ? nullptr : tree->find(key);
    if (node == nullptr) return otherwise;
    if (node->kind != Tree::Kind::integer) {
        fault(*file, node->mark, describe(*node), "a whole number", "write the number without quotes");
    }
    return node->integer;
}

std::optional<std::int32_t> Section::day(std::string_view key) const {
    auto const* node = tree == nullptr ? nullptr : tree->find(key);
    if (node == nullptr) return std::nullopt;
    if (node->kind != Tree::Kind::date) {
        fault(*file, node->mark, describe(*node), "a date", "write it as 2024-12-31, without quotes");
    }
    return static_cast<std::int32_t>(node->integer);
}

std::vector<std::string> Section::texts(std::string_view key) const {
    std::vector<std::string> result;
    auto const* node = tree == nullptr ? nullptr : tree->find(key);
    if (node == nullptr) return result;
    if (node->kind != Tree::Kind::array) {
        fault(*file, node->mark, describe(*node), "a list of texts", "write [\"...\", \"...\"]");
    }
    for (auto const& element : node->members) result.push_back(text_of(element.value, *file));
    return result;
}

std::vector<Tree::Member> const& Section::members() const noexcept {
    return tree == nullptr ? no_members : tree->members;
}

std::vector<Section> Section::tables(std::string_view key) const {
    std::vector<Section> result;
    auto const* node = tree == nullptr ? nullptr : tree->find(key);
    if (node == nullptr) return result;
    if (node->kind != Tree::Kind::array) {
        fault(*file, node->mark, describe(*node), "a list of tables", "write [[...]] above each entry");
    }
    for (auto const& element : node->members) {
        if (element.value.kind != Tree::Kind::table) {
            fault(*file, element.value.mark, describe(element.value), "a table",
                  "write [[...]] above each entry");
        }
        result.push_back({file, &element.value});
    }
    return result;
}

std::string Section::rule(FilePlace at) const {
    return "mappings/" + *file + ":" + std::to_string(at.line);
}

} // namespace gateway::harmonize

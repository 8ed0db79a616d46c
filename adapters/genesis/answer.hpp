// JSON answers of the GENESIS web services: status, lists, metadata.
//
// Shape    an envelope (Ident, Status, Parameter, List or Object or the five lists of find) or a flat object
//          (logincheck; refusals with Code 2, 15, 6). Every leaf is text at the source, counts too; it stays
//          text here. Codes are numbers; decide on the code, never on the text.
// Errors   Error malformed naming line and column where the bytes are not JSON of either shape.
// Source   docs/adapters/genesis-format.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"

namespace adapters::genesis {

/// One entry of a list. Members as served and in that order; null is "", a nested value is its JSON text.
struct AnswerItem {
    gateway::Fields fields;
    /// Value of a member ("LatestUpdate"), or empty. The view lives as long as the item.
    [[nodiscard]] std::string_view at(std::string_view name) const noexcept;
    [[nodiscard]] std::string_view code() const noexcept { return at("Code"); }
    [[nodiscard]] std::string_view content() const noexcept { return at("Content"); }
};

/// A list under its name ("List", or "Tables", "Cubes" ... of find/find).
struct AnswerList {
    std::string name;
    bool is_null = false; ///< served as null: nothing found
    std::vector<AnswerItem> items;
};

/// A node of the structure of a table, in the order of reading; `depth` 0 stands at the top of its part.
struct StructureNode {
    unsigned depth = 0;
    std::string code, content;
    std::string type; ///< "Statistik", "Merkmal", "variable"
    std::string values, selected, updated;
};

struct StructurePart {
    std::string name; ///< "Head", "Columns", "Rows", "Subtitel", "Subheading" (spelt as served)
    std::vector<StructureNode> nodes;
};

/// `Object` of metadata/table, cube, statistic, variable.
struct AnswerObject {
    std::optional<std::string> code, content, valid, state, updated, latest_update;
    bool has_time = false;
    std::optional<std::string> time_from, time_to;
    bool has_structure = false;
    std::vector<StructurePart> structure;
};

struct Answer {
    bool flat = false;             ///< no envelope
    std::optional<int> code;       ///< Status.Code, or Code of a flat refusal
    std::string content;           ///< Status.Content, or Content of a flat refusal
    std::string type;              ///< "Information", "Warnung", "Fehler", "ERROR"
    std::string status_text;       ///< flat: Status is text (logincheck)
    std::string username;          ///< flat: Username; may be a token, never log it
    std::string service, method;   ///< Ident
    gateway::Fields parameters;    ///< the echo of what was asked, localised by the source
    std::vector<AnswerList> lists; ///< empty where the answer has none
    std::optional<AnswerObject> object;
    std::string copyright;
    std::vector<std::string> top_level_keys;

    /// The list called "List", or nothing where the answer has none.
    [[nodiscard]] AnswerList const* list() const noexcept;
    /// Value of the parameter echo, or empty.
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

/// Reads an answer. A byte order mark is skipped.
/// \throws Error malformed
Answer parse_answer(std::string_view json);

} // namespace adapters::genesis

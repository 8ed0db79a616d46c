// Text of SDMX messages: escaping, texts in two languages, what may be an id.
//
// Errors   none: a byte that is no UTF-8, or a character that XML 1.0 cannot carry, becomes U+FFFD, so that a
//          message is always well-formed and the defect stays visible
// Source   XML 1.0 production 2 [Char]; RFC 8259; SDMX 2.1 SDMXCommonReferences.xsd (IDType, NCNameIDType)
#pragma once

#include <string>
#include <string_view>

namespace gateway::sdmx::common {

/// Maintenance agency of our artefacts.
inline constexpr std::string_view our_agency = "KREISLAUF";
/// Version of everything that is made from the store.
inline constexpr std::string_view our_version = "1.0";

/// A text in German and English; one of them may be empty.
struct LocalText {
    std::string de, en;
    /// The text in `language` ("de", "en"), or in the other one where it is missing.
    [[nodiscard]] std::string const& in(std::string_view language) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return de.empty() && en.empty(); }
    friend bool operator==(LocalText const&, LocalText const&) = default;
};

/// Appends `text` as it may stand in XML text and between double quotation marks.
void append_xml(std::string& out, std::string_view text);
/// Appends `text` as a JSON string with its quotation marks.
void append_json(std::string& out, std::string_view text);

/// True for what SDMX takes as the id of a code: A-Z a-z 0-9 _ @ $ -.
bool is_id(std::string_view text) noexcept;
/// True for what SDMX takes as the id of a component or data structure: a letter, then A-Z a-z 0-9 _ -.
bool is_component_id(std::string_view text) noexcept;

} // namespace gateway::sdmx::common

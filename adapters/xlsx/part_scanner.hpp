// The XML of one part of an OOXML package, in pieces.
//
// A strict scanner for what spreadsheets hold: one root, matching tags, no DTD, no processing instructions but
// the declaration, valid UTF-8, no control characters, the five entities and character references only. It
// needs no tree: a sheet of any size costs one buffer of a piece and the longest token.
//
// Shape    feed() any cut of the part, then finish(). Names arrive without the prefix of the root; elements
//          under another prefix (extensions) are checked and passed over with all they hold.
// Errors   Error malformed, wrong_charset, truncated, too_large; the text names part, line and column.
// Source   XML 1.0 (fifth edition); ECMA-376 part 1; both the transitional and the strict namespace.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"

namespace adapters::xlsx {

struct XmlAttribute {
    std::string_view name; ///< as written, with its prefix
    std::string_view raw;  ///< still escaped
};

/// Attributes of one start tag. Views live for the call.
class XmlAttributes {
  public:
    explicit XmlAttributes(std::span<XmlAttribute const> all) : all_(all) {}
    /// The raw value, empty where absent. Numbers and references never need escapes; texts: decode_xml.
    [[nodiscard]] std::string_view operator[](std::string_view name) const noexcept {
        for (auto const& attribute : all_)
            if (attribute.name == name) return attribute.raw;
        return {};
    }
    /// The value of the first attribute with this local name under any prefix ("r:id").
    [[nodiscard]] std::string_view local(std::string_view name) const noexcept;

  private:
    std::span<XmlAttribute const> all_;
};

class PartHandler {
  public:
    PartHandler() = default;
    PartHandler(PartHandler const&) = delete;
    PartHandler& operator=(PartHandler const&) = delete;
    virtual ~PartHandler() = default;
    virtual void start(std::string_view name, XmlAttributes const& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    /// Character data; may come in several calls. `verbatim` (CDATA) holds no escapes.
    virtual void text(std::string_view raw, bool verbatim) = 0;
};

/// Appends `raw` with its entities resolved.
/// \throws Error malformed for an unknown entity or a character that XML forbids
void decode_xml(std::string_view raw, std::string& out);

class PartScanner {
  public:
    static constexpr std::size_t max_token_bytes = std::size_t{8} << 20U;
    static constexpr std::size_t max_depth = 64;

    /// `part` names the part in errors; `handler` must outlive the scanner.
    PartScanner(std::string part, PartHandler& handler);

    void feed(std::string_view piece);
    void finish();

  private:
    void scan();
    bool skip_markup(std::size_t at);
    void start_tag(std::string_view tag, std::size_t at);
    void end_tag(std::string_view name, std::size_t at);
    void read_attributes(std::string_view rest, std::size_t at);
    void declaration(std::string_view text, std::size_t at) const;
    void characters(std::string_view raw, bool verbatim, std::size_t at);
    void check_bytes();
    [[noreturn]] void fail(gateway::Errc code, std::size_t at, std::string const& what) const;

    std::string part_;
    PartHandler& handler_;
    std::string buffer_;
    std::size_t used_ = 0;    // bytes of buffer_ that are done with
    std::size_t checked_ = 0; // bytes of buffer_ that are known to be UTF-8
    std::uint64_t lines_ = 0; // line ends before buffer_
    std::uint64_t bytes_since_line_ = 0;
    std::string open_;                   // names of open elements, one after the other
    std::vector<std::size_t> open_ends_; // where each name ends in open_
    std::vector<XmlAttribute> attributes_;
    std::string prefix_;      // of the root, with its colon
    std::size_t foreign_ = 0; // depth inside an element of another prefix
    bool root_seen_ = false;
    bool first_ = true;
};

} // namespace adapters::xlsx

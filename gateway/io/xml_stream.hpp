// XML as a stream of tags, strict and in constant memory.
//
// What is checked: UTF-8 (or a declared single-byte encoding) and the characters XML allows, one root, nesting,
// no attribute twice, declared prefixes, only the five named entities and character references, no document
// type declaration (hence no entity bombs and no external entities), and the limits below. Tags that look like
// one seen before but for their values, which is nearly every tag of a data feed, are compared with it instead
// of being taken apart again.
//
// Use      next() until done. An empty element gives start and end. Text of white space alone is left out;
//          other text can come in several pieces (CDATA, comments in between). take() gives an element as its
//          bytes, for a DOM parser: that is how a feed larger than memory is cut into records.
// Views    live until the next call of next(), skip() or take().
// Errors   Error malformed, truncated, too_large, wrong_charset: "NAME:LINE:COLUMN: text". Lines and characters
//          count from 1.
// Source   XML 1.0 (fifth edition), Namespaces in XML 1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"

namespace gateway::io {

struct XmlLimits {
    std::size_t depth = 256;
    std::size_t attributes = 512;                       ///< of one element
    std::size_t token_bytes = std::size_t{1} << 20U;    ///< one tag, text or comment
    std::size_t element_bytes = std::size_t{16} << 20U; ///< that take() returns
};

struct XmlAttribute {
    std::string_view name;   ///< "xsi:type"
    std::string_view prefix; ///< "xsi"; empty where there is none
    std::string_view local;  ///< "type"
    std::string_view raw;    ///< as it stands between the quotation marks
    bool is_plain = true;    ///< nothing in `raw` must be resolved
};

/// Writes up to `room` bytes to `into` and returns how many; 0 at the end of the document.
using XmlSource = std::function<std::size_t(char* into, std::size_t room)>;
/// Reads bytes in memory; they must outlive the stream.
XmlSource xml_source(std::string_view bytes);
/// Reads a file a piece at a time. \throws Error io, not_found
XmlSource xml_file(std::string const& path);

class XmlStream {
  public:
    enum class Token : std::uint8_t { start, end, text, done };

    XmlStream(XmlSource source, std::string name, XmlLimits const& limits = {});
    ~XmlStream();
    XmlStream(XmlStream&&) noexcept;
    XmlStream& operator=(XmlStream&&) = delete;
    XmlStream(XmlStream const&) = delete;
    XmlStream& operator=(XmlStream const&) = delete;

    Token next();

    // Of a start or end tag. At an end only name(), local() and prefix().
    [[nodiscard]] std::string_view name() const noexcept;
    [[nodiscard]] std::string_view local() const noexcept;
    [[nodiscard]] std::string_view prefix() const noexcept;
    /// Namespace of the element; empty where it has none.
    [[nodiscard]] std::string_view space() const;
    [[nodiscard]] std::span<XmlAttribute const> attributes() const noexcept;
    /// The value with references resolved and white space as XML wants it.
    [[nodiscard]] std::string_view value(XmlAttribute const& attribute);
    /// Value of the attribute with this local name and no prefix (or any prefix); empty where there is none.
    [[nodiscard]] std::string_view value_of(std::string_view local);
    /// Namespace bound to a prefix here; empty where none is.
    [[nodiscard]] std::string_view bound(std::string_view of_prefix) const;
    /// Tags with equal numbers have the same element, and the same attribute names in the same order, while no
    /// prefix is bound anew. `no_shape` where the tag is not remembered.
    [[nodiscard]] std::uint32_t shape() const noexcept;
    static constexpr std::uint32_t no_shape = UINT32_MAX;

    /// Of a text token: resolved, line ends as \n.
    [[nodiscard]] std::string_view text();

    /// Number of open elements; that of a start tag counts.
    [[nodiscard]] std::size_t depth() const noexcept;
    /// Where the token begins.
    [[nodiscard]] Position position();
    /// Where an attribute's value begins.
    [[nodiscard]] Position position(XmlAttribute const& attribute);
    [[nodiscard]] std::uint64_t offset() const noexcept; ///< byte after the token, as UTF-8
    [[nodiscard]] std::string const& document() const noexcept;

    /// After a start: goes to the end of the element, so that next() gives what follows it.
    void skip();
    /// After a start: the whole element as its bytes, checked; next() gives what follows it.
    std::string_view take();
    /// After a start: the text of an element that has no elements in it.
    /// \throws Error malformed where it has
    std::string take_text();

    /// \throws Error with the place of the token
    [[noreturn]] void fail(Errc code, std::string const& text);

  private:
    class Scanner;
    std::unique_ptr<Scanner> scanner_;
};

} // namespace gateway::io

// The characters of an XML document, checked and ready to scan. Internal to xml_stream.cpp.
//
// Shape    a window of UTF-8 that ends in a NUL, which no document holds: loops stop there without counting.
//          What came in ISO-8859-1, ISO-8859-15 or windows-1252 (as the declaration says) is turned into UTF-8.
// Errors   Error wrong_charset for bytes that are no UTF-8 and for encodings nobody reads here, malformed for
//          control characters; each is raised when the scanner gets there, so that it does not depend on how
//          the document was cut.
// Source   XML 1.0, productions 2 [Char], 80 [EncodingDecl]; RFC 3629
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/io/xml_stream.hpp"

namespace gateway::io {

class XmlInput {
  public:
    XmlInput(XmlSource source, std::string name);

    [[nodiscard]] char const* begin() const noexcept { return window_.data(); }
    [[nodiscard]] char const* end() const noexcept { return window_.data() + size_; }
    /// Reads on. What lies before `keep` is given up; returns how far the rest moved towards the front.
    /// False in `grew` where the document has ended.
    std::ptrdiff_t more(char const* keep, bool& grew);

    /// Line and character of a place in the window.
    [[nodiscard]] Position locate(char const* place);
    /// Bytes of the document (as UTF-8) before a place in the window.
    [[nodiscard]] std::uint64_t offset(char const* place) const noexcept {
        return dropped_ + static_cast<std::uint64_t>(place - window_.data());
    }
    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    /// \throws Error `code` with "NAME:LINE:COLUMN: text"
    [[noreturn]] void fail(Errc code, char const* place, std::string const& text);

    /// The most that more() adds at a time. A template may be compared that far behind the end.
    static constexpr std::size_t step_bytes = std::size_t{64} << 10U;
    static constexpr std::size_t slack_bytes = 512;

  private:
    enum class Encoding : std::uint8_t { unknown, utf8, latin1, latin9, windows1252 };
    void detect();
    std::size_t fill(char* into);
    void check(std::size_t from);
    void count_to(char const* place) noexcept;

    XmlSource source_;
    std::string name_;
    std::vector<char> window_;
    std::vector<char> raw_;     ///< before it is turned into UTF-8
    std::size_t size_ = 0;      ///< checked bytes in the window
    std::size_t held_ = 0;      ///< bytes behind them that are not checked: a character cut in two
    char hidden_ = '\0';        ///< the first of those, while the NUL stands in its place
    std::uint64_t dropped_ = 0; ///< bytes given up
    std::size_t mark_ = 0;      ///< position up to which lines are counted
    std::uint64_t line_ = 1;    ///< of mark_
    std::uint32_t column_ = 1;
    Encoding encoding_ = Encoding::unknown;
    bool ended_ = false;
    bool fault_ = false; ///< the byte at size_ is wrong
};

} // namespace gateway::io

// The scanner behind XmlStream. Internal to xml_stream.cpp.
//
// A start tag is parsed once and remembered as its literal pieces, the text between the values (`<Obs
// TIME_PERIOD="`, `" OBS_VALUE="`, `"/>`). Later tags are first compared with the tag that followed last time:
// equal literals are a proof of everything that was checked then, so that only the values must be looked at.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/io/xml_input.hpp"
#include "gateway/io/xml_stream.hpp"

namespace gateway::io {

class XmlStream::Scanner {
  public:
    Scanner(XmlSource source, std::string name, XmlLimits const& limits);

    Token next();
    void skip();
    std::string_view take();

    [[nodiscard]] std::string_view value(XmlAttribute const& attribute);
    [[nodiscard]] std::string_view text();
    [[nodiscard]] std::string_view bound(std::string_view prefix) const;
    [[nodiscard]] std::string_view space() const;

    XmlInput input;
    std::string_view name, prefix, local;
    std::span<XmlAttribute const> attributes; ///< of a shape, or `parsed_`
    std::uint32_t shape = XmlStream::no_shape;
    char const* token = nullptr; ///< where the token begins
    char const* at = nullptr;    ///< byte after it
    [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }

  private:
    enum class Step : std::uint8_t { done, more };
    struct Shape {
        std::string element;
        std::vector<std::string> literals; ///< one more than there are attributes
        std::vector<XmlAttribute> names;   ///< views into `literals`; values of the tag matched last
        std::size_t prefix_size = 0;       ///< with the colon
        bool is_empty = false;
        std::uint32_t version = 0; ///< bindings under which names were checked
        std::uint32_t next = 0;    ///< shape of the start tag that followed last time
    };
    struct Open {
        std::size_t name = 0; ///< start in names_
        std::size_t size = 0;
        std::uint32_t bindings = 0; ///< that the element added
    };
    struct Binding {
        std::string prefix;
        std::string space;
    };
    /// A name and where it ends; the end is nullptr where the window ends in it.
    struct Name {
        std::string_view text;
        char const* end = nullptr;
    };

    [[noreturn]] void fail(Errc code, char const* place, std::string const& what) {
        input.fail(code, place, what);
    }
    /// Reads on, keeping the token; fails where the document ends in it.
    void more(std::string const& inside);
    bool try_more();

    // xml_scanner.cpp
    Token end_of_document();
    Step markup(char const* from, Token& found);
    Step end_tag(char const* from);
    Step comment(char const* from);
    Step cdata(char const* from);
    Step instruction(char const* from);
    Step text_token(char const* from);
    char const* find(char const* from, std::string_view what) const;
    void close();

    // xml_scanner_tag.cpp
    bool known_tag(char const* from);
    bool match(Shape& candidate, char const* from);
    Step start_tag(char const* from);
    Step attribute(char const*& from, std::vector<std::string_view>& pieces, char const*& piece);
    Name name_at(char const* from) const;
    void bind(std::size_t count);
    void check_names();
    void check_references();
    void remember(std::vector<std::string_view> const& pieces, bool is_empty);
    void use(std::uint32_t number);
    void open(bool is_empty);
    void split(std::string_view full, char const* place, std::string_view& of_prefix,
               std::string_view& of_local);

    XmlLimits limits_;
    std::vector<XmlAttribute> parsed_; ///< of a tag taken apart
    std::deque<Shape> shapes_;
    std::vector<Open> open_;
    std::string names_; ///< of open elements, one after the other
    std::vector<Binding> bindings_;
    std::uint32_t version_ = 0;    ///< changes with the bindings
    std::uint32_t shape_base_ = 0; ///< number of shapes forgotten
    std::uint32_t last_ = 0;       ///< shape of the last start tag that has one
    char const* pin_ = nullptr;    ///< what take() must not lose
    std::string_view raw_text_;
    bool is_plain_text_ = true;
    bool pending_end_ = false; ///< of an empty element
    bool seen_root_ = false;
    bool seen_anything_ = false;
    std::deque<std::string> scratch_;
    std::size_t scratch_used_ = 0;
    std::vector<std::string_view> pieces_;
};

/// True for white space of XML.
constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
/// First byte that is no white space; the NUL behind the window is none.
char const* skip_blank(char const* at) noexcept;

/// Appends `raw` with references resolved. In attributes white space becomes blanks, else line ends \n.
/// Returns where it stopped at a reference that is none, nullptr where there was no such.
char const* resolve_xml(std::string_view raw, bool is_attribute, std::string& out);

} // namespace gateway::io

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "gateway/io/xml_scanner.hpp"

namespace gateway::io {
namespace {

constexpr std::size_t most_shapes = 64;
constexpr std::size_t longest_literal = 256; // less than XmlInput::slack_bytes
constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";

enum : unsigned char { name_part = 1, name_start = 2, ends_value = 4 };

constexpr std::array<unsigned char, 256> classes = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned c = 0; c < 256; ++c) {
        bool const letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || c >= 0x80;
        bool const other = (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (letter) table[c] |= name_start;
        if (letter || other) table[c] |= name_part;
        if (c == '"' || c == '\'' || c == '<' || c == '&' || c == 0 || c == '\n' || c == '\t' || c == '\r')
            table[c] |= ends_value;
    }
    return table;
}();

bool is_one_of(char c, unsigned char kind) noexcept {
    return (classes[static_cast<unsigned char>(c)] & kind) != 0;
}

/// End of the value that `quote` closes, or the '<' or NUL that comes before it.
char const* value_end(char const* from, char quote, bool& is_plain) noexcept {
    is_plain = true;
#if defined(__SSE2__)
    // Nearly every value ends within sixteen bytes. The window has room behind its end.
    __m128i bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    auto const is = [bytes](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    auto const control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    auto const stops = _mm_or_si128(_mm_or_si128(is(quote), is('<')), _mm_or_si128(is('&'), control));
    auto const mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (mask != 0) {
        from += __builtin_ctz(mask);
        if (*from == quote || *from == '<' || *from == '\0') return from;
    } else {
        from += sizeof bytes;
    }
#endif
    while (true) {
        while (!is_one_of(*from, ends_value)) ++from;
        if (*from == quote || *from == '<' || *from == '\0') return from;
        if (*from != '"' && *from != '\'') is_plain = false;
        ++from;
    }
}

} // namespace

char const* skip_blank(char const* at) noexcept {
#if defined(__SSE2__)
    __m128i bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    auto const is = [bytes](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    auto const blank = _mm_or_si128(_mm_or_si128(is(' '), is('\n')), _mm_or_si128(is('\t'), is('\r')));
    auto const mask = ~static_cast<unsigned>(_mm_movemask_epi8(blank)) & 0xFFFFU;
    if (mask != 0) return at + __builtin_ctz(mask);
    at += sizeof bytes;
#endif
    while (is_blank(*at)) ++at;
    return at;
}

/// Compares the tag at `from` with those that followed before.
bool XmlStream::Scanner::known_tag(char const* from) {
    if (shapes_.empty() || !seen_root_ || open_.empty() || open_.size() >= limits_.depth) return false;
    auto const expected = shapes_[last_].next;
    if (match(shapes_[expected], from)) {
        use(expected);
        return true;
    }
    for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
        if (i == expected || !match(shapes_[i], from)) continue;
        use(i);
        return true;
    }
    return false;
}

bool XmlStream::Scanner::match(Shape& candidate, char const* from) {
    if (candidate.version != version_) return false;
    auto const& literals = candidate.literals;
    if (std::memcmp(from, literals[0].data(), literals[0].size()) != 0) return false;
    from += literals[0].size();
    for (std::size_t i = 1; i < literals.size(); ++i) {
        auto const& literal = literals[i];
        auto& attribute = candidate.names[i - 1];
        auto const* const end = value_end(from, literal[0], attribute.is_plain);
        if (*end != literal[0] || std::memcmp(end, literal.data(), literal.size()) != 0) return false;
        attribute.raw = {from, static_cast<std::size_t>(end - from)};
        from = end + literal.size();
    }
    at = from;
    return true;
}

void XmlStream::Scanner::use(std::uint32_t number) {
    auto const& known = shapes_[number];
    attributes = known.names;
    name = known.element;
    prefix = name.substr(0, known.prefix_size == 0 ? 0 : known.prefix_size - 1);
    local = name.substr(known.prefix_size);
    shapes_[last_].next = number;
    last_ = number;
    shape = shape_base_ + number;
    open(known.is_empty);
    check_references();
}

/// A reference that is none is a fault whether or not somebody asks for the value.
void XmlStream::Scanner::check_references() {
    for (auto const& attribute : attributes)
        if (!attribute.is_plain) static_cast<void>(value(attribute));
}

void XmlStream::Scanner::open(bool is_empty) {
    if (open_.size() >= limits_.depth)
        fail(Errc::too_large, token,
             "elements nested deeper than " + std::to_string(limits_.depth) + "; no sound source sends that");
    auto const start = open_.empty() ? 0 : open_.back().name + open_.back().size;
    names_.resize(start);
    names_.append(name);
    open_.push_back({start, name.size(), 0});
    pending_end_ = is_empty;
    seen_root_ = true;
}

XmlStream::Scanner::Name XmlStream::Scanner::name_at(char const* from) const {
    if (*from == '\0') return {};
    if (!is_one_of(*from, name_start)) return {{}, from};
    auto const* end = from;
    while (is_one_of(*end, name_part)) ++end;
    if (*end == '\0') return {};
    return {{from, static_cast<std::size_t>(end - from)}, end};
}

XmlStream::Scanner::Step XmlStream::Scanner::start_tag(char const* from) {
    if (open_.empty() && seen_root_)
        fail(Errc::malformed, from,
             "a second root element; a document has one: are these several documents?");
    auto const element = name_at(from + 1);
    if (element.end == nullptr) return Step::more;
    if (element.text.empty())
        fail(Errc::malformed, from, "'<' that begins no tag; in text it is written &lt;");
    parsed_.clear();
    pieces_.clear();
    auto const* piece = from;
    auto const* place = element.end;
    while (true) {
        auto const* const before = place;
        while (is_blank(*place)) ++place;
        if (*place == '\0') return Step::more;
        if (*place == '>' || *place == '/') break;
        if (place == before) fail(Errc::malformed, place, "white space is missing before an attribute");
        if (attribute(place, pieces_, piece) == Step::more) return Step::more;
    }
    bool const is_empty = *place == '/';
    if (is_empty && place[1] == '\0') return Step::more;
    if (is_empty && place[1] != '>') fail(Errc::malformed, place, "'/' inside a tag");
    auto const* const end = place + (is_empty ? 2 : 1);
    pieces_.emplace_back(piece, static_cast<std::size_t>(end - piece));
    attributes = parsed_;
    name = element.text;
    split(name, from + 1, prefix, local);
    at = end;
    shape = XmlStream::no_shape;
    open(is_empty);
    auto const bindings_before = bindings_.size();
    bind(attributes.size());
    check_names();
    check_references();
    if (bindings_.size() == bindings_before) remember(pieces_, is_empty);
    return Step::done;
}

XmlStream::Scanner::Step
XmlStream::Scanner::attribute(char const*& from, std::vector<std::string_view>& pieces, char const*& piece) {
    auto const found = name_at(from);
    if (found.end == nullptr) return Step::more;
    if (found.text.empty())
        fail(Errc::malformed, from, "character '" + std::string(1, *from) + "' where an attribute is due");
    auto const* place = found.end;
    while (is_blank(*place)) ++place;
    if (*place == '\0') return Step::more;
    if (*place != '=')
        fail(Errc::malformed, place, "'=' is missing behind attribute '" + std::string{found.text} + "'");
    ++place;
    while (is_blank(*place)) ++place;
    if (*place == '\0') return Step::more;
    char const quote = *place;
    if (quote != '"' && quote != '\'')
        fail(Errc::malformed, place,
             "the value of attribute '" + std::string{found.text} + "' does not begin with a quotation mark");
    ++place;
    XmlAttribute attribute;
    auto const* const end = value_end(place, quote, attribute.is_plain);
    if (*end == '\0') return Step::more;
    if (*end == '<')
        fail(Errc::malformed, end,
             "'<' in the value of attribute '" + std::string{found.text} +
                 "'; it is written &lt; (or a quotation mark is missing)");
    if (parsed_.size() >= limits_.attributes)
        fail(Errc::too_large, from,
             "an element with more than " + std::to_string(limits_.attributes) + " attributes");
    attribute.name = found.text;
    split(attribute.name, from, attribute.prefix, attribute.local);
    attribute.raw = {place, static_cast<std::size_t>(end - place)};
    parsed_.push_back(attribute);
    pieces.emplace_back(piece, static_cast<std::size_t>(place - piece));
    piece = end;
    from = end + 1;
    return Step::done;
}

void XmlStream::Scanner::split(std::string_view full, char const* place, std::string_view& of_prefix,
                               std::string_view& of_local) {
    auto const colon = full.find(':');
    of_prefix = colon == std::string_view::npos ? std::string_view{} : full.substr(0, colon);
    of_local = colon == std::string_view::npos ? full : full.substr(colon + 1);
    if (colon == 0 || of_local.empty() || of_local.find(':') != std::string_view::npos ||
        !is_one_of(of_local.front(), name_start))
        fail(Errc::malformed, place, "name '" + std::string{full} + "' has a colon in a wrong place");
}

void XmlStream::Scanner::bind(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        auto const& attribute = attributes[i];
        bool const is_default = attribute.name == "xmlns";
        if (!is_default && attribute.prefix != "xmlns") continue;
        auto const space = value(attribute);
        auto const bound_prefix = is_default ? std::string_view{} : attribute.local;
        if (!is_default && space.empty())
            fail(Errc::malformed, attribute.raw.data(),
                 "prefix '" + std::string{bound_prefix} + "' is bound to nothing");
        if (bound_prefix == "xmlns" || (bound_prefix == "xml") != (space == xml_space))
            fail(Errc::malformed, attribute.raw.data(),
                 "prefix '" + std::string{bound_prefix} + "' must not be bound to '" + std::string{space} +
                     "'");
        bindings_.push_back({std::string{bound_prefix}, std::string{space}});
        ++open_.back().bindings;
        ++version_;
    }
}

/// Prefixes are declared and no attribute stands twice, neither by name nor by namespace and name.
void XmlStream::Scanner::check_names() {
    auto const require = [this](std::string_view of_prefix, std::string_view of_name) {
        if (of_prefix.empty() || of_prefix == "xml" || !bound(of_prefix).empty()) return;
        fail(Errc::malformed, of_name.data(), "prefix '" + std::string{of_prefix} + "' is not declared");
    };
    require(prefix, name);
    struct Key {
        std::string_view local, space;
        std::size_t index;
        bool operator<(Key const& other) const {
            return local != other.local   ? local < other.local
                   : space != other.space ? space < other.space
                                          : index < other.index;
        }
    };
    std::vector<Key> keys;
    keys.reserve(attributes.size());
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        auto const& attribute = attributes[i];
        if (attribute.name == "xmlns") {
            keys.push_back({"xmlns", "", i});
            continue;
        }
        if (attribute.prefix == "xmlns") {
            keys.push_back({attribute.local, "xmlns", i});
            continue;
        }
        require(attribute.prefix, attribute.name);
        keys.push_back(
            {attribute.local, attribute.prefix.empty() ? std::string_view{} : bound(attribute.prefix), i});
    }
    std::sort(keys.begin(), keys.end());
    for (std::size_t i = 1; i < keys.size(); ++i)
        if (keys[i - 1].local == keys[i].local && keys[i - 1].space == keys[i].space) {
            auto const& second = attributes[keys[i].index].name;
            fail(Errc::malformed, second.data(), "attribute '" + std::string{second} + "' stands twice");
        }
}

void XmlStream::Scanner::remember(std::vector<std::string_view> const& pieces, bool is_empty) {
    if (shapes_.size() >= most_shapes) {
        // A feed has few shapes. One that has many changes them, and the oldest guesses are worth least.
        shape_base_ += static_cast<std::uint32_t>(shapes_.size());
        shapes_.clear();
        last_ = 0;
    }
    for (auto const& piece : pieces)
        if (piece.size() > longest_literal) return;
    auto& made = shapes_.emplace_back();
    made.element = name;
    made.prefix_size = prefix.empty() ? 0 : prefix.size() + 1;
    made.is_empty = is_empty;
    made.version = version_;
    for (auto const& piece : pieces) made.literals.emplace_back(piece);
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        auto copy = attributes[i];
        auto const into = [&](std::string_view part) {
            if (part.empty()) return std::string_view{};
            auto const start = static_cast<std::size_t>(part.data() - pieces[i].data());
            return std::string_view{made.literals[i]}.substr(start, part.size());
        };
        copy.name = into(copy.name);
        copy.prefix = into(copy.prefix);
        copy.local = into(copy.local);
        made.names.push_back(copy);
    }
    auto const number = static_cast<std::uint32_t>(shapes_.size() - 1);
    if (number != 0) shapes_[last_].next = number;
    last_ = number;
    shape = shape_base_ + number;
}

std::string_view XmlStream::Scanner::bound(std::string_view of_prefix) const {
    if (of_prefix == "xml") return xml_space;
    for (auto i = bindings_.size(); i > 0; --i)
        if (bindings_[i - 1].prefix == of_prefix) return bindings_[i - 1].space;
    return {};
}

std::string_view XmlStream::Scanner::space() const {
    return bound(prefix);
}

} // namespace gateway::io

#include "gateway/io/xml_scanner.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gateway::io {

using Token = XmlStream::Token;

XmlStream::Scanner::Scanner(XmlSource source, std::string document, XmlLimits const& limits)
    : input(std::move(source), std::move(document)), limits_(limits) {
    at = token = input.end();
}

bool XmlStream::Scanner::try_more() {
    auto const* const keep = pin_ != nullptr ? pin_ : token;
    auto const at_offset = at - keep;
    auto const token_offset = token - keep;
    bool grew = false;
    input.more(keep, grew);
    token = input.begin() + token_offset;
    at = input.begin() + at_offset;
    if (pin_ != nullptr) pin_ = input.begin();
    return grew;
}

void XmlStream::Scanner::more(std::string const& inside) {
    if (static_cast<std::size_t>(input.end() - token) > limits_.token_bytes)
        fail(Errc::too_large, token,
             inside + " of more than " + std::to_string(limits_.token_bytes) +
                 " bytes; no sound source sends that");
    if (pin_ != nullptr && static_cast<std::size_t>(input.end() - pin_) > limits_.element_bytes)
        fail(Errc::too_large, token,
             "the record around this place has more than " + std::to_string(limits_.element_bytes) +
                 " bytes; name an element further in as the record");
    if (!try_more()) fail(Errc::truncated, token, "the document ends in " + inside + " that begins here");
}

Token XmlStream::Scanner::next() {
    scratch_used_ = 0;
    if (pending_end_) {
        pending_end_ = false;
        attributes = {};
        close();
        return Token::end;
    }
    while (true) {
        token = at;
        auto const* place = skip_blank(at);
        if (*place == '\0') {
            if (static_cast<std::size_t>(place - token) > limits_.token_bytes) token = at = place;
            if (try_more()) continue;
            token = at = input.end();
            return end_of_document();
        }
        if (*place != '<') {
            while (text_token(at) == Step::more) more("text");
            return Token::text;
        }
        token = at = place;
        if (at[1] != '/' && at[1] != '!' && at[1] != '?' && known_tag(at)) return Token::start;
        Token found = Token::done;
        while (markup(at, found) == Step::more) more(open_.empty() ? "markup" : "a tag");
        seen_anything_ = true;
        if (found != Token::done) return found;
    }
}

Token XmlStream::Scanner::end_of_document() {
    if (!open_.empty())
        fail(Errc::truncated, at,
             "the document ends although element '" + names_.substr(open_.back().name, open_.back().size) +
                 "' is open; fetch it again");
    if (!seen_root_) fail(Errc::empty_document, at, "there is no XML element; is this the right file?");
    return Token::done;
}

/// A start, end or CDATA gives its token; whatever else there is gives done and is passed over.
XmlStream::Scanner::Step XmlStream::Scanner::markup(char const* from, Token& found) {
    char const kind = from[1];
    if (kind == '\0') return Step::more;
    if (kind == '/') {
        found = Token::end;
        return end_tag(from);
    }
    if (kind == '?') return instruction(from);
    if (kind == '!') {
        for (std::string_view const start : {"<!--", "<![CDATA[", "<!DOCTYPE"}) {
            auto const size = std::min(start.size(), static_cast<std::size_t>(input.end() - from));
            if (std::memcmp(from, start.data(), size) != 0) continue;
            if (size < start.size()) return Step::more;
            if (start[2] == '-') return comment(from);
            if (start[2] == '[') {
                found = Token::text;
                return cdata(from);
            }
            fail(Errc::malformed, from,
                 "a document type declaration is not accepted (it can define entities that unfold without "
                 "end); "
                 "ask the sender for plain XML or remove it");
        }
        fail(Errc::malformed, from, "'<!' begins neither a comment nor CDATA");
    }
    found = Token::start;
    return start_tag(from);
}

char const* XmlStream::Scanner::find(char const* from, std::string_view what) const {
    auto const rest = std::string_view{from, static_cast<std::size_t>(input.end() - from)};
    auto const place = rest.find(what);
    return place == std::string_view::npos ? nullptr : from + place;
}

XmlStream::Scanner::Step XmlStream::Scanner::comment(char const* from) {
    auto const* const dashes = find(from + 4, "--");
    if (dashes == nullptr || dashes[2] == '\0') return Step::more;
    if (dashes[2] != '>') fail(Errc::malformed, dashes, "'--' inside a comment");
    at = dashes + 3;
    return Step::done;
}

XmlStream::Scanner::Step XmlStream::Scanner::cdata(char const* from) {
    if (open_.empty()) fail(Errc::malformed, from, "CDATA outside the root element");
    auto const* const end = find(from + 9, "]]>");
    if (end == nullptr) return Step::more;
    raw_text_ = {from + 9, static_cast<std::size_t>(end - from - 9)};
    is_plain_text_ = true;
    at = end + 3;
    return Step::done;
}

XmlStream::Scanner::Step XmlStream::Scanner::instruction(char const* from) {
    auto const* const end = find(from + 2, "?>");
    if (end == nullptr) return Step::more;
    auto const target = std::string_view{from + 2, 3};
    bool const is_declaration = end - from >= 5 && (target == "xml" || target == "XML" || target == "Xml") &&
                                (is_blank(from[5]) || from[5] == '?');
    if (is_declaration && (seen_anything_ || input.offset(from) > 0))
        fail(Errc::malformed, from, "the XML declaration is not at the beginning of the document");
    at = end + 2;
    return Step::done;
}

XmlStream::Scanner::Step XmlStream::Scanner::text_token(char const* from) {
    if (open_.empty()) {
        while (is_blank(*from)) ++from;
        fail(Errc::malformed, from,
             seen_root_ ? "text after the root element" : "text before the root element; is this XML?");
    }
    bool is_plain = true;
    auto const* end = from;
    for (; *end != '<'; ++end) {
        if (*end == '\0') return Step::more;
        if (*end == '&' || *end == '\r') is_plain = false;
        if (*end == '>' && end - from >= 2 && end[-1] == ']' && end[-2] == ']')
            fail(Errc::malformed, end - 2, "']]>' in text");
    }
    raw_text_ = {from, static_cast<std::size_t>(end - from)};
    is_plain_text_ = is_plain;
    if (!is_plain) static_cast<void>(text());
    at = end;
    return Step::done;
}

XmlStream::Scanner::Step XmlStream::Scanner::end_tag(char const* from) {
    if (open_.empty()) fail(Errc::malformed, from, "an end tag without its start");
    auto const& element = open_.back();
    auto const expected = std::string_view{names_}.substr(element.name, element.size);
    auto const* const place = from + 2;
    auto const room = static_cast<std::size_t>(input.end() - place);
    bool const is_expected =
        room > expected.size() && std::memcmp(place, expected.data(), expected.size()) == 0;
    if (!is_expected || (place[expected.size()] != '>' && !is_blank(place[expected.size()]))) {
        auto const* end = place;
        while (*end != '\0' && *end != '>' && !is_blank(*end) && *end != '<') ++end;
        if (*end == '\0') return Step::more;
        fail(Errc::malformed, from,
             "end tag '" + std::string{place, end} + "' where element '" + std::string{expected} +
                 "' is open");
    }
    auto const* end = place + expected.size();
    while (is_blank(*end)) ++end;
    if (*end == '\0') return Step::more;
    if (*end != '>') fail(Errc::malformed, end, "an end tag holds nothing but its name");
    at = end + 1;
    attributes = {};
    close();
    return Step::done;
}

void XmlStream::Scanner::close() {
    auto const element = open_.back();
    open_.pop_back();
    // The name stays readable until the next element overwrites it.
    name = std::string_view{names_}.substr(element.name, element.size);
    auto const colon = name.find(':');
    prefix = colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
    local = colon == std::string_view::npos ? name : name.substr(colon + 1);
    shape = XmlStream::no_shape;
    if (element.bindings != 0) {
        bindings_.resize(bindings_.size() - element.bindings);
        ++version_;
    }
}

void XmlStream::Scanner::skip() {
    auto const outside = open_.size() - 1;
    while (open_.size() > outside) next();
}

std::string_view XmlStream::Scanner::take() {
    pin_ = token;
    auto const outside = open_.size() - 1;
    while (open_.size() > outside) next();
    std::string_view const bytes{pin_, static_cast<std::size_t>(at - pin_)};
    pin_ = nullptr;
    return bytes;
}

} // namespace gateway::io

#include "adapters/xlsx/part_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "adapters/xlsx/utf8.hpp"

namespace adapters::xlsx {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr bool is_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':' || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool begins_name(char c) noexcept {
    return is_name(c) && !(c >= '0' && c <= '9') && c != '-' && c != '.';
}

std::size_t name_end(std::string_view text, std::size_t from) noexcept {
    while (from < text.size() && is_name(text[from])) ++from;
    return from;
}

/// End of a tag that begins before `from`: the first '>' outside quotes.
std::size_t tag_end(std::string_view text, std::size_t from) noexcept {
    for (auto i = from; i < text.size(); ++i) {
        if (text[i] == '>') return i;
        if (text[i] != '"' && text[i] != '\'') continue;
        i = text.find(text[i], i + 1);
        if (i == std::string_view::npos) break;
    }
    return std::string_view::npos;
}

} // namespace

std::string_view XmlAttributes::local(std::string_view name) const noexcept {
    for (auto const& attribute : all_) {
        auto const colon = attribute.name.find(':');
        auto const local =
            colon == std::string_view::npos ? attribute.name : attribute.name.substr(colon + 1);
        if (local == name) return attribute.raw;
    }
    return {};
}

void decode_xml(std::string_view raw, std::string& out) {
    for (;;) {
        auto const at = raw.find('&');
        out.append(raw.substr(0, at));
        if (at == std::string_view::npos) return;
        auto const end = raw.find(';', at);
        auto const name =
            end == std::string_view::npos ? std::string_view{} : raw.substr(at + 1, end - at - 1);
        if (name == "amp") {
            out += '&';
        } else if (name == "lt") {
            out += '<';
        } else if (name == "gt") {
            out += '>';
        } else if (name == "quot") {
            out += '"';
        } else if (name == "apos") {
            out += '\'';
        } else if (!name.empty() && name.front() == '#' && append_reference(name.substr(1), out)) {
        } else {
            throw Error{Errc::malformed, "unknown entity '" + std::string{raw.substr(at, 12)} +
                                             "': only &amp; &lt; &gt; &quot; &apos; and numbers are read"};
        }
        raw.remove_prefix(end + 1);
    }
}

PartScanner::PartScanner(std::string part, PartHandler& handler) : part_(std::move(part)), handler_(handler) {
    attributes_.reserve(16);
}

void PartScanner::fail(Errc code, std::size_t at, std::string const& what) const {
    auto const before = std::string_view{buffer_}.substr(0, at);
    auto const lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    auto const last = before.rfind('\n');
    auto const column =
        last == std::string_view::npos ? bytes_since_line_ + before.size() + 1 : before.size() - last;
    throw Error{code, part_ + ":" + std::to_string(lines_ + lines + 1) + ":" + std::to_string(column) + ": " +
                          what};
}

void PartScanner::feed(std::string_view piece) {
    if (used_ > 0) {
        auto const gone = std::string_view{buffer_}.substr(0, used_);
        lines_ += static_cast<std::uint64_t>(std::count(gone.begin(), gone.end(), '\n'));
        auto const last = gone.rfind('\n');
        bytes_since_line_ =
            last == std::string_view::npos ? bytes_since_line_ + gone.size() : gone.size() - last - 1;
        buffer_.erase(0, used_);
        checked_ -= used_;
        used_ = 0;
    }
    buffer_.append(piece);
    if (first_) {
        if (buffer_.size() < 4) return;
        first_ = false;
        if (buffer_.compare(0, 3, "\xEF\xBB\xBF") == 0) {
            used_ = checked_ = 3;
        } else if (buffer_.compare(0, 2, "\xFF\xFE") == 0 || buffer_.compare(0, 2, "\xFE\xFF") == 0 ||
                   buffer_[0] == '\0' || buffer_[1] == '\0') {
            fail(Errc::wrong_charset, 0,
                 "the part is UTF-16 or UTF-32; UTF-8 is read: save it again as .xlsx");
        }
    }
    check_bytes();
    scan();
    if (buffer_.size() - used_ > max_token_bytes)
        fail(Errc::too_large, used_,
             "one tag or text is longer than " + std::to_string(max_token_bytes) + " bytes");
}

void PartScanner::finish() {
    first_ = false;
    check_bytes();
    scan();
    auto const rest = std::string_view{buffer_}.substr(used_);
    if (checked_ < buffer_.size()) fail(Errc::wrong_charset, checked_, "a character is cut off at the end");
    if (!open_ends_.empty()) {
        auto const from = open_ends_.size() > 1 ? open_ends_[open_ends_.size() - 2] : 0;
        fail(Errc::truncated, buffer_.size(), "the part ends inside <" + open_.substr(from) + ">");
    }
    if (!std::all_of(rest.begin(), rest.end(), is_blank))
        fail(rest.front() == '<' ? Errc::truncated : Errc::malformed, used_,
             "the part ends in the middle of markup");
    if (!root_seen_) fail(Errc::malformed, buffer_.size(), "the part has no element");
}

void PartScanner::check_bytes() {
    auto const bad = check_utf8(buffer_, checked_);
    if (bad != std::string_view::npos)
        fail(Errc::wrong_charset, bad,
             "byte " + hex_byte(buffer_[bad]) + " is not allowed here: not UTF-8 or a control character");
}

void PartScanner::scan() {
    for (;;) {
        auto const rest = std::string_view{buffer_}.substr(used_);
        auto const open = rest.find('<');
        if (open == std::string_view::npos) return;
        if (open > 0) {
            characters(rest.substr(0, open), false, used_);
            used_ += open;
        }
        auto const at = used_;
        if (buffer_.size() - at < 2) return;
        if (buffer_[at + 1] == '!' || buffer_[at + 1] == '?') {
            if (!skip_markup(at)) return;
            continue;
        }
        auto const end = tag_end(buffer_, at + 1);
        if (end == std::string_view::npos) return;
        auto const tag = std::string_view{buffer_}.substr(at + 1, end - at - 1);
        used_ = end + 1;
        if (!tag.empty() && tag.front() == '/')
            end_tag(tag.substr(1), at);
        else
            start_tag(tag, at);
    }
}

/// Comments, CDATA and the declaration; false where the end has not come yet.
bool PartScanner::skip_markup(std::size_t at) {
    auto const rest = std::string_view{buffer_}.substr(at);
    auto const begins = [&](std::string_view word) {
        return rest.substr(0, word.size()) == word.substr(0, rest.size());
    };
    if (begins("<!--")) {
        auto const end = rest.find("-->", 4);
        if (rest.size() < 4 || end == std::string_view::npos) return false;
        used_ = at + end + 3;
        return true;
    }
    if (begins("<![CDATA[")) {
        auto const end = rest.find("]]>", 9);
        if (rest.size() < 9 || end == std::string_view::npos) return false;
        used_ = at + end + 3;
        characters(rest.substr(9, end - 9), true, at);
        return true;
    }
    if (rest[1] == '!') fail(Errc::malformed, at, "a DTD or another declaration, which is never read");
    auto const end = rest.find("?>");
    if (end == std::string_view::npos) return false;
    declaration(rest.substr(2, end - 2), at);
    used_ = at + end + 2;
    return true;
}

void PartScanner::declaration(std::string_view text, std::size_t at) const {
    if (text.substr(0, 4) != "xml " || root_seen_ || !open_ends_.empty()) {
        // Office writes <?mso-application?> into other formats; in a part it has no meaning and does no harm.
        if (text.substr(0, 3) == "xml")
            fail(Errc::malformed, at, "an XML declaration that does not come first");
        return;
    }
    auto const encoding = text.find("encoding");
    if (encoding == std::string_view::npos) return;
    auto const value = text.substr(encoding);
    auto const open = value.find_first_of("\"'");
    auto const close = open == std::string_view::npos ? open : value.find(value[open], open + 1);
    if (close == std::string_view::npos) fail(Errc::malformed, at, "an unfinished XML declaration");
    std::string name{value.substr(open + 1, close - open - 1)};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name != "utf-8" && name != "utf8" && name != "us-ascii")
        fail(Errc::wrong_charset, at, "encoding '" + name + "'; UTF-8 is read: save it again as .xlsx");
}

void PartScanner::characters(std::string_view raw, bool verbatim, std::size_t at) {
    if (open_ends_.empty()) {
        if (verbatim || !std::all_of(raw.begin(), raw.end(), is_blank))
            fail(Errc::malformed, at, "text outside the root element");
        return;
    }
    if (foreign_ > 0) return;
    try {
        handler_.text(raw, verbatim);
    } catch (Error const& error) {
        fail(error.code(), at, error.what());
    }
}

void PartScanner::read_attributes(std::string_view rest, std::size_t at) {
    attributes_.clear();
    std::size_t i = 0;
    while (i < rest.size()) {
        auto const blank = i;
        while (i < rest.size() && is_blank(rest[i])) ++i;
        if (i == rest.size()) return;
        auto const end = name_end(rest, i);
        if (blank == i || end == i || !begins_name(rest[i]))
            fail(Errc::malformed, at, "broken attribute at '" + std::string{rest.substr(i, 20)} + "'");
        auto const name = rest.substr(i, end - i);
        i = end;
        while (i < rest.size() && is_blank(rest[i])) ++i;
        if (i == rest.size() || rest[i] != '=')
            fail(Errc::malformed, at, "attribute '" + std::string{name} + "' without value");
        ++i;
        while (i < rest.size() && is_blank(rest[i])) ++i;
        if (i == rest.size() || (rest[i] != '"' && rest[i] != '\''))
            fail(Errc::malformed, at, "value of attribute '" + std::string{name} + "' without quotes");
        auto const close = rest.find(rest[i], i + 1);
        if (close == std::string_view::npos)
            fail(Errc::malformed, at, "value of attribute '" + std::string{name} + "' does not end");
        auto const value = rest.substr(i + 1, close - i - 1);
        if (value.find('<') != std::string_view::npos)
            fail(Errc::malformed, at, "'<' in attribute '" + std::string{name} + "'");
        for (auto const& other : attributes_)
            if (other.name == name)
                fail(Errc::malformed, at, "attribute '" + std::string{name} + "' given twice");
        attributes_.push_back({name, value});
        i = close + 1;
    }
}

void PartScanner::start_tag(std::string_view tag, std::size_t at) {
    bool const closed = !tag.empty() && tag.back() == '/';
    if (closed) tag.remove_suffix(1);
    auto const end = name_end(tag, 0);
    if (end == 0 || !begins_name(tag.front()))
        fail(Errc::malformed, at, "'<" + std::string{tag.substr(0, 20)} + "' is no tag");
    auto const name = tag.substr(0, end);
    read_attributes(tag.substr(end), at);
    if (open_ends_.empty()) {
        if (root_seen_) fail(Errc::malformed, at, "a second root element <" + std::string{name} + ">");
        root_seen_ = true;
        auto const colon = name.find(':');
        prefix_ = colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon + 1);
    }
    if (open_ends_.size() == max_depth)
        fail(Errc::too_large, at, "elements nested deeper than " + std::to_string(max_depth));
    bool const own = foreign_ == 0 && name.substr(0, prefix_.size()) == prefix_ &&
                     name.find(':', prefix_.size()) == std::string_view::npos;
    open_ += name;
    open_ends_.push_back(open_.size());
    if (own) {
        try {
            handler_.start(name.substr(prefix_.size()), XmlAttributes{attributes_});
        } catch (Error const& error) {
            fail(error.code(), at, error.what());
        }
    } else {
        ++foreign_;
    }
    if (closed) end_tag(name, at);
}

void PartScanner::end_tag(std::string_view name, std::size_t at) {
    auto const end = name_end(name, 0);
    for (auto i = end; i < name.size(); ++i)
        if (!is_blank(name[i])) fail(Errc::malformed, at, "broken end tag </" + std::string{name} + ">");
    name = name.substr(0, end);
    if (open_ends_.empty()) fail(Errc::malformed, at, "</" + std::string{name} + "> closes nothing");
    auto const from = open_ends_.size() > 1 ? open_ends_[open_ends_.size() - 2] : 0;
    if (std::string_view{open_}.substr(from) != name)
        fail(Errc::malformed, at, "</" + std::string{name} + "> where </" + open_.substr(from) + "> is due");
    open_.resize(from);
    open_ends_.pop_back();
    if (foreign_ > 0) {
        --foreign_;
        return;
    }
    try {
        handler_.end(name.substr(prefix_.size()));
    } catch (Error const& error) {
        fail(error.code(), at, error.what());
    }
}

} // namespace adapters::xlsx

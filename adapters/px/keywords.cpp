#include "adapters/px/keywords.hpp"

namespace adapters::px {

using gateway::Errc;
using gateway::Error;
using gateway::Position;

namespace {

constexpr std::size_t max_keywords = 1000000;
constexpr std::size_t max_text_bytes = std::size_t{1} << 20U;

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_keyword(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// TLIST(A1) or TLIST(A1,"2005"-"2010"): everything in the brackets as one bare value, with its quotes.
std::string bare(Cursor& cursor) {
    std::string text;
    int open = 0;
    while (!cursor.at_end()) {
        auto const c = cursor.peek();
        if (open == 0 && (c == ',' || c == ';' || is_blank(c))) break;
        if (c == ';') break;
        if (c == '(') ++open;
        if (c == ')') --open;
        if (!is_blank(c)) text += c;
        cursor.take();
        if (text.size() > max_text_bytes) cursor.fail(Errc::too_large, "a value is longer than 1 MiB");
    }
    return text;
}

void read_keys(Cursor& cursor, Keyword& keyword) {
    cursor.take(); // the bracket
    for (;;) {
        cursor.skip_blanks();
        if (cursor.peek() != '"')
            cursor.fail(Errc::malformed,
                        "a name in quotation marks is due in the brackets of " + keyword.name);
        std::string text;
        cursor.quoted(text);
        keyword.keys.push_back(std::move(text));
        cursor.skip_blanks();
        if (cursor.peek() == ',') {
            cursor.take();
            continue;
        }
        if (cursor.peek() != ')')
            cursor.fail(Errc::malformed, "the brackets of " + keyword.name + " do not close");
        cursor.take();
        return;
    }
}

void read_values(Cursor& cursor, Keyword& keyword) {
    for (;;) {
        cursor.skip_blanks();
        if (cursor.at_end())
            cursor.fail(Errc::truncated, "the file ends within " + keyword.name + ": fetch it again");
        auto const c = cursor.peek();
        if (c == ';') {
            cursor.take();
            return;
        }
        if (c == ',') {
            cursor.take();
        } else if (c == '"') {
            Value value;
            value.quoted = true;
            cursor.quoted(value.text);
            keyword.values.push_back(std::move(value));
        } else {
            auto text = bare(cursor);
            if (text.empty())
                cursor.fail(Errc::malformed, std::string{"'"} + c + "' in the values of " + keyword.name);
            keyword.values.push_back({std::move(text), false});
        }
    }
}

} // namespace

void Cursor::skip_blanks() noexcept {
    while (at_ < bytes_.size() && is_blank(bytes_[at_])) take();
}

std::string_view Cursor::quoted(std::string& out) {
    auto const begin = position();
    for (;;) {
        take();
        for (;;) {
            if (at_end())
                fail(Errc::truncated, begin, "a text in quotation marks does not end: fetch the file again");
            auto const c = take();
            if (c == '"') break;
            if (c == '\n' || c == '\r') continue; // lines are broken anywhere
            out += c;
            if (out.size() > max_text_bytes) fail(Errc::too_large, begin, "a text is longer than 1 MiB");
        }
        // "abc" on one line and "def" on the next are one text.
        auto const before = *this;
        skip_blanks();
        if (peek() != '"' || line_ == before.line_) {
            *this = before;
            return out;
        }
    }
}

void Cursor::fail(Errc code, std::string const& what) const {
    fail(code, position(), what);
}

void Cursor::fail(Errc code, Position at, std::string const& what) const {
    throw Error{code, name_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + what};
}

std::vector<Keyword> read_keywords(Cursor& cursor) {
    std::vector<Keyword> all;
    for (;;) {
        cursor.skip_blanks();
        Keyword keyword;
        keyword.at = cursor.position();
        if (cursor.at_end()) cursor.fail(Errc::truncated, "the file ends before DATA: fetch it again");
        while (is_keyword(cursor.peek())) {
            auto const c = cursor.take();
            keyword.name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
            if (keyword.name.size() > 100)
                cursor.fail(Errc::malformed, keyword.at, "no keyword is this long");
        }
        if (keyword.name.empty()) cursor.fail(Errc::malformed, "a keyword is due here");
        if (cursor.peek() == '[') {
            cursor.take();
            while (!cursor.at_end() && cursor.peek() != ']' && keyword.language.size() < 20)
                keyword.language += cursor.take();
            if (cursor.peek() != ']')
                cursor.fail(Errc::malformed, "the language of " + keyword.name + " does not close");
            cursor.take();
        }
        cursor.skip_blanks();
        if (cursor.peek() == '(') read_keys(cursor, keyword);
        cursor.skip_blanks();
        if (cursor.peek() != '=') cursor.fail(Errc::malformed, "'=' is due after " + keyword.name);
        cursor.take();
        if (keyword.name == "DATA") {
            all.push_back(std::move(keyword));
            return all;
        }
        read_values(cursor, keyword);
        all.push_back(std::move(keyword));
        if (all.size() > max_keywords) cursor.fail(Errc::too_large, "more than a million keywords");
    }
}

} // namespace adapters::px

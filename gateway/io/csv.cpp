#include "gateway/io/csv.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/core/error.hpp"

namespace gateway::io {
namespace {

char likely_delimiter(std::string_view first_line) {
    char best = ',';
    std::ptrdiff_t most = 0;
    for (char const candidate : {',', ';', '\t'}) {
        std::ptrdiff_t count = 0;
        bool quoted = false;
        for (char const c : first_line) {
            if (c == '"') quoted = !quoted;
            if (c == candidate && !quoted) ++count;
        }
        if (count > most) {
            most = count;
            best = candidate;
        }
    }
    return best;
}

} // namespace

CsvReader::CsvReader(std::string_view bytes, std::string name, std::optional<char> delimiter)
    : name_(std::move(name)) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    delimiter_ = delimiter ? *delimiter : likely_delimiter(bytes.substr(0, bytes.find('\n')));
    at_ = bytes.data();
    end_ = at_ + bytes.size();
    unescaped_.reserve(64);
}

void CsvReader::refuse(std::size_t field, std::string const& what) const {
    throw Error{Errc::malformed,
                name_ + ":" + std::to_string(line_) + ":" + std::to_string(field) + ": " + what};
}

/// Reads the field whose first quotation mark is at `at`; returns where it ends.
char const* CsvReader::quoted(char const* at) {
    auto const* const begin = ++at;
    bool doubled = false;
    for (;;) {
        at = static_cast<char const*>(std::memchr(at, '"', static_cast<std::size_t>(end_ - at)));
        if (at == nullptr) refuse(fields_.size() + 1, "a quotation mark is opened and not closed");
        if (at + 1 < end_ && at[1] == '"') {
            doubled = true;
            at += 2;
            continue;
        }
        break;
    }
    std::string_view text{begin, static_cast<std::size_t>(at - begin)};
    next_line_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    if (doubled) {
        // A deque would do, but rows have few such fields: strings are used again, and never move.
        if (unescaped_count_ == unescaped_.capacity())
            refuse(fields_.size() + 1, "too many fields with doubled quotation marks");
        if (unescaped_count_ == unescaped_.size()) unescaped_.emplace_back();
        auto& plain = unescaped_[unescaped_count_++];
        plain.clear();
        for (std::size_t i = 0; i < text.size(); ++i) {
            plain += text[i];
            if (text[i] == '"') ++i;
        }
        text = plain;
    }
    fields_.push_back(text);
    ++at;
    if (at < end_ && *at == '\r' && (at + 1 == end_ || at[1] == '\n')) ++at;
    if (at < end_ && *at != delimiter_ && *at != '\n')
        refuse(fields_.size(), "text stands behind a closing quotation mark");
    return at;
}

bool CsvReader::next() {
    while (at_ < end_ && (*at_ == '\n' || (*at_ == '\r' && at_ + 1 < end_ && at_[1] == '\n'))) {
        at_ += *at_ == '\r' ? 2 : 1;
        ++next_line_;
    }
    fields_.clear();
    unescaped_count_ = 0;
    if (at_ >= end_) return false;
    line_ = next_line_;
    char const* at = at_;
    char const delimiter = delimiter_;
    for (;;) {
        if (at < end_ && *at == '"') {
            at = quoted(at);
        } else {
            auto const* const begin = at;
            while (at < end_ && *at != delimiter && *at != '\n') ++at;
            auto size = static_cast<std::size_t>(at - begin);
            if (size > 0 && (at == end_ || *at == '\n') && begin[size - 1] == '\r') --size;
            fields_.emplace_back(begin, size);
        }
        if (at >= end_) break;
        if (*at++ == '\n') break;
    }
    ++next_line_;
    at_ = at;
    return true;
}

void append_csv_field(std::string& out, std::string_view field, char delimiter) {
    bool plain = true;
    for (char const c : field) plain = plain && c != delimiter && c != '"' && c != '\n' && c != '\r';
    if (plain) {
        out += field;
        return;
    }
    out += '"';
    for (char const c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

} // namespace gateway::io

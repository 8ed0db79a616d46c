#include "gateway/io/xml_stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "gateway/io/file.hpp"
#include "gateway/io/unicode.hpp"
#include "gateway/io/xml_scanner.hpp"

namespace gateway::io {
namespace {

/// A descriptor that closes itself; shared because std::function copies.
struct File {
    explicit File(std::string const& of) : path(of), number(::open(of.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (number < 0)
            throw Error{errno == ENOENT ? Errc::not_found : Errc::io,
                        reason_text("cannot read", path, errno)};
    }
    ~File() { ::close(number); }
    File(File const&) = delete;
    File& operator=(File const&) = delete;
    std::string path;
    int number;
};

/// The character of a reference without '&' and ';'; 0 where it is none.
std::uint32_t character_of(std::string_view reference) noexcept {
    if (reference == "lt") return '<';
    if (reference == "gt") return '>';
    if (reference == "amp") return '&';
    if (reference == "quot") return '"';
    if (reference == "apos") return '\'';
    if (reference.size() < 2 || reference[0] != '#') return 0;
    bool const is_hex = reference[1] == 'x';
    auto const digits = reference.substr(is_hex ? 2 : 1);
    std::uint32_t code = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [stop, fault] = std::from_chars(digits.data(), end, code, is_hex ? 16 : 10);
    if (fault != std::errc{} || stop != end || digits.empty()) return 0;
    bool const allowed = code == 9 || code == 10 || code == 13 || (code >= 0x20 && code < 0xD800) ||
                         (code >= 0xE000 && code < 0xFFFE) || (code >= 0x10000 && code <= 0x10FFFF);
    return allowed ? code : 0;
}

} // namespace

char const* resolve_xml(std::string_view raw, bool is_attribute, std::string& out) {
    for (std::size_t i = 0; i < raw.size(); ++i) {
        char const c = raw[i];
        if (c == '\r') {
            if (i + 1 < raw.size() && raw[i + 1] == '\n') continue;
            out.push_back(is_attribute ? ' ' : '\n');
        } else if (is_attribute && (c == '\n' || c == '\t')) {
            out.push_back(' ');
        } else if (c != '&') {
            out.push_back(c);
        } else {
            auto const end = raw.find(';', i);
            auto const code =
                end == std::string_view::npos ? 0 : character_of(raw.substr(i + 1, end - i - 1));
            if (code == 0) return raw.data() + i;
            append_utf8(out, code);
            i = end;
        }
    }
    return nullptr;
}

XmlSource xml_source(std::string_view bytes) {
    return [bytes](char* into, std::size_t room) mutable {
        auto const size = std::min(room, bytes.size());
        if (size != 0) std::memcpy(into, bytes.data(), size);
        bytes.remove_prefix(size);
        return size;
    };
}

XmlSource xml_file(std::string const& path) {
    auto file = std::make_shared<File>(path);
    return [file](char* into, std::size_t room) -> std::size_t {
        while (true) {
            auto const got = ::read(file->number, into, room);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) throw Error{Errc::io, reason_text("cannot read", file->path, errno)};
        }
    };
}

std::string_view XmlStream::Scanner::value(XmlAttribute const& attribute) {
    if (attribute.is_plain) return attribute.raw;
    if (scratch_used_ == scratch_.size()) scratch_.emplace_back();
    auto& out = scratch_[scratch_used_++];
    out.clear();
    if (auto const* const place = resolve_xml(attribute.raw, true, out); place != nullptr) {
        auto const rest = std::string_view{
            place, static_cast<std::size_t>(attribute.raw.data() + attribute.raw.size() - place)};
        fail(Errc::malformed, place,
             "'" + std::string{rest.substr(0, std::min<std::size_t>(rest.find(';') + 1, 16))} +
                 "' is none of the five entities of XML and no character; '&' alone is written &amp;");
    }
    return out;
}

std::string_view XmlStream::Scanner::text() {
    if (is_plain_text_) return raw_text_;
    if (scratch_used_ == scratch_.size()) scratch_.emplace_back();
    auto& out = scratch_[scratch_used_++];
    out.clear();
    if (auto const* const place = resolve_xml(raw_text_, false, out); place != nullptr)
        fail(Errc::malformed, place,
             "'&' that begins none of the five entities of XML and no character; alone it is written &amp;");
    return out;
}

XmlStream::XmlStream(XmlSource source, std::string name, XmlLimits const& limits)
    : scanner_(std::make_unique<Scanner>(std::move(source), std::move(name), limits)) {}
XmlStream::~XmlStream() = default;
XmlStream::XmlStream(XmlStream&&) noexcept = default;

XmlStream::Token XmlStream::next() {
    return scanner_->next();
}
std::string_view XmlStream::name() const noexcept {
    return scanner_->name;
}
std::string_view XmlStream::local() const noexcept {
    return scanner_->local;
}
std::string_view XmlStream::prefix() const noexcept {
    return scanner_->prefix;
}
std::string_view XmlStream::space() const {
    return scanner_->space();
}
std::span<XmlAttribute const> XmlStream::attributes() const noexcept {
    return scanner_->attributes;
}
std::string_view XmlStream::value(XmlAttribute const& attribute) {
    return scanner_->value(attribute);
}
std::string_view XmlStream::bound(std::string_view of_prefix) const {
    return scanner_->bound(of_prefix);
}
std::uint32_t XmlStream::shape() const noexcept {
    return scanner_->shape;
}
std::string_view XmlStream::text() {
    return scanner_->text();
}
std::size_t XmlStream::depth() const noexcept {
    return scanner_->depth();
}
Position XmlStream::position() {
    return scanner_->input.locate(scanner_->token);
}
Position XmlStream::position(XmlAttribute const& attribute) {
    return scanner_->input.locate(attribute.raw.data());
}
std::uint64_t XmlStream::offset() const noexcept {
    return scanner_->input.offset(scanner_->at);
}
std::string const& XmlStream::document() const noexcept {
    return scanner_->input.name();
}
void XmlStream::skip() {
    scanner_->skip();
}
std::string_view XmlStream::take() {
    return scanner_->take();
}
void XmlStream::fail(Errc code, std::string const& text) {
    scanner_->input.fail(code, scanner_->token, text);
}

std::string_view XmlStream::value_of(std::string_view local_name) {
    XmlAttribute const* found = nullptr;
    for (auto const& attribute : scanner_->attributes) {
        if (attribute.local != local_name || attribute.prefix == "xmlns") continue;
        if (found == nullptr || attribute.prefix.empty()) found = &attribute;
    }
    return found == nullptr ? std::string_view{} : value(*found);
}

std::string XmlStream::take_text() {
    auto const inside = depth();
    std::string result;
    while (true) {
        auto const token = next();
        if (token == Token::end && depth() < inside) return result;
        if (token == Token::text) result.append(text());
        if (token == Token::start)
            fail(Errc::malformed, "element '" + std::string{name()} + "' where text is due");
    }
}

} // namespace gateway::io

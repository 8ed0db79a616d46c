#include "gateway/http/request_parser.hpp"

#include <algorithm>
#include <utility> // before Asio, which forgets it

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace gateway::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::http::error;

constexpr std::size_t chunk_line_limit = 1024;
constexpr HeadLimits trailer_limits{chunk_line_limit, 8192, 0};
constexpr char const* no_request_line = "the first line is not METHOD ADDRESS HTTP/1.1";

std::string_view view(beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// Letters of other alphabets, brackets and pipes pass, as browsers and SDMX clients send them.
Refusal read_target(std::string_view target, RequestHead& head) {
    if (target.find('#') != std::string_view::npos) return {400, "the address holds '#'"};
    if (target.front() == '/') {
        head.target = target;
        return {};
    }
    if (target == "*") {
        if (head.method != "OPTIONS") return {400, "the address '*' belongs to OPTIONS"};
        head.target = target;
        return {};
    }
    // Absolute form, as sent to proxies; its authority replaces Host (RFC 9112, 3.2.2).
    for (std::string_view const scheme : {"http://", "https://"}) {
        if (target.size() <= scheme.size() || !same_name(target.substr(0, scheme.size()), scheme)) continue;
        auto const rest = target.substr(scheme.size());
        auto const slash = rest.find_first_of("/?");
        head.host = rest.substr(0, slash);
        head.target = slash == std::string_view::npos ? std::string_view{"/"} : rest.substr(slash);
        if (head.host.empty() || head.host.find('@') != std::string_view::npos || head.target.front() != '/')
            break;
        return {};
    }
    return {400, "the address does not begin with '/'"};
}

/// Beast has one error for versions that are not spoken and for words that are none.
Refusal bad_version(std::string_view head) noexcept {
    auto const target = head.find(' ') + 1;
    auto const version = head.find(' ', target) + 1;
    auto const word = head.substr(version, head.find('\r', version) - version);
    if (word.size() == 8 && word.substr(0, 5) == "HTTP/")
        return {505, "HTTP/1.1 and HTTP/1.0 are spoken here"};
    return {400, no_request_line};
}

Refusal head_refusal(error_code code, std::string_view head) noexcept {
    if (code == error::bad_version) return bad_version(head);
    if (code == error::bad_method || code == error::bad_target) return {400, no_request_line};
    if (code == error::bad_field) return {400, "a header field has no usable name"};
    if (code == error::bad_value) return {400, "a header field has no usable value"};
    if (code == error::bad_line_ending) return {400, "a carriage return stands within a line"};
    if (code == error::bad_content_length || code == error::multiple_content_length)
        return {400, "Content-Length is not one number of bytes"};
    if (code == error::bad_transfer_encoding)
        return {400, "Content-Length and Transfer-Encoding contradict each other"};
    if (code == error::header_limit) return {431, "the header fields are too long"};
    return {400, "the head has no end"};
}

bool is_control(char c) noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

} // namespace

class RequestParser::Reader final : public beast::http::basic_parser<true> {
  public:
    Reader(HeadLimits const& limits, RequestHead& head) : limits_{limits}, head_{&head} {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes));
        body_limit(boost::none); // is known behind the head, and set there
    }

    Refusal read_head(std::string_view bytes) {
        error_code code;
        auto const length = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, code);
        if (refusal_.status != 0) return refusal_;
        if (code || length != bytes.size()) return head_refusal(code, bytes);
        auto& head = *std::exchange(head_, nullptr);
        head.chunked = chunked();
        if (auto const announced = content_length()) head.content_length = *announced;
        if (head.chunked && head.http_1_0) return {400, "HTTP/1.0 has no Transfer-Encoding"};
        if (hosts_ == 0 && !head.http_1_0) return {400, "Host is missing"};
        // Beast lets a client of HTTP/1.0 say both.
        head.keep_alive = keep_alive() && !close_;
        if (head.http_1_0) head.expects_continue = false;
        return {};
    }

    Refusal read_part(std::string_view bytes, std::string& body, std::size_t& taken) {
        error_code code;
        body_ = &body;
        taken = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, code);
        body_ = nullptr;
        if (code == error::body_limit) return {413, "the body is too large"};
        if (code) return {400, "a chunk or its trailer cannot be read"};
        return {};
    }

    [[nodiscard]] bool at_chunk_head() const { return chunked() && !in_chunk_; }

    /// Length of what stands before the content of the next chunk: the end of the one before, the size, and behind
    /// the last size the trailer. 0 where bytes are missing. Beast waits for more where the form is broken
    /// already, takes line feeds and NUL in extensions, and knows no limit.
    std::size_t chunk_head(std::string_view bytes, Refusal& refusal) {
        std::string_view const ending = behind_chunk_ ? "\r\n" : "";
        auto const seen = std::min(bytes.size(), ending.size());
        if (bytes.substr(0, seen) != ending.substr(0, seen)) {
            refusal = {400, "a chunk is longer than its size says"};
            return 0;
        }
        bytes.remove_prefix(seen);
        auto const feed = bytes.find('\n');
        if (std::min(feed, bytes.size()) > chunk_line_limit) {
            refusal = {400, "a line of a chunk is too long"};
            return 0;
        }
        if (feed == std::string_view::npos) return 0;
        auto const line = bytes.substr(0, feed);
        if (line.empty() || line.back() != '\r' || std::any_of(line.begin(), line.end() - 1, is_control)) {
            refusal = {400, "a line of a chunk holds a control character or ends without carriage return"};
            return 0;
        }
        auto const digits = line.find_first_not_of("0123456789abcdefABCDEF");
        if (digits == 0 || (line[digits] != ';' && line[digits] != '\r')) {
            refusal = {400, "the size of a chunk is not a hexadecimal number"};
            return 0;
        }
        if (line.find_first_not_of('0') != digits) return seen + feed + 1;
        // The last size and the trailer have the form of a head.
        Refusal form;
        auto const length = trailer_end_.find(bytes, trailer_limits, form);
        if (form.status != 0) refusal = {400, "the trailer of a body is too long or has no sound lines"};
        return length == 0 ? 0 : seen + length;
    }

  private:
    void refuse(unsigned status, char const* what, error_code& code) {
        refusal_ = {status, what};
        code = error::bad_value; // any that makes Beast stop
    }

    void on_request_impl(beast::http::verb method, beast::string_view method_text, beast::string_view target,
                         int version, error_code& code) override {
        using beast::http::verb;
        head_->method = view(method_text);
        head_->http_1_0 = version == 10;
        if (target.size() > limits_.target_bytes) return refuse(414, "the address is too long", code);
        if (method == verb::connect || method == verb::trace)
            return refuse(501, "this method is not offered", code);
        if (auto const refusal = read_target(view(target), *head_); refusal.status != 0)
            refuse(refusal.status, refusal.what, code);
    }

    void on_field_impl(beast::http::field name, beast::string_view name_text, beast::string_view text,
                       error_code& code) override {
        using beast::http::field;
        if (head_ == nullptr) return; // of a trailer
        auto const value = view(text);
        if (head_->fields.size() == limits_.fields)
            return refuse(431, "there are too many header fields", code);
        head_->fields.emplace_back(view(name_text), value);
        switch (name) {
        case field::content_length:
            // Beast takes the same length twice, and as a list.
            if (std::exchange(length_, true)) return refuse(400, "Content-Length stands twice", code);
            if (value.find_first_not_of("0123456789") != std::string_view::npos)
                return refuse(400, "Content-Length is not one number of bytes", code);
            break;
        case field::transfer_encoding:
            if (std::exchange(coded_, true)) return refuse(400, "Transfer-Encoding stands twice", code);
            if (!same_name(value, "chunked"))
                return refuse(501, "the only Transfer-Encoding read is chunked", code);
            break;
        case field::host:
            if (hosts_++ != 0) return refuse(400, "Host stands twice", code);
            if (value.find_first_of(" \t,/@") != std::string_view::npos)
                return refuse(400, "Host is not a name with a port", code);
            if (head_->host.empty()) head_->host = value;
            break;
        case field::connection: close_ = close_ || beast::http::token_list{text}.exists("close"); break;
        case field::expect:
            if (!same_name(value, "100-continue"))
                return refuse(417, "only 100-continue can be expected", code);
            head_->expects_continue = true;
            break;
        default: break;
        }
    }

    std::size_t on_body_impl(beast::string_view content, error_code& /*code*/) override {
        body_->append(content.data(), content.size());
        return content.size();
    }
    void on_chunk_header_impl(std::uint64_t size, beast::string_view /*extensions*/,
                              error_code& /*code*/) override {
        in_chunk_ = size != 0;
    }
    std::size_t on_chunk_body_impl(std::uint64_t left, beast::string_view content,
                                   error_code& /*code*/) override {
        body_->append(content.data(), content.size());
        if (content.size() == left) {
            in_chunk_ = false;
            behind_chunk_ = true;
        }
        return content.size();
    }
    void on_response_impl(int /*status*/, beast::string_view /*reason*/, int /*version*/,
                          error_code& /*code*/) override {}
    void on_header_impl(error_code& /*code*/) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const& /*length*/, error_code& /*code*/) override {}
    void on_finish_impl(error_code& /*code*/) override {}

    HeadLimits const limits_;
    RequestHead* head_; ///< null behind the head
    Refusal refusal_;
    bool length_ = false, coded_ = false, close_ = false;
    unsigned hosts_ = 0;
    bool in_chunk_ = false, behind_chunk_ = false;
    HeadEnd trailer_end_;
    std::string* body_ = nullptr;
};

RequestParser::RequestParser() = default;
RequestParser::~RequestParser() = default;

Refusal RequestParser::read_head(std::string_view bytes, HeadLimits const& limits, RequestHead& head) {
    auto fields = std::move(head.fields);
    fields.clear();
    head = RequestHead{};
    head.fields = std::move(fields);
    reader_ = std::make_unique<Reader>(limits, head);
    return reader_->read_head(bytes);
}

Refusal RequestParser::begin_body(std::uint64_t limit_bytes) {
    if (reader_->content_length().value_or(0) > limit_bytes) return {413, "the body is too large"};
    reader_->body_limit(limit_bytes);
    return {};
}

std::size_t RequestParser::read_body(std::string_view bytes, std::string& body, Refusal& refusal) {
    std::size_t at = 0;
    while (at < bytes.size() && !complete()) {
        auto part = bytes.substr(at);
        if (reader_->at_chunk_head()) {
            part = part.substr(0, reader_->chunk_head(part, refusal));
            if (part.empty()) break;
        }
        std::size_t taken = 0;
        refusal = reader_->read_part(part, body, taken);
        at += taken;
        if (refusal.status != 0) break;
    }
    return at;
}

bool RequestParser::complete() const noexcept {
    return reader_ && reader_->is_done();
}

} // namespace gateway::http

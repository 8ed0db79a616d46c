// What strangers send to the server: heads, chunks, and the fields that it reads. Cutting the bytes anywhere must
// not change what is read; a head that is taken has one framing and clean texts.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/http/access_log.hpp"
#include "gateway/http/coding.hpp"
#include "gateway/http/conditional.hpp"
#include "gateway/http/request_parser.hpp"

namespace {

using namespace gateway::http;

void require(bool holds) {
    if (!holds) std::abort();
}

void head(std::string_view bytes, std::size_t cut) {
    HeadLimits const limits{200, 400, 8};
    HeadEnd whole, pieces;
    Refusal one, two;
    auto const end = whole.find(bytes, limits, one);
    auto second = pieces.find(bytes.substr(0, cut), limits, two);
    if (second == 0 && two.status == 0) second = pieces.find(bytes, limits, two);
    require(end == second && one.status == two.status);
    if (end == 0) return;
    RequestHead read;
    RequestParser parser;
    if (parser.read_head(bytes.substr(0, end), limits, read).status != 0) return;
    require(parser.complete() == (!read.chunked && read.content_length.value_or(0) == 0));
    require(!(read.chunked && read.content_length));
    require(!read.target.empty() && (read.target.front() == '/' || read.target == "*"));
    require(read.target.find_first_of(" \r\n") == std::string_view::npos);
    for (auto const& [name, value] : read.fields)
        require(!name.empty() &&
                value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos);
    Exchange exchange;
    exchange.method = read.method;
    exchange.target = read.target;
    require(access_line(exchange).find('\n') == std::string::npos);
    choose_coding(read.field("Accept-Encoding"));
    auto const tags = read.field("If-None-Match");
    names_tag(without_marks(tags), "\"x\"");
    if (auto const date = read_http_date(read.field("If-Modified-Since")))
        require(read_http_date(http_date(*date)) == date);
}

void body(std::string_view framing, std::string_view bytes, std::size_t cut) {
    constexpr std::uint64_t limit = 1000;
    auto const head = "POST / HTTP/1.1\r\nHost: h\r\n" + std::string{framing} + "\r\n\r\n";
    RequestParser whole, pieces;
    for (auto* const parser : {&whole, &pieces}) {
        RequestHead read;
        require(parser->read_head(head, HeadLimits{}, read).status == 0);
        require(parser->begin_body(limit).status == 0);
    }
    Refusal one, two;
    std::string first, second;
    auto const end = whole.read_body(bytes, first, one);
    auto taken = pieces.read_body(bytes.substr(0, cut), second, two);
    require(taken <= cut);
    if (two.status == 0 && !pieces.complete()) taken += pieces.read_body(bytes.substr(taken), second, two);
    require(one.status == two.status && whole.complete() == pieces.complete() && first == second);
    require(first.size() <= limit && end <= bytes.size());
    if (whole.complete()) require(end == taken);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2) return 0;
    std::string_view const bytes{reinterpret_cast<char const*>(data) + 1, size - 1};
    auto const cut = data[0] % bytes.size();
    head(bytes, cut);
    body("Transfer-Encoding: chunked", bytes, cut);
    body("Content-Length: 50", bytes, cut);
    return 0;
}

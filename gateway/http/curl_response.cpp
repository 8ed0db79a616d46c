#include "gateway/http/curl_response.hpp"

namespace gateway::http {
namespace {

constexpr std::size_t header_limit_bytes = std::size_t{256} << 10U;

std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

} // namespace

void CurlResponse::attach(CURL* handle) {
    auto const& curl = CurlLibrary::instance();
    curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, &CurlResponse::on_body);
    curl.easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl.easy_setopt(handle, CURLOPT_HEADERFUNCTION, &CurlResponse::on_header);
    curl.easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &CurlResponse::on_progress);
    curl.easy_setopt(handle, CURLOPT_XFERINFODATA, this);
    curl.easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

std::size_t CurlResponse::on_body(char* bytes, std::size_t size, std::size_t count, void* self) noexcept {
    auto& here = *static_cast<CurlResponse*>(self);
    auto const length = size * count;
    here.last_byte_ = std::chrono::steady_clock::now();
    if (length > here.body_limit_ - here.response_.body.size()) {
        here.stop_ = Stop::body_too_large;
        return 0;
    }
    try {
        here.response_.body.append(bytes, length);
    } catch (...) { // must not pass through C
        here.stop_ = Stop::no_memory;
        return 0;
    }
    return length;
}

std::size_t CurlResponse::on_header(char* bytes, std::size_t size, std::size_t count, void* self) noexcept {
    auto& here = *static_cast<CurlResponse*>(self);
    auto const length = size * count;
    here.header_bytes_ += length;
    if (here.header_bytes_ > header_limit_bytes) {
        here.stop_ = Stop::headers_too_large;
        return 0;
    }
    try {
        here.header({bytes, length});
    } catch (...) {
        here.stop_ = Stop::no_memory;
        return 0;
    }
    return length;
}

void CurlResponse::header(std::string_view line) {
    // A status line opens a new block: what came before belongs to "100 Continue" or to a proxy.
    if (line.substr(0, 5) == "HTTP/") return response_.headers.clear();
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return;
    response_.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

int CurlResponse::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    auto& here = *static_cast<CurlResponse*>(self);
    // Waiting for the first byte is no stall: a source may compute for minutes. The total limit covers it.
    if (here.last_byte_ == SteadyTime{}) return 0;
    if (std::chrono::steady_clock::now() - here.last_byte_ < here.stall_limit_) return 0;
    here.stop_ = Stop::stalled;
    return 1;
}

} // namespace gateway::http

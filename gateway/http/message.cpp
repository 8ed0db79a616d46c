#include "gateway/http/message.hpp"

#include <algorithm>

namespace gateway::http {
namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace

std::string_view header(Headers const& headers, std::string_view name) noexcept {
    for (auto const& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

Response Response::text(unsigned status, std::string media_type, std::string body) {
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", std::move(media_type));
    response.body = std::make_shared<std::string const>(std::move(body));
    return response;
}

} // namespace gateway::http

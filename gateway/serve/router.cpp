#include "gateway/serve/router.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace gateway::serve {
namespace {

using PathParameters = std::map<std::string, std::string, std::less<>>;

std::string_view next_segment(std::string_view& path) noexcept {
    if (path.starts_with('/')) path.remove_prefix(1);
    auto const end = std::min(path.find('/'), path.size());
    auto const segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

std::optional<PathParameters> matched(std::string_view pattern, std::string_view path) {
    PathParameters found;
    while (!pattern.empty() || !path.empty()) {
        if (pattern.empty() || path.empty()) return std::nullopt;
        auto const expected = next_segment(pattern);
        auto const segment = next_segment(path);
        if (expected.starts_with('{')) {
            auto value = percent_decoded(segment);
            if (!value || value->empty()) return std::nullopt;
            found.emplace(expected.substr(1, expected.size() - 2), std::move(*value));
        } else if (expected != segment) {
            return std::nullopt;
        }
    }
    return found;
}

bool is_dimension(std::string_view name) noexcept {
    auto const good = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
           std::all_of(name.begin(), name.end(), good);
}

void check_parameters(Route const& route, Call const& call) {
    std::set<std::string_view> seen;
    for (auto const& [name, value] : call.parameters) {
        bool const known =
            std::find(route.parameters.begin(), route.parameters.end(), name) != route.parameters.end() ||
            (route.dimensions && is_dimension(name));
        if (!known) {
            std::string names;
            for (auto const& one : route.parameters) names += (names.empty() ? "" : ", ") + one;
            if (names.empty()) names += '-';
            throw Refusal{
                {400,
                 "unknown-parameter",
                 {"There is no such parameter", "Diesen Parameter gibt es nicht"},
                 {"this address has no parameter '" + name + "'",
                  "diese Adresse hat keinen Parameter '" + name + "'"},
                 {"there are: " + names + (route.dimensions ? ", and ids of dimensions such as SEX" : ""),
                  "es gibt: " + names + (route.dimensions ? " und Kennungen von Merkmalen wie SEX" : "")},
                 "query parameter '" + name + "'",
                 value}};
        }
        if (value.empty() && !route.is_form)
            throw Refusal{bad_value(
                name, value,
                {"a value, or leave the parameter out", "einen Wert; sonst den Parameter weglassen"})};
        if (!seen.insert(name).second)
            throw Refusal{bad_value(name, value,
                                    {"the parameter once; several values with commas between them",
                                     "den Parameter einmal; mehrere Werte mit Kommas dazwischen"})};
    }
}

} // namespace

Router::Router(std::vector<Route> routes, std::vector<Mount> mounts)
    : routes_(std::move(routes)), mounts_(std::move(mounts)) {}

Mount const* Router::mount_of(std::string_view path) const noexcept {
    for (auto const& mount : mounts_)
        if (path.starts_with(mount.prefix) &&
            (path.size() == mount.prefix.size() || path[mount.prefix.size()] == '/'))
            return &mount;
    return nullptr;
}

std::string Router::allowed(std::string_view path) const {
    std::set<std::string> methods;
    for (auto const& route : routes_)
        if (matched(route.pattern, path)) {
            methods.insert(route.method);
            if (route.method == "GET") methods.insert("HEAD");
        }
    if (auto const* const mount = mount_of(path); methods.empty() && mount != nullptr) {
        methods = {"GET", "HEAD"};
        if (mount->posts) methods.insert("POST");
    }
    if (methods.empty()) return {};
    methods.insert("OPTIONS");
    std::string text;
    for (auto const& method : methods) text += (text.empty() ? "" : ", ") + method;
    return text;
}

Route const* Router::route_of(std::string_view method, Call& call) const {
    for (auto const& route : routes_) {
        if (route.method != method) continue;
        auto found = matched(route.pattern, call.path);
        if (!found) continue;
        check_parameters(route, call);
        call.in_path = std::move(*found);
        return &route;
    }
    return nullptr;
}

bool Router::receives(std::string_view method, std::string_view path) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](Route const& route) {
        return route.receive && route.method == method && matched(route.pattern, path);
    });
}

std::unique_ptr<http::BodySink> Router::receive(Call& call) const {
    auto const* const route = route_of(call.request.method, call);
    if (route == nullptr || !route->receive) throw Refusal{not_found_here(call.path)};
    return route->receive(call);
}

http::Response Router::dispatch(Call& call) const {
    auto const& asked = call.request.method;
    auto const method = asked == "HEAD" ? std::string{"GET"} : asked;
    if (auto const* const route = route_of(method, call)) return route->handler(call);
    if (auto const* const mount = mount_of(call.path);
        mount != nullptr && (method == "GET" || (method == "POST" && mount->posts)))
        return mount->handler(call);
    auto const allow = allowed(call.path);
    if (allow.empty()) throw Refusal{not_found_here(call.path)};
    if (method == "OPTIONS") {
        http::Response response;
        response.status = 204;
        response.headers = {
            {"Allow", allow},
            {"Access-Control-Allow-Methods", allow},
            {"Access-Control-Allow-Headers",
             "Authorization, X-API-Key, Accept, Accept-Language, Content-Type, If-None-Match, "
             "If-Modified-Since, Range, If-Range, X-Request-Id"},
            {"Access-Control-Max-Age", "86400"}};
        return response;
    }
    throw Refusal{{405,
                   "method-not-allowed",
                   {"The method is not allowed here", "Diese Methode ist hier nicht erlaubt"},
                   {"'" + asked + "' is not allowed here", "'" + asked + "' ist hier nicht erlaubt"},
                   {"allowed: " + allow, "erlaubt: " + allow},
                   "method",
                   asked,
                   {{"Allow", allow}}}};
}

} // namespace gateway::serve

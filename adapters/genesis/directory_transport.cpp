#include "adapters/genesis/directory_transport.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using gateway::HttpResponse;

constexpr std::string_view scheme = "directory:";

/// Value of a field of a form, decoded.
std::string form_value(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        auto const end = std::min(form.find('&'), form.size());
        auto const field = form.substr(0, end);
        form.remove_prefix(std::min(end + 1, form.size()));
        if (field.substr(0, name.size()) != name || field.substr(name.size(), 1) != "=") continue;
        std::string out;
        for (std::size_t i = name.size() + 1; i < field.size(); ++i) {
            unsigned value = 0;
            if (field[i] == '%' && i + 2 < field.size() &&
                std::from_chars(field.data() + i + 1, field.data() + i + 3, value, 16).ec == std::errc{}) {
                out += static_cast<char>(value);
                i += 2;
            } else {
                out += field[i] == '+' ? ' ' : field[i];
            }
        }
        return out;
    }
    return {};
}

/// Names of objects only: nothing that leads elsewhere.
bool is_object_name(std::string_view name) {
    if (name.empty() || name.front() == '.') return false;
    for (char const c : name) {
        auto const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           c == '-' || c == '_' || c == '.';
        if (!plain) return false;
    }
    return true;
}

HttpResponse answer(std::string type, std::string body) {
    HttpResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", std::move(type)}, {"Content-Length", std::to_string(body.size())}};
    response.body = std::move(body);
    return response;
}

HttpResponse json(std::string body) {
    return answer("application/json;charset=UTF-8", std::move(body));
}

HttpResponse nothing_found(std::string_view service, std::string_view method) {
    return json(
        R"({"Ident":{"Service":")" + std::string{service} + R"(","Method":")" + std::string{method} +
        R"("},"Status":{"Code":104,"Content":"Es gibt keine Objekte zum angegebenen Selektionskriterium",)"
        R"("Type":"Information"},"Parameter":{},"Object":null,"Copyright":""})");
}

} // namespace

bool DirectoryTransport::serves(std::string_view url) noexcept {
    return url.substr(0, scheme.size()) == scheme;
}

HttpResponse DirectoryTransport::send(gateway::HttpRequest const& request) {
    std::string_view const url{request.url};
    auto const last = url.rfind('/');
    auto const middle = last == std::string_view::npos || last == 0 ? last : url.rfind('/', last - 1);
    if (!serves(url) || last == std::string_view::npos || middle == std::string_view::npos ||
        middle < scheme.size())
        throw Error{Errc::invalid_argument,
                    request.url +
                        ": expected directory:PATH/ followed by an endpoint such as data/tablefile"};
    auto const folder = std::string{url.substr(scheme.size(), middle - scheme.size())};
    auto const service = url.substr(middle + 1, last - middle - 1);
    auto const method = url.substr(last + 1);
    if (service == "helloworld")
        return json(R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!","Username":"directory"})");
    if (!gateway::io::file_exists(folder))
        throw Error{Errc::not_found, "the folder " + folder + " of the source does not exist"};

    auto name = form_value(request.body, "name");
    if (name.empty()) name = form_value(request.body, "selection");
    if (name.empty()) name = form_value(request.body, "term");
    if (!is_object_name(name)) return nothing_found(service, method);
    struct Kind {
        char const* suffix;
        char const* type;
    };
    constexpr std::array kinds{Kind{".zip", "application/zip"}, Kind{".csv", "text/csv"},
                               Kind{".json", "application/json;charset=UTF-8"}};
    auto const stem = folder + "/" + std::string{service} + "/" + std::string{method} + "/" + name;
    for (auto const& kind : kinds)
        if (gateway::io::file_exists(stem + kind.suffix))
            return answer(kind.type, gateway::io::read_file(stem + kind.suffix));
    return nothing_found(service, method);
}

} // namespace adapters::genesis

#include "gateway/serve/api/publisher.hpp"

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/toml_read.hpp"

namespace gateway::serve::api {
namespace {

namespace toml = io::toml;

constexpr std::string_view contributors = "http://dcat-ap.de/def/contributors/";

[[noreturn]] void fault(std::string const& name, toml::node const& node, std::string const& text) {
    throw Error{Errc::malformed, name + ":" + std::to_string(node.source().begin.line) + ": " + text};
}

bool is_address(std::string_view text) noexcept {
    return (text.starts_with("https://") || text.starts_with("http://")) &&
           text.find_first_of(" <>\"{}|\\^`") == std::string_view::npos;
}

bool is_email(std::string_view text) noexcept {
    auto const at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" <>\"") == std::string_view::npos;
}

} // namespace

Publisher Publisher::load(std::string const& path) {
    if (!io::file_exists(path)) return {};
    return parse(io::read_file(path), path);
}

Publisher Publisher::parse(std::string_view text, std::string const& name) {
    auto const root = io::read_toml(text, name);
    Publisher made;
    for (auto const& [key, node] : root) {
        auto const word = std::string{key.str()};
        auto const value = node.value<std::string>().value_or("");
        if (value.empty()) fault(name, node, "'" + word + "' must be a text that is not empty");
        auto const said = "'" + word + "' is '" + value + "'; expected ";
        if (word == "publisher") {
            made.name = value;
        } else if (word == "homepage" || word == "contact_url") {
            if (!is_address(value)) fault(name, node, said + "an address, https://www.example.de/");
            (word == "homepage" ? made.homepage : made.contact_url) = value;
        } else if (word == "email") {
            if (!is_email(value)) fault(name, node, said + "an address of mail, statistik@example.de");
            made.email = value;
        } else if (word == "contributor") {
            if (!value.starts_with(contributors) || !is_address(value) || value.size() == contributors.size())
                fault(name, node, said + std::string{contributors} + " and the name that GovData has given");
            made.contributor = value;
        } else {
            fault(name, node,
                  "'" + word +
                      "' is unknown; there are publisher, homepage, email, contact_url and contributor");
        }
    }
    return made;
}

} // namespace gateway::serve::api

#include "gateway/io/toml_read.hpp"

#include "gateway/core/error.hpp"
#include "gateway/io/toml_trouble.hpp"

namespace gateway::io {

toml::table read_toml(std::string_view text, std::string const& name) {
    auto const place = [&name](std::uint32_t line) { return name + ":" + std::to_string(line) + ": "; };
    if (auto const trouble = toml_trouble(text))
        throw Error{Errc::malformed, place(trouble->line) + "found " + std::string{trouble->found} + "; " +
                                         std::string{trouble->next_step}};
    try {
        return toml::parse(text, name);
    } catch (toml::parse_error const& error) {
        throw Error{Errc::malformed, place(error.source().begin.line) + std::string{error.description()}};
    }
}

} // namespace gateway::io

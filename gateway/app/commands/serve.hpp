// serve: hands over to kreislauf-server, which carries sockets and TLS, so that every other command starts
// without them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gateway::app {

/// The words for kreislauf-server where the command is serve: everything but that word.
std::optional<std::vector<std::string>> words_of_serve(int argc, char** argv);

/// Becomes kreislauf-server, found beside this program or in ../libexec/kreislauf. Returns only by an exception.
/// \throws Error not_found
[[noreturn]] void become_server(std::vector<std::string> const& words);

} // namespace gateway::app

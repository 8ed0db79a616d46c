// Takes credentials and accounts out of an answer before it is kept or read.
//
// logincheck repeats the user name or token; the first line of a cube names account and group; error pages may
// repeat anything. What is replaced keeps its length, so that nothing else in the document moves. Archives
// and tables of figures are not touched: they hold no account, and a short password could be a figure.
//
// Source   docs/adapters/genesis-access.md
#pragma once

#include <string>

#include "adapters/genesis/credentials.hpp"
#include "adapters/genesis/reader.hpp"

namespace adapters::genesis {

std::string masked_answer(std::string bytes, Payload payload, Credentials const& credentials);

} // namespace adapters::genesis

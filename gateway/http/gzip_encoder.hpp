// gzip in pieces, with zlib. Internal to gateway/http.
//
// Source   RFC 1952
// Errors   Error io where zlib has no memory
#pragma once

#include <memory>

#include "gateway/http/coding.hpp"

namespace gateway::http {

std::unique_ptr<Encoder> make_gzip_encoder(int level); ///< 1 fast to 9 small

} // namespace gateway::http

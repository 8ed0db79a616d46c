// TLS on a connection, with OpenSSL. Internal to gateway/http, but for certificate_concern().
//
// TLS 1.2 and 1.3, HTTP/1.1 in ALPN, no renegotiation. With a client CA every client is asked for a certificate;
// one that does not hold ends the handshake, none is taken unless it is required.
//
// Threads  one context may make channels while others use theirs
// Errors   Error invalid_argument naming the file that cannot be used
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/core/document.hpp"
#include "gateway/http/channel.hpp"
#include "gateway/http/server.hpp"

namespace gateway::http {

class TlsContext {
  public:
    explicit TlsContext(TlsOptions const& options);
    ~TlsContext();
    TlsContext(TlsContext const&) = delete;
    TlsContext& operator=(TlsContext const&) = delete;

    /// `descriptor` stays with the caller. The channel keeps what it needs of the context.
    [[nodiscard]] std::unique_ptr<Channel> channel(int descriptor) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What an operator should hear of a certificate that can be used: it has expired, does not count yet, or expires within
/// thirty days. Nothing of a file that cannot be read: that is refused where it is used.
std::optional<std::string> certificate_concern(std::string const& file, UnixTime now);

} // namespace gateway::http

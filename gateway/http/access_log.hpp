// One line per request, without secrets, written by a thread of its own.
//
// Shape    2026-11-26T04:18:20.123Z GET /api/v1/areas?q=Goslar&key=*** 200 1532 0.412 127.0.0.1:50412 key-id cached
//          time, method, address, status, bytes sent, milliseconds, peer, id of the key or "-", and a word:
//          cached, made, or cut (the client did not get the whole answer). "-" stands for what is not known.
// Secrets  values of key, token, api_key, access_token, password, secret and signature in the query are masked; no
//          header field is ever written. Blanks, quotes and control characters of an address come as %XX.
// Threads  any. A line waits in memory for at most a quarter of a second; where the disk does not keep up, lines
//          are left out and their number is written.
// Errors   Error io where the file cannot be opened
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/exchange.hpp"

namespace gateway::http {

class AccessLog {
  public:
    /// `path` is appended to; "-" is standard output.
    explicit AccessLog(std::string const& path);
    ~AccessLog(); ///< writes what is left
    AccessLog(AccessLog const&) = delete;
    AccessLog& operator=(AccessLog const&) = delete;

    void add(Exchange const& exchange);
    /// Opens the file anew, for tools that move full logs away.
    void reopen();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The line without the time and its end; for tests.
std::string access_line(Exchange const& exchange);

} // namespace gateway::http

// Uploads with libcurl: mail over SMTP, files over SFTP and WebDAV.
//
// Every call says what became of it and throws only for what is wrong on this side. Texts name the server and what it
// answered; they never hold credentials or what was sent. Certificates and host keys are always checked. There is no
// proxy, no redirect is followed.
//
// Threads  from any; each call has a connection of its own
// Errors   Error io where libcurl is missing; invalid_argument for an address or header that cannot be used
// Source   RFC 5321, RFC 4918; libcurl: SMTP upload, SFTP quote commands
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace gateway::http {

/// Whom we are to a server. What is empty is not sent.
struct UploadLogin {
    std::string user, password;
    std::string private_key_file; ///< of SFTP; beside or instead of the password
};

struct UploadOptions {
    UploadLogin login;
    bool tls_required = false;    ///< of smtp://: nothing is sent before STARTTLS
    std::string ca_file;          ///< PEM, instead of the machine's
    std::string known_hosts_file; ///< of SFTP; a server that it does not name is refused
    std::int64_t connect_timeout_ms = 20'000;
    std::int64_t timeout_ms = 300'000;
    /// As CurlOptions::objection: for addresses that somebody else names.
    std::function<std::string(sockaddr const& address, bool encrypted)> objection = {};
};

struct Uploaded {
    enum class End : std::uint8_t {
        taken,
        again,  ///< no answer, or one that says: later
        refused ///< the server will not take it
    };
    End end = End::taken;
    int status = 0;   ///< of the last answer; 0 = none came
    std::string text; ///< "smtp://mail.example.de:25: 550 5.1.1 unknown user"
};

/// Hands a message over. It is taken where the server said 2xx behind its end.
Uploaded send_mail(std::string const& url, std::string const& from, std::vector<std::string> const& to,
                   std::string_view message, UploadOptions const& options);

/// Writes a file; over SFTP its folders are made on the way.
Uploaded put_file(std::string const& url, std::string_view bytes, UploadOptions const& options);

/// A request of WebDAV without body: MKCOL, MOVE, HEAD, DELETE. `status` tells what came of it; taken = 2xx.
Uploaded webdav(std::string const& method, std::string const& url, std::vector<std::string> const& headers,
                UploadOptions const& options);

/// Commands of SFTP in the folder of `url`: "rename \"a\" \"b\"", "mkdir \"a\"". The first that fails ends it, unless it
/// begins with '*'.
Uploaded sftp_commands(std::string const& url, std::vector<std::string> const& commands,
                       UploadOptions const& options);

/// Names in a folder over SFTP, one a line; refused where there is no such folder.
Uploaded sftp_list(std::string const& url, UploadOptions const& options, std::string& names);

} // namespace gateway::http

#include "gateway/http/curl_upload.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/http/curl_library.hpp"

namespace gateway::http {
namespace {

constexpr std::size_t most_kept = std::size_t{1} << 20U; ///< of what a server answers
constexpr std::size_t longest_answer = 300;              ///< of it, in a text

using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

List list_of(std::vector<std::string> const& lines) {
    auto const& curl = CurlLibrary::instance();
    List list{nullptr, curl.slist_free_all};
    for (auto const& line : lines) {
        if (line.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos)
            throw Error{Errc::invalid_argument, "an upload: a line break or NUL in an address or a header"};
        auto* const longer = curl.slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw Error{Errc::io, "no memory for an upload"};
        static_cast<void>(list.release());
        list.reset(longer);
    }
    return list;
}

/// One transfer.
class Upload {
  public:
    Upload(std::string const& url, char const* protocols, UploadOptions const& options)
        : url_{url}, options_{options}, handle_{curl_.easy_init(), curl_.easy_cleanup} {
        if (!handle_) throw Error{Errc::io, "libcurl: no memory for a connection"};
        set(CURLOPT_ERRORBUFFER, detail_.data());
        set(CURLOPT_PROTOCOLS_STR, protocols);
        set(CURLOPT_URL, url_.c_str());
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_USERAGENT, "kreislauf");
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout_ms));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout_ms));
        if (!options.login.user.empty()) set(CURLOPT_USERNAME, options.login.user.c_str());
        if (!options.login.password.empty()) set(CURLOPT_PASSWORD, options.login.password.c_str());
        if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
        set(CURLOPT_WRITEFUNCTION, &Upload::on_body);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_HEADERFUNCTION, &Upload::on_line);
        set(CURLOPT_HEADERDATA, this);
        if (options.objection) {
            set(CURLOPT_OPENSOCKETFUNCTION, &Upload::on_socket);
            set(CURLOPT_OPENSOCKETDATA, this);
        }
    }

    template <typename Value>
    void set(CURLoption option, Value value) {
        if (auto const result = curl_.easy_setopt(handle_.get(), option, value); result != CURLE_OK)
            throw Error{Errc::invalid_argument, std::string{"libcurl: "} + curl_.easy_strerror(result)};
    }
    void set_list(CURLoption option, std::vector<std::string> const& lines) {
        lists_.push_back(list_of(lines));
        set(option, lists_.back().get());
    }
    /// Bytes to send; they live as long as the transfer.
    void send(std::string_view bytes) {
        left_ = bytes;
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_READFUNCTION, &Upload::on_read);
        set(CURLOPT_READDATA, this);
        set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
    }
    void use_ssh() {
        // Without it libcurl would talk to whoever answers.
        if (options_.known_hosts_file.empty())
            throw Error{Errc::invalid_argument, public_url(url_) + ": no file of known hosts is set"};
        set(CURLOPT_SSH_KNOWNHOSTS, options_.known_hosts_file.c_str());
        if (!options_.login.private_key_file.empty()) {
            set(CURLOPT_SSH_PRIVATE_KEYFILE, options_.login.private_key_file.c_str());
            set(CURLOPT_SSH_AUTH_TYPES, CURLSSH_AUTH_PUBLICKEY);
        } else {
            set(CURLOPT_SSH_AUTH_TYPES, CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD);
        }
    }

    CURLcode perform() {
        auto const result = curl_.easy_perform(handle_.get());
        long status = 0;
        curl_.easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        uploaded_.status = static_cast<int>(status);
        return result;
    }
    /// What went wrong, with the server's words.
    Uploaded failed(CURLcode result, Uploaded::End end) {
        uploaded_.end = end;
        uploaded_.text = public_url(url_) + ": ";
        if (!objection_.empty())
            uploaded_.text += objection_;
        else if (uploaded_.status != 0 && !last_line_.empty())
            uploaded_.text += last_line_;
        else if (result != CURLE_OK)
            uploaded_.text += detail_.front() != '\0' ? detail_.data() : curl_.easy_strerror(result);
        else
            uploaded_.text += "answered " + std::to_string(uploaded_.status);
        return uploaded_;
    }
    [[nodiscard]] Uploaded taken() const { return uploaded_; }
    [[nodiscard]] int status() const noexcept { return uploaded_.status; }
    [[nodiscard]] bool is_objected() const noexcept { return !objection_.empty(); }
    [[nodiscard]] std::string const& body() const noexcept { return body_; }

  private:
    static std::size_t on_read(char* room, std::size_t size, std::size_t count, void* self) noexcept {
        auto& left = static_cast<Upload*>(self)->left_;
        auto const bytes = std::min(size * count, left.size());
        std::memcpy(room, left.data(), bytes);
        left.remove_prefix(bytes);
        return bytes;
    }
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) noexcept {
        auto& body = static_cast<Upload*>(self)->body_;
        try {
            if (body.size() < most_kept) body.append(bytes, size * count);
        } catch (std::exception const&) {
            return 0; // libcurl ends the transfer
        }
        return size * count;
    }
    static std::size_t on_line(char* bytes, std::size_t size, std::size_t count, void* self) noexcept {
        std::string_view line{bytes, size * count};
        while (!line.empty() && static_cast<unsigned char>(line.back()) < 0x20) line.remove_suffix(1);
        // Of HTTP the line with the status counts, of SMTP the last refusal: behind it comes the farewell.
        auto& upload = *static_cast<Upload*>(self);
        bool const is_http = upload.url_.starts_with("http");
        if (line.empty() ||
            (is_http ? !line.starts_with("HTTP/") : line.front() != '4' && line.front() != '5'))
            return size * count;
        try {
            upload.last_line_ = line.substr(0, longest_answer);
            for (auto& c : upload.last_line_)
                if (static_cast<unsigned char>(c) < 0x20) c = ' ';
        } catch (std::exception const&) {
            return 0;
        }
        return size * count;
    }
    static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
        auto& upload = *static_cast<Upload*>(self);
        try {
            bool const encrypted = upload.url_.starts_with("https:") || upload.url_.starts_with("sftp:") ||
                                   upload.url_.starts_with("smtps:") || upload.options_.tls_required;
            upload.objection_ = upload.options_.objection(address->addr, encrypted);
        } catch (std::exception const&) {
            upload.objection_ = "it could not be found out whether this address may be called";
        }
        if (!upload.objection_.empty()) return CURL_SOCKET_BAD;
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    CurlLibrary const& curl_ = CurlLibrary::instance();
    std::string const url_;
    UploadOptions const& options_;
    std::array<char, CURL_ERROR_SIZE> detail_{};
    std::vector<List> lists_; ///< outlive the handle
    std::unique_ptr<CURL, void (*)(CURL*)> handle_;
    std::string_view left_;
    std::string body_, last_line_, objection_;
    Uploaded uploaded_;
};

/// Wrong keys and certificates are for the operator to mend: what was to be sent is not lost meanwhile.
Uploaded::End end_of_http(int status) noexcept {
    if (status / 100 == 2) return Uploaded::End::taken;
    constexpr std::array refused{400, 405, 409, 410, 412, 413, 414, 415, 422};
    return std::find(refused.begin(), refused.end(), status) != refused.end() ? Uploaded::End::refused
                                                                              : Uploaded::End::again;
}

bool is_refused_by_sftp(CURLcode result) noexcept {
    return result == CURLE_QUOTE_ERROR || result == CURLE_REMOTE_FILE_NOT_FOUND ||
           result == CURLE_REMOTE_FILE_EXISTS;
}

} // namespace

Uploaded send_mail(std::string const& url, std::string const& from, std::vector<std::string> const& to,
                   std::string_view message, UploadOptions const& options) {
    Upload upload{url, "smtp,smtps", options};
    upload.set(CURLOPT_USE_SSL,
               options.tls_required ? static_cast<long>(CURLUSESSL_ALL) : static_cast<long>(CURLUSESSL_TRY));
    auto const sender = "<" + from + ">";
    upload.set(CURLOPT_MAIL_FROM, sender.c_str());
    std::vector<std::string> receivers;
    receivers.reserve(to.size());
    for (auto const& one : to) receivers.push_back("<" + one + ">");
    upload.set_list(CURLOPT_MAIL_RCPT, receivers);
    upload.send(message);
    auto const result = upload.perform();
    if (result == CURLE_OK) return upload.taken();
    bool const refused = upload.status() >= 500 && upload.status() < 600 && result != CURLE_LOGIN_DENIED &&
                         result != CURLE_USE_SSL_FAILED && upload.status() != 530 && !upload.is_objected();
    return upload.failed(result, refused ? Uploaded::End::refused : Uploaded::End::again);
}

Uploaded put_file(std::string const& url, std::string_view bytes, UploadOptions const& options) {
    bool const is_ssh = url.starts_with("sftp:");
    Upload upload{url, is_ssh ? "sftp" : "http,https", options};
    if (is_ssh) {
        upload.use_ssh();
        upload.set(CURLOPT_FTP_CREATE_MISSING_DIRS, 1L);
    } else {
        upload.set_list(CURLOPT_HTTPHEADER, {"Expect:", "Content-Type: application/octet-stream"});
    }
    upload.send(bytes);
    auto const result = upload.perform();
    if (result != CURLE_OK)
        return upload.failed(result, is_ssh && is_refused_by_sftp(result) ? Uploaded::End::refused
                                                                          : Uploaded::End::again);
    if (is_ssh || upload.status() / 100 == 2) return upload.taken();
    return upload.failed(result, end_of_http(upload.status()));
}

Uploaded webdav(std::string const& method, std::string const& url, std::vector<std::string> const& headers,
                UploadOptions const& options) {
    Upload upload{url, "http,https", options};
    if (method == "HEAD")
        upload.set(CURLOPT_NOBODY, 1L);
    else
        upload.set(CURLOPT_CUSTOMREQUEST, method.c_str());
    if (!headers.empty()) upload.set_list(CURLOPT_HTTPHEADER, headers);
    auto const result = upload.perform();
    if (result != CURLE_OK) return upload.failed(result, Uploaded::End::again);
    if (upload.status() / 100 == 2) return upload.taken();
    return upload.failed(result, end_of_http(upload.status()));
}

Uploaded sftp_commands(std::string const& url, std::vector<std::string> const& commands,
                       UploadOptions const& options) {
    Upload upload{url, "sftp", options};
    upload.use_ssh();
    upload.set(CURLOPT_NOBODY, 1L);
    upload.set_list(CURLOPT_QUOTE, commands);
    auto const result = upload.perform();
    if (result == CURLE_OK) return upload.taken();
    return upload.failed(result, is_refused_by_sftp(result) ? Uploaded::End::refused : Uploaded::End::again);
}

Uploaded sftp_list(std::string const& url, UploadOptions const& options, std::string& names) {
    Upload upload{url, "sftp", options};
    upload.use_ssh();
    upload.set(CURLOPT_DIRLISTONLY, 1L);
    auto const result = upload.perform();
    if (result != CURLE_OK)
        return upload.failed(result,
                             is_refused_by_sftp(result) ? Uploaded::End::refused : Uploaded::End::again);
    names = upload.body();
    return upload.taken();
}

} // namespace gateway::http

#include "gateway/http/curl_transport.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/http/curl_library.hpp"
#include "gateway/http/curl_response.hpp"

namespace gateway::http {
namespace {

constexpr unsigned redirect_limit = 5;

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void check_field(std::string const& name, std::string const& value) {
    auto const breaks = [](std::string const& text) {
        return text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos;
    };
    if (name.empty() || breaks(name) || name.find_first_of(" :") != std::string::npos)
        throw Error{Errc::invalid_argument, "a header field has no usable name"};
    if (breaks(value)) // the value may be secret: only the name is said
        throw Error{Errc::invalid_argument,
                    "the value of header field '" + name + "' holds a line break or a NUL"};
}

HeaderList header_list(HttpRequest const& request) {
    auto const& curl = CurlLibrary::instance();
    HeaderList list{nullptr, curl.slist_free_all};
    auto const add = [&](std::string const& line) {
        auto* const longer = curl.slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw Error{Errc::io, "no memory for header fields"};
        static_cast<void>(list.release());
        list.reset(longer);
    };
    add("Expect:"); // no round trip before the form is sent
    for (auto const* fields : {&request.headers, &request.secret_headers})
        for (auto const& [name, value] : *fields) {
            check_field(name, value);
            add(value.empty() ? name + ";" : name + ": " + value); // ";" sends the field without value
        }
    return list;
}

bool is_redirect(int status) {
    constexpr std::array codes{301, 302, 303, 307, 308};
    return std::find(codes.begin(), codes.end(), status) != codes.end();
}

Errc code_of(CURLcode result) {
    switch (result) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return Errc::invalid_argument;
    case CURLE_PEER_FAILED_VERIFICATION: return Errc::source_refused;
    case CURLE_OUT_OF_MEMORY: return Errc::io;
    default: return Errc::source_unavailable;
    }
}

/// Whether a connection may be opened, and what was said against it.
struct Door {
    CurlOptions const* options;
    bool encrypted;
    std::string objection = {};

    static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) noexcept {
        auto& door = *static_cast<Door*>(self);
        try {
            door.objection = door.options->objection(address->addr, door.encrypted);
        } catch (std::exception const&) {
            door.objection = "it could not be found out whether this address may be called";
        }
        if (!door.objection.empty()) return CURL_SOCKET_BAD;
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
};

[[noreturn]] void fail(HttpRequest const& request, CurlResponse const& received, CURLcode result,
                       char const* detail) {
    auto const where = request.method + " " + public_url(request.url) + ": ";
    auto const got = std::to_string(received.body_bytes()) + " bytes of the answer";
    switch (received.stop()) {
    case Stop::body_too_large:
        throw Error{Errc::too_large, where + "the answer is larger than " +
                                         std::to_string(request.body_limit_bytes) + " bytes"};
    case Stop::headers_too_large: throw Error{Errc::too_large, where + "more than 256 KiB of header fields"};
    case Stop::stalled: throw Error{Errc::source_unavailable, where + "nothing more came after " + got};
    case Stop::no_memory: throw Error{Errc::io, where + "no memory after " + got};
    case Stop::none: break;
    }
    std::string text = where + (*detail != '\0' ? detail : CurlLibrary::instance().easy_strerror(result));
    if (result == CURLE_PARTIAL_FILE || received.body_bytes() != 0) text += " (" + got + " had come)";
    throw Error{code_of(result), text};
}

} // namespace

/// Idle handles with their open connections.
struct CurlTransport::Pool {
    std::mutex mutex;
    std::vector<Handle> idle;

    Handle take() {
        auto const& curl = CurlLibrary::instance();
        {
            auto const lock = std::scoped_lock{mutex};
            if (!idle.empty()) {
                auto handle = std::move(idle.back());
                idle.pop_back();
                curl.easy_reset(handle.get()); // keeps connections and TLS sessions
                return handle;
            }
        }
        Handle handle{curl.easy_init(), curl.easy_cleanup};
        if (!handle) throw Error{Errc::io, "libcurl: no memory for a connection"};
        return handle;
    }
    void give_back(Handle handle) {
        auto const lock = std::scoped_lock{mutex};
        idle.push_back(std::move(handle));
    }
};

CurlTransport::CurlTransport(CurlOptions options) : options_{std::move(options)}, pool_{new Pool} {}
CurlTransport::~CurlTransport() = default;

HttpResponse CurlTransport::send_once(HttpRequest const& request) {
    auto const& curl = CurlLibrary::instance();
    auto handle = pool_->take();
    auto const set = [&](CURLoption option, auto value) {
        if (auto const result = curl.easy_setopt(handle.get(), option, value); result != CURLE_OK)
            throw Error{Errc::invalid_argument, std::string{"libcurl: "} + curl.easy_strerror(result)};
    };
    std::array<char, CURL_ERROR_SIZE> detail{};
    CurlResponse received{request.body_limit_bytes, std::chrono::milliseconds{options_.stall_timeout_ms}};
    auto const headers = header_list(request);

    set(CURLOPT_ERRORBUFFER, detail.data());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_NOSIGNAL, 1L); // time-outs of name look-ups must not raise SIGALRM in a threaded program
    set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(CURLOPT_ACCEPT_ENCODING, ""); // whatever libcurl can decode
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout_ms));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
    set(CURLOPT_HTTPHEADER, headers.get());
    if (request.method == "POST" || request.method == "PATCH") {
        set(CURLOPT_POST, 1L);
        if (request.method == "PATCH") set(CURLOPT_CUSTOMREQUEST, "PATCH");
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
    } else if (request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET") {
        throw Error{Errc::invalid_argument,
                    "method " + request.method + " is not supported; GET, HEAD, POST and PATCH are"};
    }
    Door door{&options_, request.url.starts_with("https:")};
    if (options_.objection) {
        set(CURLOPT_OPENSOCKETDATA, &door);
        set(CURLOPT_OPENSOCKETFUNCTION, &Door::open);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_FORBID_REUSE, 1L);
        set(CURLOPT_FRESH_CONNECT, 1L);
    }
    HeaderList known{nullptr, curl.slist_free_all};
    for (auto const& each : options_.resolve) {
        auto* const longer = curl.slist_append(known.get(), each.c_str());
        if (longer == nullptr) throw Error{Errc::io, "no memory for names"};
        static_cast<void>(known.release());
        known.reset(longer);
    }
    if (known) set(CURLOPT_RESOLVE, known.get());
    received.attach(handle.get());

    auto const result = curl.easy_perform(handle.get());
    if (result != CURLE_OK && !door.objection.empty())
        throw Error{Errc::source_refused,
                    request.method + " " + public_url(request.url) + ": " + door.objection};
    if (result != CURLE_OK) fail(request, received, result, detail.data());
    long status = 0;
    curl.easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    received.response().status = static_cast<int>(status);
    pool_->give_back(std::move(handle));
    return std::move(received.response());
}

HttpResponse CurlTransport::send(HttpRequest const& request) {
    if (!options_.follow_redirects) return send_once(request);
    auto const origin = origin_of(request.url);
    auto current = request;
    for (unsigned followed = 0;; ++followed) {
        auto response = send_once(current);
        std::string const location{response.header("location")};
        if (!is_redirect(response.status) || location.empty()) return response;
        auto target = resolved(current.url, location);
        if (auto const other = origin_of(target); other != origin)
            throw Error{Errc::source_refused,
                        request.method + " " + public_url(request.url) + ": the source redirects from " +
                            origin + " to " + other +
                            "; credentials are not sent there. Configure the new address "
                            "if it is right"};
        if (followed == redirect_limit)
            throw Error{Errc::source_unavailable, request.method + " " + public_url(request.url) +
                                                      ": more than " + std::to_string(redirect_limit) +
                                                      " redirects"};
        current.url = std::move(target);
        if (response.status == 303) {
            current.method = "GET";
            current.body.clear();
        }
    }
}

} // namespace gateway::http

#include "gateway/http/curl_library.hpp"

#include <dlfcn.h>

#include "gateway/core/error.hpp"

namespace gateway::http {
namespace {

constexpr char const* library_name = "libcurl.so.4";

[[noreturn]] void missing(std::string const& what) {
    throw Error{Errc::io, "cannot use " + std::string{library_name} + ": " + what +
                              "; install the package libcurl4 (needed to fetch over the network)"};
}

template <typename Function>
void find(void* library, char const* name, Function& function) {
    auto* const symbol = ::dlsym(library, name);
    if (symbol == nullptr) missing(std::string{"it lacks "} + name);
    function = reinterpret_cast<Function>(symbol);
}

CurlLibrary load() {
    // Never closed: libcurl and its TLS library register handlers that run at exit.
    auto* const library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        auto const* const reason = ::dlerror();
        missing(reason != nullptr ? reason : "not found");
    }
    CurlLibrary curl{};
    find(library, "curl_easy_init", curl.easy_init);
    find(library, "curl_easy_cleanup", curl.easy_cleanup);
    find(library, "curl_easy_reset", curl.easy_reset);
    find(library, "curl_easy_setopt", curl.easy_setopt);
    find(library, "curl_easy_getinfo", curl.easy_getinfo);
    find(library, "curl_easy_perform", curl.easy_perform);
    find(library, "curl_easy_strerror", curl.easy_strerror);
    find(library, "curl_slist_append", curl.slist_append);
    find(library, "curl_slist_free_all", curl.slist_free_all);
    find(library, "curl_url", curl.url);
    find(library, "curl_url_cleanup", curl.url_cleanup);
    find(library, "curl_url_set", curl.url_set);
    find(library, "curl_url_get", curl.url_get);
    find(library, "curl_free", curl.free);
    decltype(&::curl_global_init) global_init = nullptr;
    find(library, "curl_global_init", global_init);
    if (auto const code = global_init(CURL_GLOBAL_DEFAULT); code != CURLE_OK)
        missing(curl.easy_strerror(code));
    return curl;
}

/// An address taken apart by libcurl, so that what is compared is what is connected to.
class Url {
  public:
    explicit Url(std::string const& text) : handle_{curl_.url(), curl_.url_cleanup} {
        if (curl_.url_set(handle_.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
            throw Error{Errc::invalid_argument,
                        "not an address that can be fetched: " + text.substr(0, text.find_first_of("?@"))};
    }
    /// Resolves `location` against the address.
    void follow(std::string const& location) {
        if (curl_.url_set(handle_.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
            throw Error{Errc::source_unavailable, "the source redirects to something that is no address"};
    }
    void drop(CURLUPart part) { curl_.url_set(handle_.get(), part, nullptr, 0); }
    [[nodiscard]] std::string part(CURLUPart part, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl_.url_get(handle_.get(), part, &text, flags) != CURLUE_OK) return {};
        std::unique_ptr<char, void (*)(void*)> const owner{text, curl_.free};
        return text;
    }

  private:
    CurlLibrary const& curl_ = CurlLibrary::instance();
    std::unique_ptr<CURLU, void (*)(CURLU*)> handle_;
};

} // namespace

CurlLibrary const& CurlLibrary::instance() {
    static CurlLibrary const library = load();
    return library;
}

std::string origin_of(std::string const& url) {
    Url const parts{url};
    return parts.part(CURLUPART_SCHEME) + "://" + parts.part(CURLUPART_HOST) + ":" +
           parts.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string public_url(std::string const& url) {
    Url parts{url};
    for (auto const part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
        parts.drop(part);
    return parts.part(CURLUPART_URL);
}

std::string resolved(std::string const& url, std::string const& location) {
    Url parts{url};
    parts.follow(location);
    return parts.part(CURLUPART_URL);
}

} // namespace gateway::http

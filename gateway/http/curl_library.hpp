// The functions of libcurl that are used, loaded on first use. Internal to gateway/http.
//
// Errors   Error io where libcurl is not installed or lacks a function
// Source   docs/adr/0005-libcurl-on-demand.md
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// setopt and getinfo are called through pointers; the checking macros would hide them.
#undef curl_easy_setopt
#undef curl_easy_getinfo

#include <memory>
#include <string>

namespace gateway::http {

struct CurlLibrary {
    decltype(&::curl_easy_init) easy_init;
    decltype(&::curl_easy_cleanup) easy_cleanup;
    decltype(&::curl_easy_reset) easy_reset;
    decltype(&::curl_easy_setopt) easy_setopt;
    decltype(&::curl_easy_getinfo) easy_getinfo;
    decltype(&::curl_easy_perform) easy_perform;
    decltype(&::curl_easy_strerror) easy_strerror;
    decltype(&::curl_slist_append) slist_append;
    decltype(&::curl_slist_free_all) slist_free_all;
    decltype(&::curl_url) url;
    decltype(&::curl_url_cleanup) url_cleanup;
    decltype(&::curl_url_set) url_set;
    decltype(&::curl_url_get) url_get;
    decltype(&::curl_free) free;

    /// Loads and initializes libcurl once per process.
    static CurlLibrary const& instance();
};

/// Scheme, host and port of an address, without user, path and query: "https://host:443".
/// \throws Error invalid_argument for an address that is none
std::string origin_of(std::string const& url);
/// Address without user, query and fragment, for messages.
std::string public_url(std::string const& url);
/// `location` seen from `url`.
std::string resolved(std::string const& url, std::string const& location);

} // namespace gateway::http

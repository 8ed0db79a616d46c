// Call: one request as a handler sees it, and the table of routes that leads to the handlers.
//
// A handler is a function of a Call. It throws Refusal for what the caller can mend; Error and every other
// exception become answers in the service. What it reads, it reads from lease(): the store as this caller may see
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/serve/access/release.hpp"
#include "gateway/serve/problem.hpp"
#include "gateway/serve/stores.hpp"
#include "gateway/serve/uri.hpp"

namespace gateway::serve {

struct Call {
    http::Request const& request;
    std::string_view path;                                        ///< as received, in front of '?'
    std::string_view query;                                       ///< as received, behind '?'
    Pairs parameters;                                             ///< of the query, decoded
    std::map<std::string, std::string, std::less<>> in_path = {}; ///< decoded, by the names in the pattern
    Language language = Language::en;
    access::Caller caller = {};
    /// What the caller may see, as part of a name: results may be kept for others with the same view, and for
    /// nobody else. Empty = all that is public, and nothing else.
    std::string view = {};
    std::string base = {};        ///< "http://host:8080", for links; without slash at the end
    std::string request_id = {};  ///< also in the log
    std::uint64_t generation = 0; ///< Stores::generation() from before anything was read
    /// The store as the caller sees it: the same lease for the whole call. A body that is made while it is sent
    /// copies this function; it may hold its lease, or take one for each piece and let go of it, so that a slow
    /// client holds nothing.
    std::function<std::shared_ptr<Lease>()> lease = {};

    /// First value of a query parameter; empty where it is not given.
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept {
        for (auto const& [key, value] : parameters)
            if (key == name) return value;
        return {};
    }
    [[nodiscard]] std::string const& path_parameter(std::string_view name) const {
        return in_path.find(name)->second;
    }
};

using Handler = std::function<http::Response(Call const&)>;

/// One address. The contract, schemas/openapi/kreislauf.json, says the same in detail; a test compares them.
struct Route {
    std::string method;  ///< "GET" (HEAD comes with it), "POST", "OPTIONS" where the usual will not do
    std::string pattern; ///< "/api/v1/areas/{key}/children"; a part in braces is one segment
    std::string id;      ///< operationId
    std::vector<std::string> parameters; ///< of the query; others are refused
    Handler handler;
    bool dimensions = false; ///< ids of dimensions (SEX, AGE) are parameters, too
    /// Takes the body while it arrives, instead of the handler, which is asked where there is no body. The call lives as
    /// long as the sink.
    std::function<std::unique_ptr<http::BodySink>(Call const&)> receive = {};
    bool is_form = false; ///< fields that were left empty are not given; elsewhere they are refused
};

/// A folder of addresses with a grammar of its own, such as SDMX REST: everything below `prefix`. The call comes
/// with `parameters` decoded and not checked.
struct Mount {
    std::string prefix; ///< "/sdmx/v1": it and what follows behind a slash
    Handler handler;    ///< of GET, and of POST where `posts`
    /// How an error is said there; without it, problem+json.
    std::function<http::Response(Call const&, Problem const&)> problem = {};
    bool posts = false;
};

} // namespace gateway::serve

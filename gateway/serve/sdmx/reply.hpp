// Replies: what all answers of the SDMX interface have in common: entity tags, dates, bodies that stream, errors.
//
// Tags     strong: the SHA-256 of everything that decides the bytes (content, question, media type, languages,
//          address of the service, version of the program), so that two spellings of a question have one tag and
//          two formats never do
// Bodies   the first piece is made before the answer is given: what goes wrong there is still an error of SDMX. An
//          answer that ends with it is whole; a longer one takes a store for each piece and lets go of it, so that
//          a slow client holds none.
// Source   RFC 9110 (8.8, 13); SDMX REST 1.5 and 2.2, "Error handling"
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/http/message.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/sdmx/negotiate.hpp"

namespace gateway::serve::sdmx {

/// The request and what the whole interface knows of it.
struct Ask {
    Call const& call;
    ApiVersion api = ApiVersion::v1;
    std::string target;      ///< behind the entry point, with query: "/data/X/all?detail=full"
    std::string accept;      ///< every line
    std::string format;      ///< format= of the address
    std::string entry_point; ///< "http://host/sdmx/v1"; empty where the host is not known
    std::string version;     ///< of the program
};

/// The store as the caller sees it. \throws SdmxError unavailable where there is none yet
std::shared_ptr<Lease> lease_of(Ask const& ask);

/// What an answer is made from.
struct Basis {
    std::string tag; ///< with quotation marks
    std::string id;  ///< of the message: follows from the tag
    std::string
        prepared; ///< "2026-11-26T05:00:00Z": when the content came, so that equal answers are equal bytes
    UnixTime modified = 0;  ///< 0 = not known
    std::string media_type; ///< Content-Type
    std::string language;   ///< Content-Language; empty where the answer carries all
};

/// `parts`: whatever decides the bytes beside media type, address and program.
Basis basis_of(Ask const& ask, std::vector<std::string_view> const& parts, std::string media_type,
               UnixTime modified);

/// 304 where the client has this answer already.
std::optional<http::Response> not_modified(Ask const& ask, Basis const& basis);

/// Makes pieces of a body; `store` is given anew for each call. False where nothing is left.
using Pieces = std::function<bool(store::Store const& store, std::string& out)>;

/// 200 with these pieces. `store` is what the first piece is read from.
http::Response answer_with(Ask const& ask, Basis const& basis, store::Store const& store, Pieces pieces);

http::Response answer_error(Ask const& ask, ErrorCode code, std::string_view text);
/// The same of a problem that the service met before or around a handler.
http::Response answer_error(Ask const& ask, Problem const& problem);

} // namespace gateway::serve::sdmx

#include "gateway/serve/sdmx/reply.hpp"

#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/http/conditional.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/sdmx/knowledge.hpp"

namespace gateway::serve::sdmx {
namespace {

/// A message that ends within is sent whole; as of every streaming body (http::MakeLimits).
constexpr std::size_t whole_bytes = std::size_t{256} << 10U;
/// Of the memory in which beginnings are made, so much is kept for the next.
constexpr std::size_t most_room = std::size_t{2} << 20U;

/// Takes a store for each piece and lets go of it.
class Streamed final : public http::BodySource {
  public:
    Streamed(std::string first, Pieces pieces, std::function<std::shared_ptr<Lease>()> lease)
        : first_(std::move(first)), pieces_(std::move(pieces)), lease_(std::move(lease)) {}

    bool next(std::string& out) override {
        if (!first_.empty()) {
            if (out.empty())
                out = std::move(first_);
            else
                out += first_;
            first_ = {};
            return true;
        }
        auto const lease = lease_();
        StoreInUse const use{lease->store()};
        return pieces_(lease->store(), out);
    }

  private:
    std::string first_;
    Pieces pieces_;
    std::function<std::shared_ptr<Lease>()> lease_;
};

http::Headers headers_of(Basis const& basis) {
    http::Headers headers{{"Content-Type", basis.media_type}, {"ETag", basis.tag}};
    if (basis.modified != 0) headers.emplace_back("Last-Modified", http::http_date(basis.modified));
    if (!basis.language.empty()) headers.emplace_back("Content-Language", basis.language);
    return headers;
}

ErrorCode code_of(unsigned status) noexcept {
    switch (status) {
    case 401: return ErrorCode::unauthorised;
    case 403:
    case 422: return ErrorCode::semantic;
    case 404: return ErrorCode::no_results;
    case 405: return ErrorCode::method_not_allowed;
    case 406: return ErrorCode::not_acceptable;
    case 413: return ErrorCode::too_large;
    case 429: return ErrorCode::too_many_requests;
    case 501: return ErrorCode::not_implemented;
    case 503: return ErrorCode::unavailable;
    default: return status < 500 ? ErrorCode::syntax : ErrorCode::internal;
    }
}

} // namespace

std::shared_ptr<Lease> lease_of(Ask const& ask) {
    try {
        return ask.call.lease();
    } catch (Error const& error) {
        if (error.code() != Errc::not_found) throw;
        throw SdmxError{ErrorCode::unavailable, "there is no store yet; try again when data has been loaded"};
    }
}

Basis basis_of(Ask const& ask, std::vector<std::string_view> const& parts, std::string media_type,
               UnixTime modified) {
    io::Sha256 sum;
    auto const add = [&sum](std::string_view text) {
        sum.update(std::to_string(text.size()));
        sum.update(":");
        sum.update(text);
    };
    add(ask.version);
    add(ask.entry_point);
    add(ask.call.view);
    add(media_type);
    for (auto const part : parts) add(part);
    auto const digest = sum.hex();
    Basis basis;
    basis.tag = "\"" + digest.substr(0, 32) + "\"";
    basis.id = "KREISLAUF_" + digest.substr(0, 12);
    basis.prepared = utc_text(modified);
    basis.modified = modified;
    basis.media_type = std::move(media_type);
    return basis;
}

std::optional<http::Response> not_modified(Ask const& ask, Basis const& basis) {
    if (ask.call.request.method != "GET" && ask.call.request.method != "HEAD") return std::nullopt;
    auto const known = joined_lines(ask.call.request.headers, "If-None-Match");
    auto const since = ask.call.request.header("If-Modified-Since");
    std::optional<std::int64_t> modified;
    if (basis.modified != 0) modified = basis.modified;
    if (!http::not_modified(known, since, basis.tag, modified)) return std::nullopt;
    http::Response response;
    response.status = 304;
    response.headers = headers_of(basis);
    response.headers.erase(response.headers.begin()); // Content-Type: there is no body
    return response;
}

http::Response answer_with(Ask const& ask, Basis const& basis, store::Store const& store, Pieces pieces) {
    StoreInUse const use{store};
    http::Response response;
    response.headers = headers_of(basis);
    response.shared = true;
    // Made where the messages before were made: memory that grows with each anew costs as much as the text in it.
    thread_local std::string beginning;
    beginning.clear();
    bool more = true;
    while (more && beginning.size() <= whole_bytes) more = pieces(store, beginning);
    std::string first{beginning};
    if (beginning.capacity() > most_room) beginning = {};
    if (more)
        response.body = std::make_unique<Streamed>(std::move(first), std::move(pieces), ask.call.lease);
    else
        response.body = std::make_shared<std::string const>(std::move(first));
    return response;
}

namespace {

http::Response error_body(Ask const& ask, ErrorCode code, std::string_view text) {
    namespace common = gateway::sdmx::common;
    auto const status = common::http_status(code, ask.api);
    switch (negotiate_error(ask.accept, ask.format, ask.api)) {
    case ErrorForm::xml21:
        return http::Response::text(status, "application/xml", common::error_xml21(code, text));
    case ErrorForm::xml30:
        return http::Response::text(status, "application/xml", common::error_xml30(code, text));
    case ErrorForm::json: break;
    }
    return http::Response::text(status, "application/json", common::error_json(code, text));
}

} // namespace

http::Response answer_error(Ask const& ask, ErrorCode code, std::string_view text) {
    auto response = error_body(ask, code, text);
    // RFC 9110, 15.5.6: a 405 says what may be done instead.
    if (code == ErrorCode::method_not_allowed) response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
    return response;
}

http::Response answer_error(Ask const& ask, Problem const& problem) {
    std::string text = problem.detail.en;
    if (!problem.place.empty()) text += " (" + problem.place + ")";
    if (!problem.next.en.empty()) text += "; " + problem.next.en;
    auto response = error_body(ask, code_of(problem.status), text);
    response.status = problem.status;
    for (auto const& header : problem.headers) response.headers.push_back(header);
    return response;
}

} // namespace gateway::serve::sdmx

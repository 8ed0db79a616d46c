#include "gateway/sdmx/common/error.hpp"

#include "gateway/sdmx/common/text.hpp"

namespace gateway::sdmx::common {
namespace {

std::string_view title_of(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::no_results: return "No results found";
    case ErrorCode::unauthorised: return "Unauthorised";
    case ErrorCode::syntax: return "Syntax error";
    case ErrorCode::semantic: return "Semantic error";
    case ErrorCode::internal: return "Internal server error";
    case ErrorCode::not_implemented: return "Not implemented";
    case ErrorCode::unavailable: return "Service unavailable";
    case ErrorCode::too_large: return "Response size exceeds service limit";
    case ErrorCode::method_not_allowed: return "Method not allowed";
    case ErrorCode::not_acceptable: return "Not acceptable";
    case ErrorCode::too_many_requests: return "Too many requests";
    }
    return "Internal server error";
}

std::string error_xml(ErrorCode code, std::string_view text, std::string_view version) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mes:Error "
                      "xmlns:mes=\"http://www.sdmx.org/resources/sdmxml/schemas/";
    out.append(version).append("/message\" xmlns:com=\"http://www.sdmx.org/resources/sdmxml/schemas/");
    out.append(version).append("/common\">\n  <mes:ErrorMessage code=\"");
    out.append(std::to_string(static_cast<unsigned>(code))).append("\">\n    <com:Text xml:lang=\"en\">");
    append_xml(out, title_of(code));
    out.append(": ");
    append_xml(out, text);
    out.append("</com:Text>\n  </mes:ErrorMessage>\n</mes:Error>\n");
    return out;
}

} // namespace

unsigned http_status(ErrorCode code, ApiVersion version) noexcept {
    switch (code) {
    case ErrorCode::no_results: return 404;
    case ErrorCode::unauthorised: return 401;
    case ErrorCode::syntax: return 400;
    case ErrorCode::semantic: return version == ApiVersion::v1 ? 403 : 422;
    case ErrorCode::internal: return 500;
    case ErrorCode::not_implemented: return 501;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::too_large: return 413;
    case ErrorCode::method_not_allowed: return 405;
    case ErrorCode::not_acceptable: return 406;
    case ErrorCode::too_many_requests: return 429;
    }
    return 500;
}

std::string error_xml21(ErrorCode code, std::string_view text) {
    return error_xml(code, text, "v2_1");
}

std::string error_xml30(ErrorCode code, std::string_view text) {
    return error_xml(code, text, "v3_0");
}

std::string error_json(ErrorCode code, std::string_view text) {
    std::string out = "{\"errors\":[{\"code\":" + std::to_string(static_cast<unsigned>(code)) + ",\"title\":";
    append_json(out, title_of(code));
    out.append(",\"detail\":");
    append_json(out, text);
    out.append("}]}\n");
    return out;
}

} // namespace gateway::sdmx::common

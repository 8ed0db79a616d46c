// SDMX errors: what a client did wrong or may not have, with the code that the standard gives it.
//
// Source   SDMX REST 1.5 and 2.2, "Error handling": code, then the HTTP status, which differs between the two
//          versions for semantic errors (403 and 422)
// Text     names place, thing and value and what is allowed; it is shown to the client as it stands
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gateway::sdmx::common {

/// Version of the REST interface: /sdmx/v1 (SDMX 2.1) and /sdmx/v2 (SDMX 3.0).
enum class ApiVersion : std::uint8_t { v1, v2 };

enum class ErrorCode : std::uint16_t {
    no_results = 100,
    unauthorised = 110,
    syntax = 140,   ///< a word the grammar does not have: an unknown resource, a broken key
    semantic = 150, ///< well-formed and senseless: a dimension the structure does not have
    internal = 500,
    not_implemented = 501,
    unavailable = 503,
    too_large = 510,
    // Own ones, from 1000 on as the standard wants them: 1000 and the HTTP status.
    method_not_allowed = 1405,
    not_acceptable = 1406, ///< no media type that the client takes is on offer
    too_many_requests = 1429,
};

class SdmxError : public std::runtime_error {
  public:
    SdmxError(ErrorCode code, std::string const& text) : std::runtime_error(text), code_(code) {}
    [[nodiscard]] ErrorCode code() const noexcept { return code_; }

  private:
    ErrorCode code_;
};

/// 404 for no_results, 403 or 422 for semantic, 413 for too_large.
unsigned http_status(ErrorCode code, ApiVersion version) noexcept;

// The same error as a message. Each is a whole document.
std::string error_xml21(ErrorCode code, std::string_view text);
std::string error_xml30(ErrorCode code, std::string_view text);
/// {"errors":[{"code":140,"title":...,"detail":...}]}: valid in SDMX-JSON 1.0 and 2.0.
std::string error_json(ErrorCode code, std::string_view text);

} // namespace gateway::sdmx::common

// Forms: what comes with a delivery beside the file, from multipart, urlencoded or JSON bodies.
//
// Errors   Refusal 400 naming the field; unknown fields are refused: a slip in 'embargo' must not publish at once
// Source   RFC 7578 (multipart/form-data), RFC 2046 (5.1); HTML, application/x-www-form-urlencoded
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/intake/delivery.hpp"

namespace gateway::serve::intake {

struct Form {
    std::map<std::string, std::string, std::less<>> fields;
    std::optional<std::string> file_name; ///< of the field 'file'
    std::string_view file;                ///< its bytes, in the body

    /// Empty where it is not given.
    [[nodiscard]] std::string const& field(std::string_view name) const;
};

/// Reads a body of one of the three kinds. An empty body is an empty form.
Form form_from(std::string_view content_type, std::string_view body);

/// "true", "1", "on", "ja"; "false", "0", "off", "nein" or empty.
bool flag_of(Form const& form, std::string_view name);

/// Fields accept_rest, full, embargo, comment, reason, replaces.
gateway::intake::Wish wish_of(Form const& form);

/// \throws Refusal 400 for a field that is neither one of `known` nor of a wish
void require_known(Form const& form, std::initializer_list<std::string_view> known);

/// The last part of a path, as browsers of old send whole ones; without control characters.
std::string plain_file_name(std::string_view name);

} // namespace gateway::serve::intake

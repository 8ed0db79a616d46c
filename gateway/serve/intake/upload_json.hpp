// The form in which an upload is kept. Internal to gateway/serve/intake.
#pragma once

#include <string>
#include <string_view>

#include "gateway/serve/intake/uploads.hpp"

namespace gateway::serve::intake {

std::string upload_json(Upload const& upload);
/// \throws Error corrupt_store naming `place`
Upload upload_from_json(std::string_view text, std::string const& place);

} // namespace gateway::serve::intake

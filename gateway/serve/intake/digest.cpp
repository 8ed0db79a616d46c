#include "gateway/serve/intake/digest.hpp"

#include "gateway/io/base64.hpp"

namespace gateway::serve::intake {

std::optional<Checksum> checksum_from(std::string_view text) {
    auto const blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    Checksum checksum{std::string{text.substr(0, blank)}, {}};
    auto sum = io::from_base64(text.substr(blank + 1));
    std::size_t const size = checksum.algorithm == "sha1" ? 20 : checksum.algorithm == "sha256" ? 32 : 0;
    if (!sum || size == 0 || sum->size() != size) return std::nullopt;
    checksum.sum = std::move(*sum);
    return checksum;
}

} // namespace gateway::serve::intake

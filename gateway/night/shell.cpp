#include "gateway/night/shell.hpp"

#include <algorithm>

namespace gateway::night {

std::string shell_word(std::string_view word) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@+,%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string{word};
    std::string out = "'";
    for (auto const c : word) {
        if (c == '\'')
            out += "'\\''";
        else
            out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    return out + "'";
}

} // namespace gateway::night

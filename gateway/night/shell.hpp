// Shell words: commands that people copy from a report into a terminal, whatever a table or a folder is called.
#pragma once

#include <string>
#include <string_view>

namespace gateway::night {

/// The word as it stands where a shell takes it as one, else in single quotes. Control characters become blanks.
std::string shell_word(std::string_view word);

} // namespace gateway::night

// Sealed: what a message says of deliveries that were taken back so that nobody sees them any more.
//
// The feed tells entries of a sealed vintage, and those of the recall that sealed it, with what counts on both sides. To a
// reader with a copy that is right; in words it would be nothing at all, and whoever was told the figure would never hear
// that it is void. So a message says "taken back" where its reader was told before, and nothing where both lie in it.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "gateway/query/changes.hpp"

namespace gateway::subscribe {

class SealedEntries {
  public:
    enum class Tells : unsigned char {
        changes,   ///< what changed, as it is
        nothing,   ///< to readers it has never been
        taken_back ///< what they were told is void; the sealed number is not said
    };
    /// In the order of the log, each entry of one message.
    Tells look(query::ChangeEntry const& entry);

  private:
    std::set<std::pair<std::string, VintageNo>> never_; ///< sealed vintages of this message
};

/// Same digits, same state; two absent ones are the same, too.
bool is_same(std::optional<store::PackedObservation> const& a,
             std::optional<store::PackedObservation> const& b) noexcept;

} // namespace gateway::subscribe

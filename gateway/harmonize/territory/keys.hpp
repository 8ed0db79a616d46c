// Reading the keys of somebody's data against a crosswalk: what a key is, and what it may have been.
//
// A key that the crosswalk knows is taken as it is. Otherwise: a regional key of 12 digits stands for its AGS, or
// for its first five digits where the rest is zero; keys that lost a leading zero, became numbers ("1.1e+07") or got
// zeros appended are read as what they were only on request. Whatever remains is set aside with a reason and the
// nearest keys. The level of a table is the length of its keys, never that of one cell.
//
// Source   docs/territory.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/crosswalk.hpp"

namespace gateway::harmonize::territory {

struct KeyReading {
    enum class State : std::uint8_t { known, missing, unknown, other_level };
    State state = State::unknown;
    bool repaired = false;     ///< known, but not as it stood there
    std::uint32_t old_key = 0; ///< where known
    std::string why;           ///< where not known: "a leading zero is lost"
};

class KeyReader {
  public:
    /// `exact` takes only keys as they are (the behaviour of the R package ags).
    KeyReader(Crosswalk const& crosswalk, bool exact, bool repair);

    [[nodiscard]] KeyReading read(std::string_view text) const;
    /// Up to `most` keys like `text`, the nearest first, with name and the statuses they have: by edit distance, and by
    /// `name`, or by `text` where that is a name. Of equally near ones those first that were there at `status`.
    [[nodiscard]] std::vector<std::string> candidates(std::string_view text, std::string_view name = {},
                                                      std::optional<std::int32_t> status = std::nullopt,
                                                      std::size_t most = 3) const;
    /// Digits of the table's keys; 0 where they differ.
    [[nodiscard]] std::size_t digits() const noexcept { return digits_; }

  private:
    [[nodiscard]] bool take(std::string_view text, KeyReading& reading) const;
    Crosswalk const& crosswalk_;
    bool exact_;
    bool repair_;
    std::size_t digits_ = 0;
};

/// "5-digit keys (districts)"
std::string level_text(std::size_t digits);

/// Collective and special keys, where nobody lives: 444 and other 4xx of Bavaria, 999.
bool is_special_key(std::string_view key) noexcept;

/// "01001 Flensburg (1990-2020)"
std::string key_text(Crosswalk const& crosswalk, std::uint32_t old_key);

} // namespace gateway::harmonize::territory

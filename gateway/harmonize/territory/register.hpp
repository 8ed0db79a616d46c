// Register: the areas of Germany with the days on which they existed, and every change between them.
//
// Shape    an area is a life of a key: key plus an interval of days, both inclusive. A key can live twice
//          (15001: Dessau until 1990, Dessau-Roßlau since 2007). A change leads from old keys to new keys.
// Units    day numbers since 1970-01-01; areas in m²; people as counted.
// Source   mappings/territory/*.csv, from the official change lists 1990 to 2024; docs/territory.md
// Errors   Error malformed naming file and line; not_found where a file is missing
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"
#include "gateway/harmonize/territory/events.hpp"

namespace gateway::harmonize::territory {

inline constexpr std::int32_t no_begin = std::numeric_limits<std::int32_t>::min();
inline constexpr std::int32_t no_end = std::numeric_limits<std::int32_t>::max();

/// One life of a key. Views live as long as the register.
struct AreaLife {
    std::string_view key;
    std::string_view name;
    std::int32_t first = no_begin; ///< first day; no_begin: before 1991
    std::int32_t last = no_end;    ///< last day; no_end: still in force
    AreaLevel level = AreaLevel::county;
    [[nodiscard]] bool on(std::int32_t day) const noexcept { return first <= day && day <= last; }
};

/// A NUTS-3 code with the versions in which the county had it; 0 = not bounded.
struct NutsCode {
    std::string_view key, code;
    int first_version = 0;
    int last_version = 0;
};

/// One authority that books several counties on one key; no rate on that county's population.
struct AuthorityRegion {
    std::string_view key, name;
    std::vector<std::string_view> members;
    std::string_view where; ///< statistics in which it is so
};

/// A key that may have been meant.
struct Candidate {
    AreaLife const* life = nullptr;
    unsigned distance = 0; ///< of the key or the name, whichever is smaller
};

class Register {
  public:
    /// Gives the text of "counties.csv", "regions.csv", "events.csv", "nuts3.csv", "authority_regions.csv".
    using TextOf = std::function<std::string(std::string const&)>;
    static Register load(TextOf const& text_of);
    /// From a folder such as mappings/territory.
    static Register from_directory(std::string const& path);

    /// Lives of a key, earliest first; empty for an unknown key.
    [[nodiscard]] std::span<AreaLife const> lives(std::string_view key) const noexcept;
    [[nodiscard]] AreaLife const* life_on(std::string_view key, std::int32_t day) const noexcept;
    /// Every county valid on a day, by key.
    [[nodiscard]] std::vector<AreaLife const*> counties_on(std::int32_t day) const;
    [[nodiscard]] std::vector<AreaLife> const& all() const noexcept { return lives_; }

    /// All changes by day, then number.
    [[nodiscard]] std::vector<ChangeEvent> const& events() const noexcept { return events_; }
    /// Changes in force after `from` and until `to`.
    [[nodiscard]] std::span<ChangeEvent const> events_between(std::int32_t from, std::int32_t to) const;
    /// Changes that brought land to this life, or took land from it; in their order.
    [[nodiscard]] std::vector<ChangeEvent const*> into(AreaLife const& life) const;
    [[nodiscard]] std::vector<ChangeEvent const*> out_of(AreaLife const& life) const;

    [[nodiscard]] std::vector<NutsCode> nuts(std::string_view key) const;
    /// Version of NUTS that statistics used on a day: 2021 for 2023, 2024 from 2024.
    static int nuts_version(std::int32_t day);
    [[nodiscard]] std::vector<AuthorityRegion const*> authorities(std::string_view key) const;

    /// Lives near a key or a name, nearest first: for questions about unknown keys. A name that begins with
    /// or holds the words counts as near; umlauts and their spellings (ue) are equal.
    [[nodiscard]] std::vector<Candidate> near(std::string_view words, std::size_t limit = 5) const;
    /// The sentence for an unknown key, with the candidates and their validity.
    [[nodiscard]] std::string unknown_key_text(std::string_view key) const;

  private:
    std::map<std::string, std::string> texts_; ///< nodes stay where they are, so views survive a move
    std::vector<AreaLife> lives_;              ///< by key, then day
    std::vector<ChangeEvent> events_;
    std::vector<NutsCode> nuts_;
    std::vector<AuthorityRegion> authorities_;
};

/// Lower case without umlauts, to compare names: "Göttingen", "GOETTINGEN" and "Goettingen" become "goettingen".
std::string folded(std::string_view text);
/// "1994-07-01 to 2007-06-30", "until 1990-12-31", "since 2007-07-01", "always"
std::string validity_text(AreaLife const& life);

} // namespace gateway::harmonize::territory

// Findings: what a check has to say about a delivery, one entry per cause.
//
// Confidential values are never in a finding, nor is a value in anything that is mailed: `found` says "a number where
// the current vintage is confidential", not which.
//
// Source   docs/de/lieferung.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::intake {

struct Finding {
    Errc code = Errc::malformed;
    Severity severity = Severity::error;
    std::uint64_t line = 0;   ///< of the first; 0 = the file as a whole
    std::uint32_t column = 0; ///< 1-based; 0 = not known
    std::string key;          ///< "03153 2024-12-31 MEASURE=..." of the first; empty where there is none
    std::string found, expected, next_step;
    std::uint64_t count = 1;           ///< rows with this cause
    std::vector<std::string> examples; ///< the first few places: "line 12, column 4"
    bool needs_reason = false;         ///< may be released only with Wish::reason
};

/// rows = used + repeated + set_aside, in cells where a row holds several.
struct Counts {
    std::uint64_t rows = 0, cells = 0, used = 0, repeated = 0, set_aside = 0;
    std::uint64_t added = 0, revised = 0, deleted = 0, unchanged = 0;
};

/// Numbers of changes of one county (its municipalities included).
struct CountyEffect {
    std::string area; ///< key of the county
    std::string name;
    std::uint64_t added = 0, revised = 0, deleted = 0;
};

/// One observation that the release would change. The values are texts as CSV has them; a side without a number says
/// its reason.
struct ChangedObservation {
    std::string area, indicator, period;
    std::string before, after; ///< empty = none
    friend bool operator==(ChangedObservation const&, ChangedObservation const&) = default;
};

struct DerivedEffect {
    std::string what; ///< "Landkreis Göttingen, BEV insgesamt, 2016"
    std::string before, after;
    std::string change; ///< "+1.4 %"
};

/// What the release would do.
struct Preview {
    std::string dataset;
    VintageNo against = 0;              ///< newest vintage when it was made; 0 = the dataset is new
    std::vector<CountyEffect> counties; ///< by key
    std::vector<DerivedEffect> derived; ///< the largest first, at most 50
    std::uint64_t derived_more = 0;     ///< beyond those
    std::string changes_sha256; ///< over all changed observations in order: equal previews, equal hashes
};

enum class Verdict : std::uint8_t {
    sound,        ///< nothing to say against it
    partly,       ///< some rows are set aside, the rest is sound
    needs_reason, ///< sound, but something in it wants a reason
    held,         ///< beyond the brake: a person decides
    unusable,     ///< nothing of it can be used
};
std::string_view name_of(Verdict verdict) noexcept; ///< "sound", "needs_reason", ...
std::optional<Verdict> verdict_from(std::string_view name) noexcept;

struct Report {
    std::string delivery; ///< id; empty for a dry run
    std::string agreement, file, sha256;
    UnixTime checked = 0;
    Verdict verdict = Verdict::unusable; ///< the gravest; counts.set_aside tells of rows set aside beside it
    Counts counts;
    std::vector<Finding> findings; ///< the gravest first
    Preview preview;
    std::string mapping_sha256, rules_sha256;
    std::string program; ///< version
};

} // namespace gateway::intake

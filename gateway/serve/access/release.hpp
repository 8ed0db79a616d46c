// Release classes: who may see a dataset, and of which areas.
//
// PUBLIC      everybody; the class of every dataset that no rule names
// RESTRICTED  keys whose scope is among the recipients of the rule, and of these only the areas of the scope
// INTERNAL    nobody over the network; the command line on the machine itself still shows it
//
// Shape    access.toml in the service's folder:  [[dataset]] id = "LSN_*" class = "RESTRICTED"
//          recipients = ["office:03", "county:03153"]. The first rule that fits decides; '*' stands for any text.
// Source   docs/api.md, access; the handbook's confidentiality rules (named recipients, five years of records)
// Errors   Error malformed naming file, rule and value; nothing is served before the file can be read
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"
#include "gateway/serve/access/limiter.hpp"

namespace gateway::serve::access {

enum class ReleaseClass : std::uint8_t { open, restricted, internal };
std::string_view to_string(ReleaseClass release) noexcept; ///< "PUBLIC"
std::optional<ReleaseClass> release_class_from(std::string_view name) noexcept;

/// What a key stands for: an office of statistics (all areas of a Land; "DG": of Germany) or a county.
struct Scope {
    enum class Kind : std::uint8_t { office, county };
    Kind kind = Kind::county;
    std::string area; ///< "03", "03153", "DG"
    /// True where figures of `area` may go to the scope.
    [[nodiscard]] bool holds(Area const& one) const;
    friend bool operator==(Scope const&, Scope const&) = default;
};
std::string to_string(Scope const& scope);
/// Reads "office:03" and "county:03153"; nothing for anything else.
std::optional<Scope> scope_from(std::string_view text);

/// Who asks. Without scope: somebody without a key.
struct Caller {
    std::string key_id; ///< public part of the key: "k7f3a09c2"; empty without a key
    std::optional<Scope> scope;
    std::string purpose; ///< as given when the key was made
    std::string address; ///< without port
};

/// What a caller may see of a dataset.
struct Right {
    bool any = true;           ///< false: as if there were no such dataset
    std::optional<Scope> only; ///< areas of this scope alone
    bool recorded = false;     ///< each transmission is written down
};

struct Limits {
    Rate anonymous{50, 1000}; ///< for each address
    Rate key{100, 2000};      ///< for each key
    /// Whoever is on this machine is not counted: a proxy in front of the service, or its operator.
    bool spare_loopback = true;
};

/// The rules, immutable.
class Release {
  public:
    Release() = default;
    /// Reads access.toml; no file means that everything is public.
    static Release load(std::string const& path);
    static Release parse(std::string_view text, std::string const& name);

    [[nodiscard]] ReleaseClass class_of(std::string_view dataset) const;
    [[nodiscard]] Right right(Caller const& caller, std::string_view dataset) const;
    /// [limits], where the file has it: anonymous_per_second, anonymous_burst, key_per_second, key_burst (0 = none),
    /// spare_loopback.
    [[nodiscard]] std::optional<Limits> const& limits() const noexcept { return limits_; }
    [[nodiscard]] bool all_public() const noexcept { return rules_.empty(); }

  private:
    struct Rule {
        std::string pattern;
        ReleaseClass release = ReleaseClass::open;
        std::vector<Scope> recipients;
    };
    [[nodiscard]] Rule const* rule_of(std::string_view dataset) const;
    std::vector<Rule> rules_;
    std::optional<Limits> limits_;
};

} // namespace gateway::serve::access

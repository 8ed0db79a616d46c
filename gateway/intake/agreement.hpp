// Delivery agreements: what an office may deliver, how, when, and what happens to it.
//
// Shape    mappings/agreements/*.toml, or files of the same form in STORE/intake/agreements, which an operator adds
// Errors   Error malformed naming file:line:column, the key and what is expected
// Source   schemas/agreement/agreement.schema.json; docs/agreements.md
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::intake {

enum class RowPolicy : std::uint8_t { accept_rest, all_or_nothing };
enum class EmbargoRule : std::uint8_t { none, allowed, required };

/// Day of the year by which a delivery is due, as "every 15 March", "15th of every second month", ...
struct Due {
    int month = 0; ///< 1 to 12; 0 = every month
    int day = 1;
    std::string note; ///< "Bevölkerungsfortschreibung des Vorjahres"
};

/// Above one of these a release waits for a person.
struct Brake {
    double deleted_share = 0.05; ///< of what is in force
    double changed_share = 0.25;
    std::uint64_t always_allowed = 20; ///< so many changes are never too many
};

struct Agreement {
    std::string id;                 ///< "lsn-bevoelkerung"
    std::string file;               ///< where it was read from
    std::string title;              ///< in German
    std::string office;             ///< key of the office's Land: "03"; its keys have the scope office:03
    std::string office_name;        ///< "Landesamt für Statistik Niedersachsen"
    std::string contact;            ///< address for people
    std::string certificate;        ///< subject of the client certificate; empty = keys only
    std::string service, table;     ///< of the feed, or of a GENESIS table
    std::vector<std::string> areas; ///< prefixes of AGS that may be delivered: {"03"}
    std::vector<Due> due;
    std::string time_zone = "Europe/Berlin";
    RowPolicy rows = RowPolicy::all_or_nothing;
    EmbargoRule embargo = EmbargoRule::allowed;
    bool four_eyes = false;       ///< somebody other than the sender releases
    bool releases_itself = false; ///< sound deliveries need nobody
    Brake brake;
    std::uint64_t least_rows = 1; ///< fewer can never be "ok"
    std::vector<std::string>
        counties;                  ///< keys that must be there; {"all"} = every county of `areas` on the day
    std::vector<std::string> told; ///< scopes that learn of a release or a recall: "county:03153", "all"
    std::uint64_t most_bytes = std::uint64_t{4} << 30U;
    std::uint64_t most_unpacked = std::uint64_t{40} << 30U;
    double most_ratio = 200;
};

class Agreements {
  public:
    /// Reads every file of the folders; a folder that is absent holds none. An id twice is an error.
    static Agreements load(std::vector<std::string> const& folders);
    /// The same while a service runs: where a file cannot be used, `complain` hears it and what it said before stays in
    /// force.
    static Agreements load_again(std::vector<std::string> const& folders, Agreements const& before,
                                 std::function<void(std::string_view)> const& complain);
    /// The files they are read from, in order. \throws Error io where a folder cannot be looked into
    static std::vector<std::string> files(std::vector<std::string> const& folders);
    [[nodiscard]] Agreement const* find(std::string_view id) const noexcept;
    [[nodiscard]] std::vector<Agreement> const& all() const noexcept { return all_; }

  private:
    void add(Agreement agreement);
    void sort();
    std::vector<Agreement> all_; ///< by id
};

} // namespace gateway::intake

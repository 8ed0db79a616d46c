// Checking a delivery: a trial load, and everything there is to say about it.
//
// Errors   none for what the sender can mend: that is a finding. Error io, corrupt_store, conflict where this machine
//          cannot do it now; then the check runs again later.
// Source   docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/ingest/load.hpp"
#include "gateway/ingest/workshop.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/intake/delivery.hpp"
#include "gateway/intake/findings.hpp"

namespace gateway::intake {

struct CheckOptions {
    UnixTime at = 0;     ///< when the release is to be; the mapping of that day counts
    std::string program; ///< version, for the report
    std::string data; ///< folder with mappings/, for series on today's territory; empty = they are left out
    std::string store_directory; ///< with imported files of territory; empty = none
    std::string quarantine;      ///< file for the rows set aside; empty = none is written
    /// Every changed observation, in the order of the load; for tests and downloads.
    std::function<void(ChangedObservation const&)> each_change;
};

/// Holds `path` against the agreement, the mapping, the rules and the store. Nothing but the quarantine file remains.
Report check(ingest::Workshop& shop, Agreement const& agreement, Delivery const& delivery,
             std::string const& path, CheckOptions const& options);

/// How the file of a delivery is read: a release must do it as the check did. Rows of areas that the agreement does
/// not allow are set aside; absent rows are deletions only where the sender says that the file is all there is.
ingest::LoadOptions reading_of(Agreement const& agreement, Wish const& wish);
Provenance provenance_of(Agreement const& agreement, Delivery const& delivery, UnixTime received);

/// The report for machines; from_json() reads it back. \throws Error malformed
std::string to_json(Report const& report);
Report report_from_json(std::string_view text);
/// For people, in German.
std::string to_text(Report const& report, Agreement const& agreement);
std::string to_html(Report const& report, Agreement const& agreement);

} // namespace gateway::intake

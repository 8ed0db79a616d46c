// Held: documents that the brake stopped, until a person decides.
//
// Shape    STORE/held/ID/held.json, and sample.csv with some of the changes. ID is SERVICE_TABLE_ and the beginning of the
//          document's SHA-256: the same document is held once. The document itself is in the archive.
// Errors   Error not_found, corrupt_store naming the file, io; invalid_argument for a decision that was made before
// Source   docs/night.md, "The brake"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/outcome.hpp"
#include "gateway/ingest/workshop.hpp"

namespace gateway::night {

struct Held {
    std::string id;
    std::string source; ///< id in the configuration
    std::string service, table, dataset;
    std::string document;            ///< SHA-256
    std::string slice;               ///< as LoadOptions::slice
    std::vector<ingest::Part> parts; ///< of a table that came in parts: all of them, released together
    UnixTime at = 0;                 ///< when it was stopped
    bool partial = false;
    std::vector<std::string> why; ///< "1204 of 1210 figures would be deleted (99 %)"
    std::uint64_t added = 0, revised = 0, deleted = 0, unchanged = 0;
    std::string state = "held"; ///< "held", "released", "refused", "replaced"
    UnixTime decided_at = 0;
    std::string reason; ///< of the decision, in a person's words
    [[nodiscard]] bool is_open() const noexcept { return state == "held"; }
};

class HeldFolder {
  public:
    explicit HeldFolder(std::string const& store_directory) : directory_(store_directory + "/held") {}

    static std::string id_of(ingest::TableRef const& ref, std::string_view sha256);
    /// All, in order of time.
    [[nodiscard]] std::vector<Held> list() const;
    [[nodiscard]] std::optional<Held> find(std::string_view id) const;
    /// Durable on return; an older one of the same table that is still open is replaced.
    void keep(Held const& held, std::string_view sample) const;
    void decide(Held held, std::string state, UnixTime now, std::string reason) const;
    [[nodiscard]] std::string sample_of(std::string_view id) const; ///< path of the sample

  private:
    void write(Held const& held) const;
    std::string directory_;
};

/// Loads what was held; the reason becomes the note of the vintage, which readers see. Recorded as an attempt.
/// \throws Error conflict where something newer was loaded meanwhile
ingest::LoadReport release_held(ingest::Workshop& shop, HeldFolder const& folder, Held const& held,
                                std::string const& reason);
/// The document is never loaded; the same one is not asked about again. Recorded as an attempt.
void refuse_held(ingest::Workshop& shop, HeldFolder const& folder, Held const& held,
                 std::string const& reason);

} // namespace gateway::night

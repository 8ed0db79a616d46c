// Brake: looks at each load of a night before it is committed, and stops what looks like an accident.
//
// A load is held where it would delete or revise more than a share of what is in force, or where a regional level or a
// total is gone that the last document had. Nothing of it is committed; the document is in the archive, and a sample of
// the changes beside the store (held.hpp). The same document is then never loaded by itself; a newer one is looked at
// anew.
//
// Threads  as the Workshop
// Source   docs/night.md, "The brake"
#pragma once

#include <string>

#include "gateway/ingest/outcome.hpp"
#include "gateway/ingest/workshop.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/night/held.hpp"

namespace gateway::night {

struct BrakeRule {
    bool is_on = true;
    intake::Brake limits;
};

class Brake {
  public:
    Brake(ingest::Workshop& shop, std::string const& store_directory, BrakeRule rule)
        : shop_(shop), folder_(store_directory), rule_(rule) {}

    /// For RunParts::before_load. \throws ingest::Stopped where this document is held or refused already
    void attach(ingest::Arrival const& arrival, ingest::LoadOptions& options);

  private:
    ingest::Workshop& shop_;
    HeldFolder folder_;
    BrakeRule rule_;
};

} // namespace gateway::night

// Outcomes: the word in which an attempt to get a table ends.
//
// Every fault has one of its own, so that whoever looks at the attempts knows what happened without reading texts:
//   loaded, unchanged, not_newer, skipped, late   the source answered, or said that there is nothing new
//   held, declined                                the brake stopped it; a person refused it
//   withdrawn, absent                             the source took it away, or never had it
//   not_ready, postponed                          a job is under way; budget, deadline or the source said "later"
//   unavailable, refused, partial, changed_shape, empty, too_big, failed
//
// Source   docs/night.md, "States"
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/load.hpp"

namespace gateway::ingest {

/// The word for a table that ended with an error; "failed" for what has none of its own.
std::string_view outcome_after(Errc code) noexcept;

/// Ends a table with an outcome of its own; nothing of the document is loaded.
class Stopped : public Error {
  public:
    Stopped(std::string outcome, Errc code, std::string const& text, std::string next_step)
        : Error(code, text), outcome_(std::move(outcome)), next_step_(std::move(next_step)) {}
    [[nodiscard]] std::string const& outcome() const noexcept { return outcome_; }
    [[nodiscard]] std::string const& next_step() const noexcept { return next_step_; }

  private:
    std::string outcome_, next_step_;
};

/// A document of a table that came in parts.
struct Part {
    std::string sha256;
    std::string slice; ///< as LoadOptions::slice
};

/// All parts of such a table. They are loaded one after the other and become visible together, or not at all.
struct Whole {
    std::vector<Part> parts;       ///< in the order in which they are loaded
    std::shared_ptr<void> watched; ///< of who looks at the loads, from part to part
    std::function<void()>
        last_word; ///< called when all are loaded and nothing is visible; what it throws undoes all
};

/// A document that was archived and is about to be loaded.
struct Arrival {
    TableRef ref;
    std::string source; ///< id in the configuration
    std::string sha256;
    std::int64_t document = 0;
    bool partial = false;
    std::string slice = {};
    std::shared_ptr<Whole> whole = {}; ///< null for a table in one document
};

/// Sees each document before it is loaded, and may look at the load (LoadOptions::watch). What it throws, a Stopped for
/// instance, ends this table. Empty: nobody looks.
using BeforeLoad = std::function<void(Arrival const&, LoadOptions&)>;

/// "unchanged" and "not_newer" become "late" where something new was expected since a day: "2026-11-15"; no day, no change.
void mark_late(std::vector<LoadReport>& reports, std::string const& since);

/// The report of a table that ended with an error.
LoadReport report_after(Error const& error);

} // namespace gateway::ingest

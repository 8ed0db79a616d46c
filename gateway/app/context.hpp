// Wiring: opens what a command needs, and only that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/app/options.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/workshop.hpp"
#include "gateway/raw/archive.hpp"
#include "gateway/store/store.hpp"

namespace gateway::app {

/// Folder that holds mappings/ and schemas/: $KREISLAUF_DATA, else share/kreislauf beside the program, else
/// the source tree it was built from.
std::string data_directory();

/// The clock of the job: the system's, or one that stands where --now says.
Clock clock_for(Options const& options);

/// "2025-04-30" as the last second of that day; throws Error invalid_argument.
std::optional<UnixTime> as_of_time(std::string const& text);

/// Says on stderr that a state of knowledge of the future is the present one and will change.
void warn_of_future(std::optional<UnixTime> const& as_of);

/// Everything a job writes with. Creates the store where there is none.
struct JobContext {
    /// `how` is for jobs that commit soon: a sync may wait long for its first answer, an import does not.
    explicit JobContext(Options const& options, bool read_only = false,
                        store::NewFile how = store::NewFile::in_place);
    bool new_store; ///< it is not there yet
    std::unique_ptr<store::Store> store;
    raw::Archive archive;
    harmonize::MappingFiles mappings;
    harmonize::AreaRegister areas;
    ingest::Workshop shop;

    /// From here on, what a load no longer needs is kept until the process ends: for its last one.
    void is_last();
    /// Ends the process: closes the store, flushes the streams and leaves the memory to the system. Freeing what a small
    /// table needed takes a twentieth of the whole run. Returns in builds with sanitizers, which look at what is left.
    Exit leave(Exit exit);

  private:
    std::vector<std::shared_ptr<void>> discarded_;
};

} // namespace gateway::app

// World: one machine with one store, one source, and the nights between them.
//
// A night goes the way of `kreislauf daemon` (gateway/night/run.hpp) with a virtual clock, the scripted source and the
// scripted disk. After each night the store is opened again, as the next process would, and held against what must be so:
//   the store is sound: every checksum, both key orders (Store::verify)
//   each table shows one revision of the source as a whole, never an older one than was reported as loaded
//   no revision is there twice in a row; the vintages that were there are there still
//   every table that was asked ends in a state that has a name, and in one that fits what happened to it
//   no job was started twice at the source
// At the end come some undisturbed nights. Then every table shows the newest revision, and the content hash is that of a
// store that was loaded with the same revisions and never disturbed.
//
// Errors   Broken names seed, night and what is not as it must be
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace simulation {

/// What must always be so is not.
class Broken : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What is put into the product on purpose: nights that do not find it prove nothing.
enum class Defect : std::uint8_t {
    none,
    ignored_sync, ///< nobody looks whether a sync failed
    lying_log,    ///< syncs of the store's log do nothing
    lost_memory,  ///< what is to be remembered of a job is not
};

struct Plan {
    std::uint64_t seed = 1;
    unsigned nights = 40; ///< disturbed ones
    Defect defect = Defect::none;
    bool tells = false; ///< writes each night to the standard output
};

struct Outcome {
    std::uint64_t nights = 0; ///< with the undisturbed ones
    std::uint64_t trace = 0;  ///< of everything that was asked, answered, written and reported
    std::string content_hash;
    std::uint64_t vintages = 0, net_faults = 0, disk_faults = 0, kills = 0, power_cuts = 0;
    std::uint64_t longest_steps = 0; ///< steps on the disk of the longest night
};

/// Lives the nights of one seed, in a directory of its own below the system's memory disk. \throws Broken
Outcome live(Plan const& plan);

} // namespace simulation

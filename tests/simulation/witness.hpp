// Witness: remembers what was reported and holds each state of the store against it. See world.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/ingest/load.hpp"
#include "gateway/store/store.hpp"
#include "tests/simulation/source.hpp"

namespace simulation {

/// A vintage as the source knows it.
struct Seen {
    bool withdrawn = false;
    std::size_t revision = 0;
    friend bool operator==(Seen const&, Seen const&) = default;
};

class Witness {
  public:
    explicit Witness(Source const& source) : source_(source) {}

    /// The runner says how a table ended.
    void reported(gateway::ingest::LoadReport const& report);
    /// The runner has been killed, or not: what it had reported until now must be there from now on.
    void look(gateway::store::Store const& store);
    /// Of the tables that were asked since `since`: the state each ended in has a name. \throws Broken
    void look_at_states(gateway::store::Store const& store, gateway::UnixTime since,
                        NetFault only_fault) const;
    /// Nothing is there yet, and nothing was reported.
    void look_at_nothing() const;
    void expect_newest() const;

    [[nodiscard]] std::map<std::string, std::vector<Seen>> const& seen() const noexcept { return seen_; }
    [[nodiscard]] bool shows_newest(Table const& table) const;
    [[nodiscard]] bool has(Table const& table) const { return reported_.count(table.code) != 0; }

  private:
    void look(gateway::store::Store const& store, Table const& table);

    Source const& source_;
    std::map<std::string, std::size_t> reported_; ///< newest revision by table
    std::map<std::string, std::vector<Seen>> seen_;
};

/// What a reader sees of a dataset, in the form of content_of().
std::string content_of(gateway::store::Store const& store, std::string const& dataset,
                       std::optional<gateway::VintageNo> vintage);

} // namespace simulation

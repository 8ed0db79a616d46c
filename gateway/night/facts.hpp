// Facts: what the store, the intake and the configuration know of the nights so far, read once.
//
// Plan and report are functions of these facts alone: no network, no clock, no store. The facts are those of one instant;
// what happened later is left out, so that the report of a day of last year says what it said then.
//
// Units    UnixTime in seconds
// Errors   those of the store and the ledger
// Source   docs/night.md
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/intake/delivery.hpp"
#include "gateway/night/expected.hpp"
#include "gateway/night/held.hpp"
#include "gateway/store/store.hpp"

namespace gateway::night {

/// A source of the configuration.
struct SourceFacts {
    std::string id;
    std::string service;
    std::string title; ///< of the service or the office, for people
    std::vector<std::string> tables;
    std::map<std::string, std::string> titles; ///< of tables, where a description tells them
    std::map<std::string, Expected> expected =
        {}; ///< of tables, where the configuration knows when they come
};

struct DatasetFacts {
    DatasetInfo info;
    std::vector<store::VintageInfo> vintages;       ///< in order
    std::map<VintageNo, std::vector<Issue>> issues; ///< of vintages that are new, and of the one in force
};

/// The last vintage with figures that was not taken back; null where there is none.
store::VintageInfo const* in_force(std::span<store::VintageInfo const> vintages) noexcept;

struct AgreementFacts {
    intake::Agreement agreement;
    bool is_in_use =
        false; ///< the operator added it, or somebody delivered under it: only then it can be late
};

struct Facts {
    bool is_configured = false;
    std::uint64_t seed = 0;               ///< of the jitter in pauses; 0 = none
    std::vector<SourceFacts> sources;     ///< in the order of the configuration
    std::vector<store::Attempt> attempts; ///< oldest first, as far back as they tell something
    std::vector<DatasetFacts> datasets;   ///< by id
    std::map<std::pair<std::string, std::string>, std::string> pending_jobs; ///< (service, table) -> name
    std::vector<intake::Delivery> deliveries;                                ///< oldest first
    std::vector<AgreementFacts> agreements;                                  ///< by id
    std::vector<Held> held; ///< what waits for a decision, oldest first

    /// The dataset of a table; null where there is none yet. `source` is an id of the configuration or a service.
    [[nodiscard]] DatasetFacts const* dataset_of(std::string_view source,
                                                 std::string_view table) const noexcept;
    [[nodiscard]] SourceFacts const* source(std::string_view id) const noexcept;
    [[nodiscard]] intake::Agreement const* agreement(std::string_view id) const noexcept;
    /// "Bevölkerung ... (12411-01-01-4)": the name with the code, the code alone where no name is known.
    [[nodiscard]] std::string name_of(std::string_view source, std::string_view table) const;
};

struct FactsFrom {
    store::Store const& store;
    std::string directory; ///< of the store; the intake is in it. Empty: no deliveries
    std::string data;      ///< folder with mappings/
    std::vector<SourceFacts> sources;
    bool is_configured = false;
    UnixTime since = 0; ///< issues of vintages received before it are read only where they still stand
    UnixTime until = 0; ///< what is later is left out
};

Facts read_facts(FactsFrom const& from);

} // namespace gateway::night

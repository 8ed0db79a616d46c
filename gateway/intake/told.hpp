// Told: who may learn, of its own accord, of what a delivery brought.
//
// The store says which agreement a vintage came under: its document, written in the transaction of the release, names it.
// So it is known in the moment in which the vintage is visible, before the ledger of the intake says so.
//
// Errors   those of the store
// Source   docs/agreements.md, `told`
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/store/store.hpp"

namespace gateway::intake {

/// The agreement under which a vintage was delivered, or for a recall, the vintage that it takes back; nothing where it
/// came otherwise.
std::optional<std::string> agreement_of(store::Store const& store, std::string_view dataset,
                                        VintageNo vintage);

/// Scopes that may learn of a vintage: Agreement::told, nobody where the agreement is gone. Nothing where no delivery
/// brought it.
std::optional<std::vector<std::string>> who_is_told(store::Store const& store, Agreements const& agreements,
                                                    std::string_view dataset, VintageNo vintage);

/// Whether the scopes hold a listener: "all", itself, or the Land of a county. Who is known by no scope (empty) hears
/// what all hear.
bool is_told(std::vector<std::string> const& told, std::string_view listener) noexcept;

/// The same on a day: a county that is no more stands for what became of it, a split for all parts. A listener that is
/// a former county hears what all its successors hear.
bool is_told(std::vector<std::string> const& told, std::string_view listener,
             harmonize::territory::Register const& areas, std::int32_t day);

} // namespace gateway::intake

// Receipts against releases: whether the store and the chain of receipts tell the same story.
//
// A release is a vintage whose document came as a delivery. Each has its receipt, and each receipt of a release has its
// vintage, or, where the release changed nothing, its position in the store. So has each recall.
//
// Errors   those of reading the store
// Source   docs/receipts.md
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/intake/receipt.hpp"
#include "gateway/store/store.hpp"

namespace gateway::intake {

/// Name under which a document's record keeps the delivery that it came as; its source is "delivery".
inline constexpr std::string_view delivery_source = "delivery";

struct ReleaseVerdict {
    std::uint64_t releases = 0; ///< vintages that came as deliveries
    std::uint64_t receipts = 0; ///< of releases
    std::uint64_t recalls = 0;  ///< vintages that take such a release back
    std::vector<std::string> problems;
};

/// `receipts`: all of the chain. A release between its commit and its receipt, which the intake writes within moments
/// or after its next start, is a problem too: it says what to do.
ReleaseVerdict releases_against_receipts(store::Store const& store, std::vector<Receipt> const& receipts);

} // namespace gateway::intake

#include "gateway/subscribe/sealed.hpp"

namespace gateway::subscribe {

SealedEntries::Tells SealedEntries::look(query::ChangeEntry const& entry) {
    if (entry.changes == nullptr || entry.about == nullptr || !entry.about->sealed) return Tells::changes;
    std::string const dataset{entry.dataset};
    if (entry.about->kind != store::VintageKind::recalled) {
        never_.emplace(dataset, entry.vintage);
        return Tells::nothing;
    }
    return never_.count({dataset, entry.about->recalls}) != 0 ? Tells::nothing : Tells::taken_back;
}

bool is_same(std::optional<store::PackedObservation> const& a,
             std::optional<store::PackedObservation> const& b) noexcept {
    if (!a || !b) return !a && !b;
    return a->state == b->state && a->number.same_digits(b->number);
}

} // namespace gateway::subscribe

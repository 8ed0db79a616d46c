#include "gateway/http/answer_cache.hpp"

#include <algorithm>

namespace gateway::http {
namespace {

/// Every value of a field, as a proxy would join them.
template <typename Fields>
void join_values(Fields const& fields, std::string_view name, std::string& joined) {
    joined.clear();
    for (auto const& [key, value] : fields) {
        if (!same_name(key, name)) continue;
        if (!joined.empty()) joined += ", ";
        joined += value;
    }
}

} // namespace

void AnswerCache::set_key(std::string& key, std::string_view host, std::string_view target, Coding coding) {
    key.assign(1, static_cast<char>('0' + static_cast<int>(coding)));
    key += host;
    key += ' '; // stands in neither
    key += target;
}

std::shared_ptr<Answer const> AnswerCache::find(RequestHead const& head, Coding coding,
                                                std::uint64_t generation) {
    auto const lock = std::scoped_lock{mutex_};
    set_key(wanted_, head.host, head.target, coding);
    auto const found = index_.find(wanted_);
    if (found == index_.end()) return nullptr;
    auto const slot = found->second;
    auto& value = wanted_; // the key is not needed any more
    for (std::size_t i = slot->variants.size(); i-- > 0;) {
        auto const& variant = slot->variants[i];
        if (variant.generation != generation) continue;
        bool same = true;
        for (std::size_t k = 0; same && k < variant.values.size(); ++k) {
            join_values(head.fields, variant.answer->vary[k], value);
            same = value == variant.values[k];
        }
        if (!same) continue;
        slots_.splice(slots_.begin(), slots_, slot);
        return variant.answer;
    }
    return nullptr;
}

std::shared_ptr<Answer const> AnswerCache::revisit(Request const& request, Coding coding) {
    auto const lock = std::scoped_lock{mutex_};
    set_key(wanted_, request.header("Host"), request.target, coding);
    auto const found = index_.find(wanted_);
    if (found == index_.end()) return nullptr;
    for (auto const& variant : found->second->variants) {
        bool same = true;
        for (std::size_t k = 0; same && k < variant.values.size(); ++k) {
            join_values(request.headers, variant.answer->vary[k], wanted_);
            same = wanted_ == variant.values[k];
        }
        if (same) return variant.answer;
    }
    return nullptr;
}

void AnswerCache::keep(Request const& request, Coding coding, std::uint64_t generation,
                       std::shared_ptr<Answer const> answer) {
    if (answer->bytes() > limit_bytes_ / 8) return;
    Variant made{generation, {}, std::move(answer)};
    for (auto const& name : made.answer->vary) {
        if (name == "*") return;
        join_values(request.headers, name, made.values.emplace_back());
    }
    auto const lock = std::scoped_lock{mutex_};
    set_key(wanted_, request.header("Host"), request.target, coding);
    auto found = index_.find(wanted_);
    if (found == index_.end()) {
        slots_.emplace_front();
        slots_.front().key = wanted_;
        slots_.front().bytes = 2 * wanted_.size() + sizeof(Slot);
        bytes_ += slots_.front().bytes;
        found = index_.emplace(slots_.front().key, slots_.begin()).first;
    }
    auto& slot = *found->second;
    for (std::size_t i = slot.variants.size(); i-- > 0;) {
        auto const& each = slot.variants[i];
        if (each.values == made.values && each.answer->vary == made.answer->vary) drop(slot, i);
    }
    if (slot.variants.size() == most_variants) drop(slot, 0);
    slot.bytes += made.answer->bytes();
    bytes_ += made.answer->bytes();
    slot.variants.push_back(std::move(made));
    slots_.splice(slots_.begin(), slots_, found->second);
    while (bytes_ > limit_bytes_ && slots_.size() > 1) {
        bytes_ -= slots_.back().bytes;
        index_.erase(slots_.back().key);
        slots_.pop_back();
    }
}

void AnswerCache::drop(Slot& slot, std::size_t at) {
    auto const bytes = slot.variants[at].answer->bytes();
    slot.bytes -= bytes;
    bytes_ -= bytes;
    slot.variants.erase(slot.variants.begin() + static_cast<std::ptrdiff_t>(at));
}

std::size_t AnswerCache::bytes() const {
    auto const lock = std::scoped_lock{mutex_};
    return bytes_;
}

} // namespace gateway::http

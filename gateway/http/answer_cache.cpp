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

AnswerCache::Slots::iterator AnswerCache::slot_of(std::string_view host, std::string_view target,
                                                  Coding coding) {
    set_key(wanted_, host, target, coding);
    auto const found = index_.find(wanted_);
    return found == index_.end() ? slots_.end() : found->second;
}

AnswerCache::Found AnswerCache::find(RequestHead const& head, Coding coding, std::uint64_t generation) {
    auto const lock = std::scoped_lock{mutex_};
    auto const slot = slot_of(head.host, head.target, coding);
    if (slot == slots_.end()) return {};
    auto& value = wanted_; // the key is not needed any more
    for (std::size_t i = slot->variants.size(); i-- > 0;) {
        auto& variant = slot->variants[i];
        if (variant.generation != generation) continue;
        bool same = true;
        for (std::size_t k = 0; same && k < variant.values.size(); ++k) {
            join_values(head.fields, variant.answer->vary[k], value);
            same = value == variant.values[k];
        }
        if (!same) continue;
        slots_.splice(slots_.begin(), slots_, slot);
        auto const size = variant.answer->file ? 0 : variant.answer->content().size();
        if (most_files_ == 0 || size < least_in_file || size > most_in_file || ++variant.hits < often)
            return {variant.answer};
        variant.hits = 0;
        return {variant.answer, true};
    }
    return {};
}

std::shared_ptr<Answer const> AnswerCache::revisit(Request const& request, Coding coding) {
    auto const lock = std::scoped_lock{mutex_};
    auto const slot = slot_of(request.header("Host"), request.target, coding);
    if (slot == slots_.end()) return nullptr;
    for (auto const& variant : slot->variants) {
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
    auto found = slot_of(request.header("Host"), request.target, coding);
    if (found == slots_.end()) {
        slots_.emplace_front();
        slots_.front().key = wanted_;
        slots_.front().bytes = 2 * wanted_.size() + sizeof(Slot);
        bytes_ += slots_.front().bytes;
        found = slots_.begin();
        index_.emplace(found->key, found);
    }
    auto& slot = *found;
    for (std::size_t i = slot.variants.size(); i-- > 0;) {
        auto const& each = slot.variants[i];
        if (each.values == made.values && each.answer->vary == made.answer->vary) drop(slot, i);
    }
    if (slot.variants.size() == most_variants) drop(slot, 0);
    count(slot, *made.answer);
    slot.variants.push_back(std::move(made));
    slots_.splice(slots_.begin(), slots_, found);
    while (bytes_ > limit_bytes_ && slots_.size() > 1) {
        auto& last = slots_.back();
        while (!last.variants.empty()) drop(last, last.variants.size() - 1);
        bytes_ -= last.bytes;
        index_.erase(last.key);
        slots_.pop_back();
    }
}

void AnswerCache::move_to_file(std::string_view host, std::string_view target, Coding coding,
                               std::shared_ptr<Answer const> const& answer) {
    auto moved = in_file(*answer);
    if (!moved) return;
    auto const lock = std::scoped_lock{mutex_};
    auto const slot = slot_of(host, target, coding);
    if (slot == slots_.end()) return;
    for (std::size_t i = 0; i < slot->variants.size(); ++i) {
        if (slot->variants[i].answer != answer) continue;
        auto variant = slot->variants[i];
        drop(*slot, i);
        if (files_ >= most_files_) move_last_back();
        variant.answer = std::move(moved);
        count(*slot, *variant.answer);
        slot->variants.push_back(std::move(variant));
        return;
    }
}

void AnswerCache::move_last_back() {
    for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) {
        for (auto& variant : slot->variants) {
            if (!variant.answer->file) continue;
            take_off(*slot, *variant.answer);
            variant.answer = in_memory(*variant.answer);
            return count(*slot, *variant.answer);
        }
    }
}

void AnswerCache::count(Slot& slot, Answer const& answer) noexcept {
    slot.bytes += answer.bytes();
    bytes_ += answer.bytes();
    if (answer.file) ++files_;
}

void AnswerCache::take_off(Slot& slot, Answer const& answer) noexcept {
    slot.bytes -= answer.bytes();
    bytes_ -= answer.bytes();
    if (answer.file) --files_;
}

void AnswerCache::drop(Slot& slot, std::size_t at) {
    take_off(slot, *slot.variants[at].answer);
    slot.variants.erase(slot.variants.begin() + static_cast<std::ptrdiff_t>(at));
}

std::size_t AnswerCache::files() const {
    auto const lock = std::scoped_lock{mutex_};
    return files_;
}

std::size_t AnswerCache::bytes() const {
    auto const lock = std::scoped_lock{mutex_};
    return bytes_;
}

} // namespace gateway::http

#include "adapters/genesis/reader_dictionary.hpp"

#include <algorithm>

#include "adapters/genesis/reader_text.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr std::size_t chunk_bytes = std::size_t{64} << 10U;
/// Counties of all times. Room that is not used costs nothing, but moving does.
constexpr std::size_t usual_codes = 1024;

std::uint64_t load(char const* bytes, std::size_t size) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, size);
    return word;
}

/// Mixes the first and last eight bytes and the length: codes are short, and equal hashes only cost a
/// comparison.
std::uint32_t hash_of(std::string_view key) noexcept {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    auto const size = key.size();
    if (size >= 8) {
        first = load(key.data(), 8);
        second = load(key.data() + size - 8, 8);
    } else if (size >= 4) {
        first = load(key.data(), 4);
        second = load(key.data() + size - 4, 4);
    } else if (size > 0) {
        first = static_cast<unsigned char>(key[0]);
        second = static_cast<unsigned char>(key[size / 2]) |
                 std::uint64_t{static_cast<unsigned char>(key[size - 1])} << 8U;
    }
    auto mixed = (first ^ (size * 0x9E3779B97F4A7C15U)) * 0xBF58476D1CE4E5B9U;
    mixed ^= mixed >> 29U;
    mixed = (mixed ^ second) * 0x94D049BB133111EBU;
    return static_cast<std::uint32_t>(mixed >> 32U);
}

} // namespace

std::string_view TextStore::keep(std::string_view text) {
    if (text.size() > left_) {
        left_ = std::max(chunk_bytes, text.size());
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
        next_ = chunks_.back().get();
        bytes_ += left_;
    }
    std::copy(text.begin(), text.end(), next_);
    std::string_view const kept{next_, text.size()};
    next_ += text.size();
    left_ -= text.size();
    return kept;
}

std::uint32_t Dictionary::find_hashed(std::string_view bytes, std::string_view key) noexcept {
    if (slots_.empty()) return no_code;
    auto const hash = hash_of(key);
    auto const mask = slots_.size() - 1;
    for (auto at = hash & mask;; at = (at + 1) & mask) {
        auto const& slot = slots_[at];
        if (slot.bytes == nullptr) return no_code;
        if (slot.hash == hash && slot.size == bytes.size() &&
            std::memcmp(slot.bytes, bytes.data(), bytes.size()) == 0) {
            recent_bytes_ = {slot.bytes, slot.size};
            recent_ = slot.id;
            return slot.id;
        }
    }
}

void Dictionary::add_slot(Slot const& slot) {
    if (2 * (used_ + 1) > slots_.size()) {
        constexpr std::size_t few = 256;
        std::vector<Slot> old(std::max<std::size_t>(64, (slots_.size() < few ? 4 : 2) * slots_.size()));
        old.swap(slots_);
        used_ = 0;
        for (auto const& before : old)
            if (before.bytes != nullptr) add_slot(before);
    }
    auto const mask = slots_.size() - 1;
    auto at = slot.hash & mask;
    while (slots_[at].bytes != nullptr) at = (at + 1) & mask;
    slots_[at] = slot;
    ++used_;
}

CodeCheck Dictionary::check(gateway::SourceCode const& code) const {
    CodeCheck result;
    if (auto const variable = variables_.find(code.variable);
        variable != variables_.end() && trimmed(variable->second) != trimmed(code.variable_label)) {
        result.kind = CodeCheck::Kind::variable_label_differs;
        result.before = variable->second;
        return result;
    }
    std::string name{code.variable};
    name += '\0';
    name += code.code;
    auto const known = by_code_.find(name);
    if (known == by_code_.end()) return result;
    result.id = known->second;
    result.kind = CodeCheck::Kind::known;
    if (trimmed(codes_[result.id].label) != trimmed(code.label)) {
        result.kind = CodeCheck::Kind::label_differs;
        result.before = codes_[result.id].label;
    }
    return result;
}

std::uint32_t Dictionary::intern(gateway::SourceCode const& code, std::string_view bytes,
                                 std::string_view key) {
    std::string name{code.variable};
    name += '\0';
    name += code.code;
    auto known = by_code_.find(name);
    if (known == by_code_.end()) {
        if (codes_.size() >= max_codes || texts_.bytes() >= max_text_bytes)
            throw Error(Errc::too_large, "more than " + std::to_string(codes_.size()) +
                                             " distinct codes in one column, last: '" + shown(code.code) +
                                             "'; this is not a statistical table");
        auto const kept = texts_.keep(name);
        gateway::SourceCode copy;
        copy.variable = kept.substr(0, code.variable.size());
        copy.code = kept.substr(code.variable.size() + 1);
        auto const variable = variables_.find(code.variable);
        copy.variable_label =
            variable == variables_.end() ? texts_.keep(trimmed(code.variable_label)) : variable->second;
        if (variable == variables_.end()) variables_.emplace(copy.variable, copy.variable_label);
        copy.label = texts_.keep(trimmed(code.label));
        if (codes_.empty()) codes_.reserve(usual_codes);
        known = by_code_.emplace(kept, size()).first;
        codes_.push_back(copy);
    }
    // The same code may come with other bytes (quoted, indented): a second slot, unless such slots abound.
    if (!bytes.empty() && used_ < 2 * codes_.size() + 64) {
        auto const kept = texts_.keep(bytes);
        add_slot({kept.data(), static_cast<std::uint32_t>(kept.size()), hash_of(key), known->second});
    }
    return known->second;
}

} // namespace adapters::genesis

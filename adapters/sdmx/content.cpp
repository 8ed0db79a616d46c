#include "adapters/sdmx/content.hpp"

#include <algorithm>

#include "gateway/io/sha256.hpp"

namespace adapters::sdmx {
namespace {

bool is_provenance(std::string_view id) {
    static constexpr std::array<std::string_view, 6> ids{"FIGURE_ID", "VINTAGE",      "RETRIEVED",
                                                         "LICENCE",   "SOURCE_TABLE", "FREQ"};
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

unsigned digit(char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

} // namespace

std::string plain_number(Decimal number) {
    auto text = number.to_string();
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

void ContentHash::component(std::uint32_t number, Component const& component) {
    if (number < components_.size()) return;
    components_.push_back({std::string{component.id} + "=", is_provenance(component.id), {}});
}

void ContentHash::code(std::uint32_t component, std::uint32_t number, std::string_view text) {
    auto& codes = components_[component].codes;
    if (codes.size() <= number) codes.resize(number + 1);
    codes[number] = text;
}

void ContentHash::row(Row const& row) {
    text_.clear();
    if (row.action == Action::delete_) text_ += "!Delete\n";
    for (auto const value : row.values) {
        auto const& known = components_[value.component];
        auto const& code = known.codes[value.code];
        if (is_own_ && (known.is_provenance || code == "_Z")) continue;
        text_.append(known.prefix).append(code).push_back('\n');
    }
    append_measures(row);
    auto const hash = gateway::io::sha256_hex(text_);
    unsigned carry = 0;
    for (std::size_t word = sum_.size(); word > 0; --word) {
        std::uint64_t part = 0;
        for (std::size_t i = (word - 1) * 16; i < word * 16; ++i) part = (part << 4U) | digit(hash[i]);
        auto const with_part = sum_[word - 1] + part;
        auto const with_carry = with_part + carry;
        carry = (with_part < part ? 1U : 0U) + (with_carry < with_part ? 1U : 0U);
        sum_[word - 1] = with_carry;
    }
    ++rows_;
}

void ContentHash::append_measures(Row const& row) {
    measures_.assign(row.measures.begin(), row.measures.end());
    if (measures_.size() > 1)
        std::sort(measures_.begin(), measures_.end(), [this](auto const& a, auto const& b) {
            return components_[a.component].prefix < components_[b.component].prefix;
        });
    for (auto const& measure : measures_) {
        if (measure.kind == Measured::Kind::absent) continue;
        text_.append("#").append(components_[measure.component].prefix);
        if (measure.kind == Measured::Kind::number)
            text_.append(plain_number(measure.number));
        else
            text_.append(measure.text);
        text_.push_back('\n');
    }
}

std::string ContentHash::hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "kreislauf-content-1\n" + std::to_string(rows_) + "\n";
    for (auto const word : sum_)
        for (unsigned shift = 64; shift > 0; shift -= 4) text.push_back(digits[(word >> (shift - 4)) & 15U]);
    text.push_back('\n');
    return gateway::io::sha256_hex(text);
}

} // namespace adapters::sdmx

// Near keys and names, for questions about an unknown key.
#include <algorithm>
#include <array>
#include <numeric>

#include "gateway/harmonize/territory/register.hpp"

namespace gateway::harmonize::territory {

std::string folded(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> umlauts{
        {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"Ä", "ae"}, {"Ö", "oe"}, {"Ü", "ue"}}};
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto const* const found = std::find_if(umlauts.begin(), umlauts.end(), [&](auto const& row) {
            return text.substr(at, row.first.size()) == row.first;
        });
        if (found != umlauts.end()) {
            result += found->second;
            ++at;
        } else {
            auto const c = text[at];
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return result;
}

namespace {

/// Letters to insert, remove, replace or swap with their neighbour to get from one text to the other.
unsigned edits(std::string_view a, std::string_view b) {
    std::vector<unsigned> before(b.size() + 1);
    std::vector<unsigned> row(b.size() + 1);
    std::vector<unsigned> above(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(above);
        above.swap(row);
        row[0] = static_cast<unsigned>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] =
                std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size()];
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::vector<Candidate> Register::near(std::string_view words, std::size_t limit) const {
    auto const wanted = folded(words);
    bool const number = is_number(words);
    std::vector<Candidate> found;
    for (auto const& life : lives_) {
        if (number && life.level != AreaLevel::county && words.size() >= 4) continue;
        auto distance = 99U;
        if (number) {
            // A lost leading zero is the commonest slip.
            distance = "0" + std::string{words} == life.key ? 0 : edits(words, life.key);
            // Municipal keys and keys padded with zeros begin with their county.
            if (words.size() > 5 && words.substr(0, 5) == life.key) distance = 0;
        } else {
            auto const name = folded(life.name);
            auto const first = std::string_view{name}.substr(0, name.find(','));
            distance = first == wanted                            ? 0
                       : first.substr(0, wanted.size()) == wanted ? 1
                       : name.find(wanted) != std::string::npos   ? 2
                                                                  : edits(wanted, first) + 1;
        }
        // One slip in three letters is a slip; more is another name.
        auto const limit_of_name = std::max<std::size_t>(2, 1 + wanted.size() / 3);
        if (distance <= (number ? 2U : std::min<std::size_t>(4, limit_of_name)))
            found.push_back({&life, distance});
    }
    auto const order = [](Candidate const& a, Candidate const& b) {
        if (a.distance != b.distance) return a.distance < b.distance;
        // Whoever asks means a living area more often than a dead one.
        if (a.life->last != b.life->last) return a.life->last > b.life->last;
        return a.life->key < b.life->key;
    };
    std::sort(found.begin(), found.end(), order);
    if (found.size() > limit) found.resize(limit);
    return found;
}

std::string Register::unknown_key_text(std::string_view key) const {
    auto text = "no area has the key '" + std::string{key} + "'";
    auto const candidates = near(key);
    if (candidates.empty()) {
        return text + "; next step: give a county key of five digits such as 03159, a Land of two, or a name "
                      "such as "
                      "Göttingen";
    }
    text += "; near: ";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        auto const& life = *candidates[i].life;
        text += (i == 0 ? "" : ", ") + std::string{life.key} + " " + std::string{life.name} + " (" +
                validity_text(life) + ")";
    }
    return text;
}

} // namespace gateway::harmonize::territory

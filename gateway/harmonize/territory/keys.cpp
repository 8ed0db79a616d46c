#include "gateway/harmonize/territory/keys.hpp"

#include <algorithm>
#include <cmath>

#include "gateway/core/area.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/number.hpp"

namespace gateway::harmonize::territory {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool all_zeros(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

/// "1.1e+07" and "1001.0" as the integer they are; empty for everything else.
std::string integer_of(std::string_view text) {
    if (text.find_first_of(".eE,") == std::string_view::npos) return {};
    auto number = real_from(text, '.');
    if (!number) number = real_from(text, ',');
    if (!number || *number < 1 || *number > 999999999999.0 || std::floor(*number) != *number) return {};
    return std::to_string(static_cast<long long>(*number));
}

/// Levenshtein distance, given up beyond `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() > b.size() + limit || b.size() > a.size() + limit) return limit + 1;
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string status_text(Crosswalk const& crosswalk, std::int32_t status) {
    return crosswalk.status == Crosswalk::Status::day ? date_text(status) : std::to_string(status);
}

} // namespace

std::string level_text(std::size_t digits) {
    switch (digits) {
    case 2: return "2-digit keys (Länder)";
    case 3: return "3-digit keys (Regierungsbezirke)";
    case 5: return "5-digit keys (districts)";
    case 8: return "8-digit keys (municipalities)";
    case 9: return "9-digit keys (associations)";
    case 12: return "12-digit keys (ARS)";
    default: return std::to_string(digits) + "-digit keys";
    }
}

bool is_special_key(std::string_view key) noexcept {
    if (key.size() != 8) return false;
    return key.ends_with("999") || key.ends_with("444") || (key.starts_with("09") && key[5] == '4');
}

std::string key_text(Crosswalk const& crosswalk, std::uint32_t old_key) {
    std::string text{crosswalk.old_keys.text(old_key)};
    if (auto const& name = crosswalk.old_names[old_key]; !name.empty()) text += " " + name;
    auto const begin = crosswalk.first_entry[old_key];
    auto const end = crosswalk.first_entry[old_key + 1U];
    // A key that was used again has gaps between its lives.
    auto const all = crosswalk.all_statuses();
    char const* const to = crosswalk.status == Crosswalk::Status::day ? " to " : "-";
    for (auto entry = begin; entry < end;) {
        auto last = entry;
        auto at = std::lower_bound(all.begin(), all.end(), crosswalk.statuses[entry]);
        while (last + 1 < end && at + 1 != all.end() && *(at + 1) == crosswalk.statuses[last + 1]) {
            ++last;
            ++at;
        }
        text += (entry == begin ? " (" : ", ") + status_text(crosswalk, crosswalk.statuses[entry]);
        if (last > entry) text += to + status_text(crosswalk, crosswalk.statuses[last]);
        entry = last + 1;
    }
    return text + ")";
}

KeyReader::KeyReader(Crosswalk const& crosswalk, bool exact, bool repair)
    : crosswalk_(crosswalk), exact_(exact), repair_(repair) {
    for (std::uint32_t key = 0; key < crosswalk.old_keys.size(); ++key) {
        auto const size = crosswalk.old_keys.text(key).size();
        if (key == 0) digits_ = size;
        if (size != digits_) digits_ = 0;
    }
}

bool KeyReader::take(std::string_view text, KeyReading& reading) const {
    auto const found = crosswalk_.old_keys.find(text);
    if (!found) return false;
    reading.state = KeyReading::State::known;
    reading.old_key = *found;
    reading.repaired = true;
    return true;
}

KeyReading KeyReader::read(std::string_view text) const {
    KeyReading reading;
    if (text.empty() || text == "NA") {
        reading.state = KeyReading::State::missing;
        return reading;
    }
    if (auto const found = crosswalk_.old_keys.find(text)) {
        reading.state = KeyReading::State::known;
        reading.old_key = *found;
        return reading;
    }
    if (exact_) return reading;
    auto const plain = trimmed(text);
    if (plain.empty()) {
        reading.state = KeyReading::State::missing;
        return reading;
    }
    if (plain != text && take(plain, reading)) return reading;
    // A regional key says its level by its zeros, and holds the AGS.
    if (plain.size() == 12 && all_digits(plain)) {
        if (auto const ags = ags_from_ars(plain); ags && digits_ == 8 && take(*ags, reading)) return reading;
        if (digits_ < 12 && digits_ > 0 && all_zeros(plain.substr(digits_)) &&
            take(plain.substr(0, digits_), reading))
            return reading;
    }
    std::string repaired;
    if (auto const integer = integer_of(plain); !integer.empty()) {
        reading.why = "it was written as a number";
        repaired = integer.size() + 1 == digits_ ? "0" + integer : integer;
        // 1.1e+07: Berlin as a municipality, in a table of districts.
        if (digits_ == 5 && integer.ends_with("000") && (integer.size() == 7 || integer.size() == 8))
            repaired = (integer.size() == 7 ? "0" : "") + integer.substr(0, integer.size() - 3);
    } else if (all_digits(plain) && plain.size() + 1 == digits_ && plain.front() != '0') {
        reading.why = "a leading zero is lost";
        repaired = "0" + std::string{plain};
    } else if (digits_ == 5 && all_digits(plain) && plain.ends_with("000") &&
               (plain.size() == 8 || plain.size() == 7)) {
        reading.why = "zeros are appended to a district key";
        repaired = (plain.size() == 7 ? "0" : "") + std::string{plain.substr(0, plain.size() - 3)};
    }
    if (!repaired.empty() && crosswalk_.old_keys.find(repaired)) {
        if (repair_ && take(repaired, reading)) return reading;
        reading.why += ": " + repaired + "? --repair-keys reads it so";
        return reading;
    }
    reading.why.clear();
    if (!all_digits(plain)) {
        if (plain == "DG") reading.state = KeyReading::State::other_level;
        reading.why = plain == "DG" ? "Germany" : "not a key of digits";
    } else if (digits_ != 0 && plain.size() != digits_) {
        reading.state = KeyReading::State::other_level;
        reading.why = level_text(plain.size());
    } else {
        reading.why = "never in the table";
    }
    return reading;
}

std::vector<std::string> KeyReader::candidates(std::string_view text, std::string_view name,
                                               std::optional<std::int32_t> status, std::size_t most) const {
    struct Near {
        std::size_t distance;
        std::uint32_t key;
        bool there; ///< at the time of the row
    };
    std::vector<Near> near;
    bool const by_name = !all_digits(text);
    if (by_name) name = text;
    constexpr std::size_t limit = 2;
    for (std::uint32_t key = 0; key < crosswalk_.old_keys.size(); ++key) {
        bool const there = status && crosswalk_.entry(key, *status) != Crosswalk::no_entry;
        auto const& own = crosswalk_.old_names[key];
        // A name says more than digits: "Göttingen" under a key that nobody had.
        if (name.size() >= 3 && !own.empty() &&
            (own.find(name) != std::string::npos || name.find(own) != std::string_view::npos))
            near.push_back({own == name ? 0U : 1U, key, there});
        else if (auto const d = by_name ? limit + 1 : distance(text, crosswalk_.old_keys.text(key), limit);
                 d <= limit)
            near.push_back({d + 1, key, there});
    }
    std::sort(near.begin(), near.end(), [this](Near const& a, Near const& b) {
        if (a.distance != b.distance) return a.distance < b.distance;
        if (a.there != b.there) return a.there;
        return crosswalk_.old_keys.text(a.key) < crosswalk_.old_keys.text(b.key);
    });
    std::vector<std::string> texts;
    for (auto const& one : near)
        if (texts.size() < most) texts.push_back(key_text(crosswalk_, one.key));
    return texts;
}

} // namespace gateway::harmonize::territory

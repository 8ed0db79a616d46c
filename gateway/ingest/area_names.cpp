// AreaNames: the register of areas the other way round, from names to keys.
#include <array>
#include <string>

#include "gateway/core/area.hpp"
#include "gateway/ingest/feed_draft.hpp"
#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest {
namespace {

struct Kind {
    std::string_view word; ///< in small letters
    std::string_view same; ///< what it means for all spellings
};
/// What stands before a name, or behind its comma, and says which kind of area it is.
constexpr std::array<Kind, 13> kinds{{{"statistische region", "statistical"},
                                      {"stat. region", "statistical"},
                                      {"regierungsbezirk", "statistical"},
                                      {"reg.-bez.", "statistical"},
                                      {"kreisfreie stadt", "town"},
                                      {"landeshauptstadt", "town"},
                                      {"hansestadt", "town"},
                                      {"stadtkreis", "town"},
                                      {"stadt", "town"},
                                      {"krfr. stadt", "town"},
                                      {"region", "region"},
                                      {"landkreis", ""},
                                      {"lk", ""}}};

/// Without blanks: "Oldenburg(Oldb)" is "Oldenburg (Oldb)".
std::string close(std::string_view text) {
    std::string out;
    for (char const c : text)
        if (c != ' ' && c != '\n') out += c;
    return out;
}

/// Name and kind: "goslar", "braunschweig,town", "braunschweig,statistical".
std::string normal(std::string_view name) {
    auto text = draft::lower(name);
    for (auto at = text.find("\xC2\xA0"); at != std::string::npos; at = text.find("\xC2\xA0"))
        text.replace(at, 2, " "); // no-break space
    while (text.starts_with(' ')) text.erase(0, 1);
    auto const comma = text.find(',');
    auto in_front = close(text.substr(0, comma));
    if (comma != std::string::npos) {
        auto const behind = close(text.substr(comma + 1));
        for (auto const& kind : kinds)
            if (behind == close(kind.word))
                return kind.same.empty() ? in_front : in_front + "," + std::string{kind.same};
        // Wissenschaftsstadt, Universitätsstadt, Hansestadt.
        return in_front + "," + (behind.ends_with("stadt") ? "town" : behind);
    }
    for (auto const& kind : kinds)
        if (text.size() > kind.word.size() + 1 && text.starts_with(kind.word) &&
            text[kind.word.size()] == ' ') {
            auto const rest = close(text.substr(kind.word.size()));
            return kind.same.empty() ? rest : rest + "," + std::string{kind.same};
        }
    return in_front;
}

} // namespace

AreaNames AreaNames::of(harmonize::AreaRegister const& areas, std::int32_t day) {
    AreaNames result;
    auto const add = [&](std::string const& key, AreaLevel level) {
        auto const name = areas.name({CodeList::ags, level, key}, day);
        if (name.empty()) return;
        result.keys_.insert(key);
        auto const [at, is_new] = result.by_name_.try_emplace(normal(name), key);
        // Berlin is a Land and a county: the Land, which came first. Otherwise the name belongs to neither.
        if (!is_new && at->second.size() != 2) at->second.clear();
    };
    auto const two_digits = [](int number) {
        return std::string{static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
    };
    add("DG", AreaLevel::country);
    for (int land = 1; land <= 16; ++land) {
        add(two_digits(land), AreaLevel::land);
        for (char region = '1'; region <= '9'; ++region) add(two_digits(land) + region, AreaLevel::region);
    }
    for (auto const& key : areas.counties_on(day)) add(key, AreaLevel::county);
    return result;
}

std::string AreaNames::key_of(std::string_view name) const {
    auto const at = by_name_.find(normal(name));
    return at == by_name_.end() ? std::string{} : at->second;
}

} // namespace gateway::ingest

#include "gateway/harmonize/mapping_signs.hpp"

#include <algorithm>
#include <vector>

namespace gateway::harmonize {
namespace {

bool listed(std::vector<std::string> const& names, std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

SignMeaning read_sign(Section const& sign, std::string rule) {
    SignMeaning meaning;
    auto const is = sign.text("is");
    if (is == "nothing") meaning.kind = SignMeaning::Kind::nothing;
    if (is == "small") meaning.kind = SignMeaning::Kind::small;
    if (is == "missing") meaning.kind = SignMeaning::Kind::missing;
    if (is == "qualifies") meaning.kind = SignMeaning::Kind::qualifies;
    auto const wrong = [&sign](std::string_view key, std::string const& expected) {
        auto const* node = sign.tree->find(key);
        fault(*sign.file, node == nullptr ? sign.tree->mark : node->mark,
              node == nullptr ? "no key '" + std::string{key} + "'" : describe(*node), expected,
              "see docs/mappings.md, signs");
    };
    if (meaning.kind == SignMeaning::Kind::unknown) wrong("is", "nothing, small, missing or qualifies");
    if (meaning.kind == SignMeaning::Kind::missing) {
        auto const reason = missing_reason_from(sign.text("reason"));
        if (!reason) wrong("reason", "a MISSING_REASON such as CONFIDENTIAL");
        meaning.reason = *reason;
    }
    auto const status = obs_status_from(sign.text("status", "A"));
    if (!status) wrong("status", "an OBS_STATUS such as Q");
    meaning.status = *status;
    auto const confidentiality = conf_status_from(sign.text("confidentiality", "F"));
    if (!confidentiality) wrong("confidentiality", "a CONF_STATUS such as C");
    meaning.confidentiality = *confidentiality;
    meaning.rule = std::move(rule);
    return meaning;
}

} // namespace

void Signs::read(Section const& file, std::string_view service, std::string_view layout, std::int32_t day) {
    auto const add = [this](Section const& signs) {
        for (auto const& member : signs.members()) {
            signs_[member.key] = read_sign(signs.table(member.key), signs.rule(member.mark));
        }
    };
    add(file.table("sign"));
    for (auto const& dictionary : file.tables("dictionary")) {
        auto const from = dictionary.day("from");
        auto const until = dictionary.day("until");
        if ((from && day < *from) || (until && day > *until)) continue;
        if (!listed(dictionary.texts("services"), service) || !listed(dictionary.texts("layouts"), layout))
            continue;
        add(dictionary.table("sign"));
        return;
    }
}

SignMeaning Signs::map(std::string_view text) const {
    auto const known = signs_.find(text);
    return known == signs_.end() ? SignMeaning{} : known->second;
}

} // namespace gateway::harmonize

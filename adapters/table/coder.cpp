#include "adapters/table/coder.hpp"

#include <algorithm>

#include "adapters/table/texts.hpp"

namespace adapters::table {

using gateway::Errc;

namespace {

std::string variable_text(gateway::LayoutDimension const& dimension) {
    return dimension.label.empty() || dimension.label == dimension.variable
               ? dimension.variable
               : dimension.variable + " (" + dimension.label + ")";
}

} // namespace

bool is_formula_error(std::string_view text) noexcept {
    if (text.size() < 3 || text[0] != '#') return false;
    constexpr std::string_view plain[] = {"#NV", "#N/A", "#NAME?", "#KALK!"};
    return std::find(std::begin(plain), std::end(plain), text) != std::end(plain) || text.back() == '!';
}

CutText cut(gateway::Place const& place, std::string_view tidy_text) {
    CutText result;
    std::string_view text = tidy_text;
    if (place.footnotes) {
        if (auto const at = footnote_at(text)) {
            result.footnote = text.substr(*at);
            text = text.substr(0, *at);
        }
    }
    if (!place.after.empty()) {
        auto const at = text.find(place.after);
        text = at == std::string_view::npos ? std::string_view{} : text.substr(at + place.after.size());
    }
    if (!place.before.empty()) text = text.substr(0, text.find(place.before));
    for (auto const& prefix : place.prefixes) {
        if (!text.starts_with(prefix)) continue;
        text.remove_prefix(prefix.size());
        break;
    }
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (auto const code = place.recode.find(text); code != place.recode.end()) {
        result.code = code->second;
        result.recoded = true;
        return result;
    }
    if (!place.prepend.empty() && !text.empty() && !text.starts_with(place.prepend))
        result.code = place.prepend;
    result.code += text;
    return result;
}

std::uint32_t Coder::add_fault(Errc code, std::string text, std::string next_step) {
    faults_.push_back({code, std::move(text), std::move(next_step)});
    return static_cast<std::uint32_t>(faults_.size() - 1);
}

std::uint32_t Coder::announce(std::string_view code, std::string_view label) {
    auto const known = ids_.find(code);
    if (known != ids_.end()) return known->second;
    auto const id = static_cast<std::uint32_t>(ids_.size());
    ids_.emplace(code, id);
    output_.code(column_, block_, id, {dimension_.variable, dimension_.label, code, label});
    return id;
}

std::uint32_t Coder::fixed(std::string_view text) {
    // A header or a caption in another character set is no reason to stop; its bytes are shown instead.
    auto const tidied = is_utf8(text) ? tidy(text) : shown(text);
    return announce(cut(dimension_.place, tidied).code, tidied);
}

void Coder::resolve(std::string_view text, std::uint32_t number) {
    if (number >= coded_.size()) {
        coded_.resize(number + std::size_t{1});
        codes_.resize(number + std::size_t{1});
    }
    Coded coded;
    coded.resolved = true;
    auto const tidied = tidy(text);
    auto const is = [&tidied](std::string const& missing) { return missing == tidied; };
    auto const made = cut(dimension_.place, tidied);
    coded.footnote = !made.footnote.empty();
    if (!is_utf8(text)) {
        coded.fault = add_fault(Errc::wrong_charset, "the text " + shown(text) + " is not UTF-8",
                                "name the character set of the file in its description");
    } else if (is_encoded_twice(text)) {
        coded.fault =
            add_fault(Errc::wrong_charset, "the text " + shown(text) + " was turned into UTF-8 twice",
                      "ask the source for the file as it was before");
    } else if (std::any_of(dimension_.missing.begin(), dimension_.missing.end(), is)) {
        coded.missing = true;
    } else if (is_formula_error(tidied)) {
        coded.fault = add_fault(Errc::unknown_code,
                                shown(tidied) + " in place of a code for " + variable_text(dimension_) +
                                    ": a formula of the source failed here, nobody knows what stood there",
                                "ask the source for a corrected file");
    } else if (layout_.unexpected_code != gateway::Unexpected::evolve && !dimension_.known.empty() &&
               std::find(dimension_.known.begin(), dimension_.known.end(), made.code) ==
                   dimension_.known.end()) {
        auto what = "unknown code " + shown(made.code) + " for variable " + variable_text(dimension_);
        auto next = std::string{"add it to the feed description, after asking what it means"};
        if (layout_.unexpected_code == gateway::Unexpected::freeze)
            throw gateway::Error{Errc::unknown_code, what + "; " + next};
        coded.fault = add_fault(Errc::unknown_code, std::move(what), std::move(next));
    }
    codes_[number] = made.code;
    bool const with_name = dimension_.name.from == gateway::Place::From::column;
    if (coded.fault == no_fault && !coded.missing && !with_name) coded.id = announce(made.code, tidied);
    if (coded.missing && !with_name) {
        coded.fault =
            add_fault(Errc::unknown_code, "no code for " + variable_text(dimension_), "ask the source");
    }
    coded_[number] = coded;
}

std::vector<std::string> Coder::keys_of(std::string_view name) const {
    std::vector<std::string> keys;
    for (auto const& [key, names] : dimension_.names)
        if (std::find(names.begin(), names.end(), name) != names.end()) keys.push_back(key);
    return keys;
}

Coder::Coded Coder::judge(std::string_view key_text, Coded const& key, std::string_view name_text) {
    auto result = key;
    result.good_name = UINT32_MAX;
    if (key.fault != no_fault) {
        // Who looks for the row needs to know whose it is.
        if (is_utf8(name_text) && faults_[key.fault].code == Errc::unknown_code) {
            auto fault = faults_[key.fault];
            result.fault =
                add_fault(fault.code, fault.text + " (beside the name " + shown(tidy(name_text)) + ")",
                          fault.next_step);
        }
        return result;
    }
    if (!is_utf8(name_text)) {
        result.fault = add_fault(Errc::wrong_charset, "the text " + shown(name_text) + " is not UTF-8",
                                 "name the character set of the file in its description");
        return result;
    }
    if (is_encoded_twice(name_text)) {
        result.fault =
            add_fault(Errc::wrong_charset, "the text " + shown(name_text) + " was turned into UTF-8 twice",
                      "ask the source for the file as it was before");
        return result;
    }
    auto const name = tidy(cut(dimension_.name, tidy(name_text)).code);
    if (key.missing) {
        auto const keys = keys_of(name);
        if (keys.size() == 1) {
            result.id = announce(keys.front(), name);
            result.repaired = true;
            result.missing = false;
            return result;
        }
        result.fault = add_fault(Errc::unknown_code,
                                 "no key (" + shown(tidy(key_text)) + ") for " + variable_text(dimension_) +
                                     ", and the name " + shown(name) +
                                     (keys.empty() ? " belongs to no key" : " belongs to several keys") +
                                     " of the description",
                                 "ask the source for the key, or add the name to the description");
        return result;
    }
    auto const code = cut(dimension_.place, tidy(key_text)).code;
    if (!dimension_.names.empty()) {
        auto const known = dimension_.names.find(code);
        if (known == dimension_.names.end()) {
            result.fault = add_fault(Errc::unknown_code,
                                     "the key " + shown(code) + " (" + shown(name) + ") of " +
                                         variable_text(dimension_) + " is not in the description's list",
                                     "add the key and its name to the description");
            return result;
        }
        if (std::find(known->second.begin(), known->second.end(), name) == known->second.end()) {
            auto const keys = keys_of(name);
            auto const belongs = keys.empty() ? std::string{"no key of the description has this name"}
                                              : "this name belongs to " + shown(keys.front());
            mismatches_.emplace_back(code, keys.empty() ? std::string{} : keys.front());
            result.fault = add_fault(Errc::label_mismatch,
                                     "the key " + shown(tidy(key_text)) + " stands beside the name " +
                                         shown(name) + "; " + belongs,
                                     "ask the source which of the two is right");
            return result;
        }
    }
    result.id = announce(code, name);
    return result;
}

Coder::Coded const& Coder::pair(TextIndex const& keys, std::uint32_t key, TextIndex const& names,
                                std::uint32_t name) {
    auto const at = std::uint64_t{key} << 32U | name;
    auto found = pairs_.find(at);
    if (found == pairs_.end()) {
        if (pairs_.size() >= max_texts)
            throw gateway::Error{Errc::too_large, "too many different names beside the keys of " +
                                                      variable_text(dimension_) +
                                                      "; is the column of names the right one?"};
        auto const known = coded_[key];
        auto const judged = judge(keys.text(key), known, names.text(name));
        found = pairs_.emplace(at, judged).first;
    }
    // Rows of sound pairs come back to the short way.
    if (found->second.fault == no_fault && !found->second.repaired) {
        auto& short_way = coded_[key];
        short_way.id = found->second.id;
        short_way.good_name = name;
    }
    return found->second;
}

} // namespace adapters::table

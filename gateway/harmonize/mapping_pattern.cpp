#include "gateway/harmonize/mapping_pattern.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::harmonize {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    if (!all_digits(text) || text.size() > 9) return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

std::vector<Pattern::Piece> Pattern::pieces(Tree const& node, std::string const& file, bool is_template) {
    std::string_view const text = text_of(node, file);
    auto const bad = [&](std::string const& found) -> void {
        fault(file, node.mark, found,
              is_template ? "a template with fields such as {lower} or {upper-1}"
                          : "a pattern with fields such as {lower:3} or {rest:*}",
              "see docs/mappings.md, patterns");
    };
    std::vector<Piece> result;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '{') {
            auto const end = std::min(text.find('{', at), text.size());
            result.push_back({std::string{text.substr(at, end - at)}, false, 0, 0});
            at = end;
            continue;
        }
        auto const close = text.find('}', at);
        if (close == std::string_view::npos) bad("a field without '}' in '" + std::string{text} + "'");
        auto const body = text.substr(at + 1, close - at - 1);
        Piece piece;
        piece.field = true;
        auto const mark = body.find_first_of(is_template ? "+-" : ":");
        piece.literal = std::string{body.substr(0, mark)};
        if (piece.literal.empty()) bad("a field without a name in '" + std::string{text} + "'");
        auto const rest = mark == std::string_view::npos ? std::string_view{} : body.substr(mark + 1);
        if (is_template && mark != std::string_view::npos) {
            if (rest != "1") bad("the field {" + std::string{body} + "}");
            piece.offset = body[mark] == '+' ? 1 : -1;
        }
        if (!is_template && rest != "*") {
            auto const digits = number(rest);
            if (!digits || *digits == 0) bad("the field {" + std::string{body} + "}");
            piece.digits = static_cast<unsigned>(*digits);
        }
        result.push_back(std::move(piece));
        at = close + 1;
    }
    return result;
}

Pattern Pattern::read(Section const& section, std::string_view output_key) {
    Pattern pattern;
    auto const& file = *section.file;
    auto const need = [&](std::string_view key) -> Tree const& {
        auto const* node = section.tree->find(key);
        if (node == nullptr) {
            fault(file, section.tree->mark, "no key '" + std::string{key} + "'", "a pattern with this key",
                  "add the key " + std::string{key});
        }
        return *node;
    };
    pattern.match_ = pieces(need("match"), file, false);
    pattern.output_ = pieces(need(output_key), file, true);
    if (auto const* single = section.tree->find("single")) pattern.single_ = pieces(*single, file, true);
    for (auto const* list : {&pattern.output_, &pattern.single_}) {
        for (auto const& piece : *list) {
            if (!piece.field) continue;
            auto const known = [&piece](Piece const& other) {
                return other.field && other.literal == piece.literal;
            };
            if (std::any_of(pattern.match_.begin(), pattern.match_.end(), known)) continue;
            fault(file, need(output_key).mark, "the field {" + piece.literal + "}",
                  "a field that 'match' reads", "correct the name of the field");
        }
    }
    pattern.rule_ = section.rule(section.tree->mark);
    return pattern;
}

bool Pattern::match(std::string_view code, std::vector<Found>& found) const {
    for (std::size_t i = 0; i < match_.size(); ++i) {
        auto const& piece = match_[i];
        if (!piece.field) {
            if (!code.starts_with(piece.literal)) return false;
            code.remove_prefix(piece.literal.size());
            continue;
        }
        std::size_t size = piece.digits;
        if (size == 0) { // any text: all but what the pieces behind it need
            std::size_t behind = 0;
            for (auto j = i + 1; j < match_.size(); ++j) {
                behind += match_[j].field ? match_[j].digits : match_[j].literal.size();
            }
            if (code.size() <= behind) return false;
            size = code.size() - behind;
        } else if (code.size() < size || !all_digits(code.substr(0, size))) {
            return false;
        }
        found.push_back({piece.literal, code.substr(0, size), piece.digits != 0});
        code.remove_prefix(size);
    }
    return code.empty();
}

std::optional<std::string> Pattern::apply(std::string_view code) const {
    std::vector<Found> found;
    if (!match(code, found)) return std::nullopt;
    auto const field = [&found](std::string const& name) -> Found const& {
        return *std::find_if(found.begin(), found.end(), [&name](Found const& f) { return f.name == name; });
    };
    auto const number_of = [&field](std::string const& name) {
        auto const& read = field(name);
        return read.is_number ? number(read.text) : std::nullopt;
    };
    auto const* output = &output_;
    std::optional<std::int64_t> lower;
    std::optional<std::int64_t> upper;
    for (auto const& piece : output_) {
        if (!piece.field) continue;
        auto const value = number_of(piece.literal);
        if (value && piece.literal == "lower") lower = *value + piece.offset;
        if (value && piece.literal == "upper") upper = *value + piece.offset;
    }
    if (lower && upper && *lower > *upper) return std::nullopt;
    if (lower && upper && *lower == *upper && !single_.empty()) output = &single_;
    std::string result;
    for (auto const& piece : *output) {
        if (!piece.field) {
            result += piece.literal;
            continue;
        }
        auto const value = number_of(piece.literal);
        if (value) {
            if (*value + piece.offset < 0) return std::nullopt;
            result += std::to_string(*value + piece.offset);
        } else {
            result += field(piece.literal).text;
        }
    }
    return result;
}

} // namespace gateway::harmonize

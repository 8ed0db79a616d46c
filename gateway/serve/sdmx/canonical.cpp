#include "gateway/serve/sdmx/canonical.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/serve/uri.hpp"

namespace gateway::serve::sdmx {
namespace {

/// Length in front, so that no text runs into the next.
void add(std::string& out, std::string_view text) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

template <typename Number>
void add_number(std::string& out, char name, std::optional<Number> const& number) {
    if (!number) return;
    out += name;
    out += std::to_string(*number);
    out += ';';
}

std::string text_of(query::KeyPattern const& pattern) {
    std::string out;
    auto codes = pattern.codes;
    // Positions left out at the end mean the same as empty ones.
    while (!codes.empty() && codes.back().empty()) codes.pop_back();
    for (auto& position : codes) {
        std::sort(position.begin(), position.end());
        position.erase(std::unique(position.begin(), position.end()), position.end());
        out += '(';
        for (auto const& code : position) add(out, code);
        out += ')';
    }
    return out;
}

std::string text_of(query::Filter const& filter) {
    std::string out;
    add(out, filter.component);
    for (auto const& all_of : filter.any_of) {
        out += '(';
        for (auto const& term : all_of) {
            out += static_cast<char>('a' + static_cast<int>(term.op));
            add(out, term.value);
            if (term.days)
                out += "d" + std::to_string(term.days->begin) + "," + std::to_string(term.days->end);
        }
        out += ')';
    }
    return out;
}

template <typename Parts>
void add_sorted(std::string& out, Parts const& parts) {
    std::vector<std::string> texts;
    texts.reserve(parts.size());
    for (auto const& part : parts) texts.push_back(text_of(part));
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    for (auto const& text : texts) add(out, text);
}

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        auto const end = std::min(path.find('/'), path.size());
        if (end != 0) parts.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

} // namespace

std::string canonical_text(query::Selection const& selection) {
    std::string out;
    add(out, selection.dataset);
    add_number(out, 'v', selection.vintage);
    add_number(out, 't', selection.as_of);
    out += 'k';
    // A pattern without any code is everything, and so is no pattern.
    bool const all = std::any_of(selection.patterns.begin(), selection.patterns.end(),
                                 [](auto const& pattern) { return text_of(pattern).empty(); });
    if (!all) add_sorted(out, selection.patterns);
    out += 'c';
    add_sorted(out, selection.filters);
    for (auto const& range : {selection.start, selection.end}) {
        out += 'r';
        if (range) out += std::to_string(range->begin) + "," + std::to_string(range->end);
    }
    add_number(out, 'f', selection.first_observations);
    add_number(out, 'l', selection.last_observations);
    add_number(out, 'u', selection.updated_after);
    if (selection.include_history) out += 'h';
    add_number(out, 'o', std::optional{selection.offset});
    add_number(out, 'm', selection.limit);
    return out;
}

std::string canonical_text(gateway::sdmx::data::MessageOptions const& options) {
    std::string out;
    add(out, options.shown.attributes.to_string());
    out += options.shown.observations ? 'o' : '-';
    out += options.shown.value ? 'v' : '-';
    add(out, options.dimension_at_observation);
    for (auto const& term : options.sort) {
        out += term.is_descending ? '>' : '<';
        add(out, term.component);
    }
    auto const& media = options.media;
    for (auto const choice :
         {static_cast<int>(media.format), static_cast<int>(media.labels), static_cast<int>(media.keys),
          static_cast<int>(media.normalized_time), static_cast<int>(media.all_in_lists)})
        out += static_cast<char>('0' + choice);
    for (auto const& language : options.languages) add(out, language);
    return out;
}

std::string posted_target(Ask const& ask) {
    auto const [path, query] = path_and_query(ask.target);
    auto parts = parts_of(path);
    std::size_t const key_at = ask.api == ApiVersion::v1 ? 2 : 5;
    if (parts.empty() || parts.front() != "data")
        throw SdmxError{ErrorCode::method_not_allowed,
                        "POST is for data queries with a long key alone; use GET"};
    if (parts.size() < key_at)
        throw SdmxError{ErrorCode::syntax,
                        "'" + std::string{path} + "' names no dataflow; " +
                            (ask.api == ApiVersion::v1 ? "POST /data/{flow}/body"
                                                       : "POST /data/dataflow/{agency}/{id}/{version}/body")};
    auto const type = ask.call.request.header("Content-Type");
    if (!type.starts_with("application/x-www-form-urlencoded"))
        throw SdmxError{ErrorCode::syntax,
                        "Content-Type is '" + std::string{type} +
                            "'; post a form: application/x-www-form-urlencoded with key=..."};
    auto const form = query_pairs(ask.call.request.body);
    if (!form)
        throw SdmxError{ErrorCode::syntax,
                        "the form in the body cannot be decoded; percent-encode UTF-8: key=A.03153%2B03159"};
    std::string key = parts.size() > key_at ? std::string{parts[key_at]} : std::string{};
    std::string parameters{query};
    for (auto const& [name, value] : *form) {
        // In a form '+' is a blank; a question has no blanks, and people write '+' as it is.
        auto text = value;
        std::replace(text.begin(), text.end(), ' ', '+');
        if (name == "key") {
            key = percent_encoded(text);
            continue;
        }
        if (!parameters.empty()) parameters += '&';
        parameters += percent_encoded(name) + "=" + percent_encoded(text);
    }
    std::string target;
    for (std::size_t i = 0; i < std::max(parts.size(), key_at + 1); ++i) {
        auto const part = i == key_at ? std::string_view{key} : parts[i];
        if (!part.empty()) target.append("/").append(part);
    }
    return parameters.empty() ? target : target + "?" + parameters;
}

} // namespace gateway::serve::sdmx

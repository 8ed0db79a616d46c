#include "gateway/serve/sdmx/negotiate.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "gateway/serve/problem.hpp"
#include "gateway/serve/uri.hpp"

namespace gateway::serve::sdmx {
namespace {

using structure::StructureFormat;
using Types = std::span<std::string_view const>;

constexpr std::string_view structure_xml = "application/vnd.sdmx.structure+xml";
constexpr std::string_view structure_json = "application/vnd.sdmx.structure+json";
constexpr std::string_view schema_xml = "application/vnd.sdmx.schema+xml";

constexpr std::array<std::string_view, 4> structure_types_v1{
    "application/vnd.sdmx.structure+xml;version=2.1", "application/vnd.sdmx.structure+json;version=1.0.0",
    "application/xml", "application/json"};
constexpr std::array<std::string_view, 4> structure_types_v2{
    "application/vnd.sdmx.structure+json;version=2.0.0", "application/vnd.sdmx.structure+xml;version=3.0.0",
    "application/json", "application/xml"};
constexpr std::array<std::string_view, 4> schema_types_v1{
    "application/vnd.sdmx.schema+xml;version=2.1", "application/vnd.sdmx.structure+xml;version=2.1",
    "application/vnd.sdmx.structure+json;version=1.0.0", "application/xml"};
constexpr std::array<std::string_view, 4> schema_types_v2{
    "application/vnd.sdmx.schema+xml;version=3.0.0", "application/vnd.sdmx.structure+xml;version=3.0.0",
    "application/vnd.sdmx.structure+json;version=2.0.0", "application/xml"};

bool has(std::string_view text, std::string_view part) noexcept {
    return text.find(part) != std::string_view::npos;
}

std::string lower(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string_view type_of(std::string_view range) noexcept {
    return range.substr(0, range.find(';'));
}

bool is_wildcard(std::string_view range) noexcept {
    return type_of(range).ends_with("*");
}

/// True where a wildcard ("*/*", "application/*") holds the type.
bool holds(std::string_view range, std::string_view type) noexcept {
    auto const stem = type_of(range);
    if (stem == "*" || stem == "*/*") return true;
    return type.starts_with(stem.substr(0, stem.size() - 1));
}

int closeness(std::string_view range) noexcept {
    auto const type = type_of(range);
    if (type == "*" || type == "*/*") return 0;
    if (is_wildcard(range)) return 1;
    return type.starts_with("application/vnd.sdmx.") ? 3 : 2;
}

std::vector<Weighted> ranges_of(std::string_view accept) {
    auto ranges = weighted_values(accept);
    if (ranges.empty()) ranges.push_back({"*/*", 1});
    std::stable_sort(ranges.begin(), ranges.end(), [](Weighted const& a, Weighted const& b) {
        if (a.weight != b.weight) return a.weight > b.weight;
        return closeness(a.value) > closeness(b.value);
    });
    return ranges;
}

[[noreturn]] void refuse(std::string_view asked, bool is_format, Types offered) {
    std::string text = is_format
                           ? "format '" + std::string{asked} + "' is not known here; "
                           : "none of the media types in Accept ('" + std::string{asked} + "') is on offer; ";
    text += is_format ? "leave it out, or name a media type in Accept: " : "there are: ";
    for (std::size_t i = 0; i < offered.size(); ++i) {
        if (i != 0) text += ", ";
        text += offered[i];
    }
    throw SdmxError{ErrorCode::not_acceptable, text};
}

/// The first of what `choice_of` (type to optional choice) makes of the client's ranges.
template <typename ChoiceOf>
auto choose(std::string_view accept, Types offered, ChoiceOf const& choice_of) {
    auto const ranges = ranges_of(accept);
    auto const is_refused = [&](std::string_view type, double least) {
        return std::any_of(ranges.begin(), ranges.end(), [&](Weighted const& range) {
            return range.weight < least && !is_wildcard(range.value) &&
                   choice_of(range.value) == choice_of(type);
        });
    };
    for (auto const& range : ranges) {
        if (range.weight <= 0) break;
        if (!is_wildcard(range.value)) {
            if (auto choice = choice_of(range.value)) return *choice;
            continue;
        }
        for (auto const type : offered)
            if (holds(range.value, type) && !is_refused(type, range.weight)) return *choice_of(type);
    }
    refuse(accept, false, offered);
}

/// Version in a media type: "2.1" of "...;version=2.1"; empty where none is given.
std::string version_of(std::string_view range) {
    auto const at = range.find(";version=");
    if (at == std::string_view::npos) return {};
    auto version = range.substr(at + 9);
    version = version.substr(0, version.find(';'));
    if (version.size() >= 2 && version.front() == '"') version = version.substr(1, version.size() - 2);
    return std::string{version};
}

/// True where `wanted` names `offered`: "3.0.0", "3.0", "3", and ranges of versions "3.0.0+", "3.0+.0", "3+.0".
bool takes(std::string_view wanted, std::string_view offered) noexcept {
    if (wanted.empty() || wanted == offered) return true;
    auto const plus = wanted.find('+');
    auto const stem = wanted.substr(0, plus);
    if (plus == std::string_view::npos)
        return offered.starts_with(stem) &&
               (offered.substr(stem.size()) == ".0" || offered.substr(stem.size()) == ".0.0");
    // What stands in front of '+' is the least; we offer no later one of the same major version.
    return offered.starts_with(stem) || (offered == "2.1" && (stem == "2.0" || stem == "2.0.0"));
}

std::optional<StructureChoice> structure_choice(std::string_view range, ApiVersion api) {
    bool const v1 = api == ApiVersion::v1;
    auto const type = type_of(range);
    auto const own_xml = v1 ? StructureFormat::ml21 : StructureFormat::ml30;
    auto const own_json = v1 ? StructureFormat::json10 : StructureFormat::json20;
    if (type == "application/xml" || type == "text/xml") return StructureChoice{own_xml, std::string{type}};
    if (type == "application/json") return StructureChoice{own_json, std::string{type}};
    std::array<std::pair<StructureFormat, std::string_view>, 2> formats{};
    if (type == structure_xml)
        formats = {{{StructureFormat::ml21, "2.1"}, {StructureFormat::ml30, "3.0.0"}}};
    else if (type == structure_json)
        formats = {{{StructureFormat::json10, "1.0.0"}, {StructureFormat::json20, "2.0.0"}}};
    else
        return std::nullopt;
    if (!v1) std::swap(formats[0], formats[1]);
    auto const wanted = version_of(range);
    for (auto const& [format, version] : formats)
        if (takes(wanted, version))
            return StructureChoice{format, std::string{type} + ";version=" + std::string{version}};
    return std::nullopt;
}

std::optional<SchemaChoice> schema_choice(std::string_view range, ApiVersion api) {
    std::string_view const own = api == ApiVersion::v1 ? "2.1" : "3.0.0";
    auto const type = type_of(range);
    if (type == "application/xml" || type == "text/xml") return SchemaChoice{{}, std::string{type}};
    if (type == schema_xml) {
        if (!takes(version_of(range), own)) return std::nullopt;
        return SchemaChoice{{}, std::string{type} + ";version=" + std::string{own}};
    }
    if (type != structure_xml && type != structure_json) return std::nullopt;
    auto structures = structure_choice(range, api);
    if (!structures) return std::nullopt;
    auto media_type = structures->media_type;
    return SchemaChoice{std::move(structures), std::move(media_type)};
}

} // namespace

std::string joined_lines(http::Headers const& headers, std::string_view name) {
    std::string all;
    for (auto const& [key, value] : headers) {
        if (lower(key) != lower(name) || value.empty()) continue;
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

data::MediaChoice negotiate_data(std::string_view accept, std::string_view format, ApiVersion api) {
    auto const offered = data::offered_types(api);
    if (!format.empty()) {
        if (auto choice = data::choice_of_format_parameter(format, api)) return *choice;
        refuse(format, true, offered);
    }
    return choose(accept, offered, [api](std::string_view type) { return data::media_choice(type, api); });
}

StructureChoice negotiate_structure(std::string_view accept, std::string_view format, ApiVersion api) {
    auto const offered = api == ApiVersion::v1 ? Types{structure_types_v1} : Types{structure_types_v2};
    auto const choice_of = [api](std::string_view type) { return structure_choice(type, api); };
    if (format.empty()) return choose(accept, offered, choice_of);
    auto const name = lower(format);
    // "structure" is that of the standard; the others are what clients hang on whatever address they have.
    if (name == "structure" || name == "xml" || name == "sdmx-ml" || name == "genericdata" ||
        name == "structurespecificdata")
        return *choice_of(structure_xml);
    if (has(name, "json")) return *choice_of(structure_json);
    refuse(format, true, offered);
}

SchemaChoice negotiate_schema(std::string_view accept, std::string_view format, ApiVersion api) {
    auto const offered = api == ApiVersion::v1 ? Types{schema_types_v1} : Types{schema_types_v2};
    if (format.empty())
        return choose(accept, offered, [api](std::string_view type) { return schema_choice(type, api); });
    auto const name = lower(format);
    if (name == "schema" || name == "xml" || name == "xsd") return *schema_choice(schema_xml, api);
    refuse(format, true, offered);
}

ErrorForm negotiate_error(std::string_view accept, std::string_view format, ApiVersion api) {
    bool const v1 = api == ApiVersion::v1;
    auto const xml = [v1](std::string_view range) {
        auto const version = version_of(range);
        if (version.starts_with("2.1")) return ErrorForm::xml21;
        if (version.starts_with("3.")) return ErrorForm::xml30;
        return v1 ? ErrorForm::xml21 : ErrorForm::xml30;
    };
    if (!format.empty()) {
        auto const name = lower(format);
        if (has(name, "json")) return ErrorForm::json;
        if (has(name, "xml") || has(name, "-ml") || name == "genericdata" ||
            name == "structurespecificdata" || name == "structure")
            return xml({});
    }
    for (auto const& range : ranges_of(accept)) {
        if (range.weight <= 0) break;
        auto const type = type_of(range.value);
        if (has(type, "json")) return ErrorForm::json;
        if (has(type, "xml") && !has(type, "xhtml")) return xml(range.value);
    }
    return v1 ? ErrorForm::xml21 : ErrorForm::json;
}

std::vector<std::string> negotiate_languages(std::string_view accept_language) {
    if (language_of(accept_language) == Language::de) return {"de", "en"};
    return {"en", "de"};
}

} // namespace gateway::serve::sdmx

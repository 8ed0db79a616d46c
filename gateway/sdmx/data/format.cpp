#include "gateway/sdmx/data/format.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace gateway::sdmx::data {
namespace {

struct Known {
    std::string_view type;    ///< without parameters
    std::string_view version; ///< as written in answers; empty = the type has none
    Format format;
};

constexpr std::string_view generic_type = "application/vnd.sdmx.genericdata+xml";
constexpr std::string_view specific_type = "application/vnd.sdmx.structurespecificdata+xml";
constexpr std::string_view xml_type = "application/vnd.sdmx.data+xml";
constexpr std::string_view json_type = "application/vnd.sdmx.data+json";
constexpr std::string_view csv_type = "application/vnd.sdmx.data+csv";

constexpr std::array<Known, 10> known_types{{
    {generic_type, "2.1", Format::generic21},
    {"application/vnd.sdmx.generictimeseriesdata+xml", "2.1", Format::generic21},
    {specific_type, "2.1", Format::specific21},
    {"application/vnd.sdmx.structurespecifictimeseriesdata+xml", "2.1", Format::specific21},
    {xml_type, "3.0.0", Format::specific30},
    {json_type, "1.0.0-wd", Format::json_draft},
    {json_type, "1.0.0", Format::json10},
    {json_type, "2.0.0", Format::json20},
    {csv_type, "1.0.0", Format::csv10},
    {csv_type, "2.0.0", Format::csv20},
}};

constexpr std::array<std::string_view, 8> v1_types{
    "application/vnd.sdmx.genericdata+xml;version=2.1",
    "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
    "application/vnd.sdmx.data+json;version=1.0.0",
    "application/vnd.sdmx.data+json;version=1.0.0-wd",
    "application/vnd.sdmx.data+csv;version=1.0.0",
    "application/xml",
    "application/json",
    "text/csv"};
constexpr std::array<std::string_view, 6> v2_types{"application/vnd.sdmx.data+json;version=2.0.0",
                                                   "application/vnd.sdmx.data+xml;version=3.0.0",
                                                   "application/vnd.sdmx.data+csv;version=2.0.0",
                                                   "application/json",
                                                   "application/xml",
                                                   "text/csv"};

std::string lower(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    return text;
}

bool is_csv(Format format) noexcept {
    return format == Format::csv10 || format == Format::csv20;
}

/// Sets a parameter that does not choose the format; false for a value it does not have.
bool set_option(MediaChoice& choice, std::string_view name, std::string_view value) {
    bool const is_new = choice.format == Format::csv20;
    if (name == "labels") {
        if (value == "both")
            choice.labels = Labels::both;
        else if (value == "name" && is_new)
            choice.labels = Labels::name;
        else if (value != "id")
            return false;
    } else if (name == "timeformat") {
        if (value == "normalized" || value == "normalised")
            choice.normalized_time = true;
        else if (value != "original")
            return false;
    } else if (name == "keys" && is_new) {
        if (value == "obs")
            choice.keys = Keys::observation;
        else if (value == "series")
            choice.keys = Keys::series;
        else if (value == "both")
            choice.keys = Keys::both;
        else if (value != "none")
            return false;
    }
    return true; // charset, header and the like change nothing here
}

std::optional<Known> known_type(std::string_view type, std::string_view version, ApiVersion api) {
    bool const is_v1 = api == ApiVersion::v1;
    if (type == "application/xml" || type == "text/xml")
        return is_v1 ? Known{type, "", Format::generic21} : Known{type, "", Format::specific30};
    if (type == "application/json")
        return is_v1 ? Known{type, "", Format::json10} : Known{type, "", Format::json20};
    if (type == "text/csv") return is_v1 ? Known{type, "", Format::csv10} : Known{type, "", Format::csv20};
    // "2.0.0+" is content with a later minor version.
    bool const is_range = !version.empty() && version.back() == '+';
    if (is_range) version.remove_suffix(1);
    auto const is_type = [&](Known const& known) { return known.type == type; };
    if (version.empty()) {
        auto const begin = known_types.begin();
        auto const wanted = [&](Known const& known) {
            if (!is_type(known)) return false;
            if (known.type == json_type) return known.version == (is_v1 ? "1.0.0" : "2.0.0");
            if (known.type == csv_type) return known.version == (is_v1 ? "1.0.0" : "2.0.0");
            return true;
        };
        auto const found = std::find_if(begin, known_types.end(), wanted);
        return found == known_types.end() ? std::nullopt : std::optional{*found};
    }
    auto const found = std::find_if(known_types.begin(), known_types.end(), [&](Known const& known) {
        if (!is_type(known)) return false;
        // "2.0" and "2" say the same as "2.0.0".
        return known.version == version || known.version == std::string{version} + ".0" ||
               known.version == std::string{version} + ".0.0";
    });
    return found == known_types.end() ? std::nullopt : std::optional{*found};
}

} // namespace

std::optional<MediaChoice> media_choice(std::string_view type, ApiVersion api) {
    std::string_view rest = type;
    auto const part = [&rest] {
        auto const end = rest.find(';');
        auto const result = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        return result;
    };
    auto const name = lower(part());
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string version;
    while (!rest.empty()) {
        auto const parameter = part();
        auto const equals = parameter.find('=');
        if (equals == std::string_view::npos) continue;
        auto key = lower(trimmed(parameter.substr(0, equals)));
        auto value = lower(trimmed(parameter.substr(equals + 1)));
        if (key == "version")
            version = value;
        else if (key != "q")
            parameters.emplace_back(std::move(key), std::move(value));
    }
    auto const known = known_type(name, version, api);
    if (!known) return std::nullopt;
    MediaChoice choice;
    choice.format = known->format;
    choice.media_type = known->type;
    if (!known->version.empty()) choice.media_type.append(";version=").append(known->version);
    for (auto const& [key, value] : parameters) {
        if (!is_csv(choice.format)) continue;
        if (!set_option(choice, key, value)) return std::nullopt;
        if (key == "labels" || key == "keys")
            choice.media_type.append(";").append(key).append("=").append(value);
        if (key == "timeformat") choice.media_type.append(";timeFormat=").append(value);
    }
    return choice;
}

std::optional<MediaChoice> choice_of_format_parameter(std::string_view value, ApiVersion api) {
    bool const is_v1 = api == ApiVersion::v1;
    auto const name = lower(value);
    if (name == "jsondata") {
        auto choice = media_choice(json_type, ApiVersion::v2);
        choice->all_in_lists = true;
        return choice;
    }
    if (name == "json" || name == "sdmx-json") return media_choice(json_type, api);
    if (name == "csvdata" || name == "csv" || name == "sdmx-csv") return media_choice(csv_type, api);
    if (name == "genericdata" && is_v1) return media_choice(generic_type, api);
    if (name == "structurespecificdata" || name == "xml" || name == "sdmx-ml")
        return media_choice(
            is_v1 ? (name == "structurespecificdata" ? specific_type : generic_type) : xml_type, api);
    return std::nullopt;
}

MediaChoice default_choice(ApiVersion api) {
    return media_choice(offered_types(api).front(), api).value();
}

std::span<std::string_view const> offered_types(ApiVersion api) noexcept {
    if (api == ApiVersion::v1) return v1_types;
    return v2_types;
}

} // namespace gateway::sdmx::data

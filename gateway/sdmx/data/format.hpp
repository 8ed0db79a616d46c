// Formats of data messages and the media types that name them.
//
// A media type is answered literally, without charset, because clients compare it as text. Parameters that do not
// choose the format (labels, timeFormat, keys of SDMX-CSV) are options of the message.
//
// Source   SDMX REST 1.5 and 2.2, "Representations"; SDMX-CSV field guides 1.0 and 2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/sdmx/common/error.hpp"

namespace gateway::sdmx::data {

using common::ApiVersion;

enum class Format : std::uint8_t {
    generic21,  ///< SDMX-ML 2.1 generic; root GenericData always
    specific21, ///< SDMX-ML 2.1 structure-specific
    specific30, ///< SDMX-ML 3.0
    json_draft, ///< SDMX-JSON 1.0 working draft
    json10,
    json20,
    csv10,
    csv20,
};

enum class Labels : std::uint8_t { id, name, both };
enum class Keys : std::uint8_t { none, observation, series, both };

/// A media type taken apart.
struct MediaChoice {
    Format format = Format::generic21;
    Labels labels = Labels::id;
    Keys keys = Keys::none;
    bool normalized_time = false;
    /// SDMX-JSON 2.0: every attribute as place in a list, for parsers that know no values in place.
    bool all_in_lists = false;
    std::string media_type; ///< to be sent as Content-Type
    friend bool operator==(MediaChoice const&, MediaChoice const&) = default;
};

/// The format that a media type without wildcard names, with its parameters in any order and case and without q:
/// "application/vnd.sdmx.data+csv; version=1.0.0; labels=both". "2.0.0+" takes 2.0.0. Types without a version are
/// the newest that the interface is made for. Nothing for other types and for values of parameters that the
/// format does not have.
std::optional<MediaChoice> media_choice(std::string_view type, ApiVersion api);

/// What `format=` in the address names: csvdata, jsondata, genericdata, structurespecificdata, csv, json, xml, in any
/// case. Nothing for others. jsondata is what browser parsers hang on any address: SDMX-JSON 2.0, whatever the interface.
std::optional<MediaChoice> choice_of_format_parameter(std::string_view value, ApiVersion api);

/// Default of an interface: generic 2.1, SDMX-JSON 2.0.
MediaChoice default_choice(ApiVersion api);

/// Media types on offer, the default first; for wildcards in Accept and for messages of 406.
std::span<std::string_view const> offered_types(ApiVersion api) noexcept;

} // namespace gateway::sdmx::data

// Negotiation: from what a client accepts to one media type of what is on offer.
//
// Order    the heaviest range first; of equal weight a vendor type before a general one ("application/xml"), that
//          before a wildcard; then the order of the client. A type with q=0 is never sent, not even for "*/*".
//          Nothing, or only blanks, means everything.
// format=  in the address decides alone, for browsers and spreadsheets that cannot set Accept
// Content-Type is the type that was asked for, without charset, because clients compare it as text
// Errors   SdmxError not_acceptable that lists the types on offer
// Source   RFC 9110 (12.5.1, 12.5.4); SDMX REST 1.5 and 2.2, "Representations"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/serve/sdmx/names.hpp"

namespace gateway::serve::sdmx {

/// Every line of a field, joined by commas: some clients send Accept twice.
std::string joined_lines(http::Headers const& headers, std::string_view name);

/// `format` is the parameter of the address; empty where it is not given.
data::MediaChoice negotiate_data(std::string_view accept, std::string_view format, ApiVersion api);

struct StructureChoice {
    structure::StructureFormat format = structure::StructureFormat::ml21;
    std::string media_type; ///< to be sent as Content-Type
    friend bool operator==(StructureChoice const&, StructureChoice const&) = default;
};
StructureChoice negotiate_structure(std::string_view accept, std::string_view format, ApiVersion api);

/// What `schema` answers with: an XML schema, or the structures that it is made of.
struct SchemaChoice {
    std::optional<StructureChoice> structures; ///< nothing = the XML schema
    std::string media_type;
    friend bool operator==(SchemaChoice const&, SchemaChoice const&) = default;
};
SchemaChoice negotiate_schema(std::string_view accept, std::string_view format, ApiVersion api);

/// How an error is told: as XML or JSON, whichever the client likes better; the default of the interface where it
/// takes neither.
enum class ErrorForm : unsigned char { xml21, xml30, json };
ErrorForm negotiate_error(std::string_view accept, std::string_view format, ApiVersion api);

/// "de" and "en" in the client's order; English first where it says nothing.
std::vector<std::string> negotiate_languages(std::string_view accept_language);

} // namespace gateway::serve::sdmx

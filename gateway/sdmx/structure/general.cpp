#include "gateway/sdmx/structure/general.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/error.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/io/xml_stream.hpp"

namespace gateway::sdmx::structure {
namespace {

using io::XmlStream;
using Token = XmlStream::Token;

Identity identity_of(XmlStream& xml, Kind kind) {
    return {kind, std::string{xml.value_of("agencyID")}, std::string{xml.value_of("id")},
            std::string{xml.value_of("version")}};
}

void read_name(XmlStream& xml, LocalText& into) {
    bool const is_german = xml.value_of("lang") == "de";
    (is_german ? into.de : into.en) = xml.take_text();
}

/// Calls `each` for every element in the one whose start was read, until that ends. `each` consumes the element.
template <typename Each>
void children_of(XmlStream& xml, Each&& each) {
    for (auto token = xml.next(); token != Token::end; token = xml.next()) {
        if (token == Token::done) xml.fail(Errc::truncated, "the element does not end");
        if (token == Token::start) each(std::string{xml.local()});
    }
}

/// Of CoreRepresentation or LocalRepresentation.
Representation read_representation(XmlStream& xml) {
    Representation result;
    children_of(xml, [&](std::string const& element) {
        if (element == "Enumeration") {
            children_of(xml, [&](std::string const&) {
                result.enumeration = identity_of(xml, Kind::codelist);
                xml.skip();
            });
            return;
        }
        for (auto const& attribute : xml.attributes())
            result.format.emplace_back(std::string{attribute.local}, std::string{xml.value(attribute)});
        xml.skip();
    });
    return result;
}

/// A code list or concept scheme, after its start.
Artefact read_scheme(XmlStream& xml, Kind kind) {
    Artefact artefact;
    artefact.self = identity_of(xml, kind);
    ItemScheme scheme;
    scheme.is_partial = xml.value_of("isPartial") == "true";
    children_of(xml, [&](std::string const& element) {
        if (element == "Name") {
            read_name(xml, artefact.name);
            return;
        }
        auto& item = scheme.items.emplace_back();
        item.id = xml.value_of("id");
        Representation form;
        children_of(xml, [&](std::string const& part) {
            if (part == "Name")
                read_name(xml, item.name);
            else
                form = read_representation(xml);
        });
        if (kind == Kind::concept_scheme) scheme.representations.push_back(std::move(form));
    });
    artefact.content = std::move(scheme);
    return artefact;
}

Component::Level read_level(XmlStream& xml) {
    auto level = Component::Level::dataset;
    children_of(xml, [&](std::string const& element) {
        if (element == "PrimaryMeasure") level = Component::Level::observation;
        if (element == "Dimension") level = Component::Level::series;
        xml.skip();
    });
    return level;
}

Component read_component(XmlStream& xml, Component::Role role) {
    Component component;
    component.id = xml.value_of("id");
    component.role = role;
    component.is_mandatory = xml.value_of("assignmentStatus") == "Mandatory";
    children_of(xml, [&](std::string const& element) {
        if (element == "LocalRepresentation") {
            component.representation = read_representation(xml);
        } else if (element == "AttributeRelationship") {
            component.level = read_level(xml);
        } else { // ConceptIdentity
            children_of(xml, [&](std::string const&) {
                component.concept_scheme = {Kind::concept_scheme, std::string{xml.value_of("agencyID")},
                                            std::string{xml.value_of("maintainableParentID")},
                                            std::string{xml.value_of("maintainableParentVersion")}};
                xml.skip();
            });
        }
    });
    return component;
}

/// After the start of DSD_BASE: its components in the order dimensions, time, measure, attributes.
DataStructure read_base(XmlStream& xml) {
    DataStructure base;
    std::vector<Component> attributes;
    auto const component = [&](std::string const& element) {
        if (element == "Attribute") {
            attributes.push_back(read_component(xml, Component::Role::attribute));
            return;
        }
        auto const role = element == "Dimension"       ? Component::Role::dimension
                          : element == "TimeDimension" ? Component::Role::time_dimension
                                                       : Component::Role::measure;
        base.components.push_back(read_component(xml, role));
    };
    children_of(xml, [&](std::string const& part) {
        if (part != "DataStructureComponents") {
            xml.skip();
            return;
        }
        children_of(xml, [&](std::string const&) { children_of(xml, component); });
    });
    base.components.insert(base.components.end(), attributes.begin(), attributes.end());
    return base;
}

/// Calls `each` at every start of an `element` anywhere in a file; `each` consumes it.
template <typename Each>
void every(std::string_view text, char const* name, std::string_view element, Each&& each) {
    XmlStream xml{io::xml_source(text), name};
    for (auto token = xml.next(); token != Token::done; token = xml.next())
        if (token == Token::start && xml.local() == element) each(xml);
}

General read_general() {
    General result;
    every(codelists_text(), "codelists.xml", "Codelist",
          [&](XmlStream& xml) { result.code_lists.push_back(read_scheme(xml, Kind::codelist)); });
    every(concepts_text(), "concepts.xml", "ConceptScheme",
          [&](XmlStream& xml) { result.concepts = read_scheme(xml, Kind::concept_scheme); });
    every(structures_text(), "structures.xml", "DataStructure", [&](XmlStream& xml) {
        if (xml.value_of("id") == "DSD_BASE")
            result.base = read_base(xml);
        else
            xml.skip();
    });
    if (result.code_lists.empty() || result.base.find("OBS_VALUE") == nullptr ||
        result.concepts.scheme()->items.empty())
        throw Error{Errc::malformed,
                    "schemas/sdmx: a code list, concept or component that every dataset has is "
                    "missing; build again from sound files"};
    return result;
}

} // namespace

Artefact const* General::code_list(Identity const& identity) const noexcept {
    for (auto const& list : code_lists)
        if (list.self == identity) return &list;
    return nullptr;
}

Representation const* General::concept_form(std::string_view id) const noexcept {
    auto const* const scheme = concepts.scheme();
    auto const found = scheme->find(id);
    return found ? &scheme->representations[*found] : nullptr;
}

General const& general() {
    static General const result = read_general();
    return result;
}

LocalText shared_code_name(std::string_view dimension, std::string_view code) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> english{
        {{"_T", "Total"},
         {"_U", "Unknown"},
         {"_O", "Other"},
         {"_N", "Not answered"},
         {"_X", "Unallocated"},
         {"_Z", "Not applicable"}}};
    LocalText name{std::string{feed::code_de(dimension, code)}, {}};
    for (auto const& entry : english)
        if (entry.first == code) name.en = entry.second;
    return name;
}

} // namespace gateway::sdmx::structure

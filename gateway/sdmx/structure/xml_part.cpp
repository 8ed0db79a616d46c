#include <array>
#include <utility>

#include "gateway/sdmx/structure/writer_part.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::append_xml;

/// Elements of a kind: the one around all of them, the artefact, and an item.
struct Elements {
    std::string_view group21, group30, artefact, item;
};
constexpr std::array<Elements, kind_count> elements{{
    {"OrganisationSchemes", "AgencySchemes", "AgencyScheme", "Agency"},
    {"OrganisationSchemes", "DataProviderSchemes", "DataProviderScheme", "DataProvider"},
    {"Dataflows", "Dataflows", "Dataflow", ""},
    {"CategorySchemes", "CategorySchemes", "CategoryScheme", "Category"},
    {"Categorisations", "Categorisations", "Categorisation", ""},
    {"Codelists", "Codelists", "Codelist", "Code"},
    {"Concepts", "ConceptSchemes", "ConceptScheme", "Concept"},
    {"DataStructures", "DataStructures", "DataStructure", ""},
    {"Constraints", "DataConstraints", "ContentConstraint", ""},
    {"ProvisionAgreements", "ProvisionAgreements", "ProvisionAgreement", ""},
}};

class XmlPart final : public StructureWriter::Part {
  public:
    XmlPart(Selection selection, MessageHeader header, bool v2)
        : Part(std::move(selection), std::move(header)), v2_(v2) {}

  private:
    void begin(std::string& out) override {
        std::string const version = v2_ ? "v3_0" : "v2_1";
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mes:Structure");
        for (auto const& [prefix, name] :
             {std::pair{"mes", "message"}, {"str", "structure"}, {"com", "common"}})
            out.append(" xmlns:")
                .append(prefix)
                .append("=\"http://www.sdmx.org/resources/sdmxml/schemas/")
                .append(version)
                .append("/")
                .append(name)
                .append("\"");
        out.append(">\n<mes:Header>\n<mes:ID>");
        append_xml(out, header().id);
        out.append("</mes:ID>\n<mes:Test>false</mes:Test>\n<mes:Prepared>");
        append_xml(out, header().prepared);
        out.append("</mes:Prepared>\n<mes:Sender id=\"").append(common::our_agency);
        out.append("\"/>\n</mes:Header>\n<mes:Structures>\n");
    }

    [[nodiscard]] int group_of(Kind kind) const override {
        // Both organisation schemes of 2.1 are in one element.
        return !v2_ && kind == Kind::data_provider_scheme ? static_cast<int>(Kind::agency_scheme)
                                                          : static_cast<int>(kind);
    }
    void open_group(Kind kind, std::string& out) override { tag(out, "<str:", group_name(kind), ">\n"); }
    void close_group(Kind kind, std::string& out) override { tag(out, "</str:", group_name(kind), ">\n"); }
    void finish(std::string& out) override { out.append("</mes:Structures>\n</mes:Structure>\n"); }

    void open_artefact(Selected const& entry, bool /*is_first*/, std::string& out) override {
        auto const& artefact = *entry.artefact;
        bool const is_stub = entry.shape != Selected::Shape::whole;
        tag(out, "<str:", element_of(artefact.self.kind), "");
        attribute(out, "id", artefact.self.id);
        attribute(out, "agencyID", artefact.self.agency);
        attribute(out, "version", artefact.self.version);
        attribute(out, "urn", urn_of(artefact.self, v2_));
        if (is_partial(entry)) out.append(" isPartial=\"true\"");
        if (is_stub) {
            out.append(" isExternalReference=\"true\"");
            if (auto const address = address_of(artefact.self, v2_); !address.empty())
                attribute(out, "structureURL", address);
        }
        if (artefact.self.kind == Kind::constraint && !is_stub)
            attribute(out, v2_ ? "role" : "type", "Actual");
        out.append(">");
        if (entry.shape != Selected::Shape::stub) annotations(out, annotations_of(entry));
        texts(out, "Name", artefact.name);
        if (entry.shape != Selected::Shape::stub) texts(out, "Description", artefact.description);
        out.append("\n");
        if (!is_stub) body(entry, out);
    }
    void close_artefact(Selected const& entry, std::string& out) override {
        tag(out, "</str:", element_of(entry.artefact->self.kind), ">\n");
    }

    void item(Selected const& entry, std::uint32_t position, bool /*is_first*/, std::string& out) override {
        auto const& self = entry.artefact->self;
        auto const& scheme = *entry.artefact->scheme();
        auto const& item = scheme.items[position];
        auto const name = elements[static_cast<std::size_t>(self.kind)].item;
        tag(out, "<str:", name, "");
        attribute(out, "id", item.id);
        out.append(">");
        texts(out, "Name", item.name);
        if (self.kind == Kind::codelist && item.parent != Item::no_parent && shows(entry, item.parent)) {
            out.append("<str:Parent>");
            if (v2_)
                append_xml(out, scheme.items[item.parent].id);
            else
                local_ref(out, scheme.items[item.parent].id);
            out.append("</str:Parent>");
        }
        if (position < scheme.representations.size())
            representation(out, "CoreRepresentation", scheme.representations[position]);
        tag(out, "</str:", name, ">\n");
    }

    void categories(Selected const& entry, std::uint32_t parent, std::string& out) {
        auto const& items = entry.artefact->scheme()->items;
        for (std::uint32_t i = 0; i < items.size(); ++i) {
            if (items[i].parent != parent || !shows(entry, i)) continue;
            out.append("<str:Category");
            attribute(out, "id", items[i].id);
            out.append(">");
            texts(out, "Name", items[i].name);
            out.append("\n");
            categories(entry, i, out);
            out.append("</str:Category>\n");
        }
    }

    void body(Selected const& entry, std::string& out) {
        auto const& artefact = *entry.artefact;
        if (artefact.self.kind == Kind::category_scheme) {
            categories(entry, Item::no_parent, out);
        } else if (auto const* const parts = artefact.structure()) {
            components(*parts, out);
        } else if (auto const* const flow = std::get_if<Dataflow>(&artefact.content)) {
            reference(out, "Structure", flow->structure);
        } else if (auto const* const link = std::get_if<Categorisation>(&artefact.content)) {
            reference(out, "Source", link->source);
            item_reference(out, "Target", link->scheme, link->category, "Category");
        } else if (auto const* const agreement = std::get_if<ProvisionAgreement>(&artefact.content)) {
            reference(out, v2_ ? "Dataflow" : "StructureUsage", agreement->dataflow);
            item_reference(out, "DataProvider", agreement->scheme, agreement->provider, "DataProvider");
        } else if (auto const* const constraint = std::get_if<Constraint>(&artefact.content)) {
            out.append("<str:ConstraintAttachment>");
            reference(out, "Dataflow", constraint->dataflow);
            out.append("</str:ConstraintAttachment>\n");
            cube_region(constraint->source->region(), out);
        }
    }

    void cube_region(Region const& region, std::string& out) const {
        std::string const space = v2_ ? "str:" : "com:";
        out.append("<str:CubeRegion include=\"true\">\n");
        for (auto const& key : region.keys) {
            if (key.values->empty()) continue; // a KeyValue without values means all
            out.append("<").append(space).append("KeyValue");
            attribute(out, "id", key.component);
            out.append(">");
            for (auto const& value : *key.values) {
                out.append("<").append(space).append("Value>");
                append_xml(out, value);
                out.append("</").append(space).append("Value>");
            }
            out.append("</").append(space).append("KeyValue>\n");
        }
        if (!region.first.empty()) {
            out.append("<").append(space).append("KeyValue id=\"TIME_PERIOD\"><").append(space);
            out.append("TimeRange>");
            for (auto const& [name, text] :
                 {std::pair{"StartPeriod", &region.first}, {"EndPeriod", &region.last}}) {
                out.append("<").append(space).append(name).append(" isInclusive=\"true\">");
                append_xml(out, *text);
                out.append("</").append(space).append(name).append(">");
            }
            out.append("</").append(space).append("TimeRange></").append(space).append("KeyValue>\n");
        }
        out.append("</str:CubeRegion>\n");
    }

    void components(DataStructure const& structure, std::string& out) const {
        using Role = Component::Role;
        out.append("<str:DataStructureComponents>\n<str:DimensionList id=\"DimensionDescriptor\">\n");
        unsigned place = 0;
        for (auto const& component : structure.components) {
            if (component.role != Role::dimension && component.role != Role::time_dimension) continue;
            bool const is_time = component.role == Role::time_dimension;
            auto const* const name = is_time ? "TimeDimension" : "Dimension";
            tag(out, "<str:", name, "");
            attribute(out, "id", component.id);
            ++place;
            if (!v2_ || !is_time) attribute(out, "position", std::to_string(place));
            out.append(">");
            meaning(component, out);
            tag(out, "</str:", name, ">\n");
        }
        out.append("</str:DimensionList>\n<str:AttributeList id=\"AttributeDescriptor\">\n");
        for (auto const& component : structure.components) {
            if (component.role != Role::attribute) continue;
            out.append("<str:Attribute");
            attribute(out, "id", component.id);
            if (v2_)
                attribute(out, "usage", component.is_mandatory ? "mandatory" : "optional");
            else
                attribute(out, "assignmentStatus", component.is_mandatory ? "Mandatory" : "Conditional");
            out.append(">");
            meaning(component, out);
            relationship(structure, component.level, out);
            out.append("</str:Attribute>\n");
        }
        out.append("</str:AttributeList>\n<str:MeasureList id=\"MeasureDescriptor\">\n");
        for (auto const& component : structure.components) {
            if (component.role != Role::measure) continue;
            auto const* const name = v2_ ? "Measure" : "PrimaryMeasure";
            tag(out, "<str:", name, "");
            attribute(out, "id", component.id);
            if (v2_) attribute(out, "usage", "optional");
            out.append(">");
            meaning(component, out);
            tag(out, "</str:", name, ">\n");
        }
        out.append("</str:MeasureList>\n</str:DataStructureComponents>\n");
    }

    void meaning(Component const& component, std::string& out) const {
        item_reference(out, "ConceptIdentity", component.concept_scheme, component.id, "Concept");
        representation(out, "LocalRepresentation", component.representation);
    }

    void relationship(DataStructure const& structure, Component::Level level, std::string& out) const {
        out.append("<str:AttributeRelationship>");
        switch (level) {
        case Component::Level::dataset: out.append(v2_ ? "<str:Dataflow/>" : "<str:None/>"); break;
        case Component::Level::observation:
            out.append(v2_ ? "<str:Observation/>"
                           : "<str:PrimaryMeasure><Ref id=\"OBS_VALUE\"/></str:PrimaryMeasure>");
            break;
        case Component::Level::series:
            for (auto const& component : structure.components) {
                if (component.role != Component::Role::dimension) continue;
                out.append("<str:Dimension>");
                if (v2_)
                    append_xml(out, component.id);
                else
                    local_ref(out, component.id);
                out.append("</str:Dimension>");
            }
            break;
        }
        out.append("</str:AttributeRelationship>");
    }

    void representation(std::string& out, std::string_view name, Representation const& form) const {
        if (!form.enumeration && form.format.empty()) return;
        tag(out, "<str:", name, ">");
        if (form.enumeration) {
            reference(out, "Enumeration", *form.enumeration);
        } else {
            out.append("<str:TextFormat");
            for (auto const& facet : form.format) attribute(out, facet.first, facet.second);
            out.append("/>");
        }
        tag(out, "</str:", name, ">");
    }

    void reference(std::string& out, std::string_view name, Identity const& to) const {
        tag(out, "<str:", name, ">");
        if (v2_) {
            append_xml(out, urn_of(to, true));
        } else {
            out.append("<Ref");
            attribute(out, "id", to.id);
            attribute(out, "agencyID", to.agency);
            attribute(out, "version", to.version);
            attribute(out, "class", class_of(to.kind));
            attribute(out, "package", package_of(to.kind));
            out.append("/>");
        }
        tag(out, "</str:", name, ">");
    }

    void item_reference(std::string& out, std::string_view name, Identity const& scheme,
                        std::string_view item, std::string_view item_class) const {
        tag(out, "<str:", name, ">");
        if (v2_) {
            append_xml(out, item_urn(scheme, item));
        } else {
            out.append("<Ref");
            attribute(out, "id", item);
            attribute(out, "maintainableParentID", scheme.id);
            attribute(out, "maintainableParentVersion", scheme.version);
            attribute(out, "agencyID", scheme.agency);
            attribute(out, "class", item_class);
            attribute(out, "package", package_of(scheme.kind));
            out.append("/>");
        }
        tag(out, "</str:", name, ">");
    }

    static void local_ref(std::string& out, std::string_view id) {
        out.append("<Ref");
        attribute(out, "id", id);
        out.append("/>");
    }

    void annotations(std::string& out, std::vector<Annotation> const& annotations) const {
        if (annotations.empty()) return;
        out.append("<com:Annotations>");
        for (auto const& annotation : annotations) {
            out.append("<com:Annotation");
            attribute(out, "id", annotation.id);
            out.append(">");
            text(out, "AnnotationTitle", annotation.title);
            text(out, "AnnotationType", annotation.type);
            texts(out, "AnnotationText", annotation.text);
            out.append("</com:Annotation>");
        }
        out.append("</com:Annotations>");
    }

    /// One element per language that has a text.
    void texts(std::string& out, std::string_view name, LocalText const& value) const {
        for (auto const& language : languages()) {
            auto const& in_language = language == "de" ? value.de : value.en;
            if (in_language.empty()) continue;
            tag(out, "<com:", name, "");
            attribute(out, "xml:lang", language);
            out.append(">");
            append_xml(out, in_language);
            tag(out, "</com:", name, ">");
        }
    }
    static void text(std::string& out, std::string_view name, std::string_view value) {
        if (value.empty()) return;
        tag(out, "<com:", name, ">");
        append_xml(out, value);
        tag(out, "</com:", name, ">");
    }
    static void attribute(std::string& out, std::string_view name, std::string_view value) {
        out.append(" ").append(name).append("=\"");
        append_xml(out, value);
        out.append("\"");
    }
    static void tag(std::string& out, std::string_view open, std::string_view name, std::string_view close) {
        out.append(open).append(name).append(close);
    }
    [[nodiscard]] std::string_view group_name(Kind kind) const noexcept {
        auto const& names = elements[static_cast<std::size_t>(kind)];
        return v2_ ? names.group30 : names.group21;
    }
    [[nodiscard]] std::string_view element_of(Kind kind) const noexcept {
        return v2_ && kind == Kind::constraint ? std::string_view{"DataConstraint"}
                                               : elements[static_cast<std::size_t>(kind)].artefact;
    }

    bool v2_;
};

} // namespace

std::unique_ptr<StructureWriter::Part> make_xml_part(Selection selection, MessageHeader header, bool v2) {
    return std::make_unique<XmlPart>(std::move(selection), std::move(header), v2);
}

} // namespace gateway::sdmx::structure

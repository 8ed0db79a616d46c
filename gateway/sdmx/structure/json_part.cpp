#include <array>
#include <utility>

#include "gateway/sdmx/structure/writer_part.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::append_json;

/// Arrays of artefacts and of their items.
struct Arrays {
    std::string_view artefacts, items;
};
constexpr std::array<Arrays, kind_count> arrays{{
    {"agencySchemes", "agencies"},
    {"dataProviderSchemes", "dataProviders"},
    {"dataflows", ""},
    {"categorySchemes", "categories"},
    {"categorisations", ""},
    {"codelists", "codes"},
    {"conceptSchemes", "concepts"},
    {"dataStructures", ""},
    {"contentConstraints", ""},
    {"provisionAgreements", ""},
}};

class JsonPart final : public StructureWriter::Part {
  public:
    JsonPart(Selection selection, MessageHeader header, bool v2)
        : Part(std::move(selection), std::move(header)), v2_(v2) {}

  private:
    void begin(std::string& out) override {
        out.append("{\"meta\":{\"schema\":\"https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/"
                   "structure-message/tools/schemas/");
        out.append(v2_ ? "2.0.0" : "1.0").append("/sdmx-json-structure-schema.json\"");
        member(out, "id", header().id);
        out.append(",\"test\":false");
        member(out, "prepared", header().prepared);
        out.append(",\"contentLanguages\":[");
        append_json(out, languages()[0]);
        out.append(",");
        append_json(out, languages()[1]);
        out.append("],\"sender\":{\"id\":");
        append_json(out, common::our_agency);
        out.append("}},\n\"data\":{");
    }
    [[nodiscard]] int group_of(Kind kind) const override { return static_cast<int>(kind); }
    void open_group(Kind kind, std::string& out) override {
        if (has_group_) out.append(",");
        has_group_ = true;
        out.append("\n");
        append_json(out, v2_ && kind == Kind::constraint ? std::string_view{"dataConstraints"}
                                                         : arrays[static_cast<std::size_t>(kind)].artefacts);
        out.append(":[");
    }
    void close_group(Kind /*kind*/, std::string& out) override { out.append("]"); }
    void finish(std::string& out) override { out.append("}}\n"); }

    void open_artefact(Selected const& entry, bool is_first, std::string& out) override {
        auto const& artefact = *entry.artefact;
        bool const is_stub = entry.shape != Selected::Shape::whole;
        out.append(is_first ? "\n{\"id\":" : ",\n{\"id\":");
        append_json(out, artefact.self.id);
        member(out, "agencyID", artefact.self.agency);
        member(out, "version", artefact.self.version);
        texts(out, "name", artefact.name);
        if (entry.shape != Selected::Shape::stub) texts(out, "description", artefact.description);
        out.append(is_stub ? ",\"isExternalReference\":true" : ",\"isExternalReference\":false");
        links(artefact.self, is_stub, out);
        if (entry.shape != Selected::Shape::stub) annotations(annotations_of(entry), out);
        if (is_partial(entry)) out.append(",\"isPartial\":true");
        if (!is_stub) body(entry, out);
    }
    void close_artefact(Selected const& entry, std::string& out) override {
        bool const has_items = entry.artefact->scheme() != nullptr && entry.shape == Selected::Shape::whole &&
                               entry.artefact->self.kind != Kind::category_scheme;
        out.append(has_items ? "]}" : "}");
    }

    void item(Selected const& entry, std::uint32_t position, bool is_first, std::string& out) override {
        auto const& scheme = *entry.artefact->scheme();
        auto const& item = scheme.items[position];
        out.append(is_first ? "\n{\"id\":" : ",\n{\"id\":");
        append_json(out, item.id);
        texts(out, "name", item.name);
        if (entry.artefact->self.kind == Kind::codelist && item.parent != Item::no_parent &&
            shows(entry, item.parent))
            member(out, "parent", scheme.items[item.parent].id);
        if (position < scheme.representations.size())
            representation("coreRepresentation", scheme.representations[position], out);
        out.append("}");
    }

    void categories(Selected const& entry, std::uint32_t parent, std::string& out) {
        auto const& items = entry.artefact->scheme()->items;
        bool is_first = true;
        for (std::uint32_t i = 0; i < items.size(); ++i) {
            if (items[i].parent != parent || !shows(entry, i)) continue;
            out.append(is_first ? ",\"categories\":[\n{\"id\":" : ",\n{\"id\":");
            is_first = false;
            append_json(out, items[i].id);
            texts(out, "name", items[i].name);
            categories(entry, i, out);
            out.append("}");
        }
        if (!is_first) out.append("]");
    }

    void body(Selected const& entry, std::string& out) {
        auto const& artefact = *entry.artefact;
        if (artefact.self.kind == Kind::category_scheme) {
            categories(entry, Item::no_parent, out);
        } else if (artefact.scheme() != nullptr) {
            out.append(",");
            append_json(out, arrays[static_cast<std::size_t>(artefact.self.kind)].items);
            out.append(":[");
        } else if (auto const* const parts = artefact.structure()) {
            components(*parts, out);
        } else if (auto const* const flow = std::get_if<Dataflow>(&artefact.content)) {
            member(out, "structure", urn_of(flow->structure, v2_));
        } else if (auto const* const link = std::get_if<Categorisation>(&artefact.content)) {
            member(out, "source", urn_of(link->source, v2_));
            member(out, "target", item_urn(link->scheme, link->category));
        } else if (auto const* const agreement = std::get_if<ProvisionAgreement>(&artefact.content)) {
            member(out, v2_ ? "dataflow" : "structureUsage", urn_of(agreement->dataflow, v2_));
            member(out, "dataProvider", item_urn(agreement->scheme, agreement->provider));
        } else if (auto const* const constraint = std::get_if<Constraint>(&artefact.content)) {
            member(out, v2_ ? "role" : "type", "Actual");
            out.append(",\"constraintAttachment\":{\"dataflows\":[");
            append_json(out, urn_of(constraint->dataflow, v2_));
            out.append("]}");
            cube_region(constraint->source->region(), out);
        }
    }

    void cube_region(Region const& region, std::string& out) const {
        out.append(v2_ ? ",\"cubeRegions\":[{\"include\":true,\"keyValues\":["
                       : ",\"cubeRegions\":[{\"isIncluded\":true,\"keyValues\":[");
        bool is_first = true;
        auto const open = [&](std::string_view id) {
            out.append(is_first ? "\n{\"id\":" : ",\n{\"id\":");
            append_json(out, id);
            is_first = false;
        };
        for (auto const& key : region.keys) {
            if (key.values->empty()) continue; // no values would mean all
            open(key.component);
            out.append(",\"values\":[");
            for (std::size_t i = 0; i < key.values->size(); ++i) {
                if (i != 0) out.append(",");
                append_json(out, (*key.values)[i]);
            }
            out.append("]}");
        }
        if (!region.first.empty()) {
            open("TIME_PERIOD");
            out.append(",\"timeRange\":{\"startPeriod\":{\"period\":");
            append_json(out, region.first);
            out.append(",\"isInclusive\":true},\"endPeriod\":{\"period\":");
            append_json(out, region.last);
            out.append(",\"isInclusive\":true}}}");
        }
        out.append("]}]");
    }

    void components(DataStructure const& structure, std::string& out) const {
        using Role = Component::Role;
        out.append(",\"dataStructureComponents\":{\n\"attributeList\":{\"id\":\"AttributeDescriptor\","
                   "\"attributes\":[");
        bool is_first = true;
        for (auto const& component : structure.components) {
            if (component.role != Role::attribute) continue;
            open(component, is_first, out);
            if (v2_)
                member(out, "usage", component.is_mandatory ? "mandatory" : "optional");
            else
                member(out, "assignmentStatus", component.is_mandatory ? "Mandatory" : "Conditional");
            relationship(structure, component.level, out);
            close(component, out);
        }
        out.append("]},\n\"dimensionList\":{\"id\":\"DimensionDescriptor\",\"dimensions\":[");
        is_first = true;
        unsigned place = 0;
        for (auto const& component : structure.components) {
            if (component.role != Role::dimension) continue;
            open(component, is_first, out);
            out.append(",\"position\":").append(std::to_string(++place));
            if (!v2_) member(out, "type", "Dimension");
            close(component, out);
        }
        out.append(v2_ ? "],\"timeDimension\":" : "],\"timeDimensions\":[");
        is_first = true;
        for (auto const& component : structure.components) {
            if (component.role != Role::time_dimension) continue;
            open(component, is_first, out);
            if (!v2_) {
                out.append(",\"position\":").append(std::to_string(++place));
                member(out, "type", "TimeDimension");
            }
            close(component, out);
        }
        out.append(v2_ ? "},\n\"measureList\":{\"id\":\"MeasureDescriptor\",\"measures\":["
                       : "]},\n\"measureList\":{\"id\":\"MeasureDescriptor\",\"primaryMeasure\":");
        is_first = true;
        for (auto const& component : structure.components) {
            if (component.role != Role::measure) continue;
            open(component, is_first, out);
            if (v2_) member(out, "usage", "optional");
            close(component, out);
        }
        out.append(v2_ ? "]}}" : "}}");
    }

    static void open(Component const& component, bool& is_first, std::string& out) {
        out.append(is_first ? "\n{\"id\":" : ",\n{\"id\":");
        is_first = false;
        append_json(out, component.id);
    }
    void close(Component const& component, std::string& out) const {
        member(out, "conceptIdentity", item_urn(component.concept_scheme, component.id));
        representation("localRepresentation", component.representation, out);
        out.append("}");
    }

    void relationship(DataStructure const& structure, Component::Level level, std::string& out) const {
        out.append(",\"attributeRelationship\":{");
        switch (level) {
        case Component::Level::dataset: out.append(v2_ ? "\"dataflow\":{}" : "\"none\":{}"); break;
        case Component::Level::observation:
            out.append(v2_ ? "\"observation\":{}" : "\"primaryMeasure\":\"OBS_VALUE\"");
            break;
        case Component::Level::series: {
            out.append("\"dimensions\":[");
            bool is_first = true;
            for (auto const& component : structure.components) {
                if (component.role != Component::Role::dimension) continue;
                if (!is_first) out.append(",");
                is_first = false;
                append_json(out, component.id);
            }
            out.append("]");
            break;
        }
        }
        out.append("}");
    }

    void representation(std::string_view name, Representation const& form, std::string& out) const {
        if (!form.enumeration && form.format.empty()) return;
        out.append(",");
        append_json(out, name);
        if (form.enumeration) {
            out.append(":{\"enumeration\":");
            append_json(out, urn_of(*form.enumeration, v2_));
            out.append("}");
            return;
        }
        out.append(v2_ ? ":{\"format\":{" : ":{\"textFormat\":{");
        bool is_first = true;
        for (auto const& [facet, value] : form.format) {
            if (!is_first) out.append(",");
            is_first = false;
            append_json(out, facet);
            out.append(":");
            if (facet == "textType" || facet == "pattern")
                append_json(out, value);
            else
                out.append(value); // lengths and bounds are numbers
        }
        out.append("}}");
    }

    void links(Identity const& self, bool is_stub, std::string& out) const {
        out.append(",\"links\":[{\"rel\":");
        append_json(out, is_stub ? "external" : "self");
        member(out, "urn", urn_of(self, v2_));
        if (auto const address = address_of(self, v2_); !address.empty()) member(out, "href", address);
        member(out, "type", resource_of(self.kind, v2_));
        out.append("}]");
    }

    void annotations(std::vector<Annotation> const& annotations, std::string& out) const {
        if (annotations.empty()) return;
        out.append(",\"annotations\":[");
        for (std::size_t i = 0; i < annotations.size(); ++i) {
            auto const& annotation = annotations[i];
            out.append(i == 0 ? "{\"id\":" : ",{\"id\":");
            append_json(out, annotation.id);
            if (!annotation.title.empty()) member(out, "title", annotation.title);
            member(out, "type", annotation.type);
            texts(out, "text", annotation.text);
            out.append("}");
        }
        out.append("]");
    }

    /// "name" in the reader's language, "names" in all.
    void texts(std::string& out, std::string_view name, LocalText const& value) const {
        if (value.empty()) return;
        member(out, name, value.in(languages()[0]));
        out.append(",");
        append_json(out, std::string{name} + "s");
        out.append(":{");
        bool is_first = true;
        for (auto const& language : languages()) {
            auto const& in_language = language == "de" ? value.de : value.en;
            if (in_language.empty()) continue;
            if (!is_first) out.append(",");
            is_first = false;
            append_json(out, language);
            out.append(":");
            append_json(out, in_language);
        }
        out.append("}");
    }
    static void member(std::string& out, std::string_view name, std::string_view value) {
        out.append(",");
        append_json(out, name);
        out.append(":");
        append_json(out, value);
    }

    bool v2_;
    bool has_group_ = false;
};

} // namespace

std::unique_ptr<StructureWriter::Part> make_json_part(Selection selection, MessageHeader header, bool v2) {
    return std::make_unique<JsonPart>(std::move(selection), std::move(header), v2);
}

} // namespace gateway::sdmx::structure

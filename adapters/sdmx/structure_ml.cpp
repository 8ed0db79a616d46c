#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/sdmx/structure.hpp"
#include "adapters/sdmx/structure_ml.hpp"
#include "adapters/sdmx/xml_walk.hpp"

namespace adapters::sdmx {
namespace {

Reference self_of(XmlStream& xml, std::string kind) {
    return {std::move(kind),
            std::string{xml.value_of("agencyID")},
            std::string{xml.value_of("id")},
            std::string{xml.value_of("version")},
            {}};
}

class Reader {
  public:
    Reader(XmlStream& xml, Structures& into) : xml_(xml), into_(into) {}

    /// An artefact, or a folder of artefacts: what is not known is searched for what is.
    void artefact(std::string const& name) {
        // In references the same names stand without an id.
        if (is_counted(name) && xml_.value_of("id").empty()) return xml_.skip();
        if (is_counted(name)) ++into_.artefacts[name];
        if (name == "DataStructure") return data_structure();
        if (name == "Codelist" || name == "ValueList" || name == "GeographicCodelist" ||
            name == "ConceptScheme" || name == "GeoGridCodelist")
            return item_list(name);
        if (name == "Dataflow") return dataflow();
        if (name == "ContentConstraint" || name == "DataConstraint" || name == "AttachmentConstraint")
            return constraint();
        if (name == "RepresentationMap") return read_representation_map(xml_, into_);
        if (name == "StructureMap") return read_structure_map(xml_, into_);
        each_child(xml_, [this](std::string const& child) { artefact(child); });
    }

  private:
    static bool is_counted(std::string const& name) {
        static constexpr std::string_view counted[] = {"DataStructure",
                                                       "Codelist",
                                                       "ValueList",
                                                       "GeographicCodelist",
                                                       "GeoGridCodelist",
                                                       "ConceptScheme",
                                                       "Dataflow",
                                                       "CategoryScheme",
                                                       "ContentConstraint",
                                                       "DataConstraint",
                                                       "AgencyScheme",
                                                       "Categorisation",
                                                       "HierarchicalCodelist",
                                                       "Hierarchy",
                                                       "TransformationScheme",
                                                       "StructureMap",
                                                       "RepresentationMap",
                                                       "MetadataStructure",
                                                       "Metadataflow",
                                                       "ProvisionAgreement",
                                                       "StructureSet",
                                                       "RulesetScheme",
                                                       "UserDefinedOperatorScheme",
                                                       "VtlMappingScheme",
                                                       "NamePersonalisationScheme",
                                                       "DataProviderScheme",
                                                       "DataConsumerScheme",
                                                       "OrganisationUnitScheme",
                                                       "Process",
                                                       "ReportingTaxonomy"};
        return std::find(std::begin(counted), std::end(counted), name) != std::end(counted);
    }

    /// Name in the first language that comes, German if there is one.
    void name(std::string& into) {
        bool const is_german = xml_.value_of("lang") == "de";
        auto text = xml_.take_text();
        if (into.empty() || is_german) into = std::move(text);
    }

    void item_list(std::string const& kind) {
        ItemList list;
        list.self = self_of(xml_, kind);
        list.is_partial = xml_.value_of("isPartial") == "true";
        each_child(xml_, [&](std::string const& child) {
            if (child == "Name") return name(list.name);
            if (child == "CodelistExtension") {
                return each_child(xml_, [&](std::string const& part) {
                    if (part == "Codelist")
                        list.extends.push_back(take_reference(xml_));
                    else
                        xml_.skip();
                });
            }
            if (child == "Code" || child == "Concept" || child == "ValueItem" ||
                child == "GeoFeatureSetCode" || child == "GeoGridCode" || child == "GeographicCode") {
                ++into_.artefacts[child];
                return item(list);
            }
            xml_.skip();
        });
        (kind == "ConceptScheme" ? into_.concept_schemes : into_.code_lists).push_back(std::move(list));
    }

    void item(ItemList& list) {
        Item item{std::string{xml_.value_of("id")}, {}, {}};
        if (item.id.empty()) xml_.fail(Errc::malformed, "an item of " + list.self.text() + " has no id");
        each_child(xml_, [&](std::string const& child) {
            if (child == "Name") return name(item.name);
            if (child == "Parent") {
                auto const parent = take_reference(xml_);
                item.parent = parent.item.empty() ? parent.id : parent.item;
                return;
            }
            xml_.skip();
        });
        list.items.push_back(std::move(item));
    }

    void dataflow() {
        auto const self = self_of(xml_, "Dataflow");
        Reference structure;
        each_child(xml_, [&](std::string const& child) {
            if (child == "Structure")
                structure = take_reference(xml_);
            else
                xml_.skip();
        });
        into_.dataflows[self.text()] = structure;
    }

    void constraint() {
        Constraint constraint;
        constraint.self = self_of(xml_, "ContentConstraint");
        constraint.type = xml_.value_of("type");
        if (constraint.type.empty()) constraint.type = xml_.value_of("role");
        each_child(xml_, [&](std::string const& child) {
            if (child == "ConstraintAttachment") {
                each_child(xml_, [&](std::string const&) {
                    constraint.attached_to.push_back(take_reference(xml_));
                });
            } else if (child == "CubeRegion") {
                bool const is_included = xml_.value_of("include") != "false";
                each_child(xml_, [&](std::string const& part) {
                    if (part != "KeyValue" && part != "Attribute" && part != "Component") return xml_.skip();
                    auto& values = constraint.values.emplace_back();
                    values.component = xml_.value_of("id");
                    values.is_included = is_included && xml_.value_of("include") != "false";
                    each_child(xml_, [&](std::string const& value) {
                        if (value == "Value")
                            values.values.push_back(trimmed(xml_.take_text()));
                        else
                            xml_.skip();
                    });
                });
            } else {
                xml_.skip();
            }
        });
        into_.constraints.push_back(std::move(constraint));
    }

    void data_structure() {
        DataStructure structure;
        structure.self = self_of(xml_, "DataStructure");
        structure.is_stub = true;
        each_child(xml_, [&](std::string const& child) {
            if (child != "DataStructureComponents") return xml_.skip();
            structure.is_stub = false;
            each_child(xml_, [&](std::string const& list) {
                if (list == "Group") return group(structure);
                if (list != "DimensionList" && list != "AttributeList" && list != "MeasureList")
                    return xml_.skip();
                each_child(xml_, [&](std::string const& kind) { component(structure, kind); });
            });
        });
        auto const by_kind = [](ComponentInfo const& c) {
            return c.role == Role::dimension ? 0 : c.role == Role::time ? 1 : c.role == Role::measure ? 2 : 3;
        };
        std::stable_sort(structure.components.begin(), structure.components.end(),
                         [&](auto const& a, auto const& b) { return by_kind(a) < by_kind(b); });
        if (!structure.is_stub && structure.components.empty())
            xml_.fail(Errc::malformed, "data structure " + structure.self.text() + " has no components");
        into_.data_structures.push_back(std::move(structure));
    }

    void group(DataStructure& structure) {
        auto const id = std::string{xml_.value_of("id")};
        auto& dimensions = structure.groups[id];
        each_child(xml_, [&](std::string const& child) {
            if (child != "GroupDimension") return xml_.skip();
            each_child(xml_, [&](std::string const&) {
                auto const dimension = take_reference(xml_);
                dimensions.push_back(dimension.item.empty() ? dimension.id : dimension.item);
            });
        });
    }

    void component(DataStructure& structure, std::string const& kind) {
        ComponentInfo info;
        if (kind == "Dimension" || kind == "MeasureDimension")
            info.role = Role::dimension;
        else if (kind == "TimeDimension")
            info.role = Role::time;
        else if (kind == "PrimaryMeasure" || kind == "Measure")
            info.role = Role::measure;
        else if (kind == "Attribute" || kind == "MetadataAttributeUsage")
            info.role = Role::attribute;
        else
            return xml_.skip();
        ++into_.artefacts[kind];
        info.is_measure_dimension = kind == "MeasureDimension";
        info.id = xml_.value_of("id");
        each_child(xml_, [&](std::string const& child) {
            if (child == "ConceptIdentity") {
                auto const identity = take_reference(xml_);
                info.concept_id = identity.item.empty() ? identity.id : identity.item;
            } else if (child == "LocalRepresentation") {
                auto const occurs = xml_.value_of("maxOccurs");
                info.is_array = !occurs.empty() && occurs != "1";
                each_child(xml_, [&](std::string const& part) {
                    if (part == "Enumeration")
                        info.code_list = take_reference(xml_);
                    else
                        xml_.skip();
                });
            } else if (child == "AttributeRelationship") {
                each_child(xml_, [&](std::string const& level) { attachment(info, level); });
            } else {
                xml_.skip();
            }
        });
        // 2.1: the id of a component is that of its concept where it has none of its own.
        if (info.id.empty()) info.id = info.concept_id;
        if (info.id.empty() && kind == "TimeDimension") info.id = "TIME_PERIOD";
        if (info.id.empty() && kind == "PrimaryMeasure") info.id = "OBS_VALUE";
        if (info.id.empty())
            xml_.fail(Errc::malformed,
                      "a " + kind + " of " + structure.self.text() + " has neither id nor concept");
        if (structure.find(info.id) != nullptr)
            xml_.fail(Errc::malformed, "component " + info.id + " stands twice in " + structure.self.text());
        structure.components.push_back(std::move(info));
    }

    void attachment(ComponentInfo& info, std::string const& level) {
        if (level == "None" || level == "Dataflow") {
            info.level = "DataSet";
            return xml_.skip();
        }
        if (level == "PrimaryMeasure" || level == "Observation") {
            info.level = "Observation";
            return xml_.skip();
        }
        if (level != "Dimension" && level != "Group" && level != "AttachmentGroup") return xml_.skip();
        info.level = level == "Dimension" ? "Dimensions" : "Group";
        auto const reference = take_reference(xml_);
        auto const name = reference.item.empty() ? reference.id : reference.item;
        info.attached_to.push_back(name);
    }

    XmlStream& xml_;
    Structures& into_;
};

} // namespace

void read_structure_elements(XmlStream& xml, Structures& into) {
    Reader reader{xml, into};
    each_child(xml, [&](std::string const& child) {
        if (child == "Header")
            xml.skip();
        else
            reader.artefact(child);
    });
}

Structures read_structures_ml(gateway::io::XmlSource source, std::string const& name) {
    XmlStream xml{std::move(source), name};
    xml.next();
    Structures result;
    result.version = version_of_namespace(xml.space());
    result.format = "structure";
    auto const root = std::string{xml.local()};
    if (result.version.empty())
        xml.fail(Errc::not_a_table, "root element '" + root +
                                        "' is not of SDMX-ML 2.1 or 3.0; a structure file begins with "
                                        "<message:Structure>");
    // Registries wrap structures in an answer.
    if (root != "Structure" && root != "RegistryInterface")
        xml.fail(Errc::not_a_table, "root element '" + root +
                                        "' where a structure message is due; ask the service for the data "
                                        "structure with references=all");
    read_structure_elements(xml, result);
    while (xml.next() != XmlStream::Token::done) {
    }
    return result;
}

} // namespace adapters::sdmx

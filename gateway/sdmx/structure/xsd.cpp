#include "gateway/sdmx/structure/xsd.hpp"

#include <map>
#include <utility>

namespace gateway::sdmx::structure {
namespace {

using common::append_xml;
using common::ErrorCode;
using common::SdmxError;
using Role = Component::Role;
using Level = Component::Level;

constexpr std::string_view all_dimensions = "AllDimensions";

/// Type of a component and, where it is not a built-in one, its definition.
class Types {
  public:
    Types(Catalogue const& catalogue, Region const* region) : catalogue_(catalogue), region_(region) {}

    /// Name of the type; its definition is kept for definitions().
    std::string name_of(Component const& component) {
        if (component.role == Role::time_dimension) return "common:ObservationalTimePeriodType";
        auto const& form = component.representation;
        if (!form.enumeration) return text_type(component);
        auto const list = catalogue_.find(*form.enumeration);
        if (!list) return "xs:string";
        auto name = list->self.agency + "." + list->self.id + "." + list->self.version;
        auto const* const values = values_of(component.id);
        if (values != nullptr) name.append(".").append(component.id);
        auto& definition = definitions_[name];
        if (!definition.empty()) return name;
        definition = "<xs:restriction base=\"xs:string\">\n";
        if (values != nullptr)
            for (auto const& value : *values) enumerate(definition, value);
        else
            for (auto const& item : list->scheme()->items) enumerate(definition, item.id);
        definition.append("</xs:restriction>\n");
        return name;
    }

    void write(std::string& out) const {
        for (auto const& [name, definition] : definitions_) {
            out.append("<xs:simpleType name=\"");
            append_xml(out, name);
            out.append("\">\n").append(definition).append("</xs:simpleType>\n");
        }
    }

  private:
    static void enumerate(std::string& out, std::string_view value) {
        out.append("<xs:enumeration value=\"");
        append_xml(out, value);
        out.append("\"/>\n");
    }
    [[nodiscard]] std::vector<std::string> const* values_of(std::string_view component) const noexcept {
        if (region_ == nullptr) return nullptr;
        for (auto const& key : region_->keys)
            if (key.component == component) return key.values.get();
        return nullptr;
    }
    std::string text_type(Component const& component) {
        static std::map<std::string_view, std::string_view> const built_in{{"Decimal", "xs:decimal"},
                                                                           {"Integer", "xs:integer"},
                                                                           {"GregorianDay", "xs:date"},
                                                                           {"DateTime", "xs:dateTime"},
                                                                           {"String", "xs:string"}};
        static std::map<std::string_view, std::string_view> const facets{{"pattern", "pattern"},
                                                                         {"maxLength", "maxLength"},
                                                                         {"minLength", "minLength"},
                                                                         {"minValue", "minInclusive"},
                                                                         {"maxValue", "maxInclusive"}};
        auto const found = built_in.find(component.representation.text_type());
        std::string base{found == built_in.end() ? "xs:string" : found->second};
        std::string restrictions;
        for (auto const& [facet, value] : component.representation.format) {
            auto const known = facets.find(facet);
            if (known == facets.end()) continue;
            restrictions.append("<xs:").append(known->second).append(" value=\"");
            append_xml(restrictions, value);
            restrictions.append("\"/>\n");
        }
        if (restrictions.empty()) return base;
        auto name = component.id + "Type";
        definitions_[name] =
            "<xs:restriction base=\"" + base + "\">\n" + restrictions + "</xs:restriction>\n";
        return name;
    }

    Catalogue const& catalogue_;
    Region const* region_;
    std::map<std::string, std::string> definitions_;
};

class Schema {
  public:
    Schema(Artefact const& artefact, SchemaQuery const& query, Types& types)
        : structure_(*artefact.structure()), self_(artefact.self), types_(types),
          at_observation_(query.dimension_at_observation), v2_(query.api == ApiVersion::v2),
          is_flat_(at_observation_ == all_dimensions), is_time_(at_observation_ == "TIME_PERIOD") {}

    void write(std::string& out) {
        std::string body;
        data_set(body);
        if (!is_flat_) series(body);
        observation(body);
        head(out);
        types_.write(out);
        out.append(body).append("</xs:schema>\n");
    }

  private:
    void head(std::string& out) const {
        std::string const standard =
            std::string{"http://www.sdmx.org/resources/sdmxml/schemas/"} + (v2_ ? "v3_0/" : "v2_1/");
        auto const target = data_namespace(self_, at_observation_);
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xs:schema "
                   "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"");
        append_xml(out, target);
        out.append("\" xmlns:dsd=\"").append(standard).append("data/structurespecific\" xmlns:common=\"");
        out.append(standard).append("common\" targetNamespace=\"");
        append_xml(out, target);
        out.append("\" elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\">\n");
        for (auto const& [name, file] : {std::pair{"data/structurespecific", "SDMXDataStructureSpecific.xsd"},
                                         {"common", "SDMXCommon.xsd"}})
            out.append("<xs:import namespace=\"")
                .append(standard)
                .append(name)
                .append("\" schemaLocation=\"")
                .append(file)
                .append("\"/>\n");
    }

    /// Base types for time series exist in 2.1 alone.
    [[nodiscard]] std::string base(std::string_view type) const {
        if (!is_time_ || v2_) return "dsd:" + std::string{type};
        return type == "SeriesType" ? std::string{"dsd:TimeSeriesType"}
                                    : "dsd:TimeSeries" + std::string{type};
    }
    void open(std::string& out, std::string_view name, std::string const& of) const {
        out.append("<xs:complexType name=\"")
            .append(name)
            .append("\">\n<xs:complexContent>\n<xs:restriction base=\"");
        out.append(of).append(
            "\">\n<xs:sequence>\n<xs:element ref=\"common:Annotations\" minOccurs=\"0\"/>\n");
    }
    static void close(std::string& out) {
        out.append(
            "<xs:attribute name=\"REPORTING_YEAR_START_DAY\" type=\"xs:gMonthDay\" use=\"prohibited\"/>\n"
            "</xs:restriction>\n</xs:complexContent>\n</xs:complexType>\n");
    }
    void attribute(std::string& out, Component const& component, std::string_view use) {
        out.append("<xs:attribute name=\"").append(component.id).append("\" type=\"");
        append_xml(out, types_.name_of(component));
        out.append("\" use=\"").append(use).append("\"/>\n");
    }
    /// Attributes are always optional: updates and deletions need not carry them.
    void attributes(std::string& out, Level level) {
        for (auto const& component : structure_.components)
            if (component.role == Role::attribute && component.level == level)
                attribute(out, component, "optional");
    }

    void data_set(std::string& out) {
        open(out, "DataSetType", base("DataSetType"));
        out.append("<xs:element name=\"DataProvider\" type=\"common:DataProviderReferenceType\" "
                   "form=\"unqualified\" "
                   "minOccurs=\"0\"/>\n<xs:choice minOccurs=\"0\">\n<xs:element name=\"");
        out.append(is_flat_ ? "Obs\" type=\"ObsType\"" : "Series\" type=\"SeriesType\"");
        out.append(" form=\"unqualified\" maxOccurs=\"unbounded\"/>\n</xs:choice>\n</xs:sequence>\n");
        attributes(out, Level::dataset);
        close(out);
    }

    void series(std::string& out) {
        open(out, "SeriesType", base("SeriesType"));
        out.append("<xs:element name=\"Obs\" type=\"ObsType\" form=\"unqualified\" minOccurs=\"0\" "
                   "maxOccurs=\"unbounded\"/>\n</xs:sequence>\n");
        for (auto const& component : structure_.components)
            if (is_dimension(component) && component.id != at_observation_)
                attribute(out, component, "required");
        if (is_time_) attributes(out, Level::series);
        close(out);
    }

    void observation(std::string& out) {
        open(out, "ObsType", base("ObsType"));
        out.append("</xs:sequence>\n");
        for (auto const& component : structure_.components)
            if (is_dimension(component) && (is_flat_ || component.id == at_observation_) &&
                !(is_time_ && !v2_)) // the base of time series has it
                attribute(out, component, "required");
        for (auto const& component : structure_.components)
            if (component.role == Role::measure) attribute(out, component, "optional");
        // What belongs to all dimensions but time has no other place where a section holds several series.
        if (!is_time_) attributes(out, Level::series);
        attributes(out, Level::observation);
        if (!is_time_ || v2_)
            out.append("<xs:attribute name=\"type\" type=\"common:IDType\" use=\"prohibited\"/>\n");
        if (!is_time_ && !is_flat_)
            out.append("<xs:attribute name=\"TIME_PERIOD\" type=\"common:ObservationalTimePeriodType\" "
                       "use=\"prohibited\"/>\n");
        close(out);
    }

    static bool is_dimension(Component const& component) noexcept {
        return component.role == Role::dimension || component.role == Role::time_dimension;
    }

    DataStructure const& structure_;
    Identity self_;
    Types& types_;
    std::string at_observation_;
    bool v2_, is_flat_, is_time_;
};

} // namespace

std::string write_schema(std::shared_ptr<Catalogue const> const& catalogue, SchemaQuery const& query,
                         Visible const& visible) {
    StructureQuery lookup;
    lookup.api = query.api;
    lookup.kinds = {query.context};
    lookup.agencies = {query.agency};
    lookup.ids = {query.id};
    lookup.versions = {query.version};
    lookup.text = std::string{resource_of(query.context)} + "/" + query.agency + "/" + query.id;
    auto const found = select(catalogue, lookup, visible);
    auto const& context = *found.entries.front().artefact;
    auto const structure = catalogue->data_structure(context.dataset);
    auto const* const dimension = structure->structure()->find(query.dimension_at_observation);
    if (query.dimension_at_observation != all_dimensions &&
        (dimension == nullptr ||
         (dimension->role != Role::dimension && dimension->role != Role::time_dimension))) {
        std::string allowed;
        for (auto const& component : structure->structure()->components)
            if (component.role == Role::dimension || component.role == Role::time_dimension)
                allowed.append(component.id).append(", ");
        throw SdmxError{ErrorCode::semantic, "'" + query.dimension_at_observation +
                                                 "' as dimensionAtObservation: allowed are " + allowed +
                                                 std::string{all_dimensions}};
    }
    Region const* region = nullptr;
    if (query.context != Kind::data_structure)
        if (auto const constraint = catalogue->constraint(context.dataset))
            region = &std::get<Constraint>(constraint->content).source->region();
    Types types{*catalogue, region};
    std::string out;
    Schema{*structure, query, types}.write(out);
    return out;
}

} // namespace gateway::sdmx::structure

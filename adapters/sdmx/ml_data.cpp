#include "adapters/sdmx/ml_data.hpp"

#include <algorithm>
#include <array>

namespace adapters::sdmx {
namespace {

constexpr std::string_view schema_instance = "http://www.w3.org/2001/XMLSchema-instance";

/// Attributes of a DataSet element that the standard defines.
bool is_reserved(std::string_view name) {
    static constexpr std::array<std::string_view, 12> names{"action",
                                                            "structureRef",
                                                            "setID",
                                                            "validFromDate",
                                                            "validToDate",
                                                            "publicationYear",
                                                            "publicationPeriod",
                                                            "dataScope",
                                                            "reportingBeginDate",
                                                            "reportingEndDate",
                                                            "noNamespaceSchemaLocation",
                                                            "schemaLocation"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

Action action_of(std::string_view text, Action otherwise) {
    if (text == "Append") return Action::append;
    if (text == "Replace") return Action::replace;
    if (text == "Delete") return Action::delete_;
    if (text == "Information") return Action::information;
    if (text == "Merge") return Action::merge;
    return otherwise;
}

} // namespace

DataSetInfo MlData::data_set_info(std::vector<HeaderStructure> const& structures, Action action) {
    DataSetInfo info;
    info.position = xml_.position();
    auto const action_text = std::string{xml_.value_of("action")};
    info.action = action_of(action_text, action);
    info.says_action = !action_text.empty();
    if (info.says_action && to_string(info.action) != action_text)
        xml_.fail(Errc::malformed,
                  "action '" + action_text + "'; SDMX knows Append, Replace, Delete, Information and Merge");
    auto const reference = std::string{xml_.value_of("structureRef")};
    HeaderStructure const* header = nullptr;
    for (auto const& structure : structures)
        if (structure.id == reference) header = &structure;
    if (header == nullptr && structures.size() == 1) header = &structures.front();
    if (header == nullptr && structures.size() > 1)
        xml_.fail(Errc::malformed, "the data set refers to structure '" + reference +
                                       "', which the header does not announce; its structures are " +
                                       structures.front().id + " and " +
                                       std::to_string(structures.size() - 1) + " more");
    explicit_measures_ = header != nullptr && header->explicit_measures;
    if (header != nullptr) {
        info.structure = header->reference;
        if (!header->dimension_at_observation.empty())
            info.dimension_at_observation = header->dimension_at_observation;
    }
    return info;
}

void MlData::read(std::vector<HeaderStructure> const& structures, Action action) {
    info_ = data_set_info(structures, action);
    writer_.data_set(info_);
    plans_.fill({});
    data_set_.clear();
    in_series_ = data_set_told_ = false;
    auto const* const structure = writer_.structure();
    // Where a structure has several measures, ObsValue is the first.
    auto measure = std::string{"OBS_VALUE"};
    if (structure != nullptr && structure->find(measure) == nullptr)
        for (auto const& component : structure->components)
            if (component.role == Role::measure) {
                measure = component.id;
                break;
            }
    primary_measure_ = writer_.component(measure, Role::measure);
    if (info_.dimension_at_observation != "AllDimensions")
        observation_dimension_ = writer_.component(info_.dimension_at_observation, Role::dimension);
    if (!is_generic_) data_set_attributes();

    open_.assign(1, Kind::data_set);
    while (!open_.empty()) {
        auto const token = xml_.next();
        if (token == XmlStream::Token::start)
            start();
        else if (token == XmlStream::Token::end)
            end();
        else if (open_.back() == Kind::component_value)
            comp_text_.append(xml_.text());
        else
            xml_.fail(Errc::malformed, "text where only elements are due");
    }
    flush_data_set();
    writer_.sink.end_data_set();
}

void MlData::data_set_attributes() {
    for (auto const& attribute : xml_.attributes()) {
        if (!attribute.prefix.empty() || attribute.name == "xmlns" || is_reserved(attribute.local)) continue;
        data_set_.push_back(writer_.code(writer_.component(attribute.local), xml_.value(attribute)));
    }
}

MlData::Kind MlData::kind_of(std::string_view name) const {
    if (name == "Obs") return Kind::observation;
    if (name == "Series") return Kind::series;
    if (name == "Group") return Kind::group;
    if (is_generic_) {
        if (name == "Value") return Kind::value;
        if (name == "ObsDimension") return Kind::observation_dimension;
        if (name == "ObsValue") return Kind::observation_value;
        if (name == "SeriesKey" || name == "ObsKey" || name == "GroupKey") return Kind::key;
        if (name == "Attributes") return Kind::attributes;
    } else {
        // SDMX 3.0: attributes of a part of the key, and components with several values.
        if (name == "Atts") return Kind::group;
        if (name == "Comp") return Kind::component;
        if (name == "Value") return Kind::component_value;
    }
    return Kind::other;
}

MlData::Plan const& MlData::plan() {
    auto const shape = xml_.shape();
    if (shape == XmlStream::no_shape) {
        single_ = {};
        make(single_);
        return single_;
    }
    auto& plan = plans_[shape % plans_.size()];
    if (plan.shape != shape) {
        plan = {};
        make(plan);
        plan.shape = shape;
    }
    return plan;
}

void MlData::make(Plan& plan) {
    auto const space = xml_.space();
    auto const version = version_of_namespace(space);
    if (!version.empty() && version != version_)
        xml_.fail(Errc::malformed, "element '" + std::string{xml_.name()} + "' is of SDMX " + version +
                                       " in a message of SDMX " + version_);
    bool const is_generic_element = space.size() > 8 && space.substr(space.size() - 8) == "/generic";
    plan.kind = kind_of(xml_.local());
    if (is_generic_ && !is_generic_element) plan.kind = Kind::other;
    if (!is_generic_ && is_generic_element)
        xml_.fail(Errc::malformed,
                  "generic element '" + std::string{xml_.name()} + "' in a structure-specific message");
    auto const attributes = xml_.attributes();
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        auto const& attribute = attributes[i];
        if (attribute.prefix.empty() && attribute.local == "id") plan.id = i;
        if (attribute.prefix.empty() && attribute.local == "value") plan.value = i;
        auto& slot = plan.slots.emplace_back();
        bool const carries =
            plan.kind == Kind::series || plan.kind == Kind::observation || plan.kind == Kind::group;
        if (is_generic_ || !carries) continue;
        if (!attribute.prefix.empty()) {
            if (attribute.local == "type" && xml_.bound(attribute.prefix) == schema_instance)
                slot.what = plan.kind == Kind::observation && explicit_measures_ ? Slot::What::type
                                                                                 : Slot::What::ignore;
            continue;
        }
        if (attribute.name == "xmlns") continue;
        slot.component = writer_.component(attribute.local);
        slot.what = writer_.role(slot.component) == Role::measure ? Slot::What::measure : Slot::What::code;
    }
    if (!is_generic_) return;
    bool const needs_id = plan.kind == Kind::value;
    bool const needs_value =
        needs_id || plan.kind == Kind::observation_dimension || plan.kind == Kind::observation_value;
    if (needs_id && plan.id == no_attribute) xml_.fail(Errc::malformed, "a Value without id");
    // ObsValue without a value is an absent value; a key without one is nothing.
    if (needs_value && plan.value == no_attribute && plan.kind == Kind::observation_dimension)
        xml_.fail(Errc::malformed, "ObsDimension without value");
}

void MlData::pass_over() {
    auto const name = std::string{xml_.local()};
    auto& issue = passed_over_[name];
    if (issue.text.empty()) {
        issue = {Errc::unknown_variable,
                 name == "Annotations" ? Severity::info : Severity::warning,
                 xml_.position(),
                 "element '" + name + "' holds nothing that is read and was passed over",
                 "nothing, unless figures are missing",
                 0};
    }
    ++issue.count;
    xml_.skip();
}

void MlData::report() {
    for (auto& [name, issue] : passed_over_) writer_.sink.issue(issue);
}

std::vector<Coded>& MlData::target() {
    for (auto kind = open_.rbegin(); kind != open_.rend(); ++kind) {
        if (*kind == Kind::observation) return observation_;
        if (*kind == Kind::series) return series_;
        if (*kind == Kind::group) return group_;
    }
    return data_set_;
}

void MlData::add(Coded value) {
    auto& values = target();
    for (auto const& other : values)
        if (other.component == value.component)
            xml_.fail(Errc::malformed,
                      "component " + std::string{writer_.id(value.component)} + " stands twice in one key");
    values.push_back(value);
}

void MlData::add_measure(std::uint32_t component, std::string_view text) {
    for (auto const& other : measures_)
        if (other.component == component)
            xml_.fail(Errc::malformed,
                      "measure " + std::string{writer_.id(component)} + " stands twice in one observation");
    // The observation is told at its end tag, when the view is gone.
    auto measure = measured(component, text);
    if (measure.kind == Measured::Kind::text) {
        if (texts_used_ == texts_.size()) texts_.emplace_back();
        measure.text = texts_[texts_used_++] = text;
    } else {
        measure.text = {};
    }
    measures_.push_back(measure);
}

} // namespace adapters::sdmx

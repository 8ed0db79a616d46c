// The elements of a data set, one after the other.
#include "adapters/sdmx/ml_data.hpp"

namespace adapters::sdmx {

void MlData::start() {
    auto const& plan = this->plan();
    auto const parent = open_.back();
    auto const misplaced = [&] {
        xml_.fail(Errc::malformed,
                  "element '" + std::string{xml_.name()} + "' in a place where it cannot stand");
    };
    switch (plan.kind) {
    case Kind::series:
        if (parent != Kind::data_set) misplaced();
        flush_data_set();
        series_.clear();
        series_told_ = false;
        in_series_ = true;
        series_line_ = xml_.position().line;
        read_slots(plan);
        break;
    case Kind::observation:
        if (parent != Kind::data_set && parent != Kind::series) misplaced();
        if (parent == Kind::series)
            flush_series();
        else
            flush_data_set();
        observation_.clear();
        measures_.clear();
        texts_used_ = 0;
        observation_line_ = xml_.position().line;
        open_.push_back(plan.kind);
        read_slots(plan);
        return;
    case Kind::group:
        if (parent != Kind::data_set) misplaced();
        flush_data_set();
        group_.clear();
        group_line_ = xml_.position().line;
        open_.push_back(plan.kind);
        read_slots(plan);
        return;
    case Kind::key:
        if (parent == Kind::data_set) misplaced();
        break;
    case Kind::attributes:
        if (parent == Kind::data_set && data_set_told_)
            xml_.fail(Errc::malformed, "attributes of the data set behind its series");
        if (parent == Kind::series && series_told_)
            xml_.fail(Errc::malformed, "attributes of a series behind its observations");
        break;
    case Kind::value:
        if (parent != Kind::key && parent != Kind::attributes) misplaced();
        start_value(plan);
        break;
    case Kind::observation_dimension: {
        if (parent != Kind::observation) misplaced();
        auto component = observation_dimension_;
        if (plan.id != no_attribute)
            component = writer_.component(xml_.value(xml_.attributes()[plan.id]), Role::dimension);
        else if (info_.dimension_at_observation == "AllDimensions")
            xml_.fail(Errc::malformed,
                      "ObsDimension in a message whose observations carry all dimensions; an "
                      "ObsKey is due");
        add(writer_.code(component, xml_.value(xml_.attributes()[plan.value])));
        break;
    }
    case Kind::observation_value:
        if (parent != Kind::observation) misplaced();
        add_measure(plan.id == no_attribute
                        ? primary_measure_
                        : writer_.component(xml_.value(xml_.attributes()[plan.id]), Role::measure),
                    plan.value == no_attribute ? std::string_view{}
                                               : xml_.value(xml_.attributes()[plan.value]));
        break;
    case Kind::component: start_component(parent); break;
    case Kind::component_value:
        if (parent != Kind::component) misplaced();
        if (comp_has_value_) comp_text_.push_back(value_separator);
        comp_has_value_ = true;
        if (auto const language = xml_.value_of("lang"); !language.empty()) {
            comp_text_.append(language);
            comp_text_.push_back(language_separator);
        }
        break;
    case Kind::data_set:
    case Kind::other: pass_over(); return;
    }
    open_.push_back(plan.kind);
}

void MlData::start_value(Plan const& plan) {
    bool const is_key = open_.back() == Kind::key;
    auto const component =
        writer_.component(xml_.value(xml_.attributes()[plan.id]), is_key ? Role::dimension : Role::attribute);
    auto const text =
        plan.value == no_attribute ? std::string_view{} : xml_.value(xml_.attributes()[plan.value]);
    if (is_key && plan.value == no_attribute)
        xml_.fail(Errc::malformed,
                  "dimension " + std::string{writer_.id(component)} + " of a key has no value");
    add(writer_.code(component, text));
}

void MlData::start_component(Kind parent) {
    if (parent == Kind::series && series_told_)
        xml_.fail(Errc::malformed, "Comp of a series behind its observations");
    if (parent == Kind::component || parent == Kind::component_value)
        xml_.fail(Errc::malformed, "Comp inside Comp");
    auto const id = xml_.value_of("id");
    if (id.empty()) xml_.fail(Errc::malformed, "Comp without id");
    comp_ = writer_.component(id);
    comp_text_.clear();
    comp_has_value_ = false;
}

void MlData::component_value() {
    if (!comp_has_value_) return;
    if (writer_.role(comp_) == Role::measure)
        add_measure(comp_, comp_text_);
    else
        add(writer_.code(comp_, comp_text_));
}

void MlData::read_slots(Plan const& plan) {
    if (is_generic_) return;
    auto const attributes = xml_.attributes();
    auto& values = plan.kind == Kind::series ? series_ : plan.kind == Kind::group ? group_ : observation_;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        auto const& slot = plan.slots[i];
        switch (slot.what) {
        case Slot::What::ignore: break;
        case Slot::What::code:
            values.push_back(writer_.code(slot.component, xml_.value(attributes[i])));
            break;
        case Slot::What::measure: {
            if (plan.kind != Kind::observation)
                xml_.fail(Errc::malformed, "measure " + std::string{writer_.id(slot.component)} +
                                               " on an element that is no observation");
            add_measure(slot.component, xml_.value(attributes[i]));
            break;
        }
        case Slot::What::type: {
            // Explicit measures (2.1): the type of the element is the code of the measure dimension.
            auto text = xml_.value(attributes[i]);
            text.remove_prefix(text.find(':') + 1);
            values.push_back(writer_.code(observation_dimension_, text));
            break;
        }
        }
    }
}

void MlData::end() {
    auto const kind = open_.back();
    open_.pop_back();
    switch (kind) {
    case Kind::observation: end_observation(); break;
    case Kind::series:
        flush_series();
        in_series_ = false;
        break;
    case Kind::group: writer_.sink.group(group_, group_line_); break;
    case Kind::component: component_value(); break;
    default: break;
    }
}

void MlData::end_observation() {
    writer_.sink.observation({observation_, measures_, observation_line_, 0});
}

void MlData::flush_series() {
    if (series_told_ || !in_series_) return;
    series_told_ = true;
    writer_.sink.series({series_, false, series_line_});
}

void MlData::flush_data_set() {
    if (data_set_told_) return;
    data_set_told_ = true;
    writer_.sink.attributes(data_set_);
}

} // namespace adapters::sdmx

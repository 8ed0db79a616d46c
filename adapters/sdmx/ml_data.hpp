// The data sets of an SDMX-ML message. Internal to ml_reader.cpp.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "adapters/sdmx/writer.hpp"
#include "adapters/sdmx/xml_walk.hpp"

namespace adapters::sdmx {

/// A Structure element of the header.
struct HeaderStructure {
    std::string id; ///< structureID, which data sets refer to
    std::string dimension_at_observation;
    bool explicit_measures = false;
    Reference reference;
};

class MlData {
  public:
    MlData(XmlStream& xml, SinkWriter& writer, bool is_generic, std::string version)
        : xml_(xml), writer_(writer), is_generic_(is_generic), version_(std::move(version)) {}

    /// After the start tag of a DataSet; returns behind its end.
    void read(std::vector<HeaderStructure> const& structures, Action action);
    /// Tells the sink what was passed over.
    void report();

  private:
    enum class Kind : std::uint8_t {
        other,
        data_set,
        series,
        observation,
        group,
        key,
        attributes,
        value,
        observation_dimension,
        observation_value,
        component,
        component_value,
    };
    struct Slot {
        enum class What : std::uint8_t { ignore, code, measure, type };
        What what = What::ignore;
        std::uint32_t component = 0;
    };
    /// What the tags of one shape mean; for the data set in which they stand.
    struct Plan {
        Kind kind = Kind::other;
        std::uint32_t shape = XmlStream::no_shape;
        std::vector<Slot> slots;
        std::size_t id = no_attribute, value = no_attribute;
    };
    static constexpr std::size_t no_attribute = static_cast<std::size_t>(-1);

    DataSetInfo data_set_info(std::vector<HeaderStructure> const& structures, Action action);
    Plan const& plan();
    void make(Plan& plan);
    [[nodiscard]] Kind kind_of(std::string_view name) const;
    void data_set_attributes();
    void start();
    void end();
    void start_value(Plan const& plan);
    void start_component(Kind parent);
    void component_value();
    void add(Coded value);
    void add_measure(std::uint32_t component, std::string_view text);
    void read_slots(Plan const& plan);
    void end_observation();
    void flush_series();
    void flush_data_set();
    void pass_over();
    [[nodiscard]] std::vector<Coded>& target();

    XmlStream& xml_;
    SinkWriter& writer_;
    bool is_generic_;
    std::string version_;
    DataSetInfo info_;
    bool explicit_measures_ = false;
    std::uint32_t observation_dimension_ = 0;
    std::uint32_t primary_measure_ = 0;
    std::array<Plan, 64> plans_; ///< by the last digits of the shape
    Plan single_;                ///< for a tag whose shape is not remembered
    std::vector<Kind> open_;
    std::vector<Coded> data_set_, series_, observation_, group_;
    std::vector<Measured> measures_;
    std::deque<std::string> texts_; ///< values of measures that must live until the observation is told
    std::size_t texts_used_ = 0;
    std::uint64_t series_line_ = 0, observation_line_ = 0, group_line_ = 0;
    bool series_told_ = false, data_set_told_ = false, in_series_ = false;
    std::uint32_t comp_ = 0; ///< the component of a Comp element
    std::string comp_text_;  ///< its values so far
    bool comp_has_value_ = false;
    std::map<std::string, Issue> passed_over_;
};

} // namespace adapters::sdmx

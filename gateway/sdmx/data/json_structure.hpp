// The part of an SDMX-JSON message that stands in front of the data. Internal to this folder.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/data/json_lists.hpp"

namespace gateway::sdmx::data {

class JsonStructureText {
  public:
    JsonStructureText(query::DatasetView const& view, MessageOptions const& options,
                      std::vector<std::string> const& ids, std::map<std::string, TextList> const& lists,
                      std::vector<TimePeriod> const& periods,
                      std::array<TextList, attribute_count> const& attributes,
                      std::vector<Attribute> const& counted)
        : view_(view), options_(options), ids_(ids), lists_(lists), periods_(periods),
          attributes_(attributes), counted_(counted), is_new_(options.media.format == Format::json20),
          is_draft_(options.media.format == Format::json_draft) {}

    bool is_flat = false, is_cross = false;
    bool is_in_place = false; ///< bounds and ids stand beside their figures instead of in lists
    bool dataset_at_observation =
        false; ///< attributes of the data set stand at each observation, behind its own
    std::size_t first_data_set = 0, data_sets = 1;

    /// Cut where the values of each attribute of `counted` go.
    std::vector<std::string> segments();
    // The parts of the same, for messages of several structures (2.0).
    std::string header_text();
    std::string structure_text();

  private:
    void header();
    void structure();
    void dimensions();
    void attributes();
    void dimension(std::string_view id, std::size_t position, bool is_first);
    void attribute(Attribute which, bool is_first);
    void attribute_level(std::string_view level, Attributes which, Attributes behind = {});
    void relationship(Attribute which);
    void component_names(std::string_view id);
    void value_names(std::string_view component, std::string_view code);
    void names(std::string_view otherwise);
    void text(std::string_view name, std::string_view value);

    query::DatasetView const& view_;
    MessageOptions const& options_;
    std::vector<std::string> const& ids_;
    std::map<std::string, TextList> const& lists_;
    std::vector<TimePeriod> const& periods_;
    std::array<TextList, attribute_count> const& attributes_;
    std::vector<Attribute> const& counted_;
    bool is_new_, is_draft_;
    std::vector<std::string> done_;
    std::vector<std::string> texts_; ///< names, one per language
    std::string out_;
};

} // namespace gateway::sdmx::data

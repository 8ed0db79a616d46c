// What both layouts of SDMX-ML data have in common. Internal to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/query/cursor.hpp"
#include "gateway/sdmx/data/message.hpp"

namespace gateway::sdmx::data {

/// " id=\"text\"", escaped.
void append_xml_attribute(std::string& out, std::string_view name, std::string_view text);

/// "Information", "Replace", "Delete".
std::string_view name_of(query::Action action) noexcept;

/// ID, Test, Prepared, Sender of a header in the namespace with the prefix "message".
std::string ml_header_begin(MessageOptions const& options);

/// Of every structure in the message.
std::vector<std::string> ids_of_structures(MessageOptions const& options, query::DatasetView const& view);

/// What stands at the observation: the id that goes into headers, for time series whatever was asked where no
/// observations are shown.
std::string_view dimension_in_header(MessageOptions const& options) noexcept;

/// action, validFromDate and validToDate of a data set, with a prefix ("ss:") or none.
std::string ml_data_set_attributes(query::Part const& part, std::string_view prefix);

} // namespace gateway::sdmx::data

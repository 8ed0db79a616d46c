#include "gateway/sdmx/data/ml.hpp"

#include "gateway/core/document.hpp"
#include "gateway/sdmx/common/text.hpp"

namespace gateway::sdmx::data {

void append_xml_attribute(std::string& out, std::string_view name, std::string_view text) {
    out.push_back(' ');
    out.append(name).append("=\"");
    common::append_xml(out, text);
    out.push_back('"');
}

std::string_view name_of(query::Action action) noexcept {
    switch (action) {
    case query::Action::information: return "Information";
    case query::Action::replace: return "Replace";
    case query::Action::remove: return "Delete";
    }
    return "Information";
}

std::string ml_header_begin(MessageOptions const& options) {
    std::string out = "<message:Header><message:ID>";
    common::append_xml(out, options.id);
    out += "</message:ID><message:Test>false</message:Test><message:Prepared>";
    common::append_xml(out, options.prepared);
    out.append("</message:Prepared><message:Sender id=\"").append(common::our_agency).append("\"/>");
    return out;
}

std::vector<std::string> ids_of_structures(MessageOptions const& options, query::DatasetView const& view) {
    if (!options.companions) return {view.info.id};
    std::vector<std::string> ids;
    for (auto const& each : options.companions->views) ids.push_back(each->info.id);
    return ids;
}

std::string_view dimension_in_header(MessageOptions const& options) noexcept {
    if (!options.shown.observations) return "TIME_PERIOD";
    return options.dimension_at_observation;
}

std::string ml_data_set_attributes(query::Part const& part, std::string_view prefix) {
    std::string out;
    auto const name = [prefix](std::string_view id) { return std::string{prefix}.append(id); };
    append_xml_attribute(out, name("action"), name_of(part.action));
    if (part.valid_from) append_xml_attribute(out, name("validFromDate"), utc_text(*part.valid_from));
    if (part.valid_to) append_xml_attribute(out, name("validToDate"), utc_text(*part.valid_to));
    return out;
}

} // namespace gateway::sdmx::data

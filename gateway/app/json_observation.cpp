#include "gateway/app/json_observation.hpp"

#include <string>

namespace gateway::app {

void write_members(Json& json, Observation const& figure) {
    json.key("value");
    figure.value.visit([&json](Decimal number) { json.digits(number.to_string()); },
                       [&json](MissingReason) { json.null(); });
    json.key("missing_reason");
    figure.value.visit([&json](Decimal) { json.null(); },
                       [&json](MissingReason reason) { json.text(to_string(reason)); });
    json.field("obs_status", std::string(1, to_char(figure.quality.status)))
        .field("conf_status", std::string(1, to_char(figure.quality.confidentiality)))
        .field("protection", to_string(figure.quality.protection))
        .field("sign", figure.quality.sign.text());
}

void write_observation(Json& json, Observation const& figure) {
    json.object();
    write_members(json, figure);
    json.end_object();
}

} // namespace gateway::app

// Deliveries and agreements as JSON.
#pragma once

#include "gateway/intake/agreement.hpp"
#include "gateway/intake/delivery.hpp"
#include "gateway/serve/json.hpp"

namespace gateway::serve::intake {

void write_delivery(Json& json, gateway::intake::Delivery const& delivery, std::string_view base);
void write_agreement(Json& json, gateway::intake::Agreement const& agreement);

} // namespace gateway::serve::intake

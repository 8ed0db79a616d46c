#include "gateway/serve/intake/delivery_json.hpp"

#include <string>

#include "gateway/core/document.hpp"

namespace gateway::serve::intake {

void write_delivery(Json& json, gateway::intake::Delivery const& delivery, std::string_view base) {
    auto const& wish = delivery.wish;
    json.object()
        .field("id", delivery.id)
        .field("agreement", delivery.agreement)
        .field("file", delivery.file)
        .field("sha256", delivery.sha256)
        .field("bytes", delivery.bytes)
        .field("sender", delivery.sender)
        .field("received", utc_text(delivery.received))
        .field("stage", name_of(delivery.stage))
        .flag("release_wanted", delivery.release_wanted)
        .field_or_null("release_at", delivery.release_at ? utc_text(*delivery.release_at) : "")
        .field_or_null("dataset", delivery.dataset);
    json.key("vintage");
    if (delivery.vintage)
        json.number(static_cast<std::uint64_t>(*delivery.vintage));
    else
        json.null();
    json.key("wish")
        .object()
        .flag("accept_rest", wish.accept_rest)
        .flag("full", wish.full)
        .field_or_null("embargo", wish.embargo)
        .field_or_null("comment", wish.comment)
        .field_or_null("reason", wish.reason)
        .field_or_null("replaces", wish.replaces.value_or(""))
        .end_object();
    json.key("steps").array();
    for (auto const& step : delivery.steps)
        json.object()
            .field("time", utc_text(step.time))
            .field("stage", name_of(step.stage))
            .field("who", step.who)
            .field_or_null("why", step.why)
            .end_object();
    json.end_array();
    auto const self = std::string{base} + "/api/v1/deliveries/" + delivery.id;
    json.key("links").object().field("self", self);
    for (auto const* const part : {"report", "quarantine", "receipt", "release", "withdraw"})
        json.field(part, self + "/" + part);
    json.end_object().end_object();
}

void write_agreement(Json& json, gateway::intake::Agreement const& agreement) {
    using gateway::intake::EmbargoRule;
    using gateway::intake::RowPolicy;
    auto const* const embargo = agreement.embargo == EmbargoRule::none      ? "none"
                                : agreement.embargo == EmbargoRule::allowed ? "allowed"
                                                                            : "required";
    json.object()
        .field("id", agreement.id)
        .field("title", agreement.title)
        .field("office", agreement.office)
        .field("office_name", agreement.office_name)
        .field("service", agreement.service)
        .field("table", agreement.table)
        .field("rows", agreement.rows == RowPolicy::accept_rest ? "accept_rest" : "all_or_nothing")
        .field("embargo", embargo)
        .field("time_zone", agreement.time_zone)
        .flag("four_eyes", agreement.four_eyes)
        .flag("releases_itself", agreement.releases_itself)
        .field("most_bytes", agreement.most_bytes)
        .end_object();
}

} // namespace gateway::serve::intake

// kreislauf explain of a figure on another territory.
#include "gateway/ingest/explain_territorial.hpp"

#include <cstdio>

#include "gateway/app/commands/explain_territorial.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/ingest/derived_flow.hpp"

namespace gateway::app {
namespace {

std::string value_text(Value const& value) {
    return value.visit(
        [](Decimal number) { return number.to_string(); },
        [](MissingReason reason) { return "no value (" + std::string{to_string(reason)} + ")"; });
}

std::string figure_text(derive::Combined const& one) {
    auto text = value_text(one.figure.value) + ", " + std::string{feed::to_string(one.derived.origin)} +
                ", OBS_STATUS " + std::string(1, to_char(one.figure.quality.status));
    if (one.figure.quality.bounds)
        text += ", true value between -" + one.figure.quality.bounds->below.to_string() + " and +" +
                one.figure.quality.bounds->above.to_string() + " of it";
    return text;
}

void print_text(ingest::TerritorialExplanation const& e) {
    auto const& derived = e.figure.derived;
    if (e.flow) std::printf("asked        %s\n", to_string(e.flow->id).c_str());
    std::printf("figure       %s\n", to_string(e.id).c_str());
    std::printf("value        %s\n", figure_text(e.figure).c_str());
    std::printf("dataset      %s  %s\n", e.id.dataset.c_str(), e.dataset_title.c_str());
    std::printf("area         %s %s, territory of %s\n", e.id.area_key.c_str(), e.area_name.c_str(),
                derived.territory ? date_text(*derived.territory).c_str() : "");
    std::printf("period       %s\n", e.id.period.to_sdmx().c_str());
    std::printf("measure      %s  [%s]\n", std::string{to_string(e.measure.kind)}.c_str(),
                e.measure.rule.c_str());
    std::printf("coverage     %s of the expected sources, %u figures\n", derived.coverage.to_string().c_str(),
                derived.sources);
    if (!derived.method.empty()) std::printf("divided by   %s\n", derived.method.c_str());
    if (derived.low && derived.high)
        std::printf("range        %s to %s between the estimators\n", derived.low->to_string().c_str(),
                    derived.high->to_string().c_str());
    if (!derived.flags.empty()) std::printf("flags        %s\n", derived.flags.c_str());
    if (!derived.note.empty()) std::printf("note         %s\n", derived.note.c_str());
    for (auto const& source : e.sources) {
        auto const& from = source.contribution;
        std::printf("source       %s %s: %s", from.key.c_str(), from.name.c_str(),
                    value_text(from.figure.value).c_str());
        if (from.split) std::printf(" x %.6g (%s)", from.share, from.method.c_str());
        std::printf(" = %s, %s\n", from.amount ? from.amount->to_string().c_str() : "no value",
                    source.identical ? "identical to its bytes" : "NOT IDENTICAL to its bytes");
        std::printf("             %s\n", to_string(source.id).c_str());
        for (auto const& event : from.events) std::printf("             %s\n", event.c_str());
    }
    if (!derived.basis.empty()) std::printf("basis        %s\n", derived.basis.c_str());
    for (auto const& file : e.register_files)
        std::printf("register     %s  sha256 %s\n", file.name.c_str(), file.sha256.c_str());
    if (e.flow)
        std::printf("flow         %s, OBS_STATUS %c: %s\n", value_text(e.flow->stored.value).c_str(),
                    to_char(e.flow->stored.quality.status),
                    e.flow->identical ? "identical" : "NOT IDENTICAL to what is computed anew");
    std::printf("recomputed   %s\n", e.recomputed ? figure_text(*e.recomputed).c_str() : "not possible");
    std::printf("verdict      %s\n", e.identical ? "identical" : "NOT IDENTICAL");
}

void write_value(Json& json, char const* key, std::optional<Decimal> value) {
    json.key(key);
    if (value)
        json.digits(value->to_string());
    else
        json.null();
}

void write_figure(Json& json, derive::Combined const& one) {
    json.object();
    write_value(json, "value", one.figure.value.number());
    json.field("origin", feed::to_string(one.derived.origin))
        .field("obs_status", std::string(1, to_char(one.figure.quality.status)));
    write_value(json, "low", one.derived.low);
    write_value(json, "high", one.derived.high);
    json.end_object();
}

void print_json(ingest::TerritorialExplanation const& e) {
    Json json;
    auto const& derived = e.figure.derived;
    json.object()
        .field("id", to_string(e.id))
        .field("dataset", e.id.dataset)
        .field("area", e.id.area_key)
        .field("area_name", e.area_name)
        .field("period", e.id.period.to_sdmx())
        .field("territory", derived.territory ? date_text(*derived.territory) : std::string{})
        .field("kind", to_string(e.measure.kind))
        .field("kind_rule", e.measure.rule)
        .field("method", derived.method)
        .field("flags", derived.flags)
        .field("note", derived.note)
        .field("basis", derived.basis);
    write_value(json, "coverage", derived.coverage);
    json.key("figure");
    write_figure(json, e.figure);
    if (e.flow) {
        json.key("flow").object().field("id", to_string(e.flow->id));
        write_value(json, "value", e.flow->stored.value.number());
        json.field("obs_status", std::string(1, to_char(e.flow->stored.quality.status)))
            .flag("identical", e.flow->identical)
            .end_object();
    }
    json.key("register").array();
    for (auto const& file : e.register_files)
        json.object().field("file", file.name).field("sha256", file.sha256).end_object();
    json.end_array();
    json.key("sources").array();
    for (auto const& source : e.sources) {
        auto const& from = source.contribution;
        json.object()
            .field("id", to_string(source.id))
            .field("area", from.key)
            .field("name", from.name)
            .field("passage", from.passage)
            .field("method", from.method);
        write_value(json, "value", from.figure.value.number());
        json.key("share").digits(std::to_string(from.share));
        write_value(json, "amount", from.amount);
        json.flag("identical", source.identical).key("events").array();
        for (auto const& event : from.events) json.text(event);
        json.end_array().end_object();
    }
    json.end_array().key("recomputed");
    if (e.recomputed)
        write_figure(json, *e.recomputed);
    else
        json.null();
    json.flag("identical", e.identical).end_object();
    json.print();
}

} // namespace

namespace {

Exit say(Options const& options, ingest::TerritorialExplanation const& explanation) {
    if (options.json)
        print_json(explanation);
    else
        print_text(explanation);
    return explanation.identical ? Exit::done : Exit::damaged;
}

} // namespace

Exit explain_territorial(Options const& options, FigureId const& id) {
    JobContext context{options, true};
    ingest::TerritoryKnowledge knowledge{data_directory(), options.store};
    return say(options, ingest::explain_territorial(context.shop, knowledge, id));
}

std::optional<Exit> explain_derived(Options const& options, FigureId const& id) {
    JobContext context{options, true};
    auto const base = ingest::base_of_derived(context.shop.store, id.dataset);
    if (!base) return std::nullopt;
    ingest::TerritoryKnowledge knowledge{data_directory(), options.store};
    ingest::DerivedStore const derived{context.shop.store, *base, knowledge,
                                       options.store + "/service/derived"};
    return say(options, ingest::explain_derived(context.shop, knowledge, *base, derived.store(), id));
}

} // namespace gateway::app

#include "gateway/ingest/explain.hpp"

#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/commands/explain_territorial.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json_observation.hpp"
#include "gateway/app/series_explain.hpp"
#include "gateway/ingest/derived_flow.hpp"

namespace gateway::app {
namespace {

std::string value_text(Observation const& figure) {
    auto text = figure.value.visit(
        [](Decimal number) { return number.to_string(); },
        [](MissingReason reason) { return "no value (" + std::string{to_string(reason)} + ")"; });
    text += ", OBS_STATUS " + std::string(1, to_char(figure.quality.status)) + ", CONF_STATUS " +
            std::string(1, to_char(figure.quality.confidentiality));
    if (figure.quality.protection != Protection::none)
        text += ", protection " + std::string{to_string(figure.quality.protection)};
    if (figure.quality.bounds)
        text += ", true value between -" + figure.quality.bounds->below.to_string() + " and +" +
                figure.quality.bounds->above.to_string() + " of it";
    if (!figure.quality.sign.empty()) text += ", sign '" + std::string{figure.quality.sign.text()} + "'";
    return text;
}

void print_text(ingest::Explanation const& e) {
    std::printf("figure       %s\n", to_string(e.id).c_str());
    std::printf("value        %s\n", value_text(e.stored).c_str());
    std::printf("dataset      %s  %s\n", e.dataset.id.c_str(), e.dataset.title.c_str());
    std::printf("area         %s %s (%s, level %s)\n", area_key(e.area).c_str(), e.area_name.c_str(),
                std::string{to_string(e.area.list)}.c_str(), std::string{to_string(e.area.level)}.c_str());
    std::printf("period       %s  (%s)\n", e.id.period.to_sdmx().c_str(),
                e.id.period.to_iso_interval().c_str());
    std::printf("source       %s, table %s\n", e.dataset.source.c_str(), e.dataset.table.c_str());
    std::printf("licence      %s  %s\n", e.dataset.licence.c_str(), e.dataset.attribution.c_str());
    auto const& provenance = e.document.provenance;
    std::printf("origin       %s  %s\n", provenance.origin.c_str(), provenance.endpoint.c_str());
    std::string request;
    for (auto const& [name, value] : provenance.request)
        request += (request.empty() ? "" : "&") + name + "=" + value;
    std::printf("request      %s\n", request.c_str());
    std::printf("received     %s%s%s\n", utc_text(e.vintage.received).c_str(),
                e.vintage.published ? ", published " : "",
                e.vintage.published ? utc_text(*e.vintage.published).c_str() : "");
    std::printf("document     sha256 %s, %llu bytes\n", e.document.sha256.c_str(),
                static_cast<unsigned long long>(e.document.bytes));
    std::printf("mappings     sha256 %s\n", e.vintage.mapping_sha256.c_str());
    if (e.line > 0) {
        std::printf("row          line %llu, column %u\n", static_cast<unsigned long long>(e.line), e.column);
        std::printf("raw          %s\n", e.raw_row.c_str());
    } else {
        std::printf("row          no row of the document has this key\n");
    }
    for (auto const& rule : e.rules)
        std::printf("rule         %s: %s -> %s%s%s%s\n", rule.what.c_str(), rule.source.c_str(),
                    rule.result.c_str(), rule.rule.empty() ? "" : "  [", rule.rule.c_str(),
                    rule.rule.empty() ? "" : "]");
    for (auto const& [figure, vintage] : e.history)
        std::printf("history      vintage %u, received %s: %s\n", vintage.no,
                    utc_text(vintage.received).substr(0, 10).c_str(), value_text(figure).c_str());
    std::printf("recomputed   %s\n", e.recomputed ? value_text(*e.recomputed).c_str() : "not possible");
    std::printf("verdict      %s\n", e.identical ? "identical" : "NOT IDENTICAL");
}

void print_json(ingest::Explanation const& e) {
    Json json;
    json.object()
        .field("id", to_string(e.id))
        .field("dataset", e.dataset.id)
        .field("source", e.dataset.source)
        .field("table", e.dataset.table)
        .field("area", area_key(e.area))
        .field("area_name", e.area_name)
        .field("period", e.id.period.to_sdmx())
        .field("origin", e.document.provenance.origin)
        .field("endpoint", e.document.provenance.endpoint);
    json.key("request").object();
    for (auto const& [name, value] : e.document.provenance.request) json.field(name, value);
    json.end_object()
        .field("received", utc_text(e.vintage.received))
        .field("document_sha256", e.document.sha256)
        .field("mapping_sha256", e.vintage.mapping_sha256)
        .field("line", e.line)
        .field("column", std::uint64_t{e.column})
        .field("raw_row", e.raw_row);
    json.key("rules").array();
    for (auto const& rule : e.rules)
        json.object()
            .field("what", rule.what)
            .field("source", rule.source)
            .field("result", rule.result)
            .field("rule", rule.rule)
            .end_object();
    json.end_array().key("stored");
    write_observation(json, e.stored);
    json.key("recomputed");
    if (e.recomputed)
        write_observation(json, *e.recomputed);
    else
        json.null();
    json.flag("identical", e.identical).key("history").array();
    for (auto const& [figure, vintage] : e.history) {
        json.object()
            .field("vintage", std::uint64_t{vintage.no})
            .field("received", utc_text(vintage.received))
            .key("figure");
        write_observation(json, figure);
        json.end_object();
    }
    json.end_array().end_object();
    json.print();
}

} // namespace

Exit run_explain(Options const& options) {
    auto const id = parse_figure_id(options.names.front());
    if (is_series_view(id)) return explain_series(options, id);
    if (!id.view.empty()) return explain_territorial(options, id);
    if (id.dataset.ends_with(ingest::derived_suffix))
        if (auto const done = explain_derived(options, id)) return *done;
    JobContext context{options, true};
    auto const explanation = ingest::explain(context.shop, id);
    if (options.json)
        print_json(explanation);
    else
        print_text(explanation);
    return explanation.identical ? Exit::done : Exit::damaged;
}

} // namespace gateway::app

#include "gateway/serve/api/explain.hpp"

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/explain.hpp"
#include "gateway/ingest/explain_series.hpp"
#include "gateway/ingest/explain_territorial.hpp"
#include "gateway/raw/archive.hpp"
#include "gateway/serve/api/explain_page.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/api/series_writers.hpp"
#include "gateway/serve/page.hpp"

namespace gateway::serve::api {
namespace {

void write_figure(Json& json, Observation const& figure) {
    json.object().key("value").digits(figure.value.number());
    write_quality(json, figure);
    json.field("vintage", std::uint64_t{figure.vintage}).end_object();
}

void write_combined(Json& json, char const* name, std::optional<derive::Combined> const& one) {
    json.key(name);
    if (!one) {
        json.null();
        return;
    }
    json.object().key("figure");
    write_figure(json, one->figure);
    json.key("derived");
    write_derived(json, one->derived);
    json.end_object();
}

void write_published(Json& json, ingest::Explanation const& e) {
    auto const& provenance = e.document.provenance;
    json.field("kind", "published")
        .field("dataset", e.dataset.id)
        .field("dataset_title", e.dataset.title)
        .field("source", e.dataset.source)
        .field("table", e.dataset.table)
        .field("licence", e.dataset.licence)
        .field("attribution", e.dataset.attribution)
        .field("area", area_key(e.area))
        .field("area_name", e.area_name)
        .field("period", e.id.period.to_sdmx())
        .field("origin", provenance.origin)
        .field("endpoint", provenance.endpoint);
    json.key("request").object();
    for (auto const& [name, value] : provenance.request) json.field(name, value);
    json.end_object()
        .field("received", utc_text(e.vintage.received))
        .field_or_null("published", e.vintage.published ? utc_text(*e.vintage.published) : "")
        .field("document_sha256", e.document.sha256)
        .field("document_bytes", e.document.bytes)
        .field("mapping_sha256", e.vintage.mapping_sha256)
        .field("line", e.line)
        .field("column", std::uint64_t{e.column})
        .field("raw_row", is_utf8(e.raw_row) ? e.raw_row : percent_encoded(e.raw_row));
    json.key("rules").array();
    for (auto const& rule : e.rules)
        json.object()
            .field("what", rule.what)
            .field("source", rule.source)
            .field("result", rule.result)
            .field("rule", rule.rule)
            .end_object();
    json.end_array().key("stored");
    write_figure(json, e.stored);
    json.key("recomputed");
    if (e.recomputed)
        write_figure(json, *e.recomputed);
    else
        json.null();
    json.flag("identical", e.identical).key("history").array();
    for (auto const& [figure, vintage] : e.history) {
        json.object()
            .field("vintage", std::uint64_t{vintage.no})
            .field("received", utc_text(vintage.received))
            .key("figure");
        write_figure(json, figure);
        json.end_object();
    }
    json.end_array();
}

void write_territorial(Json& json, ingest::TerritorialExplanation const& e) {
    json.field("kind", "territorial")
        .field("dataset", e.id.dataset)
        .field("dataset_title", e.dataset_title)
        .field("area", e.id.area_key)
        .field("area_name", e.area_name)
        .field("period", e.id.period.to_sdmx())
        .field("measure_kind", to_string(e.measure.kind))
        .field("measure_rule", e.measure.rule);
    if (e.flow) {
        json.key("flow").object().field("id", to_string(e.flow->id)).key("stored");
        write_figure(json, e.flow->stored);
        json.flag("identical", e.flow->identical).end_object();
    }
    write_combined(json, "stored", e.figure);
    json.key("sources").array();
    for (auto const& source : e.sources) {
        auto const& from = source.contribution;
        json.object()
            .field("id", to_string(source.id))
            .field("area", from.key)
            .field("name", from.name)
            .field("passage", from.passage)
            .field_or_null("method", from.method)
            .key("value");
        json.digits(from.figure.value.number());
        json.key("amount").digits(from.amount);
        json.flag("identical", source.identical).key("events").array();
        for (auto const& event : from.events) json.text(event);
        json.end_array().end_object();
    }
    json.end_array();
    write_combined(json, "recomputed", e.recomputed);
    json.key("register").array();
    for (auto const& file : e.register_files)
        json.object().field("file", file.name).field("sha256", file.sha256).end_object();
    json.end_array().flag("identical", e.identical);
}

void write_series(Json& json, ingest::SeriesExplanation const& e) {
    if (e.joined) {
        json.field("kind", "joined").field("own", to_string(e.own));
        return;
    }
    json.field("kind", "series")
        .field("dataset", e.id.dataset)
        .field("dataset_title", e.title)
        .field("area", e.id.area_key)
        .field("area_name", e.area_name)
        .field("period", e.id.period.to_sdmx())
        .key("figure");
    write_figure(json, e.figure);
    json.key("derived");
    write_derived(json, e.derived);
    json.key("sources").array();
    for (auto const& origin : e.origins) {
        json.object().field("id", to_string(origin.id)).key("value");
        json.digits(origin.figure.value.number());
        json.end_object();
    }
    json.end_array();
}

FigureId id_of(Call const& call) {
    auto const text = call.parameter("figure");
    if (text.empty())
        throw Refusal{missing_parameter(
            "figure",
            {"give the id of a figure, as every answer shows it (figure_id, id)",
             "die Kennung einer Zahl angeben, wie jede Antwort sie zeigt (figure_id, Spalte Kennung)"})};
    try {
        return parse_figure_id(text);
    } catch (Error const& error) {
        throw Refusal{
            bad_value("figure", text,
                      {std::string{"an id such as REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/"
                                   "2024-12-31@1; "} +
                           error.what(),
                       "eine Kennung wie REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/"
                       "2024-12-31@1, in der Adresse in Prozentschreibweise"})};
    }
}

} // namespace

http::Response show_explanation(Shelf& shelf, Call const& call) {
    auto const id = id_of(call);
    bool const is_html = wants_html(call);
    auto const lease = call.lease();
    auto& store = lease->store();
    raw::Archive archive{shelf.settings().store + "/raw"};
    auto const& mappings = shelf.mappings();
    auto const areas = harmonize::AreaRegister::load(mappings);
    ingest::Workshop shop{store, archive, mappings, areas, shelf.settings().state, Clock::system(), 1};
    std::shared_ptr<ingest::TerritoryKnowledge> knowledge;
    auto const known = [&]() -> ingest::TerritoryKnowledge& {
        if (!knowledge) knowledge = shelf.knowledge();
        return *knowledge;
    };
    auto const& explain_derived = shelf.settings().derived.explain;
    auto const derived = explain_derived ? explain_derived(shop, known, id) : std::nullopt;
    auto const answer = [&](auto const& explanation, auto const& write) {
        if (is_html) return explanation_page(explanation);
        Json json;
        json.object().field("id", to_string(derived ? derived->id : id));
        write(json, explanation);
        json.end_object();
        return json_answer(json);
    };
    if (derived) return answer(*derived, write_territorial);
    if (ingest::is_series_view(id))
        return answer(ingest::explain_series(store, mappings, known, id, false), write_series);
    if (!id.view.empty()) return answer(ingest::explain_territorial(shop, known(), id), write_territorial);
    return answer(ingest::explain(shop, id), write_published);
}

} // namespace gateway::serve::api

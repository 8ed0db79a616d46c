#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/ingest/derived_flow.hpp"
#include "gateway/ingest/figures.hpp"
#include "gateway/store/store.hpp"

namespace gateway::app {
namespace {

using Row = std::vector<std::pair<std::string, std::string>>;

/// Columns that hold whole numbers.
bool is_count(std::string_view column) {
    constexpr std::array<std::string_view, 12> columns{"vintages", "vintage", "added",     "revised",
                                                       "deleted",  "rows",    "set_aside", "document",
                                                       "bytes",    "line",    "column",    "count"};
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// Prints rows as aligned columns or as a JSON array of objects.
void print_rows(std::vector<Row> const& rows, bool as_json) {
    if (as_json) {
        Json json;
        json.array();
        for (auto const& row : rows) {
            json.object();
            for (auto const& [name, value] : row) {
                if (is_count(name))
                    json.key(name).digits(value);
                else
                    json.field(name, value);
            }
            json.end_object();
        }
        json.end_array();
        json.print();
        return;
    }
    if (rows.empty()) {
        std::puts("nothing yet; kreislauf sync or kreislauf import brings something");
        return;
    }
    constexpr std::size_t widest = 60;
    std::vector<std::size_t> widths;
    for (auto const& [name, value] : rows.front()) widths.push_back(name.size());
    for (auto const& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::min(widest, std::max(widths[i], row[i].second.size()));
    auto const print = [&widths](std::function<std::string const&(std::size_t)> const& cell) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            bool const last = i + 1 == widths.size();
            std::printf("%-*s%s", last ? 0 : static_cast<int>(widths[i]), cell(i).c_str(),
                        last ? "\n" : "  ");
        }
    };
    print([&rows](std::size_t i) -> std::string const& { return rows.front()[i].first; });
    for (auto const& row : rows) print([&row](std::size_t i) -> std::string const& { return row[i].second; });
}

std::vector<DatasetInfo> chosen(store::Store const& store, Options const& options) {
    if (!options.dataset.empty()) return {ingest::find_dataset(store, options.dataset)};
    return store.datasets();
}

/// The flow on today's areas; empty where there is none.
std::string derived_of(store::Store const& store, DatasetInfo const& dataset) {
    auto id = ingest::derived_id(dataset.id);
    return ingest::base_of_derived(store, id) ? id : std::string{};
}

/// What is computed from the datasets of the store, as it is called.
std::vector<Row> derived(store::Store const& store, Options const& options) {
    std::vector<Row> rows;
    std::optional<std::int32_t> day;
    for (auto const& dataset : chosen(store, options)) {
        if (derived_of(store, dataset).empty()) continue;
        if (!day) day = ingest::TerritoryKnowledge{data_directory(), options.store}.atlas().latest();
        auto const info = ingest::derived_info(dataset, *day);
        rows.push_back({{"dataset", info.id},
                        {"derived_from", dataset.id},
                        {"territory", date_text(*day)},
                        {"title", info.title}});
    }
    return rows;
}

std::vector<Row> datasets(store::Store const& store, Options const& options) {
    std::vector<Row> rows;
    for (auto const& dataset : chosen(store, options)) {
        auto const vintages = store.vintages(dataset.id);
        std::string dimensions;
        for (auto const& dimension : dataset.dimensions)
            dimensions += (dimensions.empty() ? "" : ",") + dimension;
        rows.push_back({{"dataset", dataset.id},
                        {"source", dataset.source},
                        {"vintages", std::to_string(vintages.size())},
                        {"received", vintages.empty() ? "" : utc_text(vintages.back().received)},
                        {"dimensions", dimensions},
                        {"derived", derived_of(store, dataset)},
                        {"title", dataset.title}});
    }
    return rows;
}

std::vector<Row> areas(store::Store const& store) {
    std::vector<Row> rows;
    auto const all = store.datasets();
    for (auto const no : store.areas()) {
        auto const area = store.area(no);
        std::string name;
        for (auto const& dataset : all) {
            name = store.label(dataset.id, "AREA", area_key(area));
            if (!name.empty()) break;
        }
        rows.push_back({{"area", area_key(area)},
                        {"level", std::string{to_string(area.level)}},
                        {"list", std::string{to_string(area.list)}},
                        {"name", name}});
    }
    return rows;
}

std::vector<Row> indicators(store::Store const& store, Options const& options) {
    std::vector<Row> rows;
    for (auto const& dataset : chosen(store, options))
        for (auto const no : store.indicators(dataset.id))
            rows.push_back({{"dataset", dataset.id}, {"indicator", store.indicator(no).text()}});
    return rows;
}

std::vector<Row> vintages(store::Store const& store, Options const& options) {
    std::vector<Row> rows;
    for (auto const& dataset : chosen(store, options))
        for (auto const& vintage : store.vintages(dataset.id))
            rows.push_back({{"dataset", dataset.id},
                            {"vintage", std::to_string(vintage.no)},
                            {"kind", std::string{store::to_string(vintage.kind)}},
                            {"received", utc_text(vintage.received)},
                            {"published", vintage.published ? utc_text(*vintage.published) : ""},
                            {"added", std::to_string(vintage.added)},
                            {"revised", std::to_string(vintage.revised)},
                            {"deleted", std::to_string(vintage.deleted)},
                            {"rows", std::to_string(vintage.rows)},
                            {"set_aside", std::to_string(vintage.rows_set_aside)},
                            {"note", vintage.note}});
    return rows;
}

std::vector<Row> documents(store::Store const& store) {
    std::vector<Row> rows;
    for (auto const& document : store.documents())
        rows.push_back(
            {{"document", std::to_string(document.no)},
             {"received", utc_text(document.provenance.received)},
             {"source", document.provenance.source},
             {"bytes", std::to_string(document.bytes)},
             {"sha256", document.sha256},
             {"origin", document.provenance.origin + (document.provenance.endpoint.empty() ? "" : " ") +
                            document.provenance.endpoint}});
    return rows;
}

std::vector<Row> issues(store::Store const& store, Options const& options) {
    std::vector<Row> rows;
    for (auto const& dataset : chosen(store, options))
        for (auto const& vintage : store.vintages(dataset.id))
            for (auto const& issue : store.issues(dataset.id, vintage.no))
                rows.push_back(
                    {{"dataset", dataset.id},
                     {"vintage", std::to_string(vintage.no)},
                     {"severity", std::string{to_string(issue.severity)}},
                     {"code", std::string{to_string(issue.code)}},
                     {"line", std::to_string(issue.position.line)},
                     {"column", std::to_string(issue.position.column)},
                     {"count", std::to_string(issue.count)},
                     {"text", issue.text + (issue.next_step.empty() ? "" : "; next: " + issue.next_step)}});
    return rows;
}

std::vector<Row> attempts(store::Store const& store, Options const& options) {
    std::vector<Row> rows;
    for (auto const& attempt : store.attempts(options.limit == 0 ? 100 : options.limit))
        rows.push_back({{"time", utc_text(attempt.time)},
                        {"source", attempt.source},
                        {"table", attempt.item},
                        {"outcome", attempt.outcome},
                        {"text", attempt.text}});
    return rows;
}

} // namespace

Exit run_list(Options const& options) {
    auto const what = options.names.empty() ? std::string{"datasets"} : options.names.front();
    auto const store = store::open_sqlite(options.store, true);
    std::vector<Row> rows;
    if (what == "datasets")
        rows = datasets(*store, options);
    else if (what == "derived")
        rows = derived(*store, options);
    else if (what == "areas")
        rows = areas(*store);
    else if (what == "indicators")
        rows = indicators(*store, options);
    else if (what == "vintages")
        rows = vintages(*store, options);
    else if (what == "documents")
        rows = documents(*store);
    else if (what == "issues")
        rows = issues(*store, options);
    else if (what == "attempts")
        rows = attempts(*store, options);
    else
        throw Error{Errc::invalid_argument,
                    "list '" + what +
                        "' is unknown; there are datasets, derived, areas, indicators, vintages, "
                        "documents, issues, attempts"};
    if (options.limit > 0 && rows.size() > options.limit) rows.resize(options.limit);
    print_rows(rows, options.json);
    return Exit::done;
}

} // namespace gateway::app

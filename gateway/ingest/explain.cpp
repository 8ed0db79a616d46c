#include "gateway/ingest/explain.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <tuple>

#include "adapters/csv/charset.hpp"
#include "adapters/genesis/reader.hpp"
#include "adapters/sdmx/cells.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/load.hpp"
#include "gateway/ingest/restore.hpp"
#include "gateway/ingest/self_described.hpp"
#include "gateway/ingest/trace.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::ingest {
namespace {

constexpr UnixTime day_seconds = 86400;

store::VintageInfo vintage_of(store::Store const& store, FigureId const& id) {
    for (auto& vintage : store.vintages(id.dataset))
        if (vintage.no == id.vintage) return vintage;
    throw Error{Errc::not_found, "dataset " + id.dataset + " has no vintage " + std::to_string(id.vintage) +
                                     "; kreislauf list vintages shows what there is"};
}

/// The structure message that an SDMX message was imported with; nothing where there was none.
std::optional<adapters::sdmx::Structures> structures_of(Workshop& shop, Provenance const& provenance) {
    for (auto const& [name, value] : provenance.request)
        if (name == dsd_parameter)
            return adapters::sdmx::read_structures(shop.archive.read(value).bytes, "--dsd");
    return std::nullopt;
}

/// Reads a vintage's document again, with the mapping of that time.
struct Again {
    RawDocument raw;
    std::string unpacked;
    harmonize::MappingFiles files;
    harmonize::AreaRegister areas;
    harmonize::FeedRef feed; ///< of the document, where a feed describes it
    std::int32_t day;        ///< on which it was received
    std::optional<adapters::sdmx::Structures> structures;
    Harmonized harmonized;

    Again(Workshop& shop, DatasetInfo const& dataset, store::VintageInfo const& vintage,
          store::DocumentInfo const& document)
        : raw(shop.archive.read(document.sha256)),
          files(harmonize::MappingFiles::from_bundle(shop.store.mapping(vintage.mapping_sha256))),
          areas(harmonize::AreaRegister::load(files)), feed{dataset.source, dataset.table},
          day(static_cast<std::int32_t>(document.provenance.received / day_seconds)),
          structures(structures_of(shop, document.provenance)) {
        if (is_own_export(raw.bytes))
            throw Error{Errc::invalid_argument, "the figure was restored from an export (" +
                                                    document.provenance.origin +
                                                    "), which is no document of a source; the store that "
                                                    "made it explains it: the export names "
                                                    "each figure there"};
        harmonized = harmonize_document(raw.bytes, {dataset.source, dataset.table},
                                        decimal_mark_of(document.provenance), files, areas, day, shop.threads,
                                        shop.scratch, {}, structures ? &*structures : nullptr);
    }

    [[nodiscard]] bool is_sdmx() const {
        return adapters::sdmx::document_kind(raw.bytes) != adapters::sdmx::DocumentKind::none;
    }

    std::string_view text() {
        if (adapters::genesis::payload_of(raw.bytes) != adapters::genesis::Payload::zip) return raw.bytes;
        if (unpacked.empty()) {
            io::ZipReader const zip{raw.bytes};
            unpacked = zip.extract(zip.only(".csv"));
        }
        return unpacked;
    }

    /// Reads the document once more into `sink`.
    void read(CellSink& sink, char mark) {
        if (harmonize::has_feed(files, feed))
            read_feed(raw.bytes, feed.feed, harmonize::load_feed(files, feed), sink,
                      structures ? &*structures : nullptr);
        else if (is_open_office(feed.office))
            read_open(raw.bytes, {feed.office, feed.feed}, sink, structures ? &*structures : nullptr, areas,
                      day);
        else if (is_sdmx())
            adapters::sdmx::read_cells(raw.bytes, feed.feed, sink, structures ? &*structures : nullptr);
        else
            adapters::genesis::read_table(text(), sink, mark);
    }

    /// The row as it stands in the document; of a workbook, where it stands.
    std::string row_text(std::uint64_t line) {
        auto const format = format_of(raw.bytes);
        bool const is_cube = format == Format::json_stat || format == Format::px;
        if (!harmonize::has_feed(files, feed) && !is_cube) return line_text(text(), line);
        if (format != Format::text)
            return "row " + std::to_string(line) + " of " + std::string{name_of(format)};
        auto const bytes = line_text(raw.bytes, line);
        std::string utf8;
        adapters::csv::append_utf8(utf8, bytes, adapters::csv::find_charset(bytes, "auto").charset, 0);
        return utf8;
    }

    /// Calls `each(indicator, area, cells)` in the order of the keys.
    void emit(unsigned threads, harmonize::TableHarmonizer::SeriesSink const& each) {
        auto const& keys = harmonized.table->keys();
        auto const ranks = [](auto const& items) {
            std::vector<std::uint32_t> order(items.size());
            for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
            std::sort(order.begin(), order.end(), [&items](auto a, auto b) { return items[a] < items[b]; });
            std::vector<std::uint32_t> rank(items.size());
            for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
            return rank;
        };
        harmonize::KeyOrder order;
        order.indicator = ranks(keys.indicators());
        order.area = ranks(keys.areas());
        order.period = ranks(keys.periods());
        harmonized.table->emit(std::move(order), threads, each);
    }

    [[nodiscard]] Observation observation(harmonize::ResolvedCell const& cell, VintageNo vintage) const {
        auto const& state = harmonized.table->states()[cell.state];
        return {cell.period, state.reason ? Value::missing(*state.reason) : Value::of(cell.number),
                state.quality, vintage};
    }
};

void add_rules(Explanation& result, Again& again) {
    auto const& mapping = *again.harmonized.mapping;
    TraceSink trace{result.line};
    again.read(trace, decimal_mark_of(result.document.provenance));
    for (auto const& cell : trace.found()) {
        auto const measure = mapping.map_measure(cell.measure.code, cell.measure.variable);
        auto const multiplier = measure.unit_mult == 0 ? std::string{} : std::to_string(measure.unit_mult);
        if (measure.measure != result.id.indicator.at("MEASURE") ||
            measure.unit != result.id.indicator.at("UNIT") ||
            multiplier != result.id.indicator.at("UNIT_MULT"))
            continue;
        result.column = cell.cell.column;
        auto const time = mapping.map_time(cell.time.variable, cell.time.code);
        result.rules.push_back({"time", cell.time.variable + " " + cell.time.code,
                                "TIME_PERIOD=" + result.id.period.to_sdmx(), time.rule});
        result.rules.push_back(
            {"measure", cell.measure.code + " in " + cell.measure.variable + " (" + cell.measure.label + ")",
             "MEASURE=" + measure.measure + ", UNIT=" + measure.unit +
                 (multiplier.empty() ? "" : ", UNIT_MULT=" + multiplier),
             measure.rule});
        for (auto const& block : cell.blocks) {
            auto const mapped = mapping.map_code(block.variable, block.code);
            std::string becomes = mapped.dimension + "=" + mapped.code;
            if (mapped.kind == harmonize::MappedCode::Kind::area)
                becomes = "AREA=" + area_key(mapped.area) + " (level " +
                          std::string{to_string(mapped.area.level)} + ")";
            else if (mapped.kind == harmonize::MappedCode::Kind::not_applicable)
                becomes = "not applicable";
            else if (mapped.kind != harmonize::MappedCode::Kind::code)
                becomes = "part of the year";
            else if (mapped.source_code)
                becomes += " (source code kept)";
            for (auto const& [dimension, code] : mapped.also) becomes += ", " + dimension + "=" + code;
            result.rules.push_back({"variable " + block.variable,
                                    "'" + block.code + "' (" + block.label + ")", becomes,
                                    std::string{mapped.rule}});
        }
        auto const& sign = cell.cell.kind == Cell::Kind::sign ? cell.sign : cell.quality;
        if (!sign.empty()) {
            auto const becomes = result.stored.value.visit(
                [](Decimal number) { return "OBS_VALUE=" + number.to_string(); },
                [](MissingReason reason) {
                    return "no value, MISSING_REASON=" + std::string{to_string(reason)};
                });
            result.rules.push_back(
                {"sign", "'" + sign + "'",
                 becomes + ", OBS_STATUS=" + std::string{to_char(result.stored.quality.status)},
                 mapping.sign(sign).rule});
        }
        if (result.stored.quality.protection != Protection::none)
            result.rules.push_back({"protection", "table " + result.dataset.table,
                                    "PROTECTION=" + std::string{to_string(result.stored.quality.protection)},
                                    ""});
        return;
    }
}

std::optional<store::SeriesRef> find_series(store::Store const& store, FigureId const& id) {
    auto const indicator = store.find_indicator(id.dataset, id.indicator);
    if (!indicator) return std::nullopt;
    for (auto const area : store.find_areas(id.area_key)) {
        bool found = false;
        store.read({id.dataset, std::nullopt, *indicator, area, std::nullopt},
                   [&found](store::SeriesRef, auto const&) { found = true; });
        store::SeriesRef const ref{*indicator, area};
        if (found || !store.history(ref, id.period).empty()) return ref;
    }
    return std::nullopt;
}

} // namespace

Explanation explain(Workshop& shop, FigureId const& id) {
    Explanation result;
    result.id = id;
    auto const dataset = shop.store.dataset(id.dataset);
    if (!dataset)
        throw Error{Errc::not_found,
                    "no dataset '" + id.dataset + "'; kreislauf list datasets shows what there is"};
    result.dataset = *dataset;
    result.vintage = vintage_of(shop.store, id);
    auto const series = find_series(shop.store, id);
    if (!series)
        throw Error{Errc::not_found, "no series " + id.area_key + "/" + id.indicator.text() + " in " +
                                         id.dataset + "; kreislauf get " + id.dataset + " --area " +
                                         id.area_key + " shows what there is"};
    result.area = shop.store.area(series->area);
    result.area_name = shop.store.label(id.dataset, "AREA", area_key(result.area));

    auto const vintages = shop.store.vintages(id.dataset);
    bool known = false;
    auto const versions = shop.store.history(*series, id.period);
    for (auto const& packed : versions) {
        auto const observation = store::unpacked(shop.store, packed);
        auto const of = std::find_if(vintages.begin(), vintages.end(),
                                     [&packed](auto const& vintage) { return vintage.no == packed.vintage; });
        if (of != vintages.end()) result.history.emplace_back(observation, *of);
        if (packed.vintage == id.vintage) {
            result.stored = observation;
            known = true;
        }
    }
    if (!known)
        throw Error{Errc::not_found, "vintage " + std::to_string(id.vintage) + " brought no figure for " +
                                         id.period.to_sdmx() +
                                         " to this series; the list of its values: kreislauf get " +
                                         id.dataset + " --area " + id.area_key};
    // What a recall brought back came with the document of an older vintage.
    if (auto const origin = store::origin_of(vintages, versions, id.vintage); origin != id.vintage) {
        auto const recall = result.vintage;
        for (auto const& vintage : vintages)
            if (vintage.no == origin) result.vintage = vintage;
        result.recall = recall;
    }
    auto const document = shop.store.document(result.vintage.document);
    if (!document)
        throw Error{Errc::corrupt_store, "document " + std::to_string(result.vintage.document) +
                                             " of vintage " + std::to_string(result.vintage.no) +
                                             " is not in the store"};
    result.document = *document;

    Again again{shop, *dataset, result.vintage, *document};
    auto const& keys = again.harmonized.table->keys();
    again.emit(shop.threads, [&](std::uint32_t indicator, std::uint32_t area, auto const cells) {
        if (keys.indicators()[indicator] != id.indicator || keys.areas()[area] != result.area) return;
        for (auto const& cell : cells)
            if (cell.period == id.period) {
                result.recomputed = again.observation(cell, id.vintage);
                result.line = cell.line;
            }
    });
    result.identical = result.recomputed && result.recomputed->same_content(result.stored);
    if (result.line > 0) {
        result.raw_row = again.row_text(result.line);
        add_rules(result, again);
    }
    return result;
}

Recomputation recompute(Workshop& shop, std::uint64_t limit, std::uint64_t seed) {
    struct Wanted {
        std::string dataset;
        store::SeriesRef series;
        TimePeriod period;
        VintageNo vintage = 0;
    };
    // Reservoir sampling over every current figure.
    std::vector<Wanted> sample;
    std::mt19937_64 random{seed};
    std::uint64_t seen = 0;
    for (auto const& dataset : shop.store.datasets())
        shop.store.read({dataset.id, {}, {}, {}, {}}, [&](store::SeriesRef ref, auto const& observations) {
            for (auto const& observation : observations) {
                Wanted wanted{dataset.id, ref, observation.period, observation.vintage};
                if (sample.size() < limit)
                    sample.push_back(std::move(wanted));
                else if (auto const at = random() % (seen + 1); at < limit)
                    sample[at] = std::move(wanted);
                ++seen;
            }
        });

    // What a recall brought back came with the document of an older vintage.
    for (auto& wanted : sample) {
        auto const vintages = shop.store.vintages(wanted.dataset);
        auto const own = std::find_if(vintages.begin(), vintages.end(),
                                      [&wanted](auto const& each) { return each.no == wanted.vintage; });
        if (own == vintages.end() || own->kind != store::VintageKind::recalled) continue;
        wanted.vintage =
            store::origin_of(vintages, shop.store.history(wanted.series, wanted.period), wanted.vintage);
    }

    using Key = std::tuple<IndicatorKey, Area, TimePeriod>;
    std::map<std::pair<std::string, VintageNo>, std::map<Key, store::SeriesRef>> by_vintage;
    for (auto const& wanted : sample)
        by_vintage[{wanted.dataset, wanted.vintage}].emplace(
            Key{shop.store.indicator(wanted.series.indicator), shop.store.area(wanted.series.area),
                wanted.period},
            wanted.series);

    Recomputation result;
    for (auto& entry : by_vintage) {
        auto const& place = entry.first;
        auto& wanted = entry.second; // a lambda below needs a name of its own (clang 14)
        FigureId id;
        id.dataset = place.first;
        id.vintage = place.second;
        auto const name = [&id](Key const& key) {
            auto named = id;
            named.indicator = std::get<0>(key);
            named.area_key = area_key(std::get<1>(key));
            named.period = std::get<2>(key);
            return to_string(named);
        };
        result.figures += wanted.size();
        auto const vintage = vintage_of(shop.store, id);
        auto const document = shop.store.document(vintage.document);
        auto const dataset = shop.store.dataset(id.dataset);
        if (!document || !dataset) {
            result.different.push_back(id.dataset + "@" + std::to_string(id.vintage) +
                                       ": its document is missing");
            continue;
        }
        try {
            Again again{shop, *dataset, vintage, *document};
            auto const& keys = again.harmonized.table->keys();
            again.emit(shop.threads, [&](std::uint32_t indicator, std::uint32_t area, auto const cells) {
                for (auto const& cell : cells) {
                    auto const found =
                        wanted.find({keys.indicators()[indicator], keys.areas()[area], cell.period});
                    if (found == wanted.end()) continue;
                    auto const fresh = again.observation(cell, id.vintage);
                    for (auto const& packed : shop.store.history(found->second, cell.period)) {
                        if (packed.vintage != id.vintage) continue;
                        if (!store::unpacked(shop.store, packed).same_content(fresh))
                            result.different.push_back(name(found->first) + ": differs from its raw bytes");
                    }
                    wanted.erase(found);
                }
            });
            for (auto const& [key, series] : wanted)
                result.different.push_back(name(key) + ": no row of the document has this key");
        } catch (Error const& error) {
            result.different.push_back(id.dataset + "@" + std::to_string(id.vintage) + ": " + error.what());
        }
    }
    return result;
}

} // namespace gateway::ingest

#include "gateway/ingest/load.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>

#include "adapters/genesis/reader.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "adapters/sdmx/cells.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/plausible.hpp"
#include "gateway/ingest/position.hpp"
#include "gateway/ingest/read_genesis.hpp"
#include "gateway/ingest/repeat.hpp"
#include "gateway/ingest/self_described.hpp"
#include "gateway/io/aside.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::ingest {
namespace {

constexpr UnixTime day_seconds = 86400;

/// Position of every number in the order of the store's numbers.
template <typename No>
std::vector<std::uint32_t> ranks(std::vector<No> const& numbers) {
    std::vector<std::uint32_t> order(numbers.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return numbers[a] < numbers[b]; });
    std::vector<std::uint32_t> rank(numbers.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
    return rank;
}

/// Indices of `items` in ascending order of the items.
template <typename T>
std::vector<std::size_t> sorted_indices(std::vector<T> const& items) {
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return items[a] < items[b]; });
    return order;
}

/// The same, told apart by their first characters where those differ.
std::vector<std::size_t> sorted_indices(std::vector<Area> const& areas) {
    std::vector<std::pair<std::uint64_t, std::size_t>> keys;
    keys.reserve(areas.size());
    for (auto const& area : areas) keys.emplace_back(order_prefix(area), keys.size());
    std::sort(keys.begin(), keys.end(), [&](auto const& a, auto const& b) {
        return a.first != b.first ? a.first < b.first : areas[a.second] < areas[b.second];
    });
    std::vector<std::size_t> order;
    order.reserve(keys.size());
    for (auto const& key : keys) order.push_back(key.second);
    return order;
}

/// Why a table with rows has no figure: the most frequent complaint, with the place of the first.
[[noreturn]] void refuse_unreadable(harmonize::TableHarmonizer const& table, LoadOptions const& options) {
    if (options.watch.set_aside) options.watch.set_aside(table.aside_log());
    std::map<Errc, Issue> grave;
    for (auto const& issue : table.issues()) {
        if (issue.severity == Severity::info) continue;
        auto const [known, inserted] = grave.try_emplace(issue.code, issue);
        if (!inserted) known->second.count += issue.count;
    }
    if (table.rows() == 0 || grave.empty())
        throw Error{Errc::empty_document, "line 2: the table has a header and no rows"};
    auto const worst = std::max_element(grave.begin(), grave.end(), [](auto const& a, auto const& b) {
        return a.second.count < b.second.count;
    });
    auto const& issue = worst->second;
    throw Error{issue.code,
                "none of " + std::to_string(table.rows()) + " rows can be read; " +
                    std::to_string(issue.count) + " times " + std::string{to_string(issue.code)} +
                    ", first in line " + std::to_string(issue.position.line) +
                    (issue.position.column > 0 ? ", column " + std::to_string(issue.position.column) : "") +
                    ": " + issue.text};
}

/// What the load needs of a harmonized document, in store numbers.
struct Numbers {
    std::vector<store::IndicatorNo> indicators;
    std::vector<store::AreaNo> areas;
};

Numbers announce(store::Load& load, harmonize::TableKeys const& keys) {
    Numbers numbers;
    numbers.indicators.resize(keys.indicators().size());
    numbers.areas.resize(keys.areas().size());
    for (auto const i : sorted_indices(keys.indicators()))
        numbers.indicators[i] = load.indicator(keys.indicators()[i]);
    for (auto const i : sorted_indices(keys.areas())) numbers.areas[i] = load.area(keys.areas()[i]);
    keys.each_label([&load](auto const dimension, auto const code, auto const text) {
        load.label(dimension, code, text);
    });
    return numbers;
}

std::vector<std::string> levels_of(harmonize::TableKeys const& keys) {
    std::array<bool, 16> seen{};
    for (auto const& area : keys.areas()) seen[static_cast<std::size_t>(area.level)] = true;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (seen[i]) names.emplace_back(name_of(static_cast<AreaLevel>(i)));
    return names;
}

/// Why a document must not become the newest vintage: it is older than what is in force, and its values would
/// take the place of their own revisions. Empty where it may. `before` is the table's last load.
std::string why_stale(store::Store const& store, std::vector<store::VintageInfo> const& vintages,
                      store::LoadRequest const& request, Position const& before) {
    if (vintages.empty()) return {};
    auto const& last = vintages.back();
    auto const day = [](UnixTime time) { return utc_text(time).substr(0, 10); };
    auto const in_force = " of vintage " + std::to_string(last.no) + ", which stays in force";
    if (request.received < last.received)
        return "received " + utc_text(request.received) + ", before the document" + in_force + " (" +
               utc_text(last.received) + ")";
    // A delivery that changed nothing made no vintage; that it came says all the same what was valid then.
    auto const confirmed =
        before.dataset == request.dataset.id ? store.last_received(before.document_sha256) : std::nullopt;
    if (confirmed && request.received < *confirmed)
        return "received " + utc_text(request.received) + ", before the source delivered the figures" +
               in_force + " once more (" + utc_text(*confirmed) + ")";
    if (request.published && last.published && *request.published < *last.published)
        return "published " + day(*request.published) + ", before the document" + in_force + " (" +
               day(*last.published) + ")";
    return {};
}

/// True where a vintage of the dataset came from these bytes.
bool was_loaded(store::Store const& store, std::string const& dataset, std::string const& sha256) {
    for (auto const& vintage : store.vintages(dataset)) {
        auto const document = store.document(vintage.document);
        if (document && document->sha256 == sha256) return true;
    }
    return false;
}

std::optional<Issue> vanished_levels(Position const& before, std::string const& dataset,
                                     std::vector<std::string> const& levels) {
    if (before.dataset != dataset) return std::nullopt; // another edition of the table
    std::string gone;
    for (auto const& level : before.levels)
        if (std::find(levels.begin(), levels.end(), level) == levels.end())
            gone += (gone.empty() ? "" : ", ") + level;
    if (gone.empty()) return std::nullopt;
    return Issue{Errc::level_vanished,
                 Severity::warning,
                 {},
                 "levels that the last delivery had are missing: " + gone + "; their last values stay",
                 "ask the source whether the level will come back",
                 1};
}

void set_result(LoadReport& report, store::LoadResult const& result) {
    report.vintage = result.vintage;
    report.added = result.added;
    report.revised = result.revised;
    report.deleted = result.deleted;
    report.unchanged = result.unchanged;
}

/// What a load was made with: large, and of no use when it is over.
struct Used {
    Harmonized document;
    std::unique_ptr<store::Load> load;
    std::unique_ptr<PlausibilityCheck> check; ///< refers to the document
};

/// What a file with SDMX structures holds; nothing where none is named.
std::optional<adapters::sdmx::Structures> structures_of(std::string const& path) {
    if (path.empty()) return std::nullopt;
    io::MappedFile const file{path};
    return adapters::sdmx::read_structures(file.view(), path);
}

} // namespace

std::string next_step_after(Errc code) {
    switch (code) {
    case Errc::truncated:
    case Errc::checksum: return "the file did not arrive whole: download it again";
    case Errc::not_a_table:
        return "kreislauf inspect FILE shows what it is; download the table as flat file (ffcsv)";
    case Errc::wrong_charset: return "download it again as UTF-8; do not save it from a spreadsheet";
    case Errc::wrong_decimal_mark: return "name the language it was downloaded in: --language de or en";
    case Errc::empty_document:
        return "ask the source whether the selection holds anything; what is stored stays";
    case Errc::too_large: return "unpack it yourself, look whether it is what you expect, import that";
    case Errc::malformed: return "look at the named place; download it again; a ZIP must hold one .csv";
    case Errc::unknown_area:
        return "kreislauf feed draft FILE begins a description that says which dimension holds the areas";
    case Errc::source_unavailable: return "nothing is lost; run the sync again later";
    case Errc::not_found: return "check the spelling of the path";
    case Errc::conflict: return "nothing of it was loaded; import it again";
    case Errc::personal_data: return "send results instead: numbers of persons by area and time";
    case Errc::unsupported_format:
        return "docs/feeds.md names the formats of tables that are read; save or fetch it as one of them";
    case Errc::io: return "look at the permissions of the file and the room on the disk, then run it again";
    default: return "the bytes are in the archive; kreislauf list attempts shows what was tried";
    }
}

char decimal_mark_of(Provenance const& provenance) {
    for (auto const& [name, value] : provenance.request)
        if (name == "language") return value == "en" ? '.' : ',';
    // Downloads are named TABLE_NUMBER_de_flat.csv.
    if (provenance.origin.find("_de_") != std::string::npos) return ',';
    if (provenance.origin.find("_en_") != std::string::npos) return '.';
    return '\0';
}

Harmonized harmonize_document(std::string_view bytes, TableRef const& ref, char mark,
                              harmonize::MappingFiles const& mappings, harmonize::AreaRegister const& areas,
                              std::int32_t day, unsigned threads, std::string const& scratch,
                              Watcher const& watcher, adapters::sdmx::Structures const* structures,
                              LoadOptions const& options) {
    Harmonized result;
    auto const choose = [&mappings, &ref, day, &result](TableInfo const& info) -> harmonize::Mapping const& {
        result.mapping = std::make_unique<harmonize::Mapping>(
            harmonize::Mapping::load(mappings, ref.service, ref.table, info.layout, day));
        return *result.mapping;
    };
    auto const begin = [&] {
        result.table = std::make_unique<harmonize::TableHarmonizer>(choose, areas, scratch);
        if (options.watch.set_aside) result.table->list_set_aside();
        if (options.why_not_area) result.table->keys().restrict_areas(options.why_not_area);
    };
    harmonize::FeedRef const feed{ref.service, ref.table};
    if (harmonize::has_feed(mappings, feed)) {
        begin();
        read_feed(bytes, ref.table, harmonize::load_feed(mappings, feed), result.table->part(), structures);
        if (!result.mapping || result.table->keys().indicators().empty())
            refuse_unreadable(*result.table, options);
        return result;
    }
    if (is_open_office(ref.service)) {
        begin();
        read_open(bytes, ref, result.table->part(), structures, areas, day);
        if (!result.mapping || result.table->keys().indicators().empty())
            refuse_unreadable(*result.table, options);
        return result;
    }
    if (adapters::sdmx::document_kind(bytes) != adapters::sdmx::DocumentKind::none) {
        begin();
        adapters::sdmx::read_cells(bytes, ref.table, result.table->part(), structures);
        if (!result.mapping || result.table->keys().indicators().empty())
            refuse_unreadable(*result.table, options);
        return result;
    }
    try {
        begin();
        read_genesis(bytes, *result.table, threads, mark, watcher);
    } catch (Error const& error) {
        // Parts that only one reader can judge: read again in one go.
        if (error.code() != Errc::conflict || threads == 1) throw;
        begin();
        read_genesis(bytes, *result.table, 1, mark, watcher);
    }
    if (!result.mapping || result.table->keys().indicators().empty())
        refuse_unreadable(*result.table, options);
    return result;
}

LoadReport load_document(Workshop& shop, std::string_view bytes, Archiving const& archiving,
                         Provenance const& provenance, TableRef const& ref, LoadOptions const& options) {
    LoadReport report;
    report.source = provenance.source;
    report.table = ref.table;
    auto const day = static_cast<std::int32_t>(provenance.received / day_seconds);
    auto const structures = structures_of(options.dsd);
    auto harmonized = harmonize_document(bytes, ref, decimal_mark_of(provenance), shop.mappings, shop.areas,
                                         day, shop.threads, shop.scratch, shop.watch,
                                         structures ? &*structures : nullptr, options);
    auto& table = *harmonized.table;
    auto const& keys = table.keys();
    // While this thread looks up what the store has; not earlier, when others are still reading mapping files.
    io::Aside<std::vector<harmonize::plausibility::Rule>> rules;
    if (shop.threads > 1)
        rules = io::aside([&shop] { return harmonize::plausibility::read_rules(shop.mappings); });

    Position after;
    auto const& bundle = harmonized.mapping->bundle();
    after.mapping_sha256 = io::sha256_hex(bundle);
    report.mapping_sha256 = after.mapping_sha256;
    after.levels = levels_of(keys);
    after.rows = table.rows();
    report.rows = table.rows();

    store::LoadRequest request;
    auto const [first, last] = std::minmax_element(keys.periods().begin(), keys.periods().end());
    request.dataset =
        harmonized.mapping->dataset(*first, keys.info().statistic_code, keys.info().statistic_label);
    after.newest_period = last->to_sdmx();
    request.dataset.dimensions = keys.dimensions();
    report.dataset = request.dataset.id;
    request.document = options.document;
    request.received = options.received.value_or(provenance.received);
    request.published = options.published;
    request.mapping_sha256 = after.mapping_sha256;
    request.note = options.note;
    request.trial = options.watch.trial;

    // Here the store is used for the first time: until now it may have been in the making. From here on nobody
    // else writes, or this is a trial and sees nothing of what others write: what is asked of the store now still
    // holds at the end.
    auto begun = request;
    begun.mapping_text = bundle;
    auto load = shop.store.begin(std::move(begun));
    auto const before = Position::from_json(shop.store.position(ref.service, ref.table + options.slice));
    auto const vintages = shop.store.vintages(request.dataset.id);
    if (auto const stale = why_stale(shop.store, vintages, request, before); !stale.empty()) {
        load.reset();
        report.outcome = "not_newer";
        report.text = stale;
        if (options.watch.trial) return report;
        auto const place = archiving.kept();
        report.document_sha256 = place.sha256;
        report.bytes = place.bytes;
        report.document = options.document != 0
                              ? options.document
                              : shop.store.record_document(place.sha256, place.bytes, provenance);
        if (!was_loaded(shop.store, request.dataset.id, place.sha256))
            report.next_step = "import in the order of time; to have this state as well, begin a new store";
        return report;
    }

    if (options.watch.begin) options.watch.begin(*load);
    if (options.watch.change) load->watch(options.watch.change);
    auto const numbers = announce(*load, keys);
    harmonize::KeyOrder order;
    order.indicator = ranks(numbers.indicators);
    order.area = ranks(numbers.areas);
    std::vector<std::uint32_t> periods(keys.periods().size());
    {
        auto const by_time = sorted_indices(keys.periods());
        for (std::uint32_t i = 0; i < by_time.size(); ++i) periods[by_time[i]] = i;
    }
    order.period = std::move(periods);

    bool const has_before = !vintages.empty(); // otherwise there is nothing to compare with
    auto check = std::make_unique<PlausibilityCheck>(
        shop.store, rules.valid() ? rules.get() : harmonize::plausibility::read_rules(shop.mappings),
        shop.areas, request.dataset, day, has_before, shop.scratch, shop.threads);
    auto const area_ranks = order.area;
    std::vector<store::StateNo> states;
    std::vector<store::PackedObservation> packed;
    table.emit(order, shop.threads, [&](std::uint32_t indicator, std::uint32_t area, auto const cells) {
        for (; states.size() < table.states().size();) {
            auto const& state = table.states()[states.size()];
            states.push_back(load->state({state.reason, state.quality}));
        }
        packed.clear();
        for (auto const& cell : cells) packed.push_back({cell.period, cell.number, states[cell.state], 0});
        if (options.watch.series)
            options.watch.series(numbers.indicators[indicator], numbers.areas[area], cells);
        load->put(numbers.indicators[indicator], numbers.areas[area], packed);
        if (check->needed())
            check->add({indicator, area_ranks[area]}, keys.indicators()[indicator], keys.areas()[area],
                       numbers.areas[area], cells, table.states());
        ++report.series;
        report.cells += cells.size();
    });

    report.issues = options.warnings;
    auto found = table.issues();
    report.issues.insert(report.issues.end(), found.begin(), found.end());
    if (auto const gone = vanished_levels(before, report.dataset, after.levels))
        report.issues.push_back(*gone);
    check->close();
    for (auto const& issue : report.issues) load->issue(issue);
    auto const judge = [&report, &check] {
        report.implausible = check->finish();
        std::vector<Issue> found_late;
        for (auto const& finding : report.implausible) found_late.push_back(finding.issue());
        report.issues.insert(report.issues.end(), found_late.begin(), found_late.end());
        return found_late;
    };
    report.set_aside = table.set_aside();
    after.set_aside = report.set_aside;
    report.repeated = table.repeated();
    if (options.watch.set_aside) options.watch.set_aside(table.aside_log());

    // An absent row is a deletion only where the document speaks of everything.
    bool const may_delete = !is_compressed(provenance) && !options.partial && report.set_aside == 0;
    std::map<store::IndicatorNo, std::string> measures;
    store::Coverage covers = [&](store::IndicatorNo indicator, store::AreaNo area, TimePeriod const& period) {
        auto known = measures.find(indicator);
        if (known == measures.end())
            known =
                measures.emplace(indicator, std::string{shop.store.indicator(indicator).at("MEASURE")}).first;
        auto const where = shop.store.area(area);
        if (options.why_not_area && !options.why_not_area(where).empty()) return false;
        if (!table.speaks_of(known->second, where.level, period)) return false;
        if (options.watch.missing) options.watch.missing(indicator, area, period);
        return may_delete;
    };
    if (!may_delete && !options.watch.missing) covers = nullptr;
    if (options.watch.trial) {
        judge();
        set_result(report, load->preview(covers));
        report.outcome = "preview";
        return report;
    }
    // The rules may still be at work while the store is written.
    load->late_issues(judge);
    // The archive may still be at work; nothing becomes visible before it is done.
    load->depends_on([&archiving] { archiving.wait(); });
    auto const place = archiving.name();
    report.document_sha256 = place.sha256;
    report.bytes = place.bytes;
    after.document_sha256 = place.sha256;
    after.bytes = place.bytes;
    after.dataset = report.dataset;
    after.reading = reading_of(provenance, options.partial);
    after.series = report.series;
    after.figures = report.cells;
    after.repeated = report.repeated;
    if (options.document == 0)
        load->document(shop.store.record_document(place.sha256, place.bytes, provenance));
    if (options.record_attempt) load->attempt({shop.clock.now(), report.source, report.table, {}, {}, 0});
    auto position = after.to_json();
    if (!options.slice.empty()) {
        load->position(ref.service, ref.table + options.slice, position);
        position = shop.store.position(ref.service, ref.table); // of the newest years: they are as they were
    }
    auto const result = load->commit(position, report.rows, report.set_aside, covers);

    set_result(report, result);
    report.outcome = result.vintage ? "loaded" : "unchanged";
    report.is_recorded = options.record_attempt;
    if (shop.discard)
        shop.discard(std::make_shared<Used>(Used{std::move(harmonized), std::move(load), std::move(check)}));
    return report;
}

} // namespace gateway::ingest

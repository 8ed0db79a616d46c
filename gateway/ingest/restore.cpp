#include "gateway/ingest/restore.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "gateway/ingest/position.hpp"
#include "gateway/ingest/restore_read.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

constexpr UnixTime day_seconds = 86400;
constexpr std::string_view avro_magic{"Obj\x01", 4};

/// Ids of the services that mappings/services.toml lists.
std::vector<std::string> services_of(harmonize::MappingFiles const& files) {
    std::vector<std::string> ids;
    auto const text = files.text("services.toml").value_or(std::string{});
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        std::string_view const line{text.data() + at, end - at};
        at = end + 1;
        constexpr std::string_view start = "id = \"";
        if (line.substr(0, start.size()) == start)
            ids.emplace_back(line.substr(start.size(), line.rfind('"') - start.size()));
    }
    return ids;
}

struct Home {
    harmonize::Mapping mapping;
    DatasetInfo info;
};

/// The service whose table has this dataset id, and what its mapping knows of the dataset.
Home home_of(RestoredDataset const& dataset, harmonize::MappingFiles const& files, std::int32_t day) {
    auto const& period = dataset.series.begin()->second.front().period;
    for (auto const& service : services_of(files)) {
        // Without a table in the export it is what follows the prefix.
        auto table = dataset.table;
        if (table.empty()) table = dataset.id.substr(dataset.id.find('_') + 1);
        auto mapping = harmonize::Mapping::load(files, service, table, "ffcsv-v5", day);
        auto info = mapping.dataset(period, {}, {});
        if (info.id == dataset.id) return {std::move(mapping), std::move(info)};
    }
    throw Error{Errc::invalid_argument,
                "dataset " + dataset.id +
                    ": no service of mappings/services.toml has a table with this id; was it "
                    "exported with other mappings?"};
}

struct Placed {
    store::IndicatorNo indicator = 0;
    store::AreaNo area = 0;
    std::vector<RestoredFigure> const* figures = nullptr;
};

void put_all(store::Load& load, RestoredDataset const& dataset, LoadReport& report) {
    std::vector<Placed> placed;
    for (auto const& [key, figures] : dataset.series)
        placed.push_back({load.indicator(key.first), load.area(key.second), &figures});
    std::sort(placed.begin(), placed.end(), [](Placed const& a, Placed const& b) {
        return std::tie(a.indicator, a.area) < std::tie(b.indicator, b.area);
    });
    for (auto const& series : placed) {
        auto figures = *series.figures;
        std::sort(figures.begin(), figures.end(),
                  [](auto const& a, auto const& b) { return a.period < b.period; });
        std::vector<store::PackedObservation> packed;
        for (auto const& figure : figures) {
            if (!packed.empty() && packed.back().period == figure.period)
                throw Error{Errc::duplicate_key, dataset.id + ": two figures for " + figure.period.to_sdmx() +
                                                     " in one series; export the current state alone"};
            packed.push_back({figure.period, figure.number, load.state(figure.state), 0});
        }
        load.put(series.indicator, series.area, packed);
        report.cells += packed.size();
        ++report.series;
    }
    for (auto const& [key, name] : dataset.area_names) load.label("AREA", key, name);
}

} // namespace

bool is_own_export(std::string_view bytes) {
    if (bytes.substr(0, avro_magic.size()) == avro_magic) return true;
    constexpr std::string_view start = "STRUCTURE,STRUCTURE_ID,ACTION,";
    if (bytes.substr(0, start.size()) != start) return false;
    auto const line = bytes.find('\n');
    constexpr std::string_view row = "dataflow,KREISLAUF:";
    return line != std::string_view::npos && bytes.substr(line + 1, row.size()) == row;
}

LoadReport restore_export(Workshop& shop, std::string_view bytes, Archiving const& archiving,
                          Provenance const& provenance, LoadOptions const& options) {
    bool const is_avro = bytes.substr(0, avro_magic.size()) == avro_magic;
    auto const datasets = is_avro ? read_own_avro(bytes) : read_own_csv(bytes, provenance.origin);
    if (datasets.empty()) throw Error{Errc::empty_document, "the export holds no figures"};
    auto const place = archiving.kept();
    LoadReport report;
    report.source = provenance.source;
    report.document_sha256 = place.sha256;
    report.bytes = place.bytes;
    report.document = options.document != 0
                          ? options.document
                          : shop.store.record_document(place.sha256, place.bytes, provenance);
    auto const day = static_cast<std::int32_t>(provenance.received / day_seconds);
    report.outcome = "unchanged";
    for (auto const& [id, dataset] : datasets) {
        auto home = home_of(dataset, shop.mappings, day);
        store::LoadRequest request;
        request.dataset = home.info;
        request.dataset.dimensions = dataset.dimensions;
        request.document = report.document;
        request.received = provenance.received;
        request.published = options.published;
        request.mapping_text = home.mapping.bundle();
        request.mapping_sha256 = io::sha256_hex(request.mapping_text);
        auto const load = shop.store.begin(request);
        put_all(*load, dataset, report);
        Position position;
        position.document_sha256 = place.sha256;
        position.mapping_sha256 = request.mapping_sha256;
        position.dataset = id;
        position.rows = dataset.rows;
        position.bytes = place.bytes;
        position.reading = "export";
        // An export is a part as a rule: what it does not hold stays.
        auto const result = load->commit(position.to_json(), dataset.rows, 0, nullptr);
        report.rows += dataset.rows;
        report.added += result.added;
        report.revised += result.revised;
        report.unchanged += result.unchanged;
        report.table += (report.table.empty() ? "" : ", ") + home.info.table;
        report.dataset += (report.dataset.empty() ? "" : ", ") + id;
        if (result.vintage) {
            report.vintage = result.vintage;
            report.outcome = "loaded";
        }
    }
    return report;
}

} // namespace gateway::ingest

#include "gateway/ingest/repeat.hpp"

#include <algorithm>

#include "gateway/ingest/position.hpp"

namespace gateway::ingest {

bool is_compressed(Provenance const& provenance) {
    return std::any_of(provenance.request.begin(), provenance.request.end(), [](auto const& field) {
        return field.first == "compress" && (field.second == "true" || field.second == "True");
    });
}

std::string reading_of(Provenance const& provenance, bool partial) {
    auto const mark = decimal_mark_of(provenance);
    std::string reading = mark == '\0' ? "any" : std::string{mark};
    if (partial) reading += " partial";
    if (is_compressed(provenance)) reading += " compressed";
    return reading;
}

bool may_repeat(Workshop const& shop, TableRef const& ref, std::uint64_t bytes, LoadOptions const& options) {
    if (options.force || !options.warnings.empty()) return false;
    auto const position = Position::from_json(shop.store.position(ref.service, ref.table));
    return !position.document_sha256.empty() && position.bytes == bytes;
}

std::optional<LoadReport> repeated_load(Workshop const& shop, TableRef const& ref, std::string_view sha256,
                                        Provenance const& provenance, LoadOptions const& options) {
    if (options.force || !options.warnings.empty()) return std::nullopt;
    auto const position = Position::from_json(shop.store.position(ref.service, ref.table));
    if (position.document_sha256 != sha256 || !position.pending_job.empty() ||
        position.reading != reading_of(provenance, options.partial))
        return std::nullopt;
    // A table that comes back after it was withdrawn is news, even with the same figures.
    auto const vintages = shop.store.vintages(position.dataset);
    if (vintages.empty() || vintages.back().kind != store::VintageKind::content) return std::nullopt;
    auto const bundle = harmonize::MappingFiles::from_bundle(shop.store.mapping(position.mapping_sha256));
    if (!shop.mappings.agrees_with(bundle)) return std::nullopt;

    LoadReport report;
    report.source = provenance.source;
    report.table = ref.table;
    report.dataset = position.dataset;
    report.outcome = "unchanged";
    report.is_repeat = true;
    report.document_sha256 = sha256;
    report.bytes = position.bytes;
    report.rows = position.rows;
    report.series = position.series;
    report.cells = position.figures;
    report.unchanged = position.figures;
    report.set_aside = position.set_aside;
    report.repeated = position.repeated;
    if (report.set_aside > 0)
        report.next_step = "kreislauf list issues names what was set aside; report it to the source, or "
                           "mend the mapping";
    return report;
}

} // namespace gateway::ingest

#include "gateway/store/catalog.hpp"

#include <algorithm>
#include <limits>

#include "gateway/store/text.hpp"

namespace gateway::store {
namespace {

/// Of a dataset that a trial load would make; no row has it.
constexpr DatasetNo trial_number = -2;

DatasetInfo dataset_from(Rows const& row) {
    return {row.string(0), row.string(1), row.string(2), row.string(3),          row.string(4),
            row.string(5), row.string(6), row.string(7), lines_from(row.text(8))};
}

VintageInfo vintage_from(Rows const& row) {
    VintageInfo info;
    info.no = static_cast<VintageNo>(row.integer(0));
    if (row.integer(1) > static_cast<int>(VintageKind::recalled))
        throw Error{Errc::corrupt_store, "store.sqlite, table vintage, no " + std::to_string(info.no) +
                                             ": unknown kind " + std::to_string(row.integer(1))};
    info.kind = static_cast<VintageKind>(row.integer(1));
    info.received = row.integer(2);
    info.published = row.optional_integer(3);
    info.document = row.integer(4);
    info.mapping_sha256 = row.string(5);
    info.added = static_cast<std::uint64_t>(row.integer(6));
    info.revised = static_cast<std::uint64_t>(row.integer(7));
    info.deleted = static_cast<std::uint64_t>(row.integer(8));
    info.unchanged = static_cast<std::uint64_t>(row.integer(9));
    info.rows = static_cast<std::uint64_t>(row.integer(10));
    info.rows_set_aside = static_cast<std::uint64_t>(row.integer(11));
    info.note = row.string(12);
    info.recalls = static_cast<VintageNo>(row.optional_integer(13).value_or(0));
    info.recalled_by = static_cast<VintageNo>(row.optional_integer(14).value_or(0));
    info.sealed = row.optional_integer(15).value_or(0) != 0;
    info.reason = row.string(16);
    return info;
}

DocumentInfo document_from(Rows const& row) {
    DocumentInfo info;
    info.no = row.integer(0);
    info.sha256 = row.string(1);
    info.bytes = static_cast<std::uint64_t>(row.integer(2));
    info.provenance = {row.string(3),
                       row.string(4),
                       row.string(5),
                       fields_from(row.text(6)),
                       fields_from(row.text(7)),
                       static_cast<int>(row.integer(8)),
                       row.integer(9)};
    return info;
}

Errc errc_from(std::string_view name) {
    for (unsigned i = 0; i <= static_cast<unsigned>(Errc::conflict); ++i) {
        if (to_string(static_cast<Errc>(i)) == name) return static_cast<Errc>(i);
    }
    throw Error{Errc::corrupt_store, "store.sqlite, table issue: unknown code '" + std::string{name} + "'"};
}

} // namespace

#define KREISLAUF_DATASET                                                                                    \
    "SELECT id, source, table_code, title, statistic, licence, attribution, frequency, dimensions FROM "     \
    "dataset "
#define KREISLAUF_VINTAGE                                                                                    \
    "SELECT no, kind, received, published, document, mapping, added, revised, deleted, unchanged, rows, "    \
    "rows_set_aside, note, r.recalled, b.vintage, coalesce(r.sealed, b.sealed), coalesce(r.reason, '') "     \
    "FROM vintage v LEFT JOIN recall r ON r.dataset = v.dataset AND r.vintage = v.no "                       \
    "LEFT JOIN recall b ON b.dataset = v.dataset AND b.recalled = v.no WHERE v.dataset = ? "

Catalog::Catalog(Database& db)
    : datasets_(db, KREISLAUF_DATASET "ORDER BY id"), dataset_by_id_(db, KREISLAUF_DATASET "WHERE id = ?"),
      dataset_no_(db, "SELECT no FROM dataset WHERE id = ?"),
      dataset_id_(db, "SELECT id FROM dataset WHERE no = ?"),
      insert_dataset_(db, "INSERT INTO dataset VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      update_dataset_(db, "UPDATE dataset SET source = ?2, table_code = ?3, title = ?4, statistic = ?5, "
                          "licence = ?6, attribution = ?7, frequency = ?8, dimensions = ?9 WHERE id = ?1"),
      vintages_(db, KREISLAUF_VINTAGE "ORDER BY no"),
      last_vintage_(db, KREISLAUF_VINTAGE "ORDER BY no DESC LIMIT 1"),
      vintage_at_(db, "SELECT max(no) FROM vintage WHERE dataset = ? AND received <= ?"),
      withdrawn_(db, "SELECT kind FROM vintage WHERE dataset = ? AND kind <> 2 ORDER BY no DESC LIMIT 1"),
      insert_vintage_(db, "INSERT INTO vintage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      sealed_(db, "SELECT 1 FROM recall WHERE dataset = ? AND sealed <> 0 LIMIT 1"),
      insert_recall_(db, "INSERT INTO recall VALUES (?, ?, ?, ?, ?)"),
      find_document_(db, "SELECT no FROM document WHERE sha256 = ? AND source = ? AND origin = ? AND "
                         "endpoint = ? AND request = ? AND received = ?"),
      insert_document_(db, "INSERT INTO document VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      document_(db, "SELECT * FROM document WHERE no = ?"),
      documents_(db, "SELECT * FROM document ORDER BY no"),
      last_received_(db, "SELECT max(received) FROM document WHERE sha256 = ?"),
      insert_mapping_(db, "INSERT OR IGNORE INTO mapping VALUES (?, ?)"),
      mapping_(db, "SELECT text FROM mapping WHERE sha256 = ?"),
      issues_(db,
              "SELECT code, severity, line, field, text, next_step, count FROM issue WHERE dataset = ? AND "
              "vintage = ? ORDER BY no"),
      last_issue_(db, "SELECT max(no) FROM issue WHERE dataset = ? AND vintage = ?"),
      insert_issue_(db, "INSERT INTO issue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_attempt_(db, "INSERT INTO attempt VALUES (NULL, ?, ?, ?, ?, ?, ?)"),
      attempts_(db,
                "SELECT time, source, item, outcome, text, document FROM attempt ORDER BY no DESC LIMIT ?"),
      position_(db, "SELECT text FROM position WHERE source = ? AND item = ?"),
      set_position_(db, "INSERT OR REPLACE INTO position VALUES (?, ?, ?)") {}

#undef KREISLAUF_DATASET
#undef KREISLAUF_VINTAGE

void Catalog::prepare_load() {
    for (auto* const statement : {&dataset_by_id_, &dataset_no_, &insert_dataset_, &vintages_, &last_vintage_,
                                  &insert_vintage_, &find_document_, &insert_document_, &insert_mapping_,
                                  &last_issue_, &insert_issue_, &insert_attempt_, &position_, &set_position_})
        statement->prepare();
}

std::vector<DatasetInfo> Catalog::datasets() {
    std::vector<DatasetInfo> result;
    for (Rows rows(datasets_); rows.next();) result.push_back(dataset_from(rows));
    return result;
}

std::optional<DatasetInfo> Catalog::dataset(std::string_view id) {
    Rows rows(dataset_by_id_, id);
    return rows.next() ? std::optional{dataset_from(rows)} : std::nullopt;
}

std::optional<DatasetNo> Catalog::find_dataset(std::string_view id) {
    if (auto const known = dataset_numbers_.find(id); known != dataset_numbers_.end()) return known->second;
    Rows rows(dataset_no_, id);
    if (!rows.next()) return std::nullopt;
    return dataset_numbers_.emplace(std::string{id}, rows.integer(0)).first->second;
}

std::string Catalog::dataset_id(DatasetNo no) {
    if (no == trial_number && !trial_dataset_.empty()) return trial_dataset_;
    Rows rows(dataset_id_, no);
    if (!rows.next()) throw Error{Errc::not_found, "store: no dataset has the number " + std::to_string(no)};
    return rows.string(0);
}

DatasetNo Catalog::merge_dataset(DatasetInfo const& info) {
    if (info.id.empty()) throw Error{Errc::invalid_argument, "store: a dataset needs an id"};
    auto const stored = dataset(info.id);
    if (writes_nothing_) {
        if (stored) return *find_dataset(info.id);
        trial_dataset_ = info.id;
        dataset_numbers_[info.id] = trial_number;
        return trial_number;
    }
    auto merged = stored.value_or(info);
    auto const take = [](std::string& field, std::string const& newer) {
        if (!newer.empty()) field = newer;
    };
    take(merged.source, info.source);
    take(merged.table, info.table);
    take(merged.title, info.title);
    take(merged.statistic, info.statistic);
    take(merged.licence, info.licence);
    take(merged.attribution, info.attribution);
    take(merged.frequency, info.frequency);
    for (auto const& dimension : info.dimensions) {
        if (std::find(merged.dimensions.begin(), merged.dimensions.end(), dimension) ==
            merged.dimensions.end())
            merged.dimensions.push_back(dimension);
    }
    auto& statement = stored ? update_dataset_ : insert_dataset_;
    if (!stored || merged != *stored) {
        statement.run(merged.id, merged.source, merged.table, merged.title, merged.statistic, merged.licence,
                      merged.attribution, merged.frequency, lines_of(merged.dimensions));
    }
    return *find_dataset(info.id);
}

std::vector<VintageInfo> Catalog::vintages(DatasetNo dataset) {
    std::vector<VintageInfo> result;
    for (Rows rows(vintages_, dataset); rows.next();) result.push_back(vintage_from(rows));
    return result;
}

std::optional<VintageInfo> Catalog::last_vintage(DatasetNo dataset) {
    Rows rows(last_vintage_, dataset);
    return rows.next() ? std::optional{vintage_from(rows)} : std::nullopt;
}

VintageNo Catalog::vintage_at(DatasetNo dataset, UnixTime time) {
    Rows rows(vintage_at_, dataset, time);
    return rows.next() ? static_cast<VintageNo>(rows.integer(0)) : 0;
}

bool Catalog::is_withdrawn(DatasetNo dataset) {
    Rows rows(withdrawn_, dataset);
    return rows.next() && static_cast<VintageKind>(rows.integer(0)) == VintageKind::withdrawn;
}

bool Catalog::has_sealed(DatasetNo dataset) {
    Rows rows(sealed_, dataset);
    return rows.next();
}

void Catalog::add_vintage(DatasetNo dataset, VintageInfo const& v) {
    insert_vintage_.run(dataset, v.no, static_cast<int>(v.kind), v.received, v.published, v.document,
                        v.mapping_sha256, v.added, v.revised, v.deleted, v.unchanged, v.rows,
                        v.rows_set_aside, v.note);
    if (v.kind == VintageKind::recalled)
        insert_recall_.run(dataset, v.recalls, v.no, v.sealed ? 1 : 0, v.reason);
}

std::int64_t Catalog::record_document(std::string_view sha256, std::uint64_t bytes, Provenance const& from) {
    auto const request = fields_text(from.request);
    {
        Rows rows(find_document_, sha256, from.source, from.origin, from.endpoint, request, from.received);
        if (rows.next()) return rows.integer(0);
    }
    insert_document_.run(sha256, bytes, from.source, from.origin, from.endpoint, request,
                         fields_text(from.headers), from.http_status, from.received);
    Rows rows(find_document_, sha256, from.source, from.origin, from.endpoint, request, from.received);
    rows.next();
    return rows.integer(0);
}

std::optional<DocumentInfo> Catalog::document(std::int64_t no) {
    Rows rows(document_, no);
    return rows.next() ? std::optional{document_from(rows)} : std::nullopt;
}

std::vector<DocumentInfo> Catalog::documents() {
    std::vector<DocumentInfo> result;
    for (Rows rows(documents_); rows.next();) result.push_back(document_from(rows));
    return result;
}

std::optional<UnixTime> Catalog::last_received(std::string_view sha256) {
    return last_received_.number(sha256);
}

void Catalog::keep_mapping(std::string_view sha256, std::string_view text) {
    insert_mapping_.run(sha256, text);
}

std::string Catalog::mapping(std::string_view sha256) {
    Rows rows(mapping_, sha256);
    if (!rows.next())
        throw Error{Errc::not_found, "store: no mapping has the SHA-256 " + std::string{sha256}};
    return rows.string(0);
}

std::vector<Issue> Catalog::issues(DatasetNo dataset, VintageNo vintage) {
    std::vector<Issue> result;
    for (Rows rows(issues_, dataset, vintage); rows.next();) {
        result.push_back({errc_from(rows.text(0)), static_cast<Severity>(rows.integer(1)),
                          Position{static_cast<std::uint64_t>(rows.integer(2)),
                                   static_cast<std::uint32_t>(rows.integer(3))},
                          rows.string(4), rows.string(5), static_cast<std::uint64_t>(rows.integer(6))});
    }
    return result;
}

void Catalog::add_issue(DatasetNo dataset, VintageNo vintage, Issue const& issue) {
    auto const no = last_issue_.number(dataset, vintage).value_or(0) + 1;
    insert_issue_.run(dataset, vintage, no, to_string(issue.code), static_cast<int>(issue.severity),
                      issue.position.line, issue.position.column, issue.text, issue.next_step, issue.count);
}

void Catalog::add_attempt(Attempt const& attempt) {
    insert_attempt_.run(attempt.time, attempt.source, attempt.item, attempt.outcome, attempt.text,
                        attempt.document);
}

std::vector<Attempt> Catalog::attempts(std::size_t newest) {
    std::vector<Attempt> result;
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    for (Rows rows(attempts_, static_cast<std::int64_t>(std::min(newest, most))); rows.next();)
        result.push_back({rows.integer(0), rows.string(1), rows.string(2), rows.string(3), rows.string(4),
                          rows.integer(5)});
    return result;
}

std::string Catalog::position(std::string_view source, std::string_view item) {
    Rows rows(position_, source, item);
    return rows.next() ? rows.string(0) : std::string{};
}

void Catalog::set_position(std::string_view source, std::string_view item, std::string_view text) {
    set_position_.run(source, item, text);
}

} // namespace gateway::store

// Catalog: what the store knows beside series and labels: datasets, vintages, documents, issues, attempts.
//
// Errors   as gateway/store/sql.hpp; Error corrupt_store naming the table for rows that cannot be read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/store/numbers.hpp"
#include "gateway/store/sql.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

class Catalog {
  public:
    explicit Catalog(Database& database);

    /// Prepares what a first load needs.
    void prepare_load();

    std::vector<DatasetInfo> datasets();
    std::optional<DatasetInfo> dataset(std::string_view id);
    std::optional<DatasetNo> find_dataset(std::string_view id);
    /// Drops what a transaction that was rolled back may have taught.
    void forget_new() { dataset_numbers_.clear(); }
    /// merge_dataset() then gives a new dataset a number for the while, and writes nothing.
    void write_nothing(bool on) {
        writes_nothing_ = on;
        trial_dataset_.clear();
    }
    std::string dataset_id(DatasetNo no);
    /// Adds the dataset, or merges `info` into the stored one: new dimensions are appended, other fields
    /// replace what they differ from unless they are empty.
    DatasetNo merge_dataset(DatasetInfo const& info);

    std::vector<VintageInfo> vintages(DatasetNo dataset);
    std::optional<VintageInfo> last_vintage(DatasetNo dataset);
    VintageNo vintage_at(DatasetNo dataset, UnixTime time);
    /// True where the source has taken the dataset away, whatever was recalled since.
    bool is_withdrawn(DatasetNo dataset);
    /// True where something must not be shown under any date.
    bool has_sealed(DatasetNo dataset);
    /// Writes a vintage; of kind recalled with what it recalls.
    void add_vintage(DatasetNo dataset, VintageInfo const& vintage);

    std::int64_t record_document(std::string_view sha256, std::uint64_t bytes, Provenance const& provenance);
    std::optional<DocumentInfo> document(std::int64_t no);
    std::vector<DocumentInfo> documents();
    std::optional<UnixTime> last_received(std::string_view sha256);
    void keep_mapping(std::string_view sha256, std::string_view text);
    std::string mapping(std::string_view sha256);

    std::vector<Issue> issues(DatasetNo dataset, VintageNo vintage);
    void add_issue(DatasetNo dataset, VintageNo vintage, Issue const& issue);
    void add_attempt(Attempt const& attempt);
    std::vector<Attempt> attempts(std::size_t newest);
    std::string position(std::string_view source, std::string_view item);
    void set_position(std::string_view source, std::string_view item, std::string_view text);

  private:
    bool writes_nothing_ = false;
    std::string trial_dataset_; ///< id of the one that is not stored
    std::map<std::string, DatasetNo, std::less<>> dataset_numbers_;
    Statement datasets_, dataset_by_id_, dataset_no_, dataset_id_, insert_dataset_, update_dataset_;
    Statement vintages_, last_vintage_, vintage_at_, withdrawn_, insert_vintage_;
    Statement sealed_, insert_recall_;
    Statement find_document_, insert_document_, document_, documents_, last_received_, insert_mapping_,
        mapping_;
    Statement issues_, last_issue_, insert_issue_, insert_attempt_, attempts_, position_, set_position_;
};

} // namespace gateway::store

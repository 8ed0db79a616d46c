// Labels: what the codes of a dataset are called, now and at each vintage.
//
// Shape    a load writes one row with the labels that are new or changed (schemas/store/schema.sql); rows are
//          only ever added. The labels in force are built from them and kept, so that later questions read
//          nothing but rows that came since. An escaped dimension=code=label per line: gateway/store/text.hpp.
// Errors   Error corrupt_store naming dataset and row; otherwise as gateway/store/sql.hpp.
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

/// Text by (dimension, code).
using LabelMap = std::map<std::pair<std::string, std::string>, std::string>;

/// Labels on their way into a row. Text is written as they come, which they mostly do in order.
class NewLabels {
  public:
    void set(std::string_view dimension, std::string_view code, std::string_view label);
    /// Nothing happens where it was not set.
    void take_back(std::string_view dimension, std::string_view code);
    /// Each once, in order of dimension and code.
    [[nodiscard]] std::string text() &&;

  private:
    void give_up_order();
    std::string text_; ///< as long as they ascend
    std::pair<std::string, std::string> last_;
    std::optional<LabelMap> unordered_;
};

class Labels {
  public:
    explicit Labels(Database& database);

    void prepare_load();
    /// Labels in force. The reference holds until forget_new().
    LabelMap const& in_force(DatasetNo dataset);
    /// Labels that were in force when `vintage` was the last.
    LabelMap at(DatasetNo dataset, VintageNo vintage);
    void add(DatasetNo dataset, VintageNo vintage, NewLabels&& labels);
    /// What is wrong with the rows of a dataset whose last vintage is `last`.
    std::vector<Problem> check(DatasetNo dataset, std::string_view name, VintageNo last);
    /// Drops what a transaction that was rolled back may have taught.
    void forget_new() { known_.clear(); }

  private:
    struct Known {
        std::int64_t rows = 0;
        LabelMap labels;
    };
    Statement after_, until_, all_, last_, insert_;
    std::map<DatasetNo, Known> known_;
};

} // namespace gateway::store

// JSON-stat: cubes as JSON.
//
// Version 2.0 (class dataset, or a collection with its datasets inside) and bundles of version 1.x. Values
// are kept digit by digit; null is no number; a status stands beside its value as a sign.
//
// Roles    time and metric as the document says; where it names no time, a dimension called time, year, jahr,
//          zeit, period or TIME_PERIOD is it, if there is only one such. Two dimensions of one role are refused.
// Places   Position::line of a cell is the number of its value, from 1: JSON has no rows.
// Memory   the document in place; of it a tree without its values and status: the dimensions. Sparse values whose
//          numbers do not ascend take 16 bytes each.
// Errors   Error malformed with line and column for broken JSON and with the JSON path for broken JSON-stat,
//          not_a_table for other JSON, empty_document where no dataset is inside; those of adapters/cube.
// Source   https://json-stat.org/full/ (2.0, 2023-03); docs/adapters/jsonstat.md
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/cube/cube.hpp"
#include "gateway/core/cells.hpp"

namespace adapters::jsonstat {

/// True where `bytes` begin like JSON that names JSON-stat's own words.
bool looks_like_jsonstat(std::string_view bytes) noexcept;

struct DatasetInfo {
    std::string name; ///< key in a bundle; "" for a single dataset
    std::string label;
    std::string source;
    std::string updated;      ///< as written
    std::uint64_t values = 0; ///< product of the sizes
};

class JsonStatFile {
  public:
    /// `bytes` must outlive the file; `name` stands in errors.
    JsonStatFile(std::string_view bytes, std::string name);
    ~JsonStatFile();
    JsonStatFile(JsonStatFile&&) noexcept;
    JsonStatFile& operator=(JsonStatFile&&) noexcept;

    [[nodiscard]] std::vector<DatasetInfo> const& datasets() const noexcept;
    /// Links of a collection whose datasets are not inside; to be fetched by their address.
    [[nodiscard]] std::vector<std::string> const& links() const noexcept;
    /// `geo_variable` renames the dimension with the role geo, for the mapping ("KREISE"); empty = its own id.
    void read(std::size_t dataset, gateway::CellSink& sink, std::string const& geo_variable = "") const;
    void read(std::size_t dataset, gateway::CellSink& sink, cube::Roles const& roles) const;
    /// The dimensions of a dataset, as the document says.
    [[nodiscard]] cube::Cube cube(std::size_t dataset) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace adapters::jsonstat

// What tests of table formats share: a sink that writes cells as text and checks what CellSink promises.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/core/layout.hpp"

namespace table_test {

struct Code {
    std::string variable, variable_label, code, label;
};

/// Everything that a reader said.
struct Record {
    /// Rows whose issue says that they were set aside.
    [[nodiscard]] std::uint64_t set_aside() const;
    [[nodiscard]] std::uint64_t count(gateway::Errc code) const;
    /// "code severity line:column text" of each issue.
    [[nodiscard]] std::vector<std::string> issue_lines() const;

    gateway::TableInfo info;
    std::vector<Code> times, measures;
    std::vector<std::vector<Code>> blocks;
    std::vector<std::string> signs;
    /// "line:column time measure [unit] VARIABLE=code ... = value", in order of delivery.
    std::vector<std::string> lines;
    std::vector<gateway::Issue> issues;
    std::uint64_t rows = 0;
    int tables = 0;
    int finished = 0;
};

class Recorder final : public gateway::CellSink, public Record {
  public:
    void table(gateway::TableInfo const& table_info) override;
    void code(gateway::Column column, unsigned block, std::uint32_t id,
              gateway::SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const> codes) override;
    void issue(gateway::Issue issue) override;
    void finish(std::uint64_t row_count) override;
};

/// A long layout: time under "Jahr", one dimension "GES" under "Geschlecht", values under "Wert".
gateway::Layout simple_layout();
gateway::Place column(std::string header);
gateway::Place constant(std::string text);

/// Reads with adapters::csv::read.
Record read(std::string_view bytes, gateway::Layout const& layout);
/// "code what" of the Error that reading throws, or "" where it throws none.
std::string error_of(std::string_view bytes, gateway::Layout const& layout);

} // namespace table_test

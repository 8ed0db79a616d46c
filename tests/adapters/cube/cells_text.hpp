// Cells as text, one per line, for readers of cubes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/core/cells.hpp"

namespace cube_test {

struct Told {
    gateway::TableInfo info;
    std::vector<std::string> lines; ///< one per cell
    std::vector<gateway::Issue> issues;
    std::uint64_t rows = 0;
};

/// "JAHR=2024 | BEVSTD [Anzahl] | KREISE=03153 | 12.5 (p)", signs in quotes, "nothing" for empty cells.
class CellsText final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const& info) override;
    void code(gateway::Column column, unsigned block, std::uint32_t id,
              gateway::SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<gateway::Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(gateway::Issue issue) override { told.issues.push_back(std::move(issue)); }
    void finish(std::uint64_t rows) override { told.rows = rows; }

    Told told;

  private:
    std::vector<std::string> times_, measures_, signs_;
    std::vector<std::vector<std::string>> blocks_;
};

/// What `work` throws, as "code: text"; empty where it does not.
std::string error_of(std::function<void()> const& work);

} // namespace cube_test

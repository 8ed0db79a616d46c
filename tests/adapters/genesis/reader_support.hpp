// What the reader tests share: a sink that writes cells as text, and the recordings.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/cells.hpp"

namespace genesis_test {

/// Everything that a reader said.
struct Record {
    struct Code {
        std::string variable, variable_label, code, label;
    };
    struct Seen {
        gateway::Cell cell;
        std::vector<std::uint32_t> codes;
    };

    /// "line:column time measure [unit] block... = value", one cell per line, in order of delivery.
    [[nodiscard]] std::vector<std::string> lines() const;
    /// "code severity line:column text", one issue per line.
    [[nodiscard]] std::vector<std::string> issue_lines() const;
    /// Table, codes, signs, cells and issues as one text.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string line_of(Seen const& seen_cell) const;
    [[nodiscard]] std::size_t count(gateway::Errc code) const;

    gateway::TableInfo info;
    int tables = 0;
    int finished = 0;
    std::vector<Code> times, measures;
    std::vector<std::vector<Code>> blocks;
    std::vector<std::string> signs; ///< by number - 1
    std::vector<Seen> seen;
    std::vector<gateway::Issue> issues;
    std::uint64_t rows = 0;
};

/// Keeps what a reader says and checks the order and the numbers that CellSink promises.
class Recorder final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const& info) override;
    void code(gateway::Column column, unsigned block, std::uint32_t id,
              gateway::SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const> codes) override;
    void issue(gateway::Issue issue) override;
    void finish(std::uint64_t rows) override;

    Record record;
};

/// Reads a text with read_table.
Record read(std::string_view bytes);

/// Folder of the recordings, empty where it is absent.
std::string recordings();
std::string file_text(std::string const& path);
/// The bytes of a recording, unpacked where they are a ZIP archive.
std::string unpacked(std::string const& bytes);

} // namespace genesis_test

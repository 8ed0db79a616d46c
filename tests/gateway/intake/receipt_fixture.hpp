// Receipts in a folder of their own, and what tests do to them.
#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <string>
#include <vector>

#include "gateway/intake/receipt.hpp"
#include "gateway/io/file.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::intake::testing {

class ReceiptTest : public ::testing::Test {
  protected:
    std::string folder() const { return directory_.path() + "/intake"; }
    std::string lines_path() const { return folder() + "/receipts.jsonl"; }
    Receipts receipts() const { return Receipts{folder()}; }

    /// A receipt as the intake makes it.
    static Receipt sample(unsigned delivery, ReceiptKind kind = ReceiptKind::received) {
        Receipt receipt;
        receipt.kind = kind;
        receipt.time = 1'795'000'000 + delivery;
        receipt.delivery = "D-2026-" + std::to_string(100'000 + delivery);
        receipt.agreement = "lsn-bevoelkerung";
        receipt.file = "Bevölkerung \"neu\"\t2025.csv";
        receipt.sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        receipt.program = "kreislauf test";
        if (kind == ReceiptKind::received) return receipt;
        receipt.counts.rows = 100;
        receipt.counts.cells = 100;
        receipt.counts.used = 98;
        receipt.counts.set_aside = 2;
        receipt.counts.added = 98;
        receipt.verdict = "partly";
        receipt.dataset = "LSN_1-2-4";
        if (kind == ReceiptKind::released) receipt.vintage = delivery;
        return receipt;
    }
    void fill(unsigned count) {
        for (unsigned i = 1; i <= count; ++i) receipts().add(sample(i));
    }

    std::vector<std::string> lines() const {
        std::vector<std::string> lines;
        std::ifstream in{lines_path()};
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }
    void write(std::vector<std::string> const& lines) const {
        std::string text;
        for (auto const& line : lines) text += line + "\n";
        io::write_durable(lines_path(), text);
    }
    void write_head(std::size_t no, std::string const& hash) const {
        io::write_durable(folder() + "/receipts.head", std::to_string(no) + " " + hash + "\n");
    }
    std::vector<std::string> problems() const { return receipts().verify().problems; }

  private:
    store::testing::TempDirectory directory_;
};

} // namespace gateway::intake::testing

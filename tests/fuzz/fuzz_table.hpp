// What holds for every table, whatever its bytes: the order and numbers that CellSink promises, the same
// result however the bytes are cut, no number for a cell that is none.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/genesis/facts.hpp"
#include "adapters/genesis/reader.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/core/error.hpp"

namespace genesis_fuzz {

inline void require(bool holds) {
    if (!holds) std::abort();
}

/// Checks the promises and folds everything said into one hash.
class Judge final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const& info) override {
        require(!has_table_);
        has_table_ = true;
        known_.resize(info.blocks);
        add(info.layout);
        add(info.statistic_code);
        add(info.statistic_label);
    }
    void code(gateway::Column column, unsigned block, std::uint32_t id,
              gateway::SourceCode const& code) override {
        require(has_table_);
        auto& known = column == gateway::Column::time      ? times_
                      : column == gateway::Column::measure ? measures_
                                                           : known_.at(block);
        require(id == known++);
        for (auto const text : {code.variable, code.variable_label, code.code, code.label}) {
            require(adapters::genesis::is_clean_utf8(text));
            add(text);
        }
    }
    void sign(std::uint8_t id, std::string_view text) override {
        require(has_table_ && id == ++signs_ && !text.empty());
        add(text);
    }
    void cells(std::span<gateway::Cell const> cells, std::span<std::uint32_t const> codes) override {
        require(has_table_ && codes.size() == cells.size() * known_.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            auto const& cell = cells[i];
            require(cell.time < times_ && cell.measure < measures_ && cell.column > 0 && cell.line > 0);
            require(cell.sign <= signs_ && cell.quality <= signs_);
            auto const is_number = cell.kind == gateway::Cell::Kind::number;
            require(is_number || cell.number.is_zero());
            require((cell.kind == gateway::Cell::Kind::sign) == (cell.sign != 0));
            for (std::size_t block = 0; block < known_.size(); ++block)
                require(codes[i * known_.size() + block] < known_[block]);
            add_number(cell.line);
            add_number(cell.column);
            add_number(static_cast<std::uint64_t>(cell.number.mantissa()));
        }
        for (auto const number : codes) add_number(number);
    }
    void issue(gateway::Issue issue) override {
        require(adapters::genesis::is_clean_utf8(issue.text) && !issue.text.empty() &&
                issue.text.size() < 2000);
        require(!issue.next_step.empty());
        add(issue.text);
        add_number(issue.position.line);
    }
    void finish(std::uint64_t rows) override {
        require(has_table_ && !finished);
        finished = true;
        add_number(rows);
    }
    void add(std::string_view text) {
        for (char const c : text) add_number(static_cast<unsigned char>(c));
        add_number(text.size());
    }
    void add_number(std::uint64_t number) { hash = (hash ^ number) * 0x100000001B3U; }

    std::uint64_t hash = 0xCBF29CE484222325U;
    bool finished = false;

  private:
    bool has_table_ = false;
    std::uint32_t times_ = 0, measures_ = 0, signs_ = 0;
    std::vector<std::uint32_t> known_;
};

/// Reads in pieces of `piece` bytes, each a copy of its own; 0 = in one go. Hash, or that of the error.
inline std::uint64_t read(std::string_view bytes, std::size_t piece) {
    Judge judge;
    try {
        if (piece == 0) {
            adapters::genesis::read_table(bytes, judge);
        } else {
            adapters::genesis::TableReader reader(judge);
            for (std::size_t at = 0; at < bytes.size(); at += piece)
                reader.feed(std::string{bytes.substr(at, piece)});
            reader.finish();
        }
        require(judge.finished);
    } catch (gateway::Error const& error) {
        require(!judge.finished);
        judge.add(error.what());
        judge.add_number(static_cast<std::uint64_t>(error.code()));
    }
    return judge.hash;
}

inline void check_table(std::string_view bytes) {
    auto const whole = read(bytes, 0);
    require(read(bytes, 1 + bytes.size() % 97) == whole);
    try {
        adapters::genesis::facts_json(bytes);
    } catch (gateway::Error const&) {
        // Refused with a reason: that is an answer.
    }
}

} // namespace genesis_fuzz

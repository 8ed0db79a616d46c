#include "gateway/ingest/convert_flat.hpp"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <memory>

#include "adapters/genesis/reader.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/harmonize/territory/convert_csv.hpp"
#include "gateway/io/input_file.hpp"

namespace gateway::ingest {
namespace {

using harmonize::territory::Amount;
using harmonize::territory::Conversion;

constexpr std::uint32_t none = 0xFFFFFFFF;
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

class FlatSink final : public CellSink {
  public:
    FlatSink(std::string const& key_variable, Conversion& conversion)
        : key_variable_(key_variable), conversion_(conversion), request_(conversion.plan().request()),
          strata_blocks_(request_.strata.size(), none) {}

    void table(TableInfo const& info) override {
        blocks_ = info.blocks;
        numbers_.resize(blocks_);
    }
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override {
        if (id >= signs_.size()) signs_.resize(id + 1U);
        signs_[id] = harmonize::territory::amount_from(text, ',');
    }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(Issue issue) override { issues.push_back(std::move(issue)); }
    void finish(std::uint64_t) override {}

    [[nodiscard]] bool found_key() const noexcept { return key_block_ != none; }
    [[nodiscard]] bool found_values() const noexcept { return found_values_; }
    [[nodiscard]] std::string missing_stratum() const {
        for (std::size_t s = 0; s < strata_blocks_.size(); ++s)
            if (strata_blocks_[s] == none) return request_.strata[s];
        return {};
    }
    /// A measure that must not be summed, and why; empty where there is none.
    [[nodiscard]] std::string const& ratio() const noexcept { return ratio_; }
    std::vector<Issue> issues;

  private:
    struct Place {
        std::uint32_t key = none, time = none, stratum = none, value = none;
    };
    Place place_of(Cell const& cell, std::uint32_t const* codes);
    void add(Cell const& cell, Place const& place);
    void store(std::vector<std::uint32_t>& numbers, std::uint32_t id, std::uint32_t number) {
        if (id >= numbers.size()) numbers.resize(id + 1U, none);
        numbers[id] = number;
    }
    std::string const& key_variable_;
    Conversion& conversion_;
    harmonize::territory::ConvertRequest const& request_;
    unsigned blocks_ = 0;
    std::uint32_t key_block_ = none;
    std::vector<std::uint32_t> strata_blocks_;        ///< by stratum
    std::vector<std::vector<std::uint32_t>> numbers_; ///< by block, then code: key or stratum code
    std::vector<std::uint32_t> times_, values_;
    std::vector<Amount> signs_; ///< what stands for a number, by sign
    std::string ratio_;
    std::vector<std::uint32_t> stratum_codes_;
    std::vector<Place> places_; ///< of one batch
    bool found_values_ = false;
};

void FlatSink::code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) {
    if (column == Column::time) return store(times_, id, conversion_.time(code.code));
    if (column == Column::measure) {
        auto const at = std::find(request_.values.begin(), request_.values.end(), code.code);
        if (at == request_.values.end()) return store(values_, id, none);
        found_values_ = true;
        bool const percent = code.variable.find('%') != std::string_view::npos ||
                             code.variable.find("rozent") != std::string_view::npos ||
                             code.variable.find("romille") != std::string_view::npos;
        bool const declared =
            std::find(request_.counts.begin(), request_.counts.end(), code.code) != request_.counts.end();
        if (!declared && (percent || harmonize::territory::names_a_ratio(code.label)))
            ratio_ = std::string{code.code} + " (" + std::string{code.label} + ", " +
                     std::string{code.variable} + ")";
        return store(values_, id, static_cast<std::uint32_t>(at - request_.values.begin()));
    }
    auto number = none;
    if (code.variable == key_variable_) {
        key_block_ = block;
        number = conversion_.key(code.code);
    }
    for (std::size_t s = 0; s < request_.strata.size(); ++s) {
        if (code.variable != request_.strata[s]) continue;
        strata_blocks_[s] = block;
        number = conversion_.strata().code(s, code.code.empty() ? "_T" : code.code);
    }
    store(numbers_[block], id, number);
}

/// Where the figure belongs; key `none` where it is of another level, value `none` where nobody asked for it.
FlatSink::Place FlatSink::place_of(Cell const& cell, std::uint32_t const* codes) {
    Place place;
    place.value = values_[cell.measure];
    if (place.value == none || key_block_ == none) return place;
    auto const key = numbers_[key_block_][codes[key_block_]];
    if (key == none) return place;
    for (std::size_t s = 0; s < strata_blocks_.size(); ++s) {
        auto const block = strata_blocks_[s];
        stratum_codes_[s] = block == none ? none : numbers_[block][codes[block]];
        if (stratum_codes_[s] == none) return place;
    }
    place.key = key;
    place.time = times_[cell.time];
    place.stratum = conversion_.strata().combine(stratum_codes_);
    return place;
}

void FlatSink::add(Cell const& cell, Place const& place) {
    if (place.value == none) return;
    if (place.key == none) return conversion_.skip_other_level(1);
    Amount amount;
    if (cell.kind == Cell::Kind::number) {
        amount.kind = Amount::Kind::exact;
        amount.digits = cell.number;
        harmonize::territory::protect(amount, request_.protection);
    } else if (cell.kind == Cell::Kind::sign) {
        amount = signs_[cell.sign];
        // "0" in place of a number is none: less than half a unit.
        if (amount.is_number()) amount = Amount{};
    }
    conversion_.add_value(cell.line, place.key, place.time, place.stratum, place.value, amount);
}

void FlatSink::cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) {
    stratum_codes_.resize(strata_blocks_.size());
    places_.resize(cells.size());
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < cells.size() + 2 * ahead; ++i) {
        if (i < cells.size()) {
            places_[i] = place_of(cells[i], codes.data() + i * blocks_);
            if (places_[i].key != none) conversion_.prefetch_way(places_[i].key, places_[i].time);
        }
        if (i >= ahead && i - ahead < cells.size()) {
            auto const& next = places_[i - ahead];
            if (next.key != none) conversion_.prefetch_sum(next.key, next.time, next.stratum, next.value);
        }
        if (i >= 2 * ahead) add(cells[i - 2 * ahead], places_[i - 2 * ahead]);
    }
}

void check_found(FlatInput const& input, std::deque<FlatSink> const& sinks,
                 harmonize::territory::ConvertRequest const& request) {
    auto const refuse = [&input](std::string const& what) {
        throw Error{Errc::not_found, input.path + ": a GENESIS flat file without " + what};
    };
    bool key = false;
    bool values = false;
    for (auto const& sink : sinks) {
        key = key || sink.found_key();
        values = values || sink.found_values();
        if (sink.ratio().empty() || request.mode == harmonize::territory::Mode::ags) continue;
        throw Error{Errc::invalid_argument,
                    input.path + ": the measure " + sink.ratio() +
                        " is a ratio or mean, which cannot be added up. Convert its components and "
                        "give --ratio NAME=NUM/DEN; if it is a count nevertheless: --kind CODE=count"};
    }
    if (!key) refuse("the variable " + input.key_variable + " (--key)");
    if (!values) refuse("the measure " + request.values.front() + " (--value)");
    if (auto const stratum = sinks.front().missing_stratum(); sinks.size() == 1 && !stratum.empty())
        refuse("the variable " + stratum + " (--strata)");
}

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

void read_whole(FlatInput const& input, FlatSink& sink) {
    std::unique_ptr<std::FILE, CloseFile> const file{std::fopen(input.path.c_str(), "rb")};
    if (!file) throw Error{Errc::io, "cannot open " + input.path};
    std::setvbuf(file.get(), nullptr, _IONBF, 0);
    adapters::genesis::TableReader reader{sink};
    std::string piece(piece_bytes, '\0');
    while (auto const size = std::fread(piece.data(), 1, piece.size(), file.get()))
        reader.feed(std::string_view{piece}.substr(0, size));
    if (std::ferror(file.get()) != 0) throw Error{Errc::io, "cannot read " + input.path};
    reader.finish();
}

/// Reads in several threads; false where only reading in one go can tell what is right, or which line is wrong.
bool read_in_parts(FlatInput const& input, Conversion& conversion, std::vector<Issue>& issues) {
    io::InputFile const file{input.path};
    std::deque<Conversion> parts;
    std::deque<FlatSink> sinks;
    std::vector<std::uint64_t> lines_before;
    try {
        lines_before = adapters::genesis::read_parallel(file, input.threads, [&](unsigned) -> CellSink& {
            parts.emplace_back(conversion.plan());
            sinks.emplace_back(input.key_variable, parts.back());
            return sinks.back();
        });
        for (std::size_t part = 1; part < parts.size(); ++part)
            parts.front().merge(parts[part], lines_before[part]);
    } catch (Error const&) {
        return false;
    }
    check_found(input, sinks, conversion.plan().request());
    conversion.take(std::move(parts.front()));
    for (std::size_t part = 0; part < sinks.size(); ++part)
        for (auto& issue : sinks[part].issues) {
            if (issue.position.line > 0) issue.position.line += lines_before[part];
            issues.push_back(std::move(issue));
        }
    return true;
}

} // namespace

bool is_flat_file(std::string const& path) {
    std::unique_ptr<std::FILE, CloseFile> const file{std::fopen(path.c_str(), "rb")};
    if (!file) return false;
    std::string bytes(4096, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
    return adapters::genesis::payload_of(bytes) == adapters::genesis::Payload::flat;
}

std::vector<Issue> convert_flat(FlatInput const& input, Conversion& conversion) {
    std::vector<Issue> issues;
    if (input.threads > 1 && read_in_parts(input, conversion, issues)) return issues;
    std::deque<FlatSink> sinks;
    sinks.emplace_back(input.key_variable, conversion);
    read_whole(input, sinks.front());
    check_found(input, sinks, conversion.plan().request());
    return sinks.front().issues;
}

} // namespace gateway::ingest

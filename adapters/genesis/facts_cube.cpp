#include "adapters/genesis/cube.hpp"
#include "adapters/genesis/facts_parts.hpp"
#include "adapters/genesis/reader_rows.hpp"
#include "adapters/genesis/reader_text.hpp"

namespace adapters::genesis {

namespace {

class CubeFacts final : public RowHandler {
  public:
    void row(Row const& row) override {
        if (row.line == 1 && row.field(0).starts_with("*")) note_ = true;
        if (header_.take(row)) return;
        values(row);
    }
    void bad_row(std::uint64_t, BadRow, std::string_view) override { ++malformed_; }
    FactsValue value(std::string_view bytes, FactsOptions const& options) const;

  private:
    void values(Row const& row);

    CubeHeader header_;
    bool note_ = false;
    std::uint64_t rows_ = 0, malformed_ = 0, cells_ = 0, replaced_with_number_ = 0;
    std::map<std::string, MeasureFacts> measures_;
    std::map<std::string, std::uint64_t> quality_, locked_, replaced_;
    std::set<std::string> times_;
    RegionFacts regions_;
    std::string scratch_;
};

void CubeFacts::values(Row const& row) {
    auto const& layout = header_.layout();
    if (row.fields != layout.columns()) {
        ++malformed_;
        return;
    }
    ++rows_;
    auto const text = [&](std::uint32_t column) {
        return std::string{unquoted(row.field(column), scratch_)};
    };
    for (std::uint32_t i = 0; i < layout.axes.size(); ++i)
        if (is_area_variable(layout.axes[i])) regions_.codes[layout.axes[i]].insert(text(i + 1));
    times_.insert(text(layout.first_group() - 1));
    auto column = layout.first_group();
    for (auto const& measure : layout.measures) {
        ++cells_;
        auto const value = text(column + layout.value_at);
        auto& facts = measures_[measure.code + "|" + measure.unit];
        facts.label = measure.code;
        facts.unit = measure.unit;
        facts.add(value);
        if (layout.quality_at != no_code) {
            auto const sign = text(column + layout.quality_at);
            ++quality_[sign];
            if (replaces_number(sign)) {
                ++replaced_[sign];
                auto const number = facts_number(value);
                replaced_with_number_ += static_cast<std::uint64_t>(number && !number->is_zero());
            }
        }
        if (layout.locked_at != no_code) ++locked_[text(column + layout.locked_at)];
        column += static_cast<std::uint32_t>(layout.group.size());
    }
}

FactsValue CubeFacts::value(std::string_view bytes, FactsOptions const& options) const {
    auto const& layout = header_.layout();
    FactsValue facts;
    facts["layout"] = "cube";
    facts["language"] = options.language.empty() ? "de" : options.language;
    facts["line_ends"] = line_ends_of(bytes);
    facts["first_line_is_export_note"] = note_;
    facts["blocks"] = texts(layout.block_names);
    facts["cube_code"] = layout.cube;
    facts["axes"] = texts(layout.axes);
    facts["time_variable"] = texts(layout.times);
    FactsValue::List declared;
    for (auto const& measure : layout.measures) {
        // Code, unit, storage, kind, decimals.
        auto const known = std::min<std::size_t>(5, measure.declared.size());
        declared.push_back(
            texts({measure.declared.begin(), measure.declared.begin() + static_cast<std::ptrdiff_t>(known)}));
    }
    facts["measures_declared"] = declared;
    facts["value_group"] = texts(layout.group);
    facts["with_metadata"] = layout.locked_at != no_code;
    facts["data_rows"] = rows_;
    facts["rows_malformed"] = malformed_;
    facts["cells"] = cells_;
    facts["measures"] = FactsValue::Object{};
    for (auto const& [key, measure] : measures_) facts["measures"][key] = measure.value();
    facts["quality"] = counts(quality_);
    facts["locked"] = counts(locked_);
    facts["values_replaced_by_a_sign"] = counts(replaced_);
    facts["of_these_with_a_number_other_than_zero"] = replaced_with_number_;
    facts["times_distinct"] = std::uint64_t{times_.size()};
    facts["times_first_last"] =
        times_.empty() ? FactsValue{FactsValue::List{}} : texts({*times_.begin(), *times_.rbegin()});
    facts["regions"] = regions_.value();
    return facts;
}

} // namespace

FactsValue cube_facts(std::string_view bytes, FactsOptions const& options) {
    CubeFacts facts;
    RowSplitter splitter(facts);
    splitter.feed(bytes);
    splitter.finish();
    return facts.value(bytes, options);
}

} // namespace adapters::genesis

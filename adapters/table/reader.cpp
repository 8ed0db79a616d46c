#include "adapters/table/reader.hpp"

#include <utility>

#include "adapters/table/state.hpp"

namespace adapters::table {
namespace {

/// Takes nothing: the survey builds the same plan and emits no cell.
class Nowhere : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const&) override {}
    void code(gateway::Column, unsigned, std::uint32_t, gateway::SourceCode const&) override {}
    void sign(std::uint8_t, std::string_view) override {}
    void cells(std::span<gateway::Cell const>, std::span<std::uint32_t const>) override {}
    void issue(gateway::Issue) override {}
    void finish(std::uint64_t) override {}
};

} // namespace

TableReader::TableReader(gateway::Layout const& layout, gateway::CellSink& sink)
    : state_(std::make_unique<State>(layout, sink)), nowhere_(std::make_unique<Nowhere>()) {
    if (!needs_survey()) return;
    survey_ = std::make_unique<State>(layout, *nowhere_);
    survey_->surveying = true;
}

TableReader::~TableReader() = default;
TableReader::TableReader(TableReader&&) noexcept = default;
TableReader& TableReader::operator=(TableReader&&) noexcept = default;

bool TableReader::needs_survey() const noexcept {
    return (state_->layout.decimal == '\0' || state_->layout.thousands == '\0') && !state_->surveyed;
}

void TableReader::survey_on_demand(std::function<void()> again) {
    survey_.reset();
    state_->survey_all = [this, again = std::move(again)] {
        survey_ = std::make_unique<State>(state_->layout, *nowhere_);
        survey_->surveying = true;
        again();
        end_survey();
    };
}

void TableReader::survey(GridRow const& row) {
    survey_->row(row);
}

void TableReader::survey_sheet(std::string_view name) {
    survey_->begin_sheet(name);
}

void TableReader::end_survey() {
    survey_->finish();
    state_->evidence = std::move(survey_->evidence);
    state_->surveyed = true;
    survey_.reset();
}

void TableReader::sheet(std::string_view name) {
    state_->begin_sheet(name);
}

void TableReader::row(GridRow const& row) {
    state_->row(row);
}

void TableReader::broken_row(gateway::Issue issue) {
    ++state_->rows;
    state_->output.issue(std::move(issue));
}

void TableReader::finish() {
    state_->finish();
}

} // namespace adapters::table

#include "adapters/csv/reader.hpp"

#include <utility>

#include "adapters/csv/rows.hpp"
#include "adapters/table/reader.hpp"
#include "gateway/core/error.hpp"

namespace adapters::csv {
namespace {

constexpr std::size_t sample_bytes = std::size_t{64} << 10U;

class Survey : public RowSink {
  public:
    explicit Survey(table::TableReader& reader) : reader_(reader) {}
    void row(table::GridRow const& row) override { reader_.survey(row); }
    void broken(gateway::Issue) override {} // reported when the rows are read

  private:
    table::TableReader& reader_;
};

class Rows : public RowSink {
  public:
    explicit Rows(table::TableReader& reader) : reader_(reader) {}
    void row(table::GridRow const& row) override { reader_.row(row); }
    void broken(gateway::Issue issue) override { reader_.broken_row(std::move(issue)); }

  private:
    table::TableReader& reader_;
};

} // namespace

Opening open(std::string_view bytes, gateway::CsvDialect const& declared) {
    Opening opening;
    opening.charset = find_charset(bytes, declared.charset);
    TextSource source{bytes, opening.charset};
    opening.dialect = find_dialect(source.window(sample_bytes), declared);
    return opening;
}

void read(std::string_view bytes, gateway::Layout const& layout, gateway::CellSink& sink) {
    if (bytes.empty()) throw gateway::Error{gateway::Errc::empty_document, "the document is empty (0 bytes)"};
    auto const opening = open(bytes, layout.csv);
    table::TableReader reader{layout, sink};
    if (reader.needs_survey())
        reader.survey_on_demand([&bytes, &opening, &reader] {
            TextSource source{bytes, opening.charset};
            Survey survey{reader};
            RowCutter{source, opening.dialect, survey}.run();
        });
    TextSource source{bytes, opening.charset};
    Rows rows{reader};
    RowCutter cutter{source, opening.dialect, rows};
    cutter.run();
    if (cutter.odd_quotes() > 0)
        sink.issue({gateway::Errc::repaired_row,
                    gateway::Severity::info,
                    {},
                    "rows with a quotation mark inside an unquoted field were read as they stand",
                    "",
                    cutter.odd_quotes()});
    reader.finish();
}

} // namespace adapters::csv

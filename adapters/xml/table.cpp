#include "adapters/xml/table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/table/reader.hpp"
#include "adapters/xml/paths.hpp"
#include "adapters/xml/records.hpp"

namespace adapters::xml {

using gateway::Errc;
using gateway::Error;
using gateway::Issue;

namespace {

/// Every path that the layout names, each once: these are the columns.
std::vector<std::vector<std::string>> columns_of(gateway::Layout const& layout) {
    std::vector<std::vector<std::string>> columns;
    auto const add = [&](std::vector<std::string> const& headers) {
        if (headers.empty()) return;
        auto const known = std::find_if(columns.begin(), columns.end(), [&](auto const& column) {
            return column.front() == headers.front();
        });
        if (known == columns.end()) columns.push_back(headers);
    };
    auto const add_place = [&](gateway::Place const& place) {
        if (place.from == gateway::Place::From::column) add(place.headers);
    };
    add_place(layout.time);
    add_place(layout.measure);
    add_place(layout.unit);
    add_place(layout.sign);
    for (auto const& dimension : layout.dimensions) {
        add_place(dimension.place);
        add_place(dimension.name);
    }
    for (auto const& value : layout.values) add(value.headers);
    for (auto const& defect : layout.defects)
        for (auto const& condition : defect.when) add({condition.first});
    return columns;
}

class Pass {
  public:
    Pass(gateway::io::XmlSource source, std::string const& name, gateway::Layout const& layout,
         std::vector<std::vector<std::string>> const& columns)
        : records_(std::move(source), name, RecordPath{layout.record}), paths_(columns), columns_(columns) {}

    /// Hands the header, then every sound record to `take`, others to `broken`.
    template <typename Take, typename Broken>
    void run(Take const& take, Broken const& broken) {
        fields_.resize(columns_.size());
        table::GridRow row;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            fields_[i].column = static_cast<std::uint32_t>(i + 1);
            fields_[i].text = columns_[i].front();
        }
        row.fields = fields_;
        take(row);
        while (auto const record = records_.next()) {
            auto const& found = paths_.evaluate(*record);
            row.line = record->at.line;
            auto const twice =
                std::find_if(found.begin(), found.end(), [](Found const& each) { return each.nodes > 1; });
            if (twice != found.end()) {
                auto const column = static_cast<std::uint32_t>(twice - found.begin() + 1);
                Issue issue;
                issue.code = Errc::malformed;
                issue.position = record->at;
                issue.text = "the path '" + columns_[column - 1].front() + "' fits " +
                             std::to_string(twice->nodes) + " nodes of the record";
                issue.next_step = "make the path in the feed description exact, or ask the source";
                broken(std::move(issue));
                continue;
            }
            for (std::size_t i = 0; i < found.size(); ++i) fields_[i].text = found[i].text;
            take(row);
        }
    }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return records_.dropped(); }

  private:
    Records records_;
    Paths paths_;
    std::vector<std::vector<std::string>> const& columns_;
    std::vector<table::Field> fields_;
};

} // namespace

void read_table(std::function<gateway::io::XmlSource()> const& open, std::string const& name,
                gateway::Layout const& layout, gateway::CellSink& sink) {
    auto const columns = columns_of(layout);
    if (layout.record.empty() || columns.empty() || layout.header_rows != 1)
        throw Error{Errc::invalid_argument,
                    "feed description " + layout.feed +
                        ": XML needs 'record' and columns named by their paths, with one row of header"};
    table::TableReader reader{layout, sink};
    if (reader.needs_survey()) {
        Pass pass{open(), name, layout, columns};
        pass.run([&](table::GridRow const& row) { reader.survey(row); }, [](Issue const&) {});
        reader.end_survey();
    }
    Pass pass{open(), name, layout, columns};
    pass.run([&](table::GridRow const& row) { reader.row(row); },
             [&](Issue issue) { reader.broken_row(std::move(issue)); });
    if (pass.dropped() > 0) {
        Issue issue;
        issue.code = Errc::too_large;
        issue.severity = gateway::Severity::warning;
        issue.text = "elements beside the records are longer than 64 KiB together; paths do not reach them";
        issue.next_step = "nothing to do where no path of the description begins with '..' and an element";
        issue.count = pass.dropped();
        sink.issue(std::move(issue));
    }
    reader.finish();
}

void read_table(std::string_view bytes, std::string const& name, gateway::Layout const& layout,
                gateway::CellSink& sink) {
    read_table([bytes] { return gateway::io::xml_source(bytes); }, name, layout, sink);
}

} // namespace adapters::xml

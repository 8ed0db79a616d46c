#include "gateway/intake/quarantine.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "adapters/table/header.hpp"
#include "adapters/xlsx/table.hpp"
#include "adapters/xlsx/workbook.hpp"
#include "gateway/intake/quarantine_text.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr std::size_t longest_reason = 500;

/// Calls `each` with a line and everything that is said about it, in the order of lines.
template <typename Each>
void by_line(harmonize::AsideLog const& log, Each const& each) {
    auto const& runs = log.runs();
    std::vector<harmonize::AsideRun> open; // that hold the line at hand
    std::size_t next = 0;
    std::uint64_t line = 0;
    while (next < runs.size() || !open.empty()) {
        if (open.empty()) line = runs[next].line;
        for (; next < runs.size() && runs[next].line == line; ++next) open.push_back(runs[next]);
        each(line, open);
        ++line;
        open.erase(std::remove_if(open.begin(), open.end(),
                                  [line](auto const& run) { return run.line + run.count <= line; }),
                   open.end());
    }
}

std::string reason_of(harmonize::AsideLog const& log, std::vector<harmonize::AsideRun> const& runs) {
    std::string reason;
    std::vector<std::uint32_t> said;
    for (auto const& run : runs) {
        if (std::find(said.begin(), said.end(), run.cause) != said.end()) continue;
        said.push_back(run.cause);
        auto const& cause = log.causes()[run.cause];
        if (!reason.empty()) reason += " | ";
        if (run.column > 0) reason += "Spalte " + std::to_string(run.column) + ": ";
        auto const words = reader_text_de(cause.code, cause.text);
        // Where the message is quoted, the name of the cause stands before it already.
        reason +=
            (words.starts_with(title_of(cause.code)) ? "" : std::string{title_of(cause.code)} + ": ") + words;
        if (reason.size() > longest_reason) break;
    }
    return cut_text(reason, longest_reason);
}

std::uint64_t write_rows(io::DurableFile& out, std::string_view bytes, TextForm const& form,
                         harmonize::AsideLog const& log) {
    Lines lines{bytes, form};
    auto const end = form.encoded("\n");
    auto const line_end = form.line_end == '\r' ? form.encoded("\r") : end;
    auto const delimiter = form.encoded(std::string_view{&form.delimiter, 1});
    out.append(bytes.substr(0, form.mark_bytes));
    std::string_view text;
    for (std::uint64_t line = 1; line < form.first_row && lines.find(line, text); ++line) {
        out.append(text);
        if (line + 1 == form.first_row) {
            out.append(delimiter);
            out.append(form.encoded(adapters::table::reason_column));
        }
        out.append(line_end);
    }
    std::uint64_t rows = 0;
    by_line(log, [&](std::uint64_t line, std::vector<harmonize::AsideRun> const& runs) {
        std::string_view row;
        if (line < form.first_row || !lines.row(line, row)) return;
        out.append(row);
        out.append(delimiter);
        out.append(form.field(reason_of(log, runs)));
        out.append(line_end);
        ++rows;
    });
    return rows;
}

/// The sheets of a workbook that are read; empty for any other file. A row does not say which of several it is in.
std::string sheets_text(QuarantineSource const& source) {
    if (source.layout == nullptr || !source.bytes.starts_with("PK\x03\x04")) return {};
    try {
        adapters::xlsx::Workbook const book{source.bytes, "workbook"};
        std::string names;
        for (auto const* const sheet : adapters::xlsx::sheets_of(book, *source.layout))
            names += (names.empty() ? "" : " oder ") + sheet->name;
        return names;
    } catch (Error const&) {
        return {}; // no workbook, or none that can be read: the report says so
    }
}

std::uint64_t write_list(io::DurableFile& out, harmonize::AsideLog const& log, std::string const& sheets) {
    TextForm const form;
    out.append(std::string{"\xEF\xBB\xBF"} + (sheets.empty() ? "" : "Blatt;") +
               "Zeile;Spalte;KREISLAUF_GRUND;Naechster_Schritt\n");
    auto const sheet = sheets.empty() ? std::string{} : form.field(sheets) + ";";
    std::uint64_t rows = 0;
    by_line(log, [&](std::uint64_t line, std::vector<harmonize::AsideRun> const& runs) {
        auto const& first = runs.front();
        auto const& cause = log.causes()[first.cause];
        out.append(sheet + std::to_string(line) + ";" +
                   (first.column > 0 ? std::to_string(first.column) : "") + ";" +
                   form.field(reason_of(log, runs)) + ";" + form.field(next_step_of(cause.code)) + "\n");
        ++rows;
    });
    return rows;
}

} // namespace

std::string quarantine_name(std::string_view file) {
    std::filesystem::path const path{file};
    auto const ending = path.extension().string();
    bool const is_text = ending == ".csv" || ending == ".txt" || ending == ".tsv";
    return path.stem().string() + "-quarantaene" + (is_text ? ending : ".csv");
}

std::uint64_t write_quarantine(std::string const& path, QuarantineSource const& source,
                               harmonize::AsideLog const& log) {
    if (log.runs().empty()) return 0;
    auto folder = std::filesystem::path{path}.parent_path().string();
    if (folder.empty()) folder = ".";
    io::DurableFile out{folder};
    std::optional<TextForm> form;
    try {
        form = form_of(source.bytes, source.layout);
    } catch (Error const& error) {
        if (error.code() == Errc::io) throw;
    }
    auto const rows =
        form ? write_rows(out, source.bytes, *form, log) : write_list(out, log, sheets_text(source));
    out.commit(path);
    return rows;
}

} // namespace gateway::intake

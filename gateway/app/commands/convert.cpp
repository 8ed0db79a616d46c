#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "gateway/app/commands.hpp"
#include "gateway/app/commands/territory.hpp"
#include "gateway/app/commands/territory_workbook.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/convert_csv.hpp"
#include "gateway/harmonize/territory/crosswalk_file.hpp"
#include "gateway/harmonize/territory/finer.hpp"
#include "gateway/harmonize/territory/output.hpp"
#include "gateway/harmonize/territory/report.hpp"
#include "gateway/ingest/convert_flat.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using namespace harmonize::territory;

void take_kinds(std::vector<std::string> const& kinds, ConvertRequest& request) {
    for (auto const& text : kinds) {
        auto const equals = text.rfind('=');
        auto const name = text.substr(0, equals);
        auto const kind = equals == std::string::npos ? std::string{} : text.substr(equals + 1);
        if (kind == "count") {
            request.counts.push_back(name);
            continue;
        }
        if (kind == "attribute") {
            request.values.erase(std::remove(request.values.begin(), request.values.end(), name),
                                 request.values.end());
            request.attributes.push_back(name);
            continue;
        }
        if (kind != "ratio" && kind != "mean" && kind != "median")
            throw Error{Errc::invalid_argument,
                        "--kind '" + text + "' is not NAME=count, NAME=attribute, NAME=ratio or NAME=mean"};
        if (std::find(request.values.begin(), request.values.end(), name) != request.values.end())
            throw Error{Errc::invalid_argument,
                        name + " is a " + kind +
                            ", which cannot be added up; give its components and --ratio " + name +
                            "=NUM/DEN"};
    }
}

ConvertRequest request_from(Options const& options) {
    auto const& convert = options.convert;
    ConvertRequest request;
    request.mode = convert.mode == "ags" ? Mode::ags : Mode::safe;
    request.weight = *weight_from(convert.weight);
    request.nearest_year = convert.nearest_year;
    request.partial = options.partial;
    request.beside_secret = convert.secret_parts == "at-least";
    if (request.beside_secret && !request.partial)
        throw Error{
            Errc::invalid_argument,
            "--secret-parts at-least gives sums without their confidential parts, which are partial sums: "
            "give --partial, too"};
    request.repair_keys = convert.repair_keys;
    request.dash_is_zero = convert.dash_zero;
    request.integers = convert.integers;
    if (!convert.protection.empty()) request.protection = *protection_from(convert.protection);
    request.districts = options.level == "kreise";
    request.time_name = convert.time.empty() ? "time" : convert.time;
    request.strata = convert.strata;
    request.values = convert.values;
    for (auto const& text : convert.ratios) {
        auto const ratio = ratio_from(text);
        for (auto const& part : {ratio.numerator, ratio.denominator})
            if (std::find(request.values.begin(), request.values.end(), part) == request.values.end())
                request.values.push_back(part);
        request.ratios.push_back(ratio);
    }
    take_kinds(convert.kinds, request);
    if (request.values.empty())
        throw Error{Errc::invalid_argument,
                    "attributes alone do not make a row; give a count with --value, too"};
    auto sorted = request.values;
    std::sort(sorted.begin(), sorted.end());
    if (auto const twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        throw Error{Errc::invalid_argument, "--value " + *twice + " is given twice"};
    return request;
}

char delimiter_from(std::string const& text, char otherwise) {
    if (text.empty()) return otherwise;
    if (text == "tab" || text == "\\t") return '\t';
    if (text.size() != 1)
        throw Error{Errc::invalid_argument, "--delimiter '" + text + "' is not one character or tab"};
    return text.front();
}

std::string real_text(double value) {
    std::array<char, 40> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

void write_json(ConvertReport const& report) {
    Json json;
    json.object().field("input", report.input).field("target", report.target_name);
    json.field("rows_in", report.rows_in);
    for (auto const& [name, count] : report.fates) json.field(name, count);
    json.field("repaired_rows", report.repaired_rows)
        .field("unreadable_values", report.unreadable)
        .field("rows_out", report.rows_out);
    json.key("values").object();
    for (auto const& [name, count] : report.statuses) json.field(name, count);
    json.end_object().key("flags").object();
    for (auto const& [name, count] : report.flags)
        if (count > 0) json.field(name, count);
    json.end_object().key("measured").object();
    for (auto const& [name, error] : report.errors) {
        json.key(name).object().field("estimates", error.estimates).field("measured", error.measured);
        json.key("misplaced").digits(real_text(error.misplaced)).key("total").digits(real_text(error.total));
        json.key("worst").digits(real_text(error.worst)).field("worst_place", error.worst_place).end_object();
    }
    json.end_object().key("lines").array();
    for (auto const& line : report.lines) {
        json.object().field("what", line.what).field("text", line.text).field("rows", line.rows);
        json.key("candidates").array();
        for (auto const& candidate : line.candidates) json.text(candidate);
        json.end_array().end_object();
    }
    json.end_array().key("tables").array();
    for (auto const& table : report.tables)
        json.object()
            .field("name", table.name)
            .field("rows", table.rows)
            .field("sha256", table.sha256)
            .end_object();
    json.end_array().key("issues").array();
    for (auto const& issue : report.issues)
        json.object()
            .field("severity", to_string(issue.severity))
            .field("code", to_string(issue.code))
            .field("text", issue.text)
            .field("next_step", issue.next_step)
            .field("count", issue.count)
            .end_object();
    json.end_array().end_object();
    json.print();
}

std::string directory_of(std::string const& path) {
    auto const slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

ResultCounts write_out(Conversion const& conversion, OutputStyle const& style, std::string const& out,
                       Finer const* finer) {
    if (out.empty())
        return write_result(
            conversion, style,
            [](std::string_view piece) {
                if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size())
                    throw Error{Errc::io, "cannot write to standard output"};
            },
            finer);
    io::DurableFile file{directory_of(out)};
    auto counts = write_result(
        conversion, style, [&file](std::string_view piece) { file.append(piece); }, finer);
    file.commit(out);
    return counts;
}

CsvInput input_of(ConvertOptions const& asked, std::string const& path) {
    CsvInput input{path, asked.key, asked.time, std::nullopt, std::nullopt};
    if (!asked.input_decimal.empty()) input.decimal_mark = asked.input_decimal.front();
    return input;
}

/// Writing over what is read would lose the data of the user.
void keep_apart(Options const& options) {
    auto const& asked = options.convert;
    auto read = asked.crosswalks;
    read.push_back(asked.in);
    if (!asked.finer.empty()) read.push_back(asked.finer);
    read.insert(read.end(), asked.finer_crosswalks.begin(), asked.finer_crosswalks.end());
    for (auto const& [option, path] :
         {std::pair{"--out", options.out}, std::pair{"--report", asked.report}}) {
        if (path.empty()) continue;
        for (auto const& input : read) {
            std::error_code none;
            if (path == input || std::filesystem::equivalent(path, input, none))
                throw Error{Errc::invalid_argument,
                            std::string{option} + " " + path + " is a file that is read; give another name"};
        }
        if (std::string_view{option} == "--report" && path == options.out)
            throw Error{Errc::invalid_argument, "--out and --report name the same file, " + path};
    }
}

/// A packed flat file is fine; a workbook is none.
void refuse_workbook(std::string const& path) {
    io::MappedFile const file{path};
    if (!looks_like_workbook(file.view()) || ingest::is_flat_file(path)) return;
    throw Error{Errc::not_a_table,
                path + ": a workbook or archive; save the sheet as CSV in UTF-8, keys as text"};
}

/// The data of municipalities on districts, where they were given.
std::optional<Finer> finer_of(Options const& options, ConvertRequest request) {
    auto const& asked = options.convert;
    if (asked.finer.empty()) return std::nullopt;
    if (request.mode == Mode::ags)
        throw Error{Errc::invalid_argument,
                    "--finer measures estimates, and --mode ags marks none; use --mode safe"};
    if (asked.finer_crosswalks.empty() == options.to.empty())
        throw Error{
            Errc::invalid_argument,
            "--finer needs its own way to the target: --to DATE with imported registers and change lists, or "
            "--finer-crosswalk FILE with a table of municipalities"};
    request.districts = true;
    request.attributes.clear();
    auto const crosswalk = asked.finer_crosswalks.empty()
                               ? crosswalk_to(options, asked.finer, asked.key, asked.time)
                               : load_crosswalk(asked.finer_crosswalks, true);
    if (crosswalk.new_keys.size() == 0 || crosswalk.new_keys.text(0).size() != 8)
        throw Error{Errc::invalid_argument, asked.finer +
                                                ": --finer wants 8-digit keys and a table of municipalities; "
                                                "here the way to the target is one of districts"};
    Plan const plan{crosswalk, request};
    Conversion conversion{plan};
    io::MappedFile const file{asked.finer};
    convert_csv(file.view(), input_of(asked, asked.finer), conversion);
    Finer finer{conversion};
    if (conversion.rows(Fate::exact) == 0)
        throw Error{Errc::invalid_argument,
                    asked.finer +
                        ": no row has a municipality that the way to the target knows; --finer wants "
                        "8-digit keys and the times of --in"};
    return finer;
}

} // namespace

Exit run_convert(Options const& options) {
    auto const& asked = options.convert;
    if (options.json && options.out.empty())
        throw Error{Errc::invalid_argument,
                    "--json prints the report, so the result needs a file: --out FILE"};
    keep_apart(options);
    refuse_workbook(asked.in);
    auto const request = request_from(options);
    if (asked.crosswalks.empty() == options.to.empty())
        throw Error{Errc::invalid_argument,
                    "give either --to DATE, as in --to 2024-12-31, or --crosswalk FILE"};
    if (request.mode == Mode::ags && asked.crosswalks.empty())
        throw Error{Errc::invalid_argument,
                    "--mode ags does what the R package does with a table; give --crosswalk FILE"};
    auto const crosswalk = asked.crosswalks.empty()
                               ? crosswalk_to(options, asked.in, asked.key, asked.time)
                               : load_crosswalk(asked.crosswalks, request.mode == Mode::safe);
    if (options.level == "gemeinden" && crosswalk.new_keys.size() > 0 &&
        crosswalk.new_keys.text(0).size() < 8)
        throw Error{Errc::invalid_argument,
                    "--level gemeinden: the way to the target is one of districts ('" +
                        std::string{crosswalk.new_keys.text(0)} +
                        "'); give a table of municipalities with --crosswalk"};
    Plan const plan{crosswalk, request};
    Conversion conversion{plan};
    CsvFindings findings;
    std::vector<Issue> issues;
    bool flat = ingest::is_flat_file(asked.in);
    if (flat) {
        // Its columns can be asked for like those of any CSV file.
        io::MappedFile const file{asked.in};
        io::CsvReader header{file.view(), asked.in};
        if (header.next())
            flat =
                std::find(header.fields().begin(), header.fields().end(), asked.key) == header.fields().end();
    }
    if (flat && !request.attributes.empty())
        throw Error{Errc::invalid_argument, "attributes are texts of columns; a flat file has none: --kind " +
                                                request.attributes.front() + "=attribute"};
    if (flat) {
        findings.delimiter = ';';
        issues = ingest::convert_flat({asked.in, asked.key, asked.threads}, conversion);
    } else {
        if (asked.time.empty())
            throw Error{Errc::invalid_argument, "--time COLUMN is needed for " + asked.in};
        io::MappedFile const file{asked.in};
        findings = convert_csv(file.view(), input_of(asked, asked.in), conversion);
    }
    OutputStyle style;
    style.delimiter = delimiter_from(asked.delimiter, findings.delimiter);
    style.decimal_mark = asked.decimal.front();
    style.details = request.mode == Mode::safe && !asked.plain;
    auto const finer = finer_of(options, request);
    auto const counts = write_out(conversion, style, options.out, finer ? &*finer : nullptr);
    auto report = report_of(conversion, counts);
    report.input = asked.in;
    report.unreadable = findings.unreadable;
    report.first_unreadable = findings.first_unreadable;
    report.issues.insert(report.issues.end(), issues.begin(), issues.end());
    if (!asked.report.empty()) io::write_durable(asked.report, report.text());
    if (options.json)
        write_json(report);
    else if (asked.report.empty())
        std::fputs(report.text().c_str(), stderr);
    bool const lost = report.set_aside() > 0 ||
                      std::any_of(issues.begin(), issues.end(),
                                  [](Issue const& issue) { return issue.severity == Severity::error; });
    return request.mode == Mode::safe && lost ? Exit::incomplete : Exit::done;
}

} // namespace gateway::app

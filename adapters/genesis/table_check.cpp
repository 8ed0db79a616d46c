#include "adapters/genesis/table_check.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "gateway/io/zip.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Issue;
using gateway::Severity;

constexpr std::size_t head_bytes = std::size_t{1} << 20U;
// Both layouts begin with five columns of statistic and time; then four columns per classifying variable.
constexpr std::size_t time_column = 4;
constexpr std::size_t first_block = 5;
constexpr std::size_t block_columns = 4;

Issue warning(Errc code, std::string text, std::string next_step) {
    Issue issue;
    issue.code = code;
    issue.severity = Severity::warning;
    issue.text = std::move(text);
    issue.next_step = std::move(next_step);
    return issue;
}

/// Fields of one line; quotes hold separators together and stay in the field.
void split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        if (i < line.size() && line[i] == '"') quoted = !quoted;
        if (i == line.size() || (line[i] == ';' && !quoted)) {
            fields.push_back(line.substr(begin, i - begin));
            begin = i + 1;
        }
    }
}

/// The year in "2024", "2023-12-31", "31.12.2023", "2022-10P6M"; 0 where there is none.
int year_of(std::string_view time) {
    for (std::size_t begin = 0; begin + 4 <= time.size(); ++begin) {
        auto const part = time.substr(begin, 4);
        if (!std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
        int year = 0;
        std::from_chars(part.data(), part.data() + 4, year);
        return year;
    }
    return 0;
}

/// One element of a comma list with '*' at its end as wild card.
bool matches(std::string_view list, std::string_view code) {
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        auto key = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        while (!key.empty() && key.front() == ' ') key.remove_prefix(1);
        while (!key.empty() && key.back() == ' ') key.remove_suffix(1);
        if (!key.empty() && key.back() == '*'
                ? code.substr(0, key.size() - 1) == key.substr(0, key.size() - 1)
                : code == key)
            return true;
    }
    return false;
}

std::size_t blocks_of(std::vector<std::string_view> const& header) {
    std::size_t columns = 0;
    while (first_block + columns < header.size() && !header[first_block + columns].empty() &&
           header[first_block + columns].front() >= '1' && header[first_block + columns].front() <= '9' &&
           header[first_block + columns].substr(1, 1) == "_")
        ++columns;
    return columns / block_columns;
}

bool region_wanted(std::vector<std::string_view> const& row, std::size_t blocks,
                   TableRequest const& request) {
    for (std::size_t block = 0; block < blocks; ++block) {
        auto const at = first_block + block_columns * block;
        auto const variable_fits = request.regional_variable.empty() || row[at] == request.regional_variable;
        auto const key_fits = request.regional_key.empty() || matches(request.regional_key, row[at + 2]);
        if (variable_fits && key_fits) return true;
    }
    return false;
}

bool has_quality_column(std::vector<std::string_view> const& header) {
    return std::any_of(header.begin(), header.end(),
                       [](std::string_view name) { return name == "value_q" || name.ends_with("__q"); });
}

std::string years_asked(TableRequest const& request) {
    auto const text = [](int year) { return year == 0 ? std::string{"..."} : std::to_string(year); };
    return text(request.start_year) + " to " + text(request.end_year);
}

/// The beginning of the unpacked table.
std::string head_of(Reply const& reply, std::string& member) {
    if (reply.payload != Payload::zip) return reply.document.bytes.substr(0, head_bytes);
    struct Enough {};
    std::string head;
    gateway::io::ZipReader const zip{reply.document.bytes};
    auto const& entry = zip.only(".csv");
    member = entry.name;
    try {
        zip.extract(entry, [&](std::string_view piece) {
            head += piece;
            if (head.size() >= head_bytes) throw Enough{};
        });
    } catch (Enough const&) {
        head.resize(head_bytes);
    }
    return head;
}

} // namespace

std::vector<Issue> check_flat(std::string_view text, TableRequest const& request, Service const& service) {
    std::vector<Issue> issues;
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    std::vector<std::string_view> fields;
    std::uint64_t rows = 0;
    std::uint64_t other_year = 0;
    std::uint64_t other_region = 0;
    std::string example_year;
    std::size_t columns = 0;
    std::size_t blocks = 0;
    bool quality = false;
    // A last line without end is cut by the limit, not by the source.
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        split(text.substr(0, end), fields);
        text.remove_prefix(end + 1);
        if (columns == 0) {
            columns = fields.size();
            blocks = blocks_of(fields);
            quality = has_quality_column(fields);
            continue;
        }
        if (fields.size() != columns || columns <= time_column) continue; // the reader reports malformed rows
        ++rows;
        auto const year = year_of(fields[time_column]);
        if (year != 0 && ((request.start_year != 0 && year < request.start_year) ||
                          (request.end_year != 0 && year > request.end_year))) {
            if (++other_year == 1) example_year = fields[time_column];
        }
        auto const region_asked = !request.regional_variable.empty() || !request.regional_key.empty();
        if (region_asked && !region_wanted(fields, blocks, request)) ++other_region;
    }
    auto const of_rows = " of the first " + std::to_string(rows) + " rows ";
    if (other_year != 0)
        issues.push_back(warning(Errc::structure_changed,
                                 std::to_string(other_year) + of_rows + "lie outside the years asked for, " +
                                     years_asked(request) + "; the first has the time '" + example_year + "'",
                                 "check the years; the source may have ignored them"));
    if (other_region != 0)
        issues.push_back(warning(Errc::structure_changed,
                                 std::to_string(other_region) + of_rows +
                                     "are of other regions than asked for (" + request.regional_variable +
                                     " " + request.regional_key + ")",
                                 "check regional variable and key; the source may have ignored them"));
    if (request.quality && !quality && columns != 0 && service.value_q == QualityColumn::yes)
        issues.push_back(warning(
            Errc::structure_changed, "quality signs were asked for and the answer has no column for them",
            "provisional and revised figures cannot be told from final ones in this document"));
    return issues;
}

std::vector<Issue> check_table(Reply const& reply, TableRequest const& request, Service const& service) {
    if (reply.payload != Payload::zip && reply.payload != Payload::flat) return {};
    std::string member;
    auto issues = check_flat(head_of(reply, member), request, service);
    // "12411-0015_1749240261468_de_flat.csv", of a job "12411-0015_673843136_flat.csv".
    auto const name = request.name.substr(request.name.front() == '*' ? 1 : 0);
    if (!member.empty() && member.rfind(name + "_", 0) != 0)
        issues.push_back(warning(Errc::structure_changed,
                                 "table " + name + " was asked for and the archive holds '" + member + "'",
                                 "compare the statistic in the file with the table"));
    return issues;
}

} // namespace adapters::genesis

#include "adapters/csv/dialect.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace adapters::csv {
namespace {

constexpr std::size_t most_rows = 200;

/// Fields of each row of the sample, were `delimiter` the right one. The last row may be cut: it does not count.
std::vector<std::uint32_t> count_fields(std::string_view sample, char delimiter, char quote, char line_end) {
    std::vector<std::uint32_t> rows;
    std::uint32_t fields = 1;
    bool inside = false;
    bool at_start = true;
    bool any = false;
    for (std::size_t i = 0; i < sample.size() && rows.size() < most_rows; ++i) {
        char const c = sample[i];
        if (inside) {
            if (c != quote) continue;
            if (i + 1 < sample.size() && sample[i + 1] == quote)
                ++i;
            else
                inside = false;
            continue;
        }
        if (c == quote && at_start) {
            inside = true;
            at_start = false;
            any = true;
            continue;
        }
        if (c == line_end) {
            if (any) rows.push_back(fields);
            fields = 1;
            at_start = true;
            any = false;
            continue;
        }
        at_start = c == delimiter;
        if (c == delimiter) ++fields;
        any = any || c != '\r';
    }
    if (rows.empty() && any) rows.push_back(fields);
    return rows;
}

struct Score {
    std::uint32_t mode = 1; ///< the most frequent number of fields above one
    std::size_t agree = 0;  ///< rows with it
    std::size_t rows = 0;
    bool first_agrees = false; ///< the first such row is the first with a delimiter at all: the header
};

Score score(std::vector<std::uint32_t> const& rows) {
    Score result;
    result.rows = rows.size();
    std::map<std::uint32_t, std::size_t> counts;
    for (auto const fields : rows)
        if (fields > 1) ++counts[fields];
    for (auto const& [fields, count] : counts)
        if (count > result.agree) {
            result.mode = fields;
            result.agree = count;
        }
    auto const first = std::find_if(rows.begin(), rows.end(), [](auto fields) { return fields > 1; });
    result.first_agrees = first != rows.end() && *first == result.mode;
    return result;
}

bool better(Score const& a, Score const& b) noexcept {
    if (a.agree != b.agree) return a.agree > b.agree;
    return a.first_agrees && !b.first_agrees;
}

} // namespace

std::string name_of_delimiter(char delimiter) {
    if (delimiter == '\t') return "tab";
    return "'" + std::string{delimiter} + "'";
}

Dialect find_dialect(std::string_view sample, gateway::CsvDialect const& declared) {
    Dialect dialect;
    if (sample.find('\n') == std::string_view::npos && sample.find('\r') != std::string_view::npos)
        dialect.line_end = '\r';
    dialect.quote = declared.quote;
    if (dialect.quote == '\0') {
        // Single quotation marks are apostrophes unless fields begin and end with them and none with double ones.
        bool const doubles = sample.find('"') != std::string_view::npos;
        bool singles = false;
        for (std::string_view const edge : {"',", "';", "'\t", "'|"})
            singles = singles || (sample.starts_with('\'') && sample.find(edge) != std::string_view::npos);
        dialect.quote = !doubles && singles ? '\'' : '"';
    }
    if (declared.delimiter != '\0') {
        dialect.delimiter = declared.delimiter;
        dialect.fields = score(count_fields(sample, dialect.delimiter, dialect.quote, dialect.line_end)).mode;
        dialect.evidence = "declared";
        return dialect;
    }
    // Where two agree alike, the rarer letter of a text is the delimiter.
    constexpr std::array<char, 5> candidates{';', '\t', '|', ',', ':'};
    Score best;
    dialect.delimiter = ';';
    for (auto const candidate : candidates) {
        auto const now = score(count_fields(sample, candidate, dialect.quote, dialect.line_end));
        if (!better(now, best)) continue;
        best = now;
        dialect.delimiter = candidate;
    }
    dialect.fields = best.mode;
    dialect.evidence = best.agree == 0
                           ? std::string{"no delimiter in the first rows: one column"}
                           : std::to_string(best.agree) + " of the first " + std::to_string(best.rows) +
                                 " rows have " + std::to_string(best.mode) + " fields with it";
    return dialect;
}

} // namespace adapters::csv

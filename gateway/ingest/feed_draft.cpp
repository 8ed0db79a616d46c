#include <algorithm>

#include "adapters/xlsx/package.hpp"
#include "gateway/core/error.hpp"
#include "gateway/ingest/feed_draft_rows.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/personal.hpp"
#include "gateway/ingest/self_described.hpp"

namespace gateway::ingest::draft {
namespace {

/// Fields in quotation marks, so that nothing in them is taken for a mark of the dialect.
std::string delimited(Rows const& rows) {
    std::string text;
    auto const add = [&text](std::vector<std::string> const& fields) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            text += i == 0 ? "\"" : ";\"";
            for (char const c : fields[i]) {
                if (c == '"') text += '"';
                text += c == '\n' || c == '\r' ? ' ' : c;
            }
            text += '"';
        }
        text += '\n';
    };
    add(rows.headers);
    for (auto const& row : rows.rows) add(row);
    return text;
}

} // namespace

bool is_year_text(std::string_view text) {
    return text.size() == 4 && text.find_first_not_of("0123456789") == std::string_view::npos &&
           text >= "1900" && text <= "2100";
}

TimeForm time_form_of(std::set<std::string> const& texts) {
    auto const all = [&texts](auto const& fits) {
        return !texts.empty() && std::all_of(texts.begin(), texts.end(), fits);
    };
    if (all([](std::string_view text) {
            auto const middle = text.find(" / ");
            return middle != std::string_view::npos && is_year_text(text.substr(0, middle)) &&
                   is_year_text(text.substr(middle + 3));
        }))
        return {"JAHR", true, true};
    // Digits as 9: months and quarters have a few forms.
    auto const shape = [](std::string_view text) {
        std::string out{text};
        std::replace_if(
            out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; }, '9');
        return out;
    };
    if (all([&shape](std::string_view text) {
            auto const form = shape(text);
            return form == "9999-99" || form == "9999M99" || form == "99/9999" || form == "9/9999" ||
                   form == "99.9999" || form == "9.9999";
        }))
        return {"SMONAT", false, true};
    if (all([&shape](std::string_view text) {
            auto const form = shape(text);
            return form == "9999-Q9" || form == "9999Q9" || form == "Q9 9999" || form == "Q9/9999" ||
                   form == "9. Quartal 9999" || form == "9. Vierteljahr 9999" || form == "9. Vj. 9999";
        }))
        return {"SQUART", false, true};
    if (all([](std::string_view text) { return text.starts_with("WS") || text.starts_with("SS"); }))
        return {"SEMEST", false, true};
    if (all([](std::string_view text) {
            auto const blank = text.rfind(' ');
            return blank != std::string_view::npos && is_year_text(text.substr(blank + 1)) &&
                   text.find_first_of("0123456789") == blank + 1;
        }))
        return {"SMONAT", false, true};
    if (all([](std::string_view text) { return text.starts_with("Schuljahr"); }))
        return {"SLJAHR", false, true};
    return {"JAHR", false, false};
}

std::string of_text_table(std::string_view bytes, std::string const& file_name, std::int32_t day,
                          AreaNames const& names) {
    auto const profile = adapters::csv::profile(bytes);
    if (profile.columns.empty())
        throw Error{Errc::not_a_table, file_name + ": no row has as many fields as most of the text"};
    return RowsDraft{profile, file_name, day, names}.text();
}

std::string of_rows(Rows const& rows, std::vector<std::string> const& remarks,
                    std::vector<std::string> const& layout, std::string const& file_name, std::int32_t day,
                    AreaNames const& names) {
    auto const text = delimited(rows);
    auto const profile = adapters::csv::profile(text, 0, 1);
    return RowsDraft{profile, file_name, day, names, &layout, &remarks}.text();
}

} // namespace gateway::ingest::draft

namespace gateway::ingest {

std::string draft_feed(std::string_view bytes, std::string const& file_name, std::int32_t day,
                       DraftStructure const& structure, AreaNames const& names) {
    refuse_personal_records(file_name, bytes);
    auto const format = format_of(bytes);
    if (auto const own = self_described_format(bytes); !own.empty())
        return draft::of_self_described(bytes, file_name, day, structure);
    if (format == Format::workbook) {
        if (auto const why = adapters::xlsx::why_no_workbook(bytes); !why.empty())
            throw Error{Errc::unsupported_format, file_name + ": " + why};
        return draft::of_workbook(bytes, file_name, day, names);
    }
    if (format == Format::xml) return draft::of_xml(bytes, file_name, day, names);
    if (layout_format(format) == "csv") return draft::of_text_table(bytes, file_name, day, names);
    throw Error{Errc::unsupported_format,
                file_name + ": is " + std::string{name_of(format)} +
                    (format == Format::genesis_flat || format == Format::genesis_cube
                         ? "; it needs no description: kreislauf import FILE"
                     : format == Format::zip ? "; unpack it and draft the file that is in it"
                                             : "; no draft can be written for that")};
}

} // namespace gateway::ingest
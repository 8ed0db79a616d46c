#include "adapters/csv/facts.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "adapters/csv/profile.hpp"

namespace adapters::csv {
namespace {

template <typename Writer>
void write(Writer& json, Profile const& profile, std::size_t bytes) {
    auto const text = [&json](char const* key, std::string_view value) {
        json.Key(key);
        json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    auto const number = [&json](char const* key, std::uint64_t value) {
        json.Key(key);
        json.Uint64(value);
    };
    auto const& dialect = profile.opening.dialect;
    json.StartObject();
    text("kind", "csv");
    number("bytes", bytes);
    text("charset", to_string(profile.opening.charset.charset));
    text("charset_evidence", profile.opening.charset.evidence);
    text("delimiter", std::string{dialect.delimiter});
    text("delimiter_evidence", dialect.evidence);
    text("quote", dialect.quote == '\x01' ? std::string{} : std::string{dialect.quote});
    text("line_end", dialect.line_end == '\r' ? "CR" : "LF");
    number("preamble_rows", profile.preamble_rows);
    number("header_line", profile.header_line);
    number("rows", profile.rows);
    number("rows_of_other_width", profile.other_width);
    number("broken_rows", profile.broken);
    json.Key("columns");
    json.StartArray();
    for (auto const& column : profile.columns) {
        json.StartObject();
        text("header", column.header);
        number("filled", column.filled);
        number("empty", column.empty);
        number("integers", column.integers);
        number("decimal_comma", column.decimals_comma);
        number("decimal_point", column.decimals_point);
        number("ambiguous_mark", column.either);
        number("signs", column.signs);
        number("years", column.years);
        number("keys", column.keys);
        number("distinct", column.texts.size());
        json.Key("many");
        json.Bool(column.many());
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
}

} // namespace

std::string facts_json(std::string_view bytes, bool pretty) {
    auto const counted = profile(bytes);
    rapidjson::StringBuffer buffer;
    if (pretty) {
        rapidjson::PrettyWriter<rapidjson::StringBuffer> json{buffer};
        json.SetIndent(' ', 2);
        write(json, counted, bytes.size());
    } else {
        rapidjson::Writer<rapidjson::StringBuffer> json{buffer};
        write(json, counted, bytes.size());
    }
    return {buffer.GetString(), buffer.GetSize()};
}

} // namespace adapters::csv

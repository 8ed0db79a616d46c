#include "gateway/ingest/formats.hpp"

#include <algorithm>

#include "adapters/csv/reader.hpp"
#include "adapters/genesis/reader.hpp"
#include "adapters/jsonstat/jsonstat.hpp"
#include "adapters/px/px.hpp"
#include "adapters/xlsx/package.hpp"
#include "adapters/xlsx/table.hpp"
#include "adapters/xml/table.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_layout.hpp"
#include "gateway/ingest/self_described.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::ingest {
namespace {

constexpr std::size_t head_bytes = 4096;

std::string_view without_mark(std::string_view text) noexcept {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    auto const first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

Format format_of_markup(std::string_view text) {
    auto const has = [text](std::string_view word) { return text.find(word) != std::string_view::npos; };
    if (has("<!DOCTYPE html") || has("<!doctype html") || has("<html") || has("<HTML")) return Format::html;
    return has("www.sdmx.org/") || has(":GenericData") || has(":StructureSpecific") ? Format::sdmx_xml
                                                                                    : Format::xml;
}

} // namespace

Format format_of(std::string_view bytes) {
    using adapters::genesis::Payload;
    auto const head = bytes.substr(0, head_bytes);
    auto const text = without_mark(head);
    if (bytes.empty()) return Format::empty;
    if (bytes.starts_with("\xD0\xCF\x11\xE0")) return Format::old_workbook;
    if (bytes.starts_with("PK\x03\x04"))
        return adapters::xlsx::looks_like_workbook(bytes) ? Format::workbook : Format::zip;
    if (text.starts_with('<')) return format_of_markup(text);
    if (text.starts_with('{') || text.starts_with('['))
        return adapters::jsonstat::looks_like_jsonstat(bytes) ? Format::json_stat : Format::json;
    switch (adapters::genesis::payload_of(head)) {
    case Payload::flat: return Format::genesis_flat;
    case Payload::cube: return Format::genesis_cube;
    case Payload::presentation: return Format::genesis_presentation;
    case Payload::zip: return Format::zip;
    case Payload::json: return Format::json;
    case Payload::html: return Format::html;
    case Payload::empty: return Format::empty;
    case Payload::unknown: break;
    }
    if (adapters::px::looks_like_px(bytes)) return Format::px;
    // UTF-16 has zeros as well; its byte order mark, or every other byte, tells.
    bool const wide = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
    auto const zeros = static_cast<std::size_t>(std::count(head.begin(), head.end(), '\0'));
    auto const controls = static_cast<std::size_t>(std::count_if(head.begin(), head.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
    }));
    if (wide || (zeros * 5 > head.size() * 2 && zeros * 5 < head.size() * 3)) return Format::text;
    return controls * 20 > head.size() || zeros > 0 ? Format::binary : Format::text;
}

std::string_view name_of(Format format) noexcept {
    switch (format) {
    case Format::empty: return "an empty file";
    case Format::genesis_flat: return "a GENESIS flat file";
    case Format::genesis_cube: return "a GENESIS cube";
    case Format::genesis_presentation: return "a GENESIS presentation table";
    case Format::zip: return "a ZIP archive";
    case Format::workbook: return "a workbook (.xlsx)";
    case Format::old_workbook: return "an old .xls or an encrypted workbook";
    case Format::json_stat: return "JSON-stat";
    case Format::json: return "JSON";
    case Format::sdmx_xml: return "SDMX-ML";
    case Format::xml: return "XML";
    case Format::html: return "an HTML page";
    case Format::px: return "PX (PC-Axis)";
    case Format::text: return "delimited text";
    case Format::binary: return "binary data";
    }
    return "";
}

std::string_view layout_format(Format format) noexcept {
    switch (format) {
    case Format::text:
    case Format::genesis_presentation: return "csv";
    case Format::workbook: return "xlsx";
    case Format::xml: return "xml";
    default: return "";
    }
}

void read_feed(std::string_view bytes, std::string const& name, harmonize::FeedDescription const& feed,
               CellSink& sink, adapters::sdmx::Structures const* structures) {
    auto const format = format_of(bytes);
    bool const is_own = harmonize::describes_itself(feed.layout.format);
    auto const refuse = [&name, &feed](Errc code, std::string const& why) {
        throw Error{code,
                    name + ": " + why + "; the feed " + feed.ref.feed + " expects " + feed.layout.format};
    };
    // Formats that name their own area dimension have no column for it.
    auto const geo = feed.layout.dimensions.empty() ? std::string{} : feed.layout.dimensions.front().variable;
    switch (format) {
    case Format::empty: throw Error{Errc::empty_document, name + ": the document is empty (0 bytes)"};
    case Format::old_workbook:
        throw Error{Errc::unsupported_format, name + ": " + adapters::xlsx::why_no_workbook(bytes)};
    case Format::binary: refuse(Errc::not_a_table, "binary data where a table is due"); break;
    case Format::html: refuse(Errc::not_a_table, "an HTML page where a table is due"); break;
    case Format::json_stat: {
        if (is_own) break;
        auto const parsed = adapters::jsonstat::JsonStatFile{bytes, name};
        parsed.read(0, sink, geo);
        return;
    }
    case Format::px: {
        if (is_own) break;
        adapters::px::PxFile const parsed{bytes, name};
        parsed.read(sink, geo);
        return;
    }
    case Format::zip: {
        io::ZipReader const zip{bytes};
        auto const& member = zip.only(is_own ? std::string{} : "." + feed.layout.format);
        auto const unpacked = zip.extract(member);
        read_feed(unpacked, name + "/" + member.name, feed, sink, structures);
        return;
    }
    default: break;
    }
    if (is_own) return read_self_described(bytes, name, feed, sink, structures);
    auto const& wanted = feed.layout.format;
    // A layout for text reads any text, whatever else it may look like (SDMX-CSV, a flat file).
    bool const is_text = format == Format::text || format == Format::genesis_flat ||
                         format == Format::genesis_cube || format == Format::genesis_presentation;
    if (wanted == "csv" && is_text) return adapters::csv::read(bytes, feed.layout, sink);
    if (wanted == "xlsx" && format == Format::workbook)
        return adapters::xlsx::read_table(bytes, name, feed.layout, sink);
    if (wanted == "xml" && (format == Format::xml || format == Format::sdmx_xml))
        return adapters::xml::read_table(bytes, name, feed.layout, sink);
    refuse(Errc::not_a_table, "is " + std::string{name_of(format)});
}

} // namespace gateway::ingest

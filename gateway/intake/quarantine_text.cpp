#include "gateway/intake/quarantine_text.hpp"

#include <algorithm>
#include <cstring>

#include "adapters/csv/reader.hpp"
#include "adapters/csv/rows.hpp"
#include "adapters/csv/source.hpp"
#include "adapters/table/header.hpp"
#include "gateway/core/error.hpp"
#include "gateway/ingest/formats.hpp"

namespace gateway::intake {
namespace {

using adapters::csv::Charset;
using adapters::csv::TextSource;

constexpr std::uint64_t longest_head = 200; // rows in which a header is looked for
constexpr std::size_t longest_row = std::size_t{1} << 20U;

/// One code point of sound UTF-8; its bytes are taken off `text`.
std::uint32_t next_point(std::string_view& text) {
    auto const lead = static_cast<unsigned char>(text.front());
    std::size_t const size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size && i < text.size(); ++i)
        point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    text.remove_prefix(std::min(size, text.size()));
    return point;
}

/// Looks for the line of the header, and for the first line below it.
class HeadFinder : public adapters::csv::RowSink {
  public:
    HeadFinder(Layout const& layout) : layout_(layout), wanted_(adapters::table::wanted_places(layout)) {}

    void row(adapters::table::GridRow const& row) override {
        ++rows_;
        if (below_ != 0) return;
        if (left_ > 0) { // further rows of the header, then rows that belong to it
            if (--left_ == 0) is_found_ = true;
            return;
        }
        if (is_found_) {
            below_ = row.line;
            return;
        }
        bool const is_header = layout_.header_row != 0 ? row.line >= layout_.header_row : names_all(row);
        if (!is_header) return;
        left_ = std::max<std::uint32_t>(layout_.header_rows, 1) - 1;
        is_found_ = left_ == 0;
    }
    void broken(gateway::Issue) override { ++rows_; }
    [[nodiscard]] std::uint64_t below() const noexcept { return below_; }

  private:
    bool names_all(adapters::table::GridRow const& row) {
        auto const header = adapters::table::Header{{adapters::table::header_row(row)}};
        return std::all_of(wanted_.begin(), wanted_.end(), [&header](Place const* place) {
            return place->headers.empty() || header.find(place->headers) != 0;
        });
    }
    Layout const& layout_;
    std::vector<Place const*> wanted_;
    std::uint64_t rows_ = 0;
    std::uint32_t left_ = 0;
    bool is_found_ = false;
    std::uint64_t below_ = 0;
};

/// Rows that take something from rows above them cannot stand alone.
bool stands_alone(Layout const& layout) {
    bool const filled = layout.time.fill_down || layout.measure.fill_down || layout.unit.fill_down ||
                        std::any_of(layout.dimensions.begin(), layout.dimensions.end(), [](auto const& each) {
                            return each.place.fill_down || each.name.fill_down;
                        });
    return !filled && layout.header_rows > 0 &&
           std::none_of(layout.rows.begin(), layout.rows.end(), [](LayoutRow const& row) {
               return row.kind == LayoutRow::Kind::caption || row.kind == LayoutRow::Kind::unit ||
                      row.kind == LayoutRow::Kind::running;
           });
}

} // namespace

std::string TextForm::encoded(std::string_view text) const {
    if (charset == Charset::utf8) return std::string{text};
    std::string out;
    constexpr std::uint32_t last_latin = 0xFF;
    constexpr std::uint32_t last_bmp = 0xFFFF;
    while (!text.empty()) {
        auto point = next_point(text);
        if (charset == Charset::windows_1252 || charset == Charset::iso_8859_1) {
            bool const is_known = point < 0x80 || (point >= 0xA0 && point <= last_latin);
            out += is_known ? static_cast<char>(static_cast<unsigned char>(point)) : '?';
            continue;
        }
        if (point > last_bmp) point = '?';
        auto const low = static_cast<char>(point & 0xFFU);
        auto const high = static_cast<char>(point >> 8U);
        out += charset == Charset::utf16_le ? low : high;
        out += charset == Charset::utf16_le ? high : low;
    }
    return out;
}

std::string TextForm::field(std::string_view text) const {
    std::string content;
    for (auto const c : text) {
        if (static_cast<unsigned char>(c) < ' ')
            content += ' ';
        else if (quote == '\x01' && c == delimiter)
            content += delimiter == ',' ? ';' : ',';
        else if (c == quote)
            content += quote == '"' ? "\"\"" : "''";
        else if (quote == '\x01' && c == '"')
            content += '\'';
        else
            content += c;
    }
    if (quote != '\x01') content = quote + content + quote;
    return encoded(content);
}

std::optional<TextForm> form_of(std::string_view bytes, Layout const* layout) {
    TextForm form;
    auto const format = ingest::format_of(bytes);
    if (layout == nullptr) {
        if (format != ingest::Format::genesis_flat) return std::nullopt;
        form.quote = '\x01';
        form.first_row = 2;
        form.mark_bytes = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        return form;
    }
    bool const is_text = format == ingest::Format::text || format == ingest::Format::genesis_flat ||
                         format == ingest::Format::genesis_cube ||
                         format == ingest::Format::genesis_presentation;
    if (layout->format != "csv" || !is_text || !stands_alone(*layout)) return std::nullopt;
    auto const opening = adapters::csv::open(bytes, layout->csv);
    form.charset = opening.charset.charset;
    form.mark_bytes = opening.charset.mark_bytes;
    form.delimiter = opening.dialect.delimiter;
    form.quote = opening.dialect.quote;
    form.line_end = opening.dialect.line_end;
    TextSource source{bytes, opening.charset};
    HeadFinder finder{*layout};
    adapters::csv::RowCutter cutter{source, opening.dialect, finder};
    cutter.run(longest_head);
    if (finder.below() == 0) return std::nullopt;
    form.first_row = finder.below();
    return form;
}

Lines::Lines(std::string_view bytes, TextForm const& form)
    : bytes_(bytes), form_(form), at_(form.mark_bytes) {
    if (form.charset == Charset::utf16_le || form.charset == Charset::utf16_be) width_ = 2;
}

std::size_t Lines::end_of(std::size_t from) const {
    if (width_ == 1) {
        auto const* const found =
            static_cast<char const*>(std::memchr(bytes_.data() + from, form_.line_end, bytes_.size() - from));
        return found == nullptr ? bytes_.size() : static_cast<std::size_t>(found - bytes_.data());
    }
    auto const low = form_.charset == Charset::utf16_le ? 0U : 1U;
    for (auto at = from; at + 1 < bytes_.size(); at += 2)
        if (bytes_[at + low] == form_.line_end && bytes_[at + 1 - low] == '\0') return at;
    return bytes_.size();
}

bool Lines::find(std::uint64_t line, std::string_view& text) {
    if (line < line_) return false;
    while (at_ < bytes_.size()) {
        auto const end = end_of(at_);
        if (line_ == line) {
            text = bytes_.substr(at_, end - at_);
            auto const carriage = form_.encoded("\r");
            if (form_.line_end == '\n' && text.ends_with(carriage)) text.remove_suffix(carriage.size());
            return true;
        }
        at_ = std::min(bytes_.size(), end + width_);
        ++line_;
    }
    return false;
}

bool Lines::row(std::uint64_t line, std::string_view& text) {
    if (!find(line, text)) return false;
    if (form_.quote == '\x01') return true;
    auto const open = [this](std::string_view part) {
        return std::count(part.begin(), part.end(), form_.quote) % 2 != 0;
    };
    auto end = end_of(at_);
    while (open(bytes_.substr(at_, end - at_)) && end < bytes_.size()) {
        end = end_of(end + width_);
        if (end - at_ > longest_row) return true; // never closed: the line alone
    }
    auto const whole = bytes_.substr(at_, end - at_);
    if (whole.size() > text.size() && !open(whole)) text = whole;
    auto const carriage = form_.encoded("\r");
    if (form_.line_end == '\n' && text.ends_with(carriage)) text.remove_suffix(carriage.size());
    return true;
}

} // namespace gateway::intake

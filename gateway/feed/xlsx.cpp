#include "gateway/feed/xlsx.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/feed/german.hpp"
#include "gateway/feed/package.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/feed/xlsx_sheet.hpp"
#include "gateway/feed/zip_writer.hpp"

namespace gateway::feed {
namespace {

constexpr std::string_view xml_head = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
)";
constexpr std::int32_t first_sound_day = -25'508; // 1900-03-01: before it, Excel counts a day that never was

constexpr std::string_view package_relations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
    R"(<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>)"
    R"(<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>)"
    R"(</Relationships>)";

UnixTime newest(FeedContext const& context) {
    UnixTime result = 0;
    for (auto const* dataset : context.datasets)
        for (auto const& vintage : dataset->vintages) result = std::max(result, vintage.second.received);
    return result;
}

std::string core_properties(FeedContext const& context) {
    auto const time = utc_text(newest(context));
    std::string out{xml_head};
    out +=
        R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties")"
        R"( xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/")"
        R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>)";
    append_xml(out, context.title);
    out += "</dc:title><dc:creator>Kreislauf</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">" +
           time + "</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">" + time +
           "</dcterms:modified></cp:coreProperties>";
    return out;
}

double width_of(std::string const& heading) {
    if (heading == "Gebiet" || heading == "Merkmal" || heading == "Quelle" || heading == "Status") return 28;
    if (heading == "Titel" || heading == "Kennung der Zahl") return 50;
    return std::max(10.0, static_cast<double>(heading.size()) + 3);
}

struct SheetInfo {
    std::string name;
    std::string filter; ///< "$A$1:$Z$99"; empty = none
};

class Xlsx final : public Writer {
  public:
    Xlsx(ByteSink sink, FeedContext context, std::size_t sheet_rows)
        : context_(std::move(context)), zip_(std::move(sink)), rows_(context_), sheet_rows_(sheet_rows) {
        zip_.add("_rels/.rels", std::string{xml_head} + std::string{package_relations});
        zip_.add("docProps/core.xml", core_properties(context_));
        zip_.add("xl/styles.xml", xlsx_styles());
        open_data_sheet();
    }

    void series(SeriesRecord const& record) override {
        rows_.start(record);
        for (auto const& observation : record.observations) {
            if (sheet_->rows() == sheet_rows_) {
                close_data_sheet();
                open_data_sheet();
            }
            auto const& fields = rows_.row(observation);
            sheet_->begin_row();
            for (auto const& field : fields) put(field);
            sheet_->end_row();
        }
        counts_.add(record);
    }

    void finish() override {
        close_data_sheet();
        write_legend();
        write_sources();
        write_workbook();
        zip_.finish();
    }

  private:
    std::string next_entry() const {
        return "xl/worksheets/sheet" + std::to_string(sheets_.size() + 1) + ".xml";
    }

    void open_data_sheet() {
        std::vector<double> widths;
        for (auto const& heading : rows_.header()) widths.push_back(width_of(heading));
        sheet_.emplace(zip_, next_entry(), widths, sheets_.empty());
        sheets_.push_back({sheets_.empty() ? "Daten" : "Daten " + std::to_string(sheets_.size() + 1), {}});
        heading(rows_.header());
    }

    void close_data_sheet() {
        auto const columns = rows_.header().size();
        sheets_.back().filter = "$A$1:$" + column_letters(columns - 1) + "$" + std::to_string(sheet_->rows());
        sheet_->finish(columns);
    }

    void heading(std::vector<std::string> const& names) {
        sheet_->begin_row();
        for (auto const& name : names) sheet_->text(name, CellStyle::header);
        sheet_->end_row();
    }

    void put(Field const& field) {
        switch (field.kind) {
        case Field::Kind::empty: sheet_->empty(); break;
        case Field::Kind::text: sheet_->text(field.text); break;
        case Field::Kind::key: sheet_->text(field.text, CellStyle::key); break;
        case Field::Kind::ordinal: sheet_->number(field.number, CellStyle::ordinal); break;
        case Field::Kind::number:
            if (excel_holds(field.number))
                sheet_->number(field.number, CellStyle::number);
            else
                sheet_->text(field.number.to_string(','), CellStyle::key);
            break;
        case Field::Kind::date:
            if (field.day >= first_sound_day)
                sheet_->date(field.day);
            else
                sheet_->text(date_de(field.day));
            break;
        }
    }

    void line(std::string_view group, std::string_view code, std::string_view meaning, std::uint64_t count) {
        sheet_->begin_row();
        sheet_->text(group);
        sheet_->text(code, CellStyle::key);
        sheet_->text(meaning, CellStyle::wrapped);
        sheet_->number(Decimal::from_integer(static_cast<std::int64_t>(count)), CellStyle::number);
        sheet_->end_row();
    }

    template <typename Key>
    static std::uint64_t count_of(std::map<Key, std::uint64_t> const& counts, Key const& key) {
        auto const found = counts.find(key);
        return found == counts.end() ? 0 : found->second;
    }

    void write_legend() {
        sheet_.emplace(zip_, next_entry(), std::vector<double>{26, 18, 90, 14}, false);
        sheets_.push_back({"Legende", {}});
        heading({"Art", "Zeichen oder Code", "Bedeutung", "kommt vor"});
        for (auto const& entry : sign_legend())
            line("Zeichen der Quelle", entry.sign, entry.meaning,
                 count_of(counts_.signs, std::string{entry.sign}));
        for (auto const& [sign, count] : counts_.signs)
            if (sign_de(sign).empty()) line("Zeichen der Quelle", sign, "in keiner Legende erklärt", count);
        for (auto const reason : all_reasons)
            line("Kein Wert, weil", to_string(reason), reason_de(reason), count_of(counts_.missing, reason));
        for (auto const status : all_statuses)
            line("Status (SDMX)", std::string(1, to_char(status)), status_de(status),
                 count_of(counts_.statuses, status));
        for (auto const protection : all_protections)
            line("Schutzverfahren", to_string(protection), protection_de(protection),
                 count_of(counts_.protections, protection));
        line("Hinweis", "Wert", "Eine leere Zelle ist keine Null. Der Grund steht in der Spalte Status.", 0);
        line("Hinweis", "Wert",
             "Zahlen mit mehr als 15 Stellen stehen als Text da, weil Excel sie sonst runden würde.", 0);
        sheet_->finish(0);
    }

    void write_sources() {
        sheet_.emplace(zip_, next_entry(),
                       std::vector<double>{28, 18, 60, 10, 50, 46, 40, 10, 20, 20, 66, 50}, false);
        sheets_.push_back({"Quellen", {}});
        heading({"Datensatz", "Tabelle", "Titel", "Statistik", "Quelle", "Lizenz", "Adresse der Lizenz",
                 "Stand Nr.", "Abgerufen (UTC)", "Veröffentlicht (UTC)", "SHA-256 der Quelldatei",
                 "Herkunft"});
        for (auto const* dataset : context_.datasets)
            for (auto const& [number, vintage] : dataset->vintages) {
                auto const& info = dataset->info;
                auto const licence = licence_of(info.licence);
                sheet_->begin_row();
                sheet_->text(info.id, CellStyle::key);
                sheet_->text(info.table, CellStyle::key);
                sheet_->text(info.title);
                sheet_->text(info.statistic, CellStyle::key);
                sheet_->text(credit_of(info));
                sheet_->text(licence.title);
                sheet_->text(licence.url);
                sheet_->number(Decimal::from_integer(number), CellStyle::ordinal);
                sheet_->text(utc_text(vintage.received));
                if (vintage.published)
                    sheet_->text(utc_text(*vintage.published));
                else
                    sheet_->empty();
                sheet_->text(vintage.document_sha256, CellStyle::key);
                sheet_->text(vintage.origin);
                sheet_->end_row();
            }
        sheet_->finish(0);
    }

    void write_workbook() {
        std::string workbook{xml_head};
        std::string relations{xml_head};
        std::string types{xml_head};
        std::string filters;
        workbook +=
            R"(<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main")"
            R"( xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">)"
            R"(<bookViews><workbookView xWindow="240" yWindow="15" windowWidth="24000" windowHeight="12000"/>)"
            R"(</bookViews><sheets>)";
        relations +=
            R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
        types +=
            R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)"
            R"(<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
            R"(<Default Extension="xml" ContentType="application/xml"/>)"
            R"(<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>)"
            R"(<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>)"
            R"(<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>)";
        for (std::size_t i = 0; i < sheets_.size(); ++i) {
            auto const number = std::to_string(i + 1);
            workbook += "<sheet name=\"" + sheets_[i].name + "\" sheetId=\"" + number + "\" r:id=\"rId" +
                        number + "\"/>";
            relations +=
                "<Relationship Id=\"rId" + number +
                "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\""
                " Target=\"worksheets/sheet" +
                number + ".xml\"/>";
            types +=
                "<Override PartName=\"/xl/worksheets/sheet" + number +
                ".xml\" "
                "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>";
            if (!sheets_[i].filter.empty())
                filters += "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"" + std::to_string(i) +
                           "\" hidden=\"1\">'" + sheets_[i].name + "'!" + sheets_[i].filter +
                           "</definedName>";
        }
        workbook += "</sheets><definedNames>" + filters + "</definedNames></workbook>";
        relations += "<Relationship Id=\"rId" + std::to_string(sheets_.size() + 1) +
                     "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\""
                     " Target=\"styles.xml\"/></Relationships>";
        types += "</Types>";
        zip_.add("xl/workbook.xml", workbook);
        zip_.add("xl/_rels/workbook.xml.rels", relations);
        zip_.add("[Content_Types].xml", types);
    }

    FeedContext context_;
    ZipWriter zip_;
    RowMaker rows_;
    std::size_t sheet_rows_;
    std::optional<XlsxSheet> sheet_;
    std::vector<SheetInfo> sheets_;
    PackageCounts counts_;
};

} // namespace

std::unique_ptr<Writer> make_xlsx(ByteSink sink, FeedContext const& context) {
    return make_xlsx_with(std::move(sink), context, XlsxSheet::rows_limit);
}

std::unique_ptr<Writer> make_xlsx_with(ByteSink sink, FeedContext const& context, std::size_t sheet_rows) {
    return std::make_unique<Xlsx>(std::move(sink), context, sheet_rows);
}

} // namespace gateway::feed

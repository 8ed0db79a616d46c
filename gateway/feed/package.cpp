#include "gateway/feed/package.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "gateway/feed/german.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/feed/sdmx_csv.hpp"

namespace gateway::feed {
namespace {

class Json {
  public:
    Json() { writer_.SetIndent(' ', 2); }
    void open() { writer_.StartObject(); }
    void open(std::string_view key) {
        name(key);
        writer_.StartObject();
    }
    void close() { writer_.EndObject(); }
    void list(std::string_view key) {
        name(key);
        writer_.StartArray();
    }
    void end_list() { writer_.EndArray(); }
    void item(std::string_view value) { put(value); }
    void text(std::string_view key, std::string_view value) {
        name(key);
        put(value);
    }
    void number(std::string_view key, std::uint64_t value) {
        name(key);
        writer_.Uint64(value);
    }
    [[nodiscard]] std::string result() const {
        return std::string{buffer_.GetString(), buffer_.GetSize()} + "\n";
    }

  private:
    void name(std::string_view key) { writer_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size())); }
    void put(std::string_view value) {
        writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    }
    rapidjson::StringBuffer buffer_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

/// A name that the specification allows: lower case, digits, '.', '_' and '-'.
std::string plain_name(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c >= 'A' && c <= 'Z')
            out.push_back(static_cast<char>(c - 'A' + 'a'));
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')
            out.push_back(c);
        else
            out.push_back('-');
    }
    return out;
}

void write_licences(Json& json, std::vector<DatasetContext const*> const& datasets) {
    std::set<std::string> ids;
    for (auto const* dataset : datasets) ids.insert(dataset->info.licence);
    json.list("licenses");
    for (auto const& id : ids) {
        if (id.empty()) continue;
        auto const licence = licence_of(id);
        json.open();
        auto name = id;
        std::replace(name.begin(), name.end(), '/', '-'); // the specification allows no '/' in a name
        json.text("name", name);
        if (!licence.url.empty()) json.text("path", licence.url);
        json.text("title", licence.title);
        json.close();
    }
    json.end_list();
}

void write_sources(Json& json, std::vector<DatasetContext const*> const& datasets) {
    json.list("sources");
    for (auto const* dataset : datasets) {
        json.open();
        json.text("title", std::string{credit_of(dataset->info)} + ", Tabelle " + dataset->info.table + ": " +
                               dataset->info.title);
        if (!dataset->vintages.empty() && !dataset->vintages.rbegin()->second.origin.empty())
            json.text("path", dataset->vintages.rbegin()->second.origin);
        json.close();
    }
    json.end_list();
}

struct FieldType {
    std::string_view column;
    std::string_view type;
    std::string_view format;
};

constexpr std::array<FieldType, 26> field_types{{{"Faktor", "number", {}},
                                                 {"Gebietsstand", "date", "%d.%m.%Y"},
                                                 {"Abdeckung", "number", {}},
                                                 {"Quellen", "integer", {}},
                                                 {"Größter Anteil", "number", {}},
                                                 {"Spanne von", "number", {}},
                                                 {"Spanne bis", "number", {}},
                                                 {"COVERAGE", "number", {}},
                                                 {"SOURCE_COUNT", "integer", {}},
                                                 {"LARGEST_SHARE", "number", {}},
                                                 {"EST_LO", "number", {}},
                                                 {"EST_HI", "number", {}},
                                                 {"Wert", "number", {}},
                                                 {"Untergrenze", "number", {}},
                                                 {"Obergrenze", "number", {}},
                                                 {"Stand Nr.", "integer", {}},
                                                 {"Gebietsstand (der Quelle)", "date", "%d.%m.%Y"},
                                                 {"Abgerufen am", "date", "%d.%m.%Y"},
                                                 {"OBS_VALUE", "number", {}},
                                                 {"OBS_LO", "number", {}},
                                                 {"OBS_HI", "number", {}},
                                                 {"UNIT_MULT", "integer", {}},
                                                 {"VINTAGE", "integer", {}},
                                                 {"TERR_STATE", "date", {}},
                                                 {"RETRIEVED", "datetime", {}},
                                                 {"OBS_STATUS", "string", {}}}};

void write_table_schema(Json& json, std::vector<std::string> const& columns, bool decimal_comma) {
    json.open("schema");
    json.list("fields");
    for (auto const& column : columns) {
        auto const found = std::find_if(field_types.begin(), field_types.end(),
                                        [&](FieldType const& entry) { return entry.column == column; });
        auto const type = found == field_types.end() ? std::string_view{"string"} : found->type;
        json.open();
        json.text("name", column);
        json.text("type", type);
        if (found != field_types.end() && !found->format.empty()) json.text("format", found->format);
        if (type == "number" && decimal_comma) json.text("decimalChar", ",");
        json.close();
    }
    json.end_list();
    json.list("missingValues");
    json.item("");
    json.end_list();
    json.close();
}

void write_dialect(Json& json, std::string_view delimiter, std::string_view line_end) {
    json.open("dialect");
    json.text("delimiter", delimiter);
    json.text("lineTerminator", line_end);
    json.text("quoteChar", "\"");
    json.close();
}

void write_resource(Json& json, PackageInfo const& info, PackageFile const& file) {
    auto const& format = find_format(file.format);
    std::vector<DatasetContext const*> datasets;
    for (auto const* dataset : info.datasets)
        if (!format.per_dataset || dataset->info.id == file.dataset) datasets.push_back(dataset);
    json.open();
    json.text("name", plain_name(file.name));
    json.text("path", file.name);
    json.text("description",
              (file.about.empty() ? std::string{format.about} : file.about) +
                  (file.format == "csv" ? " Schlüssel stehen als =\"03153\", damit Excel sie als Text liest."
                                        : ""));
    json.text("format", file.name.substr(file.name.rfind('.') + 1));
    json.text("mediatype", format.media_type.substr(0, format.media_type.find(';')));
    json.number("bytes", file.bytes);
    json.text("hash", "sha256:" + file.sha256);
    if (file.format == "csv" || file.format == "sdmx-csv") {
        json.text("profile", "tabular-data-resource");
        json.text("encoding", "utf-8");
    }
    if (file.format == "csv") {
        write_dialect(json, ";", "\r\n");
        write_table_schema(json, RowMaker{FeedContext{datasets, {}, info.territory.has_value()}}.header(),
                           true);
    } else if (file.format == "sdmx-csv" && !datasets.empty()) {
        write_dialect(json, ",", "\n");
        write_table_schema(json, sdmx_csv_columns(datasets.front()->info, info.territory.has_value()), false);
    }
    if (format.per_dataset) {
        write_licences(json, datasets);
        write_sources(json, datasets);
    }
    json.close();
}

void write_territory(Json& json, PackageInfo const& info) {
    json.open("territory");
    json.text("day", date_text(*info.territory));
    json.text("register_until", info.territory_basis);
    json.open("origins");
    for (auto const& [origin, count] : info.counts.origins) json.number(to_string(origin), count);
    json.close();
    json.open("left_out");
    for (auto const& [reason, series] : info.absent) json.number(reason, series);
    json.close();
    json.close();
}

} // namespace

void PackageCounts::add(SeriesRecord const& record) {
    ++series;
    if (record.derived != nullptr)
        for (auto const& derived : *record.derived) ++origins[derived.origin];
    of_dataset[record.dataset.info.id] += record.observations.size();
    for (auto const& observation : record.observations) {
        auto const& quality = observation.quality;
        if (auto const reason = observation.value.reason())
            ++missing[*reason];
        else
            ++values;
        if (!quality.sign.empty()) ++signs[std::string{quality.sign.text()}];
        if (quality.protection != Protection::none) ++protections[quality.protection];
        ++statuses[quality.status];
    }
}

std::uint64_t count_of(std::map<std::string, std::uint64_t> const& counts, std::string const& dataset) {
    auto const found = counts.find(dataset);
    return found == counts.end() ? 0 : found->second;
}

std::uint64_t PackageCounts::observations() const {
    return std::accumulate(missing.begin(), missing.end(), values,
                           [](std::uint64_t sum, auto const& entry) { return sum + entry.second; });
}

std::string datapackage_json(PackageInfo const& info) {
    Json json;
    json.open();
    json.text("profile", "data-package");
    json.text("name", plain_name("kreislauf-" + info.area_key));
    json.text("title", "Amtliche Statistik für " + info.area_name + " (" + info.area_key + ")");
    json.text("created", utc_text(info.as_of));
    write_licences(json, info.datasets);
    write_sources(json, info.datasets);
    json.list("resources");
    for (auto const& file : info.files) write_resource(json, info, file);
    json.end_list();
    json.open("kreislauf");
    json.text("area", info.area_key);
    json.text("area_name", info.area_name);
    json.text("as_of", utc_text(info.as_of));
    json.text("command", info.command);
    if (info.territory) write_territory(json, info);
    json.open("counts");
    json.number("series", info.counts.series);
    json.number("observations", info.counts.observations());
    json.number("values", info.counts.values);
    if (info.superseded > 0) json.number("superseded", info.superseded);
    json.open("missing");
    for (auto const& [reason, count] : info.counts.missing) json.number(to_string(reason), count);
    json.close();
    json.open("signs");
    for (auto const& [sign, count] : info.counts.signs) json.number(sign, count);
    json.close();
    json.close();
    json.list("datasets");
    for (auto const* dataset : info.datasets) {
        json.open();
        json.text("id", dataset->info.id);
        json.text("table", dataset->info.table);
        json.text("title", dataset->info.title);
        json.number("observations", count_of(info.counts.of_dataset, dataset->info.id));
        if (auto const superseded = count_of(info.superseded_of, dataset->info.id); superseded > 0)
            json.number("superseded", superseded);
        json.list("vintages");
        for (auto const& [number, vintage] : dataset->vintages) {
            json.open();
            json.number("number", number);
            json.text("received", utc_text(vintage.received));
            if (vintage.published) json.text("published", utc_text(*vintage.published));
            json.text("document_sha256", vintage.document_sha256);
            json.text("origin", vintage.origin);
            json.close();
        }
        json.end_list();
        json.close();
    }
    json.end_list();
    json.close();
    json.close();
    return json.result();
}

} // namespace gateway::feed

#include "gateway/feed/registry.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "gateway/feed/csv_de.hpp"
#include "gateway/feed/sdmx_csv.hpp"
#include "gateway/feed/xlsx.hpp"

namespace gateway::feed {
namespace {

constexpr std::array<Format, 4> table{
    {{"csv", "text/csv; charset=utf-8", false,
      "Alle Zahlen für Excel (Semikolon, Komma): Doppelklick genügt.", "daten.csv", make_csv_de},
     {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false,
      "Alle Zahlen als Excel-Mappe, mit Legende und Quellen.", "daten.xlsx", make_xlsx},
     {"sdmx-csv", "application/vnd.sdmx.data+csv;version=2.0.0", true,
      "Ein Datensatz für Programme, nach SDMX-CSV 2.0 (Komma, Punkt).", "sdmx/*.csv", make_sdmx_csv},
     {"avro", "application/avro", false,
      "Alle Reihen für Programme, als Avro-Datei mit eingebettetem Schema.", "serien.avro", make_avro}}};

} // namespace

std::span<Format const> formats() noexcept {
    return table;
}

Format const& find_format(std::string_view id) {
    auto const found =
        std::find_if(table.begin(), table.end(), [id](Format const& format) { return format.id == id; });
    if (found != table.end()) return *found;
    std::string known;
    for (auto const& format : table) known += (known.empty() ? "" : ", ") + std::string{format.id};
    throw Error{Errc::not_found, "format '" + std::string{id} + "' is not known; known are " + known};
}

std::string file_name(Format const& format, std::string_view dataset) {
    std::string name{format.name};
    auto const star = name.find('*');
    if (star == std::string::npos) return name;
    if (dataset.empty() || dataset.find_first_of("/\\") != std::string_view::npos || dataset.front() == '.')
        throw Error{Errc::invalid_argument,
                    "'" + std::string{dataset} + "' cannot name a file of format " + std::string{format.id}};
    return name.replace(star, 1, dataset);
}

} // namespace gateway::feed

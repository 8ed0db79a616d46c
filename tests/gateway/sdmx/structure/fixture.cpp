#include "fixture.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace structure_test {

using namespace gateway;
using namespace gateway::sdmx::structure;

std::vector<DatasetInfo> SmallHoldings::datasets() {
    DatasetInfo population;
    population.id = a;
    population.source = "regionalstatistik";
    population.table = "12411-01-01-4";
    population.title = "Bevölkerung nach Geschlecht & Kreisen";
    population.statistic = "12411";
    population.licence = "dl-de/by-2-0";
    population.attribution = "Statistische Ämter des Bundes und der Länder";
    population.frequency = "A";
    population.dimensions = {"MEASURE", "UNIT", "SEX"};
    DatasetInfo abortions = population;
    abortions.id = b;
    abortions.source = "genesis";
    abortions.table = "23311-0010";
    abortions.title = "Schwangerschaftsabbrüche";
    abortions.statistic = "23311";
    abortions.attribution = "Statistisches Bundesamt (Destatis)";
    abortions.frequency = "Q";
    abortions.dimensions = {"MEASURE", "UNIT", "UNIT_MULT", "ORIGIN_LAND"};
    DatasetInfo unsayable = population;
    unsayable.id = "LSN 1.2";
    return {unsayable, population, abortions};
}

std::vector<IndicatorKey> SmallHoldings::indicators(std::string_view dataset) {
    if (dataset == b)
        return {IndicatorKey::parse("MEASURE=ABB001,UNIT=NR,ORIGIN_LAND=03"),
                IndicatorKey::parse("MEASURE=ABB001,UNIT=NR,ORIGIN_LAND=_T"),
                IndicatorKey::parse("MEASURE=ABB002,UNIT=JE_10000")};
    return {IndicatorKey::parse("MEASURE=BEVSTD,UNIT=PS,SEX=_T"),
            IndicatorKey::parse("MEASURE=BEVSTD,UNIT=PS,SEX=M"),
            IndicatorKey::parse("MEASURE=BEVSTD,UNIT=PS,SEX=F")};
}

std::vector<store::Label> SmallHoldings::labels(std::string_view dataset) {
    if (dataset == b)
        return {{"AREA", "DG", "Deutschland"},
                {"MEASURE", "ABB001", "Abbrüche"},
                {"MEASURE", "ABB002", "Abbrüche je 10 000 Frauen"},
                {"ORIGIN_LAND", "03", "Niedersachsen"},
                {"ORIGIN_LAND", "04", "Bremen"}};
    return {{"AREA", "03", "Niedersachsen"},
            {"AREA", "03153", "Goslar, Landkreis"},
            {"AREA", "DG", "Bund"},
            {"MEASURE", "BEVSTD", "Bevölkerungsstand"}};
}

std::vector<Area> SmallHoldings::areas() {
    return {
        {CodeList::ags, AreaLevel::county, "03153"},     {CodeList::ags, AreaLevel::country, "DG"},
        {CodeList::ags, AreaLevel::land, "03"},          {CodeList::ags, AreaLevel::municipality, "03153002"},
        {CodeList::ags, AreaLevel::subunit, "03241001"}, {CodeList::ags, AreaLevel::county, "04011"}};
}

Region small_region(std::string_view dataset) {
    auto const list = [](std::vector<std::string> values) {
        return std::make_shared<std::vector<std::string> const>(std::move(values));
    };
    Region region;
    if (dataset == b)
        region.keys = {{"FREQ", list({"Q"})},
                       {"AREA", list({"DG"})},
                       {"MEASURE", list({"ABB001", "ABB002"})},
                       {"UNIT", list({"JE_10000", "NR"})},
                       {"ORIGIN_LAND", list({"03", "_T", "_Z"})}};
    else
        region.keys = {{"FREQ", list({"A"})},
                       {"AREA", list({"03", "03153"})},
                       {"MEASURE", list({"BEVSTD"})},
                       {"UNIT", list({"PS"})},
                       {"SEX", list({"F", "M", "_T"})}};
    region.first = dataset == b ? "2020-Q1" : "1995-12-31";
    region.last = dataset == b ? "2024-Q4" : "2024-12-31";
    region.series = 6;
    region.observations = 180;
    return region;
}

std::shared_ptr<Catalogue const> small_catalogue() {
    SmallHoldings holdings;
    CatalogueBuilder builder;
    return builder.build(holdings, small_region);
}

std::string sorted(std::string const& words) {
    std::istringstream stream{words};
    std::vector<std::string> list;
    for (std::string word; stream >> word;) list.push_back(word);
    std::sort(list.begin(), list.end());
    std::string out;
    for (auto const& word : list) out.append(out.empty() ? "" : " ").append(word);
    return out;
}

std::string told(Selection const& selection) {
    static constexpr std::array<std::string_view, kind_count> kinds{"ag", "dp", "df", "ct", "cn",
                                                                    "cl", "cs", "ds", "cc", "pa"};
    std::string out;
    for (auto const& entry : selection.entries) {
        auto const& self = entry.artefact->self;
        std::string id = self.id;
        for (auto const& [dataset, name] : {std::pair{a, "A"}, {b, "B"}})
            if (auto const at = id.find(dataset); at != std::string::npos)
                id.replace(at, dataset.size(), name);
        out.append(kinds[static_cast<std::size_t>(self.kind)]).append(":");
        if (self.agency != "KREISLAUF") out.append(self.agency).append(":");
        out.append(id).append(" ");
    }
    return sorted(out);
}

} // namespace structure_test

#include "gateway/sdmx/structure/evas.hpp"

#include <algorithm>
#include <array>

namespace gateway::sdmx::structure {
namespace {

struct Subject {
    std::string_view id, de, en;
};
/// Ascending; one digit is an area, two are a group.
constexpr std::array<Subject, 37> subjects{{
    {"1", "Gebiet, Bevölkerung, Arbeitsmarkt, Wahlen", "Territory, population, labour market, elections"},
    {"11", "Gebiet", "Territory"},
    {"12", "Bevölkerung", "Population"},
    {"13", "Arbeitsmarkt", "Labour market"},
    {"14", "Wahlen", "Elections"},
    {"2", "Bildung, Soziales, Gesundheit, Recht", "Education, social issues, health, justice"},
    {"21", "Bildung und Kultur", "Education and culture"},
    {"22", "Soziales", "Social issues"},
    {"23", "Gesundheit", "Health"},
    {"24", "Rechtspflege", "Justice"},
    {"3", "Wohnen, Umwelt", "Housing, environment"},
    {"31", "Gebäude und Wohnen", "Buildings and housing"},
    {"32", "Umwelt", "Environment"},
    {"33", "Flächennutzung", "Land use"},
    {"4", "Wirtschaftsbereiche", "Economic sectors"},
    {"41", "Land- und Forstwirtschaft, Fischerei", "Agriculture, forestry, fisheries"},
    {"42", "Industrie, Verarbeitendes Gewerbe", "Industry, manufacturing"},
    {"43", "Energie", "Energy"},
    {"44", "Baugewerbe", "Construction"},
    {"45", "Handel, Gastgewerbe, Tourismus", "Trade, accommodation, tourism"},
    {"46", "Verkehr", "Transport"},
    {"47", "Dienstleistungen", "Services"},
    {"5", "Außenhandel, Unternehmen, Handwerk", "Foreign trade, enterprises, crafts"},
    {"51", "Außenhandel", "Foreign trade"},
    {"52", "Unternehmen", "Enterprises"},
    {"53", "Handwerk", "Crafts"},
    {"6", "Preise, Verdienste, Einkommen", "Prices, earnings, income"},
    {"61", "Preise", "Prices"},
    {"62", "Verdienste und Arbeitskosten", "Earnings and labour costs"},
    {"63", "Einkommen, Konsum, Lebensbedingungen", "Income, consumption, living conditions"},
    {"7", "Öffentliche Finanzen", "Public finance"},
    {"71", "Öffentliche Haushalte", "Public budgets"},
    {"73", "Steuern", "Taxes"},
    {"8", "Gesamtrechnungen", "National accounts"},
    {"81", "Volkswirtschaftliche Gesamtrechnungen des Bundes", "National accounts of the federation"},
    {"82", "Volkswirtschaftliche Gesamtrechnungen der Länder", "National accounts of the Länder"},
    {"OTHER", "Ohne Nummer eines Sachgebiets", "Without the number of a subject"},
}};

bool is_listed(std::string_view id) noexcept {
    return std::any_of(subjects.begin(), subjects.end(), [&](Subject const& s) { return s.id == id; });
}

bool is_number(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

Artefact evas_scheme() {
    Artefact artefact;
    artefact.self = {Kind::category_scheme, std::string{common::our_agency}, "EVAS",
                     std::string{common::our_version}};
    artefact.name = {"Statistiken nach Sachgebieten (EVAS)", "Statistics by subject (EVAS)"};
    ItemScheme scheme;
    auto area = Item::no_parent;
    for (auto const& subject : subjects) {
        bool const is_group = subject.id.size() == 2;
        if (!is_group) area = static_cast<std::uint32_t>(scheme.items.size());
        scheme.items.push_back({std::string{subject.id},
                                {std::string{subject.de}, std::string{subject.en}},
                                is_group ? area : Item::no_parent});
    }
    artefact.content = std::move(scheme);
    return artefact;
}

std::string evas_category(std::string_view statistic, std::string_view source) {
    // Census tables: 1000A persons, 3000G buildings, 4000W dwellings, 5000H households.
    if (source == "zensus" && !is_number(statistic) && !statistic.empty())
        return statistic[0] == '3' || statistic[0] == '4' ? "3.31" : "1.12";
    if (statistic.size() == 5 && is_number(statistic)) {
        std::string area{statistic.substr(0, 1)};
        std::string const group{statistic.substr(0, 2)};
        if (is_listed(group)) return area + "." + group;
        if (is_listed(area)) return area;
    }
    return "OTHER";
}

} // namespace gateway::sdmx::structure

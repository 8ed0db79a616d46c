#include "gateway/feed/derived.hpp"

#include <algorithm>
#include <array>

namespace gateway::feed {

std::string_view to_string(Derived::Origin origin) noexcept {
    constexpr std::array<std::string_view, 6> names{"OBSERVED", "SUMMED",     "ESTIMATED",
                                                    "COMPUTED", "INCOMPLETE", "NONE"};
    return names[static_cast<std::size_t>(origin)];
}

namespace {

struct Word {
    std::string_view code, text;
};

template <std::size_t N>
std::string translated(std::array<Word, N> const& words, std::string_view codes, char separator) {
    std::string text;
    while (!codes.empty()) {
        auto const end = std::min(codes.find(separator), codes.size());
        auto const code = codes.substr(0, end);
        auto const found =
            std::find_if(words.begin(), words.end(), [code](Word const& word) { return word.code == code; });
        if (!code.empty())
            text.append(text.empty() ? "" : "; ").append(found == words.end() ? code : found->text);
        codes.remove_prefix(std::min(end + 1, codes.size()));
    }
    return text;
}

constexpr std::array<Word, 17> flag_words{
    {{"nearest_year", "Schlüssel eines anderen Jahres"},
     {"off_day", "Gebiete vom Beginn des Zeitraums"},
     {"key_repaired", "Wert stand unter dem Schlüssel des späteren Gebiets"},
     {"weight_fallback", "anderes Gewicht als vorgesehen"},
     {"missing_part", "ein Teilgebiet hat keinen Wert"},
     {"secret_part", "ein Teilgebiet ist geheim zu halten"},
     {"absent_part", "ein Teilgebiet fehlt in der Quelle"},
     {"double_vintage", "Gebiet und seine Teile zugleich in der Quelle"},
     {"duplicate", "ein Teilgebiet steht mehrfach in der Quelle"},
     {"estimated_part", "ein Teilgebiet ist selbst geschätzt"},
     {"mixed_years", "Teilgebiete aus verschiedenen Jahren"},
     {"special_keys", "unbewohnte Gebiete"},
     {"protected_part", "ein Teilgebiet ist gerundet"},
     {"open_part", "ein Teilgebiet ist um unbekannte Beträge verändert"},
     {"outside_validity", "Wert unter einem Schlüssel, der zu dieser Zeit nicht galt"},
     {"municipal_estimate", "auch eine Gemeinde wurde geteilt"},
     {"municipal", "aus Gemeinden"}}};
constexpr std::array<Word, 5> method_words{{{"pop", "nach Bevölkerung aufgeteilt"},
                                            {"area", "nach Fläche aufgeteilt"},
                                            {"emp", "nach Beschäftigten aufgeteilt"},
                                            {"municipalities", "aus Gemeinden aufgeteilt"},
                                            {"components", "aus Zähler und Nenner berechnet"}}};

} // namespace

std::string_view origin_de(Derived::Origin origin) noexcept {
    constexpr std::array<std::string_view, 6> names{"beobachtet", "summiert",      "geschätzt",
                                                    "berechnet",  "unvollständig", "kein Wert"};
    return names[static_cast<std::size_t>(origin)];
}

std::string flags_de(std::string_view flags) {
    return translated(flag_words, flags, ' ');
}

std::string method_de(std::string_view method) {
    return translated(method_words, method, '+');
}

} // namespace gateway::feed

// Names and values as the messages to subscribers say them, in German.
//
// Source   labels of the store, which are those of the sources; gateway/feed/german.hpp for codes of the common schema
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/store/store.hpp"

namespace gateway::subscribe {

/// "1.234.567,50"; "-0,3".
std::string german_number(Decimal number);
/// "12.345" for a count.
std::string german_count(std::uint64_t count);
/// "1 Zahl", "12.345 Zahlen".
std::string figures_de(std::uint64_t count);

/// "Bevölkerung (Tabelle 12411-01-01-4, Destatis)".
std::string dataset_words(DatasetInfo const& info);
/// "Bevölkerungsstand, männlich": the measure, and every dimension that is no total.
std::string indicator_words(store::Store const& store, std::string_view dataset, IndicatorKey const& key);
/// "Goslar, Landkreis"; "Osterode am Harz (bis 31.10.2016)" for an area that the register knows to be former.
std::string area_words(store::Store const& store, std::string_view dataset, Area const& area,
                       harmonize::territory::Register const* areas);
/// "Personen", "Tausend Euro".
std::string unit_words(store::Store const& store, std::string_view dataset, IndicatorKey const& key);
/// "126.775 Personen", "126.775 Personen (vorläufig)", "kein Wert (geheim zu halten)"; never a number that is not free.
std::string value_words(store::PackedObservation const& observation, store::State const& state,
                        std::string_view unit);
/// "+225"; nothing where one of the two is no number, or not free.
std::optional<std::string> difference_words(store::PackedObservation const& before,
                                            store::State const& state_before,
                                            store::PackedObservation const& after,
                                            store::State const& state_after);

} // namespace gateway::subscribe

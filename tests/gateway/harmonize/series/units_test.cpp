#include "gateway/harmonize/series/units.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::HasSubstr;

UnitTable table() {
    return UnitTable::load(project_mappings());
}
IndicatorKey unit(char const* code, char const* power = "") {
    IndicatorKey key;
    key.set("MEASURE", "X");
    key.set("UNIT", code);
    if (*power != '\0') key.set("UNIT_MULT", power);
    return key;
}
std::string converted(char const* number, IndicatorKey const& from, char const* to) {
    auto const units = table();
    auto const target = units.parse(to);
    if (auto why = units.why_not(from, target); !why.empty()) return why;
    return text_of(units.convert(figure("2024", number), from, target).figure);
}

TEST(SeriesUnits, ConvertExactly) {
    EXPECT_EQ(converted("64", unit("PS", "3"), "Personen"), "64000");
    EXPECT_EQ(converted("74.5", unit("PS", "3"), "Anzahl"), "74500");
    EXPECT_EQ(converted("1234567", unit("EUR"), "Tsd. EUR"), "1234.567");
    EXPECT_EQ(converted("96512", unit("HA"), "KM2"), "965.12");
    EXPECT_EQ(converted("1", unit("KM2"), "ha"), "100");
    EXPECT_EQ(converted("12.50", unit("PT"), "Promille"), "125.0");
    EXPECT_EQ(converted("92", unit("PM"), "Prozent"), "9.2");
    EXPECT_EQ(converted("-3", unit("T", "3"), "kg"), "-3000000");
}

TEST(SeriesUnits, RefuseOtherKinds) {
    EXPECT_THAT(converted("1", unit("EUR"), "KM2"), HasSubstr("different kinds of units"));
    EXPECT_THAT(converted("1", unit("PP"), "PT"), HasSubstr("different kinds"));
    EXPECT_THAT(converted("1", unit("NR"), "PS"), HasSubstr("different kinds"));
    EXPECT_THAT(converted("1", unit("IX_2020"), "PT"), HasSubstr("different kinds"));
    EXPECT_THAT(converted("1", unit("PT"), "Tsd."), HasSubstr("multiples of ten"));
    EXPECT_THAT(converted("1", unit("ME"), "KG"), HasSubstr("different kinds"));
}

TEST(SeriesUnits, RefuseWhatHasNoFiniteDecimal) {
    auto const units = table();
    EXPECT_EQ(converted("9", unit("TJ"), "kWh"), "2500000");
    auto const made = units.convert(figure("2024", "1"), unit("TJ"), units.parse("kWh"));
    EXPECT_EQ(made.making, Making::none);
    EXPECT_THAT(made.note.en, HasSubstr("no finite decimal"));
    EXPECT_EQ(converted("2500000", unit("KWH"), "TJ"), "9.00000");
}

TEST(SeriesUnits, ChangeTheKeyWithTheValue) {
    auto const units = table();
    EXPECT_EQ(units.converted(unit("EUR"), units.parse("Tsd. EUR")).text(), "MEASURE=X,UNIT=EUR,UNIT_MULT=3");
    EXPECT_EQ(units.converted(unit("PS", "3"), units.parse("Anzahl")).text(), "MEASURE=X,UNIT=PS");
    EXPECT_EQ(units.parse("EUR:3").power, 3);
    EXPECT_EQ(units.parse("EUR:3").unit, "EUR");
    for (auto const* text : {"Ellen", "EUR:", "EUR:x", "EUR:99", ":3"})
        EXPECT_THROW(static_cast<void>(units.parse(text)), Error) << text;
}

TEST(SeriesUnits, ConvertBoundsAndSayHowTheSourceRounds) {
    auto const units = table();
    auto const rounded = figure("2024", "125", Protection::r5);
    auto const made = units.convert(rounded, unit("PS"), units.parse("Tsd."));
    EXPECT_EQ(text_of(made.figure), "0.125");
    EXPECT_EQ(made.figure.quality.bounds->below.to_string(), "0.002");
    EXPECT_THAT(units.convert(figure("2019", "64"), unit("PS", "3"), units.parse("Anzahl")).note.de,
                HasSubstr("die Quelle rundet auf 10^3"));
    auto const gone =
        units.convert(missing("2019", MissingReason::unreliable), unit("PS", "3"), units.parse("Anzahl"));
    EXPECT_EQ(text_of(gone.figure), "UNRELIABLE");
}

TEST(SeriesUnits, RefuseMoreDigitsThanANumberHolds) {
    EXPECT_FALSE(scaled_exactly(parse_decimal("999999999999999999").value, 1, 1, 6));
    EXPECT_EQ(scaled_exactly(parse_decimal("5").value, 1, 1, -18)->to_string(), "0.000000000000000005");
    EXPECT_FALSE(scaled_exactly(parse_decimal("5").value, 1, 1, -19));
    EXPECT_EQ(scaled_exactly(parse_decimal("50").value, 1, 1, -19)->to_string(), "0.000000000000000005");
}

} // namespace
} // namespace gateway::harmonize::series

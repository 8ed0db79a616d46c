#include "adapters/cube/cube.hpp"

#include <gtest/gtest.h>

#include "tests/adapters/cube/cells_text.hpp"

namespace adapters::cube {
namespace {

std::string shown(std::string_view text, int decimals = -1) {
    auto const number = exact_number(text, decimals);
    return number ? number->to_string() : "none";
}

TEST(CubeNumber, KeepsDigitsAsWritten) {
    EXPECT_EQ(shown("12.50"), "12.50");
    EXPECT_EQ(shown("-0.3"), "-0.3");
    EXPECT_EQ(shown("007"), "7");
    EXPECT_EQ(shown("83577140"), "83577140");
}

TEST(CubeNumber, ResolvesExponents) {
    EXPECT_EQ(shown("1.2e3"), "1200");
    EXPECT_EQ(shown("1.25E-1"), "0.125");
    EXPECT_EQ(shown("5e-3"), "0.005");
}

TEST(CubeNumber, CutsBinaryResiduesOnlyWherePlacesAreKnown) {
    EXPECT_EQ(shown("74.599999999999994", 1), "74.6");
    EXPECT_EQ(shown("74.599999999999994"), "74.599999999999994");
    EXPECT_EQ(shown("74.5999999", 1), "74.5999999");
    EXPECT_EQ(shown("9.9999999999999996", 1), "10.0");
    EXPECT_EQ(shown("13", 2), "13.00");
}

TEST(CubeNumber, RefusesWhatItCannotHold) {
    for (auto const* const text :
         {"", "-", ".", "1e", "1e99", "1.2.3", "NaN", "12345678901234567890", "1e-19", "0x1"})
        EXPECT_EQ(shown(text), "none") << text;
}

TEST(CubeTime, KnowsTheFormsOfStatisticalOffices) {
    auto const shown_time = [](std::string_view text) {
        auto const code = time_code(text);
        return code ? code->variable + "=" + code->code : std::string{"none"};
    };
    EXPECT_EQ(shown_time("2024"), "JAHR=2024");
    EXPECT_EQ(shown_time("2024-12-31"), "STAG=2024-12-31");
    EXPECT_EQ(shown_time("2024M06"), "SMONAT=2024-06P1M");
    EXPECT_EQ(shown_time("2024-06"), "SMONAT=2024-06P1M");
    EXPECT_EQ(shown_time("2024-Q4"), "SQUART=2024-10P3M");
    EXPECT_EQ(shown_time("2024K1"), "SQUART=2024-01P3M");
    EXPECT_EQ(shown_time("2024H2"), "SEMEST=2024-07P6M");
    for (auto const* const text :
         {"", "24", "2024-13", "2024Q5", "2024-1", "20246", "Juni 2024", "2024 / 2005"})
        EXPECT_EQ(shown_time(text), "none") << text;
}

TEST(CubeWriter, RefusesMoreValuesThanCanBeCounted) {
    Cube cube;
    Dimension dimension;
    dimension.categories.resize(100000);
    cube.dimensions.assign(4, dimension);
    EXPECT_EQ(cube_test::error_of([&] { value_count("x", cube); }),
              "too_large: x: the sizes of the dimensions make more than 4294967296 values");
}

TEST(CubeWriter, RefusesTwoTimesAndNoTime) {
    Cube cube;
    Dimension dimension;
    dimension.id = "a";
    dimension.categories.resize(1);
    cube.dimensions.assign(1, dimension);
    cube_test::CellsText sink;
    EXPECT_EQ(cube_test::error_of([&] { Writer(cube, sink, "x"); }).substr(0, 13), "unknown_time:");
    cube.dimensions[0].role = Dimension::Role::time;
    cube.dimensions.push_back(cube.dimensions[0]);
    EXPECT_EQ(cube_test::error_of([&] { Writer(cube, sink, "x"); }).substr(0, 18), "structure_changed:");
}

} // namespace
} // namespace adapters::cube

// The scan kernels against each other and against a reader that looks at one byte after the other.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "adapters/csv/scan.hpp"

namespace {

using adapters::csv::can_scan_with;
using adapters::csv::scan;
using adapters::csv::ScanKernel;
using adapters::csv::ScanMarks;

std::vector<std::uint32_t> ends_of(ScanMarks const& marks) {
    return {marks.ends.begin(), marks.ends.begin() + static_cast<std::ptrdiff_t>(marks.count)};
}

TEST(CsvScan, EveryKernelFindsTheSameEnds) {
    std::mt19937 random{7};
    std::string const letters = "ab;\n\"\r,x";
    for (int round = 0; round < 3000; ++round) {
        std::string text(random() % 400, ' ');
        for (auto& c : text) c = letters[random() % letters.size()];
        ScanMarks expected;
        scan(text, {';', '\n', '"'}, expected, ScanKernel::scalar);
        for (auto const kernel : {ScanKernel::avx2, ScanKernel::avx512}) {
            if (!can_scan_with(kernel)) continue;
            ScanMarks got;
            scan(text, {';', '\n', '"'}, got, kernel);
            ASSERT_EQ(ends_of(got), ends_of(expected)) << text;
            ASSERT_EQ(got.stray, expected.stray) << text;
            ASSERT_EQ(got.doubled, expected.doubled) << text;
            ASSERT_EQ(got.inner_lines, expected.inner_lines) << text;
        }
    }
}

TEST(CsvScan, LeavesOutWhatStandsInQuotes) {
    ScanMarks marks;
    scan("a;\"b;c\nd\";e\n", {}, marks);
    EXPECT_EQ(marks.count, 1U) << "the default delimiter is a comma: only the last line end";
    scan("a;\"b;c\nd\";e\n", {';', '\n', '"'}, marks);
    EXPECT_EQ(ends_of(marks), (std::vector<std::uint32_t>{1, 9, 11}));
    EXPECT_TRUE(marks.inner_lines);
    EXPECT_EQ(marks.stray, SIZE_MAX);
}

TEST(CsvScan, ReportsTheFirstQuotationMarkOutOfPlace) {
    ScanMarks marks;
    scan("ab;c\"d;e\n", {';', '\n', '"'}, marks);
    EXPECT_EQ(marks.stray, 4U);
    scan("ab;\"c\"d;e\n", {';', '\n', '"'}, marks);
    EXPECT_EQ(marks.stray, 6U);
    scan("\"ab\"\r\n\"c\"\"d\";e", {';', '\n', '"'}, marks);
    EXPECT_EQ(marks.stray, SIZE_MAX);
    EXPECT_TRUE(marks.doubled);
}

} // namespace

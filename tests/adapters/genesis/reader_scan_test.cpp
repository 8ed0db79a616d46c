#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/genesis/reader_text.hpp"
#include "adapters/genesis/reader_value.hpp"
#include "adapters/genesis/scan.hpp"

namespace genesis_test {

using adapters::genesis::can_scan_with;
using adapters::genesis::read_number;
using adapters::genesis::ReadNumber;
using adapters::genesis::ScanKernel;
using adapters::genesis::ScanMarks;

namespace {

struct Marks {
    std::vector<std::uint32_t> ends, lines;
    bool quotes = false;
    friend bool operator==(Marks const&, Marks const&) = default;
};

Marks scanned(std::string const& text, ScanKernel kernel) {
    ScanMarks marks;
    adapters::genesis::scan(text, marks, kernel);
    return {
        {marks.ends.begin(), marks.ends.begin() + static_cast<std::ptrdiff_t>(marks.end_count)},
        {marks.line_ends.begin(), marks.line_ends.begin() + static_cast<std::ptrdiff_t>(marks.line_count)},
        marks.quotes};
}

Marks by_hand(std::string const& text) {
    Marks marks;
    for (std::uint32_t i = 0; i < text.size(); ++i) {
        marks.quotes |= text[i] == '"';
        if (text[i] != ';' && text[i] != '\n') continue;
        if (text[i] == '\n') marks.lines.push_back(static_cast<std::uint32_t>(marks.ends.size()));
        marks.ends.push_back(i);
    }
    return marks;
}

} // namespace

TEST(GenesisScan, FindsTheSameMarksWithEveryKernel) {
    std::mt19937 random(1);
    unsigned kernels = 0;
    for (auto const kernel : {ScanKernel::scalar, ScanKernel::avx2, ScanKernel::avx512}) {
        if (!can_scan_with(kernel)) continue;
        ++kernels;
        for (int round = 0; round < 2000; ++round) {
            std::string text(random() % 300U, 'x');
            auto const density = 1U + random() % 8U;
            for (auto& c : text)
                if (random() % density == 0) c = ";\n\"a\xC3\x80"[random() % 6U];
            EXPECT_EQ(scanned(text, kernel), by_hand(text)) << static_cast<int>(kernel);
        }
        EXPECT_EQ(scanned(std::string(1000, ';'), kernel), by_hand(std::string(1000, ';')));
        EXPECT_EQ(scanned(std::string(1000, '\n'), kernel), by_hand(std::string(1000, '\n')));
    }
    RecordProperty("kernels", static_cast<int>(kernels));
    EXPECT_GE(kernels, 1U);
}

TEST(GenesisScan, CountsLinesOfAnyLength) {
    std::mt19937 random(2);
    for (int round = 0; round < 500; ++round) {
        std::string text(random() % 400U, 'x');
        for (auto& c : text)
            if (random() % 5U == 0) c = '\n';
        EXPECT_EQ(adapters::genesis::count_lines(text), by_hand(text).lines.size());
    }
}

TEST(GenesisText, KnowsUtf8FromWhatIsNot) {
    using adapters::genesis::is_clean_utf8;
    for (auto const* good :
         {"", "abc", "Göttingen", "Straße – 100 €", "\xF0\x9F\x8F\x98 zwölf Zeichen und mehr"})
        EXPECT_TRUE(is_clean_utf8(good)) << good;
    for (auto const* bad :
         {"\xE4", "12345678\xE4", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
        EXPECT_FALSE(is_clean_utf8(bad)) << bad;
    for (std::size_t at = 0; at < 20; ++at) {
        std::string text(20, 'a');
        text[at] = '\0';
        EXPECT_FALSE(is_clean_utf8(text)) << at;
        text[at] = '\x01';
        EXPECT_TRUE(is_clean_utf8(text)) << at;
    }
}

TEST(GenesisText, ShowsBytesThatCannotBeRead) {
    EXPECT_EQ(adapters::genesis::shown("a\xE4\x01z"), "a\\xE4\\x01z");
    EXPECT_EQ(adapters::genesis::shown("Göttingen", 3), "Gö...");
}

TEST(GenesisText, TakesTheQuotesOff) {
    std::string scratch;
    EXPECT_EQ(adapters::genesis::unquoted("\"a;b\"", scratch), "a;b");
    EXPECT_EQ(adapters::genesis::unquoted("\"a \"\"b\"\"\"", scratch), "a \"b\"");
    EXPECT_EQ(adapters::genesis::unquoted("a\"b\"", scratch), "a\"b\"");
    EXPECT_EQ(adapters::genesis::unquoted("\"", scratch), "\"");
}

TEST(GenesisNumber, IsReadLikeTheDecimalOfTheCore) {
    for (auto const* text :
         {"0", "-0", "7", "-7", "123456789012345678", "0,5", "-12,50", "0,000000000000000001", "00012"}) {
        auto const read = read_number(text);
        ASSERT_EQ(read.kind, ReadNumber::Kind::number) << text;
        auto const known = gateway::parse_decimal(text, ',');
        ASSERT_TRUE(known) << text;
        EXPECT_TRUE(read.value.same_digits(known.value)) << text;
    }
    for (auto const* text : {"1,", ",5", "1,2,3", "1.2,3", "--1", "1-", "+1", "1 000", "1e3", " 1"})
        EXPECT_EQ(read_number(text).kind, ReadNumber::Kind::malformed) << text;
    for (auto const* text : {"-", ".", "...", "/", "x", "abc", "()"})
        EXPECT_EQ(read_number(text).kind, ReadNumber::Kind::sign) << text;
    for (auto const* text : {"1234567890123456789", "0,1234567890123456789", "99999999999999999999999999"})
        EXPECT_EQ(read_number(text).kind, ReadNumber::Kind::overflow) << text;
    EXPECT_EQ(read_number("").kind, ReadNumber::Kind::empty);
    EXPECT_EQ(read_number("1.5").mark, '.');
    EXPECT_EQ(read_number("15").mark, '\0');
}

} // namespace genesis_test

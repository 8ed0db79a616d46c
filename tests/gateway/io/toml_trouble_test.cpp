// Texts that would lead the TOML library into undefined behaviour are found before it sees them.
#include "gateway/io/toml_trouble.hpp"

#include <gtest/gtest.h>

namespace gateway::io {
namespace {

TEST(TomlTrouble, IsALetterBeyondAsciiOutsideQuotationMarks) {
    auto const found = toml_trouble("id = \"ä\" # ö\nmaß = 1\n");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->line, 2U);
    EXPECT_EQ(found->column, 3U);
    EXPECT_EQ(found->found, "a letter beyond ASCII outside quotation marks");
}

TEST(TomlTrouble, IsAQuotationMarkGluedToAWord) {
    auto const found = toml_trouble("a = b\"c\"\n");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->line, 1U);
    EXPECT_EQ(found->column, 6U);
}

TEST(TomlTrouble, IsNoneInSoundTexts) {
    EXPECT_FALSE(toml_trouble("\xEF\xBB\xBF"
                              "name = \"Göttingen \\\" Süd\"\n'schlüssel' = 'ß'\n"
                              "text = \"\"\"\nmehrere \"Zeilen\" mit ä\n\"\"\"\nnext = 1 # ü\n"));
}

} // namespace
} // namespace gateway::io

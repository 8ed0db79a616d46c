// Hostile feed descriptions, made by a generator: every key of a sound description with a value of a wrong kind, every
// line broken, and unknown keys in every table; each is refused with file, line and column.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_description.hpp"

namespace gateway::harmonize {
namespace {

std::vector<std::string> const sound = {
    "origin = \"an office that exists for tests\"",
    "date = 2026-01-01",
    "title = \"Bevölkerung\"",
    "source.files = [\"a*\"]",
    "source.dataset = \"DEMO:POP\"",
    "[layout]",
    "format = \"csv\"",
    "decimal = \",\"",
    "thousands = \"none\"",
    "header_row = 1",
    "hidden = false",
    "time.column = \"Jahr\"",
    "measure.text = \"BEVSTD\"",
    "unit.text = \"Anzahl\"",
    "[[layout.dimension]]",
    "variable = \"KREISE\"",
    "column = \"Key\"",
    "[[layout.value]]",
    "columns = [\"Wert\"]",
};

std::string text_of(std::vector<std::string> const& lines) {
    std::string text;
    for (auto const& line : lines) text += line + "\n";
    return text;
}

/// Columns count characters: the bytes that begin one.
std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string error_of(std::vector<std::string> const& lines) {
    static auto const files = MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    try {
        (void)parse_feed(files, "feed.toml", text_of(lines), "lsn");
    } catch (Error const& error) {
        return std::string{to_string(error.code())} + ": " + error.what();
    }
    return "read";
}

/// "malformed: mappings/feed.toml:LINE:COLUMN: " with a column from 1.
void expect_place(std::string const& said, std::size_t line, std::size_t column, std::string const& what) {
    auto const wanted =
        "malformed: mappings/feed.toml:" + std::to_string(line) + ":" + std::to_string(column) + ": ";
    EXPECT_EQ(said.substr(0, wanted.size()), wanted) << what << ": " << said;
}

TEST(HostileFeed, TheSoundDescriptionIsRead) {
    EXPECT_EQ(error_of(sound), "read");
}

TEST(HostileFeed, EveryKeyWithAValueOfAWrongKindIsNamedWithLineAndColumn) {
    std::size_t files = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        auto const equals = sound[i].find(" = ");
        if (equals == std::string::npos) continue;
        for (std::string const wrong : {"1.5", "{ x = 1 }", "[[1]]"}) {
            auto lines = sound;
            lines[i] = sound[i].substr(0, equals) + " = " + wrong;
            auto const said = error_of(lines);
            // In a list it is the first item that is none.
            bool const in_list = sound[i][equals + 3] == '[' && wrong.front() == '[';
            expect_place(said, i + 1, equals + (in_list ? 5 : 4), lines[i]);
            ++files;
        }
    }
    EXPECT_GE(files, 48U);
}

TEST(HostileFeed, EveryLineThatIsCutIsNamedWithLineAndColumn) {
    std::size_t cut = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        if (sound[i].back() != '"' && sound[i].back() != ']') continue;
        auto lines = sound;
        lines[i] = sound[i].substr(0, sound[i].size() - 1);
        // A list may go on in the next line, which then is no item of it; the last one is still open at the end.
        bool const is_list = sound[i].back() == ']' && sound[i].front() != '[';
        if (is_list && i + 1 < sound.size())
            expect_place(error_of(lines), i + 2, 1, lines[i]);
        else
            expect_place(error_of(lines), i + 1, characters_of(lines[i]) + (is_list ? 2 : 1), lines[i]);
        ++cut;
    }
    EXPECT_EQ(cut, 16U);
}

TEST(HostileFeed, UnknownKeysAreNamedWithLineAndColumnWhereverTheyStand) {
    for (std::size_t i = 0; i < sound.size(); ++i) {
        auto lines = sound;
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(i) + 1, "unheard_of = 1");
        expect_place(error_of(lines), i + 2, 1, "behind " + sound[i]);
    }
}

} // namespace
} // namespace gateway::harmonize

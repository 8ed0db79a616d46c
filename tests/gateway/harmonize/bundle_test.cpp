// The bundle of mapping files: the JSON that a program makes which writes JSON for a living.
#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "gateway/harmonize/mapping_load.hpp"

namespace gateway::harmonize {
namespace {

using Texts = std::map<std::string_view, std::string_view>;

std::string by_the_library(Texts const& texts) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    writer.StartObject();
    writer.Key("files");
    writer.StartObject();
    for (auto const& [name, text] : texts) {
        writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
        writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    }
    writer.EndObject();
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

TEST(Bundle, IsWrittenAsTheLibraryWritesIt) {
    std::string every;
    for (int byte = 0; byte < 128; ++byte) every += static_cast<char>(byte);
    auto const twice = every + every;
    for (auto const& texts : {Texts{}, Texts{{"a.toml", ""}}, Texts{{"a.toml", every}, {"b\"c.toml", "\n\n"}},
                              Texts{{"ü.toml", "# Länder\r\n\tx = \"y\\z\"\n"}, {"z", twice}}})
        EXPECT_EQ(write_bundle(texts), by_the_library(texts));
}

TEST(Bundle, FindsWhatNeedsAnEscapeInEveryPlace) {
    constexpr std::size_t length = 24;
    for (char const filler : {'a', ' ', '~', '\x7F', '!', '#', '[', ']'})
        for (std::size_t at = 0; at < length; ++at)
            for (char const odd : {'\0', '\x01', '\n', '\x1F', '"', '\\', 'b'}) {
                std::string text(length, filler);
                text[at] = odd;
                ASSERT_EQ(write_bundle(Texts{{"x", text}}), by_the_library(Texts{{"x", text}}))
                    << "character " << int{odd} << " at " << at << " among " << filler;
            }
}

TEST(Bundle, GivesBackWhatWasPutIn) {
    Texts const texts{{"units.toml", "a = \"b\\\\c\"\n"}, {"variables/sex.toml", "\x01\x1F/\n"}};
    auto const files = MappingFiles::from_bundle(write_bundle(texts));
    for (auto const& [name, text] : texts) EXPECT_EQ(files.text(std::string{name}), text);
}

} // namespace
} // namespace gateway::harmonize

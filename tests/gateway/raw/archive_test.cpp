#include "gateway/raw/archive.hpp"

#include <chrono>

#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::raw {
namespace {

using testing::error_of;
using testing::TemporaryDirectory;

Provenance from_file(std::string name) {
    return {"file", std::move(name), "", {}, {}, 0, 1'700'000'000};
}

TEST(Archive, GivesBackBytesAndTheirFirstProvenance) {
    TemporaryDirectory const directory;
    Archive archive{directory.path("raw")};
    for (auto const& bytes :
         {std::string{}, std::string{"x"}, testing::noise(300'000), testing::table_text(300'000)}) {
        auto const kept = archive.keep(bytes, from_file("first.csv"));
        EXPECT_TRUE(kept.is_new);
        EXPECT_EQ(kept.bytes, bytes.size());
        EXPECT_EQ(kept.sha256, io::sha256_hex(bytes));
        auto const again = archive.keep(bytes, from_file("second.csv"));
        EXPECT_FALSE(again.is_new);
        EXPECT_EQ(again.sha256, kept.sha256);
        auto const document = archive.read(kept.sha256);
        EXPECT_EQ(document.bytes, bytes);
        EXPECT_EQ(document.provenance.origin, "first.csv");
        EXPECT_EQ(document.provenance.received, 1'700'000'000);
        std::string streamed;
        archive.stream(kept.sha256, [&](std::string_view piece) { streamed += piece; });
        EXPECT_EQ(streamed, bytes);
    }
    EXPECT_EQ(archive.list().size(), 4U);
    EXPECT_TRUE(archive.verify().empty());
}

TEST(Archive, KeepsAFileUnderTheHashOfItsBytesWhateverItsSize) {
    TemporaryDirectory const directory;
    Archive archive{directory.path("raw")};
    for (std::size_t const size : {0UL, 1000UL, 4UL << 20U, (4UL << 20U) + 1, 9'000'000UL}) {
        auto const bytes = testing::noise(size, size);
        io::write_durable(directory.path("file"), bytes);
        auto const kept = archive.keep_file(directory.path("file"), from_file("file"));
        EXPECT_TRUE(kept.is_new) << size;
        EXPECT_EQ(kept.bytes, size);
        EXPECT_EQ(kept.sha256, io::sha256_hex(bytes));
        EXPECT_EQ(archive.read(kept.sha256).bytes, bytes);
        EXPECT_FALSE(archive.keep_file(directory.path("file"), from_file("file")).is_new);
        EXPECT_FALSE(archive.keep(bytes, from_file("file")).is_new);
    }
    EXPECT_TRUE(archive.verify().empty());
}

TEST(Archive, TellsTheNameBeforeTheBytesAreDurable) {
    TemporaryDirectory const directory;
    Archive archive{directory.path("raw")};
    for (std::size_t const size : {0UL, 1000UL, 9'000'000UL}) {
        auto const bytes = testing::noise(size, size + 7);
        io::write_durable(directory.path("file"), bytes);
        std::vector<Kept> named;
        auto const kept = archive.keep_file(directory.path("file"), from_file("file"), [&](Kept const& name) {
            EXPECT_FALSE(archive.holds(name.sha256)) << "it has no place yet";
            named.push_back(name);
        });
        ASSERT_EQ(named.size(), 1U);
        EXPECT_EQ(named.front().sha256, kept.sha256);
        EXPECT_EQ(named.front().bytes, size);
        EXPECT_TRUE(archive.holds_sound(kept.sha256));
    }
}

TEST(Archive, NameIsNoPromiseWhereTheDiskRefuses) {
    TemporaryDirectory const directory;
    io::write_durable(directory.path("file"), "a file where the archive should be");
    Archive archive{directory.path("file")};
    bool is_named = false;
    auto const error =
        error_of([&] { archive.keep("x", from_file("x"), [&](Kept const&) { is_named = true; }); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::io);
    EXPECT_TRUE(is_named);
}

TEST(Archive, HoldsOnlyWhatWasKept) {
    TemporaryDirectory const directory;
    Archive archive{directory.path("raw")};
    EXPECT_TRUE(archive.list().empty());
    EXPECT_TRUE(archive.verify().empty());
    auto const hash = io::sha256_hex("x");
    EXPECT_FALSE(archive.holds(hash));
    EXPECT_FALSE(io::file_exists(directory.path("raw"))) << "looking must not create anything";
    archive.keep("x", from_file("x"));
    EXPECT_TRUE(archive.holds(hash));
    auto const error = error_of([&] { static_cast<void>(archive.read(io::sha256_hex("y"))); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_found);
}

TEST(Archive, RefusesHashesThatAreNone) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    for (auto const* const hash : {"", "abc", "../../../../etc/passwd"}) {
        auto const error = error_of([&] { static_cast<void>(archive.holds(hash)); });
        ASSERT_TRUE(error) << hash;
        EXPECT_EQ(error->code(), Errc::invalid_argument);
    }
}

TEST(Archive, NamesTheFileThatIsNotThere) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const error = error_of([&] { archive.keep_file("/nowhere/x.csv", from_file("x")); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_found);
    EXPECT_NE(std::string{error->what()}.find("/nowhere/x.csv"), std::string::npos);
}

TEST(Archive, LetsErrorsOfTheReceiverPass) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const kept = archive.keep("abc", from_file("x"));
    auto const error = error_of([&] {
        archive.stream(kept.sha256, [](std::string_view) { throw Error{Errc::malformed, "row 3"}; });
    });
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(), "row 3");
}

TEST(Archive, IsReadableByTwoAtATimeWhileOthersKeep) {
    TemporaryDirectory const directory;
    Archive first{directory.path("raw")};
    Archive second{directory.path("raw")};
    auto const kept = first.keep("abc", from_file("x"));
    EXPECT_FALSE(second.keep("abc", from_file("y")).is_new);
    EXPECT_EQ(second.read(kept.sha256).bytes, "abc");
}

} // namespace
} // namespace gateway::raw

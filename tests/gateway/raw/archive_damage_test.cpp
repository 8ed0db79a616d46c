#include <algorithm>
#include <fstream>

#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::raw {
namespace {

using testing::error_of;
using testing::TemporaryDirectory;

Provenance some() {
    return {"file", "x.csv", "", {{"name", "12411-0015"}}, {}, 0, 1'700'000'000};
}

std::string path_of(TemporaryDirectory const& directory, std::string const& hash) {
    return directory.path(hash.substr(0, 2) + "/" + hash + ".raw");
}

void overwrite(std::string const& path, std::string const& bytes) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

TEST(ArchiveDamage, EveryFlippedByteIsFoundAndItsFileNamed) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const table = archive.keep(testing::table_text(40'000), some()).sha256;
    archive.keep(testing::noise(3'000), some());
    archive.keep("", some());
    auto const path = path_of(directory, table);
    auto const sound = io::read_file(path);

    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < 160; ++at) places.push_back(at); // magic, length, provenance
    auto const random = testing::noise(800, 7);
    for (std::size_t i = 0; i < 200; ++i) {
        std::size_t at = 0;
        for (std::size_t k = 0; k < 4; ++k) at = at * 256 + static_cast<unsigned char>(random[4 * i + k]);
        places.push_back(at % sound.size());
    }
    for (std::size_t back = 1; back <= 12; ++back) places.push_back(sound.size() - back); // checksums

    for (auto const at : places) {
        auto damaged = sound;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
        overwrite(path, damaged);
        auto const found = archive.verify();
        ASSERT_EQ(found.size(), 1U) << "byte " << at << " of " << sound.size();
        EXPECT_EQ(found[0].file, path);
        auto const error = error_of([&] { static_cast<void>(archive.read(table)); });
        ASSERT_TRUE(error) << at;
        EXPECT_EQ(error->code(), Errc::checksum);
        EXPECT_NE(std::string{error->what()}.find(path), std::string::npos);
    }
    overwrite(path, sound);
    EXPECT_TRUE(archive.verify().empty());
}

TEST(ArchiveDamage, EveryCutIsFound) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const hash = archive.keep(testing::table_text(2'000), some()).sha256;
    auto const sound = io::read_file(path_of(directory, hash));
    for (std::size_t size = 0; size < sound.size(); size += 5) {
        overwrite(path_of(directory, hash), sound.substr(0, size));
        EXPECT_EQ(archive.verify().size(), 1U) << size;
    }
}

TEST(ArchiveDamage, AnObjectUnderTheNameOfAnotherIsFound) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const first = archive.keep("first", some()).sha256;
    auto const second = archive.keep("second", some()).sha256;
    std::filesystem::copy_file(path_of(directory, first), path_of(directory, second),
                               std::filesystem::copy_options::overwrite_existing);
    auto const found = archive.verify();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].file, path_of(directory, second));
}

TEST(ArchiveDamage, ForeignFilesAreNamed) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const hash = archive.keep("x", some()).sha256;
    overwrite(directory.path("notes.txt"), "x");
    std::filesystem::create_directory(directory.path("zz"));
    std::filesystem::copy_file(path_of(directory, hash), directory.path("zz/" + hash + ".raw"));
    auto const found = archive.verify();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].file, directory.path("notes.txt"));
    EXPECT_EQ(found[0].text, "is no object of the archive");
    EXPECT_EQ(archive.list(), std::vector{hash});
}

TEST(ArchiveDamage, KeepingTheBytesAgainRepairsTheObject) {
    TemporaryDirectory const directory;
    Archive archive{directory.path()};
    auto const bytes = testing::table_text(5'000);
    auto const hash = archive.keep(bytes, some()).sha256;
    overwrite(path_of(directory, hash), "KRAW1\nrubbish");
    EXPECT_EQ(archive.verify().size(), 1U);
    archive.keep(bytes, some());
    EXPECT_TRUE(archive.verify().empty());
    EXPECT_EQ(archive.read(hash).bytes, bytes);
}

} // namespace
} // namespace gateway::raw

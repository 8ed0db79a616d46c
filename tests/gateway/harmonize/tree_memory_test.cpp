// Trees of mapping files that are parsed once: the memory never shows what a file does not say.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"

namespace gateway::harmonize {
namespace {

class TreeMemoryTest : public testing::Test {
  protected:
    TreeMemory::Made tree(std::string const& text, std::string const& schema = "units") {
        return memory_.get("units.toml", schema, std::make_shared<std::string const>(text),
                           [&]() -> TreeMemory::Made {
                               ++made_;
                               return std::make_shared<Tree>(parse_toml(text, "units.toml"));
                           });
    }
    TreeMemory memory_;
    std::atomic<int> made_ = 0;
};

TEST_F(TreeMemoryTest, ParsesATextOnce) {
    auto const first = tree("a = 1\n");
    EXPECT_EQ(tree("a = 1\n"), first);
    EXPECT_EQ(made_, 1);
}

TEST_F(TreeMemoryTest, ParsesAnewWhatIsWrittenDifferently) {
    auto const first = tree("a = 1\n");
    EXPECT_EQ(tree("a = 2\n")->find("a")->integer, 2);
    EXPECT_EQ(first->find("a")->integer, 1) << "who holds the old tree keeps it";
    EXPECT_EQ(tree("a = 1\n")->find("a")->integer, 1);
    EXPECT_EQ(made_, 3);
}

TEST_F(TreeMemoryTest, TakesATextThatFollowedAnotherSchemaForUnchecked) {
    static_cast<void>(tree("a = 1\n"));
    static_cast<void>(tree("a = 1\n", "time"));
    EXPECT_EQ(made_, 2);
}

TEST_F(TreeMemoryTest, KeepsNothingOfATextThatIsWrong) {
    EXPECT_THROW(tree("a = \n"), Error);
    EXPECT_THROW(tree("a = \n"), Error);
    EXPECT_EQ(made_, 2);
    EXPECT_EQ(tree("a = 3\n")->find("a")->integer, 3);
}

TEST_F(TreeMemoryTest, DoesNotWaitForAnotherThread) {
    std::promise<void> begun;
    std::promise<void> may_end;
    std::jthread const slow{[&] {
        auto const text = std::make_shared<std::string const>("a = 1\n");
        static_cast<void>(memory_.get("units.toml", "units", text, [&]() -> TreeMemory::Made {
            begun.set_value();
            may_end.get_future().wait();
            return std::make_shared<Tree>();
        }));
    }};
    begun.get_future().wait();
    EXPECT_EQ(tree("a = 1\n")->find("a")->integer, 1);
    EXPECT_EQ(made_, 1);
    may_end.set_value();
}

TEST_F(TreeMemoryTest, GivesManyThreadsTheSame) {
    std::vector<TreeMemory::Made> seen(8);
    {
        std::vector<std::jthread> threads;
        threads.reserve(seen.size());
        for (auto& each : seen) threads.emplace_back([this, &each] { each = tree("a = 1\n"); });
    }
    for (auto const& each : seen) EXPECT_EQ(each->find("a")->integer, 1);
    auto const made = made_.load();
    EXPECT_EQ(tree("a = 1\n")->find("a")->integer, 1);
    EXPECT_EQ(made_, made) << "afterwards one of them is known";
}

class MappingFolder : public testing::Test {
  protected:
    MappingFolder() {
        namespace fs = std::filesystem;
        fs::create_directories(folder_ / "mappings" / "variables");
        fs::create_directories(folder_ / "schemas");
        fs::copy(fs::path{KREISLAUF_SOURCE_DIR} / "schemas" / "mapping", folder_ / "schemas" / "mapping",
                 fs::copy_options::recursive);
    }
    ~MappingFolder() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    void write(std::string const& name, std::string const& text) const {
        std::ofstream{folder_ / "mappings" / name} << text;
    }
    void remove(std::string const& name) const { std::filesystem::remove(folder_ / "mappings" / name); }
    [[nodiscard]] MappingFiles files() const {
        return MappingFiles::from_directory((folder_ / "mappings").string());
    }

  private:
    std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} / ("tree_memory_" + std::to_string(::getpid()));
};

TEST_F(MappingFolder, IsReadAnewWhenSomebodyMendsAFile) {
    auto const mappings = files();
    write("units.toml", "origin = \"x\"\n[unit]\n");
    EXPECT_THROW(static_cast<void>(FileLoader{mappings}.find("units.toml", "units")), Error)
        << "the schema asks for more";
    std::ifstream real{std::string{KREISLAUF_SOURCE_DIR} + "/mappings/units.toml"};
    std::string const text{std::istreambuf_iterator<char>{real}, {}};
    write("units.toml", text);
    FileLoader loader{mappings};
    auto const* const tree = loader.find("units.toml", "units");
    ASSERT_NE(tree, nullptr);
    FileLoader other{mappings};
    EXPECT_EQ(other.find("units.toml", "units"), tree) << "and not parsed twice";
    EXPECT_EQ(*other.used().at("units.toml"), text) << "a file from memory counts as used all the same";
    write("units.toml", "origin = \"x\"\n[unit]\n");
    EXPECT_THROW(static_cast<void>(FileLoader{mappings}.find("units.toml", "units")), Error);
}

TEST_F(MappingFolder, GivesTheNewTextOfAFileThatWasChangedWithinTheTickOfAClock) {
    auto const mappings = files();
    for (int i = 0; i < 200; ++i) {
        auto const text = "a = " + std::to_string(100 + i) + "\n"; // as long as the one before
        write("units.toml", text);
        EXPECT_EQ(mappings.text("units.toml"), text);
        EXPECT_EQ(mappings.text("units.toml"), text);
    }
    remove("units.toml");
    EXPECT_EQ(mappings.text("units.toml"), std::nullopt);
}

TEST_F(MappingFolder, IndexKnowsAVariableAsSoonAsItIsWritten) {
    auto const mappings = files();
    write("variables/a.toml", "[variable.A]\n");
    EXPECT_EQ(variable_index(mappings)->files.count("B"), 0U);
    write("variables/b.toml", "[variable.B]\n");
    EXPECT_EQ(variable_index(mappings)->files.at("B"), "variables/b.toml");
    write("variables/a.toml", "[variable.C]\n");
    EXPECT_EQ(variable_index(mappings)->files.count("A"), 0U);
    remove("variables/b.toml");
    EXPECT_EQ(variable_index(mappings)->files.count("B"), 0U);
}

TEST(MappingFilesOfTheProject, AreReadAndIndexedOnce) {
    auto const mappings = MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    if (std::filesystem::file_time_type::clock::now() -
            std::filesystem::last_write_time(std::string{KREISLAUF_SOURCE_DIR} + "/mappings/units.toml") <
        std::chrono::minutes{1})
        GTEST_SKIP() << "the mappings were written within the last minute; such files are read every time";
    auto const text = mappings.shared_text("units.toml");
    ASSERT_NE(text, nullptr);
    EXPECT_EQ(mappings.shared_text("units.toml"), text) << "not even copied";
    EXPECT_EQ(mappings.text("units.toml"), *text);
    auto const index = variable_index(mappings);
    EXPECT_EQ(variable_index(mappings), index);
    EXPECT_EQ(index->files.at("GES"), "variables/sex.toml");
    EXPECT_EQ(mappings.shared_text("no/such.toml"), nullptr);
}

TEST_F(MappingFolder, IsReadAheadWithoutAWordAboutWhatIsWrong) {
    auto const mappings = files();
    write("units.toml", "this is no TOML\n");
    read_ahead(mappings).get();
    EXPECT_THROW(static_cast<void>(FileLoader{mappings}.find("units.toml", "units")), Error);
    EXPECT_EQ(FileLoader{mappings}.find("time.toml", "time"), nullptr) << "which is not there";
}

} // namespace
} // namespace gateway::harmonize

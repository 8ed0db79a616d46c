// A load and its document: nothing of the one is visible before the other is durable.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "gateway/ingest/load.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string document(std::string const& number) {
    return "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
           "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
           "value;value_unit;value_variable_code;value_variable_label\n"
           "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2024-12-31;KREISE;Kreise;03153;"
           "Goslar, Landkreis;" +
           number + ";Anzahl;BEVSTD;Bevölkerungsstand\n";
}

class ArchivingTest : public ::testing::Test {
  protected:
    std::unique_ptr<store::Store> open_new() const {
        return store::open_sqlite_later([path = folder_.path()] { return path; }, store::NewFile::beside);
    }
    ingest::LoadReport load(store::Store& store, std::string const& number,
                            ingest::Archiving const& archiving, ingest::LoadOptions const& options = {}) {
        ingest::Workshop shop{store, archive_, mappings_, areas_, folder_.path(), Clock::system(), 1};
        provenance_.received += 1;
        return ingest::load_document(shop, document(number), archiving, provenance_,
                                     {"regionalstatistik", "12411-01-01-4"}, options);
    }
    static raw::Kept name_of(std::string const& number) {
        auto const bytes = document(number);
        return {io::sha256_hex(bytes), bytes.size(), false};
    }
    static ingest::Archiving durable(std::string const& number) {
        return ingest::Archiving{[number] { return name_of(number); }};
    }
    static ingest::Archiving failing(std::string const& number) {
        return {[number] { return name_of(number); }, [] { throw Error{Errc::io, "no room on the disk"}; }};
    }
    bool store_is_there() const { return io::file_exists(folder_.path() + "/store.sqlite"); }

    TempDirectory folder_;
    harmonize::MappingFiles mappings_ =
        harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
    raw::Archive archive_{folder_.path() + "/raw"};
    Provenance provenance_{"file", "12411-01-01-4_de_flat.csv", "", {}, {}, 0, 1'750'000'000};
};

TEST_F(ArchivingTest, LoadIsRolledBackWhereTheArchiveFailsAtTheLastMoment) {
    auto const store = store::open_sqlite(folder_.path());
    ASSERT_EQ(load(*store, "100", durable("100")).outcome, "loaded");
    auto const before = store->content_hash();
    try {
        load(*store, "200", failing("200"));
        ADD_FAILURE() << "loaded";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::io);
        EXPECT_STREQ(error.what(), "no room on the disk");
    }
    EXPECT_EQ(store->content_hash(), before);
    EXPECT_EQ(store->vintages("REGIO_12411-01-01-4").size(), 1U);
    EXPECT_EQ(store->documents().size(), 1U) << "the record of the document is part of the load";
    EXPECT_THAT(store->verify(), IsEmpty());
    EXPECT_EQ(load(*store, "200", durable("200")).outcome, "loaded") << "and the next one has its place";
}

TEST_F(ArchivingTest, NewStoreIsNotThereWhereTheArchiveFails) {
    {
        auto const store = open_new();
        EXPECT_THROW(load(*store, "100", failing("100")), Error);
        EXPECT_FALSE(store_is_there());
        EXPECT_EQ(load(*store, "100", durable("100")).outcome, "loaded") << "it can still be made";
    }
    EXPECT_EQ(store::open_sqlite(folder_.path(), true)->datasets().size(), 1U);
}

TEST_F(ArchivingTest, NothingIsVisibleBeforeTheDocumentIsDurable) {
    auto const store = store::open_sqlite(folder_.path());
    auto const other = store::open_sqlite(folder_.path(), true);
    std::vector<std::string> seen;
    ingest::LoadOptions options;
    options.watch.begin = [&](store::Load& load) {
        load.before_commit([&](store::LoadResult const&) { seen.emplace_back("last word"); });
    };
    ingest::Archiving const archiving{[&] {
                                          seen.emplace_back("name");
                                          return name_of("100");
                                      },
                                      [&] {
                                          EXPECT_THAT(other->datasets(), IsEmpty());
                                          EXPECT_THAT(other->documents(), IsEmpty());
                                          seen.emplace_back("durable");
                                      }};
    EXPECT_EQ(load(*store, "100", archiving, options).document_sha256, name_of("100").sha256);
    EXPECT_THAT(seen, ElementsAre("name", "durable", "last word"));
    EXPECT_EQ(other->documents().size(), 1U);
}

TEST_F(ArchivingTest, NewStoreWaitsForTheDocument) {
    auto const store = open_new();
    bool waited = false;
    EXPECT_EQ(load(*store, "100",
                   {[] { return name_of("100"); },
                    [&] {
                        EXPECT_FALSE(store_is_there());
                        waited = true;
                    }})
                  .outcome,
              "loaded");
    EXPECT_TRUE(waited);
    EXPECT_TRUE(store_is_there());
}

TEST_F(ArchivingTest, FileIsLoadedUnderTheNameThatTheArchiveGivesIt) {
    auto const file = folder_.path() + "/12411-01-01-4_de_flat.csv";
    std::ofstream{file, std::ios::binary} << document("100");
    auto const store = open_new();
    ingest::Workshop shop{*store, archive_, mappings_, areas_, folder_.path(), Clock::system(), 2, true};
    std::vector<std::shared_ptr<void>> kept;
    shop.discard = [&kept](std::shared_ptr<void> used) { kept.push_back(std::move(used)); };
    auto const report = ingest::import_file(shop, file, {}, {});
    EXPECT_EQ(report.outcome, "loaded");
    EXPECT_EQ(report.document_sha256, name_of("100").sha256);
    EXPECT_TRUE(archive_.holds_sound(report.document_sha256));
    EXPECT_EQ(kept.size(), 1U) << "what the load was made with";
}

} // namespace

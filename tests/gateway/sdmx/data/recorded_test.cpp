// Every recorded GENESIS table, loaded into a store and written in every format, reads back with one content hash.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "gateway/ingest/load.hpp"
#include "gateway/sdmx/data/message.hpp"
#include "tests/gateway/sdmx/data/read_back.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::sdmx::data::testing {
namespace {

std::string const source_dir = KREISLAUF_SOURCE_DIR;

TEST(SdmxRecorded, EveryTableReadsBackTheSameFromEveryFormat) {
    std::filesystem::path const recorded{source_dir + "/../shared/real/genesis"};
    if (!std::filesystem::exists(recorded))
        GTEST_SKIP() << "the recordings are not beside the checkout: " << recorded.string();
    store::testing::TempDirectory const folder;
    auto const mappings = harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    auto const areas = harmonize::AreaRegister::load(mappings);
    raw::Archive archive{folder.path() + "/raw"};
    auto const store = store::open_sqlite(folder.path());
    ingest::Workshop shop{*store, archive, mappings, areas, folder.path(), Clock::system(), 1};
    std::vector<std::string> exchanges;
    for (auto const& entry : std::filesystem::directory_iterator{recorded})
        if (entry.is_directory()) exchanges.push_back(entry.path().string());
    std::sort(exchanges.begin(), exchanges.end());
    std::size_t loaded = 0;
    for (auto const& exchange : exchanges) {
        try {
            loaded += ingest::import_file(shop, exchange, {}, {}).vintage ? 1U : 0U;
        } catch (Error const&) {
            // Metadata, error pages and broken answers are among the recordings; they are no tables.
        }
    }
    ASSERT_GT(loaded, 30U);

    std::uint64_t observations = 0, tables = 0;
    for (auto const& info : store->datasets()) {
        auto const view = query::read_view(*store, info.id);
        query::Selection selection;
        selection.dataset = info.id;
        std::string expected;
        for (auto const format : {Format::csv20, Format::csv10, Format::generic21, Format::specific21,
                                  Format::specific30, Format::json_draft, Format::json10, Format::json20}) {
            MessageOptions options;
            options.media.format = format;
            options.prepared = "2026-11-26T05:00:00Z";
            auto const found = hash_of(write_message(*store, view, selection, options), info.id);
            if (expected.empty()) {
                expected = found.hash;
                observations += found.rows;
                ++tables;
            }
            EXPECT_EQ(found.hash, expected) << info.id << ", format " << static_cast<int>(format);
        }
    }
    std::cout << loaded << " loads, " << tables << " tables, " << observations << " observations\n";
}

} // namespace
} // namespace gateway::sdmx::data::testing

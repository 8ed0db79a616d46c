// Two jobs on one store: whatever comes in between, what the source delivered last stays in force.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway/ingest/figures.hpp"
#include "gateway/ingest/load.hpp"
#include "gateway/ingest/position.hpp"
#include "tests/gateway/ingest/hooked_store.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using ::testing::HasSubstr;

std::string const source_dir = KREISLAUF_SOURCE_DIR;
constexpr char const* dataset = "REGIO_12411-01-01-4";

class Race : public ::testing::Test {
  protected:
    /// A recorded exchange: one county, one date, received at 00:00:`second` of a day.
    std::string exchange(std::string const& number, int second,
                         std::string const& endpoint = "data/tablefile") const {
        auto folder = folder_.path() + "/" + number + "-" + std::to_string(second);
        std::filesystem::create_directories(folder);
        write_body(folder, number);
        std::ofstream{folder + "/request.json"}
            << R"({"database":"regionalstatistik","host":"example.org","path":"/rest","endpoint":")"
            << endpoint << R"(","params":{"name":"12411-01-01-4","language":"de"}})";
        std::ofstream{folder + "/response.json"} << R"({"status":200,"recorded":"2025-06-11T00:00:)"
                                                 << (second < 10 ? "0" : "") << second << R"(Z"})";
        return folder;
    }
    static void write_body(std::string const& folder, std::string const& number) {
        std::ofstream out{folder + "/body.bin", std::ios::binary};
        out << "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
               "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
               "value;value_unit;value_variable_code;value_variable_label\n"
               "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2024-12-31;KREISE;Kreise;03153;"
               "Goslar, Landkreis;"
            << number << ";Anzahl;BEVSTD;Bevölkerungsstand\n";
    }

    ingest::LoadReport import(store::Store& store, std::string const& path) {
        ingest::Workshop shop{store, archive_, mappings_, areas_, folder_.path(), Clock::system(), 1};
        return ingest::import_file(shop, path, {}, {});
    }

    /// The figures that a reader sees now.
    static std::string seen(ingest::FigureSet const& figures) {
        std::string text;
        figures.each([&text](feed::SeriesRecord const& series) {
            for (auto const& figure : series.observations)
                text +=
                    figure.value.number().value().to_string() + "@" + std::to_string(figure.vintage) + " ";
        });
        return text;
    }
    std::string seen() const { return seen(ingest::FigureSet{*other_, {}}); }

    TempDirectory folder_;
    harmonize::MappingFiles mappings_ = harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
    raw::Archive archive_{folder_.path() + "/raw"};
    ingest::testing::HookedStore store_{store::open_sqlite(folder_.path())};
    std::unique_ptr<store::Store> other_ = store::open_sqlite(folder_.path()); ///< of another process
};

TEST_F(Race, DocumentThatBecameOldWhileItWasReadIsNotLoaded) {
    import(*other_, exchange("100", 1));
    store_.before_begin = [&] { import(*other_, exchange("300", 3)); };
    auto const report = import(store_, exchange("200", 2));
    EXPECT_EQ(report.outcome, "not_newer");
    EXPECT_THAT(report.text, HasSubstr("vintage 2, which stays in force (2025-06-11T00:00:03Z)"));
    EXPECT_EQ(seen(), "300@2 ");
    EXPECT_TRUE(archive_.holds_sound(report.document_sha256));
    EXPECT_NE(report.document, 0);
}

TEST_F(Race, RepeatIsLoadedWhereAnotherDocumentCameBetween) {
    import(*other_, exchange("100", 1));
    store_.before_record = [&] { import(*other_, exchange("200", 2)); };
    auto const report = import(store_, exchange("100", 3));
    EXPECT_EQ(report.outcome, "loaded");
    EXPECT_EQ(seen(), "100@3 ");
}

TEST_F(Race, OlderStateDoesNotTakeThePlaceOfOneThatWasDeliveredAgain) {
    import(*other_, exchange("100", 1));
    EXPECT_EQ(import(*other_, exchange("100", 3)).outcome, "unchanged");
    auto const report = import(store_, exchange("200", 2));
    EXPECT_EQ(report.outcome, "not_newer");
    EXPECT_THAT(report.text, HasSubstr("once more (2025-06-11T00:00:03Z)"));
    EXPECT_NE(report.next_step, "");
    EXPECT_EQ(seen(), "100@1 ");
    EXPECT_EQ(import(store_, exchange("200", 4)).outcome, "loaded");
    EXPECT_EQ(seen(), "200@2 ");
}

TEST_F(Race, NameOfABackgroundJobLeavesTheRestOfThePositionAlone) {
    import(*other_, exchange("100", 1));
    store_.change_position("regionalstatistik", "12411-01-01-4", [&](std::string const& text) {
        auto position = ingest::Position::from_json(text);
        EXPECT_EQ(position.dataset, dataset) << "what the other process committed is seen";
        position.pending_job = "job";
        return position.to_json();
    });
    EXPECT_FALSE(import(*other_, exchange("100", 2)).is_repeat) << "the job is taken up first";
}

TEST_F(Race, FileThatChangesWhileItIsReadIsRefused) {
    auto const folder = exchange("100", 1);
    store_.before_begin = [&] { write_body(folder, "999"); };
    try {
        import(store_, folder);
        ADD_FAILURE() << "loaded";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::conflict);
        EXPECT_THAT(error.what(), HasSubstr("was changed while it was read"));
    }
    EXPECT_THAT(other_->datasets(), ::testing::IsEmpty());
}

TEST_F(Race, FiguresAreOfOneStateWhateverIsLoadedMeanwhile) {
    import(*other_, exchange("100", 1));
    {
        ingest::FigureSet const figures{store_, {}};
        import(*other_, exchange("200", 2));
        EXPECT_EQ(seen(figures), "100@1 ");
        EXPECT_EQ(figures.datasets().front()->vintages.size(), 1U);
        EXPECT_THROW(store_.record_attempt({}), Error) << "a snapshot is for reading";
    }
    EXPECT_EQ(seen(), "200@2 ");
}

TEST_F(Race, AnswerThatDescribesTablesIsKeptAndNoFailure) {
    auto const folder = exchange("100", 1, "catalogue/tables");
    std::ofstream{folder + "/body.bin"} << R"({"Status":{"Code":0}})";
    for (auto const& path : {folder, folder + "/body.bin"}) {
        auto const report = import(store_, path);
        EXPECT_EQ(report.outcome, "not_data");
        EXPECT_THAT(report.text, HasSubstr("catalogue/tables"));
        EXPECT_EQ(archive_.read(report.document_sha256).bytes, R"({"Status":{"Code":0}})");
        EXPECT_EQ(store_.document(report.document)->sha256, report.document_sha256);
    }
    EXPECT_THAT(store_.datasets(), ::testing::IsEmpty());
}

} // namespace

// Every code, unit, time and sign of the recorded downloads maps; the exceptions are listed here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "adapters/genesis/reader.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::harmonize {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

/// What the mapping could not place, and what it kept as the source writes it.
struct Findings {
    std::set<std::string> unknown;
    std::set<std::string> source_codes; ///< "DIMENSION" or "DIMENSION=code"
    std::size_t codes = 0;
    std::size_t documents = 0;
};

class MappingSink : public CellSink {
  public:
    MappingSink(std::string service, std::string table, std::int32_t day, Findings& findings)
        : service_(std::move(service)), table_(std::move(table)), day_(day), findings_(findings) {}

    void table(TableInfo const& info) override {
        static auto const files =
            MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
        mapping_.emplace(Mapping::load(files, service_, table_, info.layout, day_));
    }
    void code(Column column, unsigned /*block*/, std::uint32_t /*id*/, SourceCode const& code) override {
        ++findings_.codes;
        if (column == Column::time) {
            auto const mapped = mapping_->map_time(code.variable, code.code);
            if (!mapped.period)
                complain("time " + std::string{code.variable} + " '" + std::string{code.code} + "'",
                         mapped.why);
        } else if (column == Column::measure) {
            auto const mapped = mapping_->map_measure(code.code, code.variable);
            if (!mapped.known)
                complain("measure " + std::string{code.code} + " in '" + std::string{code.variable} + "'",
                         mapped.why);
        } else {
            auto const mapped = mapping_->map_code(code.variable, code.code);
            if (mapped.kind == MappedCode::Kind::unknown)
                complain("code " + std::string{code.variable} + " '" + std::string{code.code} + "'",
                         mapped.why);
            if (mapped.source_code) findings_.source_codes.insert(mapped.dimension + "=" + mapped.code);
        }
    }
    void sign(std::uint8_t /*id*/, std::string_view text) override {
        auto const meaning = mapping_->sign(text);
        if (meaning.kind == SignMeaning::Kind::unknown) complain("sign '" + std::string{text} + "'", "");
    }
    void cells(std::span<Cell const> /*cells*/, std::span<std::uint32_t const> /*codes*/) override {}
    void issue(Issue /*issue*/) override {}
    void finish(std::uint64_t /*rows*/) override {}

  private:
    void complain(std::string const& what, std::string const& why) {
        findings_.unknown.insert(service_ + " " + table_ + ": " + what + (why.empty() ? "" : ": " + why));
    }
    std::string service_;
    std::string table_;
    std::int32_t day_;
    Findings& findings_;
    std::optional<Mapping> mapping_;
};

std::string read_file(fs::path const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

/// Folder names are database_table_day_...; those of web downloads have "web" before them.
void map_recording(fs::path const& folder, Findings& findings) {
    auto bytes = read_file(folder / "body.bin");
    auto payload = adapters::genesis::payload_of(std::string_view{bytes}.substr(0, 512));
    if (payload == adapters::genesis::Payload::zip) {
        io::ZipReader const zip{bytes};
        bytes = zip.extract(zip.only(".csv"));
        payload = adapters::genesis::payload_of(std::string_view{bytes}.substr(0, 512));
    }
    if (payload != adapters::genesis::Payload::flat && payload != adapters::genesis::Payload::cube) return;
    auto name = folder.filename().string();
    if (name.starts_with("web_")) name.erase(0, 4);
    auto const first = name.find('_');
    auto const second = name.find('_', first + 1);
    auto service = name.substr(0, first);
    auto const table = name.substr(first + 1, second - first - 1);
    auto const day = name.substr(second + 1, 8);
    auto const received = parse_date(day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2));
    ++findings.documents;
    MappingSink sink{service == "regio" ? "regionalstatistik" : service, table, received.value_or(20000),
                     findings};
    adapters::genesis::read_table(bytes, sink);
}

class RecordedMappings : public testing::Test {
  protected:
    void SetUp() override {
        fs::path const folder = fs::path{KREISLAUF_SOURCE_DIR} / "../shared/real/genesis";
        if (!fs::is_directory(folder)) GTEST_SKIP() << "../shared/real/genesis is absent";
        for (auto const& entry : fs::directory_iterator{folder}) {
            if (entry.is_directory()) map_recording(entry.path(), findings_);
        }
    }
    Findings findings_;
};

TEST_F(RecordedMappings, MapEveryCodeUnitTimeAndSign) {
    EXPECT_GE(findings_.documents, 70U);
    EXPECT_GT(findings_.codes, 10'000U);
    EXPECT_THAT(findings_.unknown, IsEmpty());
}

TEST_F(RecordedMappings, KeepOnlyTheListedCodesAsTheSourceWritesThem) {
    // Predecessor states and "not stated" (docs/mappings.md, citizenship); ERW122 comes from a cube without labels.
    std::set<std::string> const expected{"CITIZENSHIP=OA",    "CITIZENSHIP=ST132", "CITIZENSHIP=ST133",
                                         "CITIZENSHIP=ST138", "CITIZENSHIP=ST159", "CITIZENSHIP=ST276",
                                         "ERW122=ERWERBST12", "ERW122=ERWERBST13"};
    EXPECT_EQ(findings_.source_codes, expected);
}

} // namespace
} // namespace gateway::harmonize

#include "gateway/ingest/convert_flat.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "gateway/harmonize/territory/crosswalk_file.hpp"
#include "gateway/harmonize/territory/output.hpp"
#include "gateway/io/file.hpp"

using namespace gateway;
using namespace gateway::harmonize::territory;

namespace {

constexpr char const* header =
    "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
    "2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label\n";

std::string row(std::string const& level, std::string const& key, std::string const& sex,
                std::string const& value) {
    return "12411;Fortschreibung;STAG;Stichtag;2015-12-31;" + level + ";Gebiet;" + key + ";Ort " + key +
           ";GES;Geschlecht;" + sex + ";" + (sex.empty() ? "Insgesamt" : "Teil " + sex) + ";" + value +
           ";Anzahl;BEVSTD;Bevölkerungsstand\n";
}

/// The code of what running `work` throws.
template <typename Work>
std::optional<Errc> refused(Work&& work) {
    try {
        work();
    } catch (Error const& error) {
        return error.code();
    }
    return std::nullopt;
}

class ConvertFlat : public testing::Test {
  protected:
    ConvertFlat() {
        CrosswalkText const tables[] = {{"kreise_2020.csv",
                                         "year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                         "2015,03152,03159,1,1,1\n2015,03156,03159,1,1,1\n"
                                         "2015,11000,11000,1,1,1\n2016,03159,03159,1,1,1\n"}};
        crosswalk_ = read_crosswalk(tables);
        request_.values = {"BEVSTD"};
        request_.strata = {"GES"};
        request_.time_name = "time";
        path_ = testing::TempDir() + "convert_flat_test_" + std::to_string(getpid()) + ".csv";
    }
    ~ConvertFlat() override { std::filesystem::remove(path_); }
    std::string convert(std::string const& text, unsigned threads = 1, std::string const& key = "KREISE") {
        io::write_durable(path_, text);
        Plan const plan{crosswalk_, request_};
        Conversion conversion{plan};
        issues_ = ingest::convert_flat({path_, key, threads}, conversion);
        troubles_ = conversion.troubles();
        for (std::size_t fate = 0; fate < fate_count; ++fate)
            fates_[fate] = conversion.rows(static_cast<Fate>(fate));
        std::string result;
        write_result(conversion, {';', '.', false}, [&result](std::string_view piece) { result += piece; });
        return result;
    }
    std::uint64_t fate(Fate which) const { return fates_[static_cast<std::size_t>(which)]; }

    Crosswalk crosswalk_;
    ConvertRequest request_;
    std::vector<Issue> issues_;
    std::vector<Trouble> troubles_;
    std::uint64_t fates_[fate_count] = {};
    std::string path_;
};

TEST_F(ConvertFlat, SumsTheFiguresOfOneRegionalVariable) {
    auto const text = header + row("KREISE", "03152", "GESM", "120") + row("KREISE", "03156", "GESM", "30") +
                      row("KREISE", "03152", "", "250") + row("KREISE", "03156", "", "-") +
                      row("KREISE", "03159", "", "-") + row("DLAND", "03", "", "9000");
    EXPECT_EQ(convert(text), "time;ags20;GES;BEVSTD\n2015-12-31;03159;GESM;150\n2015-12-31;03159;_T;\n");
    EXPECT_EQ(fate(Fate::exact), 4U);
    EXPECT_EQ(fate(Fate::other_level), 1U);
    EXPECT_EQ(fate(Fate::no_territory), 1U);
}

TEST_F(ConvertFlat, CountsADashAsZeroOnRequest) {
    request_.dash_is_zero = true;
    auto const text = header + row("KREISE", "03152", "", "250") + row("KREISE", "03156", "", "-");
    EXPECT_EQ(convert(text), "time;ags20;GES;BEVSTD\n2015-12-31;03159;_T;250\n");
}

TEST_F(ConvertFlat, HandsOnWhatTheReaderFound) {
    auto const text =
        header + row("KREISE", "11000", "", "1") + "12411;broken\n" + row("KREISE", "11000", "GESM", "1");
    convert(text);
    ASSERT_FALSE(issues_.empty());
    EXPECT_EQ(issues_.front().position.line, 3U);
}

TEST_F(ConvertFlat, SaysWhichVariableOrMeasureIsNotThere) {
    auto const text = header + row("KREISE", "11000", "", "1");
    EXPECT_THROW(convert(text, 1, "GEMEIN"), Error);
    request_.strata = {"NAT"};
    EXPECT_THROW(convert(text), Error);
    request_.strata = {"GES"};
    request_.values = {"BEV001"};
    EXPECT_THROW(convert(text), Error);
}

TEST_F(ConvertFlat, GivesTheSameWithTwoThreads) {
    request_.strata = {"GES"};
    std::string text = header;
    for (int i = 0; i < 4000; ++i)
        for (char const* const key : {"03152", "03156", "11000"})
            text += row("KREISE", key, "G" + std::to_string(i), i % 7 == 0 ? "/" : std::to_string(i));
    auto const one = convert(text);
    auto const rows = fate(Fate::exact);
    EXPECT_EQ(rows, 12'000U);
    EXPECT_EQ(convert(text, 2), one);
    EXPECT_EQ(fate(Fate::exact), rows);
    // A second row for one figure in another part: reading in one go decides which one counts.
    text += row("KREISE", "11000", "G5", "77");
    auto const twice = convert(text);
    EXPECT_EQ(fate(Fate::duplicate), 1U);
    EXPECT_EQ(convert(text, 2), twice);
    EXPECT_EQ(fate(Fate::duplicate), 1U);
}

TEST_F(ConvertFlat, NamesLinesOfTheFileWhicheverThreadReadThem) {
    std::string text = header;
    for (int i = 0; i < 6000; ++i) text += row("KREISE", "11000", "G" + std::to_string(i), "1");
    text += row("KREISE", "77777", "G1", "1") + "12411;broken\n" + row("KREISE", "77777", "G2", "1");
    for (unsigned const threads : {1U, 2U, 3U}) {
        convert(text, threads);
        ASSERT_EQ(issues_.size(), 1U) << threads;
        EXPECT_EQ(issues_.front().position.line, 6003U) << threads;
        ASSERT_EQ(troubles_.size(), 1U) << threads;
        EXPECT_EQ(troubles_.front().first_line, 6002U) << threads;
        EXPECT_EQ(troubles_.front().rows, 2U) << threads;
    }
}

TEST_F(ConvertFlat, StopsInAgsModeAtTheSameLineWithTwoThreads) {
    request_.mode = Mode::ags;
    std::string text = header;
    for (int i = 0; i < 6000; ++i) text += row("KREISE", "11000", "G" + std::to_string(i), "1");
    text += row("KREISE", "11000", "X", "/");
    for (unsigned const threads : {1U, 2U}) try {
            convert(text, threads);
            FAIL() << "no error";
        } catch (Error const& error) {
            EXPECT_NE(std::string{error.what()}.find("line 6002"), std::string::npos) << error.what();
        }
}

TEST_F(ConvertFlat, RefusesMeasuresThatAreRatios) {
    std::string const text = header + row("KREISE", "03152", "", "61,5") + row("KREISE", "03156", "", "12,5");
    auto const percent = [&text](std::string const& unit) {
        auto changed = text;
        for (auto at = changed.find(";Anzahl;"); at != std::string::npos; at = changed.find(";Anzahl;"))
            changed.replace(at, 8, ";" + unit + ";");
        return changed;
    };
    request_.strata = {};
    EXPECT_EQ(refused([&] { convert(percent("%")); }), Errc::invalid_argument);
    EXPECT_EQ(refused([&] { convert(percent("Prozent"), 2); }), Errc::invalid_argument);
    EXPECT_EQ(refused([&] { convert(text); }), std::nullopt);
    request_.counts = {"BEVSTD"};
    EXPECT_EQ(refused([&] { convert(percent("%")); }), std::nullopt);
}

} // namespace

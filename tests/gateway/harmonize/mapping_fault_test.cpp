// Broken mapping files: each names its file, line and column, what was found, what is expected, what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

/// The project's mappings and schemas in a folder of their own, where one file may be replaced.
class Sandbox {
  public:
    Sandbox() : root_(fs::temp_directory_path() / ("kreislauf-mapping-" + std::to_string(::getpid()))) {
        fs::remove_all(root_);
        fs::create_directories(root_ / "schemas");
        fs::path const source{KREISLAUF_SOURCE_DIR};
        fs::copy(source / "mappings", root_ / "mappings", fs::copy_options::recursive);
        fs::copy(source / "schemas/mapping", root_ / "schemas/mapping", fs::copy_options::recursive);
    }
    ~Sandbox() {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
    Sandbox(Sandbox const&) = delete;
    Sandbox& operator=(Sandbox const&) = delete;

    /// What loading says while `file` holds `text`.
    [[nodiscard]] std::string say(std::string const& file, std::string const& text) const {
        auto const path = root_ / "mappings" / file;
        auto const saved = root_ / "saved";
        bool const existed = fs::exists(path);
        if (existed) fs::copy_file(path, saved, fs::copy_options::overwrite_existing);
        std::ofstream{path, std::ios::binary} << text;
        auto said = load();
        if (existed) {
            fs::copy_file(saved, path, fs::copy_options::overwrite_existing);
        } else {
            fs::remove(path);
        }
        return said;
    }
    [[nodiscard]] std::string load() const {
        try {
            auto const files = MappingFiles::from_directory((root_ / "mappings").string());
            auto const mapping =
                Mapping::load(files, "regionalstatistik", "12411-01-01-4", "ffcsv-v5", 20000);
            return "accepted: " + mapping.map_code("GES", "GESM").code;
        } catch (Error const& error) {
            return error.code() == Errc::malformed || error.code() == Errc::not_found ||
                           error.code() == Errc::invalid_argument
                       ? error.what()
                       : "another error: " + std::string{error.what()};
        }
    }
    [[nodiscard]] fs::path const& root() const noexcept { return root_; }

  private:
    fs::path root_;
};

Sandbox const& sandbox() {
    static Sandbox const shared;
    return shared;
}

struct Broken {
    char const* name; ///< of the case
    char const* file;
    std::string text;
    char const* message; ///< its beginning
};

void PrintTo(Broken const& broken, std::ostream* out) {
    *out << broken.name;
}

std::string const head = "origin = \"a source of facts\"\ndate = 2026-03-10\n";
char const* const sex = "variables/sex.toml";
char const* const units = "units.toml";
char const* const times = "time.toml";
char const* const signs = "signs/genesis.toml";
char const* const table = "tables/regionalstatistik/12411-01-01-4.toml";
char const* const services = "services.toml";

std::vector<Broken> broken_files() {
    std::string const good_sex = head + "dimension = \"SEX\"\n[variable.GES]\n";
    return {
        // What is no TOML.
        {"NoToml", sex, "origin = \n", "mappings/variables/sex.toml:1:10: found no valid TOML"},
        {"NameBehindALineEnd", units, head + "[[\nunit]]\n", "mappings/units.toml:3:3: found no valid TOML"},
        {"TextWithoutEnd", units, head + "[text]\n\"Anzahl = 1\n", "mappings/units.toml:4:"},
        {"KeyTwice", times, head + "[variable]\nJAHR = [\"year\"]\nJAHR = [\"year\"]\n",
         "mappings/time.toml:5:8: found no valid TOML"},
        {"TableTwice", sex, good_sex + "[variable.GES]\n",
         "mappings/variables/sex.toml:5:1: found no valid TOML"},
        {"DateThatDoesNotExist", sex, "origin = \"a source of facts\"\ndate = 2026-02-30\n",
         "mappings/variables/sex.toml:2:"},
        {"TimeOfDay", sex, "origin = \"a source of facts\"\ndate = 2026-02-20T10:00:00\n[variable.GES]\n",
         "mappings/variables/sex.toml:2:8: found a time of day, expected a date"},
        // Origin and date.
        {"NoOrigin", sex, "date = 2026-03-10\n[variable.GES]\n",
         "mappings/variables/sex.toml:1:1: found no key 'origin', expected 'origin', the source of the "
         "facts"},
        {"NoDate", sex, "origin = \"a source of facts\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:1:1: found no key 'date', expected 'date', a date"},
        {"DateInQuotes", sex, "origin = \"a source of facts\"\ndate = \"2026-03-10\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:2:8: found the text '2026-03-10', expected a date such as 2026-03-10"},
        {"OriginThatIsNoText", sex, "origin = 7\ndate = 2026-03-10\n[variable.GES]\n",
         "mappings/variables/sex.toml:1:10: found the number 7, expected the source of the facts"},
        {"OriginThatSaysNothing", sex, "origin = \"web\"\ndate = 2026-03-10\n[variable.GES]\n",
         "mappings/variables/sex.toml:1:10: found "},
        // Variables.
        {"NoVariable", sex, head,
         "mappings/variables/sex.toml:1:1: found no key 'variable', expected 'variable'"},
        {"UnknownKey", sex, head + "dimensoin = \"SEX\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:3:1: found the key 'dimensoin', expected one of the keys"},
        {"UnknownKeyOfAVariable", sex, good_sex + "totals = [\"X\"]\n",
         "mappings/variables/sex.toml:5:1: found the key 'totals', expected one of the keys"},
        {"DimensionInSmallLetters", sex, head + "dimension = \"sex\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:3:13: found the text 'sex', expected a concept id of capitals"},
        {"CodeThatIsANumber", sex, head + "[codes]\nGESM = 1\n[variable.GES]\n",
         "mappings/variables/sex.toml:4:8: found the number 1, expected a text in quotes"},
        {"EmptyCode", sex, head + "[codes]\nGESM = \"\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:4:8: found "},
        {"CodesThatAreAList", sex, head + "codes = [\"M\"]\n[variable.GES]\n",
         "mappings/variables/sex.toml:3:9: found a list, expected a table of source code"},
        {"UnknownKind", sex, head + "kind = \"areas\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:3:8: found the text 'areas', expected one of code, area"},
        {"UnknownLevel", sex, good_sex + "keys = { DG = \"nation\" }\n",
         "mappings/variables/sex.toml:5:15: found the text 'nation', expected one of country"},
        {"LengthThatIsNoNumber", sex, head + "kind = \"area\"\n[variable.GES]\nlevels = { two = \"land\" }\n",
         "mappings/variables/sex.toml:5:12: found the key 'two', expected a number of digits"},
        {"PatternWithoutCode", sex, head + "[[pattern]]\nmatch = \"A\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:3:1: found no key 'code', expected 'code'"},
        {"FieldWithoutEnd", sex, head + "[[pattern]]\nmatch = \"A{n:2\"\ncode = \"B\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:4:9: found a field without '}' in 'A{n:2', expected a pattern"},
        {"FieldWithoutLength", sex, head + "[[pattern]]\nmatch = \"A{n}\"\ncode = \"B\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:4:9: found the field {n}, expected a pattern"},
        {"FieldThatNobodyReads", sex,
         head + "[[pattern]]\nmatch = \"A{n:2}\"\ncode = \"B{m}\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:5:8: found the field {m}, expected a field that 'match' reads"},
        {"OffsetOfTwo", sex, head + "[[pattern]]\nmatch = \"A{n:2}\"\ncode = \"B{n-2}\"\n[variable.GES]\n",
         "mappings/variables/sex.toml:5:8: found the field {n-2}, expected a template"},
        {"HeaderThatIsIndented", sex, head + "dimension = \"SEX\"\n  [variable.GES]\n",
         "mappings/variables/sex.toml:4:13: found the variable GES in a form that is not found by its "
         "header"},
        {"HeaderInLine", sex, head + "[variable]\nGES = { dimension = \"SEX\" }\n",
         "mappings/variables/sex.toml:4:1: found the variable GES in a form that is not found by its header"},
        {"SecondHeaderInAnotherForm", sex, good_sex + "[ variable.GESINS ]\n",
         "mappings/variables/sex.toml:5:12: found the variable GESINS in a form that is not found"},
        {"TwoFilesForOneVariable", "variables/zzz.toml", good_sex,
         "mappings/variables/zzz.toml: found the variable GES, expected it in one file only"},
        // Units and times.
        {"UnitWithoutCode", units, head + "[text]\n\"Anzahl\" = { mult = 3 }\n",
         "mappings/units.toml:4:12: found no key 'unit', expected 'unit', a unit code"},
        {"UnitInSmallLetters", units, head + "[text]\n\"Anzahl\" = { unit = \"nr\" }\n",
         "mappings/units.toml:4:21: found the text 'nr', expected a unit code"},
        {"MultiplierAsText", units, head + "[text]\n\"1000\" = { unit = \"NR\", mult = \"3\" }\n",
         "mappings/units.toml:4:32: found the text '3', expected a power of ten"},
        {"MultiplierTooLarge", units, head + "[text]\n\"1000\" = { unit = \"NR\", mult = 1000 }\n",
         "mappings/units.toml:4:32: found the number 1000, expected a power of ten"},
        {"NoUnits", units, head, "mappings/units.toml:1:1: found no key 'text', expected 'text'"},
        {"UnknownForm", times, head + "[variable]\nJAHR = [\"jear\"]\n",
         "mappings/time.toml:4:9: found the text 'jear', expected one of year, date"},
        {"FormOutsideAList", times, head + "[variable]\nJAHR = \"year\"\n",
         "mappings/time.toml:4:8: found the text 'year', expected a list of forms"},
        {"ThirteenthMonth", times, head + "[variable]\nJAHR = [\"year\"]\n[month]\nJanuar = 13\n",
         "mappings/time.toml:6:10: found the number 13, expected a month from 1 to 12"},
        {"RefusalWithoutReason", times,
         head + "[variable]\nJAHR = [\"year\"]\n[[refuse]]\ncontains = \"/\"\n",
         "mappings/time.toml:5:1: found no key 'why', expected 'why'"},
        // Signs.
        {"SignWithoutMeaning", signs, head + "[sign]\n\"-\" = { }\n",
         "mappings/signs/genesis.toml:4:7: found no key 'is', expected 'is'"},
        {"UnknownMeaning", signs, head + "[sign]\n\"-\" = { is = \"zero\" }\n",
         "mappings/signs/genesis.toml:4:14: found the text 'zero', expected one of nothing, small, missing, "
         "qualifies"},
        {"UnknownReason", signs, head + "[sign]\n\".\" = { is = \"missing\", reason = \"SECRET\" }\n",
         "mappings/signs/genesis.toml:4:34: found the text 'SECRET', expected one of CONFIDENTIAL"},
        {"MissingWithoutReason", signs, head + "[sign]\n\".\" = { is = \"missing\" }\n",
         "mappings/signs/genesis.toml:4:7: found no key 'reason', expected a MISSING_REASON"},
        {"UnknownStatus", signs, head + "[sign]\n\".\" = { is = \"qualifies\", status = \"Z\" }\n",
         "mappings/signs/genesis.toml:4:36: found the text 'Z', expected one of A, B"},
        // Tables and services.
        {"UnknownRegime", table, head + "[[protection]]\nregime = \"R4\"\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:4:10: found the text 'R4', expected one of "
         "NONE, R3"},
        {"LandAsNumber", table, head + "[[protection]]\nregime = \"R3\"\nlands = [1, 2]\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:5:10: found the number 1, expected the key of "
         "a Land"},
        {"LandThatDoesNotExist", table, head + "[[protection]]\nregime = \"R3\"\nlands = [\"17\"]\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:5:10: found the text '17', expected the key "
         "of a Land"},
        {"ProtectionOutsideAList", table, head + "[protection]\nregime = \"R3\"\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:3:1: found a table, expected a list"},
        {"StatisticAsNumber", table, head + "statistic = 12411\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:3:13: found the number 12411, expected the "
         "number of the statistic, five characters, in quotes"},
        {"UnknownFrequency", table, head + "frequency = \"yearly\"\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:3:13: found the text 'yearly', expected one "
         "of A, S"},
        {"EmptyMeasure", table, head + "[measure.BEVSTD]\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:3:1: found an empty table, expected what "
         "differs for one measure"},
        {"EditionWithoutPrefix", table, head + "[[edition]]\nfrom = 2011-01-01\n",
         "mappings/tables/regionalstatistik/12411-01-01-4.toml:3:1: found no key 'prefix', expected "
         "'prefix'"},
        {"ServiceWithoutLicence", services,
         "[[service]]\nid = \"regionalstatistik\"\nprefix = \"REGIO\"\nattribution = \"x\"\nsigns = "
         "\"genesis\"\n",
         "mappings/services.toml:1:1: found no key 'licence', expected 'licence'"},
        {"ServiceWithoutSigns", services,
         "[[service]]\nid = \"regionalstatistik\"\nprefix = \"REGIO\"\nattribution = \"x\"\nlicence = "
         "\"y\"\nsigns = \"nowhere\"\n",
         "mappings/signs/nowhere.toml: found no such file, expected the sign dictionary of "
         "regionalstatistik"},
    };
}

class BrokenMapping : public testing::TestWithParam<Broken> {};

TEST_P(BrokenMapping, NamesThePlace) {
    auto const& broken = GetParam();
    auto const said = sandbox().say(broken.file, broken.text);
    EXPECT_THAT(said, StartsWith(broken.message));
    EXPECT_THAT(said, HasSubstr("next step: "));
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenMapping, testing::ValuesIn(broken_files()),
                         [](testing::TestParamInfo<Broken> const& chosen) {
                             return std::string{chosen.param.name};
                         });

TEST(BrokenMappings, AreRefusedOnlyBecauseOfTheFault) {
    EXPECT_EQ(sandbox().load(), "accepted: M");
}

TEST(BrokenMappings, TheFirstOfSeveralFaultsIsReported) {
    auto const said = sandbox().say(sex, head + "dimension = \"sex\"\n[codes]\nGESM = 1\n[variable.GES]\n");
    EXPECT_THAT(said, StartsWith("mappings/variables/sex.toml:3:13: "));
}

TEST(BrokenMappings, AreFoundWithoutSchemasToo) {
    // Bundles and texts in memory have no schemas beside them; what is read still has to be of the right kind.
    std::map<std::string, std::string> texts;
    auto const files = MappingFiles::from_directory((sandbox().root() / "mappings").string());
    for (auto const* name : {"services.toml", "units.toml", "time.toml", "signs/genesis.toml"})
        texts[name] = *files.text(name);
    texts["time.toml"] = head + "[variable]\nJAHR = [\"jear\"]\n";
    try {
        (void)Mapping::load(MappingFiles{texts}, "regionalstatistik", "1", "ffcsv-v5", 20000);
        FAIL() << "a form that does not exist was accepted";
    } catch (Error const& error) {
        EXPECT_THAT(error.what(),
                    StartsWith("mappings/time.toml:4:9: found the text 'jear', expected year, date"));
    }
}

TEST(BrokenMappings, AFolderWithoutSchemasIsRefused) {
    auto const bare = sandbox().root() / "bare" / "mappings";
    fs::create_directories(bare.parent_path());
    fs::copy(sandbox().root() / "mappings", bare, fs::copy_options::recursive);
    try {
        (void)Mapping::load(MappingFiles::from_directory(bare.string()), "regionalstatistik", "1", "ffcsv-v5",
                            20000);
        FAIL() << "mappings without schemas were accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_THAT(error.what(), HasSubstr("install schemas/ beside mappings/"));
    }
}

} // namespace
} // namespace gateway::harmonize

#include "gateway/intake/agreement.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/intake/calendar.hpp"

namespace gateway::intake {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string const shipped = std::string{KREISLAUF_SOURCE_DIR} + "/mappings/agreements";

constexpr char const* sound = R"(origin = "a letter of 1 March 2026"
date = 2026-03-01
title = "Bevölkerung"
areas = ["03"]

[office]
land = "03"
name = "Landesamt"

[feed]
service = "lsn"
table = "1-2-4"

[policy]
rows = "accept_rest"
embargo = "allowed"
)";

/// A folder of an operator, beside which no schema stands.
class AgreementFile : public testing::Test {
  protected:
    AgreementFile() {
        char name[] = "/tmp/agreementXXXXXX";
        folder_ = mkdtemp(name);
    }
    ~AgreementFile() override { fs::remove_all(folder_); }
    AgreementFile(AgreementFile const&) = delete;
    AgreementFile& operator=(AgreementFile const&) = delete;

    std::string write(std::string const& name, std::string const& text) {
        std::ofstream{folder_ + "/" + name} << text;
        return folder_ + "/" + name;
    }
    std::string complaint() {
        try {
            Agreements::load({shipped, folder_});
        } catch (Error const& error) {
            return error.what();
        }
        return "no complaint";
    }
    static std::string with(std::string const& key, std::string const& line) {
        std::string text = sound;
        auto const at = text.find(key);
        auto const end = text.find('\n', at);
        return text.replace(at, end - at, line);
    }
    std::string folder_;
};

TEST(Agreement, ReadsEveryAgreementThatIsShippedAndFindsItsFeed) {
    auto const agreements = Agreements::load({shipped});
    ASSERT_GE(agreements.all().size(), 3U);
    auto const mappings =
        harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    for (auto const& each : agreements.all()) {
        bool const is_feed = harmonize::has_feed(mappings, {each.service, each.table});
        auto const table = mappings.text("tables/" + each.service + "/" + each.table + ".toml");
        EXPECT_TRUE(is_feed || table) << each.file << " names a feed that nobody describes";
    }
    auto const* const lsn = agreements.find("lsn-1-2-4");
    ASSERT_NE(lsn, nullptr);
    EXPECT_EQ(lsn->office, "03");
    EXPECT_EQ(lsn->rows, RowPolicy::accept_rest);
    EXPECT_EQ(lsn->embargo, EmbargoRule::allowed);
    EXPECT_DOUBLE_EQ(lsn->brake.deleted_share, 0.05);
    EXPECT_EQ(lsn->most_bytes, 100'000'000U);
    EXPECT_EQ(lsn->file, "mappings/agreements/lsn-1-2-4.toml");
    auto const* const genesis = agreements.find("lsn-12411-01-01-4");
    ASSERT_NE(genesis, nullptr);
    EXPECT_TRUE(genesis->four_eyes);
    EXPECT_EQ(genesis->embargo, EmbargoRule::required);
    EXPECT_THAT(genesis->counties, ElementsAre("all"));
}

TEST_F(AgreementFile, OfAnOperatorIsReadBesideThoseThatAreShipped) {
    write("mine.toml", sound);
    write("notes.txt", "not an agreement");
    auto const agreements = Agreements::load({shipped, folder_, folder_ + "/absent"});
    auto const* const mine = agreements.find("mine");
    ASSERT_NE(mine, nullptr);
    EXPECT_EQ(mine->file, folder_ + "/mine.toml");
    EXPECT_EQ(mine->least_rows, 1U);
    EXPECT_FALSE(mine->four_eyes);
    EXPECT_EQ(agreements.find("other"), nullptr);
}

TEST_F(AgreementFile, NamesPlaceValueAndNextStepOfWhatIsWrong) {
    auto const path = write("bad.toml", with("rows =", "rows = \"accept_some\""));
    EXPECT_THAT(complaint(), AllOf(HasSubstr(path + ":15:8"), HasSubstr("accept_some"),
                                   HasSubstr("accept_rest or all_or_nothing"), HasSubstr("next step")));
    write("bad.toml", with("embargo =", "embargoed = \"allowed\""));
    EXPECT_THAT(complaint(), AllOf(HasSubstr(path + ":"), HasSubstr("embargo")));
    write("bad.toml", with("title =", "title = 5"));
    EXPECT_THAT(complaint(), HasSubstr(path + ":3:9"));
    write("bad.toml", std::string{sound} + "= x");
    EXPECT_THAT(complaint(), HasSubstr(path + ":17:"));
}

TEST_F(AgreementFile, IsRefusedWhereItsKeysExcludeEachOther) {
    auto const path = write("bad.toml", std::string{sound} + "four_eyes = true\nreleases_itself = true\n");
    EXPECT_THAT(complaint(), AllOf(HasSubstr(path + ":18:19"), HasSubstr("four_eyes")));
    write("bad.toml", with("areas =", "areas = [\"02\"]"));
    EXPECT_THAT(complaint(), AllOf(HasSubstr(path + ":4:9"), HasSubstr("'02'"), HasSubstr("own Land, 03")));
    write("bad.toml", std::string{sound} + "time_zone = \"Europe/Borlin\"\n");
    EXPECT_THAT(complaint(), AllOf(HasSubstr(path + ":17:13"), HasSubstr("Europe/Borlin")));
    write("bad.toml", std::string{sound} + "[expected]\ncounties = [\"all\", \"03153\"]\n");
    EXPECT_THAT(complaint(), HasSubstr(path + ":18:12"));
}

TEST_F(AgreementFile, IsRefusedWhereItsNameIsTaken) {
    write("lsn-1-2-4.toml", sound);
    EXPECT_THAT(complaint(), AllOf(HasSubstr("second agreement 'lsn-1-2-4'"),
                                   HasSubstr("mappings/agreements/lsn-1-2-4.toml")));
}

std::string due_text(std::optional<DueDay> const& due) {
    return due ? date_text(due->day) + " " + due->note : "none";
}

TEST(DeliveryCalendar, KnowsTheDueDayBeforeAndAfterAnyDay) {
    Agreement agreement;
    agreement.due = {{3, 15, "yearly"}, {0, 31, "monthly"}};
    auto const day = [](char const* text) { return parse_date(text).value(); };
    EXPECT_EQ(due_text(next_due_day(agreement, day("2026-02-01"))), "2026-02-28 monthly");
    EXPECT_EQ(due_text(next_due_day(agreement, day("2028-02-29"))), "2028-02-29 monthly");
    EXPECT_EQ(due_text(next_due_day(agreement, day("2026-03-01"))), "2026-03-15 yearly");
    EXPECT_EQ(due_text(last_due_day(agreement, day("2026-03-15"))), "2026-02-28 monthly");
    EXPECT_EQ(due_text(last_due_day(agreement, day("2026-01-01"))), "2025-12-31 monthly");
    agreement.due = {{3, 15, "yearly"}};
    EXPECT_EQ(due_text(next_due_day(agreement, day("2026-03-16"))), "2027-03-15 yearly");
    EXPECT_EQ(due_text(last_due_day(agreement, day("2026-03-15"))), "2025-03-15 yearly");
    agreement.due.clear();
    EXPECT_EQ(due_text(next_due_day(agreement, 20'000)), "none");
}

TEST(DeliveryCalendar, CountsDaysAsTheClocksOfTheAgreementShowThem) {
    Agreement const agreement;
    EXPECT_EQ(date_text(day_in_zone(agreement, utc_from("2026-06-30T21:59:59Z", 0))), "2026-06-30");
    EXPECT_EQ(date_text(day_in_zone(agreement, utc_from("2026-06-30T22:00:00Z", 0))), "2026-07-01");
    EXPECT_EQ(date_text(day_in_zone(agreement, utc_from("2026-12-31T22:59:59Z", 0))), "2026-12-31");
}

} // namespace
} // namespace gateway::intake

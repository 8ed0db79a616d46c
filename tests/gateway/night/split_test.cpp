// A table that comes in parts, because it is too big and no job can be started: all of it is seen, or nothing.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "gateway/ingest/sync.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/brake.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;

constexpr UnixTime day = 86'400;
constexpr UnixTime now = 1'795'650'000; // 2026-11-26
constexpr int first_year = 2018, last_year = 2025;
constexpr int years = last_year - first_year + 1;
constexpr char const *table = "12411-01-01-4", *dataset = "REGIO_12411-01-01-4";

/// Serves two years at a time; each figure says of which revision it is.
class Parts final : public Transport {
  public:
    int revision = 1;
    std::map<int, std::string> instead; ///< of a year: other rows
    std::vector<std::string> asked;
    std::function<void()> before_answer = [] {};

    HttpResponse send(HttpRequest const& request) override {
        auto const field = [&](std::string const& name) {
            auto const at = ("&" + request.body).find("&" + name + "=");
            if (at == std::string::npos) return std::string{};
            auto const begin = at + name.size() + 1;
            return request.body.substr(begin, request.body.find('&', begin) - begin);
        };
        HttpResponse answer;
        answer.status = 200;
        auto const text = [&answer](std::string const& body) {
            answer.body = body;
            return answer;
        };
        if (!request.url.ends_with("data/tablefile"))
            return text(R"({"Status":{"Code":0,"Content":"x","Type":"Information"},)"
                        R"("List":[{"Code":"12411-01-01-4"}]})");
        auto const first = std::stoi(field("startyear"));
        auto const last = field("endyear").empty() ? 2100 : std::stoi(field("endyear"));
        if (last - first > 1)
            return text(R"({"Status":{"Code":98,"Content":"Die Tabelle ist zu groß","Type":"Fehler"}})");
        before_answer();
        asked.push_back(std::to_string(first) + "-" + std::to_string(last));
        std::string rows;
        for (int year = std::max(first, first_year); year <= std::min(last, last_year); ++year)
            rows += instead.count(year) != 0 ? instead.at(year) : row(year, 1000 * revision + year - 2000);
        if (rows.empty())
            return text(R"({"Status":{"Code":104,"Content":"nichts","Type":"Information"},"List":null})");
        return text("\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;"
                    "1_variable_label;1_variable_attribute_code;1_variable_attribute_label;value;value_unit;"
                    "value_variable_code;value_variable_label;value_q\n" +
                    rows);
    }

  private:
    static std::string row(int year, int figure) {
        return "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" + std::to_string(year) +
               "-12-31;KREISE;Kreise;03153;Goslar, Landkreis;" + std::to_string(figure) +
               ";Anzahl;BEVSTD;Bevölkerungsstand;\n";
    }
};

/// Revisions of the figures that a reader sees, and how many there are.
struct Seen {
    std::set<std::int64_t> revisions;
    int figures = 0;
};

Seen look(store::Store const& store, std::optional<VintageNo> vintage = {}) {
    Seen seen;
    store::Query query;
    query.dataset = dataset;
    query.vintage = vintage;
    store.read(query, [&](auto, auto const observations) {
        for (auto const& each : observations) {
            seen.revisions.insert(std::stoll(each.number.to_string()) / 1000);
            ++seen.figures;
        }
    });
    return seen;
}

class Split : public ::testing::Test {
  protected:
    std::vector<ingest::LoadReport> sync(store::Store& store, night::BrakeRule const* rule = nullptr) {
        time_ += day;
        source_.asked.clear();
        raw::Archive archive{folder_.path() + "/raw"};
        ingest::Workshop shop{store,
                              archive,
                              mappings_,
                              areas_,
                              folder_.path(),
                              {[this] { return time_; }, [this](std::chrono::milliseconds) { ++time_; }},
                              1};
        adapters::genesis::Service service;
        service.id = "regionalstatistik";
        service.url = "https://regio.example/";
        std::optional<night::Brake> brake;
        ingest::BeforeLoad before;
        if (rule != nullptr) {
            brake.emplace(shop, folder_.path(), *rule);
            before = [&brake](ingest::Arrival const& arrival, ingest::LoadOptions& options) {
                brake->attach(arrival, options);
            };
        }
        ingest::SourceSync sync{shop, "regio", source_, service, {}, before};
        adapters::genesis::TableRequest request;
        request.name = table;
        request.start_year = first_year;
        return sync.table(request, false);
    }
    ingest::LoadReport release(store::Store& store) {
        raw::Archive archive{folder_.path() + "/raw"};
        ingest::Workshop shop{
            store,  archive,        mappings_,
            areas_, folder_.path(), {[this] { return time_; }, [](std::chrono::milliseconds) {}},
            1};
        night::HeldFolder const folder{folder_.path()};
        auto const all = folder.list();
        return night::release_held(shop, folder, all.at(0), "laut Amt");
    }

    TempDirectory folder_;
    UnixTime time_ = now;
    Parts source_;
    harmonize::MappingFiles mappings_ =
        harmonize::MappingFiles::from_directory(KREISLAUF_SOURCE_DIR "/mappings");
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
};

TEST_F(Split, ATableInPartsIsLoadedAsOneAndNoDateIsBetweenThem) {
    auto const store = store::open_sqlite(folder_.path());
    auto const reports = sync(*store);
    ASSERT_GE(reports.size(), 4U);
    for (auto const& report : reports) EXPECT_EQ(report.outcome, "loaded") << report.text;
    EXPECT_EQ(look(*store).figures, years);
    source_.revision = 2;
    sync(*store);
    // Whatever time a reader asks for: all of one revision.
    for (auto const& vintage : store->vintages(dataset)) {
        auto const seen = look(*store, store->vintage_at(dataset, vintage.received));
        EXPECT_EQ(seen.figures, years);
        EXPECT_EQ(seen.revisions.size(), 1U);
    }
    auto const again = sync(*store);
    EXPECT_TRUE(std::all_of(again.begin(), again.end(), [](auto const& each) { return each.is_repeat; }))
        << "each part is known by its bytes";
}

TEST_F(Split, OnePartThatIsNoUseKeepsTheOthersFromBeingSeen) {
    auto const store = store::open_sqlite(folder_.path());
    sync(*store);
    source_.revision = 2;
    source_.instead[2021] = "12411;x\n";
    source_.instead[2020] = "12411;x\n";
    auto const reports = sync(*store);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_NE(reports[0].outcome, "loaded");
    EXPECT_NE(reports[0].text.find("no part was loaded"), std::string::npos) << reports[0].text;
    EXPECT_NE(reports[0].text.find("part "), std::string::npos) << reports[0].text;
    EXPECT_EQ(look(*store).revisions, (std::set<std::int64_t>{1}));
    source_.instead.clear();
    sync(*store);
    EXPECT_EQ(look(*store).revisions, (std::set<std::int64_t>{2}));
}

TEST_F(Split, TheBrakeHoldsAndReleasesAllPartsTogether) {
    auto const store = store::open_sqlite(folder_.path());
    night::BrakeRule rule;
    rule.limits = {0.05, 0.5, 2};
    sync(*store, &rule);
    source_.revision = 2;
    auto const reports = sync(*store, &rule);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].outcome, "held");
    EXPECT_NE(reports[0].text.find("8 of 8 figures would be changed (100 %)"), std::string::npos)
        << reports[0].text;
    EXPECT_EQ(look(*store).revisions, (std::set<std::int64_t>{1}));
    EXPECT_EQ(sync(*store, &rule).at(0).text.substr(0, 16), "still held since");
    auto const released = release(*store);
    EXPECT_EQ(released.outcome, "loaded");
    EXPECT_EQ(released.revised, static_cast<std::uint64_t>(years));
    EXPECT_EQ(look(*store).revisions, (std::set<std::int64_t>{2}));
    EXPECT_EQ(look(*store).figures, years);
    EXPECT_TRUE(store->verify().empty());
}

TEST_F(Split, AReaderNeverSeesAPartOfItThroughSixtyKills) {
    constexpr int kills_wanted = 60;
    std::mt19937 dice{4711}; // NOLINT(cert-msc51-cpp): the same every time
    auto const in_child = [this](int revision) {
        auto const child = ::fork();
        if (child != 0) return child;
        int code = 1;
        try {
            auto const store = store::open_sqlite(folder_.path());
            source_.revision = revision;
            time_ = now + revision * day;
            sync(*store);
            code = 0;
        } catch (std::exception const& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(code);
    };
    auto const begun = std::chrono::steady_clock::now();
    int status = 0;
    ASSERT_EQ(::waitpid(in_child(1), &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, true);
    auto const whole =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
    int killed = 0, looks = 0, shown = 0, revision = 1;
    std::set<std::int64_t> before{1};
    // How long a sync takes differs from machine to machine: until kills came before and after a commit.
    while (killed < kills_wanted || (shown == 0 && killed < 10 * kills_wanted)) {
        auto const child = in_child(++revision);
        ASSERT_GT(child, 0);
        auto const until = std::chrono::steady_clock::now() +
                           std::chrono::microseconds{
                               std::uniform_int_distribution<std::int64_t>{0, whole.count() * 2}(dice)};
        do {
            auto const store = store::open_sqlite(folder_.path(), true);
            auto const seen = look(*store);
            ++looks;
            ASSERT_EQ(seen.figures, years);
            ASSERT_EQ(seen.revisions.size(), 1U) << "half of revision " << revision << " is seen";
        } while (std::chrono::steady_clock::now() < until);
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        if (WIFSIGNALED(status)) ++killed;
        auto const store = store::open_sqlite(folder_.path());
        ASSERT_TRUE(store->verify().empty());
        auto const seen = look(*store);
        ASSERT_EQ(seen.figures, years);
        ASSERT_EQ(seen.revisions.size(), 1U) << "half of revision " << revision << " is left";
        if (seen.revisions != before) ++shown;
        before = seen.revisions;
    }
    EXPECT_GT(looks, kills_wanted);
    EXPECT_GT(shown, 0) << "no kill came after a commit";
    ASSERT_EQ(::waitpid(in_child(revision + 1), &status, 0) > 0 && WEXITSTATUS(status) == 0, true);
    EXPECT_EQ(look(*store::open_sqlite(folder_.path(), true)).revisions,
              (std::set<std::int64_t>{revision + 1}));
}

} // namespace

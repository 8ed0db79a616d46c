// The feed over HTTP: pages, full state, waiting, proof, and who may see what.
#include "gateway/serve/api/feed_cursor.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "gateway/feed/avro/container.hpp"
#include "gateway/feed/avro/resolver.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/access/keys.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;
using ::testing::Not;

class FeedTest : public ServiceTest {
  protected:
    /// Follows the feed from `begin` to its end and keeps what it says.
    struct Copy {
        std::map<std::string, std::string> lines;
        std::string cursor;
        std::vector<std::string> kinds;
        [[nodiscard]] std::string hash() const {
            std::string all;
            for (auto const& [key, text] : lines) all += key + "\t" + text + "\n";
            return io::sha256_hex(all);
        }
    };
    void follow(Copy& copy, std::string const& question, std::string const& begin,
                http::Headers const& headers = {}, int limit = 2) {
        for (bool more = true; more;) {
            auto const place = copy.cursor.empty() ? begin : "cursor=" + copy.cursor;
            auto const answer =
                ask("/api/v1/feed?" + question + "&limit=" + std::to_string(limit) + "&" + place, headers);
            ASSERT_EQ(answer.status, 200U) << answer.body;
            auto const page = answer.json();
            auto const& entries = page["entries"];
            EXPECT_LE(entries.Size(), static_cast<unsigned>(limit));
            for (rapidjson::SizeType i = 0; i < entries.Size(); ++i) apply(copy, entries[i]);
            copy.cursor = page["cursor"].GetString();
            more = page["more"].GetBool();
        }
    }
    static void apply(Copy& copy, rapidjson::Value const& entry) {
        copy.kinds.emplace_back(entry["kind"].GetString());
        if (!entry.HasMember("observations")) return;
        auto const& observations = entry["observations"];
        for (rapidjson::SizeType i = 0; i < observations.Size(); ++i) {
            auto const& one = observations[i];
            auto const key = std::string{entry["dataset"].GetString()} + "\t" + entry["series"].GetString() +
                             "\t" + entry["area"].GetString() + "\t" + one["period"].GetString();
            auto const& now = one["new"];
            if (now.IsNull())
                copy.lines.erase(key);
            else
                copy.lines[key] = std::string{now["value"].IsNull() ? "" : now["value"].GetString()} + "\t" +
                                  now["state"].GetString();
        }
    }
    std::string state_of(std::string const& question, std::string const& cursor,
                         http::Headers const& headers = {}) {
        auto const answer = ask("/api/v1/feed/state?" + question + "&cursor=" + cursor, headers);
        EXPECT_EQ(answer.status, 200U) << answer.body;
        return answer.status == 200 ? answer.json()["sha256"].GetString() : "";
    }
};

TEST_F(FeedTest, TellsTheFullStateAndThenWhatChanges) {
    Copy copy;
    follow(copy, "area=03153", "from=start");
    EXPECT_EQ(copy.lines.size(), 3U);
    EXPECT_THAT(copy.kinds, ::testing::Each("state"));
    EXPECT_EQ(copy.hash(), state_of("area=03153", copy.cursor));
    auto const store = store::open_sqlite(folder_.path());
    load(*store, 1'720'000'000, "127000", "62494");
    copy.kinds.clear();
    auto const page = ask("/api/v1/feed?area=03153&cursor=" + copy.cursor).json();
    ASSERT_EQ(page["entries"].Size(), 1U);
    auto const& change = page["entries"][0]["observations"][0];
    EXPECT_STREQ(change["change"].GetString(), "revised");
    EXPECT_STREQ(change["old"]["value"].GetString(), "126775");
    EXPECT_STREQ(change["new"]["value"].GetString(), "127000");
    EXPECT_STREQ(page["entries"][0]["source"].GetString(), "regionalstatistik");
    EXPECT_EQ(page["entries"][0]["vintage"].GetUint(), 3U);
    follow(copy, "area=03153", "");
    EXPECT_EQ(copy.hash(), state_of("area=03153", copy.cursor));
}

TEST_F(FeedTest, GivesTheSameCopyFromTheFirstEntryAsFromTheFullState) {
    Copy full, log;
    follow(full, "", "from=start", {}, 1);
    follow(log, "", "", {}, 3);
    EXPECT_EQ(full.lines, log.lines);
    EXPECT_EQ(full.hash(), state_of("", log.cursor));
}

TEST_F(FeedTest, KeepsAMissingValueWithoutNumber) {
    auto const page = ask("/api/v1/feed?area=03159&from=start").json();
    auto const& last = page["entries"][0]["observations"][1];
    EXPECT_TRUE(last["new"]["value"].IsNull());
    EXPECT_THAT(last["new"]["state"].GetString(), HasSubstr("CONFIDENTIAL"));
}

TEST_F(FeedTest, CountsFormerAreasToTheOneThatTheyWentInto) {
    auto const store = store::open_sqlite(folder_.path());
    auto const load = store->begin(request(population(), 1'720'000'000));
    auto const both = load->indicator(indicator_of("_T"));
    // Göttingen and Osterode became the county of Göttingen (03159) in 2016; Goslar stayed what it was.
    for (auto const* key : {"03152", "03156"}) {
        load->put(both, load->area(county(key)), std::vector{observed("2015-12-31", "1000")});
        load->label("AREA", key, key);
    }
    load->commit("", 2, 0, {});
    auto const body = ask("/api/v1/feed?area=03159&from=start").body;
    EXPECT_THAT(body, HasSubstr("\"03152\""));
    EXPECT_THAT(body, HasSubstr("\"03156\""));
    EXPECT_THAT(body, Not(HasSubstr("\"03153\"")));
}

TEST_F(FeedTest, TellsOfAreasThatCameAfterTheQuestionWasFirstAsked) {
    Copy copy;
    follow(copy, "area=03153", "from=start");
    auto const store = store::open_sqlite(folder_.path());
    for (std::string const key : {"03153002", "03153005"}) {
        auto const load = store->begin(request(population(), 1'720'000'000));
        Area const municipality{CodeList::ags, AreaLevel::municipality, key};
        load->put(load->indicator(indicator_of("_T")), load->area(municipality),
                  std::vector{observed("2024-12-31", "700")});
        load->commit("", 1, 0, {});
        follow(copy, "area=03153", "");
        EXPECT_EQ(
            copy.lines.count(population().id + "\tMEASURE=BEVSTD,UNIT=PS,SEX=_T\t" + key + "\t2024-12-31"),
            1U)
            << key;
        EXPECT_EQ(copy.hash(), state_of("area=03153", copy.cursor));
    }
}

TEST_F(FeedTest, TellsRecallsAndNotes) {
    store::open_sqlite(folder_.path())
        ->recall(population().id, 2, {1'720'000'000, "Zahlendreher", "error", false});
    auto const page = ask("/api/v1/feed?kind=recalled,data&area=03153").json();
    auto const& entries = page["entries"];
    bool found = false;
    for (rapidjson::SizeType i = 0; i < entries.Size(); ++i) {
        if (std::string_view{entries[i]["kind"].GetString()} != "recalled") continue;
        found = true;
        EXPECT_EQ(entries[i]["recalls"].GetUint(), 2U);
        EXPECT_STREQ(entries[i]["reason"].GetString(), "error");
        EXPECT_STREQ(entries[i]["note"].GetString(), "Zahlendreher");
    }
    EXPECT_TRUE(found);
}

TEST_F(FeedTest, SealedFiguresAreInNoAnswer) {
    store::open_sqlite(folder_.path())->recall(population().id, 2, {1'720'000'000, "", "confidential", true});
    for (auto const* target :
         {"/api/v1/feed", "/api/v1/feed?from=start", "/api/v1/series?area=03153&format=csv",
          "/api/v1/series?area=03153&format=csv&as_of=2024-04-01T00:00:00Z", "/api/v1/series?area=03153"}) {
        auto const answer = ask(target);
        EXPECT_EQ(answer.status, 200U) << target << answer.body;
        EXPECT_THAT(answer.body, Not(HasSubstr("126775"))) << target;
        EXPECT_THAT(answer.body, HasSubstr("126000")) << target;
    }
    Copy copy;
    follow(copy, "", "");
    EXPECT_EQ(copy.hash(), state_of("", copy.cursor));
}

TEST_F(FeedTest, SaysTheSameInAvro) {
    store::open_sqlite(folder_.path())
        ->recall(population().id, 2, {1'720'000'000, "Zahlendreher", "error", false});
    for (std::string const begin : {"", "&from=start"}) {
        auto const json = ask("/api/v1/feed?limit=1000" + begin).json();
        auto const answer = ask("/api/v1/feed?limit=1000&format=avro" + begin);
        ASSERT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.header("Content-Type"), "application/avro");
        EXPECT_EQ(answer.header("X-Kreislauf-Cursor"), json["cursor"].GetString());
        EXPECT_EQ(answer.header("X-Kreislauf-More"), json["more"].GetBool() ? "true" : "false");
        feed::avro::ContainerReader reader{answer.body};
        auto const schema = feed::avro::Schema::parse(reader.schema());
        EXPECT_EQ(reader.schema(),
                  io::read_file(std::string{KREISLAUF_SOURCE_DIR} + "/schemas/avro/feed-entry-v1.avsc"));
        feed::avro::Resolver const resolver{schema, schema};
        auto const& entries = json["entries"];
        rapidjson::SizeType at = 0;
        feed::avro::ContainerReader::Block block;
        while (reader.next(block)) {
            feed::avro::Cursor cursor{block.bytes};
            for (std::uint64_t i = 0; i < block.records; ++i, ++at) {
                ASSERT_LT(at, entries.Size());
                auto const entry = resolver.read(cursor);
                auto const& told = entries[at];
                EXPECT_EQ(entry.items[0].text, told["kind"].GetString());
                EXPECT_EQ(entry.items[1].text, told["dataset"].GetString());
                EXPECT_EQ(entry.items[3].number, told["vintage"].GetInt64());
                EXPECT_EQ(entry.items[6].text, told["note"].IsNull() ? "" : told["note"].GetString());
                if (!told.HasMember("observations")) {
                    EXPECT_TRUE(entry.items[11].items.empty());
                    continue;
                }
                EXPECT_EQ(entry.items[9].text, told["series"].GetString());
                EXPECT_EQ(entry.items[10].text, told["area"].GetString());
                auto const& figures = told["observations"];
                ASSERT_EQ(entry.items[11].items.size(), figures.Size());
                for (rapidjson::SizeType k = 0; k < figures.Size(); ++k) {
                    auto const& one = entry.items[11].items[k].items;
                    EXPECT_EQ(one[0].text, figures[k]["period"].GetString());
                    EXPECT_EQ(one[1].text, figures[k]["change"].GetString());
                    auto const& now = figures[k]["new"];
                    ASSERT_EQ(one[3].branch, now.IsNull() ? 0 : 1);
                    if (now.IsNull()) continue;
                    EXPECT_EQ(one[3].items[0].branch, now["value"].IsNull() ? 0 : 1);
                    EXPECT_EQ(one[3].items[0].text, now["value"].IsNull() ? "" : now["value"].GetString());
                    EXPECT_EQ(one[3].items[1].text, now["state"].GetString());
                }
            }
            EXPECT_TRUE(cursor.at_end());
        }
        EXPECT_EQ(at, entries.Size());
    }
}

TEST_F(FeedTest, WaitsForNewsAndNotLonger) {
    auto const now = ask("/api/v1/feed?from=now").json();
    std::string const cursor = now["cursor"].GetString();
    std::thread later{[this] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        load(*store::open_sqlite(folder_.path()), 1'720'000'000, "127000", "62494");
    }};
    auto const begin = std::chrono::steady_clock::now();
    auto const page = ask("/api/v1/feed?wait=20&cursor=" + cursor).json();
    later.join();
    EXPECT_EQ(page["entries"].Size(), 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{15});
    auto const quiet = ask("/api/v1/feed?wait=1&cursor=" + std::string{page["cursor"].GetString()}).json();
    EXPECT_EQ(quiet["entries"].Size(), 0U);
}

TEST_F(FeedTest, WaitsForNewsInAvroWithoutAWorkerAndSaysTheCursorInTheHead) {
    auto const now = ask("/api/v1/feed?from=now&format=avro");
    auto const cursor = now.header("X-Kreislauf-Cursor");
    http::Request request;
    request.method = "GET";
    request.target = "/api/v1/feed?format=avro&wait=20&cursor=" + cursor;
    request.headers.emplace_back("Host", "localhost");
    request.remote = "192.0.2.7:1";
    std::vector<http::Response> waiting;
    waiting.reserve(20);
    for (int i = 0; i < 20; ++i)
        waiting.push_back(service_->answer(request)); // each would have kept its caller
    std::string bytes;
    for (auto& one : waiting) {
        auto& source = *std::get<std::unique_ptr<http::BodySource>>(one.body);
        EXPECT_TRUE(source.holds_head());
        EXPECT_TRUE(source.next(bytes));
        EXPECT_GT(source.pause(), std::chrono::seconds{10});
    }
    EXPECT_EQ(bytes, "");
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "127000", "62494");
    for (auto& one : waiting) {
        auto& source = *std::get<std::unique_ptr<http::BodySource>>(one.body);
        bytes.clear();
        EXPECT_FALSE(source.next(bytes));
        EXPECT_THAT(bytes, ::testing::StartsWith("Obj\x01"));
        auto const head = source.late_head();
        EXPECT_EQ(http::header(head, "Content-Type"), "application/avro");
        EXPECT_EQ(http::header(head, "X-Kreislauf-More"), "false");
        EXPECT_NE(http::header(head, "X-Kreislauf-Cursor"), cursor);
    }
    auto const page = ask("/api/v1/feed?format=avro&cursor=" + cursor);
    EXPECT_EQ(page.body, bytes) << "the page is that of a caller who need not wait";
}

TEST_F(FeedTest, TellsOneIndicatorAloneAndProvesIt) {
    {
        auto const store = store::open_sqlite(folder_.path());
        auto const load = store->begin(request(population(), 1'715'000'000));
        load->put(load->indicator(indicator_of("F", "GEB")), load->area(county("03153")),
                  std::vector{observed("2023-12-31", "77")});
        load->commit("", 1, 0, {});
    }
    Copy births, people, both;
    follow(births, "area=03153&indicator=GEB", "from=start");
    follow(people, "area=03153&indicator=BEVSTD", "from=start");
    follow(both, "area=03153&indicator=BEVSTD,GEB", "from=start");
    EXPECT_EQ(births.lines.size(), 1U);
    EXPECT_EQ(people.lines.size(), 3U);
    EXPECT_EQ(both.lines.size(), 4U);
    EXPECT_EQ(births.hash(), state_of("area=03153&indicator=GEB", births.cursor));
    EXPECT_EQ(both.hash(), state_of("area=03153&indicator=GEB,BEVSTD", both.cursor)) << "in any order";
    EXPECT_EQ(ask("/api/v1/feed?area=03153&indicator=BEVSTD&cursor=" + births.cursor).status, 400U);
    {
        auto const store = store::open_sqlite(folder_.path());
        auto const load = store->begin(request(population(), 1'720'000'000));
        load->put(load->indicator(indicator_of("_T")), load->area(county("03153")),
                  std::vector{observed("2024-12-31", "127000")});
        load->commit("", 1, 0, {});
    }
    EXPECT_EQ(ask("/api/v1/feed?area=03153&indicator=GEB&cursor=" + births.cursor).json()["entries"].Size(),
              0U);
    EXPECT_EQ(
        ask("/api/v1/feed?area=03153&indicator=BEVSTD&cursor=" + people.cursor).json()["entries"].Size(), 1U);
    auto const slip = ask("/api/v1/feed?area=03153&indicator=BEVSTDT");
    EXPECT_EQ(slip.status, 400U);
    EXPECT_THAT(slip.body, HasSubstr("there are: BEVSTD, GEB"));
    EXPECT_EQ(ask("/api/v1/feed/atom?area=03153&indicator=nothing").status, 400U);
    EXPECT_EQ(ask("/api/v1/feed/events?indicator=nothing").status, 400U);
}

TEST_F(FeedTest, RefusesWhatIsNoCursorOfThisQuestion) {
    auto const answer = ask("/api/v1/feed?area=03153&from=start&limit=1").json();
    std::string const cursor = answer["cursor"].GetString();
    EXPECT_EQ(ask("/api/v1/feed?area=03159&cursor=" + cursor).status, 400U);
    EXPECT_EQ(ask("/api/v1/feed?area=03153&cursor=x" + cursor).status, 400U);
    EXPECT_EQ(ask("/api/v1/feed?area=03153&cursor=" + cursor.substr(1)).status, 400U);
    EXPECT_EQ(ask("/api/v1/feed/state?area=03153&cursor=" + cursor).status, 400U); // in the full state
    EXPECT_EQ(ask("/api/v1/feed?area=99999").status, 400U);
    EXPECT_EQ(ask("/api/v1/feed?kind=news").status, 400U);
    EXPECT_EQ(ask("/api/v1/feed?wait=31").status, 400U);
    EXPECT_EQ(ask("/api/v1/feed?from=yesterday").status, 400U);
    restart(); // a cursor outlives the service
    EXPECT_EQ(ask("/api/v1/feed?area=03153&cursor=" + cursor).status, 200U);
}

TEST_F(FeedTest, SaysThatTheLogBeginsLater) {
    std::string const cursor = ask("/api/v1/feed?limit=1").json()["cursor"].GetString();
    auto const store = store::open_sqlite(folder_.path());
    store->compact_changes(store->last_change(), 1);
    auto const gone = ask("/api/v1/feed?cursor=" + cursor);
    EXPECT_EQ(gone.status, 410U) << gone.body;
    EXPECT_THAT(gone.body, HasSubstr("from=start"));
    EXPECT_EQ(ask("/api/v1/feed/state?cursor=" + cursor).status, 410U);
    EXPECT_EQ(ask("/api/v1/feed?from=start").status, 200U);
}

TEST_F(FeedTest, HidesWhatACallerMayNotSee) {
    {
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'710'000'000, "127018", "62000", "LSN_1-1-1");
        store->announce({store::ChangeKind::comment, "LSN_1-1-1", 1'710'000'001, "geheimer Hinweis"});
        auto const state = folder_.path() + "/service";
        io::make_directories(state);
        io::write_durable(state + "/access.toml", "[[dataset]]\nid = \"LSN_*\"\nclass = \"RESTRICTED\"\n"
                                                  "recipients = [\"county:03153\"]\n");
    }
    auto const key =
        serve::access::KeyFile{folder_.path() + "/service"}
            .create(*serve::access::scope_from("county:03153"), 4'000'000'000, "Bericht", 1'700'000'000)
            .first;
    restart();
    for (auto const* begin : {"from=start", "limit=100"}) {
        auto const open = ask(std::string{"/api/v1/feed?"} + begin);
        EXPECT_THAT(open.body, Not(HasSubstr("LSN_")));
        EXPECT_THAT(open.body, Not(HasSubstr("127018")));
        EXPECT_THAT(open.body, Not(HasSubstr("Hinweis")));
    }
    Copy everybody, goslar;
    follow(everybody, "", "");
    EXPECT_EQ(everybody.hash(), state_of("", everybody.cursor));
    http::Headers const with{{"X-API-Key", key}};
    follow(goslar, "", "from=start", with);
    EXPECT_GT(goslar.lines.size(), everybody.lines.size());
    for (auto const& [line, text] : goslar.lines)
        EXPECT_TRUE(!line.starts_with("LSN_") || line.find("\t03153\t") != std::string::npos) << line;
    EXPECT_EQ(goslar.hash(), state_of("", goslar.cursor, with));
    // A cursor of one view is none of another.
    EXPECT_EQ(ask("/api/v1/feed?cursor=" + goslar.cursor).status, 400U);
}

TEST(FeedCursor, HidesTheNumberAndKeepsThePlace) {
    using namespace serve::api;
    query::ChangePlace place;
    place.number = 1234567;
    place.full = place.begun = true;
    place.dataset = "REGIO_12411";
    place.series = {77, 3U << 24U | 5};
    auto const text = seal_place(place, "a03153", "secret");
    auto const back = open_place(text, "a03153", "secret");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->number, place.number);
    EXPECT_EQ(back->dataset, place.dataset);
    EXPECT_EQ(back->series.area, place.series.area);
    EXPECT_FALSE(open_place(text, "a03153", "another"));
    EXPECT_FALSE(open_place(text, "a03159", "secret"));
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto broken = text;
        broken[i] = broken[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(open_place(broken, "a03153", "secret")) << i;
    }
    place.number = 1234568;
    auto const next = seal_place(place, "a03153", "secret");
    EXPECT_EQ(next.size(), text.size());
    EXPECT_NE(next.substr(0, 6), text.substr(0, 6)); // neighbours look nothing alike
    EXPECT_FALSE(open_place("", "a", "secret"));
    EXPECT_FALSE(open_place(std::string(5000, 'A'), "a", "secret"));
}

} // namespace

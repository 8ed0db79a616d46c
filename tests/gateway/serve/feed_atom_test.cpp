// The feed as Atom: valid, the newest first, the same ids for ever, and nothing that a caller may not see.
#include <gmock/gmock.h>
#include <pugixml.hpp>

#include <regex>
#include <set>

#include "gateway/serve/access/keys.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;
using ::testing::Not;

class AtomTest : public ServiceTest {
  protected:
    struct Feed {
        std::vector<std::string> ids, titles, contents;
        std::string id, next, updated;
    };
    /// Reads a feed and holds it against RFC 4287: what must be there once is there once, and times and names are such.
    Feed read(std::string const& target, http::Headers const& headers = {}) {
        auto const answer = ask(target, headers);
        EXPECT_EQ(answer.status, 200U) << answer.body;
        EXPECT_EQ(answer.header("Content-Type"), "application/atom+xml; charset=utf-8");
        EXPECT_NE(answer.header("ETag"), "");
        pugi::xml_document document;
        EXPECT_TRUE(document.load_string(answer.body.c_str(), pugi::parse_full)) << answer.body;
        auto const feed = document.child("feed");
        EXPECT_STREQ(feed.attribute("xmlns").value(), "http://www.w3.org/2005/Atom");
        Feed read;
        read.id = only(feed, "id");
        read.updated = only(feed, "updated");
        EXPECT_TRUE(std::regex_match(read.id, uuid_)) << read.id;
        EXPECT_TRUE(std::regex_match(read.updated, time_)) << read.updated;
        EXPECT_NE(only(feed, "title"), "");
        EXPECT_STREQ(feed.child("author").child("name").child_value(), "Kreislauf");
        std::map<std::string, int> links;
        for (auto const link : feed.children("link")) {
            ++links[link.attribute("rel").value()];
            if (std::string_view{link.attribute("rel").value()} == "next")
                read.next = link.attribute("href").value();
            if (std::string_view{link.attribute("rel").value()} == "self") {
                EXPECT_EQ("http://localhost:8080" + target, link.attribute("href").value());
            }
        }
        EXPECT_EQ(links["self"], 1);
        EXPECT_LE(links["next"], 1);
        std::string before = "9999";
        for (auto const entry : feed.children("entry")) {
            auto const id = only(entry, "id");
            auto const updated = only(entry, "updated");
            EXPECT_TRUE(std::regex_match(id, uuid_)) << id;
            EXPECT_TRUE(std::regex_match(updated, time_)) << updated;
            EXPECT_LE(updated, before) << "the newest comes first";
            before = updated;
            EXPECT_STREQ(entry.child("content").attribute("type").value(), "html");
            read.ids.push_back(id);
            read.titles.push_back(only(entry, "title"));
            read.contents.emplace_back(only(entry, "content"));
        }
        EXPECT_EQ(std::set<std::string>(read.ids.begin(), read.ids.end()).size(), read.ids.size());
        return read;
    }

  private:
    static std::string only(pugi::xml_node const& parent, char const* name) {
        int count = 0;
        for (auto const one : parent.children(name)) count += one.empty() ? 0 : 1;
        EXPECT_EQ(count, 1) << name;
        return parent.child(name).child_value();
    }
    std::regex const uuid_{"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"};
    std::regex const time_{"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"};
};

TEST_F(AtomTest, TellsWhatChangedForAnAreaTheNewestFirst) {
    auto const feed = read("/api/v1/feed/atom?area=03153");
    ASSERT_EQ(feed.titles.size(), 2U);
    EXPECT_EQ(feed.titles[0], "Bevölkerung (Tabelle 12411-01-01-4, Destatis): 2 Zahlen berichtigt");
    EXPECT_EQ(feed.titles[1], "Bevölkerung (Tabelle 12411-01-01-4, Destatis): 3 Zahlen neu");
    EXPECT_THAT(feed.contents[0],
                HasSubstr("<td>126.000 Personen</td><td>126.775 Personen</td><td>+775</td>"));
    EXPECT_THAT(feed.contents[0], Not(HasSubstr("Göttingen")));
    EXPECT_EQ(feed.updated, "2024-03-09T16:00:00Z");
    // What changed elsewhere is no news here.
    auto const other = read("/api/v1/feed/atom?area=03159&dataset=12411-01-01-4");
    EXPECT_EQ(other.titles.size(), 1U);
    EXPECT_THAT(other.contents[0], HasSubstr("kein Wert (geheim zu halten)"));
}

TEST_F(AtomTest, KeepsItsIdsWhenMoreComes) {
    auto const before = read("/api/v1/feed/atom?area=03153");
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "127000", "62494");
    restart();
    auto const after = read("/api/v1/feed/atom?area=03153");
    ASSERT_EQ(after.ids.size(), before.ids.size() + 1);
    EXPECT_EQ(after.id, before.id);
    EXPECT_EQ(std::vector<std::string>(after.ids.begin() + 1, after.ids.end()), before.ids);
    EXPECT_NE(read("/api/v1/feed/atom?area=03159").id, before.id);
}

TEST_F(AtomTest, LeadsPageByPageToTheOldestWithoutGapOrRepeat) {
    {
        auto const store = store::open_sqlite(folder_.path());
        for (int i = 0; i < 9; ++i)
            load(*store, 1'720'000'000 + i, std::to_string(127'000 + i), std::to_string(62'000 + i));
        store->announce({store::ChangeKind::comment, "", 1'720'000'100, "Ab morgen mehr"});
    }
    auto const all = read("/api/v1/feed/atom?area=03153&limit=100");
    EXPECT_EQ(all.ids.size(), 12U);
    EXPECT_EQ(all.next, "");
    std::vector<std::string> paged;
    std::string target = "/api/v1/feed/atom?area=03153&limit=5";
    int pages = 0;
    while (!target.empty()) {
        auto const page = read(target);
        ++pages;
        paged.insert(paged.end(), page.ids.begin(), page.ids.end());
        target = page.next.empty() ? "" : page.next.substr(std::string_view{"http://localhost:8080"}.size());
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(paged, all.ids);
}

TEST_F(AtomTest, TellsALargeReleaseAsOneEntry) {
    {
        auto const store = store::open_sqlite(folder_.path());
        auto const load = store->begin(request(population(), 1'720'000'000));
        // Blocks hold 4,096 entries: this release has several, and is longer than the first window.
        for (int sex = 0; sex < 50; ++sex) {
            auto const indicator = load->indicator(indicator_of("Z" + std::to_string(sex)));
            for (int area = 1001; area < 1501; ++area)
                load->put(indicator, load->area(county("0" + std::to_string(area))),
                          std::vector{observed("2024", "1")});
        }
        load->commit("", 0, 0, {});
    }
    auto const feed = read("/api/v1/feed/atom?limit=100");
    ASSERT_EQ(feed.titles.size(), 3U);
    EXPECT_THAT(feed.titles[0], HasSubstr("25.000 Zahlen neu"));
}

TEST_F(AtomTest, EscapesWhatComesFromOutside) {
    store::open_sqlite(folder_.path())
        ->announce({store::ChangeKind::comment, population().id, 1'720'000'000, "<b>&\x01 \"x\""});
    auto const feed = read("/api/v1/feed/atom?area=03153");
    EXPECT_THAT(feed.contents[0], HasSubstr("&lt;b&gt;&amp;  &quot;x&quot;"));
}

TEST_F(AtomTest, AnswersThatNothingChangedToWhoeverHasIt) {
    auto const first = ask("/api/v1/feed/atom?area=03153");
    EXPECT_FALSE(first.shared) << "its links hold the host as this caller calls it";
    EXPECT_EQ(ask("/api/v1/feed/atom?area=03153", {{"If-None-Match", first.header("ETag")}}).status, 304U);
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "127000", "62494");
    EXPECT_EQ(ask("/api/v1/feed/atom?area=03153", {{"If-None-Match", first.header("ETag")}}).status, 200U);
}

TEST_F(AtomTest, HidesWhatACallerMayNotSeeAndRefusesWhatIsNone) {
    {
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'710'000'000, "127018", "62000", "LSN_1-1-1");
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
    EXPECT_THAT(ask("/api/v1/feed/atom").body, Not(HasSubstr("127.018")));
    EXPECT_THAT(ask("/api/v1/feed/atom").body, Not(HasSubstr("LSN_")));
    auto const mine = read("/api/v1/feed/atom?area=03153", {{"X-API-Key", key}});
    EXPECT_THAT(mine.contents[0], HasSubstr("127.018"));
    EXPECT_EQ(ask("/api/v1/feed/atom?area=99999").status, 400U);
    EXPECT_EQ(ask("/api/v1/feed/atom?area=03153&cursor=abc").status, 400U);
    EXPECT_EQ(ask("/api/v1/feed/atom?area=03153&limit=0").status, 400U);
    EXPECT_EQ(read("/api/v1/feed/atom?dataset=LSN_1-1-1&kind=withdrawn", {{"X-API-Key", key}}).ids.size(),
              0U);
}

} // namespace

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

/// A second, raw connection: what a damaged disk or a stranger's program would do.
class RawConnection {
  public:
    explicit RawConnection(std::string const& directory) {
        if (sqlite3_open((directory + "/store.sqlite").c_str(), &connection_) != SQLITE_OK)
            throw Error{Errc::io, "open"};
    }
    RawConnection(RawConnection const&) = delete;
    RawConnection& operator=(RawConnection const&) = delete;
    ~RawConnection() { sqlite3_close(connection_); }
    void run(std::string const& sql) {
        char* message = nullptr;
        if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK)
            throw Error{Errc::io, sql + ": " + message};
    }
    std::string blob(std::string const& sql) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr);
        std::string result;
        if (sqlite3_step(statement) == SQLITE_ROW)
            result.assign(static_cast<char const*>(sqlite3_column_blob(statement, 0)),
                          static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
        sqlite3_finalize(statement);
        return result;
    }
    void bind_and_run(std::string const& sql, std::string const& blob) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr);
        sqlite3_bind_blob(statement, 1, blob.data(), static_cast<int>(blob.size()), nullptr);
        if (sqlite3_step(statement) != SQLITE_DONE) throw Error{Errc::io, sql};
        sqlite3_finalize(statement);
    }

  private:
    sqlite3* connection_ = nullptr;
};

class StoreCare : public ::testing::Test {
  protected:
    void fill(Store& store, bool reversed = false, UnixTime received = 1000) const {
        auto const load = [&](std::string const& number, Coverage const& coverage) {
            auto const transaction = store.begin(request(population(), received));
            std::vector<std::string> sexes{"F", "M"};
            std::vector<std::string> codes{"03153", "03154", "03155"};
            State secret;
            secret.reason = MissingReason::confidential;
            State provisional;
            provisional.quality.status = ObsStatus::provisional;
            if (reversed) {
                std::reverse(sexes.begin(), sexes.end());
                std::reverse(codes.begin(), codes.end());
                transaction->state(provisional);
            }
            auto const secret_no = transaction->state(secret);
            auto const provisional_no = transaction->state(provisional);
            for (auto const& sex : sexes) {
                auto const indicator = transaction->indicator(indicator_of(sex));
                for (auto const& code : codes) {
                    auto const area = transaction->area(county(code));
                    transaction->put(indicator, area,
                                     std::vector{observed("2020", code + ".50"), missing("2021", secret_no),
                                                 observed("2022", number, provisional_no)});
                }
            }
            transaction->commit("position", 18, 0, coverage);
        };
        load("1", {});
        load("2", everything());
    }
    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
};

TEST_F(StoreCare, SoundStoreHasNoProblems) {
    fill(*store_);
    EXPECT_THAT(store_->verify(), ::testing::IsEmpty());
}

TEST_F(StoreCare, ContentHashIgnoresNumbersOrderAndClocks) {
    fill(*store_);
    TempDirectory const elsewhere;
    auto const other = open_sqlite(elsewhere.path());
    other->record_document(std::string(64, 'a'), 1, {});
    fill(*other, true, 99'999);
    EXPECT_NE(store_->find_area(county("03153")), other->find_area(county("03153")));
    EXPECT_EQ(store_->content_hash(), other->content_hash());
    EXPECT_EQ(store_->content_hash().size(), 64U);
}

TEST_F(StoreCare, ContentHashSeesEveryKindOfDifference) {
    fill(*store_);
    auto const whole = store_->content_hash();
    load_one(*store_, "F", "03153", {observed("2022", "2.0")});
    auto const other_digits = store_->content_hash();
    EXPECT_NE(other_digits, whole);
    load_one(*store_, "F", "03153", {observed("2022", "2", 2)}); // as before, but by way of another vintage
    EXPECT_NE(store_->content_hash(), whole);
    auto const back = store_->content_hash();
    store_->withdraw(population().id, 1, 0, "");
    EXPECT_NE(store_->content_hash(), back);
}

TEST_F(StoreCare, ContentHashDoesNotSeeLabelsAndRepeats) {
    fill(*store_);
    auto const before = store_->content_hash();
    auto const load = store_->begin(request());
    load->label("SEX", "F", "weiblich");
    load->area(county("09999"));
    load->commit("elsewhere", 0, 0, {});
    EXPECT_EQ(store_->content_hash(), before);
}

TEST_F(StoreCare, EveryDamagedByteIsFoundByReadAndVerify) {
    fill(*store_);
    store_.reset();
    for (std::string const table : {"by_indicator", "by_area", "history"}) {
        RawConnection raw{directory_.path()};
        auto const row = raw.blob("SELECT series FROM " + table + " LIMIT 1");
        auto const update =
            "UPDATE " + table + " SET series = ? WHERE rowid = (SELECT min(rowid) FROM " + table + ")";
        ASSERT_GT(row.size(), 50U);
        auto const store = open_sqlite(directory_.path(), true);
        auto const dataset = population().id;
        for (std::size_t at = 0; at < row.size(); ++at) {
            auto damaged = row;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
            raw.bind_and_run(update, damaged);
            Query query{dataset, {}, {}, {}, {}};
            if (table == "by_area") query.area = store->find_area(county("03153"));
            if (table == "history") query.vintage = 1;
            try {
                store->read(query, [](SeriesRef, std::span<PackedObservation const>) {});
                FAIL() << table << ": damage at byte " << at << " was not found";
            } catch (Error const& error) {
                EXPECT_EQ(error.code(), Errc::corrupt_store);
                EXPECT_THAT(error.what(), ::testing::HasSubstr("table " + table + ", key "));
            }
            EXPECT_THAT(store->verify(), ::testing::Not(::testing::IsEmpty()));
        }
        raw.bind_and_run(update, row);
        EXPECT_THAT(store->verify(), ::testing::IsEmpty());
    }
}

TEST_F(StoreCare, RowMissingFromOneOrderIsFound) {
    fill(*store_);
    RawConnection{directory_.path()}.run("DELETE FROM by_area WHERE key = (SELECT max(key) FROM by_area)");
    auto const problems = store_->verify();
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].place, ::testing::HasSubstr("table by_area, key "));
}

TEST_F(StoreCare, NumbersThatLeadNowhereAreFound) {
    fill(*store_);
    RawConnection raw{directory_.path()};
    raw.run("DELETE FROM area WHERE code = '03155'; DELETE FROM state WHERE no = 2; "
            "UPDATE vintage SET document = 77, mapping = 'x' WHERE no = 1");
    std::string all;
    for (auto const& problem : open_sqlite(directory_.path(), true)->verify())
        all += problem.place + ": " + problem.text + "\n";
    EXPECT_THAT(all, ::testing::HasSubstr("the area is not in table area"));
    EXPECT_THAT(all, ::testing::HasSubstr("state 2 is not in table state"));
    EXPECT_THAT(all, ::testing::HasSubstr("document 77"));
    EXPECT_THAT(all, ::testing::HasSubstr("mapping"));
}

TEST_F(StoreCare, DamagedLabelsAreFound) {
    fill(*store_);
    auto const load = store_->begin(request());
    load->label("SEX", "F", "weiblich");
    load->commit("", 0, 0, {});
    EXPECT_THAT(store_->verify(), ::testing::IsEmpty());
    auto const problem_after = [&](std::string const& change) {
        RawConnection{directory_.path()}.run("UPDATE label SET " + change);
        std::string all;
        for (auto const& problem : open_sqlite(directory_.path(), true)->verify())
            all += problem.place + ": " + problem.text + "\n";
        return all;
    };
    EXPECT_THAT(problem_after("vintage = 99"), ::testing::HasSubstr("vintage 99 is not in table vintage"));
    EXPECT_THAT(problem_after("no = 7"), ::testing::HasSubstr("no 7: number 1 is due here"));
    EXPECT_THAT(problem_after("text = 'SEX=F'"), ::testing::HasSubstr("no dimension=code=label in 'SEX=F'"));
    EXPECT_THROW(static_cast<void>(open_sqlite(directory_.path(), true)->label(population().id, "SEX", "F")),
                 Error);
}

TEST_F(StoreCare, GapsBetweenVintagesAreFound) {
    fill(*store_);
    RawConnection{directory_.path()}.run("UPDATE vintage SET no = 5 WHERE no = 2");
    std::string all;
    for (auto const& problem : store_->verify()) all += problem.text + "\n";
    EXPECT_THAT(all, ::testing::HasSubstr("number 2 is due here"));
}

} // namespace
} // namespace gateway::store::testing

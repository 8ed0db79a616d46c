#include "gateway/serve/intake/uploads.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <random>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/problem.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::serve::intake {
namespace {

using store::testing::TempDirectory;

unsigned status_of(std::function<void()> const& work) {
    try {
        work();
    } catch (Refusal const& refusal) {
        return refusal.problem().status;
    }
    return 0;
}

class UploadsTest : public ::testing::Test {
  protected:
    UploadsTest() { restart(); }
    /// As after a kill: nothing of the old object is asked.
    void restart() {
        Uploads::Limits limits;
        limits.spare_bytes = 0;
        limits.most_open = 3;
        uploads_ = std::make_unique<Uploads>(
            folder_.path() + "/uploads", [this] { return now_; }, limits);
    }
    Upload create(std::uint64_t length, std::string const& sha256 = {}) {
        Upload upload;
        upload.agreement = "lsn";
        upload.file = "z.csv";
        upload.sender = "key 7f3a09c2";
        upload.length = length;
        upload.sha256 = sha256;
        return uploads_->create(upload);
    }
    std::uint64_t put(std::string const& id, std::uint64_t offset, std::string_view bytes,
                      std::optional<Checksum> const& checksum = std::nullopt) {
        auto const piece = uploads_->begin_piece(id, offset, checksum);
        piece->take(bytes);
        return piece->end();
    }
    static Checksum sum(std::string_view bytes) {
        Digest digest{"sha256"};
        digest.update(bytes);
        return {"sha256", digest.sum()};
    }
    [[nodiscard]] std::string content(std::string const& id) const {
        return io::read_file(uploads_->bytes_path(id));
    }

    TempDirectory folder_;
    UnixTime now_ = 1'800'000'000;
    std::unique_ptr<Uploads> uploads_;
};

TEST_F(UploadsTest, PutTheFileTogetherAndKnowItAfterARestart) {
    auto const id = create(11).id;
    EXPECT_EQ(put(id, 0, "hello "), 6U);
    restart();
    EXPECT_EQ(uploads_->find(id).offset, 6U);
    EXPECT_EQ(put(id, 6, "world", sum("world")), 11U);
    EXPECT_TRUE(uploads_->find(id).is_whole());
    EXPECT_EQ(content(id), "hello world");
    EXPECT_EQ(uploads_->find(id).sender, "key 7f3a09c2");
}

TEST_F(UploadsTest, RefuseAPieceThatDoesNotFit) {
    auto const id = create(11).id;
    EXPECT_EQ(status_of([&] { put(id, 1, "x"); }), 409U);
    EXPECT_EQ(status_of([&] { put(id, 0, "hello world!"); }), 413U);
    EXPECT_EQ(uploads_->find(id).offset, 0U);
    EXPECT_EQ(status_of([&] { put("00000000000000000000000000000000", 0, "x"); }), 404U);
    EXPECT_EQ(status_of([&] { put("../../etc/passwd", 0, "x"); }), 404U);
}

TEST_F(UploadsTest, KeepNothingOfAPieceWithoutItsSum) {
    auto const id = create(11).id;
    EXPECT_EQ(status_of([&] { put(id, 0, "hellO ", sum("hello ")); }), 460U);
    EXPECT_EQ(uploads_->find(id).offset, 0U);
    {
        auto const cut = uploads_->begin_piece(id, 0, sum("hello "));
        cut->take("hel");
    }
    EXPECT_EQ(uploads_->find(id).offset, 0U) << "what promised a sum and was cut cannot be believed";
    EXPECT_EQ(put(id, 0, "hello ", sum("hello ")), 6U);
    EXPECT_EQ(put(id, 6, "world"), 11U);
    EXPECT_EQ(content(id), "hello world");
}

TEST_F(UploadsTest, KeepWhatCameOfAPieceThatWasCut) {
    auto const id = create(11).id;
    {
        auto const cut = uploads_->begin_piece(id, 0, std::nullopt);
        cut->take("hel");
    }
    restart();
    EXPECT_EQ(uploads_->find(id).offset, 3U);
}

TEST_F(UploadsTest, LetTheNextPieceEndOneOnADeadConnection) {
    auto const id = create(11).id;
    auto const dead = uploads_->begin_piece(id, 0, std::nullopt);
    dead->take("hello ");
    EXPECT_EQ(uploads_->find(id).offset, 6U) << "asking ends it and keeps what came";
    EXPECT_EQ(put(id, 6, "world"), 11U);
    EXPECT_EQ(status_of([&] { dead->take("XXXXX"); }), 409U);
    EXPECT_EQ(status_of([&] { dead->end(); }), 409U);
    EXPECT_EQ(content(id), "hello world");
}

TEST_F(UploadsTest, EqualTheSourceAfterHundredCutsAtRandomOffsets) {
    std::mt19937_64 random{18};
    std::string source(200'000, '\0');
    for (auto& byte : source) byte = static_cast<char>(random());
    auto const id = create(source.size()).id;
    std::uint64_t sent = 0;
    std::size_t cuts = 0;
    constexpr std::size_t most = 4096;
    while (true) {
        auto const at = uploads_->find(id).offset;
        if (at == source.size()) break;
        auto const rest = std::string_view{source}.substr(at, most);
        auto piece =
            uploads_->begin_piece(id, at, random() % 2 == 0 ? std::optional{sum(rest)} : std::nullopt);
        auto const whole = cuts >= 100;
        auto const some = whole ? rest.size() : random() % (rest.size() + 1);
        piece->take(rest.substr(0, some));
        sent += some;
        if (some == rest.size())
            piece->end();
        else
            ++cuts;
        piece.reset();
        if (random() % 4 == 0) restart();
    }
    EXPECT_GE(cuts, 100U);
    EXPECT_EQ(content(id), source);
    EXPECT_LE(sent, source.size() + cuts * most) << "at most one piece is sent again for each cut";
}

TEST_F(UploadsTest, FindAnUploadThatBeganElsewhere) {
    auto const id = create(11, std::string(64, 'a')).id;
    put(id, 0, "hello ");
    auto const again = create(11, std::string(64, 'a'));
    EXPECT_EQ(again.id, id);
    EXPECT_EQ(again.offset, 6U);
    EXPECT_NE(create(11, std::string(64, 'b')).id, id);
    EXPECT_NE(create(11).id, id) << "without a sum nobody knows that it is the same file";
}

TEST_F(UploadsTest, EndAfterSevenDaysWithoutAPiece) {
    auto const id = create(11).id;
    now_ += 6 * 86'400;
    put(id, 0, "hello ");
    now_ += 6 * 86'400;
    EXPECT_EQ(uploads_->find(id).offset, 6U);
    now_ += 2 * 86'400;
    EXPECT_EQ(status_of([&] { uploads_->find(id); }), 410U);
    EXPECT_TRUE(uploads_->sweep().empty());
    EXPECT_EQ(status_of([&] { uploads_->find(id); }), 404U);
    EXPECT_FALSE(io::file_exists(uploads_->bytes_path(id)));
}

TEST_F(UploadsTest, KeepWhatIsWholeUntilItIsHandedOver) {
    auto const id = create(5).id;
    put(id, 0, "hello");
    now_ += 30 * 86'400;
    ASSERT_EQ(uploads_->sweep().size(), 1U);
    auto upload = uploads_->find(id);
    upload.delivery = "D-2026-000001";
    uploads_->settle(upload);
    EXPECT_FALSE(io::file_exists(uploads_->bytes_path(id)));
    EXPECT_EQ(uploads_->look(id)->delivery, "D-2026-000001");
    EXPECT_TRUE(uploads_->look(id)->is_whole());
    EXPECT_TRUE(uploads_->sweep().empty());
}

TEST_F(UploadsTest, AreLimitedInNumberAndEndOnRequest) {
    auto const first = create(11).id;
    create(11);
    create(11);
    EXPECT_EQ(status_of([&] { create(11); }), 429U);
    uploads_->remove(first);
    EXPECT_EQ(status_of([&] { uploads_->find(first); }), 404U);
    EXPECT_EQ(status_of([&] { create(11); }), 0U);
}

TEST_F(UploadsTest, SayHowMuchRoomIsNeeded) {
    try {
        create(std::uint64_t{1} << 60U);
        FAIL();
    } catch (Refusal const& refusal) {
        EXPECT_EQ(refusal.problem().status, 507U);
        EXPECT_THAT(refusal.problem().detail.en, ::testing::HasSubstr("1099511627776 MiB are needed"));
    }
}

TEST_F(UploadsTest, GoOnWhereTheDiskWasFull) {
    auto const id = create(11).id;
    // A limit of the size of files is what a test can have of a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit const small{20, before.rlim_max};
    auto const bytes = std::string(100, 'x');
    auto const big = create(100).id;
    ::setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_EQ(status_of([&] { put(big, 0, bytes); }), 507U);
    ::setrlimit(RLIMIT_FSIZE, &before);
    auto const kept = uploads_->find(big).offset;
    EXPECT_EQ(kept, 20U) << "what found room is acknowledged";
    EXPECT_EQ(put(big, kept, bytes.substr(kept)), 100U);
    EXPECT_EQ(content(big), bytes);
    EXPECT_EQ(put(id, 0, "hello world"), 11U);
}

} // namespace
} // namespace gateway::serve::intake

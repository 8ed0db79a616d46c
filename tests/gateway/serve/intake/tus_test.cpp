// The protocol, sentence by sentence: https://tus.io/protocols/resumable-upload
#include <random>

#include "gateway/io/sha256.hpp"
#include "tests/gateway/serve/intake/fixture.hpp"

namespace gateway::serve::intake::testing {
namespace {

using ::testing::HasSubstr;

class Tus : public DeskTest {
  protected:
    Answer head(std::string const& path, std::string const& key) {
        return ask("GET", path, key, {{"Tus-Resumable", "1.0.0"}}); // the server makes GET of HEAD
    }
    static std::string field(std::string const& name, std::string const& value) {
        return "," + name + " " + io::to_base64(value);
    }
};

TEST_F(Tus, SaysWhatItSpeaks) {
    for (auto const* path : {"/api/v1/uploads", "/api/v1/uploads/0123"}) {
        auto const answer = ask("OPTIONS", path);
        EXPECT_EQ(answer.status, 204U);
        EXPECT_EQ(answer.header("Tus-Resumable"), "1.0.0");
        EXPECT_EQ(answer.header("Tus-Version"), "1.0.0");
        EXPECT_EQ(answer.header("Tus-Extension"), "creation,checksum,expiration,termination");
        EXPECT_EQ(answer.header("Tus-Checksum-Algorithm"), "sha1,sha256");
        EXPECT_FALSE(answer.header("Tus-Max-Size").empty());
    }
}

TEST_F(Tus, MakesADeliveryOfPieces) {
    auto const text = csv(100, 40);
    auto const path = begin(lsn_, text.size(), field("comment", "Nachmeldung"));
    auto const first = patch(path, lsn_, 0, text.substr(0, 1500));
    EXPECT_EQ(first.status, 204U) << first.body;
    EXPECT_EQ(first.header("Upload-Offset"), "1500");
    EXPECT_FALSE(first.header("Upload-Expires").empty());
    EXPECT_EQ(first.header("Tus-Resumable"), "1.0.0");
    auto const state = head(path, lsn_);
    EXPECT_EQ(state.status, 200U);
    EXPECT_EQ(state.header("Upload-Offset"), "1500");
    EXPECT_EQ(state.header("Upload-Length"), std::to_string(text.size()));
    EXPECT_EQ(state.header("Cache-Control"), "no-store");
    EXPECT_THAT(state.header("Upload-Metadata"), HasSubstr("filename " + io::to_base64("z.csv")));
    restart();
    auto const last = patch(path, lsn_, 1500, text.substr(1500));
    EXPECT_EQ(last.status, 204U) << last.body;
    EXPECT_EQ(last.header("Kreislauf-Delivery"), "D-2026-000001");
    auto const delivery = ask("GET", "/api/v1/deliveries/D-2026-000001", lsn_).json();
    EXPECT_EQ(delivery["sha256"], io::sha256_hex(text).c_str());
    EXPECT_STREQ(delivery["wish"]["comment"].GetString(), "Nachmeldung");
    EXPECT_EQ(head(path, lsn_).header("Kreislauf-Delivery"), "D-2026-000001")
        << "for whom the last answer was lost";
}

TEST_F(Tus, AnswersWithTheStatusOfTheProtocol) {
    auto const path = begin(lsn_, 100);
    EXPECT_EQ(patch(path, lsn_, 1, "x").status, 409U);
    EXPECT_EQ(patch(path, lsn_, 0, "x", {{"Upload-Checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="}}).status,
              460U);
    EXPECT_EQ(patch(path, lsn_, 0, "x", {{"Upload-Checksum", "crc32 AAAA"}}).status, 400U);
    EXPECT_EQ(patch(path, lsn_, 0, std::string(101, 'x')).status, 413U);
    EXPECT_EQ(patch("/api/v1/uploads/00000000000000000000000000000000", lsn_, 0, "x").status, 404U);
    EXPECT_EQ(ask("PATCH", path, lsn_, {{"Tus-Resumable", "1.0.0"}, {"Upload-Offset", "0"}}, "x").status,
              415U);
    auto const old = ask("PATCH", path, lsn_, {{"Tus-Resumable", "0.2.2"}}, "x");
    EXPECT_EQ(old.status, 412U);
    EXPECT_EQ(old.header("Tus-Version"), "1.0.0");
    EXPECT_EQ(create(lsn_, std::size_t{1} << 62U).status, 413U);
    EXPECT_EQ(create(lsn_, 0).status, 400U);
    EXPECT_EQ(ask("POST", "/api/v1/uploads", lsn_, {{"Tus-Resumable", "1.0.0"}, {"Upload-Defer-Length", "1"}})
                  .status,
              404U)
        << "no agreement";
    EXPECT_EQ(head(path, lsn_).header("Upload-Offset"), "0") << "nothing of all that was kept";
}

TEST_F(Tus, EndsAnUploadOnRequestOrWhenItsTimeIsOver) {
    auto const path = begin(lsn_, 100);
    EXPECT_EQ(ask("DELETE", path, lsn_, {{"Tus-Resumable", "1.0.0"}}).status, 204U);
    EXPECT_EQ(head(path, lsn_).status, 404U);
    auto const old = begin(lsn_, 100);
    time_.set(time_.now() + 8 * 86'400);
    EXPECT_EQ(head(old, lsn_).status, 410U);
    desk_->tidy();
    EXPECT_EQ(head(old, lsn_).status, 404U);
}

TEST_F(Tus, ListensToTheMethodThatAHeaderNames) {
    auto const text = csv(100);
    auto const path = begin(lsn_, text.size());
    auto const sent = ask("POST", path, lsn_,
                          {{"Tus-Resumable", "1.0.0"},
                           {"X-HTTP-Method-Override", "PATCH"},
                           {"Content-Type", "application/offset+octet-stream"},
                           {"Upload-Offset", "0"}},
                          text);
    EXPECT_EQ(sent.status, 204U) << sent.body;
    EXPECT_EQ(
        ask("POST", path, lsn_, {{"Tus-Resumable", "1.0.0"}, {"X-HTTP-Method-Override", "DELETE"}}).status,
        204U);
    EXPECT_EQ(head(path, lsn_).status, 404U);
    EXPECT_EQ(ask("POST", path, lsn_, {{"Tus-Resumable", "1.0.0"}}).status, 400U)
        << "POST alone means nothing here";
    EXPECT_STREQ(ask("GET", "/api/v1/deliveries/D-2026-000001", lsn_).json()["stage"].GetString(), "received")
        << "a delivery outlives the upload that it was made of";
}

TEST_F(Tus, RefusesASlipInTheMetadataBeforeAnythingIsSent) {
    EXPECT_EQ(create(lsn_, 100, field("embrago", "2026-12-24 08:00")).status, 400U);
    EXPECT_EQ(create(lsn_, 100, field("embargo", "bald")).status, 400U);
    EXPECT_EQ(create(lsn_, 100, field("sha256", "abc")).status, 400U);
    EXPECT_EQ(create(lsn_, 100, ",comment ?").status, 400U);
    EXPECT_EQ(create(lsn_, 100, field("filetype", "text/csv")).status, 201U)
        << "clients say that of their own accord";
}

TEST_F(Tus, RefusesAFileThatIsNotWhatWasAnnounced) {
    auto const text = csv(100);
    auto const path = begin(lsn_, text.size(), field("sha256", io::sha256_hex("another")));
    EXPECT_EQ(patch(path, lsn_, 0, text).status, 460U);
    EXPECT_THAT(head(path, lsn_).body, HasSubstr("the file changed on its way"));
    EXPECT_EQ(ask("GET", "/api/v1/deliveries", lsn_).json()["deliveries"].Size(), 0U);
}

TEST_F(Tus, MakesTheReportOfADryRun) {
    auto const text = csv(100);
    auto const path = begin(lsn_, text.size(), field("dry_run", "true"));
    EXPECT_EQ(ask("GET", path + "/report", lsn_).status, 202U);
    auto const last = patch(path, lsn_, 0, text);
    EXPECT_EQ(last.status, 204U) << last.body;
    EXPECT_EQ(last.header("Kreislauf-Delivery"), "");
    EXPECT_STREQ(ask("GET", path + "/report", lsn_).json()["verdict"].GetString(), "sound");
    EXPECT_EQ(ask("GET", "/api/v1/deliveries", lsn_).json()["deliveries"].Size(), 0U);
}

TEST_F(Tus, HandsOverWhatWasWholeWhenTheServiceWasKilled) {
    auto const text = csv(100);
    for (bool const by_asking : {true, false}) {
        auto const path = begin(lsn_, text.size(), field("comment", by_asking ? "a" : "b"));
        {
            auto const id = path.substr(path.rfind('/') + 1);
            auto const piece = desk_->uploads().begin_piece(id, 0, std::nullopt);
            piece->take(text);
            piece->end(); // acknowledged, and killed before anything else
        }
        restart();
        if (!by_asking) desk_->tidy();
        EXPECT_EQ(head(path, lsn_).header("Kreislauf-Delivery"), "D-2026-000001")
            << "the same bytes, one delivery";
    }
}

TEST_F(Tus, EqualsTheSourceAfterHundredCutsAtRandomOffsets) {
    auto const text = csv(100, 4000);
    std::mt19937_64 random{5};
    auto const path = begin(lsn_, text.size(), field("sha256", io::sha256_hex(text)));
    std::size_t cuts = 0, sent = 0;
    constexpr std::size_t most = 8000;
    std::string delivery;
    while (delivery.empty()) {
        auto const at = std::stoul(head(path, lsn_).header("Upload-Offset"));
        auto const piece = text.substr(at, most);
        if (cuts < 100) {
            http::Request request;
            request.method = "PATCH";
            request.target = path;
            request.remote = "192.0.2.7:1";
            request.headers = {{"Host", "h"},
                               {"X-API-Key", lsn_},
                               {"Tus-Resumable", "1.0.0"},
                               {"Content-Type", "application/offset+octet-stream"},
                               {"Upload-Offset", std::to_string(at)}};
            auto reception = service_->receive(request);
            auto& sink = *std::get<std::unique_ptr<http::BodySink>>(reception);
            auto const some = random() % std::min(piece.size(), std::size_t{2000});
            EXPECT_FALSE(sink.take(std::string_view{piece}.substr(0, some)));
            sent += some;
            ++cuts; // and the connection is gone
            continue;
        }
        auto const answer = patch(path, lsn_, at, piece);
        ASSERT_EQ(answer.status, 204U) << answer.body;
        sent += piece.size();
        delivery = answer.header("Kreislauf-Delivery");
    }
    EXPECT_EQ(ask("GET", "/api/v1/deliveries/" + delivery, lsn_).json()["sha256"],
              io::sha256_hex(text).c_str());
    EXPECT_LE(sent, text.size() + cuts * most);
}

} // namespace
} // namespace gateway::serve::intake::testing

#include "gateway/deliver/client.hpp"

#include <gmock/gmock.h>

#include <random>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::deliver {
namespace {

using store::testing::TempDirectory;
using ::testing::HasSubstr;

/// A service in memory that fails as often as a test wants.
class FlakyService final : public Transport {
  public:
    HttpResponse send(HttpRequest const& request) override {
        ++requests;
        if (is_gone) throw Error{Errc::source_unavailable, "connection refused"};
        auto const path = request.url.substr(std::string{"http://h"}.size());
        if (path == "/api/v1/uploads") {
            metadata = header(request, "Upload-Metadata");
            return answer(refusal != 0 ? refusal : 201, {{"Location", "https://other/api/v1/uploads/abc"}});
        }
        if (path == "/api/v1/uploads/abc") return upload(request);
        if (path.find("/report") != std::string::npos)
            return ++asked < 3 ? answer(202, {}) : answer(200, {}, path);
        return answer(404, {}, R"({"detail":"nichts","next_step":"suchen"})");
    }
    static std::string header(HttpRequest const& request, std::string const& name) {
        for (auto const& [key, value] : request.headers)
            if (key == name) return value;
        return {};
    }

    std::string received, metadata, delivery = "D-2026-000001";
    std::uint64_t sent = 0;
    unsigned requests = 0, asked = 0, cuts = 0, most_cuts = 0;
    int refusal = 0;
    bool is_gone = false;
    std::size_t length = 0;
    std::mt19937_64 random{7};

  private:
    HttpResponse answer(int status, Fields headers, std::string body = {}) const {
        HttpResponse made;
        made.status = status;
        made.headers = std::move(headers);
        made.headers.emplace_back("Upload-Offset", std::to_string(received.size()));
        if (received.size() == length) made.headers.emplace_back("Kreislauf-Delivery", delivery);
        if (made.status == 403) body = R"({"detail":"fremde Vereinbarung","next_step":"die eigene nehmen"})";
        made.body = std::move(body);
        return made;
    }
    HttpResponse upload(HttpRequest const& request) {
        if (request.method == "HEAD") return answer(200, {});
        sent += request.body.size();
        EXPECT_EQ(header(request, "Upload-Offset"), std::to_string(received.size()));
        if (cuts < most_cuts) {
            ++cuts;
            auto const kind = random() % 3;
            if (kind == 0) return answer(503, {});
            if (kind == 1) received += request.body; // it arrived, and the answer was lost
            throw Error{Errc::source_unavailable, "connection reset"};
        }
        auto const sum = "sha256 " + io::to_base64([&] {
                             std::string bytes;
                             auto const hex = io::sha256_hex(request.body);
                             for (std::size_t i = 0; i < hex.size(); i += 2)
                                 bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
                             return bytes;
                         }());
        EXPECT_EQ(header(request, "Upload-Checksum"), sum);
        received += request.body;
        return answer(204, {});
    }
};

class DeliverClient : public ::testing::Test {
  protected:
    DeliverClient() {
        std::mt19937_64 random{3};
        source_.resize(200'000);
        for (auto& byte : source_) byte = static_cast<char>(random());
        path_ = folder_.path() + "/z.csv";
        io::write_durable(path_, source_);
        service_.length = source_.size();
        settings_.url = "http://h/";
        settings_.key = "kl_x";
        settings_.piece_bytes = 1000;
        settings_.clock.now = [this] { return now_; };
        settings_.clock.sleep = [this](std::chrono::milliseconds pause) {
            pauses_.push_back(pause.count());
            now_ += std::max<std::int64_t>(1, pause.count() / 1000);
        };
    }
    TempDirectory folder_;
    std::string source_, path_;
    FlakyService service_;
    ClientSettings settings_;
    UnixTime now_ = 1'800'000'000;
    std::vector<std::int64_t> pauses_;
};

TEST_F(DeliverClient, SendsAFileInPiecesAndSaysWhichDeliveryItIs) {
    auto const sent = Client{service_, settings_}.send(path_, {{"agreement", "lsn"}});
    EXPECT_EQ(sent.delivery, "D-2026-000001");
    EXPECT_EQ(sent.upload, "/api/v1/uploads/abc") << "the service's own name of itself does not matter";
    EXPECT_EQ(service_.received, source_);
    EXPECT_EQ(service_.sent, source_.size());
    EXPECT_THAT(service_.metadata, HasSubstr("filename " + io::to_base64("z.csv")));
    EXPECT_THAT(service_.metadata, HasSubstr("agreement " + io::to_base64("lsn")));
    EXPECT_TRUE(pauses_.empty());
}

TEST_F(DeliverClient, SendsAtMostOnePieceAgainForEachOfHundredCuts) {
    service_.most_cuts = 100;
    settings_.most_failures = 100;
    Client{service_, settings_}.send(path_, {{"agreement", "lsn"}});
    EXPECT_EQ(service_.received, source_);
    EXPECT_EQ(service_.cuts, 100U);
    EXPECT_LE(service_.sent, source_.size() + 100 * settings_.piece_bytes);
}

TEST_F(DeliverClient, GoesOnWhereAnEarlierCallStopped) {
    service_.received = source_.substr(0, 150'000);
    Client{service_, settings_}.send(path_, {{"agreement", "lsn"}});
    EXPECT_EQ(service_.received, source_);
    EXPECT_EQ(service_.sent, 50'000U);
}

TEST_F(DeliverClient, PausesLongerAndLongerAndGivesUp) {
    service_.is_gone = true;
    settings_.most_failures = 7;
    try {
        Client{service_, settings_}.send(path_, {{"agreement", "lsn"}});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::source_unavailable);
        EXPECT_THAT(error.what(), HasSubstr("connection refused"));
        EXPECT_THAT(error.what(), HasSubstr("goes on where it stopped"));
    }
    EXPECT_EQ(pauses_, (std::vector<std::int64_t>{1000, 2000, 4000, 8000, 16000, 30000, 30000}));
}

TEST_F(DeliverClient, SaysWithItsWordsWhatTheServiceRefuses) {
    service_.refusal = 403;
    try {
        Client{service_, settings_}.send(path_, {{"agreement", "nds"}});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::source_refused);
        EXPECT_THAT(error.what(), HasSubstr("fremde Vereinbarung; die eigene nehmen (403)"));
    }
    EXPECT_EQ(service_.requests, 1U) << "a refusal is not tried again";
}

TEST_F(DeliverClient, WaitsForTheReport) {
    Client client{service_, settings_};
    EXPECT_EQ(client.report({"/api/v1/uploads/abc", "D-2026-000001"}, "text", std::chrono::seconds{60}),
              "/api/v1/deliveries/D-2026-000001/report?format=text");
    EXPECT_EQ(client.report({"/api/v1/uploads/abc", ""}, "json", std::chrono::seconds{60}),
              "/api/v1/uploads/abc/report?format=json");
}

TEST_F(DeliverClient, RefusesAnEmptyFileItself) {
    io::write_durable(path_, "");
    EXPECT_THROW((Client{service_, settings_}.send(path_, {})), Error);
    EXPECT_EQ(service_.requests, 0U);
}

} // namespace
} // namespace gateway::deliver

#include "gateway/http/answer.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"

namespace gateway::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Response json(std::size_t bytes) {
    auto response = Response::text(200, "application/json", std::string(bytes, 'x'));
    response.headers.emplace_back("ETag", "\"t\"");
    return response;
}

Choice const gzip = choose_coding("gzip");

class Count final : public BodySource {
  public:
    explicit Count(int pieces) : left_{pieces} {}
    bool next(std::string& out) override {
        if (left_ == 0) return false;
        out.append(100, 'y');
        return --left_ > 0;
    }

  private:
    int left_;
};

TEST(Answer, SmallBodiesAreSentAsTheyAre) {
    auto const small = make_answer(json(100), gzip, {}).answer;
    EXPECT_THAT(small->fields, Not(HasSubstr("Content-Encoding")));
    EXPECT_THAT(small->fields, HasSubstr("Vary: Accept-Encoding\r\n")) << "a longer one would be encoded";
    EXPECT_EQ(small->tag, "\"t\"");
    auto const large = make_answer(json(5000), gzip, {}).answer;
    EXPECT_THAT(large->fields, HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_THAT(large->fields, HasSubstr("Content-Length: " + std::to_string(large->body->size()) + "\r\n"));
    EXPECT_EQ(large->tag, "\"t-gzip\"");
    EXPECT_LT(large->body->size(), 500U);
}

TEST(Answer, VaryIsCompletedAndNotDoubled) {
    auto response = json(10);
    response.headers.emplace_back("Vary", "Accept, accept-encoding");
    response.headers.emplace_back("Vary", "Accept-Language");
    auto const answer = make_answer(std::move(response), {}, {}).answer;
    EXPECT_THAT(answer->fields, HasSubstr("Vary: Accept, accept-encoding, Accept-Language\r\n"));
    EXPECT_THAT(answer->vary, ::testing::ElementsAre("Accept", "Accept-Language"));
}

TEST(Answer, HeaderThatBreaksTheLineIsRefused) {
    for (auto const& value : std::vector<std::string>{"a\r\nSet-Cookie: b", "a\nb", "a\rb", {"a\0b", 3}}) {
        auto response = json(1);
        response.headers.emplace_back("Location", value);
        EXPECT_THROW(make_answer(std::move(response), {}, {}), Error);
    }
    auto response = json(1);
    response.headers.emplace_back("X: y\r\nZ", "a");
    EXPECT_THROW(make_answer(std::move(response), {}, {}), Error);
}

TEST(Answer, FieldsThatAreTheServersAreLeftOut) {
    auto response = json(3);
    response.headers.emplace_back("content-length", "7");
    response.headers.emplace_back("Transfer-Encoding", "chunked");
    response.headers.emplace_back("Connection", "close");
    response.headers.emplace_back("X-Kreislauf-Key-Id", "k7");
    auto const answer = make_answer(std::move(response), {}, {}).answer;
    EXPECT_THAT(answer->fields, HasSubstr("Content-Length: 3\r\n"));
    EXPECT_THAT(answer->fields, Not(HasSubstr("7")));
    EXPECT_THAT(answer->fields, Not(HasSubstr("chunked")));
    EXPECT_EQ(answer->key_id, "k7");
}

TEST(Answer, NotModifiedKeepsTagAndVaryButNothingOfTheBody) {
    auto response = json(5000);
    response.headers.emplace_back("Cache-Control", "max-age=60");
    auto const answer = make_answer(std::move(response), gzip, {}).answer;
    EXPECT_EQ(answer->not_modified_fields,
              "ETag: \"t-gzip\"\r\nCache-Control: max-age=60\r\nVary: Accept-Encoding\r\n");
}

TEST(Answer, StreamThatEndsSoonIsSentWhole) {
    Response response;
    response.body = std::make_unique<Count>(5);
    auto const made = make_answer(std::move(response), {}, {});
    ASSERT_FALSE(made.stream);
    EXPECT_EQ(made.answer->body->size(), 500U);
    EXPECT_THAT(made.answer->fields, HasSubstr("Content-Length: 500\r\n"));
}

TEST(Answer, StreamBeyondTheLimitKeepsStreamingWithNothingLost) {
    for (auto const coding : {Coding::identity, Coding::gzip, Coding::zstd}) {
        Response response;
        response.headers.emplace_back("Content-Type", "text/csv");
        response.body = std::make_unique<Count>(50);
        MakeLimits limits;
        limits.whole_bytes = 450;
        auto made = make_answer(std::move(response), choose_coding(to_string(coding)), limits);
        ASSERT_TRUE(made.stream);
        EXPECT_THAT(made.answer->fields, Not(HasSubstr("Content-Length")));
        std::string out, piece;
        bool more = true;
        while (more) {
            piece.clear();
            more = made.stream->next(piece, 300);
            out += piece;
        }
        EXPECT_TRUE(made.stream->done());
        EXPECT_EQ(out.size() == 5000, coding == Coding::identity) << out.size();
        if (coding == Coding::identity) {
            EXPECT_EQ(out, std::string(5000, 'y'));
        }
    }
}

TEST(Answer, NoContentHasNoLength) {
    Response response;
    response.status = 204;
    EXPECT_EQ(make_answer(std::move(response), {}, {}).answer->fields, "");
}

TEST(Answer, OfTheServerItselfIsReadableByScriptsAndPeople) {
    auto const answer = error_answer(414, "the address is too long");
    EXPECT_EQ(*answer->body, "{\"error\":{\"code\":\"too_large\",\"text\":\"the address is too long\"}}\n");
    EXPECT_THAT(answer->fields, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
    EXPECT_THAT(error_answer(503, "x")->fields, HasSubstr("Retry-After: 1\r\n"));
}

} // namespace
} // namespace gateway::http

#include "gateway/http/answer_cache.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

std::shared_ptr<Answer const> answer(std::string body, std::vector<std::string> vary = {}) {
    auto made = std::make_shared<Answer>();
    made->body = std::make_shared<std::string const>(std::move(body));
    made->vary = std::move(vary);
    return made;
}

Request request(std::string target, Headers fields = {}) {
    Request made;
    made.method = "GET";
    made.target = std::move(target);
    made.headers = std::move(fields);
    made.headers.emplace_back("Host", "h");
    return made;
}

std::string found(AnswerCache& cache, Request const& wanted, std::uint64_t generation = 1,
                  Coding coding = Coding::identity) {
    RequestHead head;
    head.host = "h";
    head.target = wanted.target;
    for (auto const& [name, value] : wanted.headers) head.fields.emplace_back(name, value);
    auto const kept = cache.find(head, coding, generation);
    return kept ? *kept->body : "-";
}

TEST(AnswerCache, FindsWhatItKeptForTheSameTargetAndCoding) {
    AnswerCache cache{100'000};
    cache.keep(request("/a"), Coding::identity, 1, answer("A"));
    cache.keep(request("/b"), Coding::identity, 1, answer("B"));
    EXPECT_EQ(found(cache, request("/a")), "A");
    EXPECT_EQ(found(cache, request("/b")), "B");
    EXPECT_EQ(found(cache, request("/c")), "-");
    EXPECT_EQ(found(cache, request("/a"), 1, Coding::gzip), "-");
}

TEST(AnswerCache, KeepsWhatIsOfAnotherGenerationForTheQuestionWhetherItStillHolds) {
    AnswerCache cache{100'000};
    cache.keep(request("/a"), Coding::identity, 1, answer("A"));
    EXPECT_EQ(found(cache, request("/a"), 2), "-");
    EXPECT_EQ(cache.revisit(request("/b"), Coding::identity), nullptr);
    EXPECT_EQ(cache.revisit(request("/a"), Coding::gzip), nullptr);
    auto const before = cache.revisit(request("/a"), Coding::identity);
    ASSERT_NE(before, nullptr);
    EXPECT_EQ(*before->body, "A");
    auto const bytes = cache.bytes();
    cache.keep(request("/a"), Coding::identity, 2, before);
    EXPECT_EQ(found(cache, request("/a"), 2), "A");
    EXPECT_EQ(cache.bytes(), bytes) << "it took the place of itself";
}

TEST(AnswerCache, TellsAnswersApartByTheFieldsThatTheyVaryWith) {
    AnswerCache cache{100'000};
    auto const with = [](std::string accept) { return request("/a", {{"accept", std::move(accept)}}); };
    cache.keep(with("text/csv"), Coding::identity, 1, answer("csv", {"Accept"}));
    cache.keep(with("text/xml"), Coding::identity, 1, answer("xml", {"Accept"}));
    EXPECT_EQ(found(cache, with("text/csv")), "csv");
    EXPECT_EQ(found(cache, with("text/xml")), "xml");
    EXPECT_EQ(found(cache, with("text/html")), "-");
    EXPECT_EQ(found(cache, request("/a")), "-");
    cache.keep(with("text/csv"), Coding::identity, 1, answer("new", {"Accept"}));
    EXPECT_EQ(found(cache, with("text/csv")), "new");
}

TEST(AnswerCache, TwoFieldsOfOneNameAreNotOneOfThem) {
    AnswerCache cache{100'000};
    cache.keep(request("/a", {{"Accept", "x"}}), Coding::identity, 1, answer("x", {"Accept"}));
    EXPECT_EQ(found(cache, request("/a", {{"Accept", "x"}, {"Accept", "y"}})), "-");
}

TEST(AnswerCache, KeepsNothingThatVariesWithEverything) {
    AnswerCache cache{100'000};
    cache.keep(request("/a"), Coding::identity, 1, answer("A", {"*"}));
    EXPECT_EQ(found(cache, request("/a")), "-");
}

TEST(AnswerCache, StaysBelowItsLimitAndDropsWhatWasNotUsed) {
    AnswerCache cache{20'000};
    cache.keep(request("/often"), Coding::identity, 1, answer(std::string(1000, 'o')));
    for (int i = 0; i < 100; ++i) {
        cache.keep(request("/" + std::to_string(i)), Coding::identity, 1, answer(std::string(1000, 'x')));
        EXPECT_LE(cache.bytes(), 20'000U);
        EXPECT_NE(found(cache, request("/often")), "-") << i;
    }
    EXPECT_EQ(found(cache, request("/0")), "-");
    EXPECT_NE(found(cache, request("/99")), "-");
}

TEST(AnswerCache, RefusesWhatWouldFillIt) {
    AnswerCache cache{20'000};
    cache.keep(request("/a"), Coding::identity, 1, answer(std::string(3000, 'x')));
    EXPECT_EQ(found(cache, request("/a")), "-");
}

TEST(AnswerCache, VariantsOfOneTargetAreBounded) {
    AnswerCache cache{1'000'000};
    for (int i = 0; i < 1000; ++i)
        cache.keep(request("/a", {{"Accept", std::to_string(i)}}), Coding::identity, 1,
                   answer("x", {"Accept"}));
    EXPECT_LT(cache.bytes(), 40'000U);
    EXPECT_EQ(found(cache, request("/a", {{"Accept", "999"}})), "x");
}

} // namespace
} // namespace gateway::http

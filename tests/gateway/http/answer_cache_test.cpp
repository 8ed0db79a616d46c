#include "gateway/http/answer_cache.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

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

AnswerCache::Found look(AnswerCache& cache, Request const& wanted, std::uint64_t generation = 1,
                        Coding coding = Coding::identity) {
    RequestHead head;
    head.host = "h";
    head.target = wanted.target;
    for (auto const& [name, value] : wanted.headers) head.fields.emplace_back(name, value);
    return cache.find(head, coding, generation);
}

std::string found(AnswerCache& cache, Request const& wanted, std::uint64_t generation = 1,
                  Coding coding = Coding::identity) {
    auto const kept = look(cache, wanted, generation, coding).answer;
    return kept ? std::string{kept->content()} : "-";
}

/// Asked for until it is worth a file.
std::shared_ptr<Answer const> asked_often(AnswerCache& cache, std::string const& target) {
    for (unsigned i = 0; i < AnswerCache::often; ++i)
        if (auto const [answer, may_move] = look(cache, request(target)); may_move) return answer;
    return nullptr;
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

std::string const page(20'000, 'p');

void keep_in_file(AnswerCache& cache, std::string const& target) {
    cache.keep(request(target), Coding::identity, 1, answer(page));
    cache.move_to_file("h", target, Coding::identity, asked_often(cache, target));
}

TEST(AnswerCache, MovesABodyThatIsAskedForOftenIntoAFile) {
    AnswerCache cache{1'000'000, 8};
    cache.keep(request("/a"), Coding::identity, 1, answer(page));
    for (unsigned i = 1; i < AnswerCache::often; ++i) EXPECT_FALSE(look(cache, request("/a")).may_move);
    auto const [kept, may_move] = look(cache, request("/a"));
    ASSERT_TRUE(may_move);
    EXPECT_EQ(cache.files(), 0U);
    auto const before = cache.bytes();
    cache.move_to_file("h", "/a", Coding::identity, kept);
    EXPECT_EQ(cache.files(), 1U);
    EXPECT_EQ(cache.bytes(), before + 20'480 - 20'000) << "whole pages";
    auto const moved = look(cache, request("/a")).answer;
    ASSERT_TRUE(moved->file);
    EXPECT_FALSE(moved->body);
    EXPECT_EQ(moved->content(), page);
    EXPECT_EQ(kept->content(), page) << "whoever sends it has it as it was";
    EXPECT_EQ(asked_often(cache, "/a"), nullptr) << "it is there";
    cache.keep(request("/a"), Coding::identity, 2, moved);
    EXPECT_EQ(cache.files(), 1U) << "of another generation, the same";
    cache.keep(request("/a"), Coding::identity, 3, answer("new"));
    EXPECT_EQ(cache.files(), 0U);
}

TEST(AnswerCache, OffersNoFileWhereCopyingIsAsFast) {
    AnswerCache cache{10'000'000, 8};
    AnswerCache none{10'000'000, 0};
    for (std::size_t const size : {100U, 16'383U, 65'537U, 1'000'000U}) {
        cache.keep(request("/a"), Coding::identity, 1, answer(std::string(size, 'x')));
        EXPECT_EQ(asked_often(cache, "/a"), nullptr) << size;
    }
    for (std::size_t const size : {16'384U, 65'536U}) {
        cache.keep(request("/a"), Coding::identity, 1, answer(std::string(size, 'x')));
        EXPECT_NE(asked_often(cache, "/a"), nullptr) << size;
        none.keep(request("/a"), Coding::identity, 1, answer(std::string(size, 'x')));
        EXPECT_EQ(asked_often(none, "/a"), nullptr) << size;
    }
}

TEST(AnswerCache, TheFileNotUsedForLongestComesBackIntoMemory) {
    AnswerCache cache{10'000'000, 3};
    for (int i = 0; i < 10; ++i) {
        auto const target = "/" + std::to_string(i);
        keep_in_file(cache, target);
        EXPECT_TRUE(look(cache, request("/0")).answer->file) << "used all the time, after " << i;
        EXPECT_LE(cache.files(), 3U);
    }
    EXPECT_EQ(cache.files(), 3U);
    EXPECT_FALSE(look(cache, request("/7")).answer->file);
    EXPECT_EQ(found(cache, request("/7")), page) << "nobody has to make it again";
    EXPECT_TRUE(look(cache, request("/8")).answer->file);
    EXPECT_TRUE(look(cache, request("/9")).answer->file);
}

TEST(AnswerCache, PutsNothingInAFileThatWasReplacedMeanwhile) {
    AnswerCache cache{1'000'000, 8};
    cache.keep(request("/a"), Coding::identity, 1, answer(page));
    auto const old = asked_often(cache, "/a");
    cache.keep(request("/a"), Coding::identity, 2, answer("corrected"));
    cache.move_to_file("h", "/a", Coding::identity, old);
    cache.move_to_file("h", "/b", Coding::identity, old);
    EXPECT_EQ(found(cache, request("/a"), 2), "corrected");
    EXPECT_EQ(cache.files(), 0U);
}

TEST(AnswerCache, FilesEndWithWhatGivesWayForOthers) {
    AnswerCache cache{400'000, 100};
    for (int i = 0; i < 100; ++i) {
        auto const target = "/" + std::to_string(i);
        keep_in_file(cache, target);
        EXPECT_LE(cache.bytes(), 400'000U + 480U) << "the pages of the one that moved";
    }
    EXPECT_LT(cache.files(), 20U);
    EXPECT_GT(cache.files(), 15U);
}

TEST(SealedFile, NobodyCanChangeIt) {
    auto const file = SealedFile::of("figures");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->bytes(), "figures");
    EXPECT_EQ(file->room(), SealedFile::page_bytes);
    EXPECT_EQ(::pwrite(file->descriptor(), "F", 1, 0), -1);
    EXPECT_EQ(::ftruncate(file->descriptor(), 3), -1);
    EXPECT_EQ(::mmap(nullptr, 7, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor(), 0), MAP_FAILED);
    EXPECT_EQ(file->bytes(), "figures");
}

TEST(SealedFile, IsNoneWhereTheSystemHasNoDescriptor) {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit const none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    auto const file = SealedFile::of("figures");
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(file, nullptr);
}

} // namespace
} // namespace gateway::http

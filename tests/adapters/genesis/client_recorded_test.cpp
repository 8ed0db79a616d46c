// The client against recorded answers: every recorded table, list and metadata, and the whole job, each also
// with a failure before every step.
#include <filesystem>
#include <map>

#include "gateway/io/file.hpp"
#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

namespace fs = std::filesystem;
using gateway::Errc;
using gateway::HttpResponse;
using gateway::testing::error_of;
using testing::Bench;
using Outcome = TableAnswer::Outcome;

fs::path const recordings = KREISLAUF_SOURCE_DIR "/../shared/real/genesis";

/// Value of the first member of this name in pretty-printed JSON; texts without their quotes.
std::string member(std::string const& json, std::string const& name) {
    auto const at = json.find("\"" + name + "\": ");
    if (at == std::string::npos) return {};
    auto const begin = at + name.size() + 4;
    auto value = json.substr(begin, json.find_first_of(",\n", begin) - begin);
    if (!value.empty() && value.front() == '"') value = value.substr(1, value.rfind('"') - 1);
    return value;
}

struct Recording {
    std::string id, endpoint, name, payload, job;
    HttpResponse response;
};

std::vector<Recording> const& all() {
    static auto const list = [] {
        std::vector<Recording> found;
        if (!fs::exists(recordings)) return found;
        for (auto const& folder : fs::directory_iterator{recordings}) {
            if (!folder.is_directory()) continue;
            auto const request = gateway::io::read_file((folder.path() / "request.json").string());
            auto const response = gateway::io::read_file((folder.path() / "response.json").string());
            Recording recording{member(request, "id"),   member(request, "endpoint"),
                                member(request, "name"), member(response, "payload"),
                                member(request, "job"),  {}};
            recording.response.status = std::stoi(member(response, "status"));
            if (auto type = member(response, "Content-Type"); !type.empty())
                recording.response.headers.emplace_back("Content-Type", type);
            recording.response.body = gateway::io::read_file((folder.path() / "body.bin").string());
            found.push_back(std::move(recording));
        }
        return found;
    }();
    return list;
}

Recording const& one(std::string const& id) {
    for (auto const& recording : all())
        if (recording.id == id) return recording;
    throw std::runtime_error{"no recording " + id};
}

#define NEED_RECORDINGS()                                                                                    \
    if (all().empty()) GTEST_SKIP() << "no recordings at " << recordings

enum class Fault { none, reset, server_error, cut };

void add(Bench& bench, HttpResponse const& response, Fault fault) {
    auto cut = response;
    cut.body.resize(cut.body.size() / 2);
    switch (fault) {
    case Fault::none: break;
    case Fault::reset: bench.transport.then_breaks(); break;
    case Fault::server_error: bench.transport.then(testing::response(500, "", "<html>Ups</html>")); break;
    case Fault::cut: bench.transport.then(cut); break;
    }
    bench.transport.then(response);
}

TEST(GenesisRecorded, EveryTableComesOutAsItWasServedWhateverFailsFirst) {
    NEED_RECORDINGS();
    unsigned tables = 0;
    for (auto const& recording : all()) {
        if ((recording.endpoint != "data/tablefile" && recording.endpoint != "data/cubefile") ||
            (recording.payload != "zip" && recording.payload != "csv"))
            continue;
        for (auto const fault : {Fault::none, Fault::reset, Fault::server_error}) {
            Bench bench;
            add(bench, recording.response, fault);
            TableRequest request;
            request.name = recording.name;
            auto client = bench.client();
            auto const answer = recording.endpoint == "data/cubefile" ? client.fetch_cube(request)
                                                                      : client.fetch_table(request, {});
            ASSERT_EQ(answer.outcome, Outcome::table) << recording.id;
            EXPECT_TRUE(answer.documents.at(0).bytes == recording.response.body) << recording.id;
            for (auto const& issue : answer.warnings)
                EXPECT_NE(issue.text.find("quality signs"), std::string::npos)
                    << recording.id << ": " << issue.text;
        }
        ++tables;
    }
    EXPECT_GT(tables, 70U);
}

TEST(GenesisRecorded, EveryCutTableIsNoticedAndFetchedAgain) {
    NEED_RECORDINGS();
    for (auto const& recording : all()) {
        if (recording.endpoint != "data/tablefile" || recording.payload != "zip") continue;
        Bench bench;
        add(bench, recording.response, Fault::cut);
        TableRequest request;
        request.name = recording.name;
        auto const answer = bench.client().fetch_table(request, {});
        EXPECT_TRUE(answer.documents.at(0).bytes == recording.response.body) << recording.id;
        EXPECT_EQ(bench.kept.size(), 2U) << "the cut answer is kept as well";
    }
}

TEST(GenesisRecorded, EveryRefusalIsToldApart) {
    NEED_RECORDINGS();
    std::map<std::string, unsigned> seen;
    for (auto const& recording : all()) {
        auto const& body = recording.response.body;
        if (recording.endpoint != "data/tablefile" ||
            (recording.payload != "json" && recording.payload != "html"))
            continue;
        Bench bench;
        for (unsigned i = 0; i < 4; ++i) bench.transport.then(recording.response);
        TableRequest request;
        request.name = recording.name;
        request.regional_variable = "KREISE"; // which is not parted any further
        TableAnswer answer;
        auto const error = error_of([&] {
            answer = bench.client(Credentials::token(Secret{"t0k3n-of-a-test"})).fetch_table(request, {});
        });
        auto const sent = bench.transport.requests.size();
        auto const has_code = [&](std::string const& code) {
            return body.find("\"Code\":" + code + ",") != std::string::npos;
        };
        if (recording.payload == "html" || has_code("-1")) {
            ++seen["later"];
            ASSERT_TRUE(error) << recording.id;
            EXPECT_EQ(error->code(), Errc::source_unavailable) << recording.id;
            EXPECT_EQ(sent, 4U);
        } else if (has_code("98")) {
            ++seen["too big"];
            ASSERT_TRUE(error) << recording.id;
            EXPECT_EQ(error->code(), Errc::too_large) << recording.id;
        } else if (has_code("90") || has_code("104")) {
            ++seen["gone"];
            EXPECT_FALSE(error) << recording.id;
            EXPECT_EQ(answer.outcome, Outcome::gone) << recording.id;
            EXPECT_EQ(sent, 2U);
            EXPECT_EQ(bench.transport.endpoint(1), "catalogue/tables")
                << "nothing is gone before it is proved";
        }
    }
    EXPECT_GE(seen["later"], 3U);
    EXPECT_GE(seen["too big"], 1U);
    EXPECT_GE(seen["gone"], 3U);
}

TEST(GenesisRecorded, EveryMetadataAndListIsRead) {
    NEED_RECORDINGS();
    unsigned metadata = 0;
    unsigned lists = 0;
    for (auto const& recording : all()) {
        Bench bench;
        add(bench, recording.response, Fault::cut);
        if (recording.endpoint == "metadata/table") {
            auto const listing = bench.client().metadata("table", recording.name);
            EXPECT_EQ(listing.found,
                      recording.response.body.find("104") == std::string::npos || listing.answer.object)
                << recording.id;
            ++metadata;
        } else if (recording.endpoint.rfind("catalogue/", 0) == 0 &&
                   recording.id.find("status104") == std::string::npos) {
            EXPECT_TRUE(bench.client().list(recording.endpoint, {{"name", recording.name}}).found)
                << recording.id;
            ++lists;
        }
    }
    EXPECT_GT(metadata, 70U);
    EXPECT_GE(lists, 9U);
}

TEST(GenesisRecorded, TheRecordedLoginFailed) {
    NEED_RECORDINGS();
    Bench bench;
    bench.transport.then(one("genesis_login_20250324_de_helloworld-logincheck_failed").response);
    EXPECT_FALSE(bench.client().login_check().logged_in);
}

/// The steps of the recorded job; `fails` names the one before which the connection breaks or a 500 comes.
TEST(GenesisRecorded, TheRecordedJobSurvivesAFailureBeforeEveryStep) {
    NEED_RECORDINGS();
    std::string const stem = "genesis_12531-0043_20250611_de";
    auto const too_big = one(stem + "-compress_data-tablefile_status98").response;
    auto const accepted = one(stem + "-compress-job_data-tablefile_status99").response;
    auto const waiting = one(stem + "_catalogue-results_status104").response;
    auto const ready = one(stem + "_catalogue-results_status0").response;
    auto const result = one(stem + "-compress_data-resultfile").response;
    // jobs and results before the start, then the start, three polls, the result
    std::vector<HttpResponse> const steps{too_big, waiting, waiting, accepted,
                                          waiting, waiting, ready,   result};
    constexpr std::size_t start = 3;
    for (auto const fault : {Fault::reset, Fault::server_error, Fault::cut})
        for (std::size_t fails = 0; fails <= steps.size(); ++fails) {
            Bench bench;
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (i == fails && i == start) { // whether it arrived is looked up before it is sent again
                    add(bench, waiting, fault);
                    bench.transport.then(waiting).then(steps[i]);
                } else {
                    add(bench, steps[i], i == fails ? fault : Fault::none);
                }
            }
            TableRequest request;
            request.name = "12531-0043";
            request.compress = true;
            request.quality = false;
            if (fails == start && fault != Fault::reset) continue; // next test
            auto const answer = bench.client().fetch_table(request, bench.memory());
            EXPECT_EQ(answer.outcome, Outcome::table) << fails;
            EXPECT_TRUE(answer.documents.at(0).bytes == result.body) << fails;
            EXPECT_TRUE(answer.warnings.empty()) << fails;
            EXPECT_EQ(bench.jobs, std::vector<std::string>{"12531-0043_673843136"}) << fails;
            EXPECT_EQ(bench.transport.left(), 0U) << fails;
        }
}

TEST(GenesisRecorded, TheRecordedJobIsFoundWhereTheAnswerToItsStartIsDamaged) {
    NEED_RECORDINGS();
    std::string const stem = "genesis_12531-0043_20250611_de";
    auto damaged = one(stem + "-compress-job_data-tablefile_status99").response;
    damaged.body.resize(damaged.body.size() / 2);
    auto const waiting = one(stem + "_catalogue-results_status104").response;
    auto const ready = one(stem + "_catalogue-results_status0").response;
    for (auto const& lost : {damaged, testing::response(500, "", "<html>Ups</html>")}) {
        Bench bench;
        bench.transport.then(one(stem + "-compress_data-tablefile_status98").response)
            .then(waiting)
            .then(waiting);
        bench.transport.then(lost).then(waiting).then(ready);
        bench.transport.then(ready).then(one(stem + "-compress_data-resultfile").response);
        TableRequest request;
        request.name = "12531-0043";
        auto const answer = bench.client().fetch_table(request, bench.memory());
        EXPECT_EQ(answer.outcome, Outcome::table);
        EXPECT_EQ(bench.jobs, std::vector<std::string>{"12531-0043_673843136"});
        EXPECT_EQ(bench.transport.left(), 0U);
    }
}

} // namespace
} // namespace adapters::genesis

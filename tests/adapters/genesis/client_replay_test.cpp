// The client over HTTP against a replay server that plays recorded answers and misbehaves on demand.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <thread>

#include "gateway/http/curl_transport.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::testing::error_of;
using testing::Bench;
using Outcome = TableAnswer::Outcome;

std::string const shared = KREISLAUF_SOURCE_DIR "/../shared";
std::string const script = shared + "/tools/genesis_replay.py";
constexpr char const* zip_table = "12211-0001";
constexpr char const* big_table = "12531-0043";

class Replay {
  public:
    explicit Replay(std::vector<std::string> options) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
        options.insert(options.begin(), {"/usr/bin/python3", script, "--root", shared + "/real/genesis"});
        std::vector<char*> arguments;
        arguments.reserve(options.size() + 1);
        for (auto& option : options) arguments.push_back(option.data());
        arguments.push_back(nullptr);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(ends[1], 1);
            ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        std::string line;
        char c = 0;
        while (::read(ends[0], &c, 1) == 1 && c != '\n') line += c;
        ::close(ends[0]);
        auto const at = line.find("\"port\": ");
        port_ = at == std::string::npos ? 0 : std::atoi(line.c_str() + at + 8);
    }
    ~Replay() {
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
    }
    Replay(Replay const&) = delete;
    Replay& operator=(Replay const&) = delete;
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/genesisWS/rest/2020/";
    }
    [[nodiscard]] bool runs() const noexcept { return port_ != 0; }

  private:
    int child_ = -1;
    int port_ = 0;
};

class GenesisReplay : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!gateway::io::file_exists(script)) GTEST_SKIP() << "no replay server at " << script;
    }
    void start(std::vector<std::string> options) {
        replay_ = std::make_unique<Replay>(std::move(options));
        ASSERT_TRUE(replay_->runs());
        bench_.service.url = replay_->url();
    }
    std::unique_ptr<Client> client(Credentials credentials = Credentials::user(Secret{"user-4711"},
                                                                               Secret{"geheim-4711"}),
                                   unsigned attempts = 4) {
        RetryPolicy retries;
        retries.attempts = attempts;
        retries.first_pause = std::chrono::milliseconds{20};
        JobPolicy jobs;
        jobs.first_pause = std::chrono::milliseconds{20};
        jobs.start_pause = std::chrono::milliseconds{200};
        return std::make_unique<Client>(
            transport_, bench_.service, std::move(credentials), gateway::Clock::system(),
            [this](gateway::RawDocument const& document) {
                auto const lock = std::scoped_lock{mutex_};
                bench_.kept.push_back(document);
            },
            retries, jobs);
    }
    static TableRequest table(std::string name) {
        TableRequest request;
        request.name = std::move(name);
        request.quality = false;
        return request;
    }

    gateway::http::CurlTransport transport_;
    Bench bench_;
    std::mutex mutex_;
    std::unique_ptr<Replay> replay_;
};

TEST_F(GenesisReplay, FetchesWithCredentialsInHeaderFieldsOnly) {
    start({"--require-credentials", "user-4711:geheim-4711", "--auth-in", "header", "--post-only"});
    auto const here = client();
    EXPECT_TRUE(here->login_check().logged_in);
    auto const answer = here->fetch(table(zip_table), {});
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_TRUE(here->metadata("table", zip_table).found);
    for (auto const& document : bench_.kept) {
        EXPECT_EQ(document.bytes.find("user-4711"), std::string::npos);
        EXPECT_EQ(document.bytes.find("geheim-4711"), std::string::npos);
    }
}

TEST_F(GenesisReplay, StopsAtWrongAndMissingCredentials) {
    start({"--require-credentials", "user-4711:geheim-4711", "--auth-in", "header", "--post-only"});
    auto const wrong = client(Credentials::user(Secret{"user-4711"}, Secret{"falsch-0815"}));
    EXPECT_FALSE(wrong->login_check().logged_in);
    auto error = error_of([&] { wrong->fetch(table(zip_table), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::source_refused);
    EXPECT_NE(std::string{error->what()}.find("code 2"), std::string::npos) << error->what();
    auto const guest = client(Credentials{});
    EXPECT_TRUE(guest->login_check().guest);
    error = error_of([&] { guest->fetch(table(zip_table), {}); });
    ASSERT_TRUE(error);
    EXPECT_NE(std::string{error->what()}.find("code 15"), std::string::npos) << error->what();
    EXPECT_EQ(bench_.kept.size(), 4U) << "nothing may be tried twice";
}

TEST_F(GenesisReplay, SurvivesEveryKindOfFaultInEverySecondRequest) {
    for (auto const* const kind : {"500", "503", "reset", "truncate", "cutzip", "html"}) {
        start({"--fail-every", "2", "--fail-kind", kind});
        auto const here = client();
        std::string first;
        for (unsigned round = 0; round < 2; ++round) {
            auto const answer = here->fetch(table(zip_table), {});
            ASSERT_EQ(answer.outcome, Outcome::table) << kind;
            auto const hash = gateway::io::sha256_hex(answer.documents.at(0).bytes);
            if (first.empty()) first = hash;
            EXPECT_EQ(hash, first) << kind;
            EXPECT_TRUE(here->metadata("table", zip_table).found) << kind;
        }
    }
}

TEST_F(GenesisReplay, RunsTheRecordedBackgroundJob) {
    start({"--job-polls", "2"});
    auto const here = client();
    auto const answer = here->fetch(table(big_table), bench_.memory());
    EXPECT_EQ(answer.outcome, Outcome::table);
    ASSERT_EQ(bench_.jobs.size(), 1U);
    EXPECT_EQ(bench_.jobs[0].rfind("12531-0043_", 0), 0U);
    EXPECT_TRUE(answer.warnings.empty());
}

TEST_F(GenesisReplay, RunsABackgroundJobWhileRequestsFail) {
    for (auto const* const every : {"2", "3", "4"}) {
        start({"--job", "--job-ms", "50", "--job-polls", "1", "--fail-every", every, "--fail-kind",
               "500,reset,truncate,cutzip,html"});
        bench_.jobs.clear();
        auto const here = client(Credentials::user(Secret{"user-4711"}, Secret{"geheim-4711"}), 6);
        auto const answer = here->fetch(table(zip_table), bench_.memory());
        EXPECT_EQ(answer.outcome, Outcome::table) << every;
        EXPECT_EQ(bench_.jobs.size(), 1U) << every;
    }
}

TEST_F(GenesisReplay, GoesOnWithAJobAfterARestart) {
    start({"--job", "--job-ms", "300", "--job-polls", "1"});
    struct Killed {};
    auto memory = bench_.memory();
    memory.started = [&](std::string const& job) {
        bench_.jobs.push_back(job);
        throw Killed{};
    };
    EXPECT_THROW(client()->fetch(table(zip_table), memory), Killed);
    ASSERT_EQ(bench_.jobs.size(), 1U);
    auto const again = client();
    EXPECT_EQ(again->resume_start(table(zip_table), bench_.starts.at(0), {}).outcome, Outcome::table);
    auto const answer = again->resume_job(table(zip_table), bench_.jobs[0]);
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(answer.job, bench_.jobs[0]);
    again->remove_result(answer.job);
    EXPECT_EQ(again->resume_job(table(zip_table), bench_.jobs[0]).outcome, Outcome::job_lost);
}

TEST_F(GenesisReplay, KnowsThatATokenStartsNoJob) {
    start({"--job", "--require-credentials", "t0k3n-4711:", "--auth-in", "header"});
    auto const here = client(Credentials::token(Secret{"t0k3n-4711"}));
    EXPECT_TRUE(here->login_check().logged_in);
    auto const error = error_of([&] { here->fetch(table(zip_table), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::too_large);
    for (auto const& document : bench_.kept) EXPECT_EQ(document.bytes.find("t0k3n-4711"), std::string::npos);
}

TEST_F(GenesisReplay, ReadsChunkedAndCompressedAnswers) {
    start({"--chunked", "--gzip"});
    auto const here = client();
    EXPECT_EQ(here->fetch(table(zip_table), {}).outcome, Outcome::table);
    EXPECT_TRUE(here->metadata("table", zip_table).found);
}

TEST_F(GenesisReplay, KeepsWithinTheParallelLimitAndBacksOffBeyondIt) {
    start({"--max-parallel", "2", "--latency-ms", "30"});
    for (auto const own_limit : {2U, 5U}) {
        bench_.kept.clear();
        bench_.service.max_parallel = own_limit;
        auto const here = client(Credentials{}, 12);
        std::vector<std::thread> threads;
        std::atomic<unsigned> tables = 0;
        for (unsigned i = 0; i < 5; ++i)
            threads.emplace_back(
                [&] { tables += here->fetch(table(zip_table), {}).outcome == Outcome::table; });
        for (auto& thread : threads) thread.join();
        EXPECT_EQ(tables, 5U);
        if (own_limit == 2) {
            EXPECT_EQ(bench_.kept.size(), 5U) << "no request may be refused";
        }
    }
}

TEST_F(GenesisReplay, TellsTablesThatAreGone) {
    start({});
    auto const here = client();
    EXPECT_EQ(here->fetch(table("99999-0001"), {}).outcome, Outcome::gone);
    EXPECT_FALSE(here->metadata("table", "99999-0001").found);
}

} // namespace
} // namespace adapters::genesis

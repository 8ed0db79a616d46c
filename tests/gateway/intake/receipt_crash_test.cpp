// Receipts whose writer is killed, runs out of disk, or is not alone.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <random>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/intake/receipt_fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using gateway::intake::testing::ReceiptTest;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReceiptCrash : public ReceiptTest {};

TEST_F(ReceiptCrash, BetweenLineAndHeadMendsItself) {
    fill(3);
    auto const all = lines();
    write_head(2, io::sha256_hex(all[1]));
    auto const verdict = receipts().verify();
    EXPECT_THAT(verdict.problems, IsEmpty());
    EXPECT_THAT(verdict.notes, SizeIs(1));
    // Said again, as after the kill: it is the line that the head does not know.
    EXPECT_EQ(receipts().add(sample(3)).text, all[2]);
    EXPECT_EQ(receipts().add(sample(4)).no, 4U);
    EXPECT_THAT(receipts().verify().notes, IsEmpty());
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptCrash, BeforeTheFirstHeadMendsItself) {
    fill(1);
    ASSERT_EQ(unlink((folder() + "/receipts.head").c_str()), 0);
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(receipts().add(sample(2)).no, 2U);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptCrash, WithinALineMendsItselfAtEveryByte) {
    fill(3);
    auto const all = lines();
    auto const whole = all[0] + "\n" + all[1] + "\n";
    for (std::size_t cut = 0; cut <= all[2].size(); cut += std::size_t{cut + 9 < all[2].size() ? 9U : 1U}) {
        io::write_durable(lines_path(), whole + all[2].substr(0, cut));
        write_head(2, io::sha256_hex(all[1]));
        EXPECT_THAT(problems(), IsEmpty()) << cut;
        EXPECT_EQ(receipts().add(sample(4)).no, cut == all[2].size() ? 4U : 3U) << cut;
        EXPECT_THAT(problems(), IsEmpty()) << cut;
        EXPECT_THAT(receipts().verify().notes, IsEmpty()) << cut;
    }
}

TEST_F(ReceiptCrash, NeverCutsAwayALineThatWasAcknowledged) {
    fill(3);
    auto const all = lines();
    // The end of an acknowledged line is gone: that is no kill, and stays for whoever looks into it.
    io::write_durable(lines_path(), all[0] + "\n" + all[1] + "\n" + all[2].substr(0, 100));
    EXPECT_THAT(problems(), SizeIs(1));
    EXPECT_EQ(receipts().add(sample(4)).no, 4U);
    EXPECT_EQ(lines()[2], all[2].substr(0, 100));
    EXPECT_THAT(problems(), SizeIs(1));
    // Nothing is missing where only the line end is.
    io::write_durable(lines_path(), all[0] + "\n" + all[1] + "\n" + all[2]);
    write_head(3, io::sha256_hex(all[2]));
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(receipts().add(sample(5)).no, 4U);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptCrash, OfTheMakingOfAKeyMendsItself) {
    fill(1);
    auto const pem = io::read_file(folder() + "/receipt.key");
    // Killed after the new key lay beside, before receipt.pub named it and it took its place.
    ASSERT_EQ(rename((folder() + "/receipt.key").c_str(), (folder() + "/receipt.key.next").c_str()), 0);
    ASSERT_EQ(unlink((folder() + "/receipt.pub").c_str()), 0);
    receipts().add(sample(2));
    EXPECT_EQ(io::read_file(folder() + "/receipt.key"), pem);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptCrash, OnAFullDiskLeavesNoHalfLine) {
    fill(3);
    auto const before = io::read_file(lines_path());
    auto const child = fork();
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit const limit{before.size() + 200, before.size() + 200};
        setrlimit(RLIMIT_FSIZE, &limit);
        try {
            receipts().add(sample(4));
        } catch (Error const& error) {
            _exit(error.code() == Errc::io ? 7 : 8);
        }
        _exit(9);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    EXPECT_EQ(io::read_file(lines_path()), before);
    EXPECT_EQ(receipts().add(sample(4)).no, 4U);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptCrash, OfOneHundredWritersLosesNothingThatWasAcknowledged) {
    std::mt19937 random{20261126};
    unsigned next = 1;
    std::vector<unsigned> acknowledged;
    // More of them where the disk is slow: a test in which nobody gets anywhere proves nothing.
    for (int kill_no = 0; kill_no < 100 || (acknowledged.size() < 20 && kill_no < 1000); ++kill_no) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        auto const child = fork();
        if (child == 0) {
            for (unsigned i = next;; ++i) {
                receipts().add(sample(i));
                static_cast<void>(!::write(ends[1], &i, sizeof i));
            }
        }
        close(ends[1]);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 25'000));
        kill(child, SIGKILL);
        ASSERT_EQ(waitpid(child, nullptr, 0), child);
        for (unsigned said = 0; ::read(ends[0], &said, sizeof said) == sizeof said; next = said + 1)
            acknowledged.push_back(said);
        close(ends[0]);
        ASSERT_THAT(problems(), IsEmpty()) << kill_no;
    }
    ASSERT_GE(acknowledged.size(), 20U);
    for (auto const each : acknowledged) EXPECT_THAT(receipts().of(sample(each).delivery), SizeIs(1)) << each;
    receipts().add(sample(next));
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(receipts().verify().notes, IsEmpty());
}

TEST_F(ReceiptCrash, IsNoneWhereSeveralWriteAtOnce) {
    constexpr unsigned writers = 4;
    constexpr unsigned each = 20;
    std::vector<std::jthread> threads;
    for (unsigned writer = 0; writer < writers; ++writer)
        threads.emplace_back([this, writer] {
            for (unsigned i = 0; i < each; ++i) receipts().add(sample(1000 * writer + i));
        });
    threads.clear();
    auto const verdict = receipts().verify();
    EXPECT_EQ(verdict.receipts, writers * each);
    EXPECT_THAT(verdict.problems, IsEmpty());
}

} // namespace

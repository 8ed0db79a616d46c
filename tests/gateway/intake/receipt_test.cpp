// Receipts: what they hold, and that whatever is done to them shows.
#include "gateway/intake/receipt.hpp"

#include <sys/stat.h>

#include "gateway/core/error.hpp"
#include "gateway/io/ed25519.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/intake/receipt_fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using gateway::intake::testing::ReceiptTest;

TEST_F(ReceiptTest, IsGenuineAndComesBackAsItWasGiven) {
    auto const first = receipts().add(sample(1));
    auto const second = receipts().add(sample(1, ReceiptKind::released));
    EXPECT_EQ(first.no, 1U);
    EXPECT_EQ(first.before, std::string(64, '0'));
    EXPECT_EQ(second.no, 2U);
    EXPECT_EQ(second.before, io::sha256_hex(first.text));
    EXPECT_EQ(why_not_genuine(second.text, receipts().public_key(), {}), "");
    EXPECT_EQ(why_not_genuine(second.text + "\r\n", receipts().public_key(), {}), "");
    auto const read = receipt_from(second.text);
    EXPECT_EQ(read.file, "Bevölkerung \"neu\"\t2025.csv");
    EXPECT_EQ(read.counts.used, 98U);
    EXPECT_EQ(read.vintage, VintageNo{1});
    EXPECT_EQ(read.time, second.time);
    auto const verdict = receipts().verify();
    EXPECT_EQ(verdict.receipts, 2U);
    EXPECT_THAT(verdict.problems, IsEmpty());
    EXPECT_THAT(verdict.notes, IsEmpty());
}

TEST_F(ReceiptTest, OfTheSameSaidAgainIsTheFirstOne) {
    auto const first = receipts().add(sample(1));
    receipts().add(sample(2));
    auto again = sample(1);
    again.time += 1000;
    EXPECT_EQ(receipts().add(again).text, first.text);
    receipts().add(sample(1, ReceiptKind::checked));
    auto other = sample(1, ReceiptKind::checked);
    EXPECT_EQ(receipts().add(other).no, 3U);
    other.counts.revised = 7; // checked again, against a newer vintage
    EXPECT_EQ(receipts().add(other).no, 4U);
    EXPECT_THAT(receipts().of("D-2026-100001"), SizeIs(3));
    EXPECT_THAT(receipts().all(), SizeIs(4));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptTest, NeverCallsZeroRowsGoodWhereRowsAreDue) {
    for (std::string const verdict : {"sound", "partly", "needs_reason", "held"}) {
        auto nothing = sample(1, ReceiptKind::checked);
        nothing.delivery += verdict;
        nothing.counts = {};
        nothing.counts.set_aside = nothing.counts.rows = 5;
        nothing.verdict = verdict;
        nothing.rows_due = 40;
        auto const receipt = receipts().add(nothing);
        EXPECT_EQ(receipt.verdict, "unusable");
        EXPECT_EQ(receipt.why, "no usable row where at least 40 are due");
        nothing.kind = ReceiptKind::released;
        EXPECT_EQ(receipts().add(nothing).verdict, "unusable");
        nothing.delivery += "-empty";
        nothing.rows_due = 0;
        EXPECT_EQ(receipts().add(nothing).verdict, verdict);
    }
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptTest, KeepsItsKeyFromOthers) {
    receipts().add(sample(1));
    auto const path = folder() + "/receipt.key";
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    ASSERT_EQ(chmod(path.c_str(), 0640), 0);
    try {
        receipts().add(sample(2));
        FAIL() << "signed with a key that others can read";
    } catch (Error const& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("receipt.key can be read by others"), HasSubstr("chmod 600")));
    }
    EXPECT_THAT(lines(), SizeIs(1));
}

TEST_F(ReceiptTest, StaysGenuineWhenTheKeyIsRenewed) {
    auto const old_key = receipts().public_key();
    auto const first = receipts().add(sample(1));
    auto const id = receipts().renew_key();
    auto const second = receipts().add(sample(2));
    EXPECT_NE(first.key, second.key);
    EXPECT_EQ(second.key, id);
    EXPECT_THAT(receipts().public_key(), StartsWith(old_key));
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(receipts().add(sample(1)).text, first.text);
    EXPECT_THAT(why_not_genuine(second.text, old_key, {}), HasSubstr("names the key " + id));
}

TEST_F(ReceiptTest, DoesNotBeginANewKeyInSilenceWhereTheOldOneIsLost) {
    fill(2);
    for (auto const* const name : {"/receipt.key", "/receipt.pub"}) {
        ASSERT_EQ(unlink((folder() + name).c_str()), 0);
        EXPECT_THROW(receipts().add(sample(3)), Error) << name;
    }
    EXPECT_THAT(lines(), SizeIs(2));
    receipts().renew_key();
    receipts().add(sample(3));
    EXPECT_THAT(problems(), Contains(HasSubstr("receipts.jsonl:1: receipt 1 names the key")));
}

TEST_F(ReceiptTest, OfAnotherGatewayIsNotSignedFor) {
    receipts().add(sample(1));
    auto const foreign = io::SigningKey::make().pem();
    io::write_durable(folder() + "/receipt.key", foreign);
    ASSERT_EQ(chmod((folder() + "/receipt.key").c_str(), 0600), 0);
    try {
        receipts().add(sample(2));
        FAIL() << "signed with a key that nobody published";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::checksum);
        EXPECT_THAT(error.what(), HasSubstr("not the key that receipt.pub names last"));
    }
}

TEST_F(ReceiptTest, TellsTheDeliveredFileFromAnother) {
    auto const file = folder() + "-file";
    io::write_durable(file, "AGS;2025\n03153;1\n");
    auto one = sample(1);
    one.sha256 = io::sha256_hex("AGS;2025\n03153;1\n");
    one.bytes = 17;
    auto const receipt = receipts().add(one);
    auto const key = receipts().public_key();
    EXPECT_EQ(why_not_genuine(receipt.text, key, file), "");
    io::write_durable(file, "AGS;2025\n03153;2\n");
    EXPECT_THAT(why_not_genuine(receipt.text, key, file), HasSubstr("is genuine and is for another file"));
    EXPECT_THROW(why_not_genuine(receipt.text, key, file + "-absent"), Error);
}

TEST_F(ReceiptTest, WithAnyByteChangedIsNotGenuine) {
    auto const receipt = receipts().add(sample(1, ReceiptKind::released));
    auto const key = receipts().public_key();
    for (std::size_t i = 0; i < receipt.text.size(); ++i) {
        auto changed = receipt.text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_NE(why_not_genuine(changed, key, {}), "") << changed;
        EXPECT_NE(why_not_genuine(receipt.text.substr(0, i), key, {}), "") << i;
    }
}

TEST_F(ReceiptTest, WrittenAnotherWayIsNotGenuine) {
    auto const receipt = receipts().add(sample(1));
    auto const key = receipts().public_key();
    auto spaced = receipt.text;
    spaced.insert(1, " ");
    EXPECT_THAT(why_not_genuine(spaced, key, {}), HasSubstr("not written as receipts are"));
    auto doubled = receipt.text;
    doubled.insert(1, "\"no\":1,");
    EXPECT_THAT(why_not_genuine(doubled, key, {}), HasSubstr("not written as receipts are"));
    EXPECT_THAT(why_not_genuine(R"({"verdict":"ok"})", key, {}), HasSubstr("does not end in a signature"));
    EXPECT_THAT(why_not_genuine("", key, {}), HasSubstr("not a receipt"));
}

TEST_F(ReceiptTest, KeepsNamesThatAreNoUtf8Readable) {
    auto odd = sample(1);
    odd.file = "Bev\xF6lkerung.csv";
    EXPECT_EQ(receipts().add(odd).file, "Bev\\xF6lkerung.csv");
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptTest, ThatWasChangedIsNamedWithItsLine) {
    fill(4);
    auto changed = lines();
    changed[1].replace(changed[1].find("2026-100002"), 11, "2026-100009");
    write(changed);
    EXPECT_THAT(problems(),
                ElementsAre("receipts.jsonl:2: receipt 2 was changed: its signature does not hold; ask "
                            "the gateway for the receipt again"));
}

TEST_F(ReceiptTest, ThatIsMissingDoubledReorderedOrCutOffIsNamedWithItsLine) {
    fill(5);
    auto const all = lines();
    auto missing = all;
    missing.erase(missing.begin() + 2);
    write(missing);
    EXPECT_THAT(problems(), ElementsAre("receipts.jsonl:3: receipt 4 follows 2: 1 receipt is missing"));
    auto doubled = all;
    doubled.insert(doubled.begin() + 2, all[1]);
    write(doubled);
    EXPECT_THAT(problems(), ElementsAre("receipts.jsonl:3: receipt 2 stands here a second time"));
    auto reordered = all;
    std::swap(reordered[1], reordered[2]);
    write(reordered);
    EXPECT_THAT(problems(), ElementsAre("receipts.jsonl:2: receipt 3 follows 1: 1 receipt is missing",
                                        "receipts.jsonl:3: receipt 2 follows 3: out of order",
                                        "receipts.jsonl:4: receipt 4 follows 2: 1 receipt is missing"));
    write({all[0], all[1], all[2]});
    EXPECT_THAT(problems(),
                ElementsAre("receipts.head: the last receipt was 5, the file ends with 3: 2 receipts "
                            "are cut off"));
    write({});
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("5 receipts are cut off")));
    write({all[1], all[2], all[3], all[4]});
    EXPECT_THAT(problems(), ElementsAre("receipts.jsonl:1: receipt 2 follows 0: 1 receipt is missing"));
    write(all);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ReceiptTest, ThatWasReplacedByAGenuineOneOfAnotherChainShows) {
    fill(3);
    auto const all = lines();
    // Somebody with the key begins again and signs something else as number 2.
    write({all[0]});
    write_head(1, io::sha256_hex(all[0]));
    auto const forged = receipts().add(sample(77));
    ASSERT_EQ(forged.no, 2U);
    write({all[0], forged.text, all[2]});
    write_head(3, io::sha256_hex(all[2]));
    EXPECT_THAT(problems(),
                ElementsAre("receipts.jsonl:3: receipt 3 does not continue the one before it: one of the "
                            "two was replaced"));
}

TEST_F(ReceiptTest, AfterALossGoesOnAndTheLossStaysVisible) {
    fill(4);
    auto all = lines();
    all.pop_back();
    write(all);
    EXPECT_EQ(receipts().add(sample(9)).no, 5U);
    EXPECT_THAT(problems(), ElementsAre("receipts.jsonl:4: receipt 5 follows 3: 1 receipt is missing"));
}

} // namespace

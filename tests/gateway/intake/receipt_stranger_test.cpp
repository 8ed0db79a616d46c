// Strangers verify receipts: the stand-alone checker, and OpenSSL's own program.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "gateway/intake/receipt_text.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/intake/receipt_fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using gateway::intake::testing::ReceiptTest;
using ::testing::HasSubstr;

struct Ended {
    int exit = -1;
    std::string out;
};

Ended run(std::string const& command) {
    std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen((command + " 2>&1").c_str(), "r"), pclose};
    Ended result;
    for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) result.out += static_cast<char>(c);
    result.exit = WEXITSTATUS(pclose(pipe.release()));
    return result;
}

class ReceiptStranger : public ReceiptTest {
  protected:
    Ended check(std::string const& words) const {
        return run("/usr/bin/python3 -B " KREISLAUF_SOURCE_DIR "/deploy/examples/verify_receipts.py --key " +
                   folder() + "/receipt.pub " + words);
    }
    Ended check_chain() const {
        return check("--chain " + lines_path() + " --head " + folder() + "/receipts.head");
    }
};

TEST_F(ReceiptStranger, CheckerKnowsTheVectorsOfRfc8032) {
    receipts().add(sample(1));
    EXPECT_EQ(check("--self-test").exit, 0);
}

TEST_F(ReceiptStranger, CheckerFindsAWholeChainWhole) {
    fill(3);
    receipts().renew_key();
    receipts().add(sample(3, ReceiptKind::released));
    auto odd = sample(4);
    odd.file = "Bev\xF6lkerung\x01\x7F \xE2\x82\xAC/\\.csv";
    receipts().add(odd);
    auto const whole = check_chain();
    EXPECT_EQ(whole.exit, 0) << whole.out;
    EXPECT_THAT(whole.out, HasSubstr("5 receipts: whole"));
}

TEST_F(ReceiptStranger, CheckerFindsWhatTheGatewayFinds) {
    fill(4);
    auto const all = lines();
    auto changed = all;
    changed[2].replace(changed[2].find("100003"), 6, "100004");
    std::vector<std::vector<std::string>> const wrong{
        {all[0], all[1], all[2]},                 // cut
        {all[0], all[2], all[3]},                 // missing
        {all[0], all[1], all[1], all[2], all[3]}, // doubled
        {all[0], all[2], all[1], all[3]},         // reordered
        changed,
        {"{}", all[1], all[2], all[3]},
    };
    for (auto const& each : wrong) {
        write(each);
        auto const verdict = check_chain();
        EXPECT_EQ(verdict.exit, 1) << verdict.out;
        EXPECT_FALSE(problems().empty());
    }
}

TEST_F(ReceiptStranger, CheckerTellsGenuineFromChangedAndFromAnotherFile) {
    auto const file = folder() + "-file";
    io::write_durable(file, "AGS;2025\n03153;1\n");
    auto one = sample(1);
    one.sha256 = io::sha256_hex("AGS;2025\n03153;1\n");
    one.bytes = 17;
    auto const receipt = receipts().add(one);
    auto const path = folder() + "/receipt.json";
    io::write_durable(path, receipt.text + "\n");
    EXPECT_EQ(check(path + " --file " + file).exit, 0);
    io::write_durable(file, "AGS;2025\n03153;2\n");
    EXPECT_THAT(check(path + " --file " + file).out, HasSubstr("for another file"));
    auto changed = receipt.text;
    changed.replace(changed.find("\"bytes\":17"), 10, "\"bytes\":18");
    io::write_durable(path, changed);
    EXPECT_EQ(check(path).exit, 1);
    EXPECT_EQ(check(folder() + "/absent.json").exit, 2);
}

TEST_F(ReceiptStranger, OpensslVerifiesTheSignature) {
    if (run("openssl version").exit != 0) GTEST_SKIP() << "the program openssl is not installed";
    auto const parts = split(receipts().add(sample(1)).text);
    io::write_durable(folder() + "/signed.txt", parts.signed_part);
    io::write_durable(folder() + "/signature.bin", io::from_base64(parts.signature).value());
    auto const command =
        "cd " + folder() +
        " && openssl pkeyutl -verify -pubin -inkey receipt.pub -rawin -in signed.txt -sigfile "
        "signature.bin";
    auto const good = run(command);
    EXPECT_EQ(good.exit, 0) << good.out;
    io::write_durable(folder() + "/signed.txt", parts.signed_part + " ");
    EXPECT_NE(run(command).exit, 0);
}

} // namespace

// Receipts against the releases of a store.
#include "gateway/intake/receipt_chain.hpp"

#include <array>

#include "tests/gateway/intake/receipt_fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using gateway::intake::testing::ReceiptTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReceiptChain : public ReceiptTest {
  protected:
    /// A release as the intake makes it: document, load and position of the delivery.
    VintageNo release(unsigned delivery, std::string const& value) {
        auto receipt = sample(delivery, ReceiptKind::released);
        Provenance provenance;
        provenance.source = delivery_source;
        provenance.origin = receipt.file;
        provenance.received = receipt.time;
        store::LoadRequest request;
        request.dataset = store::testing::population();
        request.document = store_->record_document(receipt.sha256, 1, provenance);
        request.received = receipt.time;
        auto const load = store_->begin(request);
        load->position(delivery_source, receipt.delivery, R"({"receipt":")" + named_ + "\"}");
        auto const indicator = load->indicator(store::testing::indicator_of("F"));
        auto const area = load->area(store::testing::county("03153"));
        std::array const one{store::testing::observed("2024-12-31", value)};
        load->put(indicator, area, one);
        return load->commit({}, 1, 0, {}).vintage.value_or(0);
    }
    void say(unsigned delivery, VintageNo vintage, ReceiptKind kind = ReceiptKind::released) {
        auto receipt = sample(delivery, kind);
        receipt.dataset = store::testing::population().id;
        receipt.vintage = vintage == 0 ? std::nullopt : std::optional{vintage};
        receipts().add(receipt);
    }
    std::vector<std::string> differences() { return verdict().problems; }
    ReleaseVerdict verdict() { return releases_against_receipts(*store_, receipts().all()); }

    store::testing::TempDirectory place_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(place_.path());
    std::string named_;
};

TEST_F(ReceiptChain, HoldsWhereEveryReleaseHasItsReceipt) {
    say(1, release(1, "100"));
    say(2, release(2, "200"));
    say(3, release(3, "200")); // nothing new: a position, no vintage
    EXPECT_THAT(differences(), IsEmpty());
    EXPECT_EQ(verdict().releases, 2U);
    EXPECT_EQ(verdict().receipts, 3U);
}

TEST_F(ReceiptChain, NamesAReleaseWithoutReceipt) {
    say(1, release(1, "100"));
    release(2, "200");
    EXPECT_THAT(differences(), ElementsAre(HasSubstr("REGIO_12411-01-01-4@2 came as the delivery")));
}

TEST_F(ReceiptChain, NamesAReceiptWithoutRelease) {
    say(1, release(1, "100"));
    say(2, 2);
    EXPECT_THAT(
        differences(),
        ElementsAre(HasSubstr("receipt 2 (D-2026-100002) says released, and the store knows of no such"),
                    HasSubstr("receipt 2 (D-2026-100002) names the vintage REGIO_12411-01-01-4@2")));
    EXPECT_EQ(verdict().receipts, 2U);
}

TEST_F(ReceiptChain, NamesAReceiptForAnotherDocument) {
    auto receipt = sample(1, ReceiptKind::released);
    receipt.vintage = release(1, "100");
    receipt.dataset = store::testing::population().id;
    receipt.sha256 = std::string(64, 'a');
    receipts().add(receipt);
    EXPECT_THAT(differences(), ElementsAre(HasSubstr("REGIO_12411-01-01-4@1 holds the document e3b0c442")));
}

TEST_F(ReceiptChain, HoldsTheReceiptThatAReleaseNamesAgainstTheChain) {
    named_ = hash_of(receipts().add(sample(1)));
    say(1, release(1, "100"));
    EXPECT_THAT(differences(), IsEmpty());
    named_ = std::string(64, 'b');
    say(2, release(2, "200"));
    EXPECT_THAT(differences(), ElementsAre(HasSubstr("names the receipt bbbb")));
}

TEST_F(ReceiptChain, WantsAReceiptForARecall) {
    say(1, release(1, "100"));
    auto const vintage = release(2, "200");
    say(2, vintage);
    store_->recall(store::testing::population().id, vintage, {1'796'000'000, "Fehler", "error", false});
    EXPECT_THAT(differences(), ElementsAre(HasSubstr("REGIO_12411-01-01-4@3 takes back D-2026-100002")));
    say(2, vintage, ReceiptKind::withdrawn);
    EXPECT_THAT(differences(), IsEmpty());
    EXPECT_EQ(verdict().recalls, 1U);
}

} // namespace

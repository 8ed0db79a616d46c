// Receipts::verify(): the chain from the first line to the head.
#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/intake/receipt.hpp"
#include "gateway/intake/receipt_folder.hpp"
#include "gateway/intake/receipt_text.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::intake {
namespace {

std::string receipts_text(std::uint64_t count) {
    return count == 1 ? "1 receipt is" : std::to_string(count) + " receipts are";
}

class Walk {
  public:
    Walk(Receipts::ChainVerdict& verdict, std::string pem, std::vector<io::PublicKey> keys)
        : verdict_(verdict), pem_(std::move(pem)), keys_(std::move(keys)) {}

    void line(std::string_view text, std::uint64_t number) {
        place_ = "receipts.jsonl:" + std::to_string(number) + ": ";
        Receipt receipt;
        try {
            receipt = receipt_from(text);
        } catch (Error const& error) {
            problem(error.what());
            // Its number is known from where it stands; what it was is not.
            last_ = {last_.no + 1, {}};
            return;
        }
        ++verdict_.receipts;
        auto const order_holds = check_number(receipt);
        auto const complaint = keys_.empty() ? "there is no receipt.pub to hold it against; put it back from "
                                               "a backup"
                                             : why_not_genuine(text, pem_, {});
        if (!complaint.empty()) problem(complaint);
        if (order_holds && !last_.hash.empty() && receipt.before != last_.hash)
            problem("receipt " + std::to_string(receipt.no) +
                    " does not continue the one before it: one of the two was replaced");
        if (receipt.rows_due > 0 && receipt.counts.used + receipt.counts.repeated == 0 &&
            !receipt.verdict.empty() && receipt.verdict != "unusable")
            problem("receipt " + std::to_string(receipt.no) + " calls a delivery without usable rows '" +
                    receipt.verdict + "'");
        // What a changed receipt holds says nothing of the next one.
        last_ = {receipt.no, complaint.empty() ? hash_of(receipt) : std::string{}};
    }
    [[nodiscard]] ReceiptLink const& last() const { return last_; }

  private:
    bool check_number(Receipt const& receipt) {
        auto const expected = last_.no + 1;
        auto const said = "receipt " + std::to_string(receipt.no);
        if (receipt.no == expected) return true;
        if (receipt.no == last_.no)
            problem(said + " stands here a second time");
        else if (receipt.no < expected)
            problem(said + " follows " + std::to_string(last_.no) + ": out of order");
        else
            problem(said + " follows " + std::to_string(last_.no) + ": " +
                    receipts_text(receipt.no - expected) + " missing");
        return false;
    }
    void problem(std::string const& text) { verdict_.problems.push_back(place_ + text); }

    Receipts::ChainVerdict& verdict_;
    std::string pem_;
    std::vector<io::PublicKey> keys_;
    ReceiptLink last_;
    std::string place_;
};

void check_head(Receipts::ChainVerdict& verdict, std::optional<ReceiptLink> const& head, bool has_head,
                ReceiptLink const& last) {
    if (!head) {
        if (has_head)
            verdict.problems.emplace_back("receipts.head: not a number and a hash; it was changed");
        else if (last.no == 1)
            verdict.notes.emplace_back(
                "receipts.head: not there yet; it is made with the next receipt, after a kill");
        else if (last.no > 1)
            verdict.problems.emplace_back("receipts.head: missing; whether the end was cut cannot be told");
        return;
    }
    if (head->no > last.no)
        verdict.problems.push_back("receipts.head: the last receipt was " + std::to_string(head->no) +
                                   ", the file ends with " + std::to_string(last.no) + ": " +
                                   receipts_text(head->no - last.no) + " cut off");
    else if (head->no + 1 == last.no)
        verdict.notes.push_back("receipts.head: names " + std::to_string(head->no) + " of " +
                                std::to_string(last.no) +
                                ", as after a kill; the next receipt brings it up to date");
    else if (head->no < last.no)
        verdict.problems.push_back("receipts.head: names " + std::to_string(head->no) +
                                   ", the file ends with " + std::to_string(last.no) +
                                   ": it was put back from an older state");
    else if (!last.hash.empty() && head->hash != last.hash)
        verdict.problems.emplace_back("receipts.head: the last receipt is not the one that was written");
}

} // namespace

Receipts::ChainVerdict Receipts::verify() const {
    ReceiptFolder const folder{folder_};
    ChainVerdict verdict;
    // Without the lock, so that a copy that may only be read can be verified. A line that is written meanwhile makes
    // the file newer than the head; then both are read again.
    auto head = folder.head();
    auto text = folder.lines();
    constexpr int most_tries = 100;
    for (int tries = 0; tries < most_tries; ++tries) {
        auto const again = folder.head();
        if ((again ? again->no : 0) == (head ? head->no : 0)) break;
        head = again;
        text = folder.lines();
    }
    auto const pem = folder.public_pem();
    std::vector<io::PublicKey> keys;
    if (!pem.empty()) {
        try {
            keys = io::public_keys(pem, "receipt.pub");
        } catch (Error const& error) {
            verdict.problems.emplace_back(error.what());
        }
    }
    Walk walk{verdict, pem, keys};
    auto const lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto const is_torn = i + 1 == lines.size() && text.back() != '\n';
        // An end that never became a receipt, behind the last that was acknowledged.
        if (is_torn && head && head->no == walk.last().no && !lines[i].ends_with("\"}")) {
            verdict.notes.push_back("receipts.jsonl:" + std::to_string(i + 1) +
                                    ": cut off before it was acknowledged; the next receipt removes it");
            continue;
        }
        walk.line(lines[i], i + 1);
    }
    check_head(verdict, head, folder.has_head(), walk.last());
    return verdict;
}

} // namespace gateway::intake

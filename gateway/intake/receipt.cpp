#include "gateway/intake/receipt.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/intake/receipt_folder.hpp"
#include "gateway/intake/receipt_text.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/ed25519.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::intake {
namespace {

bool same_counts(Counts const& a, Counts const& b) {
    return a.rows == b.rows && a.cells == b.cells && a.used == b.used && a.repeated == b.repeated &&
           a.set_aside == b.set_aside && a.added == b.added && a.revised == b.revised &&
           a.deleted == b.deleted && a.unchanged == b.unchanged;
}

/// Whether both say the same of one delivery, whenever they were asked for.
bool says_the_same(Receipt const& a, Receipt const& b) {
    if (a.kind != b.kind || a.delivery != b.delivery || a.vintage != b.vintage) return false;
    if (a.kind != ReceiptKind::checked) return true;
    // A delivery may be checked again, against a newer vintage, and come out otherwise.
    return a.verdict == b.verdict && same_counts(a.counts, b.counts) &&
           a.mapping_sha256 == b.mapping_sha256 && a.rules_sha256 == b.rules_sha256;
}

/// No usable row where rows are due is never a good outcome, whoever says so.
void refuse_to_praise_nothing(Receipt& receipt) {
    if (receipt.verdict.empty() || receipt.rows_due == 0) return;
    if (receipt.counts.used + receipt.counts.repeated > 0 || receipt.verdict == "unusable") return;
    receipt.why += (receipt.why.empty() ? "" : "; ") + std::string{"no usable row where at least "} +
                   std::to_string(receipt.rows_due) + " are due";
    receipt.verdict = "unusable";
}

std::optional<Receipt> read_line(std::string_view line) {
    try {
        return receipt_from(line);
    } catch (Error const&) {
        return std::nullopt;
    }
}

bool is_signed_by_one_of(std::vector<io::PublicKey> const& keys, Receipt const& receipt) {
    auto const parts = split(receipt.text);
    return std::any_of(keys.begin(), keys.end(), [&](io::PublicKey const& key) {
        return receipt.key == key.id() &&
               key.has_signed(parts.signed_part, io::from_base64(parts.signature).value_or(std::string{}));
    });
}

/// Where the next receipt goes.
struct Tail {
    ReceiptLink last;
    std::uint64_t keep = 0; ///< bytes of the file that stay
    bool needs_end = false; ///< the last line lacks its line end
};

Tail tail_of(std::string_view text, std::optional<ReceiptLink> const& head,
             std::vector<io::PublicKey> const& keys) {
    Tail tail;
    if (head) tail.last = *head;
    auto const whole = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
    tail.keep = text.size();
    auto const take = [&](std::string_view line) {
        auto const receipt = read_line(line);
        if (!receipt || !is_signed_by_one_of(keys, *receipt)) return false;
        // The head is written last: a line it does not know counts. A head that knows more tells of a lost end.
        if (receipt->no > tail.last.no) tail.last = {receipt->no, hash_of(*receipt)};
        return true;
    };
    auto const lines = lines_of(text.substr(0, whole));
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (take(*line)) break;
    if (whole == text.size()) return tail;
    tail.needs_end = true;
    if (take(text.substr(whole))) return tail;
    // Cut off only what was never acknowledged: where the last whole line is the one that the head names.
    auto const last_hash = lines.empty() ? ReceiptLink{}.hash : io::sha256_hex(lines.back());
    if (!head || head->hash != last_hash) return tail;
    tail.keep = whole;
    tail.needs_end = false;
    return tail;
}

} // namespace

Receipts::Receipts(std::string folder) : folder_(std::move(folder)) {}

Receipt Receipts::add(Receipt receipt) {
    ReceiptFolder const folder{folder_};
    auto const lock = folder.lock();
    auto const key = folder.signing_key();
    auto const pem = folder.public_pem();
    refuse_to_praise_nothing(receipt);
    auto const text = folder.lines();
    auto const head = folder.head();
    auto const tail = tail_of(text, head, io::public_keys(pem, folder_ + "/receipt.pub"));
    // Before anything else, so that the head is never more than one line behind.
    if (tail.last.no > (head ? head->no : 0)) {
        folder.sync_lines();
        folder.write_head(tail.last);
    }
    auto const mark = "\"delivery\":\"" + receipt.delivery + "\"";
    for (auto const line : lines_of(text)) {
        if (line.find(mark) == std::string_view::npos) continue;
        auto known = read_line(line);
        if (known && says_the_same(*known, receipt) && why_not_genuine(known->text, pem, {}).empty())
            return *known;
    }
    receipt.no = tail.last.no + 1;
    receipt.before = tail.last.hash;
    receipt.key = key.public_key().id();
    auto const part = signed_text(receipt);
    receipt.text = receipt_text(part, io::to_base64(key.sign(part)));
    folder.append(tail.keep, (tail.needs_end ? "\n" : "") + receipt.text);
    folder.write_head({receipt.no, hash_of(receipt)});
    return receipt_from(receipt.text); // as whoever reads it later sees it
}

std::vector<Receipt> Receipts::all() const {
    std::vector<Receipt> receipts;
    auto const text = ReceiptFolder{folder_}.lines();
    for (auto const line : lines_of(text))
        if (auto receipt = read_line(line)) receipts.push_back(std::move(*receipt));
    return receipts;
}

std::vector<Receipt> Receipts::of(std::string_view delivery) const {
    auto receipts = all();
    std::erase_if(receipts, [&](Receipt const& each) { return each.delivery != delivery; });
    return receipts;
}

std::string Receipts::public_key() const {
    ReceiptFolder const folder{folder_};
    auto pem = folder.public_pem();
    if (!pem.empty()) return pem;
    auto const lock = folder.lock();
    static_cast<void>(folder.signing_key());
    return folder.public_pem();
}

std::string Receipts::renew_key() {
    ReceiptFolder const folder{folder_};
    auto const lock = folder.lock();
    return folder.renew_key().public_key().id();
}

std::string why_not_genuine(std::string_view text, std::string_view public_key, std::string const& file) {
    auto const keys = io::public_keys(public_key, "the public key");
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    SplitReceipt parts;
    Receipt receipt;
    try {
        parts = split(text);
        receipt = read_signed(parts.signed_part);
    } catch (Error const& error) {
        return error.what();
    }
    auto const key = std::find_if(keys.begin(), keys.end(),
                                  [&](io::PublicKey const& each) { return each.id() == receipt.key; });
    if (key == keys.end())
        return "receipt " + std::to_string(receipt.no) + " names the key " + receipt.key +
               ", and the public key given is " + keys.back().id() +
               ": another gateway signed it, or nobody; ask the gateway for its public keys";
    if (!key->has_signed(parts.signed_part, io::from_base64(parts.signature).value_or(std::string{})))
        return "receipt " + std::to_string(receipt.no) +
               " was changed: its signature does not hold; ask the gateway for the receipt again";
    if (file.empty()) return {};
    io::MappedFile const delivered{file};
    if (delivered.view().size() == receipt.bytes && io::sha256_hex(delivered.view()) == receipt.sha256)
        return {};
    return "the receipt is genuine and is for another file: " + receipt.file + " with " +
           std::to_string(receipt.bytes) + " bytes and SHA-256 " + receipt.sha256 + ", while " + file +
           " has " + std::to_string(delivered.view().size()) + " bytes";
}

} // namespace gateway::intake

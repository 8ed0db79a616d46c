// Receipts: what the gateway confirms, signed, each with the hash of the one before it.
//
// Shape    canonical JSON (keys in a fixed order, no white space) with a member "key" (the first 16 hex digits of the
//          SHA-256 of the public key, DER) and, last, "signature" (Ed25519 over the text without it, base64)
// Kept     STORE/intake/receipts.jsonl, one per line, only ever added to, synced; receipts.head names the last
// Key      STORE/intake/receipt.key (PEM, mode 0600), made on first use; receipt.pub beside it is published. A key that
//          is renewed adds its public half to receipt.pub, so that older receipts stay genuine.
// Threads  from any: a lock file, between threads and between processes
// Errors   Error io; checksum where a key is not the one that is expected
// Source   docs/receipts.md; RFC 8032 (Ed25519), RFC 8410 (its PEM files)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/delivery.hpp"
#include "gateway/intake/findings.hpp"

namespace gateway::intake {

enum class ReceiptKind : std::uint8_t { received, checked, released, withdrawn, refused };
std::string_view name_of(ReceiptKind kind) noexcept;
std::optional<ReceiptKind> receipt_kind_from(std::string_view name) noexcept;

struct Receipt {
    std::uint64_t no = 0; ///< from 1, without gaps
    std::string before;   ///< SHA-256 of the receipt before it; 64 zeros for the first
    ReceiptKind kind = ReceiptKind::received;
    UnixTime time = 0;
    std::string delivery, agreement, file, sha256;
    std::uint64_t bytes = 0;
    std::uint64_t rows_due = 1; ///< Agreement::least_rows; 0 = an empty delivery is one, too
    Counts counts;
    std::string
        verdict; ///< of the check: name_of(Verdict); never a good one for zero rows where rows are due
    std::string mapping_sha256, rules_sha256, program;
    std::string dataset;
    std::optional<VintageNo> vintage;
    std::string why;
    std::string key;  ///< which key signed it
    std::string text; ///< as kept: signed JSON
};

/// The name of a receipt: SHA-256 of its text. The next receipt holds it, and so does a release.
std::string hash_of(Receipt const& receipt);

/// A receipt from its text, whether genuine or not. \throws Error malformed saying what is no receipt
Receipt receipt_from(std::string_view text);

class Receipts {
  public:
    explicit Receipts(std::string folder);
    /// Numbers, chains, signs and keeps it; durable on return. What is said again is the receipt of then: same
    /// delivery, kind, vintage and outcome. A verdict better than "unusable" for no usable row where rows are due is
    /// written as "unusable", and says why.
    Receipt add(Receipt receipt);
    [[nodiscard]] std::vector<Receipt> of(std::string_view delivery) const;
    /// All that can be read, oldest first.
    [[nodiscard]] std::vector<Receipt> all() const;
    /// PEM; several blocks where the key was renewed, the newest last. Makes the key where there is none.
    [[nodiscard]] std::string public_key() const;
    /// Signs with a new key from now on; the id of it.
    std::string renew_key();

    struct ChainVerdict {
        std::uint64_t receipts = 0;
        std::vector<std::string> problems; ///< "receipts.jsonl:7: ..."
        std::vector<std::string> notes;    ///< what is odd and harmless
    };
    [[nodiscard]] ChainVerdict verify() const;

  private:
    std::string folder_;
};

/// Whether one receipt is genuine. Empty where it is; else what is wrong. `public_key` is PEM, one or several. `file`
/// may be empty; then the hash of the delivered file is not compared.
/// \throws Error malformed where `public_key` is none; not_found, io where `file` cannot be read
std::string why_not_genuine(std::string_view text, std::string_view public_key, std::string const& file);

} // namespace gateway::intake

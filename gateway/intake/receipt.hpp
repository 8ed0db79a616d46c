// Receipts: what the gateway confirms, signed, each with the hash of the one before it.
//
// Shape    canonical JSON (keys in a fixed order, no white space) with a member "signature" (Ed25519 over the text
//          without it, base64) and "key" (the first 16 hex digits of the SHA-256 of the public key)
// Kept     STORE/intake/receipts.jsonl, one per line, only ever added to, synced; receipts.head names the last
// Key      STORE/intake/receipt.key (PEM, mode 0600), made on first use; receipt.pub beside it is published
// Threads  one writer per process; a lock file between processes
// Errors   Error io; checksum where the chain or a signature does not hold
// Source   docs/receipts.md; RFC 8032
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

struct Receipt {
    std::uint64_t no = 0; ///< from 1, without gaps
    std::string before;   ///< SHA-256 of the receipt before it; 64 zeros for the first
    ReceiptKind kind = ReceiptKind::received;
    UnixTime time = 0;
    std::string delivery, agreement, file, sha256;
    std::uint64_t bytes = 0;
    Counts counts;
    std::string verdict; ///< of the check; "ok" is impossible for zero rows where rows are due
    std::string mapping_sha256, rules_sha256, program;
    std::string dataset;
    std::optional<VintageNo> vintage;
    std::string why;
    std::string text; ///< as kept: signed JSON
};

class Receipts {
  public:
    explicit Receipts(std::string folder);
    /// Numbers, chains, signs and keeps it; durable on return. A second receipt of the same kind and delivery with the
    /// same vintage is the first one again.
    Receipt add(Receipt receipt);
    [[nodiscard]] std::vector<Receipt> of(std::string_view delivery) const;
    [[nodiscard]] std::string public_key() const; ///< PEM

    struct ChainVerdict {
        std::uint64_t receipts = 0;
        std::vector<std::string> problems; ///< "receipts.jsonl:7: ..."
    };
    [[nodiscard]] ChainVerdict verify() const;

  private:
    std::string folder_;
};

/// Whether one receipt is genuine. Empty where it is; else what is wrong. `file` may be empty; then the hash of the
/// delivered file is not compared.
std::string why_not_genuine(std::string_view text, std::string_view public_key, std::string const& file);

} // namespace gateway::intake

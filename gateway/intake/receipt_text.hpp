// The text of a receipt: written one way only, so that whoever reads it can write it again and compare.
//
// Shape    docs/receipts.md. JSON in UTF-8 without white space, members in the order below, numbers in decimal digits;
//          in texts \" \\ \b \f \n \r \t, other control characters as \u00xx, nothing else escaped: what Python's
//          json.dumps(..., ensure_ascii=False, separators=(",", ":")) writes
// Errors   Error malformed naming the member
#pragma once

#include <string>
#include <string_view>

#include "gateway/intake/receipt.hpp"

namespace gateway::intake {

/// What is signed: everything but the signature.
std::string signed_text(Receipt const& receipt);
/// The whole receipt; `signature` in base64.
std::string receipt_text(std::string_view signed_part, std::string_view signature);

struct SplitReceipt {
    std::string signed_part;
    std::string signature; ///< base64
};
/// Takes a receipt's text apart. \throws Error malformed where it does not end in a signature
SplitReceipt split(std::string_view text);

/// The members of a signed part; unknown, missing and doubled ones, and any other way of writing, are malformed.
Receipt read_signed(std::string const& signed_part);

} // namespace gateway::intake

// Repair of archive objects: one flipped bit is turned back, anything else comes from a copy.
//
// The CRC-32 of an object tells which bit was turned over (io/flipped_bit.hpp); the SHA-256 in its name tells
// whether that was right. What is put into the place of a damaged object was read whole and agreed with all sums.
//
// Errors   Error io. An object that cannot be mended stays as it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::raw {

/// Hash of the content that an object's file name promises; empty where the name is none of an object.
std::string hash_in_name(std::string const& file);
/// Empty where the object is sound, else what is wrong with it. Reads all of it.
std::string trouble_of(std::string const& file);

/// Turns the one flipped bit back: what was done; nothing where more is damaged.
std::optional<std::string> turn_back_bit(std::string const& file);
/// Puts the sound object `copy` into the place of `file` (which may be missing); false where the copy is not sound.
bool take_copy(std::string const& copy, std::string const& file);

} // namespace gateway::raw

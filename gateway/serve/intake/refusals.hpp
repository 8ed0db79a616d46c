// What senders of deliveries are refused, in words.
//
// Of a delivery or an upload that belongs to somebody else nothing is said but what is said of one that never was.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/serve/problem.hpp"

namespace gateway::serve::intake {

Refusal no_sender();                                         ///< 401
Refusal not_an_office(std::string const& what);              ///< 403: a key of a county
Refusal foreign_agreement(std::string_view agreement);       ///< 403
Refusal unknown_agreement(std::string_view agreement);       ///< 404
Refusal unknown_delivery(std::string_view id);               ///< 404
Refusal unknown_upload(std::string_view id);                 ///< 404
Refusal gone_upload(std::string_view id);                    ///< 410
Refusal wrong_offset(std::uint64_t given, std::uint64_t is); ///< 409
Refusal wrong_checksum(std::string const& what);             ///< 460
Refusal too_large(std::uint64_t bytes, std::uint64_t most);  ///< 413
Refusal no_room(std::uint64_t needed, std::uint64_t free);   ///< 507
Refusal against_it(std::string const& what);                 ///< 409: a step that is not possible now
Refusal bad_field(std::string_view field, std::string_view value, Text const& expected);

} // namespace gateway::serve::intake

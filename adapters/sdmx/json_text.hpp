// JSON with places: RapidJSON without recursion, numbers as written, faults with line and column. Internal.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>
#include <string_view>

#include "adapters/sdmx/sink.hpp"

namespace adapters::sdmx {

inline constexpr std::size_t most_json_depth = 64;

/// Line and character of byte `offset`.
Position place_in(std::string_view bytes, std::size_t offset);
/// \throws Error "NAME:LINE:COLUMN: text"
[[noreturn]] void fail_in(std::string_view bytes, std::string const& name, std::size_t offset, Errc code,
                          std::string const& text);
/// What RapidJSON's code means for people.
std::string json_fault(rapidjson::ParseErrorCode code);

/// Runs `handler` over `bytes`. The handler has the event functions of RapidJSON, `fault` (empty where it is
/// content) and `code`, and a pointer `stream` that says where the reader is.
template <typename Handler>
void run_json(std::string_view bytes, std::string const& name, Handler& handler) {
    constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                               rapidjson::kParseValidateEncodingFlag;
    rapidjson::MemoryStream memory{bytes.data(), bytes.size()};
    handler.stream = &memory;
    rapidjson::Reader reader;
    auto const result = reader.Parse<flags>(memory, handler);
    auto const stopped_at = memory.Tell();
    handler.stream = nullptr;
    if (!result.IsError()) return;
    if (!handler.fault.empty()) fail_in(bytes, name, stopped_at, handler.code, handler.fault);
    bool const is_cut = result.Offset() >= bytes.size();
    fail_in(bytes, name, result.Offset(), is_cut ? Errc::truncated : Errc::malformed,
            is_cut ? "the document ends in the middle; fetch it again" : json_fault(result.Code()));
}

/// The bytes without a byte order mark.
std::string_view without_mark(std::string_view bytes) noexcept;

/// A member, or nullptr.
rapidjson::Value const* member(rapidjson::Value const& object, char const* name);
/// The text of a string or number member; empty where there is none.
std::string text_of(rapidjson::Value const& object, char const* name);
/// A value as text: strings and numbers as they are, true and false; several joined by `value_separator`, texts in
/// languages behind `language_separator`. Empty for null.
std::string text_of(rapidjson::Value const& value);

} // namespace adapters::sdmx

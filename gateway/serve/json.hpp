// JSON as the service writes it: compact, UTF-8, into a string that may be emptied between two pieces.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/decimal.hpp"

namespace gateway::serve {

class Json {
  public:
    Json& object() { return writer_.StartObject(), *this; }
    Json& end_object() { return writer_.EndObject(), *this; }
    Json& array() { return writer_.StartArray(), *this; }
    Json& end_array() { return writer_.EndArray(), *this; }
    Json& key(std::string_view name) {
        return writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())), *this;
    }
    Json& text(std::string_view value) {
        return writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())), *this;
    }
    Json& number(std::uint64_t value) { return writer_.Uint64(value), *this; }
    Json& null() { return writer_.Null(), *this; }
    Json& boolean(bool value) { return writer_.Bool(value), *this; }
    /// Digits as published, as a JSON number; null where there are none.
    Json& digits(std::optional<Decimal> const& value) {
        if (!value) return null();
        auto const text = value->to_string();
        return writer_.RawValue(text.data(), text.size(), rapidjson::kNumberType), *this;
    }
    /// A value that is JSON already.
    Json& raw(std::string_view json) {
        return writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType), *this;
    }
    Json& field(std::string_view name, std::string_view value) { return key(name).text(value); }
    Json& field(std::string_view name, std::uint64_t value) { return key(name).number(value); }
    Json& flag(std::string_view name, bool value) { return key(name).boolean(value); }
    /// The text, or null where it is empty.
    Json& field_or_null(std::string_view name, std::string_view value) {
        return value.empty() ? key(name).null() : field(name, value);
    }

    [[nodiscard]] std::size_t size() const noexcept { return buffer_.GetSize(); }
    /// What was written since the last call; the value may go on behind it.
    std::string take() {
        std::string piece{buffer_.GetString(), buffer_.GetSize()};
        buffer_.Clear();
        return piece;
    }

  private:
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

} // namespace gateway::serve

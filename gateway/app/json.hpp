// A JSON writer for what commands print.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "adapters/genesis/reader_text.hpp"

namespace gateway::app {

class Json {
  public:
    Json() { writer_.SetIndent(' ', 2); }
    Json& object() { return writer_.StartObject(), *this; }
    Json& end_object() { return writer_.EndObject(), *this; }
    Json& array() { return writer_.StartArray(), *this; }
    Json& end_array() { return writer_.EndArray(), *this; }
    Json& key(std::string_view name) {
        return writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())), *this;
    }
    /// Bytes that are no UTF-8 (of a file's name, say) come out as \\xNN: JSON is UTF-8.
    Json& text(std::string_view value) {
        if (!adapters::genesis::is_clean_utf8(value)) {
            auto const safe = adapters::genesis::shown(value, value.size() * 4);
            return writer_.String(safe.data(), static_cast<rapidjson::SizeType>(safe.size())), *this;
        }
        return writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())), *this;
    }
    Json& number(std::uint64_t value) { return writer_.Uint64(value), *this; }
    Json& boolean(bool value) { return writer_.Bool(value), *this; }
    Json& null() { return writer_.Null(), *this; }
    /// Digits as they are, as a JSON number.
    Json& digits(std::string const& value) {
        return writer_.RawValue(value.data(), value.size(), rapidjson::kNumberType), *this;
    }
    /// A value that is JSON already, laid out as the rest.
    Json& value(std::string_view json) {
        rapidjson::Document read;
        read.Parse(json.data(), json.size());
        return read.Accept(writer_), *this;
    }
    Json& field(std::string_view name, std::string_view value) { return key(name).text(value); }
    Json& field(std::string_view name, std::uint64_t value) { return key(name).number(value); }
    Json& flag(std::string_view name, bool value) { return key(name).boolean(value); }
    /// On one line: every blank outside a text is layout.
    void print_compact() const {
        std::string line;
        bool inside = false;
        bool escaped = false;
        for (char const c : std::string_view{buffer_.GetString(), buffer_.GetSize()}) {
            if (inside || (c != ' ' && c != '\n')) line += c;
            if (c == '"' && !escaped) inside = !inside;
            escaped = c == '\\' && !escaped;
        }
        line += '\n';
        std::fwrite(line.data(), 1, line.size(), stdout);
    }
    /// As print() writes it, without the end of its last line.
    [[nodiscard]] std::string whole() const { return {buffer_.GetString(), buffer_.GetSize()}; }
    void print() const {
        std::fwrite(buffer_.GetString(), 1, buffer_.GetSize(), stdout);
        std::fputc('\n', stdout);
    }

  private:
    rapidjson::StringBuffer buffer_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

} // namespace gateway::app

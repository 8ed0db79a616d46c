// The keywords of a PX file: KEYWORD[language]("variable","value")="text","text"; Internal to the PX reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"

namespace adapters::px {

/// Walks over the bytes of a PX file; knows where it is.
class Cursor {
  public:
    Cursor(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
    [[nodiscard]] bool at_end() const noexcept { return at_ == bytes_.size(); }
    [[nodiscard]] char peek() const noexcept { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
    char take() noexcept {
        if (bytes_[at_] == '\n') {
            ++line_;
            line_begin_ = at_ + 1;
        }
        return bytes_[at_++];
    }
    void skip_blanks() noexcept;
    /// A string in quotation marks and those that follow it on the next lines, put together.
    std::string_view quoted(std::string& out);
    [[nodiscard]] std::string_view rest() const noexcept { return bytes_.substr(at_); }
    [[nodiscard]] gateway::Position position() const noexcept {
        return {line_, static_cast<std::uint32_t>(at_ - line_begin_ + 1)};
    }
    [[noreturn]] void fail(gateway::Errc code, std::string const& what) const;
    [[noreturn]] void fail(gateway::Errc code, gateway::Position at, std::string const& what) const;

  private:
    std::string_view bytes_;
    std::string name_;
    std::size_t at_ = 0;
    std::uint64_t line_ = 1;
    std::size_t line_begin_ = 0;
};

struct Value {
    std::string text;
    bool quoted = false;
};

struct Keyword {
    std::string name;     ///< upper case: "VALUES"
    std::string language; ///< of "VALUES[en]"; empty for the main language
    std::vector<std::string> keys;
    std::vector<Value> values;
    gateway::Position at;
};

/// Reads keywords up to DATA=, whose numbers are left to the caller.
std::vector<Keyword> read_keywords(Cursor& cursor);

} // namespace adapters::px

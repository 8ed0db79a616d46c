// Lines of the register's files: fields parted by ';', no quotes, '#' opens a comment.
//
// Errors   Error malformed naming file, line, what was found and what is expected
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"

namespace gateway::harmonize::territory {

/// Reads one file line by line into a fixed number of fields.
class RegisterLines {
  public:
    RegisterLines(std::string_view text, std::string file, std::span<std::string_view> fields,
                  std::string form)
        : text_(text), file_(std::move(file)), fields_(fields), form_(std::move(form)) {}

    /// Fills the fields with the next line; false at the end.
    bool next();
    [[nodiscard]] std::uint32_t line() const noexcept { return line_; }
    [[noreturn]] void refuse(std::string const& found, std::string const& expected) const;

    /// A day, `otherwise` for nothing.
    [[nodiscard]] std::int32_t day(std::string_view text, std::int32_t otherwise) const;
    [[nodiscard]] std::optional<std::int64_t> count(std::string_view text) const;

  private:
    std::string_view text_;
    std::string file_;
    std::span<std::string_view> fields_;
    std::string form_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 0;
};

} // namespace gateway::harmonize::territory

// What the readers share: numbering components and codes, reading values, checking roles. Internal to them.
//
// Errors   Error too_large past the limits: a message whose codes do not fit in memory is no message.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdmx/dictionary.hpp"
#include "adapters/sdmx/sink.hpp"
#include "adapters/sdmx/structure.hpp"

namespace adapters::sdmx {

inline constexpr std::size_t most_components = 1000;
inline constexpr std::size_t most_codes = 20'000'000;

class SinkWriter {
  public:
    /// `structures` may be nullptr; otherwise it must outlive the writer.
    SinkWriter(SdmxSink& to, Structures const* structures, std::string document)
        : sink(to), structures_(structures), document_(std::move(document)) {}

    /// Starts a data set: from now on roles follow its data structure, where that is known.
    void data_set(DataSetInfo const& info);
    /// Number of a component. `role` is what the message itself says; the data structure decides where it does
    /// not.
    std::uint32_t component(std::string_view id, Role role = Role::unknown);
    [[nodiscard]] Role role(std::uint32_t component) const noexcept { return roles_[component]; }
    [[nodiscard]] std::string_view id(std::uint32_t component) const noexcept { return ids_.text(component); }
    Coded code(std::uint32_t component, std::string_view text) {
        auto const found = codes_[component]->number_of(text);
        if (found.is_new) announce(component, found.number, text);
        return {component, found.number};
    }
    /// The data structure of the current data set, or nullptr.
    [[nodiscard]] DataStructure const* structure() const noexcept { return current_; }

    SdmxSink& sink;

  private:
    void announce(std::uint32_t component, std::uint32_t number, std::string_view text);

    Structures const* structures_;
    std::string document_; ///< for messages
    DataStructure const* current_ = nullptr;
    Dictionary ids_;
    std::vector<Role> roles_;
    std::vector<std::unique_ptr<Dictionary>> codes_;
    std::size_t code_count_ = 0;
};

/// Reads a value of a measure: a number with '.' (or `mark`), with or without exponent; empty, NaN and #N/A are
/// absent; everything else is text.
Measured measured(std::uint32_t component, std::string_view text, char mark = '.');

/// Reads "1.5E+3". Nothing for what is no number or does not fit.
std::optional<Decimal> parse_number(std::string_view text, char mark = '.');

/// True for what SDMX writes where a value is missing on purpose.
bool is_absent(std::string_view text) noexcept;

} // namespace adapters::sdmx

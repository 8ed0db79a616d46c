// Texts of a workbook: shared strings, rich text, phonetic readings left out, _x000D_ resolved.
//
// Memory   the first 4 MiB of shared strings and of their places; more go to a temporary file, and more than
//          max_bytes are refused.
// Source   ECMA-376 part 1, 18.4
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "adapters/xlsx/package.hpp"
#include "gateway/io/spilled_bytes.hpp"

namespace adapters::xlsx {

/// Collects the text of one <si> or <is>: all its <t>, but not those of <rPh>.
class TextCollector {
  public:
    /// False where `name` is not part of a text.
    void start(std::string_view name, XmlAttributes const& attributes);
    void end(std::string_view name);
    void text(std::string_view raw, bool verbatim);
    /// What was collected is appended to `out`; the collector is empty again.
    void take(std::string& out);

  private:
    std::string run_; // the <t> being read
    std::string collected_;
    bool in_text_ = false;
    bool preserve_ = false;
    bool phonetic_ = false;
};

/// Resolves "_x000D_"; "_x005F_" stands for the underscore of a text that looks like one. Appends.
void unescape_ooxml(std::string_view text, std::string& out);

class SharedStrings {
  public:
    static constexpr std::size_t max_bytes = std::size_t{2} << 30U;

    SharedStrings() = default;
    /// \throws Error too_large, malformed, io where there is no room for the temporary file
    SharedStrings(Package const& package, std::string_view part);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept {
        auto const from = index == 0 ? 0 : end_of(index - 1);
        return text_.view().substr(from, end_of(index) - from);
    }
    /// True where they did not fit into memory.
    [[nodiscard]] bool are_spilled() const noexcept { return text_.is_spilled() || ends_.is_spilled(); }

  private:
    [[nodiscard]] std::uint32_t end_of(std::size_t index) const noexcept {
        std::uint32_t end = 0;
        std::memcpy(&end, ends_.view().data() + index * sizeof end, sizeof end);
        return end;
    }
    gateway::io::SpilledBytes text_;
    gateway::io::SpilledBytes ends_; ///< std::uint32_t each
    std::size_t size_ = 0;
};

} // namespace adapters::xlsx

// Texts of a workbook: shared strings, rich text, phonetic readings left out, _x000D_ resolved.
//
// Memory   all shared strings of a workbook in one piece; more than max_bytes are refused.
// Source   ECMA-376 part 1, 18.4
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/xlsx/package.hpp"

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
    static constexpr std::size_t max_bytes = std::size_t{256} << 20U;

    SharedStrings() = default;
    /// \throws Error too_large, malformed
    SharedStrings(Package const& package, std::string_view part);

    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept {
        auto const from = index == 0 ? 0 : ends_[index - 1];
        return std::string_view{text_}.substr(from, ends_[index] - from);
    }

  private:
    std::string text_;
    std::vector<std::uint32_t> ends_;
};

} // namespace adapters::xlsx

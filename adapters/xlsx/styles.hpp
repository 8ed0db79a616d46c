// Styles: from the style number of a cell to the number format that shows it.
//
// Source   ECMA-376 part 1, 18.8 (cellXfs, numFmts)
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "adapters/xlsx/number_format.hpp"
#include "adapters/xlsx/package.hpp"

namespace adapters::xlsx {

class Styles {
  public:
    /// Every style is General.
    Styles();
    /// \throws Error malformed
    Styles(Package const& package, std::string_view part);

    [[nodiscard]] NumberFormat const& general() const noexcept { return formats_.front(); }
    /// Nothing where styles.xml has no such style.
    [[nodiscard]] NumberFormat const* of(std::uint32_t style) const noexcept {
        if (style < styles_.size()) return &formats_[styles_[style]];
        return style == 0 ? &formats_.front() : nullptr;
    }

  private:
    std::vector<NumberFormat> formats_;
    std::vector<std::uint32_t> styles_; // style to format
};

} // namespace adapters::xlsx

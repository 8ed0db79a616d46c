// Structural scan: where fields and lines end in a window of text, 64 bytes at a time.
//
// Three kernels give the same answer (scalar, AVX2, AVX-512); the machine decides at run time which one is
// used. Quotation marks are only noticed: few documents have any, and rows with one are cut by hand.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/io/scan_kernel.hpp"

namespace adapters::genesis {

using gateway::io::best_scan_kernel;
using gateway::io::can_scan_with;
using gateway::io::ScanKernel;
using gateway::io::Untouched;

using Offsets = std::vector<std::uint32_t, Untouched<std::uint32_t>>;

/// Offsets within the window scanned last.
struct ScanMarks {
    Offsets ends;              ///< every ';' and every line feed
    Offsets line_ends;         ///< indices into `ends` of the line feeds
    std::size_t end_count = 0; ///< entries in use; the vectors keep slack behind
    std::size_t line_count = 0;
    bool quotes = false; ///< the window holds at least one '"'
};

/// Scans a window of less than 4 GiB.
void scan(std::string_view window, ScanMarks& marks, ScanKernel kernel = best_scan_kernel());

/// Number of line feeds.
std::uint64_t count_lines(std::string_view text) noexcept;

} // namespace adapters::genesis

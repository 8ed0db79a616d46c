// Structural scan of delimited text: where fields end, outside quotation marks, 64 bytes at a time.
//
// The window begins outside quotation marks, at the start of a row. Quotation marks that do not stand where a
// sound writer puts them (not at the edge of a field, not doubled) are not judged here: the first one is
// reported, and the caller cuts that row by hand.
//
// Kernels  scalar, AVX2, AVX-512 give the same answer; the machine decides at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/io/scan_kernel.hpp"

namespace adapters::csv {

using gateway::io::best_scan_kernel;
using gateway::io::can_scan_with;
using gateway::io::ScanKernel;
using gateway::io::Untouched;

struct ScanBytes {
    char delimiter = ',';
    char line_end = '\n';
    char quote = '"'; ///< '\x01' = quotation marks are letters
};

struct ScanMarks {
    std::vector<std::uint32_t, Untouched<std::uint32_t>> ends; ///< delimiters and line ends outside quotes
    std::size_t count = 0;                                     ///< entries in use
    std::size_t stray =
        SIZE_MAX;             ///< offset of the first quotation mark out of place; everything before is sound
    bool doubled = false;     ///< some quotation mark is doubled
    bool inner_lines = false; ///< some line end stands inside quotation marks
};

/// Scans a window of less than 4 GiB.
void scan(std::string_view window, ScanBytes const& bytes, ScanMarks& marks,
          ScanKernel kernel = best_scan_kernel());

} // namespace adapters::csv

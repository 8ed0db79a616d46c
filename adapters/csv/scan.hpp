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
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace adapters::csv {

struct ScanBytes {
    char delimiter = ',';
    char line_end = '\n';
    char quote = '"'; ///< '\x01' = quotation marks are letters
};

/// Leaves new elements as they are: room for the worst window is mostly never touched.
template <typename T>
struct Untouched : std::allocator<T> {
    template <typename U>
    struct rebind {
        using other = Untouched<U>;
    };
    template <typename U>
    void construct(U* place) noexcept {
        ::new (static_cast<void*>(place)) U;
    }
};

struct ScanMarks {
    std::vector<std::uint32_t, Untouched<std::uint32_t>> ends; ///< delimiters and line ends outside quotes
    std::size_t count = 0;                                     ///< entries in use
    std::size_t stray =
        SIZE_MAX;             ///< offset of the first quotation mark out of place; everything before is sound
    bool doubled = false;     ///< some quotation mark is doubled
    bool inner_lines = false; ///< some line end stands inside quotation marks
};

enum class ScanKernel : std::uint8_t { scalar, avx2, avx512 };
bool can_scan_with(ScanKernel kernel) noexcept;
ScanKernel best_scan_kernel() noexcept;

/// Scans a window of less than 4 GiB.
void scan(std::string_view window, ScanBytes const& bytes, ScanMarks& marks,
          ScanKernel kernel = best_scan_kernel());

} // namespace adapters::csv

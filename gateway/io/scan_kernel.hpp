// What the scanners of delimited text share: which kernel this machine runs, and vectors that are not cleared.
//
// Kernels  scalar, AVX2, AVX-512; each scanner gives the same answer with all of them
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace gateway::io {

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

enum class ScanKernel : std::uint8_t { scalar, avx2, avx512 };

/// Whether this machine runs a kernel.
bool can_scan_with(ScanKernel kernel) noexcept;
/// The fastest kernel of this machine.
ScanKernel best_scan_kernel() noexcept;

} // namespace gateway::io

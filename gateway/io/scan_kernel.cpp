#include "gateway/io/scan_kernel.hpp"

#include "gateway/io/processor.hpp"

namespace gateway::io {

bool can_scan_with(ScanKernel kernel) noexcept {
    if (kernel == ScanKernel::scalar) return true;
#if defined(__x86_64__)
    return kernel == ScanKernel::avx2 ? has_avx2() : has_avx512();
#else
    return false;
#endif
}

ScanKernel best_scan_kernel() noexcept {
    static ScanKernel const best = [] {
        for (auto const kernel : {ScanKernel::avx512, ScanKernel::avx2})
            if (can_scan_with(kernel)) return kernel;
        return ScanKernel::scalar;
    }();
    return best;
}

} // namespace gateway::io

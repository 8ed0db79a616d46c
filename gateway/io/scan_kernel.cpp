#include "gateway/io/scan_kernel.hpp"

namespace gateway::io {

bool can_scan_with(ScanKernel kernel) noexcept {
    if (kernel == ScanKernel::scalar) return true;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (kernel == ScanKernel::avx2) return __builtin_cpu_supports("avx2") != 0;
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
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

// What the processor can do, as the C library found out when the program was loaded.
//
// The compiler's __builtin_cpu_supports asks the processor once more before main(): some ten CPUID instructions, each of
// which leaves a virtual machine and takes 10 us there. Where the C library tells nothing the compiler is asked.
//
// Source   glibc manual, Platform-specific facilities, X86 (sys/platform/x86.h, since 2.33)
#pragma once

#ifdef __x86_64__

#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define KREISLAUF_PROCESSOR_HAS(name, text) (CPU_FEATURE_ACTIVE(name))
#else
#define KREISLAUF_PROCESSOR_HAS(name, text) (__builtin_cpu_supports(text) != 0)
#endif

namespace gateway::io {

inline bool has_sse42() noexcept {
    return KREISLAUF_PROCESSOR_HAS(SSE4_2, "sse4.2");
}
inline bool has_bmi2() noexcept {
    return KREISLAUF_PROCESSOR_HAS(BMI2, "bmi2");
}
inline bool has_avx2() noexcept {
    return KREISLAUF_PROCESSOR_HAS(AVX2, "avx2");
}
/// The instructions on bytes included.
inline bool has_avx512() noexcept {
    return KREISLAUF_PROCESSOR_HAS(AVX512F, "avx512f") && KREISLAUF_PROCESSOR_HAS(AVX512BW, "avx512bw");
}

} // namespace gateway::io

#undef KREISLAUF_PROCESSOR_HAS

#endif

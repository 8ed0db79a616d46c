// Whether the program is built with a sanitizer, which keeps what was freed and takes its time.
#pragma once

namespace gateway {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

} // namespace gateway

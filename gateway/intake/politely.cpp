#include "gateway/intake/politely.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace gateway::intake {

void step_back() noexcept {
    constexpr int polite = 10;
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), polite));
}

} // namespace gateway::intake

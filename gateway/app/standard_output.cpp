#include "gateway/app/standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace gateway::app {

Exit when_printed(Exit exit) {
    // An earlier piece that failed is known, but no longer why.
    bool const failed_before = std::ferror(stdout) != 0;
    int const reason = std::fflush(stdout) == 0 ? 0 : errno;
    if (!failed_before && reason == 0) return exit;
    std::fprintf(
        stderr,
        "kreislauf: not all that was printed arrived: %s; what was done stays done, print it again to where "
        "there is room (io)\n",
        reason == 0 ? "standard output could not be written" : std::strerror(reason));
    return exit == Exit::done || exit == Exit::incomplete ? Exit::failed : exit;
}

} // namespace gateway::app

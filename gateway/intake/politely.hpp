// Work that can wait: below the priority of everything that answers somebody.
//
// Linux has a nice value for each thread, and takes no thread back up: such work gets a thread of its own.
#pragma once

#include <future>
#include <utility>

namespace gateway::intake {

/// Lowers the priority of the calling thread, and of those that it starts from now on.
void step_back() noexcept;

/// Does it on a thread of its own, and waits for it. Throws what it throws.
template <typename Work>
auto politely(Work&& work) {
    return std::async(std::launch::async,
                      [&work] {
                          step_back();
                          return std::forward<Work>(work)();
                      })
        .get();
}

} // namespace gateway::intake

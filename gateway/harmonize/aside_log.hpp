// Rows and cells that became no observation, each with its place and cause: what a quarantine file is made from.
//
// Shape    runs of lines with one cause, so that a document of which nothing can be used costs as little as a sound one
// Memory   24 bytes per run, at most most_runs; beyond that is_complete is false, and what was noted is the first part
// Threads  one log per reader; take() when they are done
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/cells.hpp"

namespace gateway::harmonize {

struct AsideCause {
    Errc code = Errc::malformed;
    std::string text, next_step;
};

/// `count` lines from `line` on, set aside for one cause.
struct AsideRun {
    std::uint64_t line = 0;
    std::uint32_t count = 1;
    std::uint32_t column = 0; ///< 0 = not known
    std::uint32_t cause = 0;  ///< index of AsideLog::causes()
};

class AsideLog {
  public:
    static constexpr std::size_t most_runs = std::size_t{1} << 21U;
    /// Distinct texts of one code; further rows of it get a text that speaks of all.
    static constexpr std::size_t most_texts = 4096;

    void add(SetAside const& row);
    /// The same with a number that the caller has given out; cause() tells later what it means.
    void add_numbered(std::uint32_t number, std::uint64_t line, std::uint32_t column) {
        push({line, 1, column, numbered_bit | number});
    }
    /// Takes over what another log noted. `numbered` says what its numbers mean.
    template <typename CauseOf>
    void take(AsideLog const& other, CauseOf const& numbered) {
        for (auto run : other.runs_) {
            run.cause = (run.cause & numbered_bit) != 0 ? intern(numbered(run.cause & ~numbered_bit))
                                                        : intern(other.causes_[run.cause]);
            push(run);
        }
        is_complete_ = is_complete_ && other.is_complete_;
    }
    /// By line, column and cause; what is said twice of one place is said once. Of a log without numbered causes.
    void sort();

    [[nodiscard]] std::vector<AsideRun> const& runs() const noexcept { return runs_; }
    [[nodiscard]] std::vector<AsideCause> const& causes() const noexcept { return causes_; }
    [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }

  private:
    static constexpr std::uint32_t numbered_bit = std::uint32_t{1} << 31U;
    void push(AsideRun const& run);
    std::uint32_t intern(AsideCause cause);

    std::vector<AsideRun> runs_;
    std::vector<AsideCause> causes_;
    std::map<std::pair<Errc, std::string>, std::uint32_t> numbers_;
    std::map<Errc, std::size_t> texts_;
    bool is_complete_ = true;
};

} // namespace gateway::harmonize

#include "gateway/harmonize/aside_log.hpp"

#include <algorithm>
#include <tuple>

namespace gateway::harmonize {

void AsideLog::add(SetAside const& row) {
    push({row.position.line, 1, row.position.column,
          intern({row.code, std::string{row.text}, std::string{row.next_step}})});
}

void AsideLog::push(AsideRun const& run) {
    if (!runs_.empty()) {
        auto& last = runs_.back();
        if (last.cause == run.cause && last.column == run.column && last.line + last.count == run.line &&
            run.line != 0 && last.count < UINT32_MAX - run.count) {
            last.count += run.count;
            return;
        }
    }
    if (runs_.size() >= most_runs) {
        is_complete_ = false;
        return;
    }
    runs_.push_back(run);
}

std::uint32_t AsideLog::intern(AsideCause cause) {
    auto found = numbers_.find({cause.code, cause.text});
    if (found != numbers_.end()) return found->second;
    if (++texts_[cause.code] > most_texts) {
        cause.text = std::string{to_string(cause.code)};
        found = numbers_.find({cause.code, cause.text});
        if (found != numbers_.end()) return found->second;
    }
    auto const number = static_cast<std::uint32_t>(causes_.size());
    numbers_.emplace(std::pair{cause.code, cause.text}, number);
    causes_.push_back(std::move(cause));
    return number;
}

void AsideLog::sort() {
    std::sort(runs_.begin(), runs_.end(), [](AsideRun const& a, AsideRun const& b) {
        return std::tie(a.line, a.column, b.count, a.cause) < std::tie(b.line, b.column, a.count, b.cause);
    });
    // Whoever folds issues tells each row, and the first of them once more with the sum: that one is dropped.
    std::map<std::pair<std::uint32_t, Errc>, std::uint64_t>
        ends; // by column and code: line behind the last run
    runs_.erase(std::remove_if(runs_.begin(), runs_.end(),
                               [&](AsideRun const& run) {
                                   auto& end = ends[{run.column, causes_[run.cause].code}];
                                   if (run.line != 0 && run.count == 1 && run.line < end) return true;
                                   end = std::max(end, run.line + run.count);
                                   return false;
                               }),
                runs_.end());
}

} // namespace gateway::harmonize

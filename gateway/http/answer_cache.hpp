// Answers that everybody may see, kept as long as the Service stands by them.
//
// Key      host, target, preferred coding, and the values of the request fields that the answer varies with.
// Stale    an answer carries the Service's generation from before it was made; with another one it is not there for
//          clients. It stays for revisit(): most commits change little, and the Service may say that it still holds.
// Threads  any
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/http/answer.hpp"
#include "gateway/http/request_head.hpp"

namespace gateway::http {

class AnswerCache {
  public:
    explicit AnswerCache(std::size_t limit_bytes) : limit_bytes_{limit_bytes} {}

    /// Null where there is none of this generation.
    std::shared_ptr<Answer const> find(RequestHead const& head, Coding coding, std::uint64_t generation);
    /// The answer of another generation; null where there is none.
    std::shared_ptr<Answer const> revisit(Request const& request, Coding coding);
    /// Keeps an answer that is not larger than an eighth of the room.
    void keep(Request const& request, Coding coding, std::uint64_t generation,
              std::shared_ptr<Answer const> answer);
    [[nodiscard]] std::size_t bytes() const;

  private:
    static constexpr std::size_t most_variants = 32; ///< of one target; the oldest gives way
    struct Variant {
        std::uint64_t generation = 0;
        std::vector<std::string> values; ///< of answer->vary, in its order
        std::shared_ptr<Answer const> answer;
    };
    struct Slot {
        std::string key;
        std::vector<Variant> variants;
        std::size_t bytes = 0;
    };
    using Slots = std::list<Slot>; ///< the last used first
    static void set_key(std::string& key, std::string_view host, std::string_view target, Coding coding);
    void drop(Slot& slot, std::size_t at);

    std::size_t const limit_bytes_;
    mutable std::mutex mutex_;
    std::size_t bytes_ = 0;
    Slots slots_;
    std::unordered_map<std::string_view, Slots::iterator> index_; ///< views into Slot::key
    std::string wanted_;
};

} // namespace gateway::http

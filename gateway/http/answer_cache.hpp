// Answers that everybody may see, kept as long as the Service stands by them.
//
// Key      host, target, preferred coding, and the values of the request fields that the answer varies with.
// Stale    an answer carries the Service's generation from before it was made; with another one it is not there for
//          clients. It stays for revisit(): most commits change little, and the Service may say that it still holds.
// Files    a body of 16 to 64 KiB that is asked for again and again moves into a SealedFile; below and above that,
//          copying is as fast or faster (docs/adr/0024-hot-answers-in-sealed-files.md)
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
    static constexpr std::size_t least_in_file = std::size_t{16} << 10U;
    static constexpr std::size_t most_in_file = std::size_t{64} << 10U;
    static constexpr unsigned often = 4; ///< found so many times, it will be asked for again

    /// At most `most_files` bodies are in files at a time; 0: none.
    explicit AnswerCache(std::size_t limit_bytes, std::size_t most_files = 0)
        : limit_bytes_{limit_bytes}, most_files_{most_files} {}

    struct Found {
        std::shared_ptr<Answer const> answer; ///< null where there is none of this generation
        bool may_move = false;                ///< worth a move_to_file(): said each time it was found often
    };
    Found find(RequestHead const& head, Coding coding, std::uint64_t generation);
    /// Puts the body of a kept answer into a file. The one not used for longest comes back into memory where there are too
    /// many; without effect where the answer is not kept any more or the system has no room.
    void move_to_file(std::string_view host, std::string_view target, Coding coding,
                      std::shared_ptr<Answer const> const& answer);
    /// The answer of another generation; null where there is none.
    std::shared_ptr<Answer const> revisit(Request const& request, Coding coding);
    /// Keeps an answer that is not larger than an eighth of the room.
    void keep(Request const& request, Coding coding, std::uint64_t generation,
              std::shared_ptr<Answer const> answer);
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::size_t files() const;

  private:
    static constexpr std::size_t most_variants = 32; ///< of one target; the oldest gives way
    struct Variant {
        std::uint64_t generation = 0;
        std::vector<std::string> values; ///< of answer->vary, in its order
        std::shared_ptr<Answer const> answer;
        unsigned hits = 0; ///< since it was last offered to a file
    };
    struct Slot {
        std::string key;
        std::vector<Variant> variants;
        std::size_t bytes = 0;
    };
    using Slots = std::list<Slot>; ///< the last used first
    static void set_key(std::string& key, std::string_view host, std::string_view target, Coding coding);
    [[nodiscard]] Slots::iterator slot_of(std::string_view host, std::string_view target, Coding coding);
    void count(Slot& slot, Answer const& answer) noexcept;
    void take_off(Slot& slot, Answer const& answer) noexcept;
    void drop(Slot& slot, std::size_t at);
    void move_last_back();

    std::size_t const limit_bytes_;
    std::size_t const most_files_;
    mutable std::mutex mutex_;
    std::size_t bytes_ = 0;
    std::size_t files_ = 0;
    Slots slots_;
    std::unordered_map<std::string_view, Slots::iterator> index_; ///< views into Slot::key
    std::string wanted_;
};

} // namespace gateway::http

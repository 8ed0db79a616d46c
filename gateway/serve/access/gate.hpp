// Gate: who asks, whether too often, and what is public at the moment.
//
// A key comes as "Authorization: Bearer KEY" or "X-API-Key: KEY". Changes of keys.json and access.toml by other
// processes count within a quarter of a second, without restart. A changed access.toml that cannot be read leaves
// the rules in force as they were and is complained about.
//
// Threads  from any
// Errors   Refusal 401 for a key that does not count, 429 with Retry-After for too many requests
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/http/message.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/access/keys.hpp"
#include "gateway/serve/access/limiter.hpp"
#include "gateway/serve/access/release.hpp"
#include "gateway/serve/access/transmissions.hpp"

namespace gateway::serve::access {

class Gate {
  public:
    using Now = std::function<UnixTime()>;
    /// \throws Error malformed for files that cannot be read at the start
    Gate(std::string folder, Limits limits, std::function<void(std::string_view)> complain, Now now);

    Caller admit(http::Request const& request);
    std::shared_ptr<Release const> release();
    /// Grows when rules or keys change.
    std::uint64_t revision() noexcept;
    /// Writes down that restricted data goes out; durable on return. \throws Error io: then send nothing
    void record(Caller const& caller, std::string const& target, std::set<std::string> const& datasets,
                std::string const& request_id);

  private:
    struct State {
        std::shared_ptr<Release const> release;
        std::map<std::string, Key, std::less<>> keys;
    };
    std::shared_ptr<State const> state();
    std::shared_ptr<State const> loaded() const;
    [[nodiscard]] std::string stamps() const;
    Key const& require_key(State const& state, std::string_view text) const;
    void limit(Limits const& limits, std::string const& name, Rate const& rate, std::string_view address);

    std::string folder_;
    KeyFile keys_;
    Limits limits_;
    std::function<void(std::string_view)> complain_;
    Now now_;
    Limiter limiter_;
    Transmissions transmissions_;

    std::mutex guard_;
    std::shared_ptr<State const> state_;
    std::string stamps_;
    std::int64_t looked_ns_ = 0;
    std::atomic<std::uint64_t> revision_{1};
};

} // namespace gateway::serve::access

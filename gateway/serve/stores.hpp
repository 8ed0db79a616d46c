// Stores: read-only connections to the store, each used by one request at a time.
//
// A lease shows the store as its caller may see it (access/visible_store.hpp); a body that is made while it is sent
// keeps its lease until it is done. There are never more than `most` of them: beyond that a caller is told to come
// back, so that slow clients cannot take the machine's memory.
//
// Threads  Stores from any thread; a Lease belongs to one request
// Errors   Error not_found where there is no store; Refusal 503 where every connection is in use
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/serve/access/visible_store.hpp"
#include "gateway/store/sql.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve {

class Stores;

class Lease {
  public:
    Lease(Stores& stores, std::unique_ptr<store::Store> inner, std::uint64_t epoch,
          std::shared_ptr<access::Release const> release, access::Caller const& caller,
          std::shared_ptr<access::Audit> audit);
    ~Lease();
    Lease(Lease const&) = delete;
    Lease& operator=(Lease const&) = delete;

    /// The store as the caller sees it.
    [[nodiscard]] access::VisibleStore& store() noexcept { return visible_; }

  private:
    Stores& stores_;
    std::unique_ptr<store::Store> inner_;
    std::uint64_t epoch_;
    std::shared_ptr<access::Release const> release_;
    std::shared_ptr<access::Audit> audit_;
    access::VisibleStore visible_;
};

class Stores {
  public:
    explicit Stores(std::string directory, std::size_t most = 64);

    std::shared_ptr<Lease> lease(std::shared_ptr<access::Release const> release, access::Caller const& caller,
                                 std::shared_ptr<access::Audit> audit);
    /// Changes within 50 ms of a commit of any process. 0 while there is no store.
    std::uint64_t generation() noexcept;
    /// The same at once: looks itself, which costs some microseconds.
    std::uint64_t generation_now() noexcept;
    [[nodiscard]] std::string const& directory() const noexcept { return directory_; }

  private:
    friend class Lease;
    void give_back(std::unique_ptr<store::Store> inner, std::uint64_t epoch) noexcept;
    std::uint64_t look() noexcept;

    std::string directory_;
    std::size_t most_;
    std::mutex guard_;
    std::vector<std::unique_ptr<store::Store>> idle_;
    std::size_t out_ = 0;
    std::atomic<std::uint64_t> epoch_{1}; ///< grows when the file is replaced by another

    std::mutex watch_guard_;
    std::unique_ptr<store::Database> watched_;
    std::unique_ptr<store::Statement> version_;
    std::uint64_t inode_ = 0;
    std::atomic<std::uint64_t> generation_{0};
    std::atomic<std::int64_t> looked_ns_{0};
};

} // namespace gateway::serve

// A store that is not there yet, written beside its place: the first commit makes it visible, whole.
//
// Nothing can be lost before there is a first commit, so nothing is written twice for it: SQLite writes the file
// without a log and without waiting, in DIR/store.sqlite-new; publish() syncs the file once, moves it to
// DIR/store.sqlite and syncs the directory. What comes after goes through a log (WAL), as in every store.
// A kill before the move leaves no store, only a -new file that whoever makes the store next writes over.
//
// Locks    whoever makes a store locks its directory (flock), until the store is there or its process has ended.
//          Others wait for a second, as for any other writer. Internal to gateway/store.
// Errors   Error conflict where another process is making the store, or has made one that is in the way; io
#pragma once

#include <memory>
#include <string>

#include "gateway/io/aside.hpp"

namespace gateway::store {

/// The lock on the directory of a store that is to be made.
class MakingLock {
  public:
    /// Waits until nobody else holds it; gives up as soon as the store is there.
    explicit MakingLock(std::string const& directory);
    ~MakingLock();
    MakingLock(MakingLock const&) = delete;
    MakingLock& operator=(MakingLock const&) = delete;
    /// False where somebody else has made the store meanwhile, or the file system knows no locks.
    [[nodiscard]] bool held() const noexcept { return held_; }
    [[nodiscard]] int directory() const noexcept { return directory_; }

  private:
    int directory_ = -1;
    bool held_ = false;
};

class NewStore {
  public:
    /// Lays an empty store down beside its place; nullptr where there is a store already, or where the file system
    /// cannot do it: then the store is opened as usual. The directory exists; its entry is durable when publish() returns,
    /// and on return where there is nothing to publish.
    static std::unique_ptr<NewStore> make(std::string const& directory);
    /// Removes what was not published.
    ~NewStore();
    NewStore(NewStore const&) = delete;
    NewStore& operator=(NewStore const&) = delete;

    /// Where SQLite writes.
    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] std::string store() const {
        return directory_ + "/store.sqlite";
    } ///< where it is published
    /// To be called when a transaction is complete in the file and nothing else uses it. Durable on return. After an
    /// Error the store is given up: what was written is no longer to be had.
    void publish();
    [[nodiscard]] bool published() const noexcept { return state_ == State::published; }
    [[nodiscard]] bool failed() const noexcept { return state_ == State::failed; }

  private:
    enum class State { open, published, failed };
    NewStore(std::string directory, std::unique_ptr<MakingLock> lock);
    [[nodiscard]] bool write_empty() const noexcept;

    std::string directory_;
    std::string path_;
    std::unique_ptr<MakingLock> lock_;
    io::Aside<void> entry_durable_; ///< of the directory
    State state_ = State::open;
};

} // namespace gateway::store

// Keys: who may see what is not public, and until when.
//
// Shape    a key is "kl_" + id + "_" + 256 random bits; the file keeps the id, the SHA-256 of the whole key, scope,
//          purpose, expiry and revocation. A random key cannot be guessed from its hash, so no slow hash is needed.
// File     keys.json in the service's folder, replaced as a whole and durably; a lock keeps two commands apart
// Errors   Error malformed naming the file; not_found for a key that is not there; io
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/serve/access/release.hpp"

namespace gateway::serve::access {

struct Key {
    std::string id;     ///< "7f3a09c2", public
    std::string sha256; ///< of the whole key
    Scope scope;
    std::string purpose;
    UnixTime created = 0;
    UnixTime expires = 0; ///< first second in which it no longer counts
    std::optional<UnixTime> revoked;
    [[nodiscard]] bool counts(UnixTime now) const noexcept { return now < expires && !revoked; }
};

class KeyFile {
  public:
    /// `folder` is the service's own; nothing is created before create().
    explicit KeyFile(std::string folder);

    [[nodiscard]] std::vector<Key> read() const;
    /// The new key as its owner gets it, once, and what is kept of it.
    std::pair<std::string, Key> create(Scope const& scope, UnixTime expires, std::string const& purpose,
                                       UnixTime now);
    /// \throws Error not_found; conflict where it was revoked before
    void revoke(std::string_view id, UnixTime now);
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    std::string folder_, path_;
};

/// Id in a key that has the right form; nothing otherwise.
std::optional<std::string_view> id_of_key(std::string_view key) noexcept;
/// Takes the same time wherever two texts of one length differ.
bool same_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// Holds the lock `name` in `folder` while it lives.
class FolderLock {
  public:
    FolderLock(std::string const& folder, std::string const& name);
    ~FolderLock();
    FolderLock(FolderLock const&) = delete;
    FolderLock& operator=(FolderLock const&) = delete;

  private:
    int file_ = -1;
};

} // namespace gateway::serve::access

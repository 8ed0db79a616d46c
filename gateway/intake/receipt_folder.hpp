// Where receipts are kept: the file of lines, its head, the keys.
//
// Order    a line is written and synced, then the head. A kill between the two leaves a line that the head does not
//          know: it counts, being signed. What a kill left of a line that never became whole is cut off; a whole line
//          never is.
// Keys     a new key lies as receipt.key.next until receipt.pub names it; whoever comes next finishes that
// Errors   Error io; checksum where receipt.key is not what receipt.pub names last
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/io/ed25519.hpp"

namespace gateway::intake {

/// Number and hash of a receipt.
struct ReceiptLink {
    std::uint64_t no = 0;
    std::string hash = std::string(64, '0');
};

class ReceiptFolder {
  public:
    explicit ReceiptFolder(std::string path) : path_(std::move(path)) {}

    /// Held by whoever writes; waits for others.
    class Lock {
      public:
        explicit Lock(std::string const& folder);
        ~Lock();
        Lock(Lock const&) = delete;
        Lock& operator=(Lock const&) = delete;

      private:
        int file_ = -1;
    };
    /// Creates the folder where there is none.
    [[nodiscard]] Lock lock() const;

    /// Under the lock. Makes the key where there never was one.
    [[nodiscard]] io::SigningKey signing_key() const;
    /// Under the lock.
    [[nodiscard]] io::SigningKey renew_key() const;
    /// Text of receipt.pub; empty where there is none.
    [[nodiscard]] std::string public_pem() const;

    /// All lines; empty where there are none.
    [[nodiscard]] std::string lines() const;
    /// Nothing where there is none, or it is not what was written.
    [[nodiscard]] std::optional<ReceiptLink> head() const;
    [[nodiscard]] bool has_head() const;
    /// Makes the file `keep` bytes long, adds `line` and its end, syncs. Under the lock.
    void append(std::uint64_t keep, std::string const& line) const;
    /// What a killed writer wrote is there, and need not be durable.
    void sync_lines() const;
    void write_head(ReceiptLink const& link) const;

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    [[nodiscard]] std::string file(char const* name) const { return path_ + "/" + name; }
    [[nodiscard]] io::SigningKey read_key(std::string const& path) const;
    void begin_key() const;
    void finish_key() const;
    std::string path_;
};

/// The lines of a text, without their ends; the last may lack its end.
std::vector<std::string_view> lines_of(std::string_view text);

} // namespace gateway::intake

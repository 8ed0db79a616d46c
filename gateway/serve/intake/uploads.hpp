// Uploads: files that arrive in pieces, over hours and connections, and outlive every kill.
//
// Shape    FOLDER/ID.json what was announced, ID.part the bytes, ID.at how many of them are acknowledged. What stands in
//          ID.part behind that number was cut off, or did not have its sum, and is written over.
// Durable  create() when it returns; of a piece what end() or the loss of its connection leaves: first the bytes are
//          synced, then their number
// Takeover somebody who asks where an upload stands, or sends the next piece, ends a piece that still hangs on a dead
//          connection; it keeps what came
// Threads  from any, of one process
// Errors   Refusal 404, 409, 410, 413, 460 and 507, as tus wants them; Error io
// Source   tus 1.0.0: creation, checksum, expiration, termination; docs/api.md
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/intake/delivery.hpp"
#include "gateway/serve/intake/digest.hpp"

namespace gateway::serve::intake {

struct Upload {
    std::string id; ///< 32 hex digits that nobody can guess
    std::string agreement, file;
    gateway::intake::Actor sender;
    gateway::intake::Wish wish;
    bool dry_run = false;
    std::string metadata; ///< Upload-Metadata as it was sent
    std::string sha256;   ///< of the whole file, where the sender said it
    std::uint64_t length = 0;
    UnixTime created = 0, expires = 0;
    std::uint64_t offset = 0; ///< acknowledged; not in the file
    std::string delivery;     ///< id, once it was handed over
    std::string trouble;      ///< why it could not be handed over; it never can
    bool is_checked = false;  ///< a dry run that is done
    [[nodiscard]] bool is_whole() const noexcept { return offset == length; }
    [[nodiscard]] bool is_settled() const noexcept {
        return !delivery.empty() || !trouble.empty() || is_checked;
    }
};

class Uploads {
  public:
    struct Limits {
        std::size_t most_open = 100;                           ///< of one agreement, not whole
        std::int64_t kept_seconds = std::int64_t{7} * 86400;   ///< without a new piece
        std::uint64_t spare_bytes = std::uint64_t{256} << 20U; ///< of the disk, that stay free
    };
    Uploads(std::string folder, std::function<UnixTime()> now, Limits limits);
    ~Uploads();

    /// A new one; or, where the same file is on its way already under this agreement, that one.
    Upload create(Upload upload);
    /// \throws Refusal 404, 410
    Upload find(std::string_view id);
    /// The same without an exception; for what is neither whole nor over as well.
    std::optional<Upload> look(std::string_view id);

    class Piece { ///< ends before its Uploads
      public:
        virtual ~Piece() = default; ///< keeps what came, where no sum was promised
        virtual void take(std::string_view bytes) = 0;
        virtual std::uint64_t end() = 0; ///< the new offset; durable
    };
    std::unique_ptr<Piece> begin_piece(std::string_view id, std::uint64_t offset,
                                       std::optional<Checksum> const& checksum);

    /// Path of the bytes, for whoever hands over a whole one.
    [[nodiscard]] std::string bytes_path(std::string_view id) const { return path(id, ".part"); }
    /// Writes what became of it, durably, and lets go of the bytes.
    void settle(Upload const& upload);
    /// Report of a dry run, beside the upload.
    void keep_report(std::string_view id, std::string_view json);
    [[nodiscard]] std::string report(std::string_view id) const; ///< empty where there is none
    void remove(std::string_view id);
    /// Every upload that is there; those whose time is over are removed.
    std::vector<Upload> sweep();
    /// Room for `bytes` more? \throws Refusal 507 with what is needed and what is there
    void require_room(std::uint64_t bytes) const;
    [[nodiscard]] std::string const& folder() const noexcept { return folder_; }

  private:
    struct Open;
    class OpenPiece;
    [[nodiscard]] std::string path(std::string_view id, char const* ending) const {
        return folder_ + "/" + std::string{id} + ending;
    }
    [[nodiscard]] std::optional<Upload> read(std::string_view id) const;
    [[nodiscard]] std::vector<std::string> ids() const;
    void write(Upload const& upload) const;
    void stop_piece(std::string_view id);

    std::string folder_;
    std::function<UnixTime()> now_;
    Limits limits_;
    std::mutex guard_;
    std::map<std::string, std::shared_ptr<Open>, std::less<>> open_; ///< pieces that are arriving
};

} // namespace gateway::serve::intake

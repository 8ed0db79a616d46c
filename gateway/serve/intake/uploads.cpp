#include "gateway/serve/intake/uploads.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <random>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/intake/refusals.hpp"
#include "gateway/serve/intake/upload_json.hpp"

namespace gateway::serve::intake {
namespace {

constexpr std::size_t id_digits = 32;
constexpr std::size_t at_digits = 20;
/// The day of expiry is written anew when it moved by this much, not with every piece.
constexpr std::int64_t moved_seconds = 3600;

bool is_id(std::string_view id) noexcept {
    return id.size() == id_digits && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string new_id() {
    std::random_device random;
    std::string id;
    while (id.size() < id_digits) id += "0123456789abcdef"[random() & 0xFU];
    return id;
}

class Descriptor {
  public:
    Descriptor(std::string path, int flags) : path_{std::move(path)} {
        constexpr unsigned mode = 0600;
        file_ = ::open(path_.c_str(), flags | O_CLOEXEC, mode);
        if (file_ < 0) throw Error{Errc::io, io::reason_text("cannot open", path_, errno)};
    }
    ~Descriptor() { ::close(file_); }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;

    /// Bytes written; fewer than there are where the disk is full.
    [[nodiscard]] std::size_t write(std::string_view bytes, std::uint64_t at) const {
        std::size_t done = 0;
        while (done < bytes.size()) {
            auto const count =
                ::pwrite(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) break;
            if (count < 0) throw Error{Errc::io, io::reason_text("cannot write", path_, errno)};
            done += static_cast<std::size_t>(count);
        }
        return done;
    }
    void sync() const {
        if (::fdatasync(file_) != 0) throw Error{Errc::io, io::reason_text("cannot sync", path_, errno)};
    }

  private:
    std::string path_;
    int file_ = -1;
};

void write_offset(Descriptor const& file, std::uint64_t offset) {
    auto text = std::to_string(offset);
    text.insert(0, at_digits - text.size(), '0');
    if (file.write(text, 0) != at_digits) throw Error{Errc::io, "no room for the number of bytes"};
    file.sync();
}

std::uint64_t free_bytes(std::string const& folder) {
    struct statvfs state {};
    if (::statvfs(folder.c_str(), &state) != 0)
        throw Error{Errc::io, io::reason_text("cannot look at the disk of", folder, errno)};
    return std::uint64_t{state.f_bavail} * state.f_frsize;
}

bool same_wish(Upload const& a, Upload const& b) {
    auto x = a;
    x.id = b.id;
    x.sender = b.sender;
    x.metadata = b.metadata;
    x.created = b.created;
    x.expires = b.expires;
    x.offset = b.offset;
    return upload_json(x) == upload_json(b);
}

} // namespace

/// A piece that is arriving. What is in it is used under its guard, as the next piece may end it.
struct Uploads::Open {
    Open(std::string const& part, std::string const& at) : bytes{part, O_WRONLY}, offset{at, O_WRONLY} {}

    std::mutex guard;
    Descriptor bytes, offset;
    std::uint64_t start = 0, written = 0, length = 0;
    std::unique_ptr<Digest> digest;
    Checksum promised;
    bool is_over = false;

    void acknowledge() {
        is_over = true;
        if (written == 0) return;
        bytes.sync();
        write_offset(offset, start + written);
    }
    /// Without its end: bytes that promised a sum and are not all here are worth nothing.
    void stop() {
        auto const lock = std::scoped_lock{guard};
        if (is_over) return;
        if (digest)
            is_over = true;
        else
            acknowledge();
    }
};

class Uploads::OpenPiece final : public Uploads::Piece {
  public:
    OpenPiece(Uploads& all, std::string id, std::shared_ptr<Open> open)
        : all_{all}, id_{std::move(id)}, open_{std::move(open)} {}
    ~OpenPiece() override {
        try {
            open_->stop();
        } catch (std::exception const&) { // NOLINT: what is not acknowledged is sent again
        }
        auto const lock = std::scoped_lock{all_.guard_};
        auto const found = all_.open_.find(id_);
        if (found != all_.open_.end() && found->second == open_) all_.open_.erase(found);
    }
    void take(std::string_view bytes) override {
        auto const lock = std::scoped_lock{open_->guard};
        auto& open = *open_;
        if (open.is_over) throw wrong_offset(open.start, open.start + open.written);
        if (bytes.size() > open.length - open.start - open.written)
            throw too_large(open.start + open.written + bytes.size(), open.length);
        auto const written = open.bytes.write(bytes, open.start + open.written);
        if (open.digest) open.digest->update(bytes.substr(0, written));
        open.written += written;
        if (written == bytes.size()) return;
        if (open.digest)
            open.is_over = true;
        else
            open.acknowledge();
        throw no_room(open.length - open.start - open.written, free_bytes(all_.folder_));
    }
    std::uint64_t end() override {
        auto const lock = std::scoped_lock{open_->guard};
        auto& open = *open_;
        if (open.is_over) throw wrong_offset(open.start, open.start + open.written);
        if (open.digest && open.digest->sum() != open.promised.sum) {
            open.is_over = true;
            throw wrong_checksum("the piece");
        }
        open.acknowledge();
        return open.start + open.written;
    }

  private:
    Uploads& all_;
    std::string id_;
    std::shared_ptr<Open> open_;
};

Uploads::Uploads(std::string folder, std::function<UnixTime()> now, Limits limits)
    : folder_{std::move(folder)}, now_{std::move(now)}, limits_{limits} {}

Uploads::~Uploads() = default;

std::optional<Upload> Uploads::read(std::string_view id) const {
    auto const name = path(id, ".json");
    if (!is_id(id) || !io::file_exists(name)) return std::nullopt;
    auto upload = upload_from_json(io::read_file(name), name);
    if (upload.is_settled()) {
        upload.offset = upload.length;
        return upload;
    }
    auto const at = io::read_file(path(id, ".at"));
    auto const read = std::from_chars(at.data(), at.data() + at.size(), upload.offset);
    if (read.ec != std::errc{} || upload.offset > upload.length)
        throw Error{Errc::corrupt_store,
                    path(id, ".at") + ": '" + at.substr(0, at_digits) + "' is no offset"};
    return upload;
}

void Uploads::write(Upload const& upload) const {
    io::write_durable(path(upload.id, ".json"), upload_json(upload));
}

std::vector<std::string> Uploads::ids() const {
    std::vector<std::string> found;
    std::unique_ptr<DIR, int (*)(DIR*)> const folder{::opendir(folder_.c_str()), ::closedir};
    if (!folder) return found;
    constexpr std::string_view ending = ".json";
    while (auto const* const entry = ::readdir(folder.get())) { // NOLINT: nobody else reads this stream
        std::string_view const name{static_cast<char const*>(entry->d_name)};
        if (name.size() == id_digits + ending.size() && name.substr(id_digits) == ending &&
            is_id(name.substr(0, id_digits)))
            found.emplace_back(name.substr(0, id_digits));
    }
    std::sort(found.begin(), found.end());
    return found;
}

Upload Uploads::create(Upload upload) {
    io::make_directories(folder_);
    auto const now = now_();
    std::size_t open = 0;
    for (auto const& id : ids()) {
        auto there = read(id);
        if (!there || there->agreement != upload.agreement || there->is_settled()) continue;
        if (!there->is_whole() && now >= there->expires) continue;
        if (!upload.sha256.empty() && same_wish(*there, upload)) return find(id);
        if (!there->is_whole()) ++open;
    }
    if (open >= limits_.most_open)
        throw Refusal{{429,
                       "too-many-uploads",
                       {"Too many uploads are unfinished", "Zu viele Übertragungen sind unvollendet"},
                       {std::to_string(open) + " uploads under this agreement are unfinished",
                        std::to_string(open) + " Übertragungen dieser Vereinbarung sind unvollendet"},
                       {"finish or delete one of them", "eine davon beenden oder löschen"},
                       {},
                       {},
                       {{"Retry-After", "60"}}}};
    require_room(upload.length);
    upload.id = new_id();
    upload.created = now;
    upload.expires = now + limits_.kept_seconds;
    upload.offset = 0;
    static_cast<void>(Descriptor{path(upload.id, ".part"), O_WRONLY | O_CREAT | O_EXCL});
    write_offset(Descriptor{path(upload.id, ".at"), O_WRONLY | O_CREAT | O_EXCL}, 0);
    write(upload); // and with it the directory: what is known to nobody is removed by sweep()
    return upload;
}

void Uploads::stop_piece(std::string_view id) {
    std::shared_ptr<Open> open;
    {
        auto const lock = std::scoped_lock{guard_};
        auto const found = open_.find(id);
        if (found == open_.end()) return;
        open = found->second;
        open_.erase(found);
    }
    open->stop();
}

Upload Uploads::find(std::string_view id) {
    stop_piece(id);
    auto upload = read(id);
    if (!upload) throw unknown_upload(id);
    if (!upload->is_whole() && now_() >= upload->expires) throw gone_upload(id);
    return *upload;
}

std::optional<Upload> Uploads::look(std::string_view id) {
    return read(id);
}

std::unique_ptr<Uploads::Piece> Uploads::begin_piece(std::string_view id, std::uint64_t offset,
                                                     std::optional<Checksum> const& checksum) {
    auto upload = find(id);
    if (offset != upload.offset || upload.is_settled()) throw wrong_offset(offset, upload.offset);
    if (auto const expires = now_() + limits_.kept_seconds; expires - upload.expires >= moved_seconds) {
        upload.expires = expires;
        write(upload);
    }
    auto open = std::make_shared<Open>(path(id, ".part"), path(id, ".at"));
    open->start = offset;
    open->length = upload.length;
    if (checksum) {
        open->promised = *checksum;
        open->digest = std::make_unique<Digest>(checksum->algorithm);
    }
    std::shared_ptr<Open> before;
    {
        auto const lock = std::scoped_lock{guard_};
        before = std::exchange(open_[upload.id], open);
    }
    if (before) { // came between: two clients send the same piece at once
        before->stop();
        auto const now = read(id);
        if (!now || now->offset != offset) throw wrong_offset(offset, now ? now->offset : 0);
    }
    return std::make_unique<OpenPiece>(*this, upload.id, std::move(open));
}

void Uploads::settle(Upload const& upload) {
    write(upload);
    ::unlink(path(upload.id, ".part").c_str());
    ::unlink(path(upload.id, ".at").c_str());
}

void Uploads::keep_report(std::string_view id, std::string_view json) {
    io::write_durable(path(id, ".report"), json);
}

std::string Uploads::report(std::string_view id) const {
    auto const name = path(id, ".report");
    return is_id(id) && io::file_exists(name) ? io::read_file(name) : std::string{};
}

void Uploads::remove(std::string_view id) {
    if (!is_id(id)) return;
    stop_piece(id);
    for (auto const* const ending : {".json", ".part", ".at", ".report"}) ::unlink(path(id, ending).c_str());
    if (io::file_exists(folder_)) io::sync_directory(folder_);
}

std::vector<Upload> Uploads::sweep() {
    std::vector<Upload> there;
    auto const now = now_();
    for (auto const& id : ids()) {
        auto upload = read(id);
        if (!upload) continue;
        bool const is_over = now >= upload->expires && (!upload->is_whole() || upload->is_settled());
        if (is_over)
            remove(id);
        else
            there.push_back(std::move(*upload));
    }
    return there;
}

void Uploads::require_room(std::uint64_t bytes) const {
    auto const room = free_bytes(folder_);
    if (room < bytes + limits_.spare_bytes) throw no_room(bytes + limits_.spare_bytes, room);
}

} // namespace gateway::serve::intake

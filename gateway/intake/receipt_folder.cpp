#include "gateway/intake/receipt_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::intake {
namespace {

/// Open for writing from before the first byte to after the last; a failure names the path.
class Output {
  public:
    Output(std::string path, int flags) : path_(std::move(path)) {
        file_ = ::open(path_.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (file_ < 0) fail("cannot open");
    }
    ~Output() { ::close(file_); }
    Output(Output const&) = delete;
    Output& operator=(Output const&) = delete;
    void cut(std::uint64_t size) {
        if (::ftruncate(file_, static_cast<off_t>(size)) != 0) fail("cannot cut");
    }
    void write(std::string_view text) {
        while (!text.empty()) {
            auto const done = ::write(file_, text.data(), text.size());
            if (done < 0 && errno == EINTR) continue;
            if (done < 0) fail("cannot write");
            text.remove_prefix(static_cast<std::size_t>(done));
        }
    }
    void sync() {
        if (::fsync(file_) != 0) fail("cannot sync");
    }

  private:
    [[noreturn]] void fail(char const* what) const {
        throw Error{Errc::io, io::reason_text(what, path_, errno)};
    }
    std::string path_;
    int file_ = -1;
};

[[noreturn]] void wrong_key(std::string const& folder, std::string const& what) {
    throw Error{Errc::checksum, folder + ": " + what +
                                    "; put receipt.key and receipt.pub back from a backup, or sign with a "
                                    "new key from now on: kreislauf receipt key --renew"};
}

} // namespace

ReceiptFolder::Lock::Lock(std::string const& folder) {
    auto const path = folder + "/receipts.lock";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    while (file_ >= 0 && ::flock(file_, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        ::close(file_);
        file_ = -1;
    }
    if (file_ < 0) throw Error{Errc::io, io::reason_text("cannot lock", path, errno)};
}

ReceiptFolder::Lock::~Lock() {
    ::close(file_);
}

ReceiptFolder::Lock ReceiptFolder::lock() const {
    io::make_directories(path_);
    return Lock{path_};
}

io::SigningKey ReceiptFolder::read_key(std::string const& path) const {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) throw Error{Errc::io, io::reason_text("cannot read", path, errno)};
    if ((info.st_mode & 077U) != 0)
        throw Error{Errc::io, path + " can be read by others; nothing is signed with it: chmod 600 it, and "
                                     "kreislauf receipt key --renew if others were there"};
    return io::SigningKey::from_pem(io::read_file(path), path);
}

void ReceiptFolder::begin_key() const {
    auto const key = io::SigningKey::make();
    auto const path = file("receipt.key.next");
    // Never as a file that somebody else may read, not even for a moment. What a kill left behind goes first.
    ::unlink((path + "-").c_str());
    {
        Output out{path + "-", O_EXCL};
        out.write(key.pem());
        out.sync();
    }
    if (::rename((path + "-").c_str(), path.c_str()) != 0)
        throw Error{Errc::io, io::reason_text("cannot make", path, errno)};
    io::sync_directory(path_);
}

void ReceiptFolder::finish_key() const {
    auto const next = file("receipt.key.next");
    if (!io::file_exists(next)) return;
    auto const pem = read_key(next).public_key().pem();
    auto const known = public_pem();
    if (known.find(pem) == std::string::npos) io::write_durable(file("receipt.pub"), known + pem);
    if (::rename(next.c_str(), file("receipt.key").c_str()) != 0)
        throw Error{Errc::io, io::reason_text("cannot make", file("receipt.key"), errno)};
    io::sync_directory(path_);
}

io::SigningKey ReceiptFolder::signing_key() const {
    finish_key();
    auto const known = public_pem();
    if (!io::file_exists(file("receipt.key"))) {
        if (!known.empty() || !lines().empty() || has_head())
            wrong_key(path_, "receipt.key is missing, and there are receipts");
        begin_key();
        finish_key();
        return read_key(file("receipt.key"));
    }
    auto key = read_key(file("receipt.key"));
    auto const own = key.public_key();
    if (known.empty())
        io::write_durable(file("receipt.pub"), own.pem());
    else if (io::public_keys(known, file("receipt.pub")).back().id() != own.id())
        wrong_key(path_, "receipt.key is not the key that receipt.pub names last");
    return key;
}

io::SigningKey ReceiptFolder::renew_key() const {
    finish_key();
    begin_key();
    finish_key();
    return read_key(file("receipt.key"));
}

std::string ReceiptFolder::public_pem() const {
    auto const path = file("receipt.pub");
    return io::file_exists(path) ? io::read_file(path) : std::string{};
}

std::string ReceiptFolder::lines() const {
    auto const path = file("receipts.jsonl");
    return io::file_exists(path) ? io::read_file(path) : std::string{};
}

bool ReceiptFolder::has_head() const {
    return io::file_exists(file("receipts.head"));
}

std::optional<ReceiptLink> ReceiptFolder::head() const {
    if (!has_head()) return std::nullopt;
    auto const text = io::read_file(file("receipts.head"));
    auto const blank = text.find(' ');
    constexpr std::size_t most_digits = 18;
    if (blank == std::string::npos || blank == 0 || blank > most_digits ||
        text.find_first_not_of("0123456789") != blank || text.size() != blank + 66 || text.back() != '\n' ||
        !io::is_sha256(text.substr(blank + 1, 64)))
        return std::nullopt;
    return ReceiptLink{std::stoull(text.substr(0, blank)), text.substr(blank + 1, 64)};
}

void ReceiptFolder::append(std::uint64_t keep, std::string const& line) const {
    auto const path = file("receipts.jsonl");
    auto const is_new = !io::file_exists(path);
    Output out{path, O_APPEND};
    out.cut(keep);
    try {
        out.write(line + "\n");
        out.sync();
    } catch (Error const&) {
        out.cut(keep); // a half line would be cut by the next one; the disk may be full until then
        throw;
    }
    if (is_new) io::sync_directory(path_);
}

void ReceiptFolder::sync_lines() const {
    Output{file("receipts.jsonl"), O_APPEND}.sync();
    io::sync_directory(path_);
}

void ReceiptFolder::write_head(ReceiptLink const& link) const {
    io::write_durable(file("receipts.head"), std::to_string(link.no) + " " + link.hash + "\n");
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

} // namespace gateway::intake

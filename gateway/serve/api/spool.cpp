#include "gateway/serve/api/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::size_t most_in_memory = 4U << 20U;
constexpr std::size_t piece_bytes = std::size_t{128} << 10U;

} // namespace

class Spool::Reader final : public http::BodySource {
  public:
    explicit Reader(std::unique_ptr<Spool> spool) : spool_(std::move(spool)) {}
    bool next(std::string& out) override {
        auto const start = out.size();
        out.resize(start + piece_bytes);
        auto const got = pread(spool_->file_, out.data() + start, piece_bytes, static_cast<off_t>(at_));
        if (got < 0) throw Error{Errc::io, io::reason_text("cannot read", spool_->folder_, errno)};
        out.resize(start + static_cast<std::size_t>(got));
        at_ += static_cast<std::uint64_t>(got);
        return at_ < spool_->written_;
    }

  private:
    std::unique_ptr<Spool> spool_;
    std::uint64_t at_ = 0;
};

Spool::Spool(std::string folder) : folder_(std::move(folder)) {}

Spool::~Spool() {
    if (file_ >= 0) close(file_);
}

void Spool::append(std::string_view bytes) {
    memory_ += bytes;
    if (memory_.size() > most_in_memory || (file_ >= 0 && memory_.size() >= piece_bytes)) write_out();
}

void Spool::write_out() {
    if (file_ < 0) {
        io::make_directories(folder_);
        file_ = open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file_ < 0) {
            // File systems without O_TMPFILE: a name that is gone at once.
            auto path = folder_ + "/.answer-XXXXXX";
            file_ = mkostemp(path.data(), O_CLOEXEC);
            if (file_ >= 0) unlink(path.c_str());
        }
        if (file_ < 0) throw Error{Errc::io, io::reason_text("cannot make a file in", folder_, errno)};
    }
    for (std::size_t at = 0; at < memory_.size();) {
        auto const wrote = write(file_, memory_.data() + at, memory_.size() - at);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) throw Error{Errc::io, io::reason_text("cannot write an answer in", folder_, errno)};
        at += static_cast<std::size_t>(wrote);
    }
    written_ += memory_.size();
    memory_.clear();
}

http::Body Spool::body_of(std::unique_ptr<Spool> spool) {
    if (spool->in_memory()) return std::make_shared<std::string const>(spool->take());
    spool->write_out();
    return std::make_unique<Reader>(std::move(spool));
}

} // namespace gateway::serve::api

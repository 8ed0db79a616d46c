#include "gateway/http/gzip_encoder.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "gateway/core/error.hpp"

namespace gateway::http {
namespace {

class GzipEncoder final : public Encoder {
  public:
    explicit GzipEncoder(int level) {
        constexpr int gzip_wrapper = 16;
        if (::deflateInit2(&stream_, level, Z_DEFLATED, MAX_WBITS + gzip_wrapper, 8, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw Error{Errc::io, "no memory to encode an answer (zlib)"};
    }
    ~GzipEncoder() override { ::deflateEnd(&stream_); }

    void write(std::string_view piece, std::string& out) override {
        while (!piece.empty()) {
            auto const part = std::min<std::size_t>(piece.size(), std::numeric_limits<uInt>::max());
            // zlib does not write through it, but its C interface says that it might.
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
            stream_.avail_in = static_cast<uInt>(part);
            run(Z_NO_FLUSH, out);
            piece.remove_prefix(part);
        }
    }
    void finish(std::string& out) override {
        stream_.next_in = nullptr;
        stream_.avail_in = 0;
        run(Z_FINISH, out);
    }

  private:
    void run(int flush, std::string& out) {
        int state = Z_OK;
        do {
            stream_.next_out = room_.data();
            stream_.avail_out = static_cast<uInt>(room_.size());
            state = ::deflate(&stream_, flush);
            if (state == Z_STREAM_ERROR) throw Error{Errc::io, "an answer cannot be encoded (zlib)"};
            out.append(reinterpret_cast<char const*>(room_.data()), room_.size() - stream_.avail_out);
        } while (flush == Z_FINISH ? state != Z_STREAM_END : stream_.avail_out == 0);
    }

    z_stream stream_{};
    std::array<Bytef, 16384> room_;
};

} // namespace

std::unique_ptr<Encoder> make_gzip_encoder(int level) {
    return std::make_unique<GzipEncoder>(level);
}

} // namespace gateway::http

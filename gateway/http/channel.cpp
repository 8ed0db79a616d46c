#include "gateway/http/channel.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

#include "gateway/http/sealed_file.hpp"

namespace gateway::http {
namespace {

class PlainChannel final : public Channel {
  public:
    explicit PlainChannel(int descriptor) : descriptor_{descriptor} {}

    Transfer read(char* room, std::size_t size) override {
        // A read that did not fill the room emptied the socket: asking once more would only cost a call.
        if (drained_) {
            drained_ = false;
            return {Moved::want_read};
        }
        for (;;) {
            auto const count = ::recv(descriptor_, room, size, 0);
            if (count > 0) {
                drained_ = static_cast<std::size_t>(count) < size;
                return {Moved::some, static_cast<std::size_t>(count)};
            }
            if (count == 0) return {Moved::ended};
            if (errno == EAGAIN || errno == EWOULDBLOCK) return {Moved::want_read};
            if (errno != EINTR) return {Moved::broken};
        }
    }

    Transfer write(std::string_view first, std::string_view second) override {
        std::array<iovec, 2> parts{};
        // sendmsg() does not write through them; its C interface cannot say so.
        parts[0] = {const_cast<char*>(first.data()), first.size()};
        parts[1] = {const_cast<char*>(second.data()), second.size()};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = second.empty() ? 1 : 2;
        for (;;) {
            auto const count = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
            if (count >= 0) return {Moved::some, static_cast<std::size_t>(count)};
            if (errno == EAGAIN || errno == EWOULDBLOCK) return {Moved::want_write};
            if (errno != EINTR) return {Moved::broken};
        }
    }

    Transfer write_from(SealedFile const& file, std::string_view first, std::string_view second) override {
        std::size_t sent = 0;
        if (!first.empty()) {
            // Held back until the first bytes of the file are there, so that both travel together.
            auto const count = ::send(descriptor_, first.data(), first.size(), MSG_NOSIGNAL | MSG_MORE);
            if (count < 0) return write(first, second); // says why
            sent = static_cast<std::size_t>(count);
            if (sent < first.size()) return {Moved::some, sent};
        }
        auto offset = static_cast<off_t>(second.data() - file.bytes().data());
        auto const count = ::sendfile(descriptor_, file.descriptor(), &offset, second.size());
        if (count > 0) return {Moved::some, sent + static_cast<std::size_t>(count)};
        if (sent > 0) return {Moved::some, sent};
        return write(second, {}); // says why, or goes where sendfile() does not
    }

    void end() noexcept override { ::shutdown(descriptor_, SHUT_WR); }

  private:
    int descriptor_;
    bool drained_ = false;
};

} // namespace

Transfer Channel::write_from(SealedFile const& /*file*/, std::string_view first, std::string_view second) {
    return first.empty() ? write(second, {}) : write(first, second);
}

std::unique_ptr<Channel> make_plain_channel(int descriptor) {
    return std::make_unique<PlainChannel>(descriptor);
}

} // namespace gateway::http

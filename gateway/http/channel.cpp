#include "gateway/http/channel.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

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

    void end() noexcept override { ::shutdown(descriptor_, SHUT_WR); }

  private:
    int descriptor_;
    bool drained_ = false;
};

} // namespace

std::unique_ptr<Channel> make_plain_channel(int descriptor) {
    return std::make_unique<PlainChannel>(descriptor);
}

} // namespace gateway::http

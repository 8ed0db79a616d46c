#include "gateway/http/loop.hpp"

#include <utility> // before Asio, which forgets it

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/core/error.hpp"

namespace gateway::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class DescriptorWatch final : public Watch {
  public:
    DescriptorWatch(asio::io_context& context, int descriptor) : stream_{context} {
        error_code error;
        stream_.assign(descriptor, error);
        if (error) throw Error{Errc::io, "cannot watch a socket: " + error.message()};
    }
    ~DescriptorWatch() override { DescriptorWatch::close(); }

    [[nodiscard]] int descriptor() const noexcept override {
        // The handle is all that native_handle() reads; Asio left off the const.
        return const_cast<asio::posix::stream_descriptor&>(stream_).native_handle();
    }
    void readable(std::shared_ptr<Readiness> whom) override {
        wait(asio::posix::descriptor_base::wait_read, std::move(whom));
    }
    void writable(std::shared_ptr<Readiness> whom) override {
        wait(asio::posix::descriptor_base::wait_write, std::move(whom));
    }
    void close() noexcept override {
        error_code ignored;
        stream_.close(ignored);
    }

  private:
    void wait(asio::posix::descriptor_base::wait_type what, std::shared_ptr<Readiness> whom) {
        stream_.async_wait(what, [whom = std::move(whom)](error_code error) {
            if (!error) whom->ready();
        });
    }
    asio::posix::stream_descriptor stream_;
};

} // namespace

struct Loop::State {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};

    void repeat(std::shared_ptr<asio::steady_timer> const& timer, std::chrono::milliseconds period,
                std::shared_ptr<std::function<void()>> const& job) {
        timer->expires_after(period);
        timer->async_wait([this, timer, period, job](error_code error) {
            if (error) return;
            (*job)();
            repeat(timer, period, job);
        });
    }
};

Loop::Loop() : state_{new State} {}
Loop::~Loop() = default;

void Loop::run() {
    state_->context.run();
}

void Loop::stop() {
    state_->context.stop();
}

void Loop::post(std::function<void()> job) {
    asio::post(state_->context, std::move(job));
}

void Loop::every(std::chrono::milliseconds period, std::function<void()> job) {
    state_->repeat(std::make_shared<asio::steady_timer>(state_->context), period,
                   std::make_shared<std::function<void()>>(std::move(job)));
}

void Loop::after(std::chrono::milliseconds time, std::function<void()> job) {
    auto const timer = std::make_shared<asio::steady_timer>(state_->context, time);
    timer->async_wait([timer, job = std::move(job)](error_code error) {
        if (!error) job();
    });
}

std::unique_ptr<Watch> Loop::watch(int descriptor) {
    return std::make_unique<DescriptorWatch>(state_->context, descriptor);
}

} // namespace gateway::http

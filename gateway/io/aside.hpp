// Work beside the caller, as std::async(std::launch::async, ...) does it, but on a thread that has ended other work
// where there is one: starting a thread costs its starter 60 us, which short runs feel.
//
// Nothing waits for a thread: where none is idle, a new one begins. Threads stay until the process ends; there are as many
// as work was ever done at a time. A child process made by fork(2) begins with none.
#pragma once

#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace gateway::io {

/// Work that was begun by aside(). Its destructor waits for the end of the work.
template <typename T>
class Aside {
  public:
    Aside() = default;
    explicit Aside(std::future<T> result) : result_(result.share()) {}
    Aside(Aside&&) noexcept = default;
    Aside& operator=(Aside&& other) noexcept {
        wait();
        result_ = std::move(other.result_);
        return *this;
    }
    ~Aside() { wait(); }

    /// False where no work was begun.
    [[nodiscard]] bool valid() const noexcept { return result_.valid(); }
    /// Waits; as often as wanted. Throws what the work threw.
    decltype(auto) get() const { return result_.get(); }

  private:
    void wait() noexcept {
        if (result_.valid()) result_.wait();
    }

    std::shared_future<T> result_;
};

namespace detail {

class AsideTask {
  public:
    AsideTask() = default;
    AsideTask(AsideTask const&) = delete;
    AsideTask& operator=(AsideTask const&) = delete;
    virtual ~AsideTask() = default;
    virtual void run() noexcept = 0;
};

/// \throws std::system_error where a thread is needed and cannot be had; the task is gone then
void run_aside(std::unique_ptr<AsideTask> task);

template <typename Work>
class AsideWork final : public AsideTask {
  public:
    using Result = std::invoke_result_t<Work&>;

    explicit AsideWork(Work work) : work_(std::move(work)) {}
    [[nodiscard]] std::future<Result> result() { return promise_.get_future(); }
    /// What the work holds is gone before its result is there.
    void run() noexcept override {
        try {
            if constexpr (std::is_void_v<Result>) {
                (*work_)();
                work_.reset();
                promise_.set_value();
            } else {
                auto made = (*work_)();
                work_.reset();
                promise_.set_value(std::move(made));
            }
        } catch (...) {
            work_.reset();
            promise_.set_exception(std::current_exception());
        }
    }

  private:
    std::optional<Work> work_;
    std::promise<Result> promise_;
};

} // namespace detail

/// Begins `work` on another thread.
template <typename Work>
[[nodiscard]] auto aside(Work work) -> Aside<std::invoke_result_t<Work&>> {
    auto task = std::make_unique<detail::AsideWork<Work>>(std::move(work));
    Aside<std::invoke_result_t<Work&>> begun{task->result()};
    detail::run_aside(std::move(task));
    return begun;
}

} // namespace gateway::io

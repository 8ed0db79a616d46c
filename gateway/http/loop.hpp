// One thread that waits for sockets: the reactor of Asio behind a door, so that no other file compiles Asio.
//
// Threads  post() and stop() from any; everything else on the thread that runs the loop, or before it runs
// Errors   Error io where the machine gives no descriptor for it
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace gateway::http {

/// Called when a socket that was waited for can be read or written; it may be called once too often.
class Readiness {
  public:
    Readiness() = default;
    Readiness(Readiness const&) = delete;
    Readiness& operator=(Readiness const&) = delete;
    virtual ~Readiness() = default;
    virtual void ready() = 0;
};

/// Owns a descriptor.
class Watch {
  public:
    Watch() = default;
    Watch(Watch const&) = delete;
    Watch& operator=(Watch const&) = delete;
    virtual ~Watch() = default;
    [[nodiscard]] virtual int descriptor() const noexcept = 0;
    /// Holds `whom` until it was called or the wait was given up.
    virtual void readable(std::shared_ptr<Readiness> whom) = 0;
    virtual void writable(std::shared_ptr<Readiness> whom) = 0;
    virtual void close() noexcept = 0; ///< gives up every wait
};

class Loop {
  public:
    Loop();
    ~Loop();
    Loop(Loop const&) = delete;
    Loop& operator=(Loop const&) = delete;

    void run(); ///< until stop()
    void stop();
    void post(std::function<void()> job);
    /// Until the loop stops.
    void every(std::chrono::milliseconds period, std::function<void()> job);
    void after(std::chrono::milliseconds time, std::function<void()> job);
    std::unique_ptr<Watch> watch(int descriptor);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gateway::http

// Spool: bytes that a writer pushes, for a client that pulls: in memory while they are few, else in a file without
// a name. Whatever the size of an answer and the pace of its client, memory stays bounded and the store is free.
//
// Errors   Error io naming the folder where the machine refuses
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/message.hpp"

namespace gateway::serve::api {

class Spool {
  public:
    /// Files go to `folder`, which is made where it does not exist.
    explicit Spool(std::string folder);
    ~Spool();
    Spool(Spool const&) = delete;
    Spool& operator=(Spool const&) = delete;

    void append(std::string_view bytes);
    [[nodiscard]] bool in_memory() const noexcept { return file_ < 0; }
    /// Everything, while it is in memory.
    [[nodiscard]] std::string take() { return std::move(memory_); }
    /// A body of everything.
    static http::Body body_of(std::unique_ptr<Spool> spool);

  private:
    class Reader;
    void write_out();
    std::string folder_, memory_;
    int file_ = -1;
    std::uint64_t written_ = 0;
};

} // namespace gateway::serve::api

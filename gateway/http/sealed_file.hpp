// Bytes in a file of memory that nobody can change any more: the kernel sends them without copying.
//
// Source   memfd_create(2), sendfile(2); fcntl(2), F_ADD_SEALS. One is a descriptor and whole pages of memory
// Threads  any
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace gateway::http {

class SealedFile {
  public:
    static constexpr std::size_t page_bytes = 4096;

    /// Null where the system has no descriptor or no memory for it.
    static std::shared_ptr<SealedFile const> of(std::string_view bytes);
    SealedFile(SealedFile const&) = delete;
    SealedFile& operator=(SealedFile const&) = delete;
    ~SealedFile();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    /// In memory.
    [[nodiscard]] std::size_t room() const noexcept {
        return (bytes_.size() + page_bytes - 1) / page_bytes * page_bytes;
    }

  private:
    explicit SealedFile(int descriptor) : descriptor_{descriptor} {}
    bool fill(std::string_view bytes);

    int descriptor_;
    std::string_view bytes_; ///< of the file, as memory
};

} // namespace gateway::http

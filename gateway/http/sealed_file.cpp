#include "gateway/http/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace gateway::http {

std::shared_ptr<SealedFile const> SealedFile::of(std::string_view bytes) {
    int const descriptor = ::memfd_create("answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return nullptr;
    std::shared_ptr<SealedFile> file{new SealedFile{descriptor}};
    if (!file->fill(bytes)) return nullptr;
    return file;
}

bool SealedFile::fill(std::string_view bytes) {
    for (auto left = bytes; !left.empty();) {
        auto const count = ::write(descriptor_, left.data(), left.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        left.remove_prefix(static_cast<std::size_t>(count));
    }
    // What was sent lies in sockets as these very pages: a later write would change it on its way.
    if (::fcntl(descriptor_, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return false;
    auto* const memory = ::mmap(nullptr, bytes.size(), PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (memory == MAP_FAILED) return false;
    bytes_ = {static_cast<char const*>(memory), bytes.size()};
    return true;
}

SealedFile::~SealedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
    ::close(descriptor_);
}

} // namespace gateway::http

#include "adapters/csv/source.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"

namespace adapters::csv {

std::string_view TextSource::window(std::size_t size) {
    if (charset_ == Charset::utf8) {
        at_end_ = bytes_.size() - at_ <= size;
        return bytes_.substr(at_, size);
    }
    if (used_ > 0) {
        turned_.erase(0, used_);
        used_ = 0;
    }
    constexpr std::size_t step = std::size_t{64} << 10U;
    while (turned_.size() < size && at_ < bytes_.size()) {
        auto const piece = bytes_.substr(at_, step);
        auto const used = append_utf8(turned_, piece, charset_, mark_ + at_);
        if (used == 0)
            throw gateway::Error{gateway::Errc::wrong_charset, "byte " + std::to_string(mark_ + at_) +
                                                                   ": the file ends within a character"};
        at_ += used;
    }
    at_end_ = at_ == bytes_.size();
    return turned_;
}

void TextSource::consume(std::size_t size) {
    if (charset_ == Charset::utf8)
        at_ += size;
    else
        used_ += size;
}

} // namespace adapters::csv

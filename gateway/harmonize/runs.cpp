#include "gateway/harmonize/runs.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/core/error.hpp"

namespace gateway::harmonize {
namespace {

/// Pages of an anonymous mapping or of an unlinked file.
struct Chunk {
    KeyedCell* cells = nullptr;
    std::size_t used = 0;
};

unsigned bits_for(std::size_t count) noexcept {
    return count < 2 ? 0U : static_cast<unsigned>(std::bit_width(count - 1));
}

[[noreturn]] void fail(std::string const& directory) {
    throw Error{Errc::io, "temporary file in " + directory + ": " + std::strerror(errno) +
                              "; free space there or name another store directory"};
}

} // namespace

struct CellRuns::Data {
    std::string directory;
    std::size_t capacity = 0;
    std::vector<Chunk> chunks;
    int file = -1;

    Data(std::string in, std::size_t cells) : directory(std::move(in)), capacity(cells) {}
    Data(Data const&) = delete;
    Data& operator=(Data const&) = delete;
    ~Data() {
        for (auto const& chunk : chunks) munmap(chunk.cells, bytes());
        if (file >= 0) close(file);
    }
    /// Whole pages, so that every chunk of the file can be mapped.
    [[nodiscard]] std::size_t bytes() const noexcept {
        constexpr std::size_t page = 4096;
        return (capacity * sizeof(KeyedCell) + page - 1) / page * page;
    }

    void add_chunk() {
        void* pages = nullptr;
        if (chunks.empty()) {
            pages = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        } else {
            if (file < 0) file = open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
            if (file < 0) fail(directory);
            auto const offset = static_cast<off_t>((chunks.size() - 1) * bytes());
            // Reserve first: a full disk is an error here, not a bus error later.
            if (int const code = posix_fallocate(file, offset, static_cast<off_t>(bytes())); code != 0) {
                errno = code;
                fail(directory);
            }
            pages = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, file, offset);
        }
        if (pages == MAP_FAILED) fail(directory);
        chunks.push_back({static_cast<KeyedCell*>(pages), 0});
    }
};

CellRuns::CellRuns(std::string directory, std::size_t cells_per_chunk)
    : data_(std::make_unique<Data>(std::move(directory), cells_per_chunk)) {}
CellRuns::~CellRuns() = default;
CellRuns::CellRuns(CellRuns&&) noexcept = default;
CellRuns& CellRuns::operator=(CellRuns&&) noexcept = default;

std::span<KeyedCell> CellRuns::room(std::size_t count) {
    if (data_->chunks.empty() || data_->chunks.back().used == data_->capacity) data_->add_chunk();
    auto const& chunk = data_->chunks.back();
    return {chunk.cells + chunk.used, std::min(count, data_->capacity - chunk.used)};
}

void CellRuns::commit(std::size_t count) {
    data_->chunks.back().used += count;
}

std::uint64_t CellRuns::size() const noexcept {
    std::uint64_t total = 0;
    for (auto const& chunk : data_->chunks) total += chunk.used;
    return total;
}

std::vector<std::span<KeyedCell>> CellRuns::chunks() {
    std::vector<std::span<KeyedCell>> all;
    for (auto const& chunk : data_->chunks) all.emplace_back(chunk.cells, chunk.used);
    return all;
}

void KeyOrder::measure() {
    area_bits = bits_for(area.size());
    period_bits = bits_for(period.size());
    total_bits = bits_for(indicator.size()) + area_bits + period_bits;
    if (total_bits > 63)
        throw Error{Errc::overflow,
                    "more series than one document can hold: " + std::to_string(indicator.size()) +
                        " indicators, " + std::to_string(area.size()) + " areas"};
}

void sort_chunk(std::span<KeyedCell> cells, KeyOrder const& order) {
    struct Item {
        std::uint64_t key;
        std::uint32_t index;
    };
    // Least significant digit first; stable, so that equal keys stay in document order.
    std::vector<Item> items(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
        items[i] = {order.key(cells[i]), static_cast<std::uint32_t>(i)};
    constexpr unsigned digit_bits = 11;
    std::vector<Item> other(cells.size());
    for (unsigned shift = 0; shift < order.total_bits; shift += digit_bits) {
        std::array<std::uint32_t, std::size_t{1} << digit_bits> starts{};
        auto const digit = [shift](Item const& item) {
            return (item.key >> shift) & ((std::uint64_t{1} << digit_bits) - 1);
        };
        for (auto const& item : items) ++starts[digit(item)];
        std::uint32_t sum = 0;
        for (auto& start : starts) sum += std::exchange(start, sum);
        for (auto const& item : items) other[starts[digit(item)]++] = item;
        items.swap(other);
    }
    std::vector<Item>{}.swap(other);
    // Each cell goes to its place at once, cycle by cycle: a second copy of all of them would be the largest thing
    // in memory.
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        if (items[i].index == i) continue;
        auto const first = cells[i];
        for (auto at = i;;) {
            auto const from = std::exchange(items[at].index, at);
            if (from == i) {
                cells[at] = first;
                break;
            }
            cells[at] = cells[from];
            at = from;
        }
    }
}

Merge::Merge(std::vector<std::span<KeyedCell>> const& chunks, KeyOrder const& order) : order_(order) {
    for (auto const chunk : chunks) {
        if (chunk.empty()) continue;
        heap_.push_back({order.key(chunk.front()), chunk.data(), chunk.data() + chunk.size()});
    }
    for (std::size_t i = heap_.size(); i-- > 0;) sift_down(i);
}

void Merge::sift_down(std::size_t from) {
    auto const before = [](Head const& a, Head const& b) {
        return a.key != b.key ? a.key < b.key : a.at->line < b.at->line;
    };
    for (;;) {
        auto child = 2 * from + 1;
        if (child >= heap_.size()) return;
        if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
        if (!before(heap_[child], heap_[from])) return;
        std::swap(heap_[child], heap_[from]);
        from = child;
    }
}

KeyedCell const* Merge::next() {
    if (heap_.empty()) return nullptr;
    auto& head = heap_.front();
    auto const* const cell = head.at++;
    if (head.at == head.end) {
        head = heap_.back();
        heap_.pop_back();
    } else {
        head.key = order_.key(*head.at);
    }
    if (!heap_.empty()) sift_down(0);
    return cell;
}

} // namespace gateway::harmonize

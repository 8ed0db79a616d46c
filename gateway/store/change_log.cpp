#include "gateway/store/change_log.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "gateway/store/checksum.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

/// So many entries a block has at most, if it is more than one row: what one page of a feed may have to look at.
constexpr std::uint64_t most_in_block = 4096;
constexpr std::size_t sum_bytes = 4;

void put_mask(std::string& out, std::uint64_t mask) {
    char bytes[sizeof mask];
    std::memcpy(bytes, &mask, sizeof mask);
    out.append(bytes, sizeof mask);
}

std::uint32_t sum_of(std::uint64_t first, std::string_view bytes) {
    char number[sizeof first];
    std::memcpy(number, &first, sizeof first);
    return crc32c(crc32c(0, {number, sizeof number}), bytes);
}

/// Collects the rows of one block.
class BlockBytes {
  public:
    void add(RowChange const& row) {
        put_varint(bytes_, static_cast<std::uint64_t>(row.key - last_key_));
        last_key_ = row.key;
        unsigned coding = 0;
        for (unsigned i = 0; i < 3; ++i) {
            auto const mask = mask_of(row, i);
            coding |= (mask == 0 ? 0U : ~mask == 0 ? 2U : 1U) << (2 * i);
        }
        bytes_ += static_cast<char>(coding);
        for (unsigned i = 0; i < 3; ++i)
            if (auto const mask = mask_of(row, i); mask != 0 && ~mask != 0) put_mask(bytes_, mask);
        count_ += static_cast<unsigned>(std::popcount(row.all()));
    }
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// The bytes with their checksum; empty again afterwards.
    std::string take(std::uint64_t first) {
        auto const sum = sum_of(first, std::string_view{bytes_}.substr(sum_bytes));
        std::memcpy(bytes_.data(), &sum, sum_bytes);
        count_ = 0;
        last_key_ = 0;
        return std::exchange(bytes_, std::string(sum_bytes, '\0'));
    }

  private:
    static std::uint64_t mask_of(RowChange const& row, unsigned which) noexcept {
        return which == 0 ? row.added : which == 1 ? row.revised : row.deleted;
    }
    std::string bytes_ = std::string(sum_bytes, '\0');
    std::int64_t last_key_ = 0;
    std::uint64_t count_ = 0;
};

std::string random_digits() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, 16> bytes{};
    // One question to the system; std::random_device first asks the processor what it can do.
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw Error{Errc::io, "store: the system gives no random numbers; run the command again"};
    std::string text;
    for (auto const byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

std::string place_of(std::uint64_t first) {
    return "store.sqlite, table change, first " + std::to_string(first);
}

std::vector<RowChange> rows_from(LogBlock const& block, std::string_view bytes) {
    auto const broken = [&](char const* what) {
        throw Error{Errc::corrupt_store,
                    place_of(block.first) + ": " + what +
                        "; kreislauf verify says what else is damaged, restore a backup"};
    };
    std::uint32_t sum = 0;
    if (bytes.size() < sum_bytes) broken("the list of changed series ends too early");
    std::memcpy(&sum, bytes.data(), sum_bytes);
    bytes.remove_prefix(sum_bytes);
    if (sum != sum_of(block.first, bytes)) broken("the list of changed series disagrees with its checksum");
    std::vector<RowChange> rows;
    std::uint64_t count = 0;
    ByteReader reader{as_bytes(bytes)};
    try {
        std::int64_t key = 0;
        while (!reader.at_end()) {
            RowChange row;
            key += static_cast<std::int64_t>(reader.varint());
            row.key = key;
            unsigned const coding = reader.byte();
            std::array<std::uint64_t*, 3> const masks{&row.added, &row.revised, &row.deleted};
            for (unsigned i = 0; i < 3; ++i) {
                auto const how = (coding >> (2 * i)) & 3U;
                if (how == 2) *masks[i] = ~std::uint64_t{0};
                if (how == 1) std::memcpy(masks[i], reader.take(sizeof(std::uint64_t)).data(), 8);
            }
            count += static_cast<unsigned>(std::popcount(row.all()));
            rows.push_back(row);
        }
    } catch (Error const&) {
        broken("the list of changed series cannot be read");
    }
    if (count != block.count) broken("the number of entries disagrees with the list of changed series");
    return rows;
}

} // namespace

#define KREISLAUF_CHANGE "SELECT first, count, kind, dataset, vintage, time, note, series FROM change "

ChangeLog::ChangeLog(Database& db)
    : last_(db, "SELECT first + count - 1 FROM change ORDER BY first DESC LIMIT 1"),
      insert_(db, "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      secret_(db, "INSERT OR IGNORE INTO position VALUES (?, ?, ?)"),
      at_(db, KREISLAUF_CHANGE "WHERE first <= ? ORDER BY first DESC LIMIT 1"),
      after_(db, KREISLAUF_CHANGE "WHERE first > ? ORDER BY first LIMIT 1"),
      last_of_(db, KREISLAUF_CHANGE "WHERE dataset = ? AND first <= ? ORDER BY first DESC LIMIT 1"),
      next_of_(db, KREISLAUF_CHANGE "WHERE dataset = ? AND first > ? ORDER BY first LIMIT 1"),
      drop_(db, "DELETE FROM change WHERE first + count - 1 <= ?"), clear_(db, "DELETE FROM change"),
      index_(db) {}

#undef KREISLAUF_CHANGE

void ChangeLog::prepare_load() {
    for (auto* const statement : {&last_, &insert_, &secret_}) statement->prepare();
    index_.prepare_load();
}

std::uint64_t ChangeLog::last() {
    Rows rows(last_);
    return rows.next() ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
}

void ChangeLog::insert(LogBlock const& block, std::string_view series) {
    if (block.first == 1) secret_.run(secret_source, secret_item, random_digits());
    // SQLite takes a blob without address for NULL.
    if (series.empty()) series = "";
    insert_.run(block.first, block.count, static_cast<int>(block.kind), block.dataset, block.vintage,
                block.time, block.note, Blob{series});
}

std::uint64_t ChangeLog::add(ChangeKind kind, DatasetNo dataset, VintageNo vintage, UnixTime time,
                             std::string_view note) {
    LogBlock const block{last() + 1, 1, kind, dataset, vintage, time, std::string{note}, {}};
    insert(block, {});
    return block.first;
}

void ChangeLog::add(DatasetNo dataset, VintageNo vintage, UnixTime time, std::span<RowChange const> rows) {
    if (rows.empty()) return;
    LogBlock block{last() + 1, 0, ChangeKind::data, dataset, vintage, time, {}, {}};
    BlockBytes bytes;
    std::vector<BlockAreas> areas;
    std::size_t begin = 0; // of the rows of the block
    std::size_t end = 0;
    auto const write = [&] {
        block.count = bytes.count();
        insert(block, bytes.take(block.first));
        auto const here = areas_of(block.first, dataset, rows.subspan(begin, end - begin));
        areas.insert(areas.end(), here.begin(), here.end());
        block.first += block.count;
        begin = end;
    };
    for (auto const& row : rows) {
        auto const count = static_cast<unsigned>(std::popcount(row.all()));
        if (bytes.count() != 0 && bytes.count() + count > most_in_block) write();
        bytes.add(row);
        ++end;
    }
    write();
    index_.add(std::move(areas));
}

std::uint64_t ChangeLog::compact(std::uint64_t up_to, UnixTime time) {
    auto const block = at_or_after(up_to, false);
    if (block && block->kind == ChangeKind::compacted && block->first <= up_to)
        return block->first + block->count - 1; // that much was dropped before
    // The block in which it lies stays whole.
    auto const end = !block || block->first > up_to             ? std::min(up_to, last())
                     : block->first + block->count - 1 == up_to ? up_to
                                                                : block->first - 1;
    if (end == 0) return 0;
    drop_.run(end);
    index_.drop(end);
    insert({1, end, ChangeKind::compacted, 0, 0, time, {}, {}}, {});
    return end;
}

void ChangeLog::clear() {
    clear_.run();
    index_.clear();
}

void ChangeLog::write_index() {
    index_.clear();
    std::vector<BlockAreas> areas;
    for (auto block = at_or_after(1); block; block = at_or_after(block->first + block->count)) {
        auto const here = areas_of(block->first, block->dataset, block->rows);
        areas.insert(areas.end(), here.begin(), here.end());
    }
    index_.add(std::move(areas));
}

LogBlock ChangeLog::block_from(Rows const& row, bool with_rows) const {
    LogBlock block;
    block.first = static_cast<std::uint64_t>(row.integer(0));
    block.count = static_cast<std::uint64_t>(row.integer(1));
    auto const kind = row.integer(2);
    if (kind < 0 || kind > static_cast<int>(ChangeKind::compacted))
        throw Error{Errc::corrupt_store, place_of(block.first) + ": unknown kind " + std::to_string(kind)};
    block.kind = static_cast<ChangeKind>(kind);
    block.dataset = row.integer(3);
    block.vintage = static_cast<VintageNo>(row.integer(4));
    block.time = row.integer(5);
    block.note = row.string(6);
    if (with_rows && block.kind == ChangeKind::data) block.rows = rows_from(block, row.blob(7));
    return block;
}

std::optional<LogBlock> ChangeLog::at_or_after(std::uint64_t number, bool with_rows) {
    {
        Rows rows(at_, number);
        if (rows.next() && static_cast<std::uint64_t>(rows.integer(0) + rows.integer(1)) > number)
            return block_from(rows, with_rows);
    }
    Rows rows(after_, number);
    return rows.next() ? std::optional{block_from(rows, with_rows)} : std::nullopt;
}

std::optional<LogBlock> ChangeLog::last_of(DatasetNo dataset, std::uint64_t number) {
    Rows rows(last_of_, dataset, number);
    return rows.next() ? std::optional{block_from(rows, true)} : std::nullopt;
}

std::optional<LogBlock> ChangeLog::next_of(DatasetNo dataset, std::uint64_t number) {
    Rows rows(next_of_, dataset, number);
    return rows.next() ? std::optional{block_from(rows, false)} : std::nullopt;
}

std::vector<RowChange> merged(std::vector<RowChange> const& a, std::vector<RowChange> const& b) {
    std::vector<RowChange> result;
    result.reserve(a.size() + b.size());
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() || right != b.end()) {
        if (right == b.end() || (left != a.end() && left->key < right->key)) {
            result.push_back(*left++);
        } else if (left == a.end() || right->key < left->key) {
            result.push_back(*right++);
        } else {
            result.push_back({left->key, left->added | right->added, left->revised | right->revised,
                              left->deleted | right->deleted});
            ++left;
            ++right;
        }
    }
    return result;
}

} // namespace gateway::store

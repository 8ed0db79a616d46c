#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <unordered_map>

#include "gateway/io/sha256.hpp"
#include "gateway/store/care.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

/// Feeds the hash; each text goes in with its length, so that no two contents write the same bytes.
class Digest {
  public:
    void text(std::string_view text) {
        number(text.size());
        buffer_.append(text);
    }
    template <typename Number>
    void number(Number value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        buffer_.append(bytes, sizeof value);
        if (buffer_.size() >= block) flush();
    }
    std::string hex() {
        flush();
        return sha_.hex();
    }

  private:
    static constexpr std::size_t block = std::size_t{1} << 16U;
    void flush() {
        sha_.update(buffer_);
        buffer_.clear();
    }
    io::Sha256 sha_;
    std::string buffer_;
};

/// One version of an observation, in the layout that is hashed (little-endian, without holes).
struct Version {
    std::int32_t start;
    std::int32_t end;
    std::int64_t mantissa;
    std::uint64_t state; ///< first bytes of the hash of the state's text
    VintageNo vintage;
    VintageNo until; ///< vintage that superseded it; 0 = in force
    std::uint32_t kind;
    std::uint32_t scale;
};
static_assert(sizeof(Version) == 40);

struct Part {
    std::uint32_t rank; ///< of the area, in the order of its code
    AreaNo area;
    VintageNo until;
    std::int64_t key;
    std::string_view bytes;
};

class Hasher {
  public:
    explicit Hasher(Core& core) : core_(core) {
        // Numbers follow the order of first appearance; codes do not.
        std::vector<std::pair<Area, AreaNo>> areas;
        for (auto const no : core_.numbers.areas()) areas.emplace_back(core_.numbers.area(no), no);
        std::sort(areas.begin(), areas.end());
        for (std::uint32_t rank = 0; rank < areas.size(); ++rank) ranks_.emplace(areas[rank].second, rank);
    }

    std::string hash() {
        for (auto const& info : core_.catalog.datasets()) {
            digest_.text("dataset");
            digest_.text(info.id);
            digest_.text(info.source);
            digest_.text(info.table);
            auto const no = *core_.catalog.find_dataset(info.id);
            for (auto const& vintage : core_.catalog.vintages(no)) {
                digest_.text("vintage");
                digest_.number(vintage.no);
                digest_.number(static_cast<std::uint8_t>(vintage.kind));
                if (vintage.kind == VintageKind::recalled) digest_.number(vintage.recalls);
            }
            std::map<std::string, IndicatorNo> indicators;
            for (auto const each : core_.numbers.indicators(no))
                indicators.emplace(core_.numbers.indicator(each).text(), each);
            for (auto const& each : indicators) indicator(each.first, each.second);
        }
        return digest_.hex();
    }

  private:
    void indicator(std::string const& key, IndicatorNo no) {
        collect(no);
        if (parts_.empty()) return; // a key without content is no content
        digest_.text("indicator");
        digest_.text(key);
        std::sort(parts_.begin(), parts_.end(), [](Part const& a, Part const& b) {
            return a.rank != b.rank ? a.rank < b.rank : a.until < b.until;
        });
        for (std::size_t i = 0; i < parts_.size();) {
            std::size_t end = i;
            while (end < parts_.size() && parts_[end].rank == parts_[i].rank) ++end;
            series(std::span{parts_}.subspan(i, end - i));
            i = end;
        }
    }

    void collect(IndicatorNo no) {
        parts_.clear();
        rows_.clear();
        auto const range = rows_of(no);
        auto const take = [&](std::int64_t key, VintageNo until, ChunkView const& view) {
            rows_.push_back({});
            auto& bytes = rows_.back();
            std::array<std::size_t, chunk_slots> at{};
            for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                at[slot] = bytes.size();
                bytes += view.slot(slot);
            }
            bytes.append(decode_slack, '\0');
            for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                if (!view.holds(slot)) continue;
                auto const area = first_minor_of(key) + slot;
                auto const rank = ranks_.find(area);
                if (rank == ranks_.end())
                    throw Error{Errc::corrupt_store, place_of(core_.by_indicator.name(), key) + ": area " +
                                                         std::to_string(area) + " is not in table area"};
                parts_.push_back({rank->second, area, until, key,
                                  std::string_view{bytes}.substr(at[slot], view.slot(slot).size())});
            }
        };
        core_.by_indicator.visit(range.first, range.last,
                                 [&](std::int64_t key, ChunkView const& view) { take(key, 0, view); });
        core_.history.visit_range(
            range.first, range.last,
            [&](std::int64_t key, VintageNo by, ChunkView const& view) { take(key, by, view); });
    }

    void series(std::span<Part const> parts) {
        auto const& area = core_.numbers.area(parts.front().area);
        digest_.text("area");
        digest_.text(to_string(area.list));
        digest_.text(to_string(area.level));
        digest_.text(area.code);
        versions_.clear();
        for (auto const& part : parts) {
            auto const table = part.until == 0 ? core_.by_indicator.name() : HistoryTable::name;
            auto const decoded = at_place(
                table, part.key, [&] { return decoder_.decode(as_bytes(part.bytes), decode_slack); });
            for (auto const& each : decoded) {
                versions_.push_back({each.period.start_day(), each.period.end_day(), each.number.mantissa(),
                                     state(each.state), each.vintage, part.until,
                                     static_cast<std::uint32_t>(each.period.kind()), each.number.scale()});
            }
        }
        if (parts.size() > 1) {
            std::sort(versions_.begin(), versions_.end(), [](Version const& a, Version const& b) {
                if (a.start != b.start) return a.start < b.start;
                if (a.end != b.end) return a.end < b.end;
                return a.kind != b.kind ? a.kind < b.kind : a.vintage < b.vintage;
            });
        }
        for (auto const& version : versions_) digest_.number(version);
    }

    std::uint64_t state(StateNo no) {
        if (no < states_.size() && states_[no] != 0) return states_[no];
        auto const hex = io::sha256_hex(state_text(core_.numbers.state(no)));
        if (no >= states_.size()) states_.resize(no + std::size_t{1});
        states_[no] = std::stoull(hex.substr(0, 16), nullptr, 16);
        return states_[no];
    }

    Core& core_;
    Digest digest_;
    SeriesDecoder decoder_;
    std::unordered_map<AreaNo, std::uint32_t> ranks_;
    std::vector<std::uint64_t> states_;
    std::deque<std::string> rows_;
    std::vector<Part> parts_;
    std::vector<Version> versions_;
};

} // namespace

std::string content_hash_of(Core& core) {
    ReadTransaction const snapshot{core};
    return Hasher{core}.hash();
}

} // namespace gateway::store

#include "gateway/harmonize/territory/graph_municipal.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr std::uint32_t not_yet = 0xFFFFFFFF;

/// A piece of land with what lived there on the register's day.
struct Piece {
    double population = 0;
    double area = 0;
    std::uint32_t early = not_yet; ///< key on the earlier of the two days
    std::vector<std::uint32_t> events;
};
using Holdings = std::unordered_map<std::uint32_t, std::vector<Piece>>;

struct Share {
    std::uint32_t key;
    double population;
    double area;
    std::uint32_t event;
};

double count(std::optional<std::int64_t> const& value) {
    return value ? static_cast<double>(*value) : 0;
}

/// Where the municipality's pieces go, by the rows of one change.
std::vector<Share> shares_of(std::vector<std::uint32_t> const& rows, std::vector<ChangeRow> const& changes,
                             KeyTable& keys, std::uint32_t old_key, std::vector<Piece> const& pieces) {
    bool partial = false;
    bool whole_key = true;
    bool remainder = false;
    for (auto const row : rows) {
        auto const& change = changes[row];
        bool const is_part = change.type == "2";
        remainder = remainder || change.old_key == change.new_key;
        partial = partial || (is_part && change.old_key != change.new_key);
        whole_key = whole_key && (change.type == "3" || change.type == "3+4");
    }
    if ((rows.size() == 1 && !partial) || (whole_key && !partial))
        return {{keys.intern(changes[rows.front()].new_key), 1, 1, rows.front()}};
    double people = 0;
    double area = 0;
    for (auto const row : rows) {
        people += count(changes[row].population);
        area += count(changes[row].area_m2);
    }
    bool const dissolved =
        std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return changes[row].type != "2"; });
    double rest_people = 0;
    double rest_area = 0;
    if (partial && !remainder && !dissolved) {
        // The list prints only what left; the rest is what the register had.
        for (auto const& piece : pieces) {
            rest_people += piece.population;
            rest_area += piece.area;
        }
        rest_people = std::max(rest_people - people, 0.0);
        rest_area = std::max(rest_area - area, 0.0);
    }
    auto const all_people = people + rest_people;
    auto const all_area = area + rest_area;
    std::vector<Share> shares;
    auto const add = [&](std::uint32_t key, double p, double a, std::uint32_t event) {
        // Without people the area decides, without both every part is as large as the next.
        auto const even = 1.0 / static_cast<double>(rows.size() + (rest_people + rest_area > 0 ? 1 : 0));
        auto const by_area = all_area > 0 ? a / all_area : even;
        auto const by_people = all_people > 0 ? p / all_people : by_area;
        shares.push_back({key, by_people, all_area > 0 ? by_area : by_people, event});
    };
    for (auto const row : rows)
        add(keys.intern(changes[row].new_key), count(changes[row].population), count(changes[row].area_m2),
            row);
    if (rest_people > 0 || rest_area > 0) add(old_key, rest_people, rest_area, not_yet);
    return shares;
}

bool same_piece(Piece const& a, Piece const& b) {
    return a.early == b.early && a.events == b.events;
}

} // namespace

MunicipalGraph::MunicipalGraph(std::vector<RegisterExtract> registers, std::vector<ChangeRow> changes)
    : registers_(std::move(registers)), changes_(std::move(changes)) {
    if (registers_.empty()) {
        throw Error(Errc::not_found,
                    "no register of municipalities was imported; next step: kreislauf territory "
                    "import with a register extract or GV100AD of a day before both dates");
    }
    if (changes_.empty()) {
        throw Error(Errc::not_found,
                    "no change list of municipalities was imported; next step: kreislauf territory "
                    "import with the yearly lists (Namens-, Grenz- und Schlüsseländerungen)");
    }
    std::sort(registers_.begin(), registers_.end(),
              [](RegisterExtract const& a, RegisterExtract const& b) { return a.day < b.day; });
    std::stable_sort(changes_.begin(), changes_.end(), [](ChangeRow const& a, ChangeRow const& b) {
        return a.legal != b.legal ? a.legal < b.legal : a.id < b.id;
    });
}

std::vector<std::int32_t> MunicipalGraph::days() const {
    std::vector<std::int32_t> result;
    for (auto const& extract : registers_)
        if (result.empty() || result.back() != extract.day) result.push_back(extract.day);
    return result;
}

AreaMap const& MunicipalGraph::map(std::int32_t from, std::int32_t to) {
    auto& slot = cache_[{from, to}];
    if (slot) return *slot;
    auto const early = std::min(from, to);
    auto const late = std::max(from, to);
    std::int32_t start = no_begin;
    for (auto const& extract : registers_)
        if (extract.day <= early) start = extract.day;
    if (start == no_begin) {
        throw Error(Errc::not_found,
                    "no imported register is from " + date_text(early) + " or before; the earliest is from " +
                        date_text(registers_.front().day) +
                        "; next step: import an earlier register extract, or ask for later days");
    }
    KeyTable keys;
    std::unordered_map<std::uint32_t, std::string_view> names;
    Holdings now;
    for (auto const& extract : registers_) {
        if (extract.day != start) continue;
        for (auto const& row : extract.rows) {
            auto const key = keys.intern(row.key);
            names[key] = row.name;
            // Several lines share a collective key (444).
            auto& pieces = now[key];
            if (pieces.empty()) pieces.emplace_back();
            pieces.front().population += count(row.population);
            pieces.front().area += count(row.area_m2);
        }
    }
    bool marked = false;
    std::unordered_map<std::uint32_t, std::string_view> early_names;
    auto const mark = [&] {
        for (auto& [key, pieces] : now)
            for (auto& piece : pieces) piece.early = key;
        early_names = names;
        marked = true;
    };
    gaps_ = {};
    for (std::size_t begin = 0; begin < changes_.size();) {
        auto const& first = changes_[begin];
        if (first.legal > late) break;
        auto end = begin;
        while (end < changes_.size() && changes_[end].legal == first.legal && changes_[end].id == first.id)
            ++end;
        if (first.legal <= start) {
            begin = end;
            continue;
        }
        if (!marked && first.legal > early) mark();
        std::map<std::uint32_t, std::vector<std::uint32_t>> by_key;
        for (auto row = begin; row < end; ++row) {
            auto const& change = changes_[row];
            names[keys.intern(change.new_key)] = change.new_name;
            if (!change.old_key.empty() && change.old_key.size() == 8 && change.type != "4")
                by_key[keys.intern(change.old_key)].push_back(static_cast<std::uint32_t>(row));
        }
        std::map<std::uint32_t, std::vector<Piece>> coming;
        for (auto const& [old_key, rows] : by_key) {
            auto const at = now.find(old_key);
            if (at == now.end()) {
                ++gaps_.unknown_keys;
                if (gaps_.examples.size() < 5)
                    gaps_.examples.push_back(std::string{keys.text(old_key)} + " in " + first.id);
                continue;
            }
            auto const pieces = std::move(at->second);
            now.erase(at);
            for (auto const& share : shares_of(rows, changes_, keys, old_key, pieces)) {
                for (auto const& piece : pieces) {
                    Piece moved = piece;
                    moved.population *= share.population;
                    moved.area *= share.area;
                    if (marked && share.event != not_yet) moved.events.push_back(share.event);
                    coming[share.key].push_back(std::move(moved));
                }
            }
        }
        for (auto& [key, pieces] : coming) {
            auto& held = now[key];
            for (auto& piece : pieces) {
                auto const same = std::find_if(held.begin(), held.end(), [&piece](Piece const& other) {
                    return same_piece(piece, other);
                });
                if (same == held.end()) {
                    held.push_back(std::move(piece));
                } else {
                    same->population += piece.population;
                    same->area += piece.area;
                }
            }
        }
        begin = end;
    }
    if (!marked) mark();

    struct Sum {
        double population = 0;
        double area = 0;
        std::vector<std::uint32_t> events;
    };
    std::map<std::string_view, std::map<std::string_view, Sum>> sums;
    for (auto const& [key, pieces] : now) {
        for (auto const& piece : pieces) {
            auto old_key = keys.text(piece.early);
            auto new_key = keys.text(key);
            if (from > to) std::swap(old_key, new_key);
            auto& sum = sums[old_key][new_key];
            sum.population += piece.population;
            sum.area += piece.area;
            sum.events.insert(sum.events.end(), piece.events.begin(), piece.events.end());
        }
    }
    auto map = std::make_unique<AreaMap>();
    map->from = from;
    map->to = to;
    CrosswalkBuilder builder{Crosswalk::Status::day};
    builder.source({"register " + date_text(start) + " and change lists", "", changes_.size()});
    auto const name_of = [&keys](auto const& list, std::string_view key) {
        auto const number = keys.find(key);
        auto const at = number ? list.find(*number) : list.end();
        return at == list.end() ? std::string_view{} : at->second;
    };
    for (auto& [old_key, targets] : sums) {
        double population = 0;
        double area = 0;
        for (auto const& target : targets) {
            population += target.second.population;
            area += target.second.area;
        }
        for (auto& [new_key, sum] : targets) {
            Passage passage;
            CrosswalkPart part;
            part.row = static_cast<std::uint32_t>(map->passages.size());
            part.weights = {1, 1, 1};
            std::sort(sum.events.begin(), sum.events.end());
            sum.events.erase(std::unique(sum.events.begin(), sum.events.end()), sum.events.end());
            passage.events = std::move(sum.events);
            if (targets.size() > 1) {
                passage.kind = from <= to ? Passage::Kind::divided : Passage::Kind::backwards;
                passage.basis = start;
                auto const by_area = area > 0 ? sum.area / area : no_weight;
                part.weights = {population > 0 ? sum.population / population : by_area, by_area, no_weight};
            } else if (old_key != new_key) {
                passage.kind = Passage::Kind::whole;
            }
            builder.add(from, old_key, new_key, part, {no_weight, no_weight, no_weight},
                        name_of(from <= to ? early_names : names, old_key),
                        name_of(from <= to ? names : early_names, new_key));
            map->passages.push_back(std::move(passage));
        }
    }
    builder.result().target = to;
    map->crosswalk = builder.finish();
    slot = std::move(map);
    return *slot;
}

} // namespace gateway::harmonize::territory

#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "gateway/store/care.hpp"
#include "gateway/store/changes.hpp"
#include "gateway/store/schema.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

constexpr auto every_key = std::numeric_limits<std::int64_t>::max();

/// FNV-1a with a last mix: tells the bytes of two series apart.
std::uint64_t mark_of(std::uint32_t indicator, std::uint32_t area, std::string_view bytes) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325U ^ (std::uint64_t{indicator} << 32U | area);
    for (char const c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    hash ^= hash >> 29U;
    return hash * 0xBF58476D1CE4E5B9U;
}

class Checker {
  public:
    explicit Checker(Core& core) : core_(core) {}

    std::vector<Problem> run() {
        guarded("store.sqlite", [&] { sqlite_check(); });
        guarded("table vintage", [&] { vintages(); });
        guarded("table area", [&] { areas(); });
        guarded("table by_indicator", [&] { rows(core_.by_indicator); });
        guarded("table by_area", [&] { rows(core_.by_area); });
        guarded("table by_area", [&] { compare(); });
        guarded("table history", [&] { history(); });
        // A store of version 1 has no log of changes until it is opened for writing.
        if (stored_version(core_.database) > 1)
            guarded("table change", [&] {
                check_log(core_, [this](Problem problem) { problems_.push_back(std::move(problem)); });
            });
        return std::move(problems_);
    }

  private:
    /// What stops one check is a problem itself; the others go on.
    template <typename Check>
    void guarded(std::string const& place, Check const& check) {
        try {
            check();
        } catch (Error const& error) {
            problems_.push_back({place, error.what()});
        }
    }
    void problem(std::string place, std::string text) {
        problems_.push_back({std::move(place), std::move(text)});
    }

    void sqlite_check() {
        Statement statement{core_.database, "PRAGMA integrity_check(20)"};
        for (Rows lines(statement); lines.next();) {
            if (lines.text(0) != "ok") problem("store.sqlite", lines.string(0));
        }
    }

    void vintages() {
        std::unordered_set<std::int64_t> documents;
        Statement numbers{core_.database, "SELECT no FROM document"};
        for (Rows found(numbers); found.next();) documents.insert(found.integer(0));
        for (auto const& dataset : core_.catalog.datasets()) {
            auto const no = *core_.catalog.find_dataset(dataset.id);
            VintageNo expected = 1;
            for (auto const& vintage : core_.catalog.vintages(no)) {
                auto const place =
                    "table vintage, dataset " + dataset.id + ", no " + std::to_string(vintage.no);
                if (vintage.no != expected)
                    problem(place, "number " + std::to_string(expected) + " is due here");
                if (vintage.document != 0 && !documents.contains(vintage.document))
                    problem(place,
                            "document " + std::to_string(vintage.document) + " is not in table document");
                if (!vintage.mapping_sha256.empty()) {
                    guarded(place, [&] { static_cast<void>(core_.catalog.mapping(vintage.mapping_sha256)); });
                }
                if (vintage.kind == VintageKind::recalled) recall(place, vintage);
                expected = vintage.no + 1;
            }
            for (auto& each : core_.labels.check(no, dataset.id, expected - 1))
                problem(std::move(each.place), std::move(each.text));
            for (auto const indicator : core_.numbers.indicators(no)) last_vintage_[indicator] = expected - 1;
        }
    }

    void recall(std::string const& place, VintageInfo const& vintage) {
        if (vintage.recalls == 0)
            problem(place, "table recall does not say what it takes back");
        else if (vintage.recalls >= vintage.no)
            problem(place, "takes back vintage " + std::to_string(vintage.recalls) + ", which is not older");
    }

    void areas() {
        for (auto const no : core_.numbers.areas()) {
            areas_.insert(no);
            auto const area = core_.numbers.area(no);
            if (area.level != level_of(no))
                problem("table area, no " + std::to_string(no),
                        "the level of " + area.code + " disagrees with its number");
        }
        states_ = core_.numbers.state_count();
    }

    void rows(ChunkTable& table) {
        bool const by_area = &table == &core_.by_area;
        for (auto const key : table.keys(0, every_key)) {
            guarded(place_of(table.name(), key), [&] {
                table.visit_one(key, [&](ChunkView const& row) {
                    for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                        if (!row.holds(slot)) continue;
                        auto const minor = first_minor_of(key) + slot;
                        auto const indicator = by_area ? minor : major_of(key);
                        auto const area = by_area ? major_of(key) : minor;
                        series(table.name(), key, indicator, area, row.slot(slot));
                        auto const mark = mark_of(indicator, area, row.slot(slot));
                        auto& sum = marks_[row_key(area, indicator)];
                        sum = by_area ? sum - mark : sum + mark;
                    }
                });
            });
        }
    }

    void series(std::string_view table, std::int64_t key, IndicatorNo indicator, AreaNo area,
                std::string_view bytes) {
        auto const place = [&] {
            return place_of(table, key) + ", indicator " + std::to_string(indicator) + ", area " +
                   std::to_string(area);
        };
        auto const last = last_vintage_.find(indicator);
        if (last == last_vintage_.end()) problem(place(), "the indicator is not in table indicator");
        if (!areas_.contains(area)) problem(place(), "the area is not in table area");
        auto const decoded =
            at_place(table, key, [&] { return decoder_.decode(as_bytes(bytes), decode_slack); });
        for (auto const& each : decoded) {
            if (each.state >= states_)
                problem(place(), "state " + std::to_string(each.state) + " is not in table state");
            if (last != last_vintage_.end() && (each.vintage == 0 || each.vintage > last->second))
                problem(place(), "vintage " + std::to_string(each.vintage) + " of " + each.period.to_sdmx() +
                                     " is not in table vintage");
        }
    }

    void compare() {
        for (auto const& mark : marks_) {
            if (mark.second != 0)
                problem(place_of(core_.by_area.name(), mark.first),
                        "holds other series than by_indicator has for the same area");
        }
    }

    void history() {
        Statement statement{core_.database, "SELECT key, vintage, series FROM history"};
        for (Rows found(statement); found.next();) {
            auto const key = found.integer(0);
            auto const by = static_cast<VintageNo>(found.integer(1));
            guarded(place_of(HistoryTable::name, key), [&] {
                auto const row = HistoryTable::view(key, by, found.blob(2));
                for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                    if (row.holds(slot))
                        series(HistoryTable::name, key, major_of(key), first_minor_of(key) + slot,
                               row.slot(slot));
                }
            });
        }
    }

    Core& core_;
    std::vector<Problem> problems_;
    std::unordered_map<IndicatorNo, VintageNo> last_vintage_;
    std::unordered_set<AreaNo> areas_;
    std::size_t states_ = 0;
    SeriesDecoder decoder_;
    /// Per row of by_area: sum over by_indicator minus sum over by_area; 0 where both hold the same.
    std::map<std::int64_t, std::uint64_t> marks_;
};

} // namespace

std::vector<Problem> problems_of(Core& core) {
    ReadTransaction const snapshot{core};
    return Checker{core}.run();
}

} // namespace gateway::store

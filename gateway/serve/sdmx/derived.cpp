#include "gateway/serve/sdmx/derived.hpp"

#include <algorithm>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/sdmx/derived_fill.hpp"
#include "gateway/serve/sdmx/knowledge.hpp"

namespace gateway::serve::sdmx {
namespace {

namespace structure = gateway::sdmx::structure;

constexpr std::string_view suffix = "_LATEST";

bool has_counties(store::Store const& store, std::vector<store::Label> const& labels) {
    return std::any_of(labels.begin(), labels.end(), [&store](store::Label const& label) {
        if (label.dimension != "AREA") return false;
        auto const numbers = store.find_areas(label.code);
        return std::any_of(numbers.begin(), numbers.end(),
                           [&store](store::AreaNo no) { return store.area(no).level == AreaLevel::county; });
    });
}

DatasetInfo derived_of(DatasetInfo base, std::int32_t day) {
    auto const date = feed::date_de(day);
    base.attribution =
        std::string{feed::credit_of(base)} + "; eigene Berechnung auf dem Gebietsstand " + date;
    base.title = (base.title.empty() ? base.id : base.title) + " (auf dem Gebietsstand " + date + ")";
    base.id += suffix;
    return base;
}

/// A store that is no caller's view has nothing that is restricted.
bool is_open(store::Store const& store, std::string_view dataset) {
    auto const* const view = dynamic_cast<access::VisibleStore const*>(&store);
    return view == nullptr || !view->is_restricted(dataset);
}

/// What the store has, and derived flows with the codes of what they are derived from.
class Merged final : public structure::Holdings {
  public:
    struct Derived {
        std::string base;
        DatasetInfo info;
        std::vector<std::pair<Area, std::string>> more;
    };
    Merged(std::unique_ptr<structure::Holdings> inner, std::vector<Derived> derived)
        : inner_(std::move(inner)) {
        for (auto& one : derived) {
            auto id = one.info.id;
            derived_.emplace(std::move(id), std::move(one));
        }
    }
    std::vector<DatasetInfo> datasets() override {
        auto all = inner_->datasets();
        for (auto const& entry : derived_) all.push_back(entry.second.info);
        return all;
    }
    std::string stamp(std::string_view dataset) override { return inner_->stamp(base_of(dataset)); }
    std::vector<IndicatorKey> indicators(std::string_view dataset) override {
        return inner_->indicators(base_of(dataset));
    }
    std::vector<store::Label> labels(std::string_view dataset) override {
        auto all = inner_->labels(base_of(dataset));
        if (auto const found = derived_.find(dataset); found != derived_.end())
            for (auto const& area : found->second.more)
                all.push_back({"AREA", area_key(area.first), area.second});
        return all;
    }
    bool has_region(std::string_view dataset) override { return derived_.find(dataset) == derived_.end(); }
    std::vector<Area> areas() override {
        auto all = inner_->areas();
        std::set<std::string> keys;
        for (auto const& area : all) keys.insert(area_key(area));
        for (auto const& entry : derived_)
            for (auto const& area : entry.second.more)
                if (keys.insert(area_key(area.first)).second) all.push_back(area.first);
        return all;
    }

  private:
    [[nodiscard]] std::string_view base_of(std::string_view dataset) const {
        auto const found = derived_.find(dataset);
        return found == derived_.end() ? dataset : std::string_view{found->second.base};
    }
    std::unique_ptr<structure::Holdings> inner_;
    std::map<std::string, Derived, std::less<>> derived_;
};

} // namespace

std::shared_ptr<Lease> DerivedFlow::lease() const {
    static auto const everything = std::make_shared<access::Release const>();
    return stores->lease(everything, {}, std::make_shared<access::Audit>());
}

DerivedFlows::DerivedFlows(DerivedSettings settings) : settings_(std::move(settings)) {}
DerivedFlows::~DerivedFlows() = default;

ingest::TerritoryKnowledge& DerivedFlows::knowledge() {
    if (!knowledge_) {
        knowledge_ = std::make_unique<ingest::TerritoryKnowledge>(settings_.data, settings_.store);
        io::Sha256 sum;
        for (auto const* const name :
             {"measures.toml", "frequency.toml", "units.toml", "territory/counties.csv",
              "territory/events.csv", "territory/parts.csv", "territory/regions.csv"}) {
            auto const path = settings_.data + "/mappings/" + name;
            sum.update(name);
            if (io::file_exists(path)) sum.update(io::read_file(path));
        }
        rules_ = sum.hex();
    }
    return *knowledge_;
}

std::int32_t DerivedFlows::day() {
    std::lock_guard const lock{guard_};
    return knowledge().atlas().latest();
}

std::optional<DatasetInfo> DerivedFlows::base_of(store::Store const& store, std::string_view id) {
    if (!id.ends_with(suffix) || store.dataset(id)) return std::nullopt;
    auto const base = id.substr(0, id.size() - suffix.size());
    auto info = store.dataset(base);
    if (!info || !is_open(store, base) || !has_counties(store, store.labels(base, std::nullopt)))
        return std::nullopt;
    return info;
}

std::vector<std::pair<Area, std::string>> DerivedFlows::more_areas(std::vector<store::Label> const& labels) {
    std::set<std::string, std::less<>> known;
    for (auto const& label : labels)
        if (label.dimension == "AREA") known.insert(label.code);
    std::vector<std::pair<Area, std::string>> more;
    std::lock_guard const lock{guard_};
    auto& atlas = knowledge().atlas();
    auto const today = atlas.latest();
    for (auto const& life : atlas.areas().all()) {
        if (life.level != AreaLevel::county || !life.on(today)) continue;
        if (known.find(life.key) != known.end()) continue;
        auto const& kin = atlas.relatives(life.key, today);
        if (std::any_of(kin.begin(), kin.end(),
                        [&known](std::string const& one) { return known.count(one) != 0; }))
            more.emplace_back(Area{CodeList::ags, AreaLevel::county, std::string{life.key}},
                              std::string{life.name});
    }
    return more;
}

std::unique_ptr<structure::Holdings> DerivedFlows::holdings(store::Store const& store) {
    std::vector<Merged::Derived> derived;
    auto const today = day();
    for (auto const& info : store.datasets()) {
        if (!is_open(store, info.id) || store.dataset(info.id + std::string{suffix})) continue;
        auto const labels = store.labels(info.id, std::nullopt);
        if (!has_counties(store, labels)) continue;
        derived.push_back({info.id, derived_of(info, today), more_areas(labels)});
    }
    return std::make_unique<Merged>(structure::holdings_of(store), std::move(derived));
}

std::string DerivedFlows::stamp_of(store::Store const& store, DatasetInfo const& base) {
    io::Sha256 sum;
    auto const add = [&sum](std::string_view text) {
        sum.update(std::to_string(text.size()));
        sum.update(":");
        sum.update(text);
    };
    auto const derived = derived_of(base, day());
    for (auto const* text : {&derived.id, &derived.title, &derived.attribution, &derived.licence,
                             &derived.table, &derived.statistic, &derived.frequency})
        add(*text);
    for (auto const& dimension : derived.dimensions) add(dimension);
    for (auto const& vintage : store.vintages(base.id))
        for (auto const number :
             {static_cast<std::int64_t>(vintage.no), vintage.received, vintage.published.value_or(-1),
              static_cast<std::int64_t>(vintage.kind), static_cast<std::int64_t>(vintage.recalled_by),
              static_cast<std::int64_t>(vintage.sealed),
              static_cast<std::int64_t>(vintage.added + vintage.revised),
              static_cast<std::int64_t>(vintage.deleted)})
            add(std::to_string(number));
    for (auto const& label : store.labels(base.id, std::nullopt)) {
        add(label.dimension);
        add(label.code);
        add(label.text);
    }
    for (auto const& entry : harmonize::territory::ImportStore{settings_.store}.entries()) add(entry.sha256);
    add(rules_); // known: day() has read them
    constexpr std::size_t enough = 32;
    return sum.hex().substr(0, enough);
}

std::shared_ptr<DerivedFlow const> DerivedFlows::open(store::Store const& store, DatasetInfo const& base) {
    auto const stamp = stamp_of(store, base);
    auto const known = [&]() -> std::shared_ptr<DerivedFlow const> {
        std::lock_guard const lock{flows_guard_};
        auto const found = flows_.find(base.id);
        return found != flows_.end() && found->second->stamp == stamp ? found->second : nullptr;
    };
    if (auto flow = known()) return flow;
    std::lock_guard const alone{guard_};
    if (auto flow = known()) return flow; // somebody else was faster
    auto flow = made(store, base, stamp);
    std::lock_guard const lock{flows_guard_};
    flows_[base.id] = flow;
    return flow;
}

std::shared_ptr<DerivedFlow const> DerivedFlows::made(store::Store const& store, DatasetInfo const& base,
                                                      std::string const& stamp) {
    auto const day = knowledge().atlas().latest();
    auto const place = settings_.folder + "/" + base.id;
    auto const directory = place + "/" + stamp;
    if (!io::file_exists(directory + "/store.sqlite"))
        fill_derived(store, base, derived_of(base, day), *knowledge_, day, place, stamp);
    auto flow = std::make_shared<DerivedFlow>();
    flow->stamp = stamp;
    flow->stores = std::make_unique<Stores>(directory);
    flow->library = std::make_shared<Library>();
    flow->left_out = io::read_file(directory + "/left_out.txt");
    return flow;
}

std::optional<FigureId> DerivedFlows::published(store::Store const& store, FigureId const& id) {
    if (!id.view.empty()) return std::nullopt;
    auto const base = base_of(store, id.dataset);
    if (!base) return std::nullopt;
    auto const flow = open(store, *base);
    auto const lease = flow->lease();
    for (auto const& vintage : lease->store().vintages(id.dataset)) {
        if (vintage.no != id.vintage) continue;
        auto made = id;
        made.dataset = base->id;
        made.vintage = store.vintage_at(base->id, vintage.received);
        made.view = date_text(day());
        return made;
    }
    throw Error{Errc::not_found, to_string(id) + ": '" + id.dataset + "' has no vintage " +
                                     std::to_string(id.vintage) + "; the figures of today name theirs"};
}

} // namespace gateway::serve::sdmx

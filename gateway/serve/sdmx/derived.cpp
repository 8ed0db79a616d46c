#include "gateway/serve/sdmx/derived.hpp"

#include <algorithm>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/ingest/derived_fill.hpp"
#include "gateway/ingest/derived_flow.hpp"
#include "gateway/io/file.hpp"
#include "gateway/sdmx/common/error.hpp"
#include "gateway/serve/sdmx/knowledge.hpp"

namespace gateway::serve::sdmx {
namespace {

namespace structure = gateway::sdmx::structure;

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
    std::string imported;
    for (auto const& entry : harmonize::territory::ImportStore{settings_.store}.entries())
        imported += entry.sha256;
    if (!knowledge_ || imported != imported_)
        knowledge_ = std::make_unique<ingest::TerritoryKnowledge>(settings_.data, settings_.store);
    imported_ = std::move(imported);
    return *knowledge_;
}

std::int32_t DerivedFlows::day() {
    std::lock_guard const lock{guard_};
    return knowledge().atlas().latest();
}

std::optional<DatasetInfo> DerivedFlows::base_of(store::Store const& store, std::string_view id) {
    auto info = ingest::base_of_derived(store, id);
    return info && is_open(store, info->id) ? info : std::nullopt;
}

std::vector<serve::DerivedListing> DerivedFlows::list(store::Store const& store) {
    std::vector<serve::DerivedListing> all;
    auto const today = day();
    for (auto& info : store.datasets()) {
        if (!is_open(store, info.id) || store.dataset(ingest::derived_id(info.id))) continue;
        if (!ingest::has_counties(store, store.labels(info.id, std::nullopt))) continue;
        auto base = info.id;
        all.push_back({ingest::derived_info(std::move(info), today), std::move(base)});
    }
    return all;
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
    for (auto& one : list(store)) {
        auto more = more_areas(store.labels(one.base, std::nullopt));
        derived.push_back({std::move(one.base), std::move(one.info), std::move(more)});
    }
    return std::make_unique<Merged>(structure::holdings_of(store), std::move(derived));
}

std::string DerivedFlows::stamp_of(store::Store const& store, DatasetInfo const& base) {
    std::lock_guard const lock{guard_};
    return ingest::derived_stamp(store, base, knowledge());
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
    if (!io::file_exists(directory + "/store.sqlite")) fill(store, base, day, place, stamp);
    auto flow = std::make_shared<DerivedFlow>();
    flow->stamp = stamp;
    flow->stores = std::make_unique<Stores>(directory);
    flow->library = std::make_shared<Library>();
    flow->left_out = io::read_file(directory + "/left_out.txt");
    return flow;
}

void DerivedFlows::fill(store::Store const& store, DatasetInfo const& base, std::int32_t day,
                        std::string const& place, std::string const& stamp) {
    try {
        ingest::fill_derived(store, base, ingest::derived_info(base, day), *knowledge_, day, place, stamp);
    } catch (ingest::TooManyFigures const& error) {
        throw gateway::sdmx::common::SdmxError{gateway::sdmx::common::ErrorCode::too_large, error.what()};
    }
}

std::shared_ptr<Lease> DerivedFlows::lease(store::Store const& store, std::string_view id) {
    auto const base = base_of(store, id);
    if (!base) return nullptr;
    return open(store, *base)->lease();
}

std::optional<ingest::TerritorialExplanation>
DerivedFlows::explain(ingest::Workshop& shop, std::function<ingest::TerritoryKnowledge&()> const& known,
                      FigureId const& id) {
    if (!id.view.empty()) return std::nullopt;
    auto const base = base_of(shop.store, id.dataset);
    if (!base) return std::nullopt;
    auto const flow = open(shop.store, *base);
    auto const lease = flow->lease();
    return ingest::explain_derived(shop, known(), *base, lease->store(), id);
}

} // namespace gateway::serve::sdmx

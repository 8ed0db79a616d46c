#include "gateway/serve/api/shelf.hpp"

#include "gateway/io/sha256.hpp"

namespace gateway::serve::api {

Shelf::Shelf(Settings const& settings, Stores& stores) : settings_(settings), stores_(stores) {}

Shelf::~Shelf() = default;

harmonize::territory::Register const& Shelf::areas() {
    std::call_once(areas_once_, [this] {
        areas_ = std::make_unique<harmonize::territory::Register>(
            harmonize::territory::Register::from_directory(mappings_folder() + "/territory"));
    });
    return *areas_;
}

harmonize::MappingFiles const& Shelf::mappings() {
    std::call_once(mappings_once_, [this] {
        mappings_ = std::make_unique<harmonize::MappingFiles>(
            harmonize::MappingFiles::from_directory(mappings_folder()));
    });
    return *mappings_;
}

derive::Measures const& Shelf::measures() {
    std::call_once(measures_once_, [this] {
        measures_ = std::make_unique<derive::Measures>(derive::Measures::load(mappings()));
    });
    return *measures_;
}

std::string const& Shelf::mappings_name() {
    std::call_once(name_once_, [this] {
        io::Sha256 sum;
        sum.update(settings_.version);
        for (auto const* name : {"measures.toml", "frequency.toml", "breaks.toml", "conversions.toml",
                                 "units.toml", "concepts.toml", "territory/counties.csv",
                                 "territory/events.csv", "territory/parts.csv", "territory/regions.csv"}) {
            sum.update(name);
            sum.update(mappings().text(name).value_or(""));
        }
        mappings_name_ = sum.hex();
    });
    return mappings_name_;
}

std::shared_ptr<AreaIndex const> Shelf::area_index(Call const& call) {
    auto const name = std::to_string(stores_.generation()) + " " + call.view;
    return indexes_.get(name,
                        [&] { return std::make_shared<AreaIndex const>(areas(), call.lease()->store()); });
}

Coverage Shelf::coverage(Call const& call, DatasetInfo const& info, bool with_time) {
    auto const lease = call.lease();
    auto const vintages = lease->store().vintages(info.id);
    std::string name = info.id + " " + std::to_string(vintages.size());
    if (!vintages.empty()) {
        auto const& last = vintages.back();
        for (auto const number :
             {static_cast<std::int64_t>(last.no), last.received, static_cast<std::int64_t>(last.sealed)})
            name += " " + std::to_string(number);
    }
    name += " " + call.view;
    return *coverages_.get(
        name, [&] { return std::make_shared<Coverage const>(coverage_of(lease->store(), info, with_time)); });
}

std::shared_ptr<ingest::TerritoryKnowledge> Shelf::knowledge() {
    std::unique_ptr<ingest::TerritoryKnowledge> one;
    {
        std::lock_guard const lock{knowledge_guard_};
        if (!knowledge_.empty()) {
            one = std::move(knowledge_.back());
            knowledge_.pop_back();
        }
    }
    if (!one) one = std::make_unique<ingest::TerritoryKnowledge>(settings_.data, settings_.store);
    constexpr std::size_t most_kept = 4;
    return {one.release(), [this](ingest::TerritoryKnowledge* used) {
                std::unique_ptr<ingest::TerritoryKnowledge> owner{used};
                std::lock_guard const lock{knowledge_guard_};
                if (knowledge_.size() < most_kept) knowledge_.push_back(std::move(owner));
            }};
}

} // namespace gateway::serve::api

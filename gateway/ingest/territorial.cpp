#include "gateway/ingest/territorial.hpp"

#include <algorithm>

#include "gateway/harmonize/territory/import.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

constexpr std::size_t county_digits = 5;
constexpr std::size_t municipality_digits = 8;

bool tells_of_municipalities(std::string const& directory) {
    if (directory.empty()) return false;
    auto const entries = harmonize::territory::ImportStore{directory}.entries();
    return std::any_of(entries.begin(), entries.end(),
                       [](auto const& entry) { return entry.level.find("gemeinden") != std::string::npos; });
}

} // namespace

TerritoryKnowledge::TerritoryKnowledge(std::string const& data, std::string const& store_directory)
    : data_(data), store_directory_(store_directory), atlas_(data + "/mappings/territory", store_directory),
      measures_(derive::Measures::load(harmonize::MappingFiles::from_directory(data + "/mappings"))),
      municipal_(tells_of_municipalities(store_directory)) {}

std::vector<KnowledgeFile> const& TerritoryKnowledge::files() {
    if (!files_.empty()) return files_;
    for (auto const* const name : {"measures.toml", "frequency.toml", "units.toml", "territory/counties.csv",
                                   "territory/events.csv", "territory/parts.csv", "territory/regions.csv"}) {
        auto const path = data_ + "/mappings/" + name;
        if (io::file_exists(path))
            files_.push_back({std::string{"mappings/"} + name, io::sha256_hex(io::read_file(path))});
    }
    if (store_directory_.empty()) return files_;
    for (auto const& entry : harmonize::territory::ImportStore{store_directory_}.entries())
        files_.push_back({"imported: " + entry.name, entry.sha256});
    return files_;
}

bool is_territory(std::string_view text) noexcept {
    return !text.empty() && text != "original";
}

TerritorialFigures::TerritorialFigures(store::Store const& store, FigureQuery const& query,
                                       TerritoryKnowledge& knowledge, std::int32_t day, bool partial) {
    auto& atlas = knowledge.atlas();
    auto wide = query;
    if (!query.area.empty()) {
        derive::require_area(atlas, query.area, day);
        bool const counties = query.area.size() == county_digits || query.inside;
        bool const municipal = query.area.size() == municipality_digits;
        if (counties || municipal) wide.more_areas = derive::widened(atlas, query.area, day);
        wide.more_inside = query.inside || municipal;
    }
    source_ = std::make_unique<FigureSet>(store, wide);
    if (knowledge.knows_municipalities()) {
        auto finer = wide;
        finer.dataset.clear();
        finer.level = AreaLevel::municipality;
        finer.inside = finer.more_inside = true;
        municipal_ = std::make_unique<FigureSet>(store, finer);
    }
    derive::TerritoryRequest request;
    request.day = day;
    request.partial = partial;
    request.wants = [area = query.area, inside = query.inside, level = query.level](Area const& one) {
        if (level && one.level != *level) return false;
        return area.empty() || area_key(one) == area || (inside && lies_in(one, area));
    };
    view_ = std::make_unique<derive::TerritorialView>(*source_, municipal_.get(), atlas, knowledge.measures(),
                                                      std::move(request));
}

} // namespace gateway::ingest

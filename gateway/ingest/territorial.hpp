// Figures of the store on the areas of a day: everything that takes --territory goes through here.
//
// Errors   Error not_found where the area asked for is not in force on the day; invalid_argument for a text that is no
//          day; those of the store
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/derive/territorial.hpp"
#include "gateway/ingest/figures.hpp"

namespace gateway::ingest {

/// A file that what is known was read from.
struct KnowledgeFile {
    std::string name; ///< "mappings/territory/events.csv", or as it was imported
    std::string sha256;
};

/// What is known of areas and measures; made once and used for many queries, by one user at a time.
class TerritoryKnowledge {
  public:
    /// `data` holds mappings/ and schemas/; `store_directory` what was imported, empty = nothing.
    TerritoryKnowledge(std::string const& data, std::string const& store_directory);
    [[nodiscard]] derive::Atlas& atlas() noexcept { return atlas_; }
    [[nodiscard]] derive::Measures const& measures() const noexcept { return measures_; }
    /// Something was imported that tells about municipalities.
    [[nodiscard]] bool knows_municipalities() const noexcept { return municipal_; }

    /// Every file that changes what is made of figures, with its SHA-256: read once.
    [[nodiscard]] std::vector<KnowledgeFile> const& files();

  private:
    std::string data_, store_directory_;
    derive::Atlas atlas_;
    derive::Measures measures_;
    bool municipal_ = false;
    std::vector<KnowledgeFile> files_;
};

/// A query on the areas of `day`. The store and the knowledge must outlive it.
class TerritorialFigures {
  public:
    TerritorialFigures(store::Store const& store, FigureQuery const& query, TerritoryKnowledge& knowledge,
                       std::int32_t day, bool partial);
    [[nodiscard]] derive::TerritorialView const& view() const noexcept { return *view_; }
    /// The series of the store that the view is made of.
    [[nodiscard]] FigureSet const& source() const noexcept { return *source_; }
    /// Series of municipalities for splits; null where nothing was imported that tells how.
    [[nodiscard]] FigureSet const* municipal() const noexcept { return municipal_.get(); }

  private:
    std::unique_ptr<FigureSet> source_;
    std::unique_ptr<FigureSet> municipal_;
    std::unique_ptr<derive::TerritorialView> view_;
};

/// True where `text` asks for another territory than the published one: not empty, not "original".
bool is_territory(std::string_view text) noexcept;

} // namespace gateway::ingest

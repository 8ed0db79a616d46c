// Knowledge: what SDMX answers need of the store beside figures, worked out once per state of the store and once
// for everybody who sees the same part of it.
//
// Contents dataset views, names of codes, the catalogue of artefacts, and stamps: texts that change whenever what
//          they stand for does, for entity tags
// Threads  from any; each caller brings a store of its own
// Errors   what reading the store throws
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/query/dataset_view.hpp"
#include "gateway/sdmx/data/message.hpp"
#include "gateway/sdmx/structure/catalogue.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/sdmx/derived.hpp"
#include "gateway/serve/sdmx/names.hpp"

namespace gateway::serve::sdmx {

/// The store that this thread reads from at the moment. Regions of the catalogue are read from it when somebody
/// asks for them, which is in the middle of writing a message.
class StoreInUse {
  public:
    explicit StoreInUse(store::Store const& store) noexcept;
    ~StoreInUse();
    StoreInUse(StoreInUse const&) = delete;
    StoreInUse& operator=(StoreInUse const&) = delete;
    /// \throws Error io where there is none
    static store::Store const& get();

  private:
    store::Store const* before_;
};

class Knowledge {
  public:
    /// A dataset and what is said of it.
    struct Dataset {
        query::DatasetViewPtr view;
        std::shared_ptr<data::Names const> names;
        std::string stamp;     ///< of its content, vintages and labels
        UnixTime received = 0; ///< of the last vintage
        UnixTime relabelled =
            0; ///< when its labels were seen to change without a vintage; 0 = not since the start
    };
    struct Structures {
        std::shared_ptr<structure::Catalogue const> catalogue;
        std::string stamp;
        UnixTime modified = 0; ///< of the newest vintage of all datasets, or when labels were seen to change
    };
    /// Outlives a state of the store: it knows which regions are still right, and what was last seen.
    struct Builder {
        struct Seen {
            UnixTime received = 0;
            std::string stamp;
            UnixTime changed = 0;
        };
        /// When something changed though no vintage came; 0 = never. Last-Modified must not be older.
        UnixTime changed_without_vintage(std::string const& name, UnixTime received,
                                         std::string const& stamp);

        std::mutex guard;
        structure::CatalogueBuilder inner;
        std::mutex seen_guard;
        std::map<std::string, Seen> seen;
    };

    /// `derived` (may be null) adds the flows derived from what the store has to the structures.
    explicit Knowledge(std::shared_ptr<Builder> builder, std::shared_ptr<query::AreaTable const> areas = {},
                       std::shared_ptr<DerivedFlows> derived = {});

    /// Null where there is no such dataset.
    std::shared_ptr<Dataset const> dataset(store::Store const& store, std::string_view id);
    std::shared_ptr<Structures const> structures(store::Store const& store);
    [[nodiscard]] std::shared_ptr<Builder> const& builder() const noexcept { return builder_; }
    [[nodiscard]] std::shared_ptr<query::AreaTable const> areas() const { return directory_->areas(); }

  private:
    std::shared_ptr<query::Directory> directory_;
    std::shared_ptr<Builder> builder_;
    std::shared_ptr<DerivedFlows> derived_;
    std::mutex guard_;
    std::map<std::string, std::shared_ptr<Dataset const>, std::less<>> datasets_;
    std::shared_ptr<Structures const> structures_;
};

/// The knowledge of each view of the store, the last used first.
class Library {
  public:
    explicit Library(std::shared_ptr<DerivedFlows> derived = {}) : derived_(std::move(derived)) {}
    /// Null where there are none.
    [[nodiscard]] std::shared_ptr<DerivedFlows> const& derived() const noexcept { return derived_; }
    /// That of the caller's view of the store as it is now.
    std::shared_ptr<Knowledge> of(Call const& call);

  private:
    struct Entry {
        std::string view;
        std::uint64_t generation = 0;
        std::shared_ptr<Knowledge> knowledge;
    };
    std::shared_ptr<DerivedFlows> derived_;
    std::mutex guard_;
    std::list<Entry> entries_;
};

} // namespace gateway::serve::sdmx

// AreaIndex: every area that the register or the visible part of the store knows, by key, name and former name.
//
// Shape    one entry per key; a key that lived twice has its lives in order. Municipalities come from the store,
//          as the register of the project ends at counties.
// Threads  immutable
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve::api {

struct KnownArea {
    struct Life {
        std::string name;
        std::optional<std::int32_t> first, last; ///< days, both inclusive; nothing = not bounded
        [[nodiscard]] bool on(std::int32_t day) const noexcept {
            return (!first || *first <= day) && (!last || day <= *last);
        }
    };
    Area area;
    std::string key;         ///< area_key()
    std::string name;        ///< of the last life, else as the newest dataset calls it
    std::vector<Life> lives; ///< empty where the register does not know the key
    std::vector<std::string> former_names;
    std::vector<std::string> datasets; ///< ids of those that name it, sorted
};

struct AreaMatch {
    KnownArea const* area = nullptr;
    unsigned rank = 0; ///< 0 exact; the smaller, the nearer
};

class AreaIndex {
  public:
    AreaIndex(harmonize::territory::Register const& areas, store::Store const& store);

    [[nodiscard]] KnownArea const* find(std::string_view key) const;
    [[nodiscard]] std::map<std::string, KnownArea, std::less<>> const& all() const noexcept { return areas_; }
    /// Areas whose key begins with the words or whose name, present or former, is near them; nearest first.
    [[nodiscard]] std::vector<AreaMatch> search(std::string_view words) const;
    /// Areas directly below: Land to regions and counties, county to municipalities and sub-units.
    [[nodiscard]] std::vector<KnownArea const*> children(KnownArea const& parent) const;

  private:
    harmonize::territory::Register const& register_;
    std::map<std::string, KnownArea, std::less<>> areas_;
};

} // namespace gateway::serve::api

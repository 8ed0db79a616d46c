#include "gateway/core/area.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "gateway/core/prefix.hpp"

namespace gateway {
namespace {

constexpr std::array<std::string_view, 4> list_names{"AGS", "ARS", "NUTS", "GENESIS"};
constexpr std::array<std::string_view, 9> level_codes{"0", "1", "2", "3", "3V", "4", "4S", "A", "X"};
constexpr std::array<std::string_view, 9> level_names{
    "country", "land", "region", "county", "association", "municipality", "subunit", "authority", "other"};

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(std::array<std::string_view, N> const& names, std::string_view name) noexcept {
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::string_view to_string(CodeList list) noexcept {
    return list_names[static_cast<std::size_t>(list)];
}
std::optional<CodeList> code_list_from(std::string_view name) noexcept {
    return find_name<CodeList>(list_names, name);
}
std::string_view to_string(AreaLevel level) noexcept {
    return level_codes[static_cast<std::size_t>(level)];
}
std::string_view name_of(AreaLevel level) noexcept {
    return level_names[static_cast<std::size_t>(level)];
}
std::optional<AreaLevel> area_level_from(std::string_view name) noexcept {
    if (auto const level = find_name<AreaLevel>(level_names, name)) return level;
    return find_name<AreaLevel>(level_codes, name);
}

std::size_t AreaHash::operator()(Area const& area) const noexcept {
    auto const kind = static_cast<std::size_t>(area.list) << 4U | static_cast<std::size_t>(area.level);
    return std::hash<std::string_view>{}(area.code) + kind * 0x9E3779B97F4A7C15U;
}

std::uint64_t order_prefix(Area const& area) noexcept {
    return static_cast<std::uint64_t>(area.list) << 56U | static_cast<std::uint64_t>(area.level) << 48U |
           prefix_of(area.code) >> 16U;
}

std::string area_key(Area const& area) {
    if (area.level == AreaLevel::subunit) return area.code + "_S";
    if (area.level == AreaLevel::other) return area.code + "_X";
    return area.code;
}

std::optional<std::string> ags_from_ars(std::string_view ars) {
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    if (ars.size() != 12 || !std::all_of(ars.begin(), ars.end(), digit)) return std::nullopt;
    return std::string{ars.substr(0, 5)} + std::string{ars.substr(9)};
}

std::string_view land_of(Area const& area) noexcept {
    if (area.list != CodeList::ags && area.list != CodeList::ars) return {};
    if (area.level == AreaLevel::country || area.level == AreaLevel::other || area.code.size() < 2) return {};
    return std::string_view{area.code}.substr(0, 2);
}

bool lies_in(Area const& area, std::string_view ags) {
    if (area.level == AreaLevel::other || (area.list != CodeList::ags && area.list != CodeList::ars))
        return false;
    if (ags == "DG") return true;
    if (area.level == AreaLevel::country) return false;
    if (area.list == CodeList::ars && area.code.size() == 12) {
        auto const key = ags_from_ars(area.code);
        return key && key->compare(0, ags.size(), ags) == 0;
    }
    // Digits 6 to 9 of an ARS name an association, those of an AGS a municipality.
    if (area.list == CodeList::ars && ags.size() > 5) return false;
    return area.code.compare(0, ags.size(), ags) == 0;
}

} // namespace gateway

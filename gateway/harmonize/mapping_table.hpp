// What a service's file and a table's own file say beside variables, units and time: title, edition,
// frequency, protection.
//
// Source   the files in mappings/tables/ of the service and of the table; docs/mappings.md, tables
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

class TableRules {
  public:
    /// The service's file first, the table's after it: a table's rules win.
    void read(Section const& file);

    [[nodiscard]] Protection protection(Area const& area, TimePeriod const& period,
                                        std::string_view measure) const;
    /// Prefix of the edition that `period` lies in; `otherwise` where no edition is named.
    [[nodiscard]] std::string prefix(TimePeriod const& period, std::string const& otherwise) const;
    /// Frequency as the file says, or as the kind of `period` suggests.
    [[nodiscard]] std::string frequency(TimePeriod const& period) const;
    [[nodiscard]] std::string const& title() const noexcept { return title_; }
    [[nodiscard]] std::string const& statistic() const noexcept { return statistic_; }

  private:
    struct Interval {
        std::optional<std::int32_t> from;
        std::optional<std::int32_t> until;
        [[nodiscard]] bool holds(TimePeriod const& period) const noexcept;
    };
    struct ProtectionRule {
        Protection regime = Protection::none;
        std::vector<std::string> lands;
        std::vector<std::string> measures;
        Interval days;
    };
    struct Edition {
        std::string prefix;
        Interval days;
    };
    std::string title_;
    std::string statistic_;
    std::string frequency_;
    std::vector<ProtectionRule> protections_;
    std::vector<Edition> editions_;
};

} // namespace gateway::harmonize

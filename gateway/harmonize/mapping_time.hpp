// Time values: which forms a time variable uses, and how each form is read.
//
// Forms    year "2024" · date "2024-12-31", "31.12.2024" · duration "2022-10P6M", "2015-05P1M", "2000-P1Y" ·
//          term "WS 2022/23", "SS 2023" · school_year "2020", "2000-P1Y", "2020/21", "Schuljahr 2020/21" ·
//          month "2024-01", "01/2024"; quarter "2024-Q1", "1. Quartal 2024"; month_name "Juni 2007"
// Refused  comparisons of two periods ("2024 / 2005"): a change is no period.
// Source   mappings/time.toml; genesis web service, flat files, column `time`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

class Times {
  public:
    /// Reads time.toml.
    void read(Section const& time);
    /// The [time] section of a table: variable to forms.
    void read_table(Section const& table);

    [[nodiscard]] MappedTime map(std::string_view variable, std::string_view text) const;

  private:
    struct Rule {
        std::vector<std::string> forms;
        std::string where;
    };
    void read_forms(Section const& section);
    [[nodiscard]] std::optional<TimePeriod> apply(std::string_view form, std::string_view text) const;
    [[nodiscard]] std::optional<TimePeriod> month_name(std::string_view text) const;

    std::map<std::string, Rule, std::less<>> rules_;
    std::map<std::string, unsigned, std::less<>> months_;
    std::vector<std::pair<std::string, std::string>> refused_; ///< part of a text, and why it is no period
};

} // namespace gateway::harmonize

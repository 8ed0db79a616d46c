// The draft of a table whose rows are texts under a header: what each column is by its header and its texts, what the
// rows of the header say above the columns of figures. Internal to feed_draft*.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/profile.hpp"
#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest::draft {

using adapters::csv::ColumnProfile;
using adapters::csv::Profile;

enum class Role : std::uint8_t { time, area, area_name, unit, remark, value, dimension, nothing };

TimeForm time_form_of(ColumnProfile const& column);

class RowsDraft {
  public:
    /// `layout`: lines in place of the dialect, for rows that come from another format; `remarks` above all.
    RowsDraft(Profile const& profile, std::string const& file_name, std::int32_t day, AreaNames const& names,
              std::vector<std::string> const* layout = nullptr,
              std::vector<std::string> const* remarks = nullptr);
    std::string text();

  private:
    void line(std::string const& text) { out_ += text + "\n"; }
    void head();
    void layout();
    void ignored();
    [[nodiscard]] bool parts_thousands(char mark) const;
    void marks();
    void find_headings();
    void headings();
    void notes();
    [[nodiscard]] bool all_above(std::size_t row, bool (*fits)(std::string_view)) const;
    void dimensions();
    void keys_of(ColumnProfile const& area);
    void values();
    void variables();
    [[nodiscard]] std::size_t number_of(ColumnProfile const& column) const {
        return static_cast<std::size_t>(&column - profile_.columns.data());
    }
    [[nodiscard]] std::string const& name_of(ColumnProfile const& column) const {
        return variables_[number_of(column)];
    }
    /// A column without a header, or with that of another, by its number.
    [[nodiscard]] std::string place_of(ColumnProfile const& column) const {
        auto const same = std::count_if(profile_.columns.begin(), profile_.columns.end(),
                                        [&column](auto const& each) { return each.header == column.header; });
        return column.header.empty() || same > 1 ? "column_number = " + std::to_string(number_of(column) + 1)
                                                 : "column = " + quoted(column.header);
    }
    [[nodiscard]] ColumnProfile const* first(Role role) const {
        for (std::size_t i = 0; i < roles_.size(); ++i)
            if (roles_[i] == role) return &profile_.columns[i];
        return nullptr;
    }
    [[nodiscard]] std::vector<ColumnProfile const*> all(Role role) const {
        std::vector<ColumnProfile const*> found;
        for (std::size_t i = 0; i < roles_.size(); ++i)
            if (roles_[i] == role) found.push_back(&profile_.columns[i]);
        return found;
    }

    Profile const& profile_;
    std::string const& file_name_;
    std::int32_t day_;
    AreaNames const& names_;
    std::vector<std::string> const* own_layout_;
    std::vector<std::string> const* remarks_;
    std::vector<Role> roles_;
    std::vector<std::string> variables_;      ///< by column, each once
    std::size_t time_row_ = 0, unit_row_ = 0; ///< rows of the header, from 1
    std::vector<std::size_t> heading_rows_;
    std::string out_;
};

} // namespace gateway::ingest::draft

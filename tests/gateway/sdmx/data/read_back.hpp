// A message read by the project's own readers: its content hash, and every row as text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/sdmx/content.hpp"
#include "adapters/sdmx/facts.hpp"

namespace gateway::sdmx::data::testing {

struct ReadBack {
    std::string hash;
    /// "[Delete ]AREA=03153 FREQ=A ... #7", sorted; components without a text have none.
    std::vector<std::string> rows;
    std::vector<std::string> issues;
};

class RowTexts final : public adapters::sdmx::RowSink {
  public:
    void data_set(adapters::sdmx::DataSetInfo const& info) override { hash.data_set(info); }
    void component(std::uint32_t number, adapters::sdmx::Component const& component) override {
        hash.component(number, component);
        if (ids_.size() <= number) ids_.resize(number + 1);
        ids_[number] = component.id;
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        hash.code(component, number, text);
        if (codes_.size() <= component) codes_.resize(component + 1);
        if (codes_[component].size() <= number) codes_[component].resize(number + 1);
        codes_[component][number] = text;
    }
    void row(adapters::sdmx::Row const& row) override {
        hash.row(row);
        std::string text = row.action == adapters::sdmx::Action::delete_ ? "Delete " : "";
        for (auto const value : row.values)
            if (auto const& code = codes_[value.component][value.code]; !code.empty())
                text += ids_[value.component] + "=" + code + " ";
        for (auto const& measure : row.measures) {
            if (measure.kind == adapters::sdmx::Measured::Kind::absent) continue;
            text += "#" + (measure.kind == adapters::sdmx::Measured::Kind::number
                               ? measure.number.to_string()
                               : "text " + std::string{measure.text});
        }
        rows.push_back(std::move(text));
    }
    void issue(Issue issue) override { issues.push_back(issue.text); }

    adapters::sdmx::ContentHash hash;
    std::vector<std::string> rows, issues;

  private:
    std::vector<std::string> ids_;
    std::vector<std::vector<std::string>> codes_;
};

struct Hashed {
    std::string hash;
    std::uint64_t rows = 0;
};

/// The hash alone, for messages whose rows are too many to keep.
class OnlyHash final : public adapters::sdmx::RowSink {
  public:
    void data_set(adapters::sdmx::DataSetInfo const& info) override { hash.data_set(info); }
    void component(std::uint32_t number, adapters::sdmx::Component const& component) override {
        hash.component(number, component);
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        hash.code(component, number, text);
    }
    void row(adapters::sdmx::Row const& row) override { hash.row(row); }
    void issue(Issue issue) override { ADD_FAILURE() << issue.text; }
    adapters::sdmx::ContentHash hash;
};

inline Hashed hash_of(std::string const& message, std::string const& name) {
    OnlyHash only;
    adapters::sdmx::Rows rows{only};
    adapters::sdmx::read_data(adapters::sdmx::document_kind(message), message, io::xml_source(message), name,
                              rows, nullptr);
    return {only.hash.hex(), only.hash.rows()};
}

inline ReadBack read_back(std::string const& message, std::string const& name) {
    using adapters::sdmx::DocumentKind;
    RowTexts texts;
    adapters::sdmx::Rows rows{texts};
    adapters::sdmx::read_data(adapters::sdmx::document_kind(message), message, io::xml_source(message), name,
                              rows, nullptr);
    std::sort(texts.rows.begin(), texts.rows.end());
    return {texts.hash.hex(), std::move(texts.rows), std::move(texts.issues)};
}

} // namespace gateway::sdmx::data::testing

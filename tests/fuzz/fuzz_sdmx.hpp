// Common to the SDMX targets: a sink that checks what the readers promise.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/sdmx/content.hpp"
#include "adapters/sdmx/rows.hpp"

namespace fuzz {

inline std::string bytes_of(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    return bytes;
}

/// Every number is announced before it is used; a row has a component once; the hash takes all of it.
class Checked final : public adapters::sdmx::RowSink {
  public:
    void data_set(adapters::sdmx::DataSetInfo const& info) override { hash_.data_set(info); }
    void component(std::uint32_t number, adapters::sdmx::Component const& component) override {
        if (number > codes_.size()) std::abort();
        if (number == codes_.size()) codes_.push_back(0);
        hash_.component(number, component);
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        if (component >= codes_.size() || number != codes_[component]) std::abort();
        ++codes_[component];
        hash_.code(component, number, text);
    }
    void row(adapters::sdmx::Row const& row) override {
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            auto const value = row.values[i];
            if (value.component >= codes_.size() || value.code >= codes_[value.component]) std::abort();
            for (std::size_t k = 0; k < i; ++k)
                if (row.values[k].component == value.component) std::abort();
        }
        for (auto const& measure : row.measures)
            if (measure.component >= codes_.size()) std::abort();
        hash_.row(row);
    }
    void issue(gateway::Issue issue) override {
        if (issue.text.empty() || issue.next_step.empty()) std::abort();
    }
    ~Checked() override {
        if (hash_.hex().size() != 64) std::abort();
    }

  private:
    std::vector<std::uint32_t> codes_;
    adapters::sdmx::ContentHash hash_;
};

} // namespace fuzz

// Observations with everything that holds for them: what stands at the data set, at groups and at the series is
// handed down.
//
// Order    the nearer level wins: observation, series, group, data set. An empty text says nothing.
// Errors   Issues: a group behind the series it belongs to (what was handed out before lacks its attributes), a
//          group in structure-specific data whose data structure is not known; Error too_large for more groups
//          than fit.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/sdmx/sink.hpp"

namespace adapters::sdmx {

struct Row {
    std::span<Coded const> values; ///< one per component, in the order of the components' ids
    std::span<Measured const> measures;
    Action action = Action::information;
    std::uint64_t line = 0;
    std::uint32_t column = 0;
};

class RowSink {
  public:
    RowSink() = default;
    RowSink(RowSink const&) = delete;
    RowSink& operator=(RowSink const&) = delete;
    virtual ~RowSink() = default;
    virtual void data_set(DataSetInfo const& info) = 0;
    virtual void component(std::uint32_t number, Component const& component) = 0;
    virtual void code(std::uint32_t component, std::uint32_t number, std::string_view text) = 0;
    virtual void row(Row const& row) = 0;
    virtual void issue(Issue issue) = 0;
};

/// Turns what a reader says into rows.
class Rows final : public SdmxSink {
  public:
    explicit Rows(RowSink& to) : to_(to) {}

    void message(MessageInfo const& info) override { static_cast<void>(info); }
    void data_set(DataSetInfo const& info) override;
    void component(std::uint32_t number, Component const& component) override;
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override;
    void attributes(std::span<Coded const> values) override;
    void group(std::span<Coded const> values, std::uint64_t line) override;
    void series(SeriesInfo const& info) override;
    void observation(ObservationInfo const& info) override;
    void end_data_set() override;
    void footer(Note const& note) override { static_cast<void>(note); }
    void error(Note const& note) override { static_cast<void>(note); }
    void issue(Issue issue) override { to_.issue(std::move(issue)); }
    void finish() override {}

    /// True after a group whose key could not be told from its attributes.
    [[nodiscard]] bool lacks_structure() const noexcept { return lacks_structure_; }

  private:
    /// Groups with the same dimensions in their key.
    struct Groups {
        std::vector<std::uint32_t> key;
        std::unordered_map<std::string, std::vector<Coded>> attributes; ///< by the codes of the key
        bool at_observation = false; ///< for the series at hand: its key needs a code of the observation
    };
    static constexpr std::size_t most_groups = 1'000'000;

    [[nodiscard]] bool says_nothing(Coded value) const noexcept;
    void put(std::vector<Coded>& into, Coded value) const;
    bool put_group(Groups const& groups, std::vector<Coded> const& from, std::vector<Coded>& into);
    void start_series(std::span<Coded const> values);

    RowSink& to_;
    Action action_ = Action::information;
    std::vector<std::string> ids_;
    std::vector<Role> roles_;
    std::vector<std::uint32_t> ranks_;       ///< place of a component in the order of ids
    std::vector<std::uint32_t> empty_codes_; ///< number of the empty text, per component
    std::vector<Groups> groups_;
    std::size_t group_count_ = 0;
    std::vector<Coded> data_set_, series_, row_, key_;
    std::string group_key_;
    bool in_series_ = false, seen_rows_ = false, told_late_ = false, lacks_structure_ = false;
    bool has_group_at_observation_ = false;
};

} // namespace adapters::sdmx

// Counts what a reader says and hands it on. Internal to facts.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/sdmx/rows.hpp"

namespace adapters::sdmx {

class Counts final : public SdmxSink {
  public:
    explicit Counts(SdmxSink& next) : next_(next) {}

    void message(MessageInfo const& given) override {
        info = given;
        next_.message(given);
    }
    void data_set(DataSetInfo const& set) override {
        ++data_sets;
        actions.push_back(set.action);
        says_action.push_back(set.says_action);
        if (auto text = set.structure.text(); structures.empty() || structures.back() != text)
            structures.push_back(std::move(text));
        next_.data_set(set);
    }
    void component(std::uint32_t number, Component const& component) override {
        if (number == roles.size()) {
            roles.push_back(component.role);
            ids.emplace_back(component.id);
        } else {
            roles[number] = component.role;
        }
        next_.component(number, component);
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        next_.code(component, number, text);
    }
    void attributes(std::span<Coded const> values) override {
        data_set_attributes += values.size();
        next_.attributes(values);
    }
    void group(std::span<Coded const> values, std::uint64_t line) override {
        ++groups;
        next_.group(values, line);
    }
    void series(SeriesInfo const& series) override {
        if (!series.is_row) {
            ++series_count;
            series_attributes += attributes_in(series.values);
        }
        next_.series(series);
    }
    void observation(ObservationInfo const& observation) override {
        ++observations;
        observation_attributes += attributes_in(observation.values);
        bool has_value = false;
        for (auto const& measure : observation.measures) {
            has_value = has_value || measure.kind != Measured::Kind::absent;
            if (measure.kind == Measured::Kind::text) ++texts;
        }
        if (!has_value) ++without_value;
        next_.observation(observation);
    }
    void end_data_set() override { next_.end_data_set(); }
    void footer(Note const& note) override {
        footers.push_back(note);
        next_.footer(note);
    }
    void error(Note const& note) override {
        errors.push_back(note);
        next_.error(note);
    }
    void issue(Issue issue) override { issues.push_back(std::move(issue)); }
    void finish() override { next_.finish(); }

    MessageInfo info;
    std::uint64_t data_sets = 0, series_count = 0, groups = 0, observations = 0, without_value = 0, texts = 0;
    std::uint64_t data_set_attributes = 0, series_attributes = 0, observation_attributes = 0;
    std::vector<Action> actions;
    std::vector<bool> says_action;
    std::vector<std::string> structures, ids;
    std::vector<Role> roles;
    std::vector<Note> footers, errors;
    std::vector<Issue> issues;

  private:
    [[nodiscard]] std::uint64_t attributes_in(std::span<Coded const> values) const {
        std::uint64_t count = 0;
        for (auto const value : values) count += roles[value.component] == Role::attribute ? 1U : 0U;
        return count;
    }
    SdmxSink& next_;
};

} // namespace adapters::sdmx

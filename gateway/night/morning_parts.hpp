// What the makers and writers of the morning report share. Internal to gateway/night.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/night/morning.hpp"

namespace gateway::night {

/// One report under way.
struct Desk {
    Facts const& facts;
    MorningWindow const& window;
    intake::TimeZone const& zone;
    CommandWords const& words;
    Morning& morning;

    [[nodiscard]] bool is_in(UnixTime time) const noexcept {
        return time >= window.from && time <= window.until;
    }
    void add(MorningLine line) const { morning.lines.push_back(std::move(line)); }
};

inline constexpr std::size_t longest_message = 220; ///< bytes of a source's own words

void report_datasets(Desk const& desk); // morning_datasets.cpp
void report_items(Desk const& desk);    // morning_items.cpp
/// Lines and counts of what offices delivered, and of what they should have.
void report_deliveries(Desk const& desk); // morning_deliveries.cpp

/// Lines of a topic that people see: a page stays a page.
struct Shown {
    std::vector<MorningLine const*> lines;
    std::size_t all = 0;
    [[nodiscard]] std::size_t hidden() const noexcept { return all - lines.size(); }
};
Shown shown_of(Morning const& morning, Topic topic);
/// "und 2285 weitere; alle nennt: kreislauf report --json"
std::string hidden_text(Shown const& shown);

} // namespace gateway::night

#include "gateway/harmonize/territory/audit.hpp"

#include <cmath>
#include <map>

#include "gateway/core/time_period.hpp"

namespace gateway::harmonize::territory {
namespace {

std::string shown(double number) {
    auto text = std::to_string(number);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
}

class Audit {
  public:
    explicit Audit(Crosswalk const& crosswalk) : crosswalk_(crosswalk), issues_(crosswalk.issues) {}
    std::vector<Issue> run();

  private:
    void weights(std::uint32_t key, std::uint32_t entry);
    void gaps(std::uint32_t key);
    void lengths(KeyTable const& keys, char const* side);
    [[nodiscard]] std::string place(std::uint32_t key, std::int32_t status) const {
        return std::string{crosswalk_.old_keys.text(key)} + " at " +
               (crosswalk_.status == Crosswalk::Status::day ? date_text(status) : std::to_string(status));
    }
    void fold(std::string const& cause, Issue issue) {
        auto const [at, added] = folded_.try_emplace(cause, issues_.size());
        if (added)
            issues_.push_back(std::move(issue));
        else
            ++issues_[at->second].count;
    }

    Crosswalk const& crosswalk_;
    std::vector<Issue> issues_;
    std::map<std::string, std::size_t> folded_;
};

void Audit::weights(std::uint32_t key, std::uint32_t entry) {
    auto const parts = crosswalk_.parts_of(entry);
    for (std::size_t w = 0; w < weight_count; ++w) {
        double sum = 0;
        for (auto const& part : parts) sum += part.weights[w];
        if (std::isnan(sum) || std::abs(sum - 1) <= 1e-9) continue;
        bool const rounding = std::abs(sum - 1) <= 1e-3;
        auto const name = std::string{to_string(static_cast<Weight>(w))};
        fold((rounding ? "rounding " : "sum ") + name,
             {Errc::malformed,
              rounding ? Severity::info : Severity::warning,
              {parts[0].row, 0},
              "the " + name + " weights of " + place(key, crosswalk_.statuses[entry]) + " add up to " +
                  shown(sum),
              rounding ? "they are scaled to 1"
                       : "another weight takes their place there (area where nobody lives), marked "
                         "weight_fallback; --mode ags uses them as they are",
              1});
    }
}

void Audit::gaps(std::uint32_t key) {
    if (crosswalk_.status == Crosswalk::Status::day) return;
    for (auto entry = crosswalk_.first_entry[key] + 1; entry < crosswalk_.first_entry[key + 1U]; ++entry)
        if (crosswalk_.statuses[entry] == crosswalk_.statuses[entry - 1] + 2)
            fold("gap", {Errc::structure_changed,
                         Severity::info,
                         {},
                         place(key, crosswalk_.statuses[entry] - 1) +
                             " is not in the table, but in the year before and after",
                         "its data of that year match with --nearest-year only",
                         1});
}

void Audit::lengths(KeyTable const& keys, char const* side) {
    for (std::uint32_t key = 1; key < keys.size(); ++key)
        if (keys.text(key).size() != keys.text(0).size())
            fold(side, {Errc::malformed,
                        Severity::warning,
                        {},
                        std::string{side} + " keys of different length: " + std::string{keys.text(0)} + ", " +
                            std::string{keys.text(key)},
                        "levels are mixed, or leading zeros are lost; check the table",
                        1});
}

std::vector<Issue> Audit::run() {
    for (std::uint32_t key = 0; key < crosswalk_.old_keys.size(); ++key) {
        for (auto entry = crosswalk_.first_entry[key]; entry < crosswalk_.first_entry[key + 1U]; ++entry)
            weights(key, entry);
        gaps(key);
    }
    lengths(crosswalk_.old_keys, "old");
    lengths(crosswalk_.new_keys, "new");
    return std::move(issues_);
}

} // namespace

std::vector<Issue> audited(Crosswalk const& crosswalk) {
    return Audit{crosswalk}.run();
}

} // namespace gateway::harmonize::territory

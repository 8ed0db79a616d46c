#include "gateway/harmonize/territory/finer.hpp"

namespace gateway::harmonize::territory {
namespace {

std::string name_of(std::string_view target, std::string_view time,
                    std::vector<std::string_view> const& strata) {
    constexpr char between = '\x1F';
    std::string name{time};
    name += between;
    name += target;
    for (auto const text : strata) {
        name += between;
        name += text;
    }
    return name;
}

} // namespace

Finer::Finer(Conversion const& municipal) {
    each_result(municipal, [&](DataTime const& time, std::span<ResultRow const> rows) {
        for (auto const& row : rows) {
            std::vector<double> values;
            for (auto const& value : row.values) {
                bool const sound = value.has_number && value.status < ResultStatus::estimated;
                values.push_back(sound ? value.value() : std::nan(""));
            }
            sums_.emplace(name_of(municipal.plan().targets()[row.target], time.text,
                                  municipal.strata().texts(row.stratum)),
                          std::move(values));
        }
    });
}

double Finer::measured(std::string_view target, std::string_view time,
                       std::vector<std::string_view> const& strata, std::size_t value) const {
    auto const found = sums_.find(name_of(target, time, strata));
    return found == sums_.end() || value >= found->second.size() ? std::nan("") : found->second[value];
}

} // namespace gateway::harmonize::territory

#include <algorithm>
#include <map>

#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/query/changes.hpp"

namespace gateway::query {
namespace {

constexpr std::size_t rows_per_pull = 64;

/// Texts of a store's numbers, each asked for once.
class Texts {
  public:
    explicit Texts(store::Store const& store) : store_(store) {}
    std::string const& area(store::AreaNo no) {
        auto found = areas_.find(no);
        if (found == areas_.end()) found = areas_.emplace(no, area_key(store_.area(no))).first;
        return found->second;
    }
    std::string const& state(store::StateNo no) {
        auto found = states_.find(no);
        if (found == states_.end()) found = states_.emplace(no, state_text(store_.state(no))).first;
        return found->second;
    }

  private:
    store::Store const& store_;
    std::map<store::AreaNo, std::string> areas_;
    std::map<store::StateNo, std::string> states_;
};

} // namespace

std::string state_text(store::State const& state) {
    if (state == store::State{}) return {};
    auto const& quality = state.quality;
    std::string text{state.reason ? to_string(*state.reason) : std::string_view{}};
    text += ';';
    text += to_char(quality.status);
    text += ';';
    text += to_char(quality.confidentiality);
    text += ';';
    if (quality.protection != Protection::none) text += to_string(quality.protection);
    text += ';';
    text += quality.sign.text();
    text += ';';
    if (quality.bounds) text += quality.bounds->below.to_string() + ' ' + quality.bounds->above.to_string();
    return text;
}

std::string ChangeReader::state(std::uint64_t number) {
    auto const snapshot = store_.snapshot();
    stand_at(store_.last_change());
    if (number > last_)
        throw Error{Errc::invalid_argument,
                    "this place lies behind the end of the change log; take the full state once more"};
    auto datasets = store_.datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    Texts texts{store_};
    io::Sha256 sum;
    std::vector<std::string> lines;
    for (auto const& info : datasets) {
        if (!wants(info.id)) continue;
        auto const state = store_.state_at(info.id, number);
        if (!state)
            throw Error{Errc::not_found, "the change log no longer says what the state was at this place; go "
                                         "on to a newer one"};
        if (areas() && areas()->empty()) continue;
        std::map<std::string, store::IndicatorNo> indicators;
        for (auto const no : store_.indicators(info.id))
            if (wanted_indicator(no)) indicators.emplace(store_.indicator(no).text(), no);
        // Where a vintage is in by half, series up to there are as of it, the others as before.
        auto const is_in = [&state](store::SeriesRef ref) {
            return state->half &&
                   (ref.indicator < state->half->indicator ||
                    (ref.indicator == state->half->indicator && ref.area <= state->half->area));
        };
        for (auto const& [key, no] : indicators) {
            lines.clear();
            auto const head = info.id + '\t' + key + '\t';
            for (bool const later : {false, true}) {
                if (later && !state->half) break;
                auto const vintage = state->vintage + (later ? 1U : 0U);
                if (vintage == 0) continue;
                store::Pull pull;
                pull.dataset = info.id;
                pull.vintage = vintage;
                pull.without_sealed = true;
                pull.indicators = {no};
                if (areas()) pull.areas = *areas();
                while (store_.pull(pull, rows_per_pull, [&](store::SeriesRef ref, auto const series) {
                    if (is_in(ref) != later) return;
                    for (auto const& one : series)
                        lines.push_back(head + texts.area(ref.area) + '\t' + one.period.to_sdmx() + '\t' +
                                        value_text(one, store_.state(one.state)) + '\t' +
                                        texts.state(one.state) + '\n');
                })) {
                }
            }
            std::sort(lines.begin(), lines.end());
            for (auto const& line : lines) sum.update(line);
        }
    }
    return sum.hex();
}

} // namespace gateway::query

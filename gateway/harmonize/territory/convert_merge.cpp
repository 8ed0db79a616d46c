#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "gateway/harmonize/territory/convert.hpp"

namespace gateway::harmonize::territory {

// Numbers of keys, times and strata are those of one conversion; texts say which belong together. Sources are
// numbered by the plan, alike in all.
void Conversion::merge(Conversion const& other, std::uint64_t lines_before) {
    for (auto const& theirs : other.keys_)
        if (auto const mine = key(theirs.text); wants_name(mine)) name_key(mine, theirs.name);
    std::vector<std::uint32_t> times;
    for (auto const& theirs : other.times_) times.push_back(time(theirs.text));
    auto const limit = static_cast<std::uint32_t>(plan_.crosswalk().old_keys.size());
    std::vector<std::uint32_t> codes(strata_.columns());
    std::vector<std::uint32_t> blocks(other.sums_.block_count());
    for (std::uint32_t stratum = 0; stratum < other.strata_.size(); ++stratum) {
        auto const texts = other.strata_.texts(stratum);
        for (std::size_t column = 0; column < texts.size(); ++column)
            codes[column] = strata_.code(column, texts[column]);
        auto const mine = strata_.combine(codes);
        for (std::uint32_t t = 0; t < times.size(); ++t) {
            auto const theirs = other.sums_.find(stratum, t);
            if (theirs == Sums::none) continue;
            auto const ours = sums_.blocks(mine, times[t]);
            sums_.merge(ours, other.sums_, theirs);
            for (std::uint32_t value = 0; value < sums_.values(); ++value) {
                blocks[theirs + value] = ours + value;
                if (theirs + value < other.lack_.size())
                    bits(lack_, ours + value).merge(other.lack_[theirs + value], limit);
                if (theirs + value >= other.seen_.size()) continue;
                auto const twice = bits(seen_, ours + value).merge(other.seen_[theirs + value], limit);
                if (twice == limit) continue;
                throw Error{Errc::conflict, "a second row for " +
                                                std::string{plan_.crosswalk().old_keys.text(twice)} + ", " +
                                                times_[times[t]].text + " stands in another part"};
            }
        }
    }
    sums_.merge_notes(other.sums_, blocks);
    for (std::size_t fate = 0; fate < fate_count; ++fate) fates_[fate] += other.fates_[fate];
    repaired_rows_ += other.repaired_rows_;
    std::map<std::tuple<Fate, std::string, std::string>, Trouble*> known;
    for (auto& [name, mine] : troubles_) known[{mine.fate, mine.key, mine.time}] = &mine;
    for (auto const& [name, theirs] : other.troubles_) {
        auto const found = known.find({theirs.fate, theirs.key, theirs.time});
        if (found == known.end()) {
            // Its number there may be taken here.
            auto& mine = troubles_[(std::uint64_t{0xF} << 60U) | troubles_.size()];
            mine = theirs;
            mine.first_line += lines_before;
            continue;
        }
        found->second->rows += theirs.rows;
        found->second->first_line = std::min(found->second->first_line, theirs.first_line + lines_before);
    }
}

// All but plan_, reader_ and ags_, which follow from the plan.
void Conversion::take(Conversion&& other) {
    sums_ = std::move(other.sums_);
    strata_ = std::move(other.strata_);
    key_texts_ = std::move(other.key_texts_);
    keys_ = std::move(other.keys_);
    time_texts_ = std::move(other.time_texts_);
    time_numbers_ = std::move(other.time_numbers_);
    time_names_ = std::move(other.time_names_);
    times_ = std::move(other.times_);
    routes_ = std::move(other.routes_);
    steps_ = std::move(other.steps_);
    seen_ = std::move(other.seen_);
    lack_ = std::move(other.lack_);
    std::copy(std::begin(other.fates_), std::end(other.fates_), std::begin(fates_));
    repaired_rows_ = other.repaired_rows_;
    troubles_ = std::move(other.troubles_);
    attribute_texts_ = std::move(other.attribute_texts_);
    fits_ = std::move(other.fits_);
}

} // namespace gateway::harmonize::territory

#include "gateway/harmonize/territory/convert.hpp"

namespace gateway::harmonize::territory {

// Numbers of keys, times and strata are those of one conversion; texts say which belong together. Sources are
// numbered by the plan, alike in all.
void Conversion::merge(Conversion const& other) {
    for (auto const& theirs : other.keys_) key(theirs.text);
    std::vector<std::uint32_t> times;
    for (auto const& theirs : other.times_) times.push_back(time(theirs.text));
    auto const limit = plan_.crosswalk().old_keys.size();
    std::vector<std::uint32_t> codes(strata_.columns());
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
                if (theirs + value < other.lack_.size())
                    for (std::uint32_t bit = 0; bit < limit; ++bit)
                        if (other.lack_[theirs + value].test(bit)) bits(lack_, ours + value).set(bit);
                if (theirs + value >= other.seen_.size()) continue;
                for (std::uint32_t bit = 0; bit < limit; ++bit) {
                    if (!other.seen_[theirs + value].test(bit) || !bits(seen_, ours + value).set(bit))
                        continue;
                    throw Error{Errc::conflict, "a second row for " +
                                                    std::string{plan_.crosswalk().old_keys.text(bit)} + ", " +
                                                    times_[times[t]].text + " stands in another part"};
                }
            }
        }
    }
    for (std::size_t fate = 0; fate < fate_count; ++fate) fates_[fate] += other.fates_[fate];
    repaired_rows_ += other.repaired_rows_;
    for (auto const& [name, theirs] : other.troubles_) {
        // Lines of both parts count from the start of the document; names differ, so they get new ones.
        auto const slot = (std::uint64_t{0xF} << 60U) | troubles_.size();
        bool found = false;
        for (auto& [known, mine] : troubles_) {
            if (mine.fate != theirs.fate || mine.key != theirs.key || mine.time != theirs.time) continue;
            mine.rows += theirs.rows;
            if (theirs.first_line < mine.first_line) mine.first_line = theirs.first_line;
            found = true;
            break;
        }
        if (!found) troubles_[slot] = theirs;
    }
}

} // namespace gateway::harmonize::territory

#include "gateway/store/load.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

constexpr std::uint64_t bit(unsigned slot) noexcept {
    return std::uint64_t{1} << slot;
}

bool same_issue(Issue const& a, Issue const& b) {
    return a.code == b.code && a.severity == b.severity && a.position == b.position && a.text == b.text &&
           a.next_step == b.next_step && a.count == b.count;
}

} // namespace

SqliteLoad::SqliteLoad(Core& core, LoadRequest request)
    : core_(core), transaction_(core, request.trial), request_(std::move(request)),
      known_dimensions_(core.catalog.dataset(request_.dataset.id).value_or(DatasetInfo{}).dimensions),
      dataset_(core.catalog.merge_dataset(request_.dataset)), last_(core.catalog.last_vintage(dataset_)),
      vintage_(last_ ? last_->no + 1 : 1), area_rows_(core.by_area) {}

IndicatorNo SqliteLoad::indicator(IndicatorKey const& key) {
    return core_.numbers.intern(dataset_, key);
}
AreaNo SqliteLoad::area(Area const& area) {
    return core_.numbers.intern(area);
}
StateNo SqliteLoad::state(State const& state) {
    return core_.numbers.intern(state);
}
void SqliteLoad::document(std::int64_t no) {
    request_.document = no;
}
void SqliteLoad::issue(Issue const& issue) {
    issues_.push_back(issue);
}

void SqliteLoad::late_issues(std::function<std::vector<Issue>()> tell) {
    tell_issues_ = std::move(tell);
}

void SqliteLoad::attempt(Attempt const& attempt) {
    attempt_ = attempt;
}

void SqliteLoad::position(std::string_view source, std::string_view item, std::string_view text) {
    positions_.push_back({std::string{source}, std::string{item}, std::string{text}});
}

void SqliteLoad::watch(std::function<void(Change const&)> see) {
    see_ = std::move(see);
}

void SqliteLoad::depends_on(std::function<void()> durable) {
    durable_ = std::move(durable);
}

void SqliteLoad::before_commit(std::function<void(LoadResult const&)> last_word) {
    last_word_ = std::move(last_word);
}

void SqliteLoad::label(std::string_view dimension, std::string_view code, std::string_view text) {
    if (text.empty()) return;
    if (labels_ == nullptr) labels_ = &core_.labels.in_force(dataset_);
    auto const known =
        labels_->empty() ? labels_->end() : labels_->find({std::string{dimension}, std::string{code}});
    if (known == labels_->end() || known->second != text)
        new_labels_.set(dimension, code, text);
    else
        new_labels_.take_back(dimension, code);
}

void SqliteLoad::check(IndicatorNo indicator, AreaNo area, std::span<PackedObservation const> observations) {
    auto const place = [&] {
        return "store: " + request_.dataset.id + ", indicator " + std::to_string(indicator) + ", area " +
               std::to_string(area) + ": ";
    };
    auto const refuse = [&](std::string const& why) { throw Error{Errc::invalid_argument, place() + why}; };
    if (is_over_) refuse("the load is already over");
    if (previous_ &&
        (indicator < previous_->indicator || (indicator == previous_->indicator && area <= previous_->area)))
        refuse("series must come in ascending (indicator, area) order, each once; the one before was "
               "indicator " +
               std::to_string(previous_->indicator) + ", area " + std::to_string(previous_->area));
    if ((!previous_ || previous_->indicator != indicator) && core_.numbers.dataset_of(indicator) != dataset_)
        refuse("the indicator belongs to another dataset");
    auto const states = core_.numbers.state_count();
    TimePeriod const* before = nullptr;
    for (auto const& each : observations) {
        if (before != nullptr && !(*before < each.period))
            refuse("periods must ascend, each once; " + each.period.to_sdmx() + " comes after " +
                   before->to_sdmx());
        if (each.state >= states) refuse("unknown state number " + std::to_string(each.state));
        if (each.number.scale() > Decimal::max_scale) refuse("a number has more digits than can be kept");
        before = &each.period;
    }
}

void SqliteLoad::put(IndicatorNo indicator, AreaNo area, std::span<PackedObservation const> observations) {
    check(indicator, area, observations);
    previous_ = SeriesRef{indicator, area};
    auto const key = row_key(indicator, area);
    if (key != open_key_) {
        close_row();
        open_row(key);
    }
    auto const slot = slot_of(area);
    delivered_ |= bit(slot);
    std::span<PackedObservation const> stored;
    if (stored_view_ && stored_view_->holds(slot)) {
        stored = at_place(core_.by_indicator.name(), key,
                          [&] { return decoder_.decode(as_bytes(stored_view_->slot(slot)), decode_slack); });
    }
    auto const before = counts_;
    bool const changed = merger_.merge(stored, observations, vintage_, counts_);
    if (!merger_.undelivered().empty()) note_gaps(slot);
    if (!changed) return;
    if (see_) tell_changes(indicator, area);
    if (request_.trial) return;

    changed_ |= bit(slot);
    if (counts_.added != before.added) added_ |= bit(slot);
    if (counts_.revised != before.revised) revised_ |= bit(slot);
    auto const at = packed_.size();
    encoder_.append(merger_.current(), packed_);
    packed_at_[slot] = {at, packed_.size() - at};
    area_rows_.add(indicator, area, std::string_view{packed_}.substr(at));
    if (merger_.superseded().empty()) return;
    superseded_ |= bit(slot);
    auto const gone_at = gone_.size();
    history_encoder_.append(merger_.superseded(), gone_);
    gone_at_[slot] = {gone_at, gone_.size() - gone_at};
}

void SqliteLoad::tell_changes(IndicatorNo indicator, AreaNo area) {
    auto before = merger_.superseded().begin();
    for (auto const& each : merger_.current()) {
        if (each.vintage != vintage_) continue;
        Change change{indicator, area, each.period, std::nullopt, each};
        if (before != merger_.superseded().end() && before->period == each.period) change.before = *before++;
        see_(change);
    }
}

void SqliteLoad::open_row(std::int64_t key) {
    open_key_ = key;
    delivered_ = changed_ = superseded_ = added_ = revised_ = 0;
    packed_.clear();
    gone_.clear();
    stored_view_.reset();
    gaps_from_ = gaps_.size();
    if (last_ && core_.by_indicator.load(key, stored_)) stored_view_ = core_.by_indicator.view(key, stored_);
}

void SqliteLoad::set_spans(Slots& slots, std::uint64_t mask, std::string_view bytes,
                           std::array<Span, chunk_slots> const& at) {
    for (auto left = mask; left != 0; left &= left - 1) {
        auto const slot = static_cast<unsigned>(std::countr_zero(left));
        slots.set(slot, bytes.substr(at[slot].at, at[slot].size));
    }
}

void SqliteLoad::close_row() {
    if (open_key_ < 0) return;
    if (stored_view_) touched_.push_back({open_key_, delivered_, gaps_from_});
    if (changed_ != 0) {
        delivered_changes_.push_back({open_key_, added_, revised_, 0});
        Slots slots;
        if (stored_view_) slots.set(*stored_view_);
        set_spans(slots, changed_, packed_, packed_at_);
        write_chunk(open_key_, slots, row_);
        core_.by_indicator.save(open_key_, row_);
    }
    if (superseded_ != 0) {
        Slots slots;
        set_spans(slots, superseded_, gone_, gone_at_);
        write_chunk(HistoryTable::sealed_key(open_key_, vintage_), slots, row_);
        core_.history.save(open_key_, vintage_, row_);
    }
    stored_view_.reset();
    open_key_ = -1;
}

void SqliteLoad::note_gaps(unsigned slot) {
    // Of the row as delete_in_row() will find it.
    auto const positions = request_.trial ? merger_.undelivered_stored() : merger_.undelivered();
    std::string runs;
    std::size_t count = 0;
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < positions.size(); ++count) {
        std::size_t end = i + 1;
        while (end < positions.size() && positions[end] == positions[end - 1] + 1) ++end;
        put_varint(runs, positions[i] - next);
        put_varint(runs, end - i);
        next = positions[end - 1] + 1;
        i = end;
    }
    gaps_.push_back(static_cast<char>(slot));
    put_varint(gaps_, count);
    gaps_ += runs;
}

void SqliteLoad::delete_undelivered(Coverage const& coverage) {
    auto touched = touched_.begin();
    for (auto const indicator : core_.numbers.indicators(dataset_)) {
        auto const range = rows_of(indicator);
        for (auto const key : core_.by_indicator.keys(range.first, range.last)) {
            while (touched != touched_.end() && touched->key < key) ++touched;
            bool const known = touched != touched_.end() && touched->key == key;
            delete_in_row(indicator, key, known ? &*touched : nullptr, coverage);
        }
    }
    area_rows_.flush();
}

void SqliteLoad::delete_in_row(IndicatorNo indicator, std::int64_t key, Touched const* touched,
                               Coverage const& coverage) {
    // Which observations to ask about: all of a slot without delivery, the gaps of one with.
    std::array<std::vector<std::uint32_t>, chunk_slots> gaps;
    std::uint64_t with_gaps = 0;
    if (touched != nullptr) {
        auto const next = touched + 1;
        auto const end = next == touched_.data() + touched_.size() ? gaps_.size() : next->gaps_at;
        ByteReader reader{as_bytes(std::string_view{gaps_}.substr(touched->gaps_at, end - touched->gaps_at))};
        while (!reader.at_end()) {
            unsigned const slot = reader.byte();
            with_gaps |= bit(slot);
            std::uint32_t at = 0;
            for (auto runs = reader.varint(); runs > 0; --runs) {
                at += static_cast<std::uint32_t>(reader.varint());
                for (auto length = reader.varint(); length > 0; --length) gaps[slot].push_back(at++);
            }
        }
    }
    std::uint64_t const delivered = touched != nullptr ? touched->delivered : 0;
    if (!core_.by_indicator.load(key, stored_)) return;
    auto const view = core_.by_indicator.view(key, stored_);
    std::uint64_t const ask = view.mask() & (~delivered | with_gaps);
    if (ask == 0) return;

    Slots slots{view};
    std::vector<std::pair<unsigned, Span>> rewritten;
    std::vector<PackedObservation> kept;
    std::vector<PackedObservation> gone;
    packed_.clear();
    for (unsigned slot = 0; slot < chunk_slots; ++slot) {
        if ((ask & bit(slot)) == 0) continue;
        auto const area = first_minor_of(key) + slot;
        auto const observations = at_place(core_.by_indicator.name(), key, [&] {
            return decoder_.decode(as_bytes(view.slot(slot)), decode_slack);
        });
        kept.clear();
        gone.clear();
        auto gap = gaps[slot].begin();
        bool const whole = (delivered & bit(slot)) == 0;
        for (std::uint32_t i = 0; i < observations.size(); ++i) {
            bool const missing = whole || (gap != gaps[slot].end() && *gap == i);
            if (missing && !whole) ++gap;
            bool const fresh = observations[i].vintage == vintage_;
            auto& target =
                missing && !fresh && coverage(indicator, area, observations[i].period) ? gone : kept;
            target.push_back(observations[i]);
        }
        if (gone.empty()) continue;
        counts_.deleted += gone.size();
        if (see_)
            for (auto const& each : gone) see_({indicator, area, each.period, each, std::nullopt});
        if (request_.trial) continue;
        auto const at = packed_.size();
        if (!kept.empty()) encoder_.append(kept, packed_);
        rewritten.emplace_back(slot, Span{at, packed_.size() - at});
        area_rows_.add(indicator, area, std::string_view{packed_}.substr(at));
        add_to_history(key, slot, gone);
    }
    if (rewritten.empty()) return;
    deleted_changes_.push_back({key, 0, 0, 0});
    for (auto const& each : rewritten) deleted_changes_.back().deleted |= bit(each.first);
    for (auto const& each : rewritten)
        slots.set(each.first, std::string_view{packed_}.substr(each.second.at, each.second.size));
    if (slots.empty()) {
        core_.by_indicator.erase(key);
        return;
    }
    write_chunk(key, slots, row_);
    core_.by_indicator.save(key, row_);
}

void SqliteLoad::add_to_history(std::int64_t key, unsigned slot, std::vector<PackedObservation> const& gone) {
    auto const sealed = HistoryTable::sealed_key(key, vintage_);
    Slots slots;
    std::string before;
    std::vector<PackedObservation> all = gone;
    if (core_.history.load(key, vintage_, before)) {
        auto const view = HistoryTable::view(key, vintage_, before);
        slots.set(view);
        if (view.holds(slot)) {
            auto const earlier = at_place(HistoryTable::name, key, [&] {
                return decoder_.decode(as_bytes(view.slot(slot)), decode_slack);
            });
            all.insert(all.end(), earlier.begin(), earlier.end());
            std::sort(all.begin(), all.end(),
                      [](auto const& a, auto const& b) { return a.period < b.period; });
        }
    }
    std::string packed;
    history_encoder_.append(all, packed);
    slots.set(slot, packed);
    write_chunk(sealed, slots, row_);
    core_.history.save(key, vintage_, row_);
}

void SqliteLoad::write_vintage(std::uint64_t rows, std::uint64_t rows_set_aside) {
    VintageInfo info;
    info.no = vintage_;
    info.received = request_.received;
    info.published = request_.published;
    info.document = request_.document;
    info.mapping_sha256 = request_.mapping_sha256;
    info.added = counts_.added;
    info.revised = counts_.revised;
    info.deleted = counts_.deleted;
    info.unchanged = counts_.unchanged;
    info.rows = rows;
    info.rows_set_aside = rows_set_aside;
    info.note = request_.note;
    core_.catalog.add_vintage(dataset_, info);
    write_log();
}

void SqliteLoad::write_log() {
    auto const entry = [this](ChangeKind kind, std::string const& text) {
        core_.log.add(kind, dataset_, vintage_, request_.received, text);
    };
    if (came_back_) entry(ChangeKind::returned, request_.note);
    if (last_) {
        std::string dimensions;
        for (auto const& each : request_.dataset.dimensions)
            if (std::find(known_dimensions_.begin(), known_dimensions_.end(), each) ==
                known_dimensions_.end())
                dimensions += (dimensions.empty() ? "" : ", ") + each;
        if (!dimensions.empty()) entry(ChangeKind::structure, "new dimensions: " + dimensions);
        if (auto const levels = vanished_levels(); !levels.empty())
            entry(ChangeKind::structure, "no figures any more for these levels: " + levels);
    }
    core_.log.add(dataset_, vintage_, request_.received,
                  deleted_changes_.empty() ? delivered_changes_
                                           : merged(delivered_changes_, deleted_changes_));
}

std::string SqliteLoad::vanished_levels() {
    std::set<AreaLevel> levels;
    for (auto const& row : deleted_changes_) levels.insert(level_of(first_minor_of(row.key)));
    std::string gone;
    for (auto const level : levels) {
        auto const indicators = core_.numbers.indicators(dataset_);
        bool const is_left = std::any_of(indicators.begin(), indicators.end(), [&](IndicatorNo indicator) {
            auto const range = rows_of(indicator, level);
            return core_.by_indicator.any(range.first, range.last);
        });
        if (!is_left) gone += (gone.empty() ? "" : ", ") + std::string{name_of(level)};
    }
    return gone;
}

bool SqliteLoad::finish_series(Coverage const& coverage) {
    if (is_over_) throw Error{Errc::invalid_argument, "store: the load is already over"};
    is_over_ = true;
    close_row();
    area_rows_.flush();
    if (coverage && last_) delete_undelivered(coverage);
    // A table that comes back after it was withdrawn is news, even with the same figures.
    came_back_ = last_ && core_.catalog.is_withdrawn(dataset_);
    return counts_.changed() || came_back_;
}

LoadResult SqliteLoad::result(bool new_vintage) const {
    LoadResult result;
    if (new_vintage) result.vintage = vintage_;
    result.added = counts_.added;
    result.revised = counts_.revised;
    result.deleted = counts_.deleted;
    result.unchanged = counts_.unchanged;
    return result;
}

LoadResult SqliteLoad::preview(Coverage const& coverage) {
    auto const previewed = result(finish_series(coverage));
    transaction_.abandon();
    return previewed;
}

LoadResult SqliteLoad::commit(std::string_view position, std::uint64_t rows, std::uint64_t rows_set_aside,
                              Coverage const& coverage) {
    bool const new_vintage = finish_series(coverage);
    if (tell_issues_)
        for (auto& late : tell_issues_()) issues_.push_back(std::move(late));
    if (new_vintage) write_vintage(rows, rows_set_aside);
    VintageNo const in_force = new_vintage ? vintage_ : (last_ ? last_->no : 0);
    core_.labels.add(dataset_, in_force, std::move(new_labels_));
    // A repeat mostly repeats its issues; what is new in it joins the vintage in force.
    auto const known = new_vintage ? std::vector<Issue>{} : core_.catalog.issues(dataset_, in_force);
    for (auto const& each : issues_) {
        bool const repeated = std::any_of(known.begin(), known.end(),
                                          [&](Issue const& other) { return same_issue(each, other); });
        if (!repeated) core_.catalog.add_issue(dataset_, in_force, each);
    }
    if (!request_.mapping_sha256.empty())
        core_.catalog.keep_mapping(request_.mapping_sha256, request_.mapping_text);
    core_.catalog.set_position(request_.dataset.source, request_.dataset.table, position);
    if (attempt_) {
        attempt_->outcome = new_vintage ? "loaded" : "unchanged";
        attempt_->document = request_.document;
        core_.catalog.add_attempt(*attempt_);
    }
    for (auto const& each : positions_) core_.catalog.set_position(each.source, each.item, each.text);
    auto const done = result(new_vintage);
    if (durable_) durable_();
    if (last_word_) last_word_(done);
    transaction_.commit();
    return done;
}

} // namespace gateway::store

// The texts of a series: what its observations have in common. Neighbours mostly differ in their area alone, so that
// these texts are made for one area and used for the others: a mould.
#include <algorithm>
#include <utility>

#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {
namespace {

/// Answers read by area change the indicator from series to series; beyond so many of them, moulds give way.
constexpr std::size_t most_moulds = 4096;

} // namespace

query::AreaTable::Entry const* Renderer::place_of(store::AreaNo area) const {
    auto const& table = *view_->areas;
    auto const is_at = [&](std::size_t i) { return i < table.in_order.size() && table.numbers[i] == area; };
    if (!is_at(place_at_) && !is_at(++place_at_)) {
        auto const found = std::lower_bound(table.numbers.begin(), table.numbers.end(), area);
        place_at_ = static_cast<std::size_t>(found - table.numbers.begin());
        if (!is_at(place_at_)) return &table.by_number.at(area);
    }
    return table.in_order[place_at_];
}

void Renderer::start_attributes(Key const& key) {
    auto const& area = key.place->area;
    SeriesKind const kind{view_->indicators[key.indicator].multiplier, area.list, area.level};
    if (kind == attributes_of_) return;
    attributes_of_ = kind;
    scratch_.clear();
    append_series_attributes(scratch_, key);
    if (scratch_ == attributes_.text()) return;
    attributes_.assign(scratch_);
    ++attributes_no_;
}

void Renderer::start_texts(Key const& key) {
    last_mould_ = std::exchange(mould_, 0);
    if (!has_moulds_ || !use_mould(key)) {
        make_texts(fresh_section_, fresh_row_, fresh_lead_, fresh_figure_, key);
        for (auto* const each : {&fresh_section_, &fresh_row_, &fresh_lead_, &fresh_figure_})
            each->has_area = false;
        set_texts(fresh_section_, fresh_row_, fresh_lead_, fresh_figure_);
    }
    if (splits_rows_) row_rest_.make([&](std::string& out) { row_rest(out, key); });
    if (any_observation_attribute_ && (attributes_in_rows_ || series_attributes_at_observation()))
        start_attributes(key);
}

bool Renderer::use_mould(Key const& key) {
    area_ = area_block(key);
    figure_area_ = {key.place->plain, key.place->plain_size};
    if (area_.size == 0 || figure_area_.size == 0) return false;
    if (moulds_.empty()) moulds_.resize(std::clamp<std::size_t>(view_->indicators.size(), 1, most_moulds));
    auto& place = moulds_[key.indicator % moulds_.size()];
    if (place.part != parts_begun_ || place.indicator != key.indicator) {
        place.part = parts_begun_;
        place.indicator = key.indicator;
        return false;
    }
    if (!place.mould) place.mould = std::make_unique<Mould>();
    auto& mould = *place.mould;
    auto const& area = key.place->area;
    SeriesKind const kind{view_->indicators[key.indicator].multiplier, area.list, area.level};
    if (mould.part != parts_begun_ || mould.indicator != key.indicator || mould.frequency != key.frequency ||
        mould.kind != kind) {
        mould.part = parts_begun_;
        mould.no = ++moulds_made_;
        mould.indicator = key.indicator;
        mould.frequency = key.frequency;
        mould.kind = kind;
        make_mould(mould, key);
    }
    if (!mould.is_usable) return false;
    mould_ = mould.no;
    if (mould_ != last_mould_) set_texts(mould.section, mould.row, mould.lead, mould.figure);
    return true;
}

void Renderer::make_mould(Mould& mould, Key const& key) {
    query::AreaTable::Entry const any{key.place->area, std::string{area_mark}};
    auto mark = key;
    mark.place = &any;
    mark.is_mould = true;
    make_texts(mould.section, mould.row, mould.lead, mould.figure, mark);
    mould.is_usable = true;
    for (auto* const each : {&mould.section, &mould.row, &mould.lead, &mould.figure}) {
        auto const text = each->head.text();
        auto const at = text.find(area_mark);
        each->has_area = at != std::string_view::npos;
        if (!each->has_area) continue;
        // A text that names its area twice, or a code that looks like the mark, is made anew for each series.
        mould.is_usable = mould.is_usable && text.find(area_mark, at + 1) == std::string_view::npos;
        std::string const whole{text};
        each->head.assign(std::string_view{whole}.substr(0, at));
        each->rest.assign(std::string_view{whole}.substr(at + area_mark.size()));
    }
}

void Renderer::make_texts(Split& section, Split& row_text, Split& lead, Split& figure, Key const& key) {
    // The sections of cross sections have a period; write_cross_section() makes them.
    section.head.make([&](std::string& out) {
        if (layout_ != Layout::cross_section) begin_section(out, key);
    });
    row_text.head.make([&](std::string& out) { row(out, key); });
    if (any_observation_attribute_)
        lead.head.assign({});
    else
        lead.head.make(
            [&](std::string& out) { out.append(number_end_.text()).append(row_text.head.text()); });
    figure.head.make([&](std::string& out) {
        if (!shows(Attribute::figure_id) || counts_texts_) return;
        open_attribute(out, Attribute::figure_id);
        append_figure_text(out, view_->info.id + "/" + key.place->key + "/" +
                                    view_->indicators[key.indicator].text + "/");
    });
}

void Renderer::set_texts(Split const& section, Split const& row_text, Split const& lead,
                         Split const& figure) noexcept {
    section_ = section.text();
    row_ = row_text.text();
    lead_ = lead.text();
    figure_ = figure.text();
}

} // namespace gateway::sdmx::data

// SDMX-JSON: working draft of 1.0, 1.0 and 2.0.
//
// Codes stand as numbers of lists, so the answer is gone through once before anything is written; small answers are
// kept meanwhile. The structure comes in front of the data. OBS_LO, OBS_HI and FIGURE_ID differ from figure to
// figure: 2.0 writes them in place, the older versions have a list of them, in the order of the figures, for which
// the answer is gone through once more each.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gateway/sdmx/common/text.hpp"
#include "gateway/sdmx/data/formats.hpp"
#include "gateway/sdmx/data/json_lists.hpp"
#include "gateway/sdmx/data/json_structure.hpp"
#include "gateway/sdmx/data/ml.hpp"

namespace gateway::sdmx::data {
namespace {

class Json final : public Renderer {
  public:
    Json(StoreLease lease, query::DatasetViewPtr dataset, query::Selection selection, MessageOptions how)
        : Renderer(std::move(lease), std::move(dataset), std::move(selection), std::move(how)),
          is_new_(options().media.format == Format::json20),
          is_in_place_(is_new_ && !(options().media.all_in_lists && !options().companions)) {
        if (!is_in_place_) count_texts();
    }

  protected:
    void prepare(store::Store const& store) override {
        Occurring occurring{view()};
        bool has_bounds = false;
        go_through(store, [&](query::Series const& series) {
            auto const known = occurring.states.size();
            occurring.add(series, has_attributes('o'));
            if (occurring.states.size() == known || !needs_states()) return;
            for (auto const no : occurring.states) seen_states_.try_emplace(no, state(no));
        });
        for (auto const& entry : seen_states_)
            has_bounds = has_bounds || (!entry.second.reason && entry.second.quality.bounds);
        make_lists(occurring);
        if (!is_in_place_ && options().shown.observations) {
            if (has_bounds && shows(Attribute::obs_lo)) counted_.push_back(Attribute::obs_lo);
            if (has_bounds && shows(Attribute::obs_hi)) counted_.push_back(Attribute::obs_hi);
            if (shows(Attribute::figure_id)) counted_.push_back(Attribute::figure_id);
        }
        // Such parsers number the attributes of the data set before those of the observations.
        if (has_lists_only() && options().shown.observations) append_dataset_attributes(dataset_places_);
        write_structure();
    }

    [[nodiscard]] std::size_t passes() const override { return counted_.size() + 1; }
    void begin_pass(Out& out, std::size_t pass) override {
        if (options().begins_message()) out.append(segments_[pass]);
        if (options().begins_message() && options().companions) {
            std::string text = "\"structures\":[";
            for (auto const& one : options().companions->structures)
                text.append(&one == &options().companions->structures.front() ? "" : ",\n").append(one);
            out.append(text + "],\n\"dataSets\":[");
        }
        is_first_ = true;
        is_first_part_ = true;
    }
    void end_pass(Out& out, std::size_t pass) override {
        if (pass < counted_.size() || !options().ends_message()) return;
        out.append(options().media.format == Format::json_draft ? "]}\n" : "]}}\n");
    }
    void listed(Out& out, query::Series const& series, std::size_t pass) override {
        auto const which = counted_[pass];
        std::string text;
        for (auto const& packed : series.observations) {
            auto const& known = seen_states_.at(packed.state);
            auto const& bounds = known.quality.bounds;
            if (which == Attribute::figure_id) {
                text = view().info.id + "/" + area_key_of(series.area) + "/" +
                       view().indicators[series.indicator].text + "/";
                auto period = packed.period.to_sdmx();
                if (auto const slash = period.find('/'); slash != std::string::npos)
                    period.replace(slash, 1, "--");
                text += period + "@" + std::to_string(packed.vintage);
            } else if (!bounds || known.reason) {
                continue;
            } else {
                auto const bound = which == Attribute::obs_lo ? checked_subtract(packed.number, bounds->below)
                                                              : checked_add(packed.number, bounds->above);
                if (!bound)
                    throw Error{Errc::overflow, "a bound of a figure has more digits than 64 bits hold"};
                text = bound->to_string();
            }
            std::string entry = is_first_ ? "{" : ",{";
            entry += is_new_ ? "\"value\":" : "\"name\":";
            is_first_ = false;
            common::append_json(entry, text);
            entry.push_back('}');
            out.append(entry);
        }
    }

    void begin_part(Out& out, query::Part const& part) override {
        if (options().companions) is_first_part_ = !std::exchange(options().companions->has_data_set, true);
        std::string text = is_first_part_ ? "{" : ",\n{";
        is_first_part_ = false;
        is_first_ = true;
        is_deleted_ = part.deleted;
        if (is_new_) text += "\"structure\":" + std::to_string(options().place) + ",";
        text.append("\"action\":\"").append(name_of(part.action)).append("\"");
        if (part.valid_from) text += ",\"validFrom\":\"" + utc_text(*part.valid_from) + "\"";
        if (part.valid_to) text += ",\"validTo\":\"" + utc_text(*part.valid_to) + "\"";
        if (has_attributes('d') && !is_deleted_ && dataset_places_.empty()) {
            std::string attributes;
            append_dataset_attributes(attributes);
            text.append(",\"attributes\":[").append(attributes, 1).append("]");
        }
        text += layout() == Layout::flat ? ",\"observations\":{" : ",\"series\":{";
        out.append(text);
    }
    void end_part(Out& out, query::Part const&) override { out.append("}}"); }

    void separate_sections(Out& out) override {
        if (!is_first_) out.append(",\n");
        is_first_ = false;
    }
    void begin_section(std::string& out, Key const& key) override {
        if (layout() == Layout::flat) return;
        out.push_back('"');
        append_key(out, key);
        out += "\":{";
        bool const has_list = has_attributes('s') && key.period == nullptr && !is_deleted_;
        if (has_list) {
            auto const from = out.size();
            append_series_attributes(out, key);
            out.replace(from, 1, "\"attributes\":[").push_back(']');
        }
        if (!options().shown.observations) return;
        out += has_list ? ",\"observations\":{" : "\"observations\":{";
    }
    void end_section(Out& out) override {
        out.drop_last(',');
        if (layout() == Layout::flat) return;
        out.append(options().shown.observations ? "}}" : "}");
    }
    void row(std::string& out, Key const& key) override {
        if (layout() != Layout::flat) return;
        out.push_back('"');
        append_key(out, key);
        out.push_back(':');
    }
    void open(std::string& out, Begins begins, std::string_view dimension, std::string_view code) override {
        if (layout() != Layout::flat) out.push_back('"');
        out += std::to_string(lists_.at(std::string{dimension}).number(code));
        out += begins == Begins::with_number ? "\":[" : "\":[null";
    }
    void close_value(std::string&, bool) override {}
    void attribute(std::string& out, Attribute which, std::string_view text) override {
        out.push_back(',');
        if (text.empty())
            out += "null";
        else
            out += std::to_string(attribute_lists_[static_cast<std::size_t>(which)].number(text));
    }
    AreaBlock area_block(Key const& key) override {
        auto const& entry = area_entry(key.area);
        return {entry.text, entry.size};
    }
    void open_attribute(std::string& out, Attribute) override { out += is_in_place_ ? ",\"" : ","; }
    void close_attribute(std::string& out, Attribute) override {
        if (is_in_place_) out.push_back('"');
    }
    void end_observation(std::string& out) override { out.append(dataset_places_) += "],"; }
    void end_deleted(std::string& out) override { out += "],"; }
    void append_figure_text(std::string& out, std::string_view text) override {
        std::string quoted;
        common::append_json(quoted, text);
        out.append(quoted, 1, quoted.size() - 2);
    }

  private:
    [[nodiscard]] bool has_lists_only() const { return is_new_ && !is_in_place_; }
    struct AreaNumber {
        store::AreaNo no = 0;
        std::array<char, 16> text{};
        std::uint8_t size = 0;
    };
    [[nodiscard]] bool needs_states() const {
        return options().shown.observations && (options().shown.attributes & attributes_at('o')).any();
    }
    void make_lists(Occurring& occurring) {
        for (std::size_t i = 0; i < ids().size(); ++i)
            if (i != query::DatasetView::area) lists_[ids()[i]] = TextList{occurring.codes(i)};
        make_area_list(occurring.areas());
        std::vector<std::string> periods;
        for (auto const& period : occurring.periods) periods.push_back(period.to_sdmx());
        periods_.assign(occurring.periods.begin(), occurring.periods.end());
        lists_["TIME_PERIOD"] = TextList{std::move(periods)};
        frequency_list_ = &lists_.at("FREQ");

        std::array<std::set<std::string>, attribute_count> texts;
        auto const add = [&](Attribute which, std::string_view text) {
            if (!text.empty()) texts[static_cast<std::size_t>(which)].emplace(text);
        };
        for (auto const& [no, known] : seen_states_) {
            add(Attribute::obs_status, std::string(1, to_char(known.quality.status)));
            add(Attribute::conf_status, std::string(1, to_char(known.quality.confidentiality)));
            add(Attribute::protection, to_string(known.quality.protection));
            add(Attribute::src_sign, known.quality.sign.text());
            if (known.reason) add(Attribute::missing_reason, to_string(*known.reason));
        }
        for (std::size_t i = 0; i < occurring.indicators.size(); ++i)
            if (occurring.indicators[i])
                add(Attribute::unit_mult, std::to_string(view().indicators[i].multiplier));
        std::set<std::pair<CodeList, AreaLevel>> kinds;
        std::optional<std::pair<CodeList, AreaLevel>> last_kind;
        for (auto const no : occurring.areas()) {
            auto const& area = key_of(0, no, 0).place->area;
            std::pair const kind{area.list, area.level};
            if (kind == last_kind) continue; // as mostly
            kinds.insert(kind);
            last_kind = kind;
        }
        for (auto const& [list, level] : kinds) {
            add(Attribute::area_list, to_string(list));
            add(Attribute::area_level, to_string(level));
        }
        for (auto const& period : occurring.periods)
            add(Attribute::terr_state, date_text(view().territory.value_or(period.end_day() - 1)));
        add(Attribute::source_table, view().info.table);
        add(Attribute::licence, view().info.licence);
        for (std::size_t i = 0; i < attribute_count; ++i)
            attribute_lists_[i] = TextList{{texts[i].begin(), texts[i].end()}};
        // Vintages in their own order, 2 before 10.
        std::vector<std::string> vintages;
        std::set<std::string> retrieved;
        for (auto const no : occurring.vintages) {
            if (no == 0 || view().vintage(no) == nullptr) continue;
            vintages.push_back(std::to_string(no));
            retrieved.insert(utc_text(view().vintage(no)->received));
        }
        attribute_lists_[static_cast<std::size_t>(Attribute::vintage)] = TextList{std::move(vintages)};
        attribute_lists_[static_cast<std::size_t>(Attribute::retrieved)] =
            TextList{{retrieved.begin(), retrieved.end()}};
    }

    /// Areas are many: they are sorted once for the list and for their numbers in it.
    void make_area_list(std::vector<store::AreaNo> const& areas) {
        std::vector<std::pair<std::string_view, store::AreaNo>> keys;
        keys.reserve(areas.size());
        for (auto const no : areas) keys.emplace_back(key_of(0, no, 0).place->key, no);
        if (!std::is_sorted(keys.begin(), keys.end())) std::sort(keys.begin(), keys.end());
        std::vector<std::string> texts;
        texts.reserve(keys.size());
        area_numbers_.reserve(keys.size());
        for (auto const& [key, no] : keys) {
            if (texts.empty() || texts.back() != key) texts.emplace_back(key);
            AreaNumber number{no, {}, 0};
            auto const end =
                std::to_chars(number.text.data(), number.text.data() + number.text.size(), texts.size() - 1)
                    .ptr;
            number.size = static_cast<std::uint8_t>(end - number.text.data());
            area_numbers_.push_back(number);
        }
        auto const is_before = [](AreaNumber const& a, AreaNumber const& b) { return a.no < b.no; };
        if (!std::is_sorted(area_numbers_.begin(), area_numbers_.end(), is_before))
            std::sort(area_numbers_.begin(), area_numbers_.end(), is_before);
        lists_["AREA"] = TextList{std::move(texts)};
    }

    /// Place of an area in the list; mostly it follows the last one.
    AreaNumber const& area_entry(store::AreaNo no) {
        auto const is_at = [&](std::size_t i) {
            return i < area_numbers_.size() && area_numbers_[i].no == no;
        };
        if (!is_at(area_at_) && !is_at(++area_at_)) {
            auto const found =
                std::lower_bound(area_numbers_.begin(), area_numbers_.end(), no,
                                 [](AreaNumber const& a, store::AreaNo b) { return a.no < b; });
            area_at_ = static_cast<std::size_t>(found - area_numbers_.begin());
        }
        return area_numbers_[area_at_];
    }

    void append_key(std::string& out, Key const& key) {
        auto const& at_observation = options().dimension_at_observation;
        bool const is_whole = layout() != Layout::cross_section;
        if (is_whole) {
            out += std::to_string(frequency_list_->number(view().frequencies[key.frequency])) + ":";
            if (key.is_mould) {
                out += area_mark;
            } else {
                auto const& area = area_entry(key.area);
                out.append(area.text.data(), area.size);
            }
            for (std::size_t i = query::DatasetView::first_own; i < ids().size(); ++i)
                out += ":" + std::to_string(lists_.at(ids()[i]).number(code_of(key, i)));
            return;
        }
        for (std::size_t i = 0; i < ids().size(); ++i)
            if (ids()[i] != at_observation)
                out += std::to_string(lists_.at(ids()[i]).number(code_of(key, i))) + ":";
        out += std::to_string(lists_.at("TIME_PERIOD").number(key.period->to_sdmx()));
    }

    /// Everything in front of the data, cut where lists of counted texts go.
    void write_structure() {
        JsonStructureText text{view(), options(), ids(), lists_, periods_, attribute_lists_, counted_};
        text.is_in_place = is_in_place_;
        text.dataset_at_observation = !dataset_places_.empty();
        text.is_flat = layout() == Layout::flat;
        text.is_cross = layout() == Layout::cross_section;
        text.data_sets = parts().size();
        if (!options().companions) {
            segments_ = text.segments();
            return;
        }
        auto& companions = *options().companions;
        text.first_data_set = companions.data_sets;
        companions.data_sets += text.data_sets;
        companions.structures[options().place] = text.structure_text();
        segments_ = {text.header_text()};
    }

    bool is_new_, is_in_place_;
    bool is_first_ = true, is_first_part_ = true, is_deleted_ = false;
    std::map<store::StateNo, store::State> seen_states_;
    std::map<std::string, TextList> lists_;
    std::vector<TimePeriod> periods_;
    std::array<TextList, attribute_count> attribute_lists_;
    TextList const* frequency_list_ = nullptr;
    /// Places in the list, ascending by number of the store.
    std::vector<AreaNumber> area_numbers_;
    std::size_t area_at_ = 0;
    std::vector<Attribute> counted_;
    std::vector<std::string> segments_;
    std::string dataset_places_; ///< ",0,0" at each observation, where they do not stand at the data set
};

} // namespace

std::unique_ptr<DataWriter> make_json(StoreLease lease, query::DatasetViewPtr view,
                                      query::Selection selection, MessageOptions options) {
    return std::make_unique<Json>(std::move(lease), std::move(view), std::move(selection),
                                  std::move(options));
}

} // namespace gateway::sdmx::data

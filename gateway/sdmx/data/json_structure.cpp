#include "gateway/sdmx/data/json_structure.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "gateway/core/time_period.hpp"
#include "gateway/sdmx/common/text.hpp"

namespace gateway::sdmx::data {
namespace {

/// What is in front of the lists, and a value with its names.
constexpr std::size_t usual_bytes = 4096;
constexpr std::size_t usual_bytes_of_value = 96;

/// Attributes whose texts are codes of a list; the others are texts.
bool is_coded(Attribute attribute) noexcept {
    switch (attribute) {
    case Attribute::src_sign:
    case Attribute::terr_state:
    case Attribute::source_table:
    case Attribute::vintage:
    case Attribute::retrieved:
    case Attribute::obs_lo:
    case Attribute::obs_hi:
    case Attribute::figure_id: return false;
    default: return true;
    }
}

constexpr std::size_t word_bytes = 8;

/// Whether one of eight characters is a control, a quote, a backslash or no ASCII.
bool is_special(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
    constexpr std::uint64_t tops = 0x8080'8080'8080'8080U;
    auto const has_zero = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes; };
    auto const below_space = (word - ones * ' ') & ~word;
    auto const is_delete = has_zero(word ^ (ones * 0x7F));
    auto const is_quote = has_zero(word ^ (ones * '"'));
    auto const is_backslash = has_zero(word ^ (ones * '\\'));
    return ((below_space | is_delete | is_quote | is_backslash | word) & tops) != 0;
}

/// Most texts are letters and digits, which need no look at each character's rules.
void append_quoted(std::string& out, std::string_view text) {
    bool special = false;
    std::size_t at = 0;
    for (; !special && at + word_bytes <= text.size(); at += word_bytes) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, word_bytes);
        special = is_special(word);
    }
    for (; at < text.size(); ++at)
        special = special || text[at] < ' ' || text[at] > '~' || text[at] == '"' || text[at] == '\\';
    if (special) return common::append_json(out, text);
    auto const end = out.size();
    out.resize(end + text.size() + 2, '"');
    std::copy(text.begin(), text.end(), out.begin() + static_cast<std::ptrdiff_t>(end) + 1);
}

} // namespace

std::string JsonStructureText::header_text() {
    out_.clear();
    header();
    return std::move(out_);
}

std::string JsonStructureText::structure_text() {
    out_.clear();
    structure();
    return std::move(out_);
}

std::vector<std::string> JsonStructureText::segments() {
    std::size_t values = 0;
    for (auto const& entry : lists_) values += entry.second.texts().size();
    out_.reserve(usual_bytes + values * usual_bytes_of_value);
    header();
    out_ += is_new_ ? "\"structures\":[" : "\"structure\":";
    structure();
    if (is_new_) out_.push_back(']');
    out_ += ",\n\"dataSets\":[";
    done_.push_back(std::move(out_));
    return std::move(done_);
}

void JsonStructureText::text(std::string_view name, std::string_view value) {
    append_quoted(out_, name);
    out_.push_back(':');
    append_quoted(out_, value);
}

void JsonStructureText::header() {
    out_ += is_draft_ ? "{\"header\":{" : "{\"meta\":{";
    if (!is_draft_) {
        text("schema", std::string{"https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/"
                                   "tools/schemas/"} +
                           (is_new_ ? "2.0.0" : "1.0") + "/sdmx-json-data-schema.json");
        out_.push_back(',');
    }
    text("id", options_.id);
    out_.push_back(',');
    text("prepared", options_.prepared);
    out_ += ",\"test\":false,";
    if (!is_draft_) {
        out_ += "\"contentLanguages\":[";
        for (std::size_t i = 0; i < options_.languages.size(); ++i) {
            if (i != 0) out_.push_back(',');
            common::append_json(out_, options_.languages[i]);
        }
        out_ += "],";
    }
    out_ += "\"sender\":{";
    text("id", common::our_agency);
    out_ += is_draft_ ? "}},\n" : "}},\n\"data\":{";
}

void JsonStructureText::structure() {
    out_.push_back('{');
    auto const reference =
        std::string{common::our_agency} + ":" + view_.info.id + "(" + std::string{common::our_version} + ")";
    auto const path =
        std::string{common::our_agency} + "/" + view_.info.id + "/" + std::string{common::our_version};
    out_ += "\"links\":[";
    bool is_first = true;
    for (auto const* const kind : {"dataflow", "datastructure"}) {
        if (!is_first) out_.push_back(',');
        is_first = false;
        out_.push_back('{');
        if (!options_.entry_point.empty()) {
            text("href", options_.entry_point + (is_new_ ? "/structure/" : "/") + kind + "/" + path);
            out_.push_back(',');
        }
        text("urn", std::string{"urn:sdmx:org.sdmx.infomodel.datastructure."} +
                        (std::string_view{kind} == "dataflow" ? "Dataflow=" : "DataStructure=") + reference);
        out_.push_back(',');
        text("rel", kind);
        out_.push_back('}');
    }
    out_.push_back(']');
    if (is_new_) {
        out_ += ",\"dataSets\":[";
        for (std::size_t i = 0; i < data_sets; ++i)
            out_ += (i == 0 ? "" : ",") + std::to_string(first_data_set + i);
        out_.push_back(']');
    }
    // A title comes in the one language of its source.
    texts_.assign(options_.languages.size(), view_.info.title);
    names(view_.info.id);
    out_ += ",\n";
    dimensions();
    out_ += ",\n";
    if (is_new_) {
        out_ += "\"measures\":{\"observation\":[{";
        text("id", "OBS_VALUE");
        component_names("OBS_VALUE");
        out_ += "}]},\n";
    }
    attributes();
    out_.push_back('}');
}

void JsonStructureText::dimensions() {
    auto const& at_observation = options_.dimension_at_observation;
    auto const is_at_observation = [&](std::string_view id) {
        return is_flat || (is_cross ? id == at_observation : id == "TIME_PERIOD");
    };
    out_ += "\"dimensions\":{\"dataSet\":[],\"series\":[";
    for (bool const at : {false, true}) {
        if (at) out_ += "],\n\"observation\":[";
        bool is_first = true;
        for (std::size_t i = 0; i <= ids_.size(); ++i) {
            std::string_view const id = i < ids_.size() ? std::string_view{ids_[i]} : "TIME_PERIOD";
            if (is_at_observation(id) != at) continue;
            dimension(id, i, is_first);
            is_first = false;
        }
    }
    out_ += "]}";
}

void JsonStructureText::dimension(std::string_view id, std::size_t position, bool is_first) {
    out_ += is_first ? "{" : ",\n{";
    text("id", id);
    component_names(id);
    out_ += ",\"keyPosition\":" + std::to_string(position);
    if (id == "FREQ" || id == "TIME_PERIOD") {
        out_.push_back(',');
        if (is_new_) {
            out_ += "\"roles\":[";
            common::append_json(out_, id);
            out_.push_back(']');
        } else {
            text("role", id);
        }
    }
    out_ += ",\"values\":[";
    auto const& codes = lists_.at(std::string{id}).texts();
    for (std::size_t i = 0; i < codes.size(); ++i) {
        out_ += i == 0 ? "{\"id\":" : ",{\"id\":";
        append_quoted(out_, codes[i]);
        value_names(id, codes[i]);
        if (id == "TIME_PERIOD") {
            out_.push_back(',');
            text("start", date_text(periods_[i].start_day()) + "T00:00:00");
            out_.push_back(',');
            text("end", date_text(periods_[i].end_day() - 1) + "T23:59:59");
        }
        out_.push_back('}');
    }
    out_ += "]}";
}

void JsonStructureText::attributes() {
    auto const shown = options_.shown.attributes;
    bool const moves = is_flat || is_cross;
    auto const at_observation = attributes_at('o') | (moves ? attributes_at('s') : Attributes{});
    out_ += "\"attributes\":{";
    auto const of_dataset = shown & attributes_at('d');
    attribute_level("dataSet", dataset_at_observation ? Attributes{} : of_dataset);
    out_.push_back(',');
    attribute_level("series", moves ? Attributes{} : shown & attributes_at('s'));
    out_.push_back(',');
    attribute_level("observation", options_.shown.observations ? shown & at_observation : Attributes{},
                    dataset_at_observation ? of_dataset : Attributes{});
    out_.push_back('}');
}

void JsonStructureText::attribute_level(std::string_view level, Attributes which, Attributes behind) {
    common::append_json(out_, level);
    out_ += ":[";
    bool is_first = true;
    for (auto const& group : {which, behind})
        for (std::size_t i = 0; i < attribute_count; ++i) {
            if (!group.test(i)) continue;
            attribute(static_cast<Attribute>(i), is_first);
            is_first = false;
        }
    out_.push_back(']');
}

void JsonStructureText::relationship(Attribute which) {
    out_ += ",\"relationship\":{";
    auto const at = static_cast<std::size_t>(which);
    if (attributes_at('d').test(at)) {
        out_ += is_new_ ? "\"dataflow\":{}" : "\"none\":{}";
    } else if (attributes_at('s').test(at)) {
        out_ += "\"dimensions\":[";
        for (std::size_t i = 0; i < ids_.size(); ++i) {
            if (i != 0) out_.push_back(',');
            common::append_json(out_, ids_[i]);
        }
        out_.push_back(']');
    } else if (is_new_) {
        out_ += "\"observation\":{}";
    } else {
        text("primaryMeasure", "OBS_VALUE");
    }
    out_.push_back('}');
}

void JsonStructureText::attribute(Attribute which, bool is_first) {
    auto const id = id_of(which);
    out_ += is_first ? "{" : ",\n{";
    text("id", id);
    component_names(id);
    if (!is_draft_) relationship(which);
    bool const is_counted = std::find(counted_.begin(), counted_.end(), which) != counted_.end();
    bool const is_long =
        which == Attribute::obs_lo || which == Attribute::obs_hi || which == Attribute::figure_id;
    if (is_in_place && is_long) {
        out_.push_back('}');
        return;
    }
    out_ += ",\"values\":[";
    if (is_counted) {
        done_.push_back(std::move(out_));
        out_.clear();
    } else {
        auto const& texts = attributes_[static_cast<std::size_t>(which)].texts();
        for (std::size_t i = 0; i < texts.size(); ++i) {
            out_ += i == 0 ? "{" : ",{";
            if (is_coded(which)) {
                text("id", texts[i]);
                value_names(id, texts[i]);
            } else {
                text(is_new_ ? "value" : "name", texts[i]);
            }
            out_.push_back('}');
        }
    }
    out_ += "]}";
}

void JsonStructureText::component_names(std::string_view id) {
    texts_.clear();
    for (auto const& language : options_.languages) texts_.push_back(options_.names->component(id, language));
    names(id);
}

void JsonStructureText::value_names(std::string_view component, std::string_view code) {
    texts_.clear();
    for (auto const& language : options_.languages)
        texts_.push_back(options_.names->code(component, code, language));
    names(code);
}

void JsonStructureText::names(std::string_view otherwise) {
    auto const found =
        std::find_if(texts_.begin(), texts_.end(), [](std::string const& name) { return !name.empty(); });
    out_ += ",\"name\":";
    auto const quoted_at = out_.size();
    append_quoted(out_, found == texts_.end() ? otherwise : std::string_view{*found});
    if (is_draft_ || found == texts_.end()) return;
    auto const quoted_bytes = out_.size() - quoted_at;
    out_ += ",\"names\":{";
    bool is_first = true;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
        if (texts_[i].empty()) continue;
        if (!is_first) out_.push_back(',');
        is_first = false;
        append_quoted(out_, options_.languages[i]);
        out_.push_back(':');
        if (texts_[i] == *found) // as labels of a source, which come in one language
            out_.append(out_, quoted_at, quoted_bytes);
        else
            append_quoted(out_, texts_[i]);
    }
    out_.push_back('}');
}

} // namespace gateway::sdmx::data

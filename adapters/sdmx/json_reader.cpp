#include "adapters/sdmx/json_reader.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/sdmx/json_layout.hpp"
#include "adapters/sdmx/writer.hpp"

namespace adapters::sdmx {
namespace {

using rapidjson::SizeType;

/// Reads series and observations; the layout is known.
class Data {
  public:
    Data(std::string_view bytes, JsonLayout const& layout, SinkWriter& writer)
        : bytes_(bytes), layout_(layout), writer_(writer) {}
    rapidjson::MemoryStream const* stream = nullptr;
    std::string fault;
    Errc code = Errc::malformed;

    bool Null() { return element({}, Element::Kind::null); }
    bool Bool(bool b) { return element(b ? "true" : "false", Element::Kind::text); }
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }
    bool RawNumber(char const* text, SizeType size, bool) {
        return element({text, size}, Element::Kind::number);
    }
    bool String(char const* text, SizeType size, bool) { return element({text, size}, Element::Kind::text); }

    bool StartObject() {
        if (!open()) return false;
        if (where_ == Where::sets && depth_ == base_ + 2) return start_data_set();
        if (where_ == Where::series && depth_ == base_ + 4) return start_series();
        if (in_observation()) return refuse("an object in an observation");
        auto const inside = depth_ - base_;
        if ((where_ == Where::observations && inside == 4) ||
            (where_ == Where::series_observations && inside == 6))
            return refuse("observation " + observation_key_ + " is no array");
        if (where_ == Where::series_attributes) return refuse("the attributes of a series are no array");
        return true;
    }
    bool StartArray() {
        if (!open()) return false;
        auto const inside = depth_ - base_;
        if ((where_ == Where::series && inside <= 4) || (where_ == Where::observations && inside == 3) ||
            (where_ == Where::series_observations && inside == 5) || (where_ == Where::sets && inside == 2))
            return refuse("an array where an object of series or observations is due");
        if (where_ == Where::none && next_is_sets_) {
            where_ = Where::sets;
            base_ = depth_ - 1;
            next_is_sets_ = false;
        } else if (in_observation()) {
            if (inner_ > 0) return refuse("an array in an array of an observation");
            ++inner_;
            elements_.push_back({Element::Kind::list, {}, {}});
        } else if ((where_ == Where::series_observations && depth_ == base_ + 6) ||
                   (where_ == Where::observations && depth_ == base_ + 4)) {
            start_observation();
        } else if (where_ == Where::series_attributes && depth_ == base_ + 5) {
            elements_.clear();
            collects_ = true;
        }
        return true;
    }
    bool EndArray(SizeType) {
        --depth_;
        if (inner_ > 0) {
            --inner_;
            return true;
        }
        if (collects_) {
            collects_ = false;
            if (where_ == Where::series_attributes) {
                series_attributes_ = elements_;
                where_ = Where::series;
                return true;
            }
            return end_observation();
        }
        if (where_ == Where::sets && depth_ == base_) where_ = Where::none;
        return true;
    }
    bool EndObject(SizeType) {
        --depth_;
        if (where_ == Where::series_observations && depth_ == base_ + 4) {
            where_ = Where::series;
        } else if (where_ == Where::series && depth_ == base_ + 3) {
            return end_series();
        } else if ((where_ == Where::series || where_ == Where::observations) && depth_ == base_ + 2) {
            where_ = Where::sets;
        } else if (where_ == Where::sets && depth_ == base_ + 1) {
            writer_.sink.end_data_set();
        }
        return true;
    }
    bool Key(char const* text, SizeType size, bool) {
        std::string_view const key{text, size};
        switch (where_) {
        case Where::none:
            if (depth_ == 1) in_data_ = key == "data";
            next_is_sets_ = key == "dataSets" && (depth_ == 1 || (depth_ == 2 && in_data_));
            break;
        case Where::sets:
            if (depth_ != base_ + 2) break;
            if (key == "series") where_ = Where::series;
            if (key == "observations") {
                where_ = Where::observations;
                starts_flat_ = true;
            }
            break;
        case Where::series:
            if (depth_ == base_ + 3) series_key_ = key;
            if (depth_ == base_ + 4 && key == "observations") where_ = Where::series_observations;
            if (depth_ == base_ + 4 && key == "attributes") where_ = Where::series_attributes;
            break;
        case Where::series_observations:
        case Where::observations: observation_key_ = key; break;
        case Where::series_attributes: break;
        }
        return true;
    }

  private:
    enum class Where : std::uint8_t {
        none,
        sets,
        series,
        series_attributes,
        series_observations,
        observations
    };
    struct Element {
        enum class Kind : std::uint8_t { null, number, text, list };
        Kind kind = Kind::null;
        std::string text;
        std::vector<Element> list;
    };
    struct Observation {
        std::vector<Coded> values;
        std::vector<Measured> measures;
        std::vector<std::string> texts; ///< of the measures
        std::uint64_t line = 0;
    };

    bool refuse(std::string const& text, Errc with = Errc::malformed) {
        fault = text;
        code = with;
        return false;
    }
    bool open() {
        if (++depth_ > most_json_depth)
            return refuse("nested deeper than 64; no sound source sends that", Errc::too_large);
        return true;
    }
    [[nodiscard]] bool in_observation() const { return collects_; }
    [[nodiscard]] JsonStructure const& structure() const {
        return layout_.structures[layout_.data_sets[data_set_ - 1].structure];
    }

    std::uint64_t line() {
        auto const offset = stream->Tell();
        for (; counted_ < offset; ++counted_) line_ += bytes_[counted_] == '\n' ? 1U : 0U;
        return line_;
    }

    bool element(std::string_view text, Element::Kind kind) {
        if (!collects_) {
            // null in place of a container
            bool const is_due = kind == Element::Kind::null || where_ == Where::none ||
                                (where_ == Where::sets && depth_ != base_ + 1) ||
                                (where_ == Where::series && depth_ > base_ + 3);
            if (!is_due) return refuse("a value where an object of series or observations is due");
            if (where_ == Where::series_attributes) where_ = Where::series;
            if (where_ == Where::series_observations && depth_ == base_ + 4) where_ = Where::series;
            if ((where_ == Where::series || where_ == Where::observations) && depth_ == base_ + 2)
                where_ = Where::sets;
            if (where_ == Where::series_observations || where_ == Where::observations)
                return refuse("observation " + observation_key_ + " is no array");
            return true;
        }
        if (inner_ > 0)
            elements_.back().list.push_back({kind, std::string{text}, {}});
        else
            elements_.push_back({kind, std::string{text}, {}});
        return true;
    }

    bool start_data_set() {
        if (++data_set_ > layout_.data_sets.size()) return refuse("dataSets stand twice in the message");
        auto const& set = layout_.data_sets[data_set_ - 1];
        auto const& of = structure();
        DataSetInfo info;
        info.structure = of.reference;
        info.action = set.action;
        info.says_action = set.says_action;
        info.dimension_at_observation =
            of.observation_dimensions.size() == 1 ? of.observation_dimensions.front().id : "AllDimensions";
        info.position = {line(), 1};
        writer_.data_set(info);
        number(of.data_set_dimensions, data_set_dimensions_);
        number(of.series_dimensions, series_dimensions_);
        number(of.observation_dimensions, observation_dimensions_);
        // Observations without series are named by the dimensions of both.
        flat_ = of.series_dimensions;
        flat_.insert(flat_.end(), of.observation_dimensions.begin(), of.observation_dimensions.end());
        number(flat_, flat_dimensions_);
        number(of.series_attributes, series_attribute_numbers_);
        number(of.observation_attributes, observation_attributes_);
        number(of.measures, measures_);
        // A dimension of the data set has one value.
        fixed_.clear();
        for (std::size_t i = 0; i < of.data_set_dimensions.size(); ++i) {
            auto const& dimension = of.data_set_dimensions[i];
            if (dimension.values.size() != 1 || !dimension.values.front())
                return refuse("dimension " + dimension.id + " of the data set has " +
                              std::to_string(dimension.values.size()) + " values where one is due");
            fixed_.push_back(writer_.code(data_set_dimensions_[i], *dimension.values.front()));
        }
        std::vector<Coded> attributes;
        for (std::size_t i = 0; i < set.attributes.size(); ++i)
            if (!set.attributes[i].empty())
                attributes.push_back(writer_.code(
                    writer_.component(of.data_set_attributes[i].id, Role::attribute), set.attributes[i]));
        writer_.sink.attributes(attributes);
        for (auto const& [key, texts] : set.groups)
            if (!group(key, texts)) return false;
        return true;
    }

    /// The key of a group has a place for every dimension: those of the data set, of the series, of the
    /// observation.
    bool group(std::string_view key, std::vector<std::string> const& texts) {
        std::vector<Coded> values;
        auto const& of = structure();
        std::size_t used = 0;
        for (auto const* const list :
             {&of.data_set_dimensions, &of.series_dimensions, &of.observation_dimensions})
            for (auto const& dimension : *list) {
                auto const end = key.find(':');
                auto const part = key.substr(0, end);
                key = end == std::string_view::npos ? std::string_view{} : key.substr(end + 1);
                if (part.empty()) continue;
                ++used;
                std::string problem;
                auto const text = resolve(dimension, part, true, problem);
                if (!text) return refuse(problem + " (in a key of dimensionGroupAttributes)");
                values.push_back(writer_.code(writer_.component(dimension.id, Role::dimension), *text));
            }
        if (!key.empty())
            return refuse("a key of dimensionGroupAttributes has more places than there are dimensions");
        if (used == 0) return refuse("a key of dimensionGroupAttributes names no dimension");
        for (std::size_t i = 0; i < texts.size(); ++i)
            if (!texts[i].empty())
                values.push_back(
                    writer_.code(writer_.component(of.group_attributes[i].id, Role::attribute), texts[i]));
        writer_.sink.group(values, line());
        return true;
    }

    void number(std::vector<JsonComponent> const& components, std::vector<std::uint32_t>& into) {
        into.clear();
        for (auto const& component : components)
            into.push_back(writer_.component(component.id, component.role));
    }

    /// "0:3" to codes of the dimensions.
    bool key_codes(std::string_view key, std::vector<JsonComponent> const& dimensions,
                   std::vector<std::uint32_t> const& numbers, std::vector<Coded>& into) {
        auto rest = key;
        for (std::size_t i = 0; i < dimensions.size(); ++i) {
            auto const end = rest.find(':');
            bool const is_last = i + 1 == dimensions.size();
            if ((end == std::string_view::npos) != is_last)
                return refuse("key '" + std::string{key} + "' where " + std::to_string(dimensions.size()) +
                              " dimensions must be named");
            std::string problem;
            auto const text = resolve(dimensions[i], rest.substr(0, end), true, problem);
            if (!text)
                return refuse(problem.empty() ? "key '" + std::string{key} + "' names a null" : problem);
            into.push_back(writer_.code(numbers[i], *text));
            if (!is_last) rest = rest.substr(end + 1);
        }
        return true;
    }

    bool start_series() {
        series_attributes_.clear();
        observations_used_ = 0;
        series_.assign(fixed_.begin(), fixed_.end());
        series_line_ = line();
        return key_codes(series_key_, structure().series_dimensions, series_dimensions_, series_);
    }

    bool end_series() {
        if (!attributes(series_attributes_, 0, structure().series_attributes, series_attribute_numbers_,
                        series_))
            return false;
        writer_.sink.series({series_, false, series_line_});
        for (std::size_t i = 0; i < observations_used_; ++i) tell(observations_[i]);
        return true;
    }

    void start_observation() {
        elements_.clear();
        collects_ = true;
    }

    /// Attributes from elements `from` on; what follows them are annotations.
    bool attributes(std::vector<Element> const& elements, std::size_t from,
                    std::vector<JsonComponent> const& list, std::vector<std::uint32_t> const& numbers,
                    std::vector<Coded>& into) {
        for (std::size_t i = 0; i < list.size() && from + i < elements.size(); ++i) {
            std::string text, problem;
            if (!attribute_text(elements[from + i], list[i], text, problem)) return refuse(problem);
            if (!text.empty()) into.push_back(writer_.code(numbers[i], text));
        }
        return true;
    }

    static bool attribute_text(Element const& element, JsonComponent const& component, std::string& text,
                               std::string& problem) {
        if (element.kind == Element::Kind::null) return true;
        if (element.kind == Element::Kind::list) {
            for (auto const& part : element.list) {
                if (!text.empty()) text.push_back(value_separator);
                if (!attribute_text(part, component, text, problem)) return false;
            }
            return true;
        }
        auto const found = resolve(component, element.text, element.kind == Element::Kind::number, problem);
        if (!problem.empty()) return false;
        if (found) text += *found;
        return true;
    }

    bool end_observation() {
        if (observations_used_ == observations_.size()) observations_.emplace_back();
        auto& observation = observations_[observations_used_];
        observation.values.clear();
        observation.measures.clear();
        observation.texts.clear();
        observation.line = line();
        auto const& of = structure();
        bool const is_flat = where_ == Where::observations;
        if (!key_codes(observation_key_, is_flat ? flat_ : of.observation_dimensions,
                       is_flat ? flat_dimensions_ : observation_dimensions_, observation.values))
            return false;
        observation.texts.reserve(of.measures.size());
        for (std::size_t i = 0; i < of.measures.size() && i < elements_.size(); ++i) {
            auto const& element = elements_[i];
            if (element.kind == Element::Kind::list)
                return refuse("several values of measure " + of.measures[i].id + " in one observation");
            auto const& kept = observation.texts.emplace_back(element.text);
            observation.measures.push_back(measured(measures_[i], kept));
        }
        if (!attributes(elements_, of.measures.size(), of.observation_attributes, observation_attributes_,
                        observation.values))
            return false;
        if (where_ == Where::series_observations) {
            ++observations_used_;
            return true;
        }
        if (starts_flat_) writer_.sink.series({fixed_, true, line_});
        starts_flat_ = false;
        tell(observation);
        return true;
    }

    void tell(Observation const& observation) {
        writer_.sink.observation({observation.values, observation.measures, observation.line, 0});
    }

    std::string_view bytes_;
    JsonLayout const& layout_;
    SinkWriter& writer_;
    Where where_ = Where::none;
    std::size_t depth_ = 0, base_ = 0, data_set_ = 0, counted_ = 0;
    std::uint64_t line_ = 1, series_line_ = 0;
    int inner_ = 0;
    bool in_data_ = false, next_is_sets_ = false, collects_ = false, starts_flat_ = false;
    std::string series_key_, observation_key_;
    std::vector<Element> elements_, series_attributes_;
    std::vector<Coded> fixed_, series_;
    std::vector<JsonComponent> flat_;
    std::deque<Observation> observations_; ///< of the series at hand
    std::size_t observations_used_ = 0;
    std::vector<std::uint32_t> data_set_dimensions_, series_dimensions_, observation_dimensions_,
        flat_dimensions_, series_attribute_numbers_, observation_attributes_, measures_;
};

} // namespace

JsonKind json_kind(std::string_view bytes) {
    bytes = without_mark(bytes);
    auto const first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || bytes[first] != '{') return JsonKind::none;
    auto const has = [bytes](std::string_view name) { return bytes.find(name) != std::string_view::npos; };
    if (has("\"dataSets\"") && (has("\"structure\"") || has("\"structures\""))) return JsonKind::data;
    for (auto const* const name : {"\"dataStructures\"", "\"codelists\"", "\"conceptSchemes\"",
                                   "\"dataflows\"", "\"representationMaps\"", "\"structureMaps\"",
                                   "\"contentConstraints\"", "\"valueLists\"", "\"dataConstraints\""})
        if (has(name)) return JsonKind::structure;
    return has("sdmx-json") ? JsonKind::data : JsonKind::none;
}

void read_json(std::string_view bytes, std::string const& name, SdmxSink& sink,
               Structures const* structures) {
    bytes = without_mark(bytes);
    auto const layout = read_json_layout(bytes, name);
    SinkWriter writer{sink, structures, name};
    sink.message(layout.info);
    for (auto const& note : layout.errors) sink.error(note);
    Data data{bytes, layout, writer};
    run_json(bytes, name, data);
    sink.finish();
}

} // namespace adapters::sdmx

#include "adapters/jsonstat/jsonstat.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/jsonstat/dimensions.hpp"
#include "adapters/jsonstat/flat_array.hpp"

namespace adapters::jsonstat {

using gateway::Errc;
using gateway::Error;
using gateway::Position;

namespace {

bool is_dataset(Json const& value) noexcept {
    return value.IsObject() && member(value, "dimension") != nullptr && member(value, "value") != nullptr;
}

/// Members of a sparse object, in the order of their numbers. Mostly that is the order in which they stand, and nothing
/// is kept; where it is another, their places are, 16 bytes each.
class Sparse {
  public:
    Sparse(FlatObject object, std::uint64_t size, std::string const& path) : object_(std::move(object)) {
        auto const begin = object_.place();
        std::uint64_t least = 0;
        bool ascending = true;
        for (std::uint64_t i = 0; i < object_.size(); ++i) {
            auto const at = index_of(object_.name(), size, path);
            ascending = ascending && at >= least;
            least = at + 1;
            (void)object_.value();
        }
        object_.go_to(begin);
        if (ascending) return;
        for (std::uint64_t i = 0; i < object_.size(); ++i) {
            auto const at = index_of(object_.name(), size, path);
            places_.emplace_back(at, object_.place());
            (void)object_.value();
        }
        std::sort(places_.begin(), places_.end());
        auto const twice = std::adjacent_find(
            places_.begin(), places_.end(), [](auto const& a, auto const& b) { return a.first == b.first; });
        if (twice != places_.end())
            throw Error{Errc::duplicate_key, path + ": " + std::to_string(twice->first) + " stands twice"};
    }

    /// False at the end; then `index` and value() are those of the next member.
    bool next() {
        if (taken_ == object_.size()) return false;
        if (places_.empty()) {
            index = number(object_.name());
        } else {
            index = places_[taken_].first;
            object_.go_to(places_[taken_].second);
        }
        ++taken_;
        return true;
    }
    Item value() { return object_.value(); } ///< once
    std::uint64_t index = 0;

  private:
    static std::uint64_t number(std::string_view key) noexcept {
        std::uint64_t value = 0;
        for (auto const c : key) value = value * 10 + static_cast<std::uint64_t>(c - '0');
        return value;
    }
    static std::uint64_t index_of(std::string_view key, std::uint64_t size, std::string const& path) {
        bool const sound = !key.empty() && key.size() < 12 && (key.size() == 1 || key.front() != '0') &&
                           key.find_first_not_of("0123456789") == std::string_view::npos;
        if (!sound || number(key) >= size)
            throw Error{Errc::malformed, path + ": '" + std::string{key.substr(0, 40)} +
                                             "' is no number from 0 to " + std::to_string(size - 1)};
        return number(key);
    }

    FlatObject object_;
    std::vector<std::pair<std::uint64_t, std::size_t>> places_;
    std::uint64_t taken_ = 0;
};

/// The status of each value: one text for all, an array, or a sparse object. Asked in ascending order.
class Statuses {
  public:
    Statuses(Json const* status, std::string_view bytes, std::uint64_t size, std::string const& path) {
        if (status == nullptr || status->IsNull()) return;
        array_ = FlatArray::of(*status, bytes);
        if (array_ && array_->size() != size && array_->size() != 1)
            throw Error{Errc::malformed, path + ".status: " + std::to_string(array_->size()) + " of " +
                                             std::to_string(size) + " values"};
        if (array_ && array_->size() == 1) {
            if (auto const item = array_->next(); item.kind == Item::Kind::text) for_all_ = item.text;
            array_.reset();
        } else if (auto object = array_ ? std::nullopt : FlatObject::of(*status, bytes)) {
            few_.emplace(std::move(*object), size, path + ".status");
            has_few_ = few_->next();
        } else if (!array_) {
            for_all_ = text_of(*status);
            if (for_all_.empty())
                throw Error{Errc::malformed, path + ".status: neither text, array nor object"};
        }
    }
    [[nodiscard]] std::string_view of(std::uint64_t index) {
        if (array_) {
            Item item;
            for (; asked_ <= index; ++asked_) item = array_->next();
            return item.kind == Item::Kind::text ? item.text : std::string_view{};
        }
        for (; has_few_ && few_->index < index; has_few_ = few_->next()) (void)few_->value();
        if (!has_few_ || few_->index != index) return for_all_;
        auto const item = few_->value();
        text_ = item.kind == Item::Kind::text ? item.text : std::string_view{};
        has_few_ = few_->next();
        return text_;
    }

  private:
    std::optional<FlatArray> array_;
    std::uint64_t asked_ = 0;
    std::string for_all_;
    std::optional<Sparse> few_;
    bool has_few_ = false; ///< one is at hand whose value was not asked for
    std::string text_;
};

void put(cube::Writer& writer, std::uint64_t index, Item const& item, std::string_view status) {
    Position const at{index + 1, 1};
    auto const text = item.text;
    if (item.kind == Item::Kind::number) {
        writer.number(index, text, status, at);
    } else if (item.kind == Item::Kind::null) {
        if (status.empty())
            writer.empty(index, at);
        else
            writer.sign(index, status, at);
    } else if (item.kind == Item::Kind::text && !text.empty()) {
        // A text where a number is due is a sign ("..", ":"); digits in quotes are refused, not believed.
        if (cube::exact_number(text, -1))
            writer.fault(index, Errc::malformed,
                         "the number '" + std::string{text.substr(0, 40)} + "' stands in quotes", at);
        else
            writer.sign(index, text, at);
    } else {
        writer.fault(index, Errc::malformed, "a value that is neither number, text nor null", at);
    }
}

} // namespace

struct JsonStatFile::State {
    struct Entry {
        Json const* json;
        std::string path;
        std::string version;
    };
    std::string name;
    std::string_view bytes;
    rapidjson::Document document;
    std::vector<Entry> entries;
    std::vector<DatasetInfo> infos;
    std::vector<std::string> links;

    void add(Json const& dataset, std::string const& key, std::string path, std::string version);
    void collect(Json const& collection, std::string const& path, int depth);
};

void JsonStatFile::State::add(Json const& dataset, std::string const& key, std::string path,
                              std::string version) {
    auto const cube = read_dimensions(dataset, path);
    DatasetInfo info;
    info.name = key;
    info.label = cube.label;
    info.values = cube::value_count(path, cube);
    if (auto const* const source = member(dataset, "source"); source != nullptr)
        info.source = text_of(*source);
    if (auto const* const updated = member(dataset, "updated"); updated != nullptr)
        info.updated = text_of(*updated);
    infos.push_back(std::move(info));
    entries.push_back({&dataset, std::move(path), std::move(version)});
}

void JsonStatFile::State::collect(Json const& collection, std::string const& path, int depth) {
    auto const* const link = member(collection, "link");
    auto const* const items = link == nullptr ? nullptr : member(*link, "item");
    if (items == nullptr || !items->IsArray())
        throw Error{Errc::malformed, path + ": a collection without link.item"};
    if (depth > 8) throw Error{Errc::too_large, path + ": collections nested deeper than 8"};
    for (rapidjson::SizeType i = 0; i < items->Size(); ++i) {
        auto const& item = (*items)[i];
        auto const own = path + ".link.item[" + std::to_string(i) + "]";
        auto const* const kind = member(item, "class");
        if (is_dataset(item)) {
            add(item, std::to_string(i), own, "2.0");
        } else if (kind != nullptr && text_of(*kind) == "collection" && member(item, "link") != nullptr) {
            collect(item, own, depth + 1);
        } else if (auto const* const href = member(item, "href"); href != nullptr) {
            links.emplace_back(text_of(*href));
        }
    }
}

bool looks_like_jsonstat(std::string_view bytes) noexcept {
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    auto const first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || bytes[first] != '{') return false;
    auto const head = bytes.substr(0, 65536);
    auto const has = [&](std::string_view word) { return head.find(word) != std::string_view::npos; };
    // SDMX-JSON has neither "category" nor a class; GENESIS answers have neither.
    return (has("\"class\"") && (has("\"dataset\"") || has("\"collection\"") || has("\"dimension\""))) ||
           (has("\"dimension\"") && has("\"category\""));
}

JsonStatFile::JsonStatFile(std::string_view bytes, std::string name) : state_(std::make_unique<State>()) {
    auto& state = *state_;
    state.name = std::move(name);
    state.bytes = bytes;
    if (bytes.empty()) throw Error{Errc::empty_document, state.name + ": the file is empty"};
    state.document = parse_json(bytes, state.name);
    auto const& root = state.document;
    if (!root.IsObject())
        throw Error{Errc::not_a_table, state.name + ": JSON, but no object, so no JSON-stat"};
    require_unique(root, state.name);
    auto const* const kind = member(root, "class");
    auto const word = kind == nullptr ? std::string_view{} : text_of(*kind);
    if (word == "dimension")
        throw Error{Errc::not_a_table,
                    state.name + ": a JSON-stat dimension, which has no values: ask for the dataset"};
    if (word == "collection") {
        state.collect(root, state.name, 0);
    } else if (is_dataset(root)) {
        state.add(root, "", state.name, word == "dataset" ? "2.0" : "1");
    } else {
        if (word == "dataset")
            throw Error{Errc::malformed, state.name + ": a dataset without " +
                                             (member(root, "value") == nullptr ? "value" : "dimension")};
        for (auto const& entry : root.GetObject())
            if (is_dataset(entry.value)) {
                std::string const key{entry.name.GetString(), entry.name.GetStringLength()};
                state.add(entry.value, key, state.name + "." + key, "1");
            }
        if (state.entries.empty())
            throw Error{Errc::not_a_table, state.name + ": JSON, but no JSON-stat dataset in it"};
    }
    if (state.entries.empty())
        throw Error{Errc::empty_document,
                    state.name + ": the collection holds no dataset, only " +
                        std::to_string(state.links.size()) + " links" +
                        (state.links.empty() ? "" : "; fetch them, the first is " + state.links.front())};
}

JsonStatFile::~JsonStatFile() = default;
JsonStatFile::JsonStatFile(JsonStatFile&&) noexcept = default;
JsonStatFile& JsonStatFile::operator=(JsonStatFile&&) noexcept = default;

std::vector<DatasetInfo> const& JsonStatFile::datasets() const noexcept {
    return state_->infos;
}

std::vector<std::string> const& JsonStatFile::links() const noexcept {
    return state_->links;
}

cube::Cube JsonStatFile::cube(std::size_t dataset) const {
    auto const& entry = state_->entries.at(dataset);
    auto cube = read_dimensions(*entry.json, entry.path);
    cube.layout = "jsonstat-" + entry.version;
    // A bundle names its datasets; in a collection they only have numbers.
    cube.code = entry.version == "1" && !state_->infos[dataset].name.empty() ? state_->infos[dataset].name
                                                                             : "OBS_VALUE";
    return cube;
}

void JsonStatFile::read(std::size_t dataset, gateway::CellSink& sink, std::string const& geo_variable) const {
    read(dataset, sink, cube::Roles{{}, {}, {}, geo_variable});
}

void JsonStatFile::read(std::size_t dataset, gateway::CellSink& sink, cube::Roles const& roles) const {
    auto const& entry = state_->entries.at(dataset);
    auto cube = this->cube(dataset);
    cube::apply_roles(cube, roles, entry.path);
    auto const size = cube::value_count(entry.path, cube);
    auto const& values = *member(*entry.json, "value");
    auto array = FlatArray::of(values, state_->bytes);
    auto object = FlatObject::of(values, state_->bytes);
    if (!array && !object)
        throw Error{Errc::malformed, entry.path + ".value: neither an array nor an object"};
    if (array && array->size() != size)
        throw Error{array->size() < size ? Errc::truncated : Errc::malformed,
                    entry.path + ".value: " + std::to_string(array->size()) +
                        " values where the sizes make " + std::to_string(size)};
    Statuses statuses{member(*entry.json, "status"), state_->bytes, size, entry.path};
    std::optional<Sparse> few;
    if (object) few.emplace(std::move(*object), size, entry.path + ".value");
    cube::Writer writer{cube, sink, entry.path};
    if (array)
        for (std::uint64_t i = 0; i < size; ++i) put(writer, i, array->next(), statuses.of(i));
    else
        while (few->next()) {
            auto const index = few->index;
            put(writer, index, few->value(), statuses.of(index));
        }
    writer.finish();
}

} // namespace adapters::jsonstat

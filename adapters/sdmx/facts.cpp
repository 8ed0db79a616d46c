#include "adapters/sdmx/facts.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>

#include "adapters/sdmx/content.hpp"
#include "adapters/sdmx/csv_reader.hpp"
#include "adapters/sdmx/facts_counts.hpp"
#include "adapters/sdmx/json_reader.hpp"
#include "adapters/sdmx/ml_reader.hpp"
#include "gateway/io/file.hpp"

namespace adapters::sdmx {
namespace {

/// Issues pass through the rows, so that the counts see them.
class Hashed final : public RowSink {
  public:
    void data_set(DataSetInfo const& info) override { hash.data_set(info); }
    void component(std::uint32_t number, Component const& component) override {
        hash.component(number, component);
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        hash.code(component, number, text);
    }
    void row(Row const& row) override { hash.row(row); }
    void issue(Issue issue) override { issues.push_back(std::move(issue)); }
    ContentHash hash;
    std::vector<Issue> issues;
};

/// Thin words around RapidJSON's writer.
class Out {
  public:
    explicit Out(bool pretty) : writer_(buffer_), pretty_(pretty) {
        if (!pretty) writer_.SetIndent(' ', 0);
        writer_.SetFormatOptions(rapidjson::kFormatSingleLineArray);
    }
    rapidjson::PrettyWriter<rapidjson::StringBuffer>& operator*() { return writer_; }
    void key(std::string_view name) {
        writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    }
    void text(std::string_view value) {
        writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    }
    void member(std::string_view name, std::string_view value) {
        key(name);
        text(value);
    }
    void member(std::string_view name, std::uint64_t value) {
        key(name);
        writer_.Uint64(value);
    }
    void texts(std::string_view name, std::vector<std::string> const& values) {
        key(name);
        writer_.StartArray();
        for (auto const& value : values) text(value);
        writer_.EndArray();
    }
    [[nodiscard]] std::string take() const {
        std::string result{buffer_.GetString(), buffer_.GetSize()};
        if (pretty_) return result;
        result.erase(std::remove(result.begin(), result.end(), '\n'), result.end());
        return result;
    }

  private:
    rapidjson::StringBuffer buffer_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_;
    bool pretty_;
};

void write_issues(Out& out, std::vector<Issue> const& issues) {
    out.key("issues");
    (*out).StartArray();
    for (auto const& issue : issues) {
        (*out).StartObject();
        out.member("code", to_string(issue.code));
        out.member("severity", to_string(issue.severity));
        out.member("line", issue.position.line);
        out.member("count", issue.count);
        out.member("text", issue.text);
        out.member("next_step", issue.next_step);
        (*out).EndObject();
    }
    (*out).EndArray();
}

std::string structure_facts(Structures const& structures, bool pretty) {
    Out out{pretty};
    (*out).StartObject();
    out.member("format", structures.format);
    out.member("version", structures.version);
    if (structures.format == "structure") out.member("root", "Structure");
    out.key("artefacts");
    (*out).StartObject();
    for (auto const& [name, count] : structures.artefacts) out.member(name, count);
    (*out).EndObject();
    out.key("data_structures");
    (*out).StartArray();
    for (auto const& structure : structures.data_structures) {
        (*out).StartObject();
        out.member("id", structure.self.text());
        if (structure.is_stub) out.member("stub", "true");
        for (auto const role : {Role::dimension, Role::time, Role::measure, Role::attribute}) {
            std::vector<std::string> ids;
            for (auto const& component : structure.components)
                if (component.role == role) ids.push_back(component.id);
            if (!ids.empty()) out.texts(to_string(role), ids);
        }
        (*out).EndObject();
    }
    (*out).EndArray();
    write_issues(out, structures.issues);
    (*out).EndObject();
    return out.take();
}

void write_notes(Out& out, Counts const& counts) {
    if (!counts.footers.empty()) {
        out.key("footer");
        (*out).StartArray();
        for (auto const& note : counts.footers) {
            (*out).StartObject();
            out.member("code", note.code);
            out.member("severity", note.severity);
            out.texts("texts", note.texts);
            (*out).EndObject();
        }
        (*out).EndArray();
    }
    if (counts.errors.empty()) return;
    out.key("errors");
    (*out).StartArray();
    for (auto const& note : counts.errors) out.text(note.code);
    (*out).EndArray();
    std::vector<std::string> texts;
    for (auto const& note : counts.errors) texts.insert(texts.end(), note.texts.begin(), note.texts.end());
    out.texts("error_texts", texts);
}

void write_counts(Out& out, Counts const& counts, CsvLayout const& layout) {
    if (!layout.version.empty()) {
        out.member("delimiter", std::string{layout.delimiter});
        out.member("decimal_mark", std::string{layout.decimal_mark});
        out.texts("columns", layout.columns);
    }
    std::uint64_t refused = 0;
    for (auto const& issue : counts.issues)
        if (issue.code == Errc::short_row || issue.code == Errc::long_row) refused += issue.count;
    out.member("datasets", counts.data_sets);
    out.member("series", counts.series_count);
    out.member("obs", counts.observations);
    out.member("obs_without_value", counts.without_value);
    if (!layout.version.empty()) {
        // A group row is a row as well; what was set aside was read, too.
        out.member("rows", counts.observations + counts.groups + refused);
        out.member("rows_without_value", counts.without_value);
        out.member("rows_set_aside", refused);
    }
    out.member("groups", counts.groups);
    out.member("obs_attributes", counts.observation_attributes);
    out.member("series_attributes", counts.series_attributes);
    out.member("dataset_attributes", counts.data_set_attributes);
    out.member("values_not_numbers", counts.texts);
    out.texts("structures", counts.structures);
    std::vector<std::string> actions;
    for (auto const action : counts.actions) actions.emplace_back(to_string(action));
    out.texts("actions", actions);
    auto at_observation = counts.info.dimensions_at_observation;
    at_observation.erase(std::unique(at_observation.begin(), at_observation.end()), at_observation.end());
    if (!at_observation.empty()) out.texts("dimensionAtObservation", at_observation);
    out.key("components");
    (*out).StartObject();
    for (std::size_t i = 0; i < counts.ids.size(); ++i) out.member(counts.ids[i], to_string(counts.roles[i]));
    (*out).EndObject();
}

/// `layout` is filled by `read` where the data is CSV.
std::string data_facts(std::function<void(SdmxSink&)> const& read, CsvLayout const& layout, bool pretty) {
    Hashed hashed;
    Rows rows{hashed};
    Counts counts{rows};
    read(counts);
    Out out{pretty};
    (*out).StartObject();
    out.member("format", counts.info.format);
    out.member("version", counts.info.version);
    if (!counts.info.root.empty()) out.member("root", counts.info.root);
    if (!counts.info.id.empty()) out.member("id", counts.info.id);
    if (!counts.info.sender.empty()) out.member("sender", counts.info.sender);
    write_counts(out, counts, layout);
    write_notes(out, counts);
    out.key("content_sha256");
    if (rows.lacks_structure()) {
        (*out).Null();
        out.member(
            "content_sha256_missing",
            "the message does not tell the dimensions of its groups from their attributes; give the data "
            "structure: --dsd FILE");
    } else {
        out.text(hashed.hash.hex());
    }
    counts.issues.insert(counts.issues.end(), hashed.issues.begin(), hashed.issues.end());
    write_issues(out, counts.issues);
    (*out).EndObject();
    return out.take();
}

} // namespace

DocumentKind document_kind(std::string_view bytes) {
    auto const body = bytes.substr(0, 3) == "\xEF\xBB\xBF" ? bytes.substr(3) : bytes;
    auto const first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return DocumentKind::none;
    if (body[first] == '<') {
        auto const head = body.substr(0, std::size_t{16} << 10U);
        if (head.find("sdmx.org/resources/") == std::string_view::npos &&
            head.find("SDMX.org/resources/") == std::string_view::npos)
            return DocumentKind::none;
        // The root stands before the first element that ends.
        for (auto at = head.find('<'); at != std::string_view::npos; at = head.find('<', at + 1)) {
            if (at + 1 < head.size() && (head[at + 1] == '?' || head[at + 1] == '!')) continue;
            auto const name = head.substr(at + 1, head.find_first_of(" \t\r\n/>", at) - at - 1);
            auto const local = name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
            return local == "Structure" || local == "RegistryInterface" ? DocumentKind::ml_structure
                                                                        : DocumentKind::ml;
        }
        return DocumentKind::ml;
    }
    if (body[first] == '{') {
        auto const kind = json_kind(body);
        return kind == JsonKind::data        ? DocumentKind::json
               : kind == JsonKind::structure ? DocumentKind::json_structure
                                             : DocumentKind::none;
    }
    return looks_like_csv(bytes) ? DocumentKind::csv : DocumentKind::none;
}

void read_data(DocumentKind kind, std::string_view bytes, gateway::io::XmlSource const& source,
               std::string const& name, SdmxSink& sink, Structures const* structures) {
    switch (kind) {
    case DocumentKind::ml: return read_ml(source, name, sink, structures);
    case DocumentKind::json: return read_json(bytes, name, sink, structures);
    case DocumentKind::csv: static_cast<void>(read_csv(bytes, name, sink, structures)); return;
    case DocumentKind::ml_structure:
    case DocumentKind::json_structure:
        throw Error{Errc::not_a_table,
                    name + ": a structure message holds no figures; give it with --dsd beside "
                           "the data"};
    case DocumentKind::none: break;
    }
    throw Error{Errc::not_a_table, name + ": no SDMX document"};
}

std::string facts_of(std::function<void(SdmxSink&)> const& read, bool pretty) {
    return data_facts(read, {}, pretty);
}

std::string facts_json(std::string const& path, Structures const* structures, bool pretty) {
    auto const name = path.substr(path.rfind('/') + 1);
    gateway::io::MappedFile const file{path};
    auto const kind = document_kind(file.view());
    if (kind == DocumentKind::ml_structure)
        return structure_facts(read_structures_ml(gateway::io::xml_file(path), name), pretty);
    if (kind == DocumentKind::json_structure)
        return structure_facts(read_structures_json(file.view(), name), pretty);
    CsvLayout layout;
    auto const read = [&](SdmxSink& sink) {
        if (kind == DocumentKind::csv)
            layout = read_csv(file.view(), name, sink, structures);
        else
            read_data(kind, file.view(), gateway::io::xml_file(path), name, sink, structures);
    };
    return data_facts(read, layout, pretty);
}

} // namespace adapters::sdmx

#include "told.hpp"

#include "adapters/sdmx/content.hpp"

namespace adapters::sdmx::test {
namespace {

class Teller final : public SdmxSink {
  public:
    std::string out;
    void message(MessageInfo const& info) override {
        out += "message " + info.format + " " + info.version + "\n";
    }
    void data_set(DataSetInfo const& info) override {
        out += "data_set " + info.structure.text() + " " + std::string{to_string(info.action)} + " " +
               info.dimension_at_observation + "\n";
    }
    void component(std::uint32_t number, Component const& component) override {
        if (number == ids_.size()) {
            ids_.emplace_back(component.id);
            codes_.emplace_back();
        }
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        if (number == codes_[component].size()) codes_[component].emplace_back(text);
    }
    void attributes(std::span<Coded const> values) override {
        if (!values.empty()) out += "attributes" + text(values) + "\n";
    }
    void group(std::span<Coded const> values, std::uint64_t line) override {
        out += "group" + text(values) + " @" + std::to_string(line) + "\n";
    }
    void series(SeriesInfo const& info) override {
        out += (info.is_row ? "row" : "series") + text(info.values) + " @" + std::to_string(info.line) + "\n";
    }
    void observation(ObservationInfo const& info) override {
        out += "obs" + text(info.values) + " |";
        for (auto const& measure : info.measures) {
            out += " " + ids_[measure.component] + "=";
            if (measure.kind == Measured::Kind::number) out += measure.number.to_string();
            if (measure.kind == Measured::Kind::text) out += "'" + std::string{measure.text} + "'";
        }
        out += " @" + std::to_string(info.line) + "\n";
    }
    void end_data_set() override { out += "end\n"; }
    void footer(Note const& note) override { out += "footer " + note.code + " " + note.severity + "\n"; }
    void error(Note const& note) override {
        out += "error_message " + note.code + " " + note.texts.at(0) + "\n";
    }
    void issue(Issue issue) override {
        out += "issue " + std::string{to_string(issue.code)} + " " + std::to_string(issue.count) + " " +
               issue.text + "\n";
    }
    void finish() override { out += "finish\n"; }

  private:
    std::string text(std::span<Coded const> values) const {
        std::string result;
        for (auto const value : values) {
            auto code = codes_[value.component][value.code];
            for (auto& c : code) c = c == value_separator ? '|' : c == language_separator ? '~' : c;
            result += " " + ids_[value.component] + "=" + code;
        }
        return result;
    }
    std::vector<std::string> ids_;
    std::vector<std::vector<std::string>> codes_;
};

} // namespace

std::string told(DocumentKind kind, std::string_view bytes, Structures const* structures) {
    Teller teller;
    try {
        read_data(kind, bytes, gateway::io::xml_source(bytes), "f", teller, structures);
    } catch (Error const& error) {
        teller.out += "error " + std::string{to_string(error.code())} + " " + error.what() + "\n";
    }
    return teller.out;
}

std::string error_of(DocumentKind kind, std::string_view bytes, Structures const* structures) {
    auto const text = told(kind, bytes, structures);
    auto const at = text.rfind("\nerror ");
    if (text.substr(0, 6) == "error ") return text.substr(6, text.size() - 7);
    return at == std::string::npos ? "read" : text.substr(at + 7, text.size() - at - 8);
}

std::string hash_of(DocumentKind kind, std::string_view bytes, Structures const* structures) {
    ContentHash hash;
    Rows rows{hash};
    try {
        read_data(kind, bytes, gateway::io::xml_source(bytes), "f", rows, structures);
    } catch (Error const& error) {
        return error.what();
    }
    return rows.lacks_structure() ? "lacks structure" : hash.hex();
}

} // namespace adapters::sdmx::test

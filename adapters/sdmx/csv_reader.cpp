#include "adapters/sdmx/csv_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/sdmx/csv_columns.hpp"
#include "adapters/sdmx/writer.hpp"
#include "gateway/io/csv.hpp"

namespace adapters::sdmx {
namespace {

constexpr std::size_t rows_looked_at = 1000;

std::optional<Action> action_of(std::string_view letter) {
    if (letter.empty() || letter == "I") return Action::information;
    if (letter == "A") return Action::append;
    if (letter == "R") return Action::replace;
    if (letter == "D") return Action::delete_;
    if (letter == "M") return Action::merge;
    return std::nullopt;
}

class CsvData {
  public:
    CsvData(std::string_view bytes, std::string const& name, SdmxSink& sink, Structures const* structures)
        : bytes_(bytes), name_(name), csv_(bytes, name), writer_(sink, structures, name) {}

    CsvLayout run() {
        if (!csv_.next())
            throw Error{Errc::empty_document, name_ + ":1:1: the file is empty; ask the source for it again"};
        check_charset();
        header_ = read_csv_header(csv_.fields(), csv_.delimiter(), name_, csv_.line());
        header_.layout.decimal_mark = find_mark();
        MessageInfo info;
        info.format = "sdmx-csv";
        info.version = header_.layout.version;
        writer_.sink.message(info);
        while (csv_.next()) row();
        if (in_data_set_) writer_.sink.end_data_set();
        for (auto& issue : folded_) writer_.sink.issue(std::move(issue));
        writer_.sink.finish();
        return header_.layout;
    }

  private:
    [[noreturn]] void refuse(std::size_t field, std::string const& text) const {
        throw Error{Errc::malformed, name_ + ":" + std::to_string(csv_.line()) + ":" +
                                         std::to_string(field + 1) + ": " + text};
    }

    /// UTF-8 throughout; the first byte that is none is named.
    void check_charset() const {
        std::uint64_t line = 1;
        std::uint32_t column = 1;
        for (std::size_t i = 0; i < bytes_.size();) {
            auto const byte = static_cast<unsigned char>(bytes_[i]);
            if (byte < 0x80) {
                if (byte == 0)
                    throw Error{Errc::wrong_charset, name_ + ":" + std::to_string(line) + ":" +
                                                         std::to_string(column) +
                                                         ": a zero byte; the file is damaged "
                                                         "or UTF-16, SDMX-CSV is UTF-8"};
                ++column;
                if (byte == '\n') {
                    ++line;
                    column = 1;
                }
                ++i;
                continue;
            }
            auto const length = utf8_length(i);
            if (length == 0)
                throw Error{Errc::wrong_charset,
                            name_ + ":" + std::to_string(line) + ":" + std::to_string(column) +
                                ": bytes that are not UTF-8; SDMX-CSV is UTF-8: convert the file, "
                                "for example with iconv"};
            i += length;
            ++column;
        }
    }

    [[nodiscard]] std::size_t utf8_length(std::size_t at) const {
        auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes_[at + i]); };
        auto const first = byte(0);
        std::size_t const length = first >= 0xC2 && first <= 0xDF   ? 2
                                   : first >= 0xE0 && first <= 0xEF ? 3
                                   : first >= 0xF0 && first <= 0xF4 ? 4
                                                                    : 0;
        if (length == 0 || at + length > bytes_.size()) return 0;
        for (std::size_t i = 1; i < length; ++i)
            if ((byte(i) & 0xC0U) != 0x80U) return 0;
        if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
            (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F))
            return 0;
        return length;
    }

    [[nodiscard]] static bool is_measure(std::string_view id) { return id.substr(0, 9) == "OBS_VALUE"; }

    /// A comma is the decimal mark where the measures have commas and no point.
    char find_mark() {
        if (csv_.delimiter() == ',') return '.';
        gateway::io::CsvReader ahead{bytes_, name_, csv_.delimiter()};
        bool comma = false, point = false;
        ahead.next();
        for (std::size_t i = 0; i < rows_looked_at && ahead.next(); ++i)
            for (std::size_t field = 0; field < std::min(ahead.fields().size(), header_.columns.size());
                 ++field) {
                if (!is_measure(header_.columns[field].id)) continue;
                comma = comma || ahead.fields()[field].find(',') != std::string_view::npos;
                point = point || ahead.fields()[field].find('.') != std::string_view::npos;
            }
        return comma && !point ? ',' : '.';
    }

    void row() {
        auto const fields = csv_.fields();
        if (fields.size() != header_.columns.size()) {
            fold(fields.size() < header_.columns.size() ? Errc::short_row : Errc::long_row,
                 "a row of " + std::to_string(fields.size()) + " fields where the header has " +
                     std::to_string(header_.columns.size()),
                 "look at the quotation marks of the row; it was set aside");
            return;
        }
        data_set_of(fields);
        values_.clear();
        measures_.clear();
        std::uint32_t value_column = 0;
        bool has_open_dimension = false;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            auto const& column = header_.columns[i];
            if (column.what != CsvColumn::What::component) continue;
            auto const component = components_[i];
            if (component == not_known) continue;
            auto const role = writer_.role(component);
            if (role == Role::measure) {
                value_column = static_cast<std::uint32_t>(i + 1);
                measures_.push_back(measured(component, fields[i], header_.layout.decimal_mark));
                continue;
            }
            if (fields[i].empty()) {
                has_open_dimension = has_open_dimension || role == Role::dimension || role == Role::time;
                continue;
            }
            values_.push_back(writer_.code(component, text_of(column, fields[i])));
        }
        bool const is_group =
            has_open_dimension && writer_.structure() != nullptr && action_ != Action::delete_;
        if (is_group)
            writer_.sink.group(values_, csv_.line());
        else
            writer_.sink.observation({values_, measures_, csv_.line(), value_column});
    }

    /// A new data set where structure or action change.
    void data_set_of(std::span<std::string_view const> fields) {
        std::string_view kind = header_.layout.version == "1.0" ? "dataflow" : "", id, letter;
        std::size_t id_field = 0;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            auto const what = header_.columns[i].what;
            if (what == CsvColumn::What::structure_kind) kind = fields[i];
            if (what == CsvColumn::What::action) {
                letter = fields[i];
                if (!action_of(letter))
                    refuse(i, "action '" + std::string{letter} +
                                  "'; SDMX-CSV knows I (information), A (append), M (merge), R (replace) and "
                                  "D (delete)");
            }
            if (what == CsvColumn::What::structure_id) {
                id = fields[i];
                id_field = i;
            }
        }
        if (in_data_set_ && id == last_id_ && kind == last_kind_ && *action_of(letter) == action_) return;
        last_id_ = id;
        last_kind_ = kind;
        DataSetInfo info;
        // The names of labels=both stand behind the version.
        auto const label = id.find("): ");
        info.structure = parse_reference(label == std::string_view::npos ? id : id.substr(0, label + 1));
        if (info.structure.id.empty())
            refuse(id_field, "'" + std::string{id} + "' is no structure; expected AGENCY:ID(VERSION)");
        if (kind == "dataflow")
            info.structure.kind = "Dataflow";
        else if (kind == "datastructure")
            info.structure.kind = "DataStructure";
        else if (kind == "dataprovision" || kind == "provisionagreement")
            info.structure.kind = "ProvisionAgreement";
        else
            refuse(0, "'" + std::string{kind} + "' where dataflow, datastructure or dataprovision is due");
        info.action = action_ = *action_of(letter);
        info.says_action = !letter.empty();
        info.dimension_at_observation = "AllDimensions";
        info.position = {csv_.line(), 1};
        if (in_data_set_) writer_.sink.end_data_set();
        in_data_set_ = true;
        writer_.data_set(info);
        number_components();
        writer_.sink.attributes({});
    }

    void number_components() {
        components_.assign(header_.columns.size(), not_known);
        for (std::size_t i = 0; i < header_.columns.size(); ++i) {
            auto const& column = header_.columns[i];
            if (column.what != CsvColumn::What::component) continue;
            if (writer_.structure() != nullptr && writer_.structure()->find(column.id) == nullptr) {
                fold(Errc::unknown_variable,
                     "column '" + column.id + "' is not in data structure " +
                         writer_.structure()->self.text() + " and was left out",
                     "nothing for a custom column; else give the data structure of this version");
                continue;
            }
            components_[i] =
                writer_.component(column.id, is_measure(column.id) ? Role::measure : Role::unknown);
        }
    }

    std::string_view text_of(CsvColumn const& column, std::string_view field) {
        if (!column.is_list) return column.has_label ? code_of(field) : field;
        text_.clear();
        std::size_t index = 0;
        while (true) {
            auto const end = field.find(header_.sub_separator);
            auto const part = field.substr(0, end);
            if (index != 0) text_.push_back(value_separator);
            if (index < column.languages.size()) {
                text_.append(column.languages[index]);
                text_.push_back(language_separator);
            }
            text_.append(column.has_label ? code_of(part) : part);
            ++index;
            if (end == std::string_view::npos) return text_;
            field.remove_prefix(end + 1);
        }
    }

    void fold(Errc code, std::string const& text, std::string const& next_step) {
        for (auto& issue : folded_)
            if (issue.code == code && issue.text == text) {
                ++issue.count;
                return;
            }
        auto const severity = code == Errc::unknown_variable ? Severity::warning : Severity::error;
        folded_.push_back({code, severity, {csv_.line(), 0}, text, next_step, 1});
    }

    static constexpr std::uint32_t not_known = UINT32_MAX;
    std::string_view bytes_;
    std::string name_;
    gateway::io::CsvReader csv_;
    SinkWriter writer_;
    CsvHeader header_;
    std::vector<std::uint32_t> components_; ///< of the columns
    std::vector<Coded> values_;
    std::vector<Measured> measures_;
    std::string text_, last_id_, last_kind_;
    Action action_ = Action::information;
    bool in_data_set_ = false;
    std::vector<Issue> folded_;
};

} // namespace

bool looks_like_csv(std::string_view bytes) {
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    auto const line = bytes.substr(0, std::min(bytes.find_first_of("\r\n"), std::size_t{64} << 10U));
    auto const first = line.substr(0, line.find_first_of(",;\t"));
    if (first == "DATAFLOW" || first == "STRUCTURE" || first.substr(0, 10) == "STRUCTURE[")
        return first != line;
    for (std::string_view rest = line;;) {
        auto const end = rest.find_first_of(",;\t");
        if (rest.substr(0, end) == "OBS_VALUE") return true;
        if (end == std::string_view::npos) return false;
        rest.remove_prefix(end + 1);
    }
}

CsvLayout read_csv(std::string_view bytes, std::string const& name, SdmxSink& sink,
                   Structures const* structures) {
    return CsvData{bytes, name, sink, structures}.run();
}

} // namespace adapters::sdmx

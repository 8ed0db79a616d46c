#include "adapters/px/px.hpp"

#include <algorithm>
#include <map>

#include "adapters/px/keywords.hpp"
#include "adapters/px/model.hpp"

namespace adapters::px {

using gateway::Errc;
using gateway::Error;
using gateway::Position;

namespace {

constexpr bool is_separator(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

struct Token {
    std::string_view text;
    Position at;
    bool quoted = false;
    bool end = false; ///< the ';' behind the last value
};

/// Values of DATA, one after the other. Views live until the next call.
class Data {
  public:
    explicit Data(Cursor cursor) : cursor_(std::move(cursor)) {}
    Token next() {
        while (!cursor_.at_end() && is_separator(cursor_.peek())) cursor_.take();
        Token token;
        token.at = cursor_.position();
        text_.clear();
        if (cursor_.at_end())
            cursor_.fail(Errc::truncated, "DATA does not end with ';': fetch the file again");
        if (cursor_.peek() == ';') {
            cursor_.take();
            token.end = true;
            return token;
        }
        token.quoted = cursor_.peek() == '"';
        if (token.quoted) cursor_.take();
        for (;;) {
            if (cursor_.at_end())
                cursor_.fail(Errc::truncated, token.at,
                             "the last value of DATA does not end: fetch the file again");
            auto const c = cursor_.peek();
            if (token.quoted && c == '"') {
                cursor_.take();
                break;
            }
            if (!token.quoted && (is_separator(c) || c == ';' || c == '"')) break;
            text_ += cursor_.take();
            if (text_.size() > 1000)
                cursor_.fail(Errc::malformed, token.at, "a value is longer than 1000 bytes");
        }
        token.text = text_;
        return token;
    }
    [[nodiscard]] Cursor& cursor() noexcept { return cursor_; }

  private:
    Cursor cursor_;
    std::string text_;
};

/// "-" and one to six dots under the names that the file gives them.
std::string_view symbol_of(std::string_view text, Model const& model) {
    bool const dots =
        !text.empty() && text.size() <= 6 && text.find_first_not_of('.') == std::string_view::npos;
    auto const& name = text == "-" ? model.symbols[0] : dots ? model.symbols[text.size()] : text;
    return name.empty() ? text : std::string_view{name};
}

} // namespace

struct PxFile::State {
    std::string name;
    Cursor data;
    Model model;
    std::uint64_t size = 0;

    void put(cube::Writer& writer, std::uint64_t index, Token const& token) const;
    void dense(cube::Writer& writer) const;
    void sparse(cube::Writer& writer, gateway::CellSink& sink) const;
};

void PxFile::State::put(cube::Writer& writer, std::uint64_t index, Token const& token) const {
    auto const text = to_utf8(token.text, model.charset);
    if (!text) {
        writer.fault(index, Errc::wrong_charset, "a sign with a byte that the code page lacks", token.at);
    } else if (text->empty()) {
        writer.empty(index, token.at);
    } else if (!token.quoted && text->find_first_not_of("0123456789+-.eE") == std::string::npos &&
               text->find_first_of("0123456789") != std::string::npos) {
        writer.number(index, *text, {}, token.at);
    } else if (token.quoted || *text == "-" || text->find_first_not_of('.') == std::string::npos) {
        // Digits in quotes are refused, not believed.
        if (text->find_first_of("0123456789") != std::string::npos && cube::exact_number(*text, -1))
            writer.fault(index, Errc::malformed, "the number '" + text->substr(0, 40) + "' stands in quotes",
                         token.at);
        else
            writer.sign(index, symbol_of(*text, model), token.at);
    } else {
        writer.fault(index, Errc::malformed, "'" + text->substr(0, 40) + "' is neither a number nor a sign",
                     token.at);
    }
}

void PxFile::State::dense(cube::Writer& writer) const {
    Data values{data};
    std::uint64_t index = 0;
    for (;; ++index) {
        auto const token = values.next();
        if (token.end) break;
        if (index == size)
            values.cursor().fail(Errc::malformed, token.at,
                                 "more than the " + std::to_string(size) + " values that the variables make");
        put(writer, index, token);
    }
    if (index < size)
        values.cursor().fail(Errc::truncated, std::to_string(index) + " values where the variables make " +
                                                  std::to_string(size));
}

void PxFile::State::sparse(cube::Writer& writer, gateway::CellSink& sink) const {
    auto const& dimensions = model.cube.dimensions;
    std::uint64_t width = 1; // values of a row: all dimensions without a key
    std::vector<std::map<std::string, std::uint64_t>> places;
    std::size_t keyed = 0;
    while (keyed < model.stubs && model.keys[keyed] != Model::Keys::none) {
        places.emplace_back();
        auto const& categories = dimensions[keyed].categories;
        for (std::size_t i = 0; i < categories.size(); ++i)
            places.back().emplace(
                model.keys[keyed] == Model::Keys::codes ? categories[i].code : categories[i].label, i);
        ++keyed;
    }
    for (auto i = keyed; i < dimensions.size(); ++i) width *= dimensions[i].categories.size();
    auto const rows = size / width;
    std::vector<bool> seen(rows, false);
    std::uint64_t read = 0;
    Data values{data};
    for (;;) {
        auto token = values.next();
        if (token.end) break;
        std::uint64_t row = 0;
        for (std::size_t i = 0; i < keyed; ++i) {
            if (i > 0) token = values.next();
            auto const key = token.end ? std::nullopt : to_utf8(token.text, model.charset);
            auto const place = key ? places[i].find(*key) : places[i].end();
            if (!token.quoted || place == places[i].end())
                values.cursor().fail(Errc::unknown_code, token.at,
                                     "'" + std::string{token.text.substr(0, 40)} + "' is no key of '" +
                                         dimensions[i].label + "'");
            row = row * dimensions[i].categories.size() + place->second;
        }
        if (seen[row]) values.cursor().fail(Errc::duplicate_key, token.at, "the row stands twice");
        seen[row] = true;
        ++read;
        for (std::uint64_t i = 0; i < width; ++i) {
            token = values.next();
            if (token.end) values.cursor().fail(Errc::truncated, token.at, "the last row has too few values");
            put(writer, row * width + i, token);
        }
    }
    if (read == rows) return;
    gateway::Issue issue;
    issue.code = Errc::empty_cell;
    issue.severity = gateway::Severity::info;
    issue.text = std::to_string(rows - read) + " of " + std::to_string(rows) +
                 " rows are left out of the file (KEYS); they are absent here, not zero";
    issue.next_step = "if the zeros are needed, ask the office for the file without KEYS";
    issue.count = rows - read;
    sink.issue(std::move(issue));
}

bool looks_like_px(std::string_view bytes) noexcept {
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    auto const first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return false;
    bytes.remove_prefix(first);
    for (std::string_view const word :
         {"CHARSET", "AXIS-VERSION", "CODEPAGE", "LANGUAGE", "CREATION-DATE", "MATRIX"}) {
        if (bytes.substr(0, word.size()) != word) continue;
        auto const rest = bytes.substr(word.size());
        auto const next = rest.find_first_not_of(" \t\r\n");
        if (next != std::string_view::npos && rest[next] == '=') return true;
    }
    return false;
}

PxFile::PxFile(std::string_view bytes, std::string name) {
    if (bytes.empty()) throw Error{Errc::empty_document, name + ": the file is empty"};
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    if (!looks_like_px(bytes)) throw Error{Errc::not_a_table, name + ": no keyword of a PX file comes first"};
    Cursor cursor{bytes, name};
    auto keywords = read_keywords(cursor);
    auto model = read_model(keywords, cursor, bytes);
    auto const size = cube::value_count(name, model.cube);
    bool const gap =
        std::any_of(model.keys.begin(), model.keys.end(), [](auto k) { return k != Model::Keys::none; }) &&
        model.keys.front() == Model::Keys::none;
    if (gap) cursor.fail(Errc::malformed, {1, 1}, "KEYS are given, but not for the first variable of STUB");
    state_ = std::make_unique<State>(State{std::move(name), std::move(cursor), std::move(model), size});
}

PxFile::~PxFile() = default;
PxFile::PxFile(PxFile&&) noexcept = default;
PxFile& PxFile::operator=(PxFile&&) noexcept = default;

cube::Cube const& PxFile::cube() const noexcept {
    return state_->model.cube;
}
std::string const& PxFile::title() const noexcept {
    return state_->model.title;
}
std::string const& PxFile::source() const noexcept {
    return state_->model.source;
}
std::string const& PxFile::updated() const noexcept {
    return state_->model.updated;
}
std::uint64_t PxFile::values() const noexcept {
    return state_->size;
}

void PxFile::read(gateway::CellSink& sink, std::string const& geo_variable) const {
    read(sink, cube::Roles{{}, {}, {}, geo_variable});
}

void PxFile::read(gateway::CellSink& sink, cube::Roles const& roles) const {
    auto cube = state_->model.cube;
    cube::apply_roles(cube, roles, state_->name);
    cube::Writer writer{cube, sink, state_->name};
    if (state_->model.keys.empty() || state_->model.keys.front() == Model::Keys::none)
        state_->dense(writer);
    else
        state_->sparse(writer, sink);
    writer.finish();
}

} // namespace adapters::px

#include "adapters/px/model.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

namespace adapters::px {

using cube::Category;
using cube::Dimension;
using gateway::Errc;

namespace {

/// Keywords of the main language by name and keys.
class Index {
  public:
    Index(std::vector<Keyword>& all, Cursor& cursor) {
        std::string main;
        for (auto const& keyword : all)
            if (keyword.name == "LANGUAGE" && !keyword.values.empty()) main = keyword.values.front().text;
        for (auto& keyword : all) {
            if (!keyword.language.empty() && keyword.language != main) continue;
            auto const added = index_.emplace(std::pair{keyword.name, keyword.keys}, &keyword);
            static constexpr std::string_view once[] = {"VALUES",   "CODES",        "STUB",    "HEADING",
                                                        "UNITS",    "CONTVARIABLE", "TIMEVAL", "CHARSET",
                                                        "CODEPAGE", "DATA",         "KEYS"};
            if (!added.second && std::find(std::begin(once), std::end(once), keyword.name) != std::end(once))
                cursor.fail(Errc::duplicate_key, keyword.at, keyword.name + " stands twice");
        }
        language = main;
    }
    [[nodiscard]] Keyword const* find(std::string const& name,
                                      std::vector<std::string> const& keys = {}) const {
        auto const found = index_.find(std::pair{name, keys});
        return found == index_.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::string text(std::string const& name, std::vector<std::string> const& keys = {}) const {
        auto const* const found = find(name, keys);
        return found == nullptr || found->values.empty() ? std::string{} : found->values.front().text;
    }
    std::string language;

  private:
    std::map<std::pair<std::string, std::vector<std::string>>, Keyword const*> index_;
};

Charset charset_of(std::vector<Keyword> const& keywords, Cursor& cursor, std::string_view bytes) {
    std::string charset;
    for (auto const& keyword : keywords) {
        auto const text = keyword.values.empty() ? std::string{} : keyword.values.front().text;
        if (keyword.name == "CODEPAGE") {
            auto const known = charset_from(text);
            if (!known)
                cursor.fail(Errc::wrong_charset, keyword.at,
                            "CODEPAGE '" + text +
                                "' is not read; utf-8, iso-8859-1, iso-8859-15 and windows-1252 are");
            return *known;
        }
        if (keyword.name == "CHARSET") charset = text;
    }
    bool const plain =
        std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (plain) return Charset::ascii;
    if (is_utf8(bytes)) return Charset::utf8;
    if (charset == "ANSI") return Charset::windows1252;
    cursor.fail(Errc::wrong_charset, {1, 1},
                "neither CODEPAGE nor CHARSET=\"ANSI\" says which characters these are: have the file saved "
                "as UTF-8");
}

void decode(std::vector<Keyword>& keywords, Charset charset, Cursor& cursor) {
    if (charset == Charset::ascii || charset == Charset::utf8) {
        for (auto const& keyword : keywords)
            for (auto const& value : keyword.values)
                if (!is_utf8(value.text))
                    cursor.fail(Errc::wrong_charset, keyword.at, keyword.name + " is not UTF-8");
    }
    auto const change = [&](std::string& text, Keyword const& keyword) {
        auto decoded = to_utf8(text, charset);
        if (!decoded)
            cursor.fail(Errc::wrong_charset, keyword.at,
                        keyword.name + " holds a byte that the code page lacks");
        text = std::move(*decoded);
    };
    for (auto& keyword : keywords) {
        for (auto& key : keyword.keys) change(key, keyword);
        for (auto& value : keyword.values) change(value.text, keyword);
    }
}

/// "TLIST(A1)" and the codes behind it, or the range within the brackets.
void read_times(Keyword const& timeval, Dimension& dimension, Cursor& cursor) {
    auto const& list = timeval.values.empty() ? std::string{} : timeval.values.front().text;
    if (list.size() < 8 || list.compare(0, 6, "TLIST(") != 0)
        cursor.fail(Errc::malformed, timeval.at, "TIMEVAL without TLIST(...)");
    auto const letter = list[6];
    std::vector<std::string> codes;
    for (std::size_t i = 1; i < timeval.values.size(); ++i) codes.push_back(timeval.values[i].text);
    if (codes.empty())
        for (auto const& category : dimension.categories)
            codes.push_back(category.label); // a range: VALUES tell
    if (codes.size() != dimension.categories.size())
        cursor.fail(Errc::malformed, timeval.at,
                    "TIMEVAL has " + std::to_string(codes.size()) + " times, VALUES " +
                        std::to_string(dimension.categories.size()));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        auto code = codes[i];
        // "200506", "20051": year, then the part as the list counts it.
        bool const digits =
            std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (digits && letter == 'M' && code.size() == 6) code.insert(4, "M");
        if (digits && letter == 'Q' && code.size() == 5) code.insert(4, "Q");
        if (digits && letter == 'H' && code.size() == 5) code.insert(4, "H");
        dimension.categories[i].code = code;
    }
}

Dimension read_dimension(Index const& index, std::string const& name, Cursor& cursor, gateway::Position at) {
    Dimension dimension;
    dimension.label = name;
    auto const code = index.text("VARIABLECODE", {name});
    dimension.id = code.empty() ? name : code;
    auto const* const values = index.find("VALUES", {name});
    if (values == nullptr || values->values.empty())
        cursor.fail(Errc::malformed, at, "no VALUES for '" + name + "'");
    auto const* const codes = index.find("CODES", {name});
    if (codes != nullptr && codes->values.size() != values->values.size())
        cursor.fail(Errc::malformed, codes->at,
                    "CODES of '" + name + "' has " + std::to_string(codes->values.size()) +
                        " codes, VALUES " + std::to_string(values->values.size()));
    for (std::size_t i = 0; i < values->values.size(); ++i) {
        Category category;
        category.label = values->values[i].text;
        category.code = codes == nullptr ? category.label : codes->values[i].text;
        dimension.categories.push_back(std::move(category));
    }
    if (auto const* const timeval = index.find("TIMEVAL", {name}); timeval != nullptr) {
        dimension.role = Dimension::Role::time;
        read_times(*timeval, dimension, cursor);
    }
    auto const type = index.text("VARIABLE-TYPE", {name});
    if (type == "Time" || type == "T") dimension.role = Dimension::Role::time;
    if (type == "Geographical" || type == "G" || index.find("MAP", {name}) != nullptr)
        dimension.role = Dimension::Role::geo;
    if (index.text("CONTVARIABLE") == name) dimension.role = Dimension::Role::measure;
    std::vector<std::string> sorted;
    for (auto const& category : dimension.categories) sorted.push_back(category.code);
    std::sort(sorted.begin(), sorted.end());
    if (auto const twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        cursor.fail(Errc::duplicate_key, values->at,
                    "'" + *twice + "' stands twice among the codes of '" + name + "'");
    return dimension;
}

int places_from(std::string const& text) noexcept {
    int places = -1;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), places);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() && places >= 0 && places <= 6
               ? places
               : -1;
}

/// Units and places of the measures, which stand under their texts.
void read_contents(Index const& index, Dimension& dimension) {
    for (auto& category : dimension.categories) {
        category.unit = index.text("UNITS", {category.label});
        category.decimals = places_from(index.text("PRECISION", {dimension.label, category.label}));
    }
}

} // namespace

Model read_model(std::vector<Keyword>& keywords, Cursor& cursor, std::string_view bytes) {
    Model model;
    model.charset = charset_of(keywords, cursor, bytes);
    decode(keywords, model.charset, cursor);
    Index const index{keywords, cursor};
    model.cube.layout = "px";
    model.cube.language = index.language;
    model.cube.code = index.text("MATRIX");
    model.cube.label = index.text("CONTENTS");
    model.cube.unit = index.text("UNITS");
    model.cube.decimals = places_from(index.text("DECIMALS"));
    for (auto const* const name : {"STUB", "HEADING"}) {
        auto const* const keyword = index.find(name);
        if (keyword == nullptr) continue;
        for (auto const& value : keyword->values) {
            for (auto const& other : model.cube.dimensions)
                if (other.label == value.text)
                    cursor.fail(Errc::duplicate_key, keyword->at,
                                "variable '" + value.text + "' stands twice");
            model.cube.dimensions.push_back(read_dimension(index, value.text, cursor, keyword->at));
            auto& added = model.cube.dimensions.back();
            if (added.role == Dimension::Role::measure) read_contents(index, added);
            if (std::string_view{name} == "STUB") {
                auto const keys = index.text("KEYS", {value.text});
                model.keys.push_back(keys == "CODES"    ? Model::Keys::codes
                                     : keys == "VALUES" ? Model::Keys::values
                                                        : Model::Keys::none);
                if (model.keys.back() == Model::Keys::none && !keys.empty())
                    cursor.fail(Errc::malformed, keyword->at,
                                "KEYS of '" + value.text + "' is neither CODES nor VALUES");
                ++model.stubs;
            }
        }
    }
    if (model.cube.dimensions.empty()) cursor.fail(Errc::malformed, {1, 1}, "neither STUB nor HEADING");
    cube::find_time(model.cube);
    model.title = index.text("TITLE");
    if (model.title.empty()) model.title = index.text("DESCRIPTION");
    model.source = index.text("SOURCE");
    model.updated = index.text("LAST-UPDATED");
    model.symbols[0] = index.text("DATASYMBOLNIL");
    for (std::size_t i = 1; i < model.symbols.size(); ++i)
        model.symbols[i] = index.text("DATASYMBOL" + std::to_string(i));
    return model;
}

} // namespace adapters::px

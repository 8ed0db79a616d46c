#include "gateway/ingest/personal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::ingest {
namespace {

constexpr std::size_t head_bytes = std::size_t{64} << 10U;
constexpr std::size_t head_lines = 30;
constexpr std::size_t longest_name = 48;
constexpr unsigned deepest_zip = 2;

enum class Kind : std::uint8_t { first_name, last_name, birth, case_number, person_number };

struct Word {
    std::string_view folded; ///< small letters only, without umlauts
    Kind kind;
};

// Whole names only: 'Geburtsjahr' and 'Vornamen, Anzahl' are statistics.
constexpr Word words[] = {
    {"vorname", Kind::first_name},
    {"vornamen", Kind::first_name},
    {"rufname", Kind::first_name},
    {"firstname", Kind::first_name},
    {"givenname", Kind::first_name},
    {"nachname", Kind::last_name},
    {"familienname", Kind::last_name},
    {"zuname", Kind::last_name},
    {"geburtsname", Kind::last_name},
    {"lastname", Kind::last_name},
    {"surname", Kind::last_name},
    {"familyname", Kind::last_name},
    {"geburtsdatum", Kind::birth},
    {"gebdatum", Kind::birth},
    {"gebdat", Kind::birth},
    {"geburtstag", Kind::birth},
    {"gebtag", Kind::birth},
    {"geborenam", Kind::birth},
    {"dateofbirth", Kind::birth},
    {"birthdate", Kind::birth},
    {"aktenzeichen", Kind::case_number},
    {"fallnummer", Kind::case_number},
    {"fallnr", Kind::case_number},
    {"fallid", Kind::case_number},
    {"casenumber", Kind::case_number},
    {"azrnummer", Kind::person_number},
    {"azrnr", Kind::person_number},
    {"auslndernummer", Kind::person_number},
    {"personennummer", Kind::person_number},
    {"personalausweisnummer", Kind::person_number},
    {"passnummer", Kind::person_number},
    {"sozialversicherungsnummer", Kind::person_number},
    {"versicherungsnummer", Kind::person_number},
    {"rentenversicherungsnummer", Kind::person_number},
    {"krankenversichertennummer", Kind::person_number},
    {"steueridentifikationsnummer", Kind::person_number},
    {"steuerid", Kind::person_number},
    {"matrikelnummer", Kind::person_number},
    {"iban", Kind::person_number},
};

std::string_view name_of(Kind kind) {
    switch (kind) {
    case Kind::first_name: return "first name";
    case Kind::last_name: return "family name";
    case Kind::birth: return "date of birth";
    case Kind::case_number: return "case number";
    case Kind::person_number: return "number of a person";
    }
    return "";
}

Word const* word_for(std::string_view text) {
    if (text.empty() || text.size() > longest_name) return nullptr;
    std::array<char, longest_name> letters{};
    std::size_t count = 0;
    for (char const c : text) {
        if (c >= '0' && c <= '9') return nullptr; // no word has one
        if (c >= 'A' && c <= 'Z') letters.at(count++) = static_cast<char>(c - 'A' + 'a');
        if (c >= 'a' && c <= 'z') letters.at(count++) = c;
    }
    std::string_view const folded{letters.data(), count};
    auto const* const found =
        std::find_if(std::begin(words), std::end(words), [&](Word const& w) { return w.folded == folded; });
    return found == std::end(words) ? nullptr : found;
}

/// Column names that were seen together.
class Names {
  public:
    /// `where` tells the place; it is asked only for the name of something personal.
    template <typename Where>
    void see(std::string_view text, Where const& where) {
        auto const* const word = word_for(text);
        if (word == nullptr) return;
        auto& seen = seen_.at(static_cast<std::size_t>(word->kind));
        if (seen.empty())
            seen = where() + " '" + std::string{text} + "' (" + std::string{name_of(word->kind)} + ")";
    }
    /// A first name alone is a statistic of first names; with a family name it is a person.
    [[nodiscard]] std::optional<std::string> verdict() const {
        for (auto const kind : {Kind::birth, Kind::case_number, Kind::person_number})
            if (auto const& text = seen(kind); !text.empty()) return text;
        if (seen(Kind::first_name).empty() || seen(Kind::last_name).empty()) return std::nullopt;
        return seen(Kind::first_name) + " and " + seen(Kind::last_name);
    }

  private:
    [[nodiscard]] std::string const& seen(Kind kind) const {
        return seen_.at(static_cast<std::size_t>(kind));
    }
    std::array<std::string, 5> seen_;
};

bool is_delimiter(char c) {
    return c == ';' || c == ',' || c == '\t' || c == '|';
}

std::string_view unquoted(std::string_view text) {
    auto const is_around = [](char c) { return c == ' ' || c == '"' || c == '\'' || c == '\r'; };
    while (!text.empty() && is_around(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_around(text.back())) text.remove_suffix(1);
    return text;
}

/// Names in one line belong together; a header may stand below a title.
std::optional<std::string> in_lines(std::string_view head) {
    std::size_t line = 0;
    for (std::size_t at = 0; at < head.size() && line < head_lines;) {
        auto const end = std::min(head.find('\n', at), head.size());
        auto const text = head.substr(at, end - at);
        at = end + 1;
        ++line;
        Names names;
        std::size_t column = 1;
        for (std::size_t begin = 0; begin <= text.size(); ++column) {
            auto const* const stop = std::find_if(text.begin() + begin, text.end(), is_delimiter);
            auto const length = static_cast<std::size_t>(stop - text.begin()) - begin;
            names.see(unquoted(text.substr(begin, length)), [line, column] {
                return "line " + std::to_string(line) + ", column " + std::to_string(column) + ":";
            });
            begin += length + 1;
        }
        // One word on a line is prose, not a header.
        if (column > 2)
            if (auto found = names.verdict()) return found;
    }
    return std::nullopt;
}

/// Names behind `open` and before one of `close`: elements, attributes, keys.
std::optional<std::string> in_marks(std::string_view head, std::string_view opens, std::string_view closes,
                                    std::string const& what) {
    Names names;
    for (auto at = head.find_first_of(opens); at != std::string_view::npos;
         at = head.find_first_of(opens, at + 1)) {
        auto const end = head.find_first_of(closes, at + 1);
        if (end == std::string_view::npos) break;
        auto name = head.substr(at + 1, end - at - 1);
        if (auto const colon = name.rfind(':'); colon != std::string_view::npos)
            name.remove_prefix(colon + 1);
        names.see(name, [&what] { return what; });
    }
    return names.verdict();
}

std::optional<std::string> look(std::string_view bytes, unsigned depth);

std::optional<std::string> in_zip(std::string_view bytes, unsigned depth) {
    if (depth >= deepest_zip) return std::nullopt;
    try {
        io::ZipReader const zip{bytes};
        for (auto const& entry : zip.entries()) {
            if (entry.is_directory()) continue;
            bool const is_workbook_part = entry.name.starts_with("xl/") || entry.name.starts_with("_rels/") ||
                                          entry.name.starts_with("docProps/") ||
                                          entry.name == "[Content_Types].xml";
            bool const has_texts =
                entry.name == "xl/sharedStrings.xml" || entry.name.starts_with("xl/worksheets/sheet");
            if (is_workbook_part && !has_texts) continue;
            std::string head;
            struct Enough {};
            try {
                zip.extract(entry, [&head](std::string_view piece) {
                    head.append(piece.substr(0, head_bytes - head.size()));
                    if (head.size() >= head_bytes) throw Enough{};
                });
            } catch (Enough const&) {
            }
            auto found = has_texts ? in_marks(head, ">", "<", "a cell") : look(head, depth + 1);
            if (found) return entry.name + ", " + *found;
        }
    } catch (Error const&) {
        // What cannot be unpacked is refused by its reader, with the place.
    }
    return std::nullopt;
}

std::optional<std::string> look(std::string_view bytes, unsigned depth) {
    if (bytes.starts_with("PK")) return in_zip(bytes, depth);
    auto head = bytes.substr(0, head_bytes);
    if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
    auto const first = head.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return std::nullopt;
    if (head[first] == '<') {
        if (head.find("DatML-RAW") != std::string_view::npos ||
            head.find("DatML/RAW") != std::string_view::npos)
            return std::string{"a DatML/RAW survey delivery"};
        return in_marks(head, "<", " \t\r\n/>", "an element");
    }
    if (head[first] == '{' || head[first] == '[') return in_marks(head, "\"", "\"", "a key");
    return in_lines(head);
}

} // namespace

std::optional<std::string> personal_records(std::string_view bytes) {
    return look(bytes, 0);
}

void refuse_personal_records(std::string const& file, std::string_view bytes) {
    auto const why = personal_records(bytes);
    if (!why) return;
    throw Error{
        Errc::personal_data,
        file + ": " + *why +
            " says that these are records of persons; nothing of the file was kept or shown. Send results: "
            "numbers of persons by area and time"};
}

} // namespace gateway::ingest

#include "tests/bench/csv/dialects.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace bench {
namespace {

using gateway::Layout;
using gateway::Place;
using Quotes = Dialect::Quotes;
using Charset = Dialect::Charset;

constexpr int years = 20;
constexpr int first_year = 2005;

Place column(std::string header) {
    Place place;
    place.from = Place::From::column;
    place.headers = {std::move(header)};
    return place;
}

Place constant(std::string text) {
    Place place;
    place.from = Place::From::constant;
    place.text = std::move(text);
    return place;
}

gateway::LayoutDimension dimension(std::string variable, Place place) {
    gateway::LayoutDimension result;
    result.variable = std::move(variable);
    result.place = std::move(place);
    return result;
}

struct Region {
    std::string key, name;
};

std::vector<Region> regions(Dialect const& dialect) {
    std::vector<Region> result;
    for (int i = 0; i < 400; ++i) {
        char key[16];
        std::snprintf(key, sizeof key, "%05d", 1001 + i * 37);
        std::string const dash = dialect.charset == Charset::windows_1252 ? " \xE2\x80\x93 Stadt" : ", Stadt";
        result.push_back({key, (dialect.doubled ? "Landkreis \"Nr.\" " : "Landkreis Nr. ") +
                                   std::to_string(i) + (i % 3 == 0 ? dash : "")});
    }
    return result;
}

/// Only the letters that these files have.
std::string encoded(std::string text, Charset charset) {
    if (charset == Charset::utf8) return text;
    auto const replace = [&text](std::string const& from, char to) {
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
            text.replace(at, from.size(), 1, to);
    };
    replace("\xC3\xA4", '\xE4');
    replace("\xE2\x80\x93", '\x96');
    return text;
}

/// Digits that do not repeat soon.
struct Random {
    std::uint64_t state = 88172645463325252U;
    std::uint64_t next() {
        state ^= state << 13U;
        state ^= state >> 7U;
        return state ^= state << 17U;
    }
};

std::string number(Random& random, Dialect const& dialect) {
    if (dialect.small) return std::to_string(random.next() % 100);
    auto const value = random.next() % 2'000'000;
    auto text = std::to_string(value);
    if (!dialect.thousands.empty()) {
        for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, dialect.thousands);
        return text + dialect.decimal + std::to_string(random.next() % 10);
    }
    if (value % 3 == 0) text += dialect.decimal + std::to_string(random.next() % 100);
    return text;
}

/// One line from its texts.
class Line {
  public:
    explicit Line(Dialect const& dialect) : dialect_(dialect) {}
    void text(std::string const& text, bool name = false) {
        if (!line_.empty()) line_ += dialect_.delimiter;
        bool const quoted = dialect_.quotes == Quotes::all || (name && dialect_.quotes == Quotes::names);
        if (!quoted) {
            line_ += text;
            return;
        }
        line_ += '"';
        for (char const c : text) line_.append(c == '"' ? 2 : 1, c);
        line_ += '"';
    }
    void end(std::string& out) {
        out += encoded(line_, dialect_.charset) + dialect_.line_end;
        line_.clear();
    }

  private:
    Dialect const& dialect_;
    std::string line_;
};

std::string header_text(Dialect const& dialect) {
    std::string out;
    Line line{dialect};
    if (!dialect.wide) {
        for (auto const* const text :
             {"Jahr", "Gebiet", "Geschlecht", "Alter", "Einheit", "Schluessel", "Wert"})
            line.text(text);
        line.end(out);
        return out;
    }
    std::vector<std::string> keys = {"Schluessel", "Gebiet", dialect.two_headers ? "Alter" : "Geschlecht"};
    if (dialect.unit_column) keys.emplace_back("Einheit");
    for (auto const& key : keys) line.text(key);
    for (int year = 0; year < years; ++year) line.text(std::to_string(first_year + year));
    if (dialect.two_headers) {
        line.end(out);
        for (std::size_t i = 0; i < keys.size(); ++i) line.text(i == 0 ? "-" : "");
        for (int year = 0; year < years; ++year) line.text(year % 2 == 0 ? "Frauen" : "Personen");
    }
    line.end(out);
    return out;
}

} // namespace

std::vector<Dialect> const& dialects() {
    static std::vector<Dialect> const all = [] {
        std::vector<Dialect> result;
        auto const add = [&result](std::string name, bool wide) -> Dialect& {
            result.emplace_back();
            result.back().name = std::move(name);
            result.back().wide = wide;
            return result.back();
        };
        auto& portal = add("portal", false);
        portal.delimiter = ",";
        portal.decimal = ".";
        portal.quotes = Quotes::names;
        add("german", false).thousands = ".";
        add("wide", true);
        add("latin", false).charset = Charset::iso_8859_1;
        add("long_quoted", false).quotes = Quotes::all;
        auto& doubled = add("long_doubled", false);
        doubled.quotes = Quotes::names;
        doubled.doubled = true;
        add("long_tab", false).delimiter = "\t";
        add("long_1252", false).charset = Charset::windows_1252;
        add("long_crlf", false).line_end = "\r\n";
        add("wide_quoted", true).quotes = Quotes::all;
        auto& comma = add("wide_comma", true);
        comma.delimiter = ",";
        comma.decimal = ".";
        comma.quotes = Quotes::names;
        add("wide_tab", true).delimiter = "\t";
        add("wide_1252", true).charset = Charset::windows_1252;
        add("wide_thousands", true).thousands = ".";
        add("wide_crlf", true).line_end = "\r\n";
        add("wide_headers", true).two_headers = true;
        add("wide_units", true).unit_column = true;
        add("wide_open", true).open_marks = true;
        add("wide_small", true).small = true;
        return result;
    }();
    return all;
}

Dialect const& dialect(std::string const& name) {
    for (auto const& one : dialects())
        if (one.name == name) return one;
    std::fprintf(stderr, "no dialect '%s'; csv_bench list names them\n", name.c_str());
    std::exit(2);
}

Layout layout_of(Dialect const& dialect) {
    Layout layout;
    layout.feed = dialect.name;
    layout.measure = constant("BEV");
    layout.unit = constant("Anzahl");
    if (!dialect.open_marks) {
        layout.decimal = dialect.decimal.front();
        layout.thousands = dialect.thousands.empty() ? '\x01' : dialect.thousands.front();
    }
    auto const name = [&dialect](std::string const& header) {
        return column(dialect.two_headers ? header + " / *" : header);
    };
    auto area = dimension("KREISE", dialect.two_headers ? column("Schluessel / -") : column("Schluessel"));
    area.place.prefixes = {"K"};
    area.name = column("Gebiet");
    for (auto const& region : regions(dialect)) area.names[region.key] = {region.name};
    layout.dimensions.push_back(std::move(area));
    gateway::LayoutValue value;
    if (dialect.wide) {
        layout.time.from = Place::From::header;
        layout.time.number = 1;
        layout.header_rows = dialect.two_headers ? 2 : 1;
        value.first = dialect.unit_column ? 5 : 4;
        value.last = value.first + years - 1;
        if (dialect.unit_column) layout.unit = column("Einheit");
        if (dialect.two_headers) {
            Place sex;
            sex.from = Place::From::header;
            sex.number = 2;
            layout.dimensions.push_back(dimension("GES", sex));
            layout.dimensions.push_back(dimension("ALTX20", column("Alter")));
        } else {
            layout.dimensions.push_back(dimension("GES", name("Geschlecht")));
        }
    } else {
        layout.time = column("Jahr");
        layout.dimensions.push_back(dimension("ALTX20", column("Alter")));
        layout.unit = column("Einheit");
        value.headers = {"Wert"};
        layout.dimensions.push_back(dimension("GES", column("Geschlecht")));
    }
    layout.values.push_back(value);
    return layout;
}

void write(Dialect const& dialect, std::size_t mib, std::string const& path) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) std::exit(1);
    auto const areas = regions(dialect);
    std::string const sexes[] = {"m\xC3\xA4nnlich", "weiblich", "insgesamt"};
    Random random;
    auto out = header_text(dialect);
    Line line{dialect};
    std::size_t written = 0;
    for (std::size_t row = 0; written + out.size() < mib << 20U; ++row) {
        auto const& area = areas[row % areas.size()];
        auto const& sex = sexes[row / areas.size() % 3];
        std::string const unit = row / 400 % 2 == 0 ? "Anzahl" : "Prozent";
        auto const age = "Alter " + std::to_string(row / 1200 % 20);
        if (dialect.wide) {
            line.text(area.key);
            line.text(area.name, true);
            line.text(dialect.two_headers ? age : sex);
            if (dialect.unit_column) line.text(unit);
            for (int year = 0; year < years; ++year) line.text(number(random, dialect));
        } else {
            line.text(std::to_string(first_year + row / 24000 % years));
            line.text(area.name, true);
            line.text(sex);
            line.text(age);
            line.text(unit);
            line.text("K" + area.key);
            line.text(number(random, dialect));
        }
        line.end(out);
        if (out.size() > std::size_t{1} << 20U) {
            written += std::fwrite(out.data(), 1, out.size(), file);
            out.clear();
        }
    }
    std::fwrite(out.data(), 1, out.size(), file);
    std::fclose(file);
}

} // namespace bench

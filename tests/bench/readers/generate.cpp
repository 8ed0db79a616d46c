#include "tests/bench/readers/generate.hpp"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>

#include "bench_sdmx.hpp"
#include "tests/bench/csv/dialects.hpp"

namespace bench {
namespace {

constexpr std::size_t ages = 100;
constexpr std::size_t times = 120; ///< months
constexpr std::size_t sexes = 3;

/// A file written in pieces of a megabyte.
class Out {
  public:
    explicit Out(std::string const& path) : file_(std::fopen(path.c_str(), "wb"), &std::fclose) {
        if (!file_) throw std::runtime_error("cannot write " + path);
    }
    ~Out() { flush(); }
    Out(Out const&) = delete;
    Out& operator=(Out const&) = delete;
    Out& operator<<(std::string_view text) {
        held_ += text;
        if (held_.size() > std::size_t{1} << 20U) flush();
        return *this;
    }
    [[nodiscard]] std::size_t written() const { return written_ + held_.size(); }

  private:
    void flush() {
        if (std::fwrite(held_.data(), 1, held_.size(), file_.get()) != held_.size())
            std::fputs("cannot write: is the disk full?\n", stderr);
        written_ += held_.size();
        held_.clear();
    }
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::string held_;
    std::size_t written_ = 0;
};

/// Figures of two to seven digits.
class Figures {
  public:
    std::string next() {
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 7U;
        state_ ^= state_ << 17U;
        constexpr std::uint64_t most[] = {100, 10'000, 300'000, 2'000'000};
        return std::to_string(state_ % most[state_ >> 62U]);
    }

  private:
    std::uint64_t state_ = 88172645463325252U;
};

std::string area(std::size_t number) {
    char text[16];
    std::snprintf(text, sizeof text, "%08zu", number);
    return text;
}

std::string month(std::size_t number) {
    auto const in_year = number % 12 + 1;
    return std::to_string(2010 + number / 12) + (in_year < 10 ? "-0" : "-") + std::to_string(in_year);
}

/// Texts with commas between them.
std::string list(std::size_t count, std::function<std::string(std::size_t)> const& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + text(i);
    return all;
}

std::string quoted(std::string const& text) {
    return '"' + text + '"';
}

/// Areas that a cube of this size has.
std::size_t areas_of(std::size_t megabytes) {
    constexpr std::size_t bytes = 6; // of a figure and what stands beside it
    return std::max<std::size_t>(1, megabytes * 1'000'000 / (bytes * sexes * ages * times));
}

void xml(std::size_t bytes, Out& out) {
    Figures figures;
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed>\n";
    for (std::size_t place = 0; out.written() < bytes; ++place) {
        out << "<series geo=\"" << area(place % 11'000) << "\">\n<sex>"
            << (place / 11'000 % 2 == 0 ? "GESM" : "GESW") << "</sex>\n";
        for (int year = 0; year < 40; ++year)
            out << "<obs year=\"" << std::to_string(1985 + year) << "\"><value unit=\"Anzahl\">"
                << figures.next() << "</value></obs>\n";
        out << "</series>\n";
    }
    out << "</feed>\n";
}

void px(std::size_t megabytes, Out& out) {
    auto const areas = areas_of(megabytes);
    auto const names = [&](std::string const& variable, std::string const& values) {
        out << "VALUES(\"" << variable << "\")=" << values << ";\n";
    };
    out << "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2013\";\nCODEPAGE=\"utf-8\";\nLANGUAGE=\"de\";\nMATRIX=\"POP\";"
           "\n"
           "CONTENTS=\"Bevölkerung\";\nTITLE=\"Bevölkerung\";\nUNITS=\"Anzahl\";\nDECIMALS=0;\n"
           "STUB=\"Gebiet\",\"Alter\",\"Geschlecht\";\nHEADING=\"Monat\";\n";
    names("Gebiet", list(areas, [](std::size_t i) { return quoted(area(i)) + (i % 8 == 7 ? "\n" : ""); }));
    names("Alter", list(ages, [](std::size_t i) { return quoted("Alter " + std::to_string(i)); }));
    names("Geschlecht", list(sexes, [](std::size_t i) { return quoted("Geschlecht " + std::to_string(i)); }));
    auto const months = list(times, [](std::size_t i) {
        auto text = month(i);
        text[4] = 'M';
        return quoted(text);
    });
    names("Monat", months);
    out << "TIMEVAL(\"Monat\")=TLIST(M1)," << months << ";\nDATA=\n";
    Figures figures;
    for (std::size_t row = 0; row < areas * ages * sexes; ++row) {
        for (std::size_t time = 0; time < times; ++time) out << (time == 0 ? "" : " ") << figures.next();
        out << (row + 1 == areas * ages * sexes ? ";\n" : "\n");
    }
}

void json_stat(std::size_t megabytes, Out& out) {
    auto const areas = areas_of(megabytes);
    auto const dimension = [](std::string const& id, std::string const& codes) {
        return quoted(id) + ":{\"label\":" + quoted(id) + ",\"category\":{\"index\":[" + codes + "]}}";
    };
    out << "{\"version\":\"2.0\",\"class\":\"dataset\",\"label\":\"Bevölkerung\",\"id\":[\"gebiet\","
           "\"alter\","
           "\"geschlecht\",\"zeit\"],\"size\":["
        << std::to_string(areas) << "," << std::to_string(ages) << "," << std::to_string(sexes) << ","
        << std::to_string(times) << "],\"role\":{\"time\":[\"zeit\"],\"geo\":[\"gebiet\"]},\"dimension\":{"
        << dimension("gebiet", list(areas, [](std::size_t i) { return quoted(area(i)); })) << ","
        << dimension("alter", list(ages, [](std::size_t i) { return quoted("A" + std::to_string(i)); }))
        << ","
        << dimension("geschlecht", list(sexes, [](std::size_t i) { return quoted("G" + std::to_string(i)); }))
        << "," << dimension("zeit", list(times, [](std::size_t i) { return quoted(month(i)); }))
        << "},\"value\":[";
    Figures figures;
    auto const count = areas * ages * sexes * times;
    for (std::size_t i = 0; i < count; ++i) out << figures.next() << (i + 1 == count ? "]}\n" : ",");
}

void sdmx_json(std::size_t megabytes, Out& out) {
    constexpr std::size_t bytes = 16; // of an observation
    auto const areas = std::max<std::size_t>(1, megabytes * 1'000'000 / (bytes * sexes * ages * times));
    auto const dimension = [](std::string const& id, std::string const& values) {
        return "{\"id\":" + quoted(id) + ",\"values\":[" + values + "]}";
    };
    auto const value = [](std::string const& id) { return "{\"id\":" + quoted(id) + "}"; };
    out << "{\"data\":{\"structure\":{\"dimensions\":{\"series\":["
        << dimension("REF_AREA", list(areas, [&](std::size_t i) { return value(area(i)); })) << ","
        << dimension("AGE", list(ages, [&](std::size_t i) { return value("Y" + std::to_string(i)); })) << ","
        << dimension("SEX", list(sexes, [&](std::size_t i) { return value("S" + std::to_string(i)); }))
        << "],\"observation\":["
        << dimension("TIME_PERIOD", list(times, [&](std::size_t i) { return value(month(i)); }))
        << "]},\"attributes\":{\"observation\":[{\"id\":\"OBS_STATUS\",\"values\":[{\"id\":\"A\"},{\"id\":"
           "\"P\"}]}]}},"
           "\"dataSets\":[{\"series\":{";
    Figures figures;
    for (std::size_t series = 0; series < areas * ages * sexes; ++series) {
        out << (series == 0 ? "\"" : ",\n\"") << std::to_string(series / (ages * sexes)) << ":"
            << std::to_string(series / sexes % ages) << ":" << std::to_string(series % sexes)
            << "\":{\"observations\":{";
        for (std::size_t time = 0; time < times; ++time)
            out << (time == 0 ? "\"" : ",\"") << std::to_string(time) << "\":[" << figures.next() << ",0]";
        out << "}}";
    }
    out << "}}]}}\n";
}

void sdmx_csv(std::size_t bytes, Out& out) {
    Figures figures;
    out << "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n";
    for (std::size_t row = 0; out.written() < bytes; ++row)
        out << "X:BENCH(1.0),M," << area(row / (times * sexes) % 11'000) << ",S"
            << std::to_string(row / times % sexes) << "," << month(row % times) << "," << figures.next()
            << ",A\n";
}

} // namespace

bool generate_document(std::string const& format, std::size_t megabytes, std::string const& path) {
    constexpr std::size_t million = 1'000'000;
    auto const mib = megabytes * million >> 20U;
    if (format == "csv") {
        write(dialect("german"), mib, path);
    } else if (format == "csv-wide") {
        write(dialect("wide"), mib, path);
    } else if (format == "sdmx-ml") {
        generate(true, megabytes, path);
    } else {
        Out out{path};
        if (format == "xml")
            xml(megabytes * million, out);
        else if (format == "px")
            px(megabytes, out);
        else if (format == "json-stat")
            json_stat(megabytes, out);
        else if (format == "sdmx-json")
            sdmx_json(megabytes, out);
        else if (format == "sdmx-csv")
            sdmx_csv(megabytes * million, out);
        else
            return false;
    }
    return true;
}

gateway::Layout record_layout() {
    using From = gateway::Place::From;
    auto const path = [](std::string text) {
        gateway::Place place;
        place.from = From::column;
        place.headers = {std::move(text)};
        return place;
    };
    gateway::Layout layout;
    layout.feed = "bench";
    layout.format = "xml";
    layout.record = "/feed/series/obs";
    layout.decimal = '.';
    layout.thousands = '\x01';
    layout.time = path("@year");
    layout.measure.from = From::constant;
    layout.measure.text = "BEVSTD";
    layout.unit = path("value/@unit");
    layout.dimensions.resize(2);
    layout.dimensions[0].variable = "KREISE";
    layout.dimensions[0].place = path("../@geo");
    layout.dimensions[1].variable = "GES";
    layout.dimensions[1].place = path("../sex");
    layout.values.resize(1);
    layout.values[0].headers = {"value"};
    return layout;
}

} // namespace bench

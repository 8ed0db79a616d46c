// Mapping files: whatever their text is, it is a mapping or refused with its place; no other exception, no crash.
//
// Input    the name of a file below mappings/, a line end, its text (tests/fuzz/mapping_seeds.sh writes the
//          project's own). The text is parsed and checked against its schema; where it passes, a table is mapped
//          with it beside the project's other files.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_tree.hpp"
#include "gateway/harmonize/schema_check.hpp"

namespace {

using namespace gateway;
using namespace gateway::harmonize;

MappingFiles const& project() {
    static auto const files = MappingFiles::from_directory(KREISLAUF_SOURCE_DIR "/mappings");
    return files;
}

/// Texts that a table of Regionaldatenbank, the census and GENESIS-Online is mapped with.
std::map<std::string, std::string> const& texts() {
    static auto const all = [] {
        std::map<std::string, std::string> read;
        auto const add = [&read](std::string const& name) {
            if (auto text = project().text(name)) read[name] = std::move(*text);
        };
        for (auto const* const folder :
             {"variables", "signs", "tables", "tables/genesis", "tables/zensus", "tables/regionalstatistik"})
            for (auto const& name : project().names(folder)) add(name);
        for (auto const* const name :
             {"services.toml", "units.toml", "time.toml", "territory/counties.csv", "territory/regions.csv"})
            add(name);
        return read;
    }();
    return all;
}

/// Kind of the schema for a file: the folder, or the file where it lies in none.
std::optional<std::string> schema_for(std::string const& name) {
    static std::map<std::string, std::optional<std::string>> known;
    auto kind = name.substr(0, name.find_first_of("/."));
    if (kind == "tables") kind = "table";
    if (kind.empty() || kind.size() > 20) return std::nullopt;
    auto found = known.find(kind);
    if (found == known.end()) {
        std::optional<std::string> text;
        try {
            text = project().schema(kind);
        } catch (Error const&) {
            // No file of the project is of this kind.
        }
        found = known.emplace(kind, std::move(text)).first;
    }
    return found->second;
}

/// Asks everything that a load asks.
void use(Mapping const& mapping, MappingFiles const& files) {
    auto const year = TimePeriod::year(2024).value();
    static_cast<void>(mapping.dataset(year, "12411", "Bevölkerung"));
    for (auto const* const variable : {"GES", "NAT", "ALT040", "KREISE", "GEMEIN", "DLAND", "MONAT", "ZZZ"})
        for (auto const* const code : {"", "GESM", "03153", "03", "MONAT01", "ALT000B03", "x"})
            static_cast<void>(Mapping::compose(year, mapping.map_code(variable, code)));
    for (auto const* const unit : {"Anzahl", "1000", "Tsd. EUR", "2020=100", "%", "?"})
        static_cast<void>(mapping.map_measure("BEVSTD", unit));
    for (auto const* const variable : {"STAG", "JAHR", "SMONAT", "SEMEST", "ZZZ"})
        for (auto const* const time : {"2024-12-31", "31.12.2024", "2024", "2024/25", "WS 2024/25", ""})
            static_cast<void>(mapping.map_time(variable, time));
    for (auto const* const sign : {"-", "0", ".", "x", "...", "/", "()", "p", "?"})
        static_cast<void>(mapping.sign(sign));
    static_cast<void>(mapping.protection({CodeList::ags, AreaLevel::county, "03153"}, year, "BEVSTD"));
    // The store keeps the texts as one; they must come back as they were.
    if (!files.agrees_with(MappingFiles::from_bundle(mapping.bundle()))) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string input(size, '\0');
    for (std::size_t i = 0; i < size; ++i) input[i] = static_cast<char>(data[i]);
    auto const line_end = input.find('\n');
    if (line_end == std::string::npos) return 0;
    auto const name = input.substr(0, line_end);
    auto const text = input.substr(line_end + 1);
    // The project gives these names itself.
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") !=
        std::string::npos)
        return 0;
    bool const is_table_of_areas = name == "territory/counties.csv" || name == "territory/regions.csv";
    try {
        if (!is_table_of_areas) {
            auto const tree = parse_toml(text, name);
            auto const schema = schema_for(name);
            if (!schema) return 0;
            check_schema(tree, name, *schema, "schema");
        }
    } catch (Error const& error) {
        // Refused: then the author must learn where.
        if (std::string{error.what()}.find(name) == std::string::npos) std::abort();
        return 0;
    }
    auto replaced = texts();
    replaced[name] = text;
    MappingFiles const files{std::move(replaced)};
    try {
        if (is_table_of_areas) static_cast<void>(AreaRegister::load(files));
        // One table of the service that the file belongs to; the others read the same files again.
        if (name.starts_with("tables/zensus"))
            use(Mapping::load(files, "zensus", "1000A-0000", "ffcsv-v4", 20'000), files);
        else if (name.starts_with("tables/genesis") || name.starts_with("signs/"))
            use(Mapping::load(files, "genesis", "12531-0043", "ffcsv-v5", 20'000), files);
        else
            use(Mapping::load(files, "regionalstatistik", "12411-01-01-4", "ffcsv-v5", 20'000), files);
    } catch (Error const&) {
        // What a schema cannot say: a rule that contradicts another one.
    }
    return 0;
}

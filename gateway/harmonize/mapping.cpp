#include "gateway/harmonize/mapping.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_sdmx.hpp"
#include "gateway/harmonize/mapping_signs.hpp"
#include "gateway/harmonize/mapping_table.hpp"
#include "gateway/harmonize/mapping_time.hpp"
#include "gateway/harmonize/mapping_units.hpp"
#include "gateway/harmonize/mapping_variables.hpp"

namespace gateway::harmonize {
namespace {

struct Service {
    std::string id;
    std::string prefix;
    std::string licence;
    std::string attribution;
    std::string signs;
};

std::optional<Service> service_of(Section const& services, std::string_view id) {
    for (auto const& service : services.tables("service")) {
        auto const name = service.text("id");
        if (name == id) {
            return Service{name, service.text("prefix"), service.text("licence"), service.text("attribution"),
                           service.text("signs")};
        }
    }
    return std::nullopt;
}

[[noreturn]] void refuse_service(Section const& services, std::string_view id) {
    std::string known;
    for (auto const& service : services.tables("service"))
        known += (known.empty() ? "" : ", ") + service.text("id");
    throw Error(Errc::invalid_argument, "found the service '" + std::string{id} + "', expected one of " +
                                            known +
                                            "; next step: name one of them, or add a [[service]] to "
                                            "mappings/services.toml");
}

/// An office whose feeds are described says who it is in its own file.
Service office_of(Section const& file, std::string const& id) {
    auto const office = file.table("office");
    if (office.tree == nullptr)
        fault(*file.file, {1, 1}, "no [office]",
              "who publishes the feeds: title, prefix, signs, licence, attribution",
              "add it to the file of the office");
    return {id, office.text("prefix"), office.text("licence"), office.text("attribution"),
            office.text("signs")};
}

} // namespace

struct Mapping::Data {
    explicit Data(MappingFiles const& files) : loader(files) {}

    FileLoader loader;
    std::string table;
    Service service;
    std::string table_file;
    bool is_sdmx = false; ///< codes without a rule mean what SDMX says
    bool is_cube = false; ///< JSON-stat or PX
    bool is_open = false; ///< a table that describes itself and that nobody else has described
    FeedFiles feed;       ///< in place of the table's file, where the service is an office that sends feeds
    Units units;
    Times times;
    Signs signs;
    TableRules rules;
    // Variable files are read when their first code turns up. The result depends on the files alone, so a
    // Mapping still looks immutable; the lock makes that true for several readers.
    std::mutex lock;
    std::optional<Variables> variables;
    std::string bundle;
};

Mapping::Mapping() = default;
Mapping::~Mapping() = default;
Mapping::Mapping(Mapping&&) noexcept = default;
Mapping& Mapping::operator=(Mapping&&) noexcept = default;

Mapping Mapping::load(MappingFiles const& files, std::string_view service, std::string_view table,
                      std::string_view layout, std::int32_t day) {
    Mapping mapping;
    mapping.data_ = std::make_unique<Data>(files);
    auto& data = *mapping.data_;
    data.table = std::string{table};
    data.is_sdmx = layout == "sdmx";
    data.is_cube = layout.starts_with("jsonstat") || layout == "px";
    auto const section = [](std::string const& name, Tree const& tree) { return Section{&name, &tree}; };

    std::string const units_file = "units.toml";
    auto const& units = data.loader.get(units_file, "units", "the list of units");
    data.units.read_units(section(units_file, units));

    std::string const time_file = "time.toml";
    auto const& time = data.loader.get(time_file, "time", "the rules for time values");
    data.times.read(section(time_file, time));

    FeedRef const feed{std::string{service}, std::string{table}};
    bool const is_feed = has_feed(files, feed);
    if (is_feed) {
        data.feed = feed_files(data.loader, feed);
        data.service = office_of(data.feed.sections().front(), feed.office);
    } else {
        std::string const services_file = "services.toml";
        auto const& services = data.loader.get(services_file, "services", "the list of services");
        auto const known = section(services_file, services);
        if (auto const found = service_of(known, service)) {
            data.service = *found;
        } else {
            // Tables without a description of their own belong to an office all the same.
            auto const office_file = "feeds/" + std::string{service} + ".toml";
            auto const* const tree = data.loader.find(office_file, "feed");
            if (tree == nullptr) refuse_service(known, service);
            data.feed.names.push_back(office_file);
            data.feed.trees.push_back(*tree);
            data.service = office_of(data.feed.sections().front(), std::string{service});
            data.is_open = !data.is_sdmx;
        }
    }

    auto const signs_file = "signs/" + data.service.signs + ".toml";
    auto const& signs = data.loader.get(signs_file, "signs", "the sign dictionary of " + data.service.id);
    if (!data.is_sdmx) data.signs.read(section(signs_file, signs), service, layout, day);

    std::vector<Section> own;
    own = data.feed.sections();
    if (own.empty()) {
        auto const service_file = "tables/" + data.service.id + ".toml";
        if (auto const* const tree = data.loader.find(service_file, "table"); tree != nullptr) {
            auto const common = section(service_file, *tree);
            data.units.read_table(common);
            data.times.read_table(common);
            data.rules.read(common);
        }
        data.table_file = "tables/" + data.service.id + "/" + data.table + ".toml";
        if (auto const* const tree = data.loader.find(data.table_file, "table"); tree != nullptr)
            own.push_back(section(data.table_file, *tree));
    }
    std::vector<Section> variables;
    for (auto const& part : own) {
        data.units.read_table(part);
        data.times.read_table(part);
        data.rules.read(part);
        variables.push_back(part.table("variable"));
    }
    data.variables.emplace(data.loader, std::move(variables));
    return mapping;
}

DatasetInfo Mapping::dataset(TimePeriod const& time, std::string_view statistic_code,
                             std::string_view statistic_label) const {
    DatasetInfo info;
    info.id = data_->rules.prefix(time, data_->service.prefix) + "_" + data_->table;
    info.source = data_->service.id;
    info.table = data_->table;
    info.title = data_->rules.title().empty() ? std::string{statistic_label} : data_->rules.title();
    info.statistic = statistic_code.empty() ? data_->rules.statistic() : std::string{statistic_code};
    info.licence = data_->service.licence;
    info.attribution = data_->service.attribution;
    info.frequency = data_->rules.frequency(time);
    return info;
}

MappedCode Mapping::map_code(std::string_view variable, std::string_view code) const {
    std::scoped_lock const lock{data_->lock};
    auto mapped = data_->variables->map(variable, code);
    if ((!data_->is_sdmx && !data_->is_cube) || !mapped.unruled) return mapped;
    if (is_sdmx_area(variable)) return sdmx_area(code);
    if (variable == source_area_variable) return source_area(code);
    if (data_->is_cube) return mapped;
    if (code == "_Z") {
        mapped.kind = MappedCode::Kind::not_applicable;
        mapped.rule = "_Z does not apply";
    }
    return mapped;
}

MappedMeasure Mapping::map_measure(std::string_view code, std::string_view unit) const {
    auto mapped = data_->units.map(code, unit);
    if (mapped.known || (!data_->is_sdmx && !data_->is_open)) return mapped;
    return data_->is_sdmx ? sdmx_measure(code, unit) : open_measure(code, unit);
}

MappedTime Mapping::map_time(std::string_view variable, std::string_view text) const {
    if (data_->is_sdmx) return sdmx_time(text);
    return data_->times.map(variable, text);
}

std::optional<TimePeriod> Mapping::compose(TimePeriod const& year, MappedCode const& part) {
    if (year.kind() != TimePeriod::Kind::year) return std::nullopt;
    if (part.kind == MappedCode::Kind::month_of_year) return TimePeriod::month(year.start_year(), part.part);
    if (part.kind == MappedCode::Kind::quarter_of_year)
        return TimePeriod::quarter(year.start_year(), part.part);
    return std::nullopt;
}

SignMeaning Mapping::sign(std::string_view text) const {
    return data_->is_sdmx ? sdmx_sign(text) : data_->signs.map(text);
}

Protection Mapping::protection(Area const& area, TimePeriod const& period, std::string_view measure) const {
    return data_->rules.protection(area, period, measure);
}

std::string const& Mapping::bundle() const {
    std::scoped_lock const lock{data_->lock};
    std::map<std::string_view, std::string_view> texts;
    for (auto const& [name, text] : data_->loader.used()) texts.emplace(name, *text);
    std::vector<std::shared_ptr<std::string const>> held;
    // The register of areas decides what '-' means, so it is part of the version.
    for (auto const* const name : {"territory/counties.csv", "territory/regions.csv"})
        if (auto text = data_->loader.files().shared_text(name)) {
            texts[name] = *text;
            held.push_back(std::move(text));
        }
    data_->bundle = write_bundle(texts);
    return data_->bundle;
}

} // namespace gateway::harmonize

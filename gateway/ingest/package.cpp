#include "gateway/ingest/package.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "gateway/feed/german.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

std::string folder_of(std::string const& path) {
    auto const slash = path.rfind('/');
    return slash == std::string::npos ? std::string{"."} : path.substr(0, slash);
}

/// A file on its way to disk that knows its hash.
class HashedFile {
  public:
    HashedFile(std::string path) : path_(std::move(path)), file_(prepared(path_)) {}
    void append(std::string_view bytes) {
        hash_.update(bytes);
        file_.append(bytes);
    }
    feed::PackageFile commit(std::string name, std::string format, std::string dataset) {
        auto const bytes = file_.size();
        file_.commit(path_);
        return {std::move(name), std::move(format), std::move(dataset), hash_.hex(), bytes};
    }

  private:
    static std::string prepared(std::string const& path) {
        auto folder = folder_of(path);
        io::make_directories(folder);
        return folder;
    }
    std::string path_;
    io::DurableFile file_;
    io::Sha256 hash_;
};

feed::PackageFile write_format(feed::Format const& format, std::string const& directory,
                               feed::FigureSource const& figures,
                               std::vector<feed::DatasetContext const*> datasets, std::string const& title,
                               bool derived) {
    auto const dataset = format.per_dataset ? datasets.front()->info.id : std::string{};
    auto const name = feed::file_name(format, dataset);
    HashedFile file{directory + "/" + name};
    auto const writer = format.make([&file](std::string_view bytes) { file.append(bytes); },
                                    {std::move(datasets), title, derived});
    figures.each([&](feed::SeriesRecord const& series) {
        if (!format.per_dataset || series.dataset.info.id == dataset) writer->series(series);
    });
    writer->finish();
    return file.commit(name, std::string{format.id}, dataset);
}

/// Values that were valid once, in the columns of daten.csv; no file where nothing was ever revised.
void write_revisions(feed::PackageInfo& info, std::string const& directory,
                     feed::FigureSource const& figures) {
    std::uint64_t superseded = 0;
    figures.each_superseded([&](feed::SeriesRecord const& series) {
        superseded += series.observations.size();
        info.superseded_of[series.dataset.info.id] += series.observations.size();
    });
    if (superseded == 0) return;
    auto const& format = feed::find_format("csv");
    std::string const name = "revisionen.csv";
    HashedFile file{directory + "/" + name};
    auto const writer = format.make([&file](std::string_view bytes) { file.append(bytes); },
                                    {figures.datasets(), info.area_name});
    figures.each_superseded([&writer](feed::SeriesRecord const& series) { writer->series(series); });
    writer->finish();
    info.superseded = superseded;
    info.files.push_back(file.commit(name, std::string{format.id}, {}));
    info.files.back().about = "Frühere Werte, die inzwischen berichtigt oder zurückgezogen sind.";
}

/// Names of the files that the package in `directory` holds; empty where there is none.
std::vector<std::string> files_of_package(std::string const& directory) {
    std::vector<std::string> names;
    auto const path = directory + "/datapackage.json";
    if (!io::file_exists(path)) return names;
    rapidjson::Document json;
    auto const text = io::read_file(path);
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject() || !json.HasMember("kreislauf"))
        throw Error{Errc::conflict, path + ": is not of a package that kreislauf wrote; name another folder"};
    if (!json.HasMember("resources") || !json["resources"].IsArray()) return names;
    for (auto const& resource : json["resources"].GetArray()) {
        if (!resource.IsObject() || !resource.HasMember("path") || !resource["path"].IsString()) continue;
        std::string const text_name = resource["path"].GetString();
        // Only names that this program gives: nothing outside the folder is ever touched.
        if (!text_name.empty() && text_name.front() != '/' && text_name.find("..") == std::string::npos)
            names.push_back(text_name);
    }
    return names;
}

/// A folder with files that no package has is somebody else's.
void refuse_foreign_folder(std::string const& directory) {
    std::error_code failure;
    if (io::file_exists(directory + "/datapackage.json")) return;
    for (std::filesystem::directory_iterator at{directory, failure}, end; !failure && at != end;
         at.increment(failure)) {
        auto const name = at->path().filename().string();
        bool const ours = name == "sdmx" || name == "LIESMICH.txt" || name == "revisionen.csv" ||
                          name.front() == '.' ||
                          std::any_of(feed::formats().begin(), feed::formats().end(),
                                      [&name](feed::Format const& format) { return format.name == name; });
        if (!ours)
            throw Error{Errc::conflict, directory + ": the folder is not empty and holds no package ('" +
                                            name + "'); name a new folder or that of an earlier package"};
    }
}

/// Why series are not in the package, for people.
std::string absent_de(derive::LeftOut const& one) {
    std::string text{feed::level_de(one.level)};
    if (one.level == AreaLevel::municipality)
        return text + ": kein Gemeindeverzeichnis eingelesen (kreislauf territory import DATEI)";
    if (one.level == AreaLevel::county) return text + ": Schlüssel steht nicht im Gebietsverzeichnis";
    if (one.level == AreaLevel::region) return text + ": besteht an diesem Tag nicht";
    return text + ": das Gebietsverzeichnis kennt ihre Geschichte nicht";
}

/// What was done to the series, for people.
std::vector<std::string> views_de(derive::series::PipelineRequest const& request) {
    std::vector<std::string> lines;
    auto const say = [&lines](std::string const& asked, char const* before, char const* behind) {
        if (!asked.empty()) lines.push_back(before + asked + behind);
    };
    say(request.nationality, "Staatsangehörigkeiten zusammengefasst zu ",
        ", nach dem Stand der EU am Stichtag");
    say(request.ages, "Altersgruppen zusammengefasst zu ", ", nur wo die Grenzen aufgehen");
    say(request.frequency, "auf die Periodizität '", "' gebracht, nie zwischen Werten geschätzt");
    say(request.unit, "umgerechnet in ", "");
    if (request.breaks) lines.emplace_back("Brüche stehen bei den Zahlen (Status B, Spalte Bemerkung)");
    return lines;
}

/// "REGIO_12411-01-01-4, ab 15.05.2022 (12 Reihen): Zensusbasis ...": every break that a series runs across.
std::vector<std::string> breaks_de(feed::FigureSource const& figures, harmonize::MappingFiles const& files) {
    auto const known = harmonize::series::BreakRegister::load(files);
    struct Entry {
        std::string text;
        std::uint64_t series = 0;
    };
    std::map<std::tuple<std::string, std::int32_t, std::string>, Entry> entries;
    figures.each([&](feed::SeriesRecord const& series) {
        Observation const* before = nullptr;
        std::set<std::string> said;
        for (auto const& figure : series.observations) {
            if (figure.value.is_missing()) continue;
            if (before != nullptr)
                for (auto const& found : known.between(series.dataset.info, series.indicator,
                                                       derive::series::point_of(series.dataset, *before),
                                                       derive::series::point_of(series.dataset, figure))) {
                    auto& entry = entries[{series.dataset.info.id, found.from, found.id}];
                    entry.text = found.de;
                    if (said.insert(found.id).second) ++entry.series;
                }
            before = &figure;
        }
    });
    std::vector<std::string> lines;
    lines.reserve(entries.size());
    for (auto const& [key, entry] : entries)
        lines.push_back(std::get<0>(key) + ", ab " + feed::date_de(std::get<1>(key)) + " (" +
                        std::to_string(entry.series) + (entry.series == 1 ? " Reihe): " : " Reihen): ") +
                        entry.text);
    return lines;
}

/// Removes what an export that was killed left half written, so that no folder of a county gathers it.
void clean_up(std::string const& directory) {
    for (auto const& folder : {directory, directory + "/sdmx"})
        if (io::file_exists(folder)) io::remove_leftovers(folder);
}

} // namespace

WrittenPackage write_package(store::Store const& store, PackageRequest const& request) {
    FigureQuery query;
    query.area = request.area;
    query.inside = true;
    query.emptied = !request.territory; // views show what is there now
    query.as_of = request.as_of;
    WrittenPackage package;
    if (request.territory)
        package.territorial = std::make_unique<TerritorialFigures const>(store, query, *request.knowledge,
                                                                         *request.territory, request.partial);
    else
        package.stored = std::make_unique<FigureSet const>(store, query);
    auto const& base = request.territory ? static_cast<feed::FigureSource const&>(package.territorial->view())
                                         : *package.stored;
    auto const files = harmonize::MappingFiles::from_directory(request.mappings);
    if (!request.series.empty())
        package.series = std::make_unique<derive::series::Pipeline const>(base, request.series, files);
    auto const& figures = package.series ? package.series->figures() : base;
    bool const derived = request.territory.has_value() || package.series;
    if (figures.datasets().empty()) throw Error{Errc::not_found, why_nothing(store, query)};
    refuse_foreign_folder(request.directory);
    clean_up(request.directory);
    auto const before = files_of_package(request.directory);
    auto& info = package.info;
    info.is_past = request.as_of.has_value();
    info.area_key = request.area;
    info.command = request.command;
    info.territory = request.territory;
    if (request.territory) {
        info.territory_basis = feed::date_de(request.knowledge->atlas().latest());
        for (auto const& one : package.territorial->view().left_out())
            info.absent[absent_de(one)] += one.series;
    }
    info.datasets = figures.datasets();
    for (auto const* dataset : info.datasets) {
        auto const label = dataset->labels.find({"AREA", request.area});
        if (label != dataset->labels.end() && info.area_name.empty()) info.area_name = label->second;
        for (auto const& [no, vintage] : dataset->vintages)
            if (!request.as_of || vintage.received <= *request.as_of)
                info.as_of = std::max(info.as_of, vintage.received);
    }
    if (request.as_of) info.as_of = *request.as_of;
    figures.each([&info](feed::SeriesRecord const& series) { info.counts.add(series); });
    if (package.series) {
        info.views = views_de(request.series);
        auto const left = package.series->left_out();
        if (info.counts.series == 0)
            throw Error{
                Errc::invalid_argument,
                "nothing of the package can be had in this form" +
                    (left.empty() ? std::string{} : ": " + left.front().what + ": " + left.front().why)};
        for (auto const& one : left) (one.figures ? info.unused_figures : info.unused_series) += one.count;
    }
    if (!request.mappings.empty()) info.breaks = breaks_de(figures, files);

    for (auto const& format : feed::formats()) {
        if (!format.per_dataset) {
            info.files.push_back(
                write_format(format, request.directory, figures, info.datasets, info.area_name, derived));
            continue;
        }
        for (auto const* dataset : info.datasets)
            info.files.push_back(
                write_format(format, request.directory, figures, {dataset}, info.area_name, derived));
    }
    write_revisions(info, request.directory, figures);
    io::write_durable(request.directory + "/datapackage.json", feed::datapackage_json(info));
    io::write_durable(request.directory + "/LIESMICH.txt", feed::readme_de(info));
    // What an earlier package had and this one has not would be read as part of it.
    for (auto const& name : before)
        if (std::none_of(info.files.begin(), info.files.end(),
                         [&name](feed::PackageFile const& file) { return file.name == name; }))
            std::filesystem::remove(request.directory + "/" + name);
    return package;
}

} // namespace gateway::ingest

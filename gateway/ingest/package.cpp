#include "gateway/ingest/package.hpp"

#include <algorithm>

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
                               FigureSet const& figures, std::vector<feed::DatasetContext const*> datasets,
                               std::string const& title) {
    auto const dataset = format.per_dataset ? datasets.front()->info.id : std::string{};
    auto const name = feed::file_name(format, dataset);
    HashedFile file{directory + "/" + name};
    auto const writer =
        format.make([&file](std::string_view bytes) { file.append(bytes); }, {std::move(datasets), title});
    figures.each([&](feed::SeriesRecord const& series) {
        if (!format.per_dataset || series.dataset.info.id == dataset) writer->series(series);
    });
    writer->finish();
    return file.commit(name, std::string{format.id}, dataset);
}

} // namespace

feed::PackageInfo write_package(store::Store const& store, PackageRequest const& request) {
    FigureQuery query;
    query.area = request.area;
    query.inside = true;
    query.as_of = request.as_of;
    FigureSet const figures{store, query};
    if (figures.datasets().empty())
        throw Error{Errc::not_found,
                    "the store holds nothing for area '" + request.area +
                        "'; keys are text with leading zeros (03153); kreislauf list areas shows "
                        "what there is"};
    feed::PackageInfo info;
    info.area_key = request.area;
    info.command = request.command;
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

    for (auto const& format : feed::formats()) {
        if (!format.per_dataset) {
            info.files.push_back(
                write_format(format, request.directory, figures, info.datasets, info.area_name));
            continue;
        }
        for (auto const* dataset : info.datasets)
            info.files.push_back(write_format(format, request.directory, figures, {dataset}, info.area_name));
    }
    io::write_durable(request.directory + "/datapackage.json", feed::datapackage_json(info));
    io::write_durable(request.directory + "/LIESMICH.txt", feed::readme_de(info));
    return info;
}

} // namespace gateway::ingest

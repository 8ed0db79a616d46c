#include "gateway/serve/api/series.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/io/sha256.hpp"
#include "gateway/serve/api/series_request.hpp"
#include "gateway/serve/api/series_writers.hpp"
#include "gateway/serve/api/spool.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::size_t most_in_memory = 4U << 20U;
constexpr std::size_t piece_bytes = std::size_t{128} << 10U;

/// Name of the one area asked for, as the source calls it.
std::string title_of(SeriesRequest const& request, feed::FigureSource const& figures) {
    if (request.query.area.empty() || !request.query.more_areas.empty()) return {};
    for (auto const* dataset : figures.datasets()) {
        auto const label = dataset->labels.find({"AREA", request.query.area});
        if (label != dataset->labels.end()) return label->second;
    }
    return {};
}

/// Published figures, area by area, while they are sent.
class AreaBlocks final : public http::BodySource {
  public:
    AreaBlocks(std::shared_ptr<Lease> lease, std::unique_ptr<SeriesSource> source,
               SeriesRequest const& request)
        : lease_(std::move(lease)), source_(std::move(source)) {
        auto const& figures = source_->figures();
        for (auto const* dataset : figures.datasets())
            for (auto& area : figures.areas(dataset->info.id))
                steps_.emplace_back(dataset->info.id, std::move(area));
        writer_ = request.format->make([this](std::string_view bytes) { buffer_ += bytes; },
                                       {figures.datasets(), title_of(request, figures), false});
    }
    bool next(std::string& out) override {
        while (buffer_.size() < piece_bytes && !done_) step();
        out += buffer_;
        buffer_.clear();
        return !done_;
    }
    [[nodiscard]] std::size_t written() const noexcept { return written_; }

  private:
    void step() {
        if (at_ == steps_.size()) {
            writer_->finish();
            done_ = true;
            return;
        }
        auto const& [dataset, area] = steps_[at_++];
        source_->figures().each_in(dataset, {&area, 1}, [this](feed::SeriesRecord const& record) {
            writer_->series(record);
            ++written_;
        });
    }
    std::shared_ptr<Lease> lease_; ///< behind everything that reads from it
    std::unique_ptr<SeriesSource> source_;
    std::vector<std::pair<std::string, Area>> steps_;
    std::unique_ptr<feed::Writer> writer_;
    std::string buffer_;
    std::size_t at_ = 0, written_ = 0;
    bool done_ = false;
};

/// What was made before it was known that there is more.
class Continued final : public http::BodySource {
  public:
    Continued(std::string begin, std::unique_ptr<http::BodySource> rest)
        : begin_(std::move(begin)), rest_(std::move(rest)) {}
    bool next(std::string& out) override {
        if (at_ == begin_.size()) {
            if (!begin_.empty()) begin_ = std::string{};
            at_ = 0;
            return rest_->next(out);
        }
        auto const size = std::min(piece_bytes, begin_.size() - at_);
        out.append(begin_, at_, size);
        at_ += size;
        return true;
    }

  private:
    std::string begin_;
    std::size_t at_ = 0;
    std::unique_ptr<http::BodySource> rest_;
};

std::string tag_of(Shelf& shelf, SeriesRequest const& request, feed::FigureSource const& figures) {
    io::Sha256 sum;
    auto const add = [&sum](std::string_view text) {
        sum.update(std::to_string(text.size()));
        sum.update(" ");
        sum.update(text);
    };
    add(request.name);
    add(shelf.mappings_name());
    if (!request.territory.empty())
        for (auto const& entry : harmonize::territory::ImportStore{shelf.settings().store}.entries())
            add(entry.sha256);
    for (auto const* dataset : figures.datasets()) {
        auto const& info = dataset->info;
        for (auto const* text : {&info.id, &info.source, &info.table, &info.title, &info.statistic,
                                 &info.licence, &info.attribution, &info.frequency})
            add(*text);
        for (auto const& dimension : info.dimensions) add(dimension);
        for (auto const& [no, vintage] : dataset->vintages) {
            add(std::to_string(no) + " " + std::to_string(vintage.received) + " " +
                std::to_string(vintage.published.value_or(0)) + " " + vintage.document_sha256);
            add(vintage.origin);
        }
        for (auto const& [code, label] : dataset->labels) {
            add(code.first);
            add(code.second);
            add(label);
        }
    }
    return "\"" + sum.hex().substr(0, 32) + "\"";
}

/// Text for a header: printable ASCII.
std::string header_text(std::string const& text) {
    constexpr std::size_t longest = 1000;
    std::string result;
    for (char const c : text.substr(0, longest)) result += c >= ' ' && c <= '~' ? c : '?';
    return result;
}

std::string file_name(Call const& call, SeriesFormat const& format) {
    std::string name = "kreislauf";
    for (auto const* parameter : {"area", "dataset"})
        if (auto const value = call.parameter(parameter); !value.empty()) {
            name += '-';
            for (char const c : value.substr(0, 60))
                name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '_'
                            ? c
                            : '-';
        }
    return name + "." + std::string{format.extension};
}

http::Body spooled(Shelf& shelf, store::Store const& store, SeriesSource const& source,
                   SeriesRequest const& request) {
    auto spool = std::make_unique<Spool>(shelf.settings().state + "/spool");
    auto const& figures = source.figures();
    auto const sink = [&spool](std::string_view bytes) { spool->append(bytes); };
    if (request.format->make == nullptr) {
        write_jsonstat(figures, sink);
        return Spool::body_of(std::move(spool));
    }
    auto const writer =
        request.format->make(sink, {figures.datasets(), title_of(request, figures), request.derived()});
    std::size_t written = 0;
    figures.each([&](feed::SeriesRecord const& record) {
        writer->series(record);
        ++written;
    });
    writer->finish();
    if (written == 0) {
        auto const left = source.left_out();
        if (left.empty()) refuse_empty(store, request);
        throw Refusal{{400,
                       "nothing-in-this-form",
                       {"Nothing can be had in this form", "In dieser Form ist nichts zu haben"},
                       {left, left},
                       {"ask for another form, or for the figures as published",
                        "eine andere Form wählen oder die Zahlen wie veröffentlicht abrufen"}}};
    }
    return Spool::body_of(std::move(spool));
}

http::Body in_blocks(std::shared_ptr<Lease> const& lease, std::unique_ptr<SeriesSource> source,
                     SeriesRequest const& request) {
    auto const& store = lease->store();
    auto blocks = std::make_unique<AreaBlocks>(lease, std::move(source), request);
    std::string begin;
    bool more = true;
    while (more && begin.size() < most_in_memory) more = blocks->next(begin);
    if (more) return std::make_unique<Continued>(std::move(begin), std::move(blocks));
    if (blocks->written() == 0) refuse_empty(store, request);
    return std::make_shared<std::string const>(std::move(begin));
}

} // namespace

http::Response show_series(Shelf& shelf, Call const& call) {
    auto const request = read_series_request(shelf, call);
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto source = std::make_unique<SeriesSource>(shelf, store, request);
    auto const datasets = source->figures().datasets();
    if (datasets.empty()) refuse_empty(store, request);
    if (request.format->per_dataset && datasets.size() != 1) {
        std::string ids;
        for (auto const* dataset : datasets) ids += (ids.empty() ? "" : ", ") + dataset->info.id;
        throw Refusal{{400,
                       "one-dataset-only",
                       {"This format holds one dataset", "Dieses Format fasst einen Datensatz"},
                       {"format " + std::string{request.format->id} + " holds one dataset",
                        "das Format " + std::string{request.format->id} + " fasst einen Datensatz"},
                       {"name one with dataset=: " + ids, "einen mit dataset= nennen: " + ids},
                       "query parameter 'format'",
                       std::string{request.format->id}}};
    }
    http::Response response;
    auto const tag = tag_of(shelf, request, source->figures());
    response.headers = {{"Content-Type", std::string{request.format->media_type}}, {"ETag", tag}};
    if (call.request.header("If-None-Match").find(tag) != std::string_view::npos) {
        response.body = std::make_shared<std::string const>(); // the service makes it 304
        return response;
    }
    if (request.format->download)
        response.headers.emplace_back("Content-Disposition",
                                      "attachment; filename=\"" + file_name(call, *request.format) + "\"");
    if (source->plain() != nullptr && request.format->make != nullptr) {
        response.body = in_blocks(lease, std::move(source), request);
    } else {
        response.body = spooled(shelf, store, *source, request);
        if (auto const left = source->left_out(); !left.empty())
            response.headers.emplace_back("X-Kreislauf-Left-Out", header_text(left));
    }
    response.shared = std::holds_alternative<std::shared_ptr<std::string const>>(response.body);
    return response;
}

} // namespace gateway::serve::api

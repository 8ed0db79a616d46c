#include "gateway/ingest/feed_sync.hpp"

#include <algorithm>
#include <filesystem>

#include "gateway/ingest/feeds.hpp"
#include "gateway/ingest/personal.hpp"
#include "gateway/ingest/position.hpp"
#include "gateway/ingest/repeat.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::ingest {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view directory_mark = "directory:";

std::string address_of(harmonize::FeedDescription const& feed, std::string const& given) {
    auto address = given;
    if (address.empty())
        address = !feed.directory.empty() ? std::string{directory_mark} + feed.directory : feed.url;
    if (address.empty())
        throw Error{Errc::invalid_argument, "the feed " + feed.ref.office + "/" + feed.ref.feed +
                                                " has no address; add source.url or source.directory to its "
                                                "description, or url to the source in the configuration"};
    if (address.ends_with('/') && !address.starts_with(directory_mark) && !feed.files.empty()) {
        auto name = feed.files.front();
        name.erase(std::remove(name.begin(), name.end(), '*'), name.end());
        address += name;
    }
    return address;
}

/// What the server said of the document in force, where nothing has changed since on our side.
Fields conditions(Workshop& shop, harmonize::FeedRef const& ref) {
    Fields headers;
    auto const position = Position::from_json(shop.store.position(ref.office, ref.feed));
    auto const vintages = shop.store.vintages(position.dataset);
    if (vintages.empty()) return headers;
    auto const bundle = harmonize::MappingFiles::from_bundle(shop.store.mapping(position.mapping_sha256));
    auto const document = shop.store.document(vintages.back().document);
    if (!document || document->sha256 != position.document_sha256 || !shop.mappings.agrees_with(bundle))
        return headers;
    for (auto const& [name, value] : document->provenance.headers) {
        if (name == "ETag") headers.emplace_back("If-None-Match", value);
        if (name == "Last-Modified") headers.emplace_back("If-Modified-Since", value);
    }
    return headers;
}

LoadReport load_answer(Workshop& shop, harmonize::FeedRef const& ref, RawDocument const& document,
                       FeedSource const& from) {
    refuse_personal_records(document.provenance.origin, document.bytes);
    auto kept = shop.archive.keep(document.bytes, document.provenance);
    LoadOptions options;
    options.force = from.force;
    options.document = shop.store.record_document(kept.sha256, kept.bytes, document.provenance);
    TableRef const table{ref.office, ref.feed};
    if (auto repeated = repeated_load(shop, table, kept.sha256, document.provenance, options)) {
        repeated->text = "the same bytes as at the last sync";
        return *repeated;
    }
    if (from.before_load)
        from.before_load({table, from.source, kept.sha256, options.document, options.partial}, options);
    return load_document(
        shop, document.bytes, [&kept] { return kept; }, document.provenance, table, options);
}

LoadReport fetch(Workshop& shop, Transport& transport, harmonize::FeedRef const& ref, std::string const& url,
                 FeedSource const& from) {
    HttpRequest request;
    request.method = "GET";
    request.url = url;
    if (!from.force) request.headers = conditions(shop, ref);
    auto const answer = transport.send(request);
    LoadReport report;
    if (answer.status == 304) {
        report.outcome = "unchanged";
        report.text = "the source says that nothing has changed (304)";
        return report;
    }
    if (answer.status == 404 || answer.status == 410) {
        report.outcome = "absent";
        report.text = url + ": status " + std::to_string(answer.status) + "; what is stored stays";
        report.next_step = "correct source.url in the description, or ask the source";
        return report;
    }
    if (answer.status != 200)
        throw Error{answer.status >= 500 ? Errc::source_unavailable : Errc::source_refused,
                    url + ": status " + std::to_string(answer.status)};
    RawDocument document;
    document.bytes = answer.body;
    document.provenance.source = ref.office;
    document.provenance.origin = url.substr(0, url.find('?'));
    document.provenance.request.emplace_back("name", ref.feed);
    for (auto const* const name : {"ETag", "Last-Modified", "Content-Type"})
        if (auto const value = answer.header(name); !value.empty())
            document.provenance.headers.emplace_back(name, std::string{value});
    document.provenance.http_status = answer.status;
    document.provenance.received = shop.clock.now();
    return load_answer(shop, ref, document, from);
}

std::vector<std::string> files_of(harmonize::FeedDescription const& feed, std::string const& folder) {
    std::vector<std::string> files;
    std::error_code failure;
    for (fs::directory_iterator at{folder, failure}, end; !failure && at != end; at.increment(failure)) {
        auto const name = at->path().filename().string();
        if (std::any_of(feed.files.begin(), feed.files.end(),
                        [&name](auto const& pattern) { return file_fits(pattern, name); }))
            files.push_back(at->path().string());
    }
    if (failure) throw Error{Errc::io, "cannot list " + folder + ": " + failure.message()};
    if (files.empty()) throw Error{Errc::not_found, "no file of the feed " + feed.ref.feed + " in " + folder};
    std::sort(files.begin(), files.end());
    return files;
}

LoadReport failure(Error const& error) {
    auto report = report_after(error);
    if (report.next_step.empty()) report.next_step = next_step_after(error.code());
    return report;
}

/// One of several files; one that is held does not keep the others from being loaded.
LoadReport load_file(Workshop& shop, harmonize::FeedRef const& ref, std::string const& file,
                     FeedSource const& from) {
    LoadOptions options;
    options.force = from.force;
    TableRef const table{ref.office, ref.feed};
    if (!from.before_load) return import_file(shop, file, table, options);
    try {
        from.before_load({table, from.source, io::sha256_hex(io::MappedFile{file}.view()), 0, false},
                         options);
        return import_file(shop, file, table, options);
    } catch (Stopped const& stopped) {
        return failure(stopped);
    }
}

} // namespace

std::vector<LoadReport> sync_feed(Workshop& shop, Transport& transport, harmonize::FeedRef const& ref,
                                  FeedSource const& from) {
    std::vector<LoadReport> reports;
    try {
        auto const feed = harmonize::load_feed(shop.mappings, ref);
        auto const address = address_of(feed, from.url);
        if (address.starts_with(directory_mark)) {
            for (auto const& file : files_of(feed, address.substr(directory_mark.size())))
                reports.push_back(load_file(shop, ref, file, from));
        } else {
            reports.push_back(fetch(shop, transport, ref, address, from));
        }
    } catch (Error const& error) {
        if (error.code() == Errc::io || error.code() == Errc::conflict || error.code() == Errc::corrupt_store)
            throw;
        reports.push_back(failure(error));
    }
    mark_late(reports, from.expected_since);
    for (auto& report : reports) {
        report.source = from.source.empty() ? ref.office : from.source;
        report.table = ref.feed;
        shop.store.record_attempt(
            {shop.clock.now(), report.source, report.table, report.outcome, report.text, report.document});
    }
    return reports;
}

} // namespace gateway::ingest

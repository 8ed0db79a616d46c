// Files that a person brings: downloads, and folders with a recorded exchange.
#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <filesystem>
#include <future>

#include <rapidjson/document.h>

#include "adapters/genesis/reader.hpp"
#include "adapters/sdmx/facts.hpp"
#include "adapters/xlsx/package.hpp"
#include "gateway/ingest/feeds.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/load.hpp"
#include "gateway/ingest/outcome.hpp"
#include "gateway/ingest/personal.hpp"
#include "gateway/ingest/repeat.hpp"
#include "gateway/ingest/restore.hpp"
#include "gateway/ingest/self_described.hpp"
#include "gateway/io/aside.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::ingest {
namespace {

/// Read within a millisecond or two.
constexpr std::size_t archived_later_up_to = std::size_t{1} << 20U;

std::string file_name_of(std::string const& path) {
    auto const slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool is_upper_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The table code at the start of a download's name: "12411-01-01-4_1733_de_flat.csv" -> "12411-01-01-4".
std::string table_from_name(std::string_view name) {
    std::size_t end = 0;
    while (end < name.size() && (is_upper_or_digit(name[end]) || name[end] == '-')) ++end;
    auto code = name.substr(0, end);
    while (!code.empty() && code.back() == '-') code.remove_suffix(1);
    bool const cube = code.find('-') == std::string_view::npos;
    if (code.size() < 4 ||
        (cube && (code.size() < 9 || std::isdigit(static_cast<unsigned char>(code[0])) == 0)))
        return {};
    return std::string{code};
}

/// The database whose codes look like this: 12411-0001 and 22922KJ1141 GENESIS-Online, 1000A-0000 census,
/// 12411-01-01-4, 12211-Z-11 and AI-N-01-2-5 Regionaldatenbank. Empty where the form fits none.
std::string service_from_table(std::string_view table) {
    auto const dashes = std::count(table.begin(), table.end(), '-');
    auto const first = table.substr(0, table.find('-'));
    if (dashes == 0) return "genesis";
    if (dashes == 1 && first.size() == 5 && std::isdigit(static_cast<unsigned char>(first.back())) == 0)
        return "zensus";
    if (dashes == 1 && first.size() == 5 && table.size() == 10) return "genesis";
    if (dashes >= 2) return "regionalstatistik";
    return {};
}

std::string member_name(std::string_view bytes) {
    if (adapters::genesis::payload_of(bytes) != adapters::genesis::Payload::zip) return {};
    return file_name_of(io::ZipReader{bytes}.only(".csv").name);
}

/// True for what GENESIS sends, and for what no feed can describe: the GENESIS reader says what is wrong with it.
/// Everything else needs a feed.
bool is_genesis(std::string_view bytes) {
    switch (format_of(bytes)) {
    case Format::genesis_flat:
    case Format::genesis_cube:
    case Format::zip:
    case Format::json:
    case Format::html:
    case Format::binary:
    case Format::empty: return true;
    default: return false;
    }
}

/// The table of a document that describes itself; where it cannot be read, loading it will say why.
TableRef open_table(std::string const& path, std::string_view bytes, std::string_view format) {
    try {
        auto found = open_tables(bytes, file_name_of(path));
        if (found.tables.size() == 1) return found.tables.front().ref;
    } catch (Error const&) {
        return {std::string{format}, file_name_of(path)};
    }
    throw Error{Errc::invalid_argument, path + ": holds several datasets; import them one by one"};
}

TableRef complete(TableRef ref, std::string const& path, std::string_view bytes,
                  harmonize::MappingFiles const& mappings) {
    auto const own = ref.table.empty() && ref.service.empty() ? self_described_format(bytes) : "";
    bool const is_structure =
        own.empty() && adapters::sdmx::document_kind(bytes) == adapters::sdmx::DocumentKind::json_structure;
    if (ref.table.empty() && ref.service.empty() && (!own.empty() || is_structure || !is_genesis(bytes))) {
        if (auto const feed = find_feed(mappings, file_name_of(path), bytes))
            return {feed->office, feed->feed};
        if (!own.empty()) return open_table(path, bytes, own);
        if (adapters::sdmx::document_kind(bytes) != adapters::sdmx::DocumentKind::none)
            throw Error{Errc::unsupported_format,
                        path + ": is an SDMX structure message, which holds no figures; give it beside the "
                               "data with --dsd, or name it in the description of a feed"};
        // What no feed can describe says itself what to do instead: old .xls, macros, encrypted.
        auto const format = format_of(bytes);
        if (format == Format::old_workbook || format == Format::workbook)
            if (auto const why = adapters::xlsx::why_no_workbook(bytes); !why.empty())
                throw Error{Errc::unsupported_format, path + ": " + why};
        throw Error{
            Errc::unsupported_format,
            path + ": is " + std::string{name_of(format)} +
                ", and no feed describes it; name one with --feed, or write one: kreislauf feed draft FILE"};
    }
    if (ref.table.empty()) ref.table = table_from_name(file_name_of(path));
    if (ref.table.empty()) ref.table = table_from_name(member_name(bytes));
    if (ref.table.empty() && bytes.empty())
        throw Error{Errc::empty_document, path + ": the file is empty; fetch it again, or ask who sent it"};
    if (ref.table.empty() && format_of(bytes) == Format::html)
        throw Error{Errc::not_a_table,
                    path + ": is an HTML page, not a table; save the table itself, as CSV or workbook"};
    if (ref.table.empty())
        throw Error{Errc::invalid_argument,
                    path + ": neither the file nor its name tells the table code; name it with "
                           "--table, as in --table 12411-01-01-4"};
    if (ref.service.empty()) ref.service = service_from_table(ref.table);
    if (ref.service.empty())
        throw Error{Errc::invalid_argument,
                    path + ": which database has a table '" + ref.table +
                        "'? name it with --service: genesis, regionalstatistik, zensus"};
    return ref;
}

/// request.json and response.json of a recorded exchange.
struct Exchange {
    Provenance provenance;
    TableRef ref;
};

rapidjson::Document parse_json(std::string const& path) {
    rapidjson::Document json;
    auto const text = io::read_file(path);
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject())
        throw Error{Errc::malformed,
                    path + ": no JSON object at byte " + std::to_string(json.GetErrorOffset())};
    return json;
}

std::string text_of(rapidjson::Value const& object, char const* name) {
    auto const found = object.FindMember(name);
    return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : std::string{};
}

Exchange read_exchange(std::string const& folder, UnixTime now) {
    Exchange exchange;
    auto const request = parse_json(folder + "/request.json");
    exchange.provenance.source = text_of(request, "database");
    exchange.provenance.origin = "https://" + text_of(request, "host") + text_of(request, "path");
    exchange.provenance.endpoint = text_of(request, "endpoint");
    if (auto const params = request.FindMember("params");
        params != request.MemberEnd() && params->value.IsObject())
        for (auto const& member : params->value.GetObject()) {
            std::string const name = member.name.GetString();
            if (name == "username" || name == "password" || name == "token") continue;
            if (member.value.IsString())
                exchange.provenance.request.emplace_back(name, member.value.GetString());
        }
    exchange.provenance.received = now;
    if (io::file_exists(folder + "/response.json")) {
        auto const response = parse_json(folder + "/response.json");
        exchange.provenance.received = utc_from(text_of(response, "recorded"), now);
        if (auto const status = response.FindMember("status");
            status != response.MemberEnd() && status->value.IsInt())
            exchange.provenance.http_status = status->value.GetInt();
        if (auto const headers = response.FindMember("headers");
            headers != response.MemberEnd() && headers->value.IsObject())
            for (auto const& member : headers->value.GetObject())
                if (member.value.IsString())
                    exchange.provenance.headers.emplace_back(member.name.GetString(),
                                                             member.value.GetString());
    }
    exchange.ref.service = exchange.provenance.source;
    for (auto const& [name, value] : exchange.provenance.request)
        if (name == "name") exchange.ref.table = value;
    // The name of a job's result carries the job number behind the table code.
    if (exchange.provenance.endpoint == "data/resultfile")
        exchange.ref.table = exchange.ref.table.substr(0, exchange.ref.table.find('_'));
    while (!exchange.ref.table.empty() && exchange.ref.table.front() == '*') exchange.ref.table.erase(0, 1);
    return exchange;
}

/// A recorded answer that describes tables: it holds no figures, whatever it says.
bool describes_tables(std::string_view endpoint) {
    constexpr std::array<std::string_view, 5> services{"catalogue/", "find/", "helloworld/", "metadata/",
                                                       "profile/"};
    return std::any_of(services.begin(), services.end(), [endpoint](std::string_view service) {
        return endpoint.substr(0, service.size()) == service;
    });
}

LoadReport kept_only(Workshop& shop, Exchange const& exchange, std::string const& file) {
    refuse_personal_records(file, io::MappedFile{file}.view());
    auto const place = shop.archive.keep_file(file, exchange.provenance);
    LoadReport report;
    report.source = exchange.provenance.source;
    report.table = exchange.ref.table.empty() ? exchange.provenance.endpoint : exchange.ref.table;
    report.outcome = "not_data";
    report.text =
        "an answer of " + exchange.provenance.endpoint + ": describes what the source has, without figures";
    report.document_sha256 = place.sha256;
    report.bytes = place.bytes;
    report.document = shop.store.record_document(place.sha256, place.bytes, exchange.provenance);
    return report;
}

/// A file that a thread of its own puts into the archive. Lives until that has ended.
class FileArchiving {
  public:
    FileArchiving(raw::Archive& archive, std::string const& file, Provenance const& provenance)
        : archive_(archive), file_(file), provenance_(provenance) {}

    /// May be called more than once.
    void start() {
        if (done_.valid()) return;
        done_ = io::aside([this] {
            try {
                archive_.keep_file(file_, provenance_, [this](raw::Kept const& kept) {
                    is_named_ = true;
                    name_.set_value(kept);
                });
            } catch (...) {
                if (!is_named_) name_.set_exception(std::current_exception());
                throw;
            }
        });
    }
    /// As soon as it is known. \throws Error what the archive threw before it was
    [[nodiscard]] raw::Kept name() {
        start();
        return named_.get();
    }
    /// Until it is durable. \throws Error what the archive threw
    void wait() {
        start();
        done_.get();
    }

  private:
    raw::Archive& archive_;
    std::string const& file_;
    Provenance const& provenance_;
    bool is_named_ = false; ///< of the thread
    std::promise<raw::Kept> name_;
    std::shared_future<raw::Kept> named_ = name_.get_future().share();
    io::Aside<void> done_; ///< the last member: its thread uses the others
};

/// The folder of a recorded exchange that a path means: the folder itself or the body in it; else empty.
std::string exchange_folder(std::string const& path) {
    if (io::file_exists(path + "/request.json")) return path;
    std::filesystem::path const file{path};
    if (file.filename() != "body.bin") return {};
    auto const folder = file.has_parent_path() ? file.parent_path().string() : std::string{"."};
    return io::file_exists(folder + "/request.json") ? folder : std::string{};
}

} // namespace

FileTables tables_of_file(Workshop& shop, std::string const& path) {
    FileTables found;
    if (!exchange_folder(path).empty()) return found;
    io::MappedFile const mapped{path};
    auto const bytes = mapped.view();
    if (self_described_format(bytes) != "json-stat") return found;
    refuse_personal_records(path, bytes);
    if (find_feed(shop.mappings, file_name_of(path), bytes)) return found;
    OpenTables tables;
    try {
        tables = open_tables(bytes, file_name_of(path));
    } catch (Error const&) {
        return found; // loading it will say why
    }
    for (auto const& table : tables.tables) found.refs.push_back(table.ref);
    if (!tables.links.empty())
        found.warnings.push_back(
            {Errc::incomplete,
             Severity::warning,
             {},
             std::to_string(tables.links.size()) +
                 " datasets of the collection are elsewhere and were not fetched; the first is " +
                 tables.links.front(),
             "download them and import the files",
             tables.links.size()});
    return found;
}

LoadReport import_file(Workshop& shop, std::string const& path, TableRef ref, LoadOptions const& options) {
    Exchange exchange;
    auto file = path;
    if (auto const folder = exchange_folder(path); !folder.empty()) {
        exchange = read_exchange(folder, shop.clock.now());
        file = folder + "/body.bin";
        if (describes_tables(exchange.provenance.endpoint)) return kept_only(shop, exchange, file);
        if (ref.table.empty()) ref.table = exchange.ref.table;
        if (ref.service.empty()) ref.service = exchange.ref.service;
    } else {
        exchange.provenance.source = "file";
        exchange.provenance.origin = file_name_of(path);
        exchange.provenance.received = shop.clock.now();
    }
    auto const stamp = io::stamp_of(file);
    io::MappedFile const mapped{file};
    auto const bytes = mapped.view();
    refuse_personal_records(path, bytes);
    bool const is_export = is_own_export(bytes);
    if (!is_export) ref = complete(std::move(ref), path, bytes, shop.mappings);
    if (exchange.provenance.source == "file") exchange.provenance.request.emplace_back("name", ref.table);
    if (!options.language.empty()) exchange.provenance.request.emplace_back("language", options.language);

    if (!options.dsd.empty()) {
        // Whoever reads the document again needs its structure again.
        Provenance of_structure{"file", file_name_of(options.dsd),   {}, {}, {},
                                0,      exchange.provenance.received};
        auto const place = shop.archive.keep_file(options.dsd, of_structure);
        static_cast<void>(shop.store.record_document(place.sha256, place.bytes, of_structure));
        exchange.provenance.request.emplace_back(dsd_parameter, place.sha256);
    }

    // What the position names was durable before it was; a sound object needs no second look.
    if (!is_export && !shop.new_store && may_repeat(shop, ref, bytes.size(), options)) {
        auto const position = shop.store.position(ref.service, ref.table);
        auto const sha256 = io::sha256_hex(bytes);
        auto repeated = repeated_load(shop, ref, sha256, exchange.provenance, options);
        if (repeated && shop.archive.holds_sound(sha256)) {
            repeated->document = shop.store.record_document(sha256, bytes.size(), exchange.provenance);
            // Only where no other process has loaded something else before this delivery was recorded.
            if (shop.store.position(ref.service, ref.table) == position) return *repeated;
        }
    }

    // Large files are archived while they are read, small ones when they were: until then a second processor has mapping
    // files to read and the store to open. The load joins before anything of it becomes visible.
    FileArchiving archived{shop.archive, file, exchange.provenance};
    if (bytes.size() > archived_later_up_to) archived.start();
    auto watched = options;
    watched.watch.begin = [&archived, &options](store::Load& load) {
        archived.start();
        if (options.watch.begin) options.watch.begin(load);
    };
    auto const refuse_change = [&path] {
        throw Error{Errc::conflict,
                    path + ": was changed while it was read; import it again when it is complete"};
    };
    Archiving const archiving{
        [&] {
            auto place = archived.name();
            if (place.bytes != bytes.size()) refuse_change();
            return place;
        },
        // Asked for when the file is read: archive and load must have seen the same bytes.
        [&] {
            archived.wait();
            if (io::stamp_of(file) != stamp) refuse_change();
        }};
    try {
        if (is_export) return restore_export(shop, bytes, archiving, exchange.provenance, options);
        return load_document(shop, bytes, archiving, exchange.provenance, ref, watched);
    } catch (Error const& error) {
        if (error.code() == Errc::io || error.code() == Errc::conflict || error.code() == Errc::corrupt_store)
            throw;
        if (dynamic_cast<Stopped const*>(&error) != nullptr) throw; // somebody who looks at the load ended it
        // What cannot be read is kept and recorded all the same: a later version may read it.
        auto const place = archiving.kept();
        LoadReport report;
        report.source = exchange.provenance.source;
        report.table = ref.table;
        report.outcome = error.code() == Errc::empty_document ? "empty" : "failed";
        report.text = path + ": " + error.what() + " (" + std::string{to_string(error.code())} + ")";
        report.next_step = next_step_after(error.code());
        report.document_sha256 = place.sha256;
        report.bytes = place.bytes;
        report.document = shop.store.record_document(place.sha256, place.bytes, exchange.provenance);
        return report;
    }
}

} // namespace gateway::ingest

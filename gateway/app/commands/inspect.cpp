#include <rapidjson/document.h>

#include <cstdio>
#include <filesystem>

#include "adapters/csv/facts.hpp"
#include "adapters/genesis/facts.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/commands/inspect_formats.hpp"
#include "gateway/app/commands/inspect_sdmx.hpp"
#include "gateway/app/report.hpp"
#include "gateway/core/error.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/personal.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

/// HTTP status that response.json of a recorded exchange names; nothing where there is none.
std::optional<int> status_of_exchange(std::string const& folder) {
    auto const path = folder + "/response.json";
    if (!io::file_exists(path)) return std::nullopt;
    rapidjson::Document json;
    auto const text = io::read_file(path);
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject()) return std::nullopt;
    auto const status = json.FindMember("status");
    if (status == json.MemberEnd() || !status->value.IsInt()) return std::nullopt;
    return status->value.GetInt();
}

} // namespace

Exit run_inspect(Options const& options) {
    auto path = options.names.front();
    if (!io::file_exists(path + "/request.json")) {
        if (auto const sdmx = sdmx_facts(path, options.dsd, !options.compact)) {
            std::fwrite(sdmx->data(), 1, sdmx->size(), stdout);
            std::fputc('\n', stdout);
            return Exit::done;
        }
    }
    if (!options.dsd.empty())
        std::fprintf(stderr, "kreislauf: --dsd %s is not needed: %s is no SDMX data\n", options.dsd.c_str(),
                     path.c_str());
    adapters::genesis::FactsOptions facts;
    facts.pretty = !options.compact;
    // A folder with a recorded exchange, or the body in one.
    if (io::file_exists(path + "/request.json")) path += "/body.bin";
    if (std::filesystem::path const body{path}; body.filename() == "body.bin")
        facts.http_status =
            status_of_exchange(body.has_parent_path() ? body.parent_path().string() : std::string{"."});
    io::MappedFile const file{path};
    // Facts show texts of columns: of persons nothing is shown.
    ingest::refuse_personal_records(path, file.view());
    if (!facts.http_status && print_format_facts(file.view(), path, options.compact)) return Exit::done;
    Progress progress{1};
    progress.begin(path);
    facts.watch = [&progress](std::uint64_t bytes, std::uint64_t of_bytes, std::uint64_t rows) {
        progress.tick({bytes, of_bytes, rows});
    };
    try {
        bool const plain_text = !facts.http_status && ingest::format_of(file.view()) == ingest::Format::text;
        auto const text = plain_text ? adapters::csv::facts_json(file.view(), !options.compact)
                                     : adapters::genesis::facts_json(file.view(), facts);
        progress.done({});
        std::fwrite(text.data(), 1, text.size(), stdout);
        if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
    } catch (Error const& error) {
        throw Error{error.code(), path + ": " + error.what()};
    }
    return Exit::done;
}

} // namespace gateway::app

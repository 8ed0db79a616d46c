#include "gateway/app/commands.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "adapters/sdmx/maps.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/ingest/feed_draft.hpp"
#include "gateway/ingest/feeds.hpp"
#include "gateway/ingest/personal.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
constexpr UnixTime day_seconds = 86400;

std::int32_t today(Options const& options) {
    return static_cast<std::int32_t>(clock_for(options).now() / day_seconds);
}

harmonize::MappingFiles mapping_files() {
    return harmonize::MappingFiles::from_directory(data_directory() + "/mappings");
}

Exit draft(Options const& options) {
    auto const& feed = options.feed;
    io::MappedFile const file{feed.file};
    std::optional<io::MappedFile> structure;
    ingest::DraftStructure beside;
    if (!feed.dsd.empty()) {
        structure.emplace(feed.dsd);
        beside = {fs::path{feed.dsd}.filename().string(), structure->view()};
    }
    auto const names = ingest::AreaNames::of(harmonize::AreaRegister::load(mapping_files()), today(options));
    auto const text = ingest::draft_feed(file.view(), fs::path{feed.file}.filename().string(), today(options),
                                         beside, names);
    if (feed.out.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return Exit::done;
    }
    if (io::file_exists(feed.out))
        throw Error{Errc::invalid_argument, feed.out + ": is there already; name another file with --out"};
    io::write_durable(feed.out, text);
    std::fprintf(stderr, "kreislauf: wrote %s; read it, then: kreislauf feed check %s %s\n", feed.out.c_str(),
                 feed.out.c_str(), feed.file.c_str());
    return Exit::done;
}

void print_issue(Issue const& issue) {
    std::printf("%-8s %s", std::string{to_string(issue.severity)}.c_str(),
                std::string{to_string(issue.code)}.c_str());
    if (issue.position.line > 0) {
        std::printf(", line %llu", static_cast<unsigned long long>(issue.position.line));
        if (issue.position.column > 0) std::printf(", column %u", issue.position.column);
    }
    std::printf(": %s", issue.text.c_str());
    if (issue.count > 1) std::printf(" (%llu times)", static_cast<unsigned long long>(issue.count));
    std::printf("\n");
    if (!issue.next_step.empty()) std::printf("         %s\n", issue.next_step.c_str());
}

void print_json(ingest::FeedTrial const& trial) {
    Json json;
    json.object()
        .field("dataset", trial.dataset)
        .field("rows", trial.rows)
        .field("figures", trial.figures)
        .field("set_aside", trial.set_aside)
        .field("repeated", trial.repeated)
        .field("series", trial.series)
        .key("first")
        .array();
    for (auto const& row : trial.first)
        json.object().field("line", row.line).field("text", row.text).end_object();
    json.end_array().key("issues").array();
    for (auto const& issue : trial.issues)
        json.object()
            .field("code", to_string(issue.code))
            .field("severity", to_string(issue.severity))
            .field("line", issue.position.line)
            .field("column", std::uint64_t{issue.position.column})
            .field("count", issue.count)
            .field("text", issue.text)
            .field("next_step", issue.next_step)
            .end_object();
    json.end_array().end_object();
    json.print();
}

/// Structure maps as files; what they cannot say is named and left out.
Exit map(Options const& options) {
    auto const& feed = options.feed;
    io::MappedFile const file{feed.file};
    auto const structures = adapters::sdmx::read_structures(file.view(), feed.file);
    if (structures.structure_maps.empty())
        throw Error{Errc::not_found, feed.file + ": holds no structure map; ask the service for it with "
                                                 "references=descendants"};
    bool is_whole = true;
    auto const date = date_text(today(options));
    for (auto const& one : structures.structure_maps) {
        auto const texts = adapters::sdmx::mapping_texts(one, structures, date);
        for (auto const& issue : texts.issues) {
            is_whole = false;
            std::fprintf(stderr, "kreislauf: %s; next: %s\n", issue.text.c_str(), issue.next_step.c_str());
        }
        for (auto const& mapping : texts.files) {
            if (feed.out.empty()) {
                std::printf("# %s\n%s\n", mapping.name.c_str(), mapping.text.c_str());
                continue;
            }
            auto const path = (fs::path{feed.out} / mapping.name).string();
            if (io::file_exists(path))
                throw Error{Errc::invalid_argument, path + ": is there already; name another folder"};
            io::write_durable(path, mapping.text);
            std::printf("%s\n", path.c_str());
        }
    }
    return is_whole ? Exit::done : Exit::incomplete;
}

Exit check(Options const& options) {
    auto const& feed = options.feed;
    auto const files = mapping_files();
    auto path = feed.description;
    auto office = feed.office;
    if (!io::file_exists(path)) {
        auto const known = ingest::feed_named(files, path);
        office = known.office;
        path = data_directory() + "/mappings/feeds/" + known.office + "/" + known.feed + ".toml";
    }
    if (office.empty()) office = fs::absolute(path).parent_path().filename().string();
    if (!files.text("feeds/" + office + ".toml"))
        throw Error{Errc::invalid_argument, "no office '" + office +
                                                "' in mappings/feeds; name one with --office, or write "
                                                "mappings/feeds/" +
                                                office + ".toml"};
    auto const text = io::read_file(path);
    harmonize::Beside beside;
    for (auto const& name : harmonize::attachments_of(path, text)) {
        auto const attached = (fs::absolute(path).parent_path() / name).string();
        if (io::file_exists(attached)) beside[name] = io::read_file(attached);
    }
    io::MappedFile const file{feed.file};
    ingest::refuse_personal_records(feed.file, file.view());
    auto const trial =
        ingest::try_feed(files, fs::path{path}.filename().string(), text, office, file.view(), today(options),
                         fs::temp_directory_path().string(), feed.rows, beside);
    if (options.json) {
        print_json(trial);
    } else {
        std::printf("%s: %llu rows, %llu figures in %llu series, %llu set aside, %llu said twice\n\n",
                    trial.dataset.c_str(), static_cast<unsigned long long>(trial.rows),
                    static_cast<unsigned long long>(trial.figures),
                    static_cast<unsigned long long>(trial.series),
                    static_cast<unsigned long long>(trial.set_aside),
                    static_cast<unsigned long long>(trial.repeated));
        for (auto const& row : trial.first)
            std::printf("line %llu: %s\n", static_cast<unsigned long long>(row.line), row.text.c_str());
        if (!trial.issues.empty()) std::printf("\n");
        for (auto const& issue : trial.issues) print_issue(issue);
    }
    return trial.set_aside > 0 ? Exit::incomplete : Exit::done;
}

Exit list(Options const& options) {
    auto const files = mapping_files();
    Json json;
    if (options.json) json.array();
    for (auto const& ref : harmonize::list_feeds(files)) {
        auto const feed = harmonize::load_feed(files, ref);
        std::string patterns;
        for (auto const& file : feed.files) patterns += (patterns.empty() ? "" : ", ") + file;
        auto const name = ref.office + "/" + ref.feed;
        if (options.json)
            json.object()
                .field("feed", name)
                .field("title", feed.title)
                .field("format", feed.layout.format)
                .field("files", patterns)
                .end_object();
        else
            std::printf("%-16s %-5s %-32s %s\n", name.c_str(), feed.layout.format.c_str(), patterns.c_str(),
                        feed.title.c_str());
    }
    if (options.json) json.end_array().print();
    return Exit::done;
}

} // namespace

Exit run_feed(Options const& options) {
    if (options.feed.action == "draft") return draft(options);
    if (options.feed.action == "check") return check(options);
    if (options.feed.action == "map") return map(options);
    if (options.feed.action == "compare") return run_feed_compare(options);
    return list(options);
}

} // namespace gateway::app

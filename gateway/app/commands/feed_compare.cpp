// feed compare: two documents of one indicator, cell by cell.
#include <cstdio>
#include <filesystem>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/ingest/feed_compare.hpp"
#include "gateway/ingest/feeds.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
constexpr UnixTime day_seconds = 86400;
constexpr std::size_t most_shown = 40;

ingest::TableRef feed_of(harmonize::MappingFiles const& files, std::string const& path,
                         std::string_view bytes) {
    auto const found = ingest::find_feed(files, fs::path{path}.filename().string(), bytes);
    if (!found)
        throw Error{Errc::invalid_argument,
                    path + ": no feed description fits this file; kreislauf feed draft writes one"};
    return {found->office, found->feed};
}

std::string_view kind_of(ingest::Difference const& difference) {
    switch (difference.kind) {
    case ingest::Difference::Kind::value: return "value";
    case ingest::Difference::Kind::only_first: return "only_first";
    case ingest::Difference::Kind::only_second: return "only_second";
    }
    return "";
}

void write_issues(Json& json, char const* name, std::vector<Issue> const& issues) {
    json.key(name).array();
    for (auto const& issue : issues)
        json.object()
            .field("code", to_string(issue.code))
            .field("line", issue.position.line)
            .field("column", std::uint64_t{issue.position.column})
            .field("count", issue.count)
            .field("text", issue.text)
            .end_object();
    json.end_array();
}

void print_json(ingest::Comparison const& result) {
    Json json;
    json.object()
        .field("equal", result.equal)
        .field("rounded", result.rounded)
        .field("first_set_aside", result.first_set_aside)
        .field("second_set_aside", result.second_set_aside)
        .key("differences")
        .array();
    for (auto const& difference : result.differences)
        json.object()
            .field("kind", kind_of(difference))
            .field("area", difference.area)
            .field("period", difference.period)
            .field("indicator", difference.indicator)
            .field("first", difference.first)
            .field("second", difference.second)
            .field("first_line", std::uint64_t{difference.first_line})
            .field("second_line", std::uint64_t{difference.second_line})
            .end_object();
    json.end_array().key("lacking").array();
    for (auto const& lacking : result.lacking)
        json.object()
            .field("only_in", lacking.in_first ? "first" : "second")
            .field("what", lacking.what)
            .field("cells", lacking.cells)
            .end_object();
    json.end_array();
    write_issues(json, "first_issues", result.first_issues);
    write_issues(json, "second_issues", result.second_issues);
    json.end_object();
    json.print();
}

void print_issues(std::string const& name, std::vector<Issue> const& issues) {
    for (auto const& issue : issues)
        std::printf("  set aside in %s, line %llu, column %u: %s\n", name.c_str(),
                    static_cast<unsigned long long>(issue.position.line), issue.position.column,
                    issue.text.c_str());
}

void print_text(ingest::Comparison const& result, std::string const& first, std::string const& second) {
    std::printf("%llu figures equal, %llu agree by rounding, %zu differ\n",
                static_cast<unsigned long long>(result.equal),
                static_cast<unsigned long long>(result.rounded), result.differences.size());
    for (std::size_t i = 0; i < result.differences.size() && i < most_shown; ++i) {
        auto const& each = result.differences[i];
        std::printf("  %s %s %s: %s (%s:%u), %s (%s:%u)\n", each.area.c_str(), each.period.c_str(),
                    each.indicator.c_str(), each.first.empty() ? "absent" : each.first.c_str(), first.c_str(),
                    each.first_line, each.second.empty() ? "absent" : each.second.c_str(), second.c_str(),
                    each.second_line);
    }
    if (result.differences.size() > most_shown)
        std::printf("  and %zu more; --json lists all\n", result.differences.size() - most_shown);
    for (auto const& lacking : result.lacking)
        std::printf("  only in %s: %s, %llu figures\n", (lacking.in_first ? first : second).c_str(),
                    lacking.what.c_str(), static_cast<unsigned long long>(lacking.cells));
    print_issues(first, result.first_issues);
    print_issues(second, result.second_issues);
}

} // namespace

Exit run_feed_compare(Options const& options) {
    auto const& feed = options.feed;
    auto const files = harmonize::MappingFiles::from_directory(data_directory() + "/mappings");
    auto const areas = harmonize::AreaRegister::load(files);
    io::MappedFile const first{feed.file};
    io::MappedFile const second{feed.other};
    auto const day = static_cast<std::int32_t>(clock_for(options).now() / day_seconds);
    auto const result =
        ingest::compare_documents({feed.file, first.view(), feed_of(files, feed.file, first.view())},
                                  {feed.other, second.view(), feed_of(files, feed.other, second.view())},
                                  files, areas, day, fs::temp_directory_path().string());
    if (options.json)
        print_json(result);
    else
        print_text(result, feed.file, feed.other);
    bool const whole =
        result.differences.empty() && result.first_set_aside == 0 && result.second_set_aside == 0;
    return whole ? Exit::done : Exit::incomplete;
}

} // namespace gateway::app

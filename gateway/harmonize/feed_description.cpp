#include "gateway/harmonize/feed_description.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_layout.hpp"
#include "gateway/harmonize/schema_check.hpp"

namespace gateway::harmonize {
namespace {

constexpr std::string_view folder = "feeds";
constexpr std::string_view extension = ".toml";

std::string office_file(std::string const& office) {
    return std::string{folder} + "/" + office + std::string{extension};
}
std::string feed_file(FeedRef const& ref) {
    return std::string{folder} + "/" + ref.office + "/" + ref.feed + std::string{extension};
}

FeedDescription describe(FeedRef const& ref, FeedFiles const& files) {
    FeedDescription feed;
    feed.ref = ref;
    feed.layout.feed = ref.feed;
    auto const sections = files.sections();
    for (auto const& section : sections) {
        feed.title = section.text("title", feed.title);
        auto const source = section.table("source");
        if (source.has("files")) feed.files = source.texts("files");
        feed.url = source.text("url", feed.url);
        feed.directory = source.text("directory", feed.directory);
        feed.dataset = source.text("dataset", feed.dataset);
    }
    feed.dsd = files.dsd;
    feed.structure_map = files.structure_map;
    read_layout(feed.layout, sections);
    return feed;
}

/// The SDMX structures that a feed names; they stand in the folder of its office.
void attach(FeedFiles& files, FileLoader& loader, FeedRef const& ref, Beside const& beside = {}) {
    auto const text = [&](char const* key, std::string const& need) {
        std::string name;
        for (auto const& section : files.sections()) name = section.table("source").text(key, name);
        if (name.empty()) return std::string{};
        if (auto const found = beside.find(name); found != beside.end()) return found->second;
        return loader.raw(std::string{folder} + "/" + ref.office + "/" + name,
                          need + " that the feed " + ref.feed + " names");
    };
    files.dsd = text("dsd", "the SDMX data structure");
    files.structure_map = text("structure_map", "the SDMX structure map");
}

} // namespace

std::vector<Section> FeedFiles::sections() const {
    std::vector<Section> result;
    for (std::size_t i = 0; i < trees.size(); ++i) result.push_back({&names[i], &trees[i]});
    return result;
}

FeedFiles feed_files(FileLoader& loader, FeedRef const& ref) {
    FeedFiles result;
    auto const add = [&result](std::string name, Tree tree) {
        result.names.push_back(std::move(name));
        result.trees.push_back(std::move(tree));
    };
    auto const office = office_file(ref.office);
    add(office, loader.get(office, "feed", "the office of the feed " + ref.feed));
    auto const name = feed_file(ref);
    auto const& own = loader.get(name, "feed", "the description of the feed " + ref.feed);
    for (auto const& included : Section{&name, &own}.texts("include")) {
        auto const path = std::string{folder} + "/" + included;
        add(path, loader.get(path, "feed", "a file that mappings/" + name + " includes"));
    }
    add(name, own);
    attach(result, loader, ref);
    return result;
}

std::vector<FeedRef> list_feeds(MappingFiles const& files) {
    std::vector<FeedRef> feeds;
    auto const stem = [](std::string const& name) {
        auto const slash = name.rfind('/');
        return name.substr(slash + 1, name.size() - slash - 1 - extension.size());
    };
    for (auto const& office : files.names(std::string{folder})) {
        if (!office.ends_with(extension)) continue;
        for (auto const& feed : files.names(std::string{folder} + "/" + stem(office)))
            if (feed.ends_with(extension)) feeds.push_back({stem(office), stem(feed)});
    }
    return feeds;
}

bool has_feed(MappingFiles const& files, FeedRef const& ref) {
    return !ref.office.empty() && !ref.feed.empty() && files.text(feed_file(ref)).has_value();
}

FeedDescription load_feed(MappingFiles const& files, FeedRef const& ref) {
    FileLoader loader{files};
    return describe(ref, feed_files(loader, ref));
}

std::vector<std::string> attachments_of(std::string const& name, std::string_view text) {
    std::vector<std::string> names;
    auto const tree = parse_toml(text, name);
    auto const source = Section{&name, &tree}.table("source");
    for (auto const* const key : {"dsd", "structure_map"})
        if (source.has(key)) names.push_back(source.text(key));
    return names;
}

FeedDescription parse_feed(MappingFiles const& files, std::string const& name, std::string_view text,
                           std::string const& office, Beside const& beside) {
    FileLoader loader{files};
    FeedFiles parts;
    auto const office_name = office_file(office);
    if (auto const* const tree = loader.find(office_name, "feed"); tree != nullptr) {
        parts.names.push_back(office_name);
        parts.trees.push_back(*tree);
    }
    auto own = parse_toml(text, name);
    if (auto const schema = files.schema("feed"))
        check_schema(own, name, *schema, "schemas/mapping/feed.schema.json");
    for (auto const& included : Section{&name, &own}.texts("include")) {
        auto const path = std::string{folder} + "/" + included;
        parts.names.push_back(path);
        parts.trees.push_back(loader.get(path, "feed", "a file that " + name + " includes"));
    }
    parts.names.push_back(name);
    parts.trees.push_back(std::move(own));
    auto const slash = name.rfind('/');
    auto stem = slash == std::string::npos ? name : name.substr(slash + 1);
    if (stem.ends_with(extension)) stem.resize(stem.size() - extension.size());
    attach(parts, loader, {office, stem}, beside);
    return describe({office, stem}, parts);
}

} // namespace gateway::harmonize

#include "gateway/ingest/feeds.hpp"

#include <algorithm>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/ingest/formats.hpp"

namespace gateway::ingest {
namespace {

std::string listed(std::vector<harmonize::FeedRef> const& feeds) {
    std::string text;
    for (auto const& feed : feeds) text += (text.empty() ? "" : ", ") + feed.office + "/" + feed.feed;
    return text;
}

/// Stops the reader as soon as its header fits: nothing more is wanted.
struct Fits {};
class Probe final : public CellSink {
  public:
    void table(TableInfo const&) override { throw Fits{}; }
    void code(Column, unsigned, std::uint32_t, SourceCode const&) override {}
    void sign(std::uint8_t, std::string_view) override {}
    void cells(std::span<Cell const>, std::span<std::uint32_t const>) override {}
    void issue(Issue) override {}
    void finish(std::uint64_t) override {}
};

bool header_fits(std::string_view bytes, harmonize::FeedDescription const& feed) {
    Probe probe;
    try {
        auto described = feed;
        // The marks do not matter here, and a survey would read the whole text.
        described.layout.decimal = '.';
        described.layout.thousands = '\x01';
        read_feed(bytes, "", described, probe);
    } catch (Fits const&) {
        return true;
    } catch (Error const&) {
        return false;
    }
    return false;
}

} // namespace

bool file_fits(std::string_view pattern, std::string_view name) noexcept {
    bool const front = pattern.starts_with('*');
    if (front) pattern.remove_prefix(1);
    bool const back = pattern.ends_with('*');
    if (back) pattern.remove_suffix(1);
    if (front && back) return name.find(pattern) != std::string_view::npos;
    if (front) return name.ends_with(pattern);
    return back ? name.starts_with(pattern) : name == pattern;
}

harmonize::FeedRef feed_named(harmonize::MappingFiles const& files, std::string_view name) {
    std::vector<harmonize::FeedRef> found;
    auto const all = harmonize::list_feeds(files);
    for (auto const& feed : all)
        if (feed.feed == name || feed.office + "/" + feed.feed == name) found.push_back(feed);
    if (found.size() == 1) return found.front();
    throw Error{Errc::invalid_argument,
                found.empty() ? "no feed is called '" + std::string{name} +
                                    "'; kreislauf feed list shows those that are described"
                              : "several feeds are called '" + std::string{name} + "': " + listed(found)};
}

std::optional<harmonize::FeedRef> find_feed(harmonize::MappingFiles const& files,
                                            std::string const& file_name, std::string_view bytes) {
    auto const format = layout_format(format_of(bytes));
    std::vector<harmonize::FeedDescription> all;
    std::vector<harmonize::FeedRef> found;
    for (auto const& ref : harmonize::list_feeds(files)) {
        all.push_back(harmonize::load_feed(files, ref));
        auto const& feed = all.back();
        bool const named = std::any_of(feed.files.begin(), feed.files.end(),
                                       [&](auto const& pattern) { return file_fits(pattern, file_name); });
        if (named) found.push_back(ref);
    }
    if (found.empty() && !format.empty())
        for (auto const& feed : all)
            if (feed.layout.format == format && header_fits(bytes, feed)) found.push_back(feed.ref);
    if (found.empty()) return std::nullopt;
    if (found.size() == 1) return found.front();
    throw Error{Errc::invalid_argument,
                file_name + ": several feeds would fit: " + listed(found) + "; name one with --feed"};
}

} // namespace gateway::ingest

#include "gateway/ingest/feeds.hpp"

#include <algorithm>
#include <vector>

#include "adapters/sdmx/cells.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_layout.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/self_described.hpp"

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

/// SDMX tells what it is; of others the names of dimensions alone do not.
bool is_named_by(std::string_view bytes, harmonize::FeedDescription const& feed) {
    if (feed.layout.format != "sdmx" || feed.dataset.empty()) return false;
    try {
        auto const structure = adapters::sdmx::structure_of_data(bytes, "");
        return feed.dataset == structure.id || feed.dataset == structure.text() ||
               feed.dataset == structure.agency + ":" + structure.id;
    } catch (Error const&) {
        return false;
    }
}

bool header_fits(std::string_view bytes, harmonize::FeedDescription const& feed) {
    if (harmonize::describes_itself(feed.layout.format)) return is_named_by(bytes, feed);
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
    auto const own = self_described_format(bytes);
    auto const format = own.empty() ? layout_format(format_of(bytes)) : own;
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
            if ((feed.layout.format == format || (own == "sdmx" && feed.layout.format == "csv")) &&
                header_fits(bytes, feed))
                found.push_back(feed.ref);
    if (found.empty()) return std::nullopt;
    if (found.size() == 1) return found.front();
    throw Error{Errc::invalid_argument,
                file_name + ": several feeds would fit: " + listed(found) + "; name one with --feed"};
}

} // namespace gateway::ingest

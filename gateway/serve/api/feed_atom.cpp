#include "gateway/serve/api/feed_atom.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "gateway/feed/german.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/serve/api/feed_question.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/subscribe/digest_text.hpp"
#include "gateway/subscribe/digest_words.hpp"

namespace gateway::serve::api {
namespace {

namespace words = gateway::subscribe;

constexpr std::size_t default_entries = 20, most_entries = 100;
constexpr std::uint64_t first_window = 16'384; ///< entries of the log that are looked at first

/// What of the log became one entry: (behind, last].
struct Release {
    std::uint64_t behind = 0, last = 0;
    store::ChangeKind kind = store::ChangeKind::data;
    std::string dataset;
    VintageNo vintage = 0;
    UnixTime time = 0;
};

/// Releases of which blocks lie in [low, high], the newest first. `high` is the end of one.
std::vector<Release> releases_in(store::Store const& store, store::ChangeScope const& scope,
                                 std::uint64_t low, std::uint64_t high) {
    std::vector<Release> all;
    store.changes_of(scope, low, [&](store::ChangeBlock const& block) {
        auto const last = block.first + block.count - 1;
        bool const goes_on = block.kind == store::ChangeKind::data && !all.empty() &&
                             all.back().kind == block.kind && all.back().dataset == block.dataset &&
                             all.back().vintage == block.vintage;
        if (goes_on) {
            all.back().last = last;
            return true;
        }
        if (block.first > high) return false;
        if (block.kind != store::ChangeKind::compacted)
            all.push_back({block.first - 1, last, block.kind, block.dataset, block.vintage, block.time});
        return true;
    });
    std::reverse(all.begin(), all.end());
    return all;
}

std::string element(std::string_view name, std::string_view text) {
    return "<" + std::string{name} + ">" + io::escaped_markup(text) + "</" + std::string{name} + ">\n";
}

std::string link(std::string_view rel, std::string_view type, std::string const& address) {
    return "<link rel=\"" + std::string{rel} + "\" type=\"" + std::string{type} + "\" href=\"" +
           io::escaped_markup(address) + "\"/>\n";
}

/// A name that says nothing and stays: made of the store's secret, so that nobody can guess it for what they may not see.
std::string id_of(std::string const& secret, std::string const& what) {
    auto hex = io::sha256_hex(secret + "\nAtom\n" + what).substr(0, 32);
    hex[12] = '8'; // RFC 9562: a UUID of our own making
    hex[16] = "89ab"[static_cast<unsigned>(hex[16] <= '9' ? hex[16] - '0' : hex[16] - 'a' + 10) & 3U];
    return "urn:uuid:" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20);
}

class AtomFeed {
  public:
    AtomFeed(Shelf& shelf, Call const& call, store::Store const& store, FeedQuestion const& question)
        : shelf_{shelf}, call_{call}, store_{store}, question_{question}, secret_{feed_key(store)} {
        frame_.base = call.base;
        frame_.area_keys = call.parameter("area");
        frame_.area = areas_words();
    }

    std::string write(std::uint64_t high, std::size_t limit) {
        std::string entries;
        auto const next = write_entries(entries, high, limit);
        std::string const self{call_.request.target};
        std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                          "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"de\">\n";
        out += element("id", id_of(secret_, question_.told()));
        out += element("title", "Änderungen der amtlichen Statistik: " + frame_.area);
        out += element("updated", utc_text(updated_ ? *updated_ : newest_vintage()));
        out += "<author><name>Kreislauf</name></author>\n";
        out += "<generator version=\"" + io::escaped_markup(shelf_.settings().version) +
               "\">Kreislauf</generator>\n";
        out += link("self", "application/atom+xml", call_.base + self);
        out += link("first", "application/atom+xml", call_.base + address({}));
        if (next) {
            query::ChangePlace place;
            place.number = *next;
            out += link("next", "application/atom+xml",
                        call_.base + address(seal_place(place, question_.told(), secret_)));
        }
        return out + entries + "</feed>\n";
    }

  private:
    /// The number in front of which older ones lie; nothing where there are none.
    std::optional<std::uint64_t> write_entries(std::string& out, std::uint64_t high, std::size_t limit) {
        store::ChangeScope scope;
        scope.datasets.assign(question_.filter.datasets.begin(), question_.filter.datasets.end());
        if (question_.filter.area) scope.areas = query::areas_in(store_, question_.filter.area);
        std::size_t written = 0;
        for (auto window = first_window; high > 0; window *= 2) {
            auto const low = high > window ? high - window + 1 : 1;
            auto releases = releases_in(store_, scope, low, high);
            high = low - 1;
            // The oldest may have begun before the window: it is looked at in the next one, which is twice as large.
            if (low > 1 && !releases.empty()) {
                high = releases.back().last;
                releases.pop_back();
            }
            for (auto const& release : releases) {
                if (written == limit) return release.last;
                if (write_entry(out, release)) ++written;
            }
        }
        return std::nullopt;
    }

    bool write_entry(std::string& out, Release const& release) {
        words::DigestOptions options;
        options.areas = &shelf_.areas();
        auto const digest =
            words::make_digest(store_, question_.filter, release.behind, release.last, options);
        if (digest.empty()) return false;
        auto const info = store_.dataset(release.dataset);
        std::string title, content;
        if (!digest.groups.empty()) {
            auto const& group = digest.groups.front();
            title = group.title + ": " + words::group_summary(group);
            content = words::group_html(group, frame_);
        } else {
            auto const& event = digest.events.front();
            title = (event.title.empty() ? "Hinweis" : event.title);
            content = words::event_html(event);
        }
        if (!updated_) updated_ = release.time;
        out += "<entry>\n" + element("id", id_of(secret_, question_.told() + "\n" + release.dataset + "\n" +
                                                              std::string{store::to_string(release.kind)} +
                                                              "\n" + std::to_string(release.vintage) + "\n" +
                                                              (release.kind == store::ChangeKind::data
                                                                   ? ""
                                                                   : std::to_string(release.last))));
        out += element("title", title) + element("updated", utc_text(release.time)) +
               element("published", utc_text(release.time));
        if (info) {
            out += "<author>" +
                   element("name", info->attribution.empty() ? info->source : info->attribution) +
                   "</author>\n<category term=\"" + io::escaped_markup(info->id) + "\" label=\"" +
                   io::escaped_markup(info->title) + "\"/>\n";
            if (!info->licence.empty()) out += element("rights", feed::licence_of(info->licence).title);
            out += link("alternate", "text/csv",
                        call_.base + "/api/v1/series?" +
                            (frame_.area_keys.empty() ? "" : "area=" + frame_.area_keys + "&inside=true&") +
                            "dataset=" + percent_encoded(info->id) + "&format=csv-de");
        }
        out += "<content type=\"html\">" + io::escaped_markup(content) + "</content>\n</entry>\n";
        return true;
    }

    [[nodiscard]] std::string areas_words() const {
        std::string_view keys = call_.parameter("area");
        if (keys.empty()) return "alle Gebiete";
        auto const index = shelf_.area_index(call_);
        std::string names;
        while (!keys.empty()) {
            auto const key = keys.substr(0, keys.find(','));
            keys.remove_prefix(std::min(key.size() + 1, keys.size()));
            auto const* const known = index->find(key);
            if (known != nullptr) names += (names.empty() ? "" : "; ") + known->name;
        }
        return names;
    }
    /// The same question from the newest entry, or from a place on.
    [[nodiscard]] std::string address(std::string const& cursor) const {
        Pairs pairs;
        for (auto const& [name, value] : call_.parameters)
            if (name != "cursor") pairs.emplace_back(name, value);
        if (!cursor.empty()) pairs.emplace_back("cursor", cursor);
        return std::string{call_.path} + (pairs.empty() ? "" : "?" + query_text(pairs));
    }
    /// Of a feed without entries: when what the caller sees was last loaded.
    [[nodiscard]] UnixTime newest_vintage() const {
        UnixTime newest = 0;
        for (auto const& info : store_.datasets())
            for (auto const& vintage : store_.vintages(info.id)) newest = std::max(newest, vintage.received);
        return newest;
    }

    Shelf& shelf_;
    Call const& call_;
    store::Store const& store_;
    FeedQuestion const& question_;
    std::string secret_;
    words::DigestFrame frame_;
    std::optional<UnixTime> updated_;
};

} // namespace

http::Response show_feed_atom(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const snapshot = store.snapshot();
    auto const question = read_feed_question(shelf, call, store);
    auto const limit =
        call.parameter("limit").empty() ? default_entries : std::min(page_size(call), most_entries);
    auto high = store.last_change();
    if (auto const cursor = call.parameter("cursor"); !cursor.empty())
        high = std::min(high, require_place(cursor, store, question.told()).number);
    auto response = http::Response::text(200, "application/atom+xml; charset=utf-8",
                                         AtomFeed{shelf, call, store, question}.write(high, limit));
    // Links hold the host as this caller calls it, unless the operator says what it is.
    response.shared = !shelf.settings().public_url.empty();
    return response;
}

} // namespace gateway::serve::api

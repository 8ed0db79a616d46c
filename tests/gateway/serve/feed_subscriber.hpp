// Subscribers of a feed that know nothing but its pages (docs/feed.md): a copy, a cursor, and bad habits.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/gateway/serve/feed_history.hpp"

namespace gateway::serve::testing {

/// One line of a copy, as a page says it: without text it is deleted.
struct ToldFigure {
    std::string key; ///< dataset TAB series TAB area TAB period TAB
    std::optional<std::string> text;
};
struct FeedPage {
    bool gone = false; ///< 410
    std::vector<ToldFigure> figures;
    std::string cursor;
    bool more = false, full = false;
};

/// What the gateway answers, without sockets: the reader of changes, sealed cursors, and for `as_json` the writer of
/// the pages.
class FeedDesk {
  public:
    /// `damage` may change what is told on its way; for the proof that the test sees such things.
    explicit FeedDesk(FeedHistory const& history, std::function<bool(ToldFigure const&)> damage = {})
        : history_(history), damage_(std::move(damage)) {}

    /// An empty cursor asks for the full state, or for the first entry of the log. Who asks the same between two
    /// commits gets the same page.
    FeedPage const& page(std::size_t question, std::string const& cursor, bool from_start, std::size_t limit,
                         bool as_json);
    /// Where a cursor behind a full state is.
    [[nodiscard]] std::uint64_t number_of(FeedQuestion const& question, std::string const& cursor);
    /// SHA-256 of the set at a place; kept, as nothing but a sealed recall may change it. Nothing where it is gone.
    std::optional<std::string> const& state(std::size_t question, std::uint64_t number);
    void forget_states() { states_.clear(); }
    void forget_pages() { pages_.clear(); }

  private:
    [[nodiscard]] FeedPage read(FeedQuestion const& question, std::string const& cursor, bool from_start,
                                std::size_t limit, bool as_json);
    [[nodiscard]] query::ChangePlace place_of(FeedQuestion const& question, std::string const& cursor);
    std::string const& secret();

    FeedHistory const& history_;
    std::string secret_; ///< made with the first entry of the log
    std::map<std::tuple<std::size_t, std::string, bool, std::size_t, bool>, FeedPage> pages_;
    std::function<bool(ToldFigure const&)> damage_;
    std::map<std::pair<std::size_t, std::uint64_t>, std::optional<std::string>> states_;
};

/// How a subscriber keeps what it was told.
enum class FeedHabit : unsigned char {
    together,     ///< page and cursor in one transaction; a kill takes both back to an older one
    cursor_later, ///< the cursor behind the pages; a kill repeats pages that are applied
    out_of_order, ///< several pages are acknowledged in any order, and the last acknowledgement counts
    twice         ///< every page arrives twice
};

class FeedSubscriber {
  public:
    FeedSubscriber(std::size_t question, FeedHabit habit, std::size_t limit, bool from_start, bool as_json)
        : question_(question), habit_(habit), limit_(limit), from_start_(from_start), as_json_(as_json) {}

    /// Up to `pages` pages. Empty where every acknowledged place was proven; otherwise what went wrong.
    std::string turn(FeedDesk& desk, FeedHistory& history, unsigned pages);
    /// It loses what it did not keep.
    void kill(std::mt19937& random);
    [[nodiscard]] bool is_at_the_end() const noexcept { return at_the_end_; }
    [[nodiscard]] std::size_t proofs() const noexcept { return proofs_; }
    [[nodiscard]] std::size_t question() const noexcept { return question_; }
    [[nodiscard]] std::string hash() const;

  private:
    struct Kept {
        std::map<std::string, std::string> lines;
        std::string cursor;
        bool full = true;
    };
    void apply(FeedPage const& page);
    void acknowledge(std::mt19937& random);
    std::string prove(FeedDesk& desk, FeedHistory const& history);

    std::size_t question_;
    FeedHabit habit_;
    std::size_t limit_;
    bool from_start_, as_json_;
    Kept now_;
    std::vector<Kept> kept_;          ///< of `together`
    std::vector<std::string> unsure_; ///< cursors that are not acknowledged yet
    std::string acknowledged_;        ///< of the others
    std::uint64_t high_ = 0;          ///< the copy has been this far
    bool at_the_end_ = false;
    std::size_t proofs_ = 0;
};

} // namespace gateway::serve::testing

// The morning report: what the night brought, what went wrong and what needs a person, on one German page.
//
// A report has a window of time. What happened is told where it lies in the window (new, revised, withdrawn); what stands
// is told as long as it stands (late, held, failed, needs you). The commands of a line are those that mend it.
// Zero rows are never success, and a window in which nothing happened says so.
//
// Units    UnixTime in seconds; what people read is German time and notation
// Threads  pure functions
// Source   docs/night.md; docs/de/morgenbericht.md
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/embargo_zone.hpp"
#include "gateway/night/facts.hpp"

namespace gateway::night {

enum class Topic : std::uint8_t { needs_you, failed, held, late, withdrawn, revised, added };
inline constexpr std::array<Topic, 7> all_topics{Topic::needs_you, Topic::failed,  Topic::held, Topic::late,
                                                 Topic::withdrawn, Topic::revised, Topic::added};
std::string_view name_of(Topic topic) noexcept;  ///< "needs_you"
std::string_view title_of(Topic topic) noexcept; ///< "Braucht Sie"

struct MorningLine {
    Topic topic = Topic::needs_you;
    bool needs_person = false;
    std::string code;                  ///< dataset, table, agreement or delivery: for programs
    std::string name;                  ///< the same for people, with the code
    std::string text;                  ///< what there is to say, in whole sentences
    std::vector<std::string> commands; ///< what mends it, or shows it
    std::uint64_t weight = 0;          ///< figures concerned; the heaviest line of a topic stands first
};

/// Rounds of fetching or importing in the window, by how they ended: the sum of the others is `rounds`.
struct MorningTally {
    std::uint64_t rounds = 0, loaded = 0, unchanged = 0, not_newer = 0, gone = 0, held = 0, postponed = 0,
                  failed = 0, other = 0;
    std::uint64_t received = 0, released = 0; ///< deliveries
};

struct MorningWindow {
    UnixTime from = 0;  ///< first second
    UnixTime until = 0; ///< last second; the state that is described
};

struct Morning {
    MorningWindow window;
    std::int32_t day = 0; ///< of its title
    std::string period;   ///< "25.11.2026, 7:00 Uhr, bis 26.11.2026, 7:10 Uhr"
    std::string verdict;  ///< "2 Punkte brauchen Sie."
    std::string summary;  ///< what was tried, and how it ended; that nothing happened
    MorningTally tally;
    std::vector<MorningLine> lines; ///< by topic, in the order of all_topics
    [[nodiscard]] bool needs_person() const noexcept;
};

/// How commands begin: "kreislauf" and "kreislauf --store '/srv/k l'"; and what a sync needs besides.
struct CommandWords {
    std::string program = "kreislauf";
    std::string config; ///< " --config FILE", or nothing
};

/// The window of a report that is made now: since the full hour of the day before, so that a timer that starts some
/// minutes later than yesterday leaves nothing out.
MorningWindow window_before(UnixTime now) noexcept;
/// A day of the German calendar, no further than `now`. \throws Error invalid_argument for a day that has not begun
MorningWindow window_of_day(std::int32_t day, UnixTime now, intake::TimeZone const& zone);

Morning morning_report(Facts const& facts, MorningWindow const& window, intake::TimeZone const& zone,
                       CommandWords const& words);

/// For a terminal and as text of a mail. Of a long topic the first lines, and how many there are besides.
std::string morning_text(Morning const& morning);
/// A page that needs nothing else: no script, no foreign address; everything from outside is escaped.
std::string morning_html(Morning const& morning);
/// A message for sendmail: RFC 5322 without addresses, text and page, `made` is its date.
std::string morning_mail(Morning const& morning, UnixTime made);

} // namespace gateway::night

#include "tests/gateway/serve/feed_subscriber.hpp"

#include <rapidjson/document.h>

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/serve/api/feed_writers.hpp"
#include "gateway/store/change_log.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace gateway::serve::testing {
namespace {

void add_entry(store::Store const& store, query::ChangeEntry const& entry, FeedPage& page) {
    if (entry.changes == nullptr) return;
    auto const head = std::string{entry.dataset} + "\t" + store.indicator(entry.series.indicator).text() +
                      "\t" + area_key(store.area(entry.series.area)) + "\t";
    for (auto const& change : *entry.changes) {
        ToldFigure told{head + change.period.to_sdmx() + "\t", std::nullopt};
        if (change.after) {
            auto const& state = store.state(change.after->state);
            told.text = query::value_text(*change.after, state) + "\t" + query::state_text(state);
        }
        page.figures.push_back(std::move(told));
    }
}

void add_json(std::string const& body, FeedPage& page) {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    if (document.HasParseError()) throw Error{Errc::malformed, "not JSON: " + body};
    page.cursor = document["cursor"].GetString();
    page.more = document["more"].GetBool();
    page.full = document["full"].GetBool();
    auto const& entries = document["entries"];
    for (rapidjson::SizeType i = 0; i < entries.Size(); ++i) {
        auto const& entry = entries[i];
        if (!entry.HasMember("observations")) continue;
        auto const& observations = entry["observations"];
        for (rapidjson::SizeType k = 0; k < observations.Size(); ++k) {
            auto const& one = observations[k];
            ToldFigure told{std::string{entry["dataset"].GetString()} + "\t" + entry["series"].GetString() +
                                "\t" + entry["area"].GetString() + "\t" + one["period"].GetString() + "\t",
                            std::nullopt};
            auto const& now = one["new"];
            if (!now.IsNull())
                told.text = std::string{now["value"].IsNull() ? "" : now["value"].GetString()} + "\t" +
                            now["state"].GetString();
            page.figures.push_back(std::move(told));
        }
    }
}

} // namespace

std::string const& FeedDesk::secret() {
    if (secret_.empty())
        secret_ = history_.reading().position(store::ChangeLog::secret_source, store::ChangeLog::secret_item);
    return secret_;
}

query::ChangePlace FeedDesk::place_of(FeedQuestion const& question, std::string const& cursor) {
    // A gateway without any entry has no secret yet.
    for (auto const& key : {secret(), std::string{}})
        if (auto const place = api::open_place(cursor, question.text, key)) return *place;
    throw Error{Errc::invalid_argument, "a cursor of another question"};
}

FeedPage const& FeedDesk::page(std::size_t question, std::string const& cursor, bool from_start,
                               std::size_t limit, bool as_json) {
    auto const key = std::tuple{question, cursor, from_start, limit, as_json};
    auto const found = pages_.find(key);
    if (found != pages_.end()) return found->second;
    return pages_.emplace(key, read(feed_questions()[question], cursor, from_start, limit, as_json))
        .first->second;
}

FeedPage FeedDesk::read(FeedQuestion const& question, std::string const& cursor, bool from_start,
                        std::size_t limit, bool as_json) {
    auto const& store = history_.reading();
    query::ChangeReader reader{store, question.filter};
    query::ChangePlace place;
    if (!cursor.empty())
        place = place_of(question, cursor);
    else if (from_start)
        place = reader.start();
    FeedPage page;
    std::size_t entries = 0;
    auto const writer = as_json ? api::make_feed_json(store) : nullptr;
    try {
        page.more = reader.page(place, limit, [&](query::ChangeEntry const& entry) {
            ++entries;
            writer ? writer->entry(entry) : add_entry(store, entry, page);
        });
    } catch (Error const& error) {
        if (error.code() != Errc::not_found) throw;
        page.gone = true;
        return page;
    }
    if (entries > limit) throw Error{Errc::invalid_argument, "a page has more entries than were asked for"};
    page.cursor = api::seal_place(place, question.text, secret());
    page.full = place.full;
    if (writer) {
        auto response = writer->finish(page.cursor, page.more, page.full);
        add_json(body_of(response), page);
    }
    if (damage_)
        page.figures.erase(std::remove_if(page.figures.begin(), page.figures.end(), damage_),
                           page.figures.end());
    return page;
}

std::uint64_t FeedDesk::number_of(FeedQuestion const& question, std::string const& cursor) {
    return place_of(question, cursor).number;
}

std::optional<std::string> const& FeedDesk::state(std::size_t question, std::uint64_t number) {
    auto const found = states_.find({question, number});
    if (found != states_.end()) return found->second;
    std::optional<std::string> hash;
    try {
        hash = query::ChangeReader{history_.reading(), feed_questions()[question].filter}.state(number);
    } catch (Error const& error) {
        if (error.code() != Errc::not_found) throw;
    }
    return states_.emplace(std::pair{question, number}, std::move(hash)).first->second;
}

std::string FeedSubscriber::hash() const {
    io::Sha256 sum;
    for (auto const& [key, text] : now_.lines) {
        sum.update(key);
        sum.update(text);
        sum.update("\n");
    }
    return sum.hex();
}

void FeedSubscriber::apply(FeedPage const& page) {
    for (auto const& each : page.figures) {
        if (each.text)
            now_.lines.insert_or_assign(each.key, *each.text);
        else
            now_.lines.erase(each.key);
    }
    now_.cursor = page.cursor;
    now_.full = page.full;
}

void FeedSubscriber::acknowledge(std::mt19937& random) {
    switch (habit_) {
    case FeedHabit::together:
    case FeedHabit::twice:
        if (below(random, 3) == 0) kept_.push_back(now_);
        if (kept_.size() > 3) kept_.erase(kept_.begin());
        break;
    case FeedHabit::cursor_later:
        if (below(random, 3) == 0) acknowledged_ = now_.cursor;
        break;
    case FeedHabit::out_of_order:
        unsure_.push_back(now_.cursor);
        while (!unsure_.empty() && below(random, 2) == 0) {
            auto const which = unsure_.begin() + below(random, static_cast<unsigned>(unsure_.size()));
            acknowledged_ = *which;
            unsure_.erase(which);
        }
        break;
    }
}

void FeedSubscriber::kill(std::mt19937& random) {
    at_the_end_ = false;
    unsure_.clear();
    if (habit_ == FeedHabit::together || habit_ == FeedHabit::twice) {
        if (kept_.empty()) {
            now_ = {};
            high_ = 0;
        } else {
            now_ = kept_[below(random, static_cast<unsigned>(kept_.size()))];
        }
        return;
    }
    // Its figures are written at once, its place is not: from nothing it begins with an empty copy.
    now_.cursor = acknowledged_;
    if (acknowledged_.empty()) {
        now_ = {};
        high_ = 0;
    }
}

std::string FeedSubscriber::prove(FeedDesk& desk, FeedHistory const& history) {
    auto const number = desk.number_of(feed_questions()[question_], now_.cursor);
    // Pages that are applied again lead back to where the copy had been; what was sealed since has no past.
    if (number < high_ || number < history.sealed_up_to()) return {};
    high_ = number;
    auto const& due = desk.state(question_, number);
    if (!due) return {}; // compacted in between; the next page says so
    ++proofs_;
    return *due == hash() ? std::string{} : "differs at entry " + std::to_string(number);
}

std::string FeedSubscriber::turn(FeedDesk& desk, FeedHistory& history, unsigned pages) {
    for (; pages > 0; --pages) {
        auto const& page = desk.page(question_, now_.cursor, from_start_, limit_, as_json_);
        if (page.gone) {
            // "The log no longer holds what comes behind it": the full state once more, into an empty copy.
            now_ = {};
            kept_.clear();
            unsure_.clear();
            acknowledged_.clear();
            high_ = 0;
            from_start_ = true;
            continue;
        }
        apply(page);
        if (habit_ == FeedHabit::twice) apply(page);
        if (!page.full) {
            auto trouble = prove(desk, history);
            if (!trouble.empty()) return trouble;
        }
        acknowledge(history.random());
        at_the_end_ = !page.more;
        if (at_the_end_) break;
    }
    return {};
}

} // namespace gateway::serve::testing

#include "gateway/subscribe/dispatcher.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/subscribe/signature.hpp"
#include "gateway/subscribe/webhook.hpp"
#include "tests/gateway/store/fixture.hpp"
#include "tests/gateway/subscribe/receiver.hpp"

namespace gateway::subscribe {
namespace {

using namespace store::testing;
using gateway::testing::consenting;
using gateway::testing::http_answer;
using gateway::testing::Received;
using gateway::testing::Receiver;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Outcome::Kind;

/// A way whose receivers do what the test says.
class Post final : public Way {
  public:
    using Answer = std::function<Outcome(Subscription const&, Batch const&)>;
    explicit Post(Answer answer) : answer_{std::move(answer)} {}
    [[nodiscard]] std::string_view name() const noexcept override { return "post"; }
    [[nodiscard]] std::string why_not(Subscription const&) const override { return {}; }
    [[nodiscard]] UnixTime due(Subscription const& subscription, UnixTime now) const override {
        auto const hour = subscription.options.find("from");
        return hour == subscription.options.end() ? now : std::max(now, UnixTime{std::stoll(hour->second)});
    }
    Outcome deliver(Subscription const& subscription, Batch const& batch) override {
        auto outcome = answer_(subscription, batch);
        std::lock_guard const lock{guard};
        auto text = subscription.id + " " + std::to_string(batch.behind) + "-" + std::to_string(batch.until);
        for (auto const& one : batch.changed) text += " " + one.dataset + ":" + std::to_string(one.series);
        for (auto const& one : batch.events)
            text += " " + std::string{store::to_string(one.kind)} + ":" + one.text;
        told.push_back(std::move(text));
        messages.push_back(batch.message);
        return outcome;
    }
    std::mutex guard;
    std::vector<std::string> told, messages;

  private:
    Answer answer_;
};

class DispatcherTest : public ::testing::Test {
  protected:
    static harmonize::territory::Register const& areas() {
        static auto const all =
            harmonize::territory::Register::from_directory(KREISLAUF_SOURCE_DIR "/mappings/territory");
        return all;
    }
    Post& post(Post::Answer answer = {}) {
        if (!answer) answer = [](Subscription const&, Batch const&) { return Outcome{}; };
        auto made = std::make_unique<Post>(std::move(answer));
        auto& post = *made;
        ways_.add(std::move(made));
        return post;
    }
    DispatchSettings settings() {
        DispatchSettings made;
        made.folder = folder_;
        made.open = [this](Subscription const&) {
            return std::shared_ptr<store::Store const>{store::open_sqlite(directory_.path(), true)};
        };
        // A connection of its own: a store has one user at a time.
        made.generation = [own = made.open({})] { return own->last_change(); };
        made.now = [this] { return now_.load(); };
        made.jitter = [] { return 0.0; };
        made.complain = [this](std::string_view text) {
            std::lock_guard const lock{guard_};
            complaints_.emplace_back(text);
        };
        made.look_every = std::chrono::milliseconds{10};
        return made;
    }
    std::string subscribe(std::vector<std::string> keys = {}, std::string way = "post") {
        Subscription made;
        made.areas = std::move(keys);
        made.way = std::move(way);
        made.created = now_;
        return ledger_.add(made, store_->last_change()).id;
    }
    void change(std::string const& area, int number) {
        load_one(*store_, "F", area, {observed("2020", std::to_string(number))});
    }
    DispatchReport once() {
        Dispatcher dispatcher{settings(), ways_, areas()};
        return dispatcher.run_once();
    }
    template <typename Condition>
    static bool comes(Condition const& condition, int milliseconds = 10'000) {
        for (int i = 0; i < milliseconds / 5; ++i) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        return condition();
    }

    std::atomic<UnixTime> now_{1'000'000};
    TempDirectory directory_;
    std::string folder_ = ledger_folder(directory_.path());
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
    Ledger ledger_{folder_};
    Ways ways_;
    std::mutex guard_;
    std::vector<std::string> complaints_;
};

TEST_F(DispatcherTest, TellsEachSubscriberWhatIsMeantForItAndOnce) {
    auto& post = this->post();
    subscribe({"03153"});
    subscribe({"03159"});
    change("03153", 1);
    EXPECT_EQ(once().delivered, 1U);
    EXPECT_THAT(post.told, ElementsAre("S-000001 0-1 REGIO_12411-01-01-4:1"));
    EXPECT_EQ(ledger_.require("S-000001").position.number, 1U);
    EXPECT_EQ(ledger_.require("S-000002").position.number, 1U) << "nothing of it was meant for that one";
    EXPECT_EQ(once().delivered, 0U);
    change("03152", 2); // went into 03159
    store_->announce({store::ChangeKind::structure, "", 5, "Ab Januar nach 30 Staaten"});
    EXPECT_EQ(once().delivered, 2U);
    std::sort(post.told.begin(), post.told.end());
    EXPECT_THAT(post.told,
                ElementsAre("S-000001 0-1 REGIO_12411-01-01-4:1",
                            "S-000001 1-3 structure:Ab Januar nach 30 Staaten",
                            "S-000002 1-3 REGIO_12411-01-01-4:1 structure:Ab Januar nach 30 Staaten"));
    EXPECT_THAT(complaints_, IsEmpty());
}

TEST_F(DispatcherTest, SendsTheSameMessageUntilItIsTakenAndThenTheRest) {
    std::atomic<bool> works{false};
    auto& post = this->post([&](Subscription const&, Batch const&) {
        Outcome outcome;
        outcome.kind = works ? Kind::delivered : Kind::again;
        outcome.text = "not now";
        return outcome;
    });
    auto const id = subscribe();
    change("03153", 1);
    EXPECT_EQ(once().again, 1U);
    EXPECT_EQ(ledger_.require(id).position.next_try, now_ + 5);
    EXPECT_EQ(ledger_.require(id).position.trouble, "not now");
    change("03153", 2); // must wait for its turn
    EXPECT_EQ(once().again, 0U);
    now_ += 5;
    EXPECT_EQ(once().again, 1U);
    EXPECT_EQ(ledger_.require(id).position.next_try, now_ + 300);
    now_ += 300;
    works = true;
    EXPECT_EQ(once().delivered, 2U);
    EXPECT_THAT(post.told,
                ElementsAre("S-000001 0-1 REGIO_12411-01-01-4:1", "S-000001 0-1 REGIO_12411-01-01-4:1",
                            "S-000001 0-1 REGIO_12411-01-01-4:1", "S-000001 1-2 REGIO_12411-01-01-4:1"));
    EXPECT_EQ(post.messages[0], post.messages[1]);
    EXPECT_EQ(post.messages[0], post.messages[2]);
    EXPECT_NE(post.messages[0], post.messages[3]);
}

TEST_F(DispatcherTest, SendsNoMoreOfAMessageThatMayNoLongerBeTold) {
    auto& post = this->post([&](Subscription const&, Batch const&) {
        Outcome outcome;
        outcome.kind = Kind::again;
        return outcome;
    });
    auto const id = subscribe();
    bool may_tell = true;
    auto wanted = settings();
    wanted.may_tell = [&](Subscription const&, store::Store const&, std::string_view, VintageNo) {
        return may_tell;
    };
    Dispatcher dispatcher{wanted, ways_, areas()};
    change("03153", 1);
    EXPECT_EQ(dispatcher.run_once().again, 1U);
    may_tell = false;
    now_ += 5;
    dispatcher.run_once();
    EXPECT_EQ(post.told.size(), 1U);
    EXPECT_EQ(ledger_.require(id).position.number, 1U);
    EXPECT_EQ(ledger_.require(id).position.message, "");
}

TEST_F(DispatcherTest, GivesUpAfter75HoursAndReplaysWhatIsAskedFor) {
    std::atomic<bool> works{false};
    auto& post = this->post([&](Subscription const&, Batch const&) {
        Outcome outcome;
        outcome.kind = works ? Kind::delivered : Kind::again;
        outcome.text = "answered 500";
        outcome.status = works ? 204 : 500;
        return outcome;
    });
    auto const id = subscribe();
    change("03153", 1);
    auto const begun = now_.load();
    for (int i = 0; i < 10; ++i) {
        once();
        now_ = std::max(ledger_.require(id).position.next_try, now_.load());
    }
    EXPECT_EQ(post.told.size(), 10U);
    EXPECT_GE(now_ - begun, 75 * 3600);
    auto const stopped = ledger_.require(id);
    EXPECT_EQ(stopped.subscription.state, SubscriptionState::disabled);
    EXPECT_THAT(stopped.subscription.why, HasSubstr("the last of 10 tries in 75 hours"));
    ASSERT_EQ(ledger_.failures(id).size(), 1U);
    auto const failure = ledger_.failures(id).front();
    EXPECT_EQ(failure.tries, 10U);
    change("03153", 2);
    EXPECT_EQ(once().delivered, 0U) << "it is disabled";
    ledger_.move(id, SubscriptionState::active, now_, "");
    works = true;
    EXPECT_EQ(once().delivered, 1U);
    EXPECT_EQ(post.told.back(), "S-000001 1-2 REGIO_12411-01-01-4:1");
    ledger_.want_replay(failure.no, now_);
    EXPECT_EQ(once().delivered, 1U);
    EXPECT_EQ(post.told.back(), "S-000001 0-1 REGIO_12411-01-01-4:1");
    EXPECT_EQ(post.messages.back(), failure.message);
    EXPECT_EQ(ledger_.failure(failure.no)->replayed, now_);
    EXPECT_EQ(once().delivered, 0U);
}

TEST_F(DispatcherTest, DisablesWhoIsGoneAndGoesOnBehindWhatIsRefused) {
    this->post([](Subscription const& one, Batch const&) {
        Outcome outcome;
        outcome.kind = one.id == "S-000001" ? Kind::gone : Kind::refused;
        outcome.text = "no more";
        return outcome;
    });
    subscribe();
    subscribe();
    change("03153", 1);
    auto const report = once();
    EXPECT_EQ(report.gone, 1U);
    EXPECT_EQ(report.given_up, 1U);
    EXPECT_EQ(ledger_.require("S-000001").subscription.state, SubscriptionState::disabled);
    EXPECT_EQ(ledger_.require("S-000001").position.number, 0U) << "nothing is lost";
    EXPECT_EQ(ledger_.require("S-000002").subscription.state, SubscriptionState::active);
    EXPECT_EQ(ledger_.require("S-000002").position.number, 1U);
    EXPECT_EQ(ledger_.failures("S-000002").size(), 1U);
}

TEST_F(DispatcherTest, SendsNothingToThePausedAndAllOfItAfterwards) {
    auto& post = this->post();
    auto const id = subscribe();
    ledger_.move(id, SubscriptionState::paused, now_, "");
    change("03153", 1);
    change("03153", 2);
    EXPECT_EQ(once().delivered, 0U);
    ledger_.move(id, SubscriptionState::active, now_, "");
    EXPECT_EQ(once().delivered, 1U);
    EXPECT_THAT(post.told, ElementsAre("S-000001 0-2 REGIO_12411-01-01-4:1 REGIO_12411-01-01-4:1"));
}

TEST_F(DispatcherTest, CollectsUntilItIsTheHour) {
    auto& post = this->post();
    Subscription made;
    made.way = "post";
    made.options["from"] = std::to_string(now_ + 50);
    ledger_.add(made, 0);
    change("03153", 1);
    EXPECT_EQ(once().delivered, 0U);
    change("03153", 2);
    now_ += 50;
    EXPECT_EQ(once().delivered, 1U);
    EXPECT_THAT(post.told, ElementsAre("S-000001 0-2 REGIO_12411-01-01-4:1 REGIO_12411-01-01-4:1"));
}

TEST_F(DispatcherTest, HoldsUpNobodyForOneThatThrows) {
    auto& post = this->post([](Subscription const& one, Batch const&) -> Outcome {
        if (one.id == "S-000001") throw Error{Errc::io, "no disk"};
        return {};
    });
    subscribe();
    subscribe();
    change("03153", 1);
    auto const report = once();
    EXPECT_EQ(report.delivered, 1U);
    EXPECT_EQ(report.again, 1U);
    EXPECT_EQ(ledger_.require("S-000001").position.trouble, "no disk");
    EXPECT_EQ(post.told.size(), 1U);
}

TEST_F(DispatcherTest, WorksAloneOnALedger) {
    Dispatcher first{settings(), ways_, areas()};
    try {
        Dispatcher second{settings(), ways_, areas()};
        FAIL() << "both work";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::conflict);
        EXPECT_THAT(error.what(), HasSubstr("another program dispatches"));
    }
}

TEST_F(DispatcherTest, WakesWhenTheStoreOrTheLedgerChanges) {
    auto& post = this->post();
    std::jthread const works{[this](std::stop_token const& stop) {
        Dispatcher dispatcher{settings(), ways_, areas()};
        dispatcher.run(stop);
    }};
    subscribe();
    change("03153", 1);
    auto const count = [&post] {
        std::lock_guard const lock{post.guard};
        return post.told.size();
    };
    EXPECT_TRUE(comes([&] { return count() == 1; }));
    change("03153", 2);
    EXPECT_TRUE(comes([&] { return count() == 2; }));
    EXPECT_TRUE(comes([&] { return ledger_.require("S-000001").position.number == 2; }));
}

TEST_F(DispatcherTest, SaysOnceThatTheStoreIsNotToBeHadAndGoesOnWhenItIs) {
    auto& post = this->post();
    subscribe();
    change("03153", 1);
    std::atomic<bool> there{false};
    std::atomic<int> looks{0};
    std::jthread const works{[&](std::stop_token const& stop) {
        auto made = settings();
        made.generation = [&there, &looks, own = made.open({})] {
            ++looks;
            if (!there) throw Error{Errc::conflict, "another process holds it"};
            return own->last_change();
        };
        Dispatcher dispatcher{made, ways_, areas()};
        dispatcher.run(stop);
    }};
    EXPECT_TRUE(comes([&] { return looks > 1; }));
    there = true;
    EXPECT_TRUE(comes([&] { return ledger_.require("S-000001").position.number == 1; }));
    std::lock_guard const lock{guard_};
    EXPECT_THAT(complaints_, ElementsAre("subscriptions: another process holds it"));
    EXPECT_EQ(post.told.size(), 1U);
}

TEST_F(DispatcherTest, LetsOneThatIsSlowHoldUpNobodyElse) {
    std::atomic<bool> ends{false};
    auto& post = this->post([&](Subscription const& one, Batch const&) {
        while (one.id == "S-000001" && !ends) std::this_thread::sleep_for(std::chrono::milliseconds{2});
        return Outcome{};
    });
    for (int i = 0; i < 20; ++i) subscribe();
    {
        std::jthread const works{[this](std::stop_token const& stop) {
            auto made = settings();
            made.workers = 4;
            Dispatcher dispatcher{made, ways_, areas()};
            dispatcher.run(stop);
        }};
        for (int round = 1; round < 4; ++round) {
            change("03153", round);
            EXPECT_TRUE(comes([&] {
                auto const all = ledger_.list();
                return std::count_if(all.begin(), all.end(), [&](Subscriber const& one) {
                           return one.position.number == static_cast<std::uint64_t>(round);
                       }) == 19;
            }));
        }
        ends = true;
        EXPECT_TRUE(comes([&] { return ledger_.require("S-000001").position.number == 3; }));
    }
    EXPECT_THAT(complaints_, IsEmpty());
    EXPECT_EQ(post.told.size(), 19U * 3 + 2); // the slow one was told the first, and then both others in one
}

/// Webhooks through real sockets.
class WebhookDispatch : public DispatcherTest {
  protected:
    void webhooks() {
        WebhookSettings made;
        made.guard = Guard{{network_from("127.0.0.0/8").value()}, true};
        made.secrets = [this](std::string const&) { return std::vector{secret_}; };
        made.now = [this] { return now_.load(); };
        made.timeout_ms = 2000;
        ways_.add(std::make_unique<Webhook>(made));
    }
    std::string subscribe_to(std::string const& address) {
        Subscription made;
        made.way = "webhook";
        made.address = address;
        made.state = SubscriptionState::unconfirmed;
        return ledger_.add(made, store_->last_change()).id;
    }
    std::string secret_ = new_secret();
};

TEST_F(WebhookDispatch, AsksFirstAndTellsThenWhatHappenedSince) {
    webhooks();
    Receiver receiver{consenting};
    auto const id = subscribe_to(receiver.url());
    change("03153", 1);
    auto const report = once();
    EXPECT_EQ(report.asked, 1U);
    EXPECT_EQ(report.delivered, 1U);
    EXPECT_EQ(ledger_.require(id).subscription.state, SubscriptionState::active);
    auto const got = receiver.received();
    ASSERT_EQ(got.size(), 2U);
    EXPECT_THAT(got[0].body, HasSubstr("kreislauf.consent"));
    EXPECT_THAT(got[1].body, HasSubstr("kreislauf.changes"));
}

TEST_F(WebhookDispatch, SendsNothingToWhoDoesNotAgree) {
    webhooks();
    Receiver receiver{[](Received const&) { return http_answer(200, "hello"); }};
    auto const id = subscribe_to(receiver.url());
    change("03153", 1);
    for (int i = 0; i < 12; ++i) {
        once();
        now_ = std::max(ledger_.require(id).position.next_try, now_.load());
    }
    for (auto const& one : receiver.received()) EXPECT_THAT(one.body, HasSubstr("kreislauf.consent"));
    EXPECT_EQ(receiver.received().size(), 10U);
    auto const stopped = ledger_.require(id);
    EXPECT_EQ(stopped.subscription.state, SubscriptionState::disabled);
    EXPECT_EQ(stopped.position.number, 0U);
}

TEST_F(WebhookDispatch, IsKilledAnywhereAndRepeatsTheSameMessage) {
    webhooks();
    std::atomic<int> status{204};
    Receiver receiver{[&](Received const& one) {
        return one.body.find("consent") == std::string::npos ? http_answer(status) : consenting(one);
    }};
    auto const id = subscribe_to(receiver.url());
    once();
    // Written down and sent, and killed before the answer counted.
    change("03153", 1);
    ASSERT_EQ(ledger_.begin(std::vector<Begin>{{id, 0, 1, "msg_killed", now_}}).front(), true);
    change("03153", 2);
    EXPECT_EQ(once().delivered, 2U);
    auto const got = receiver.received();
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[1].header("webhook-id"), "msg_killed");
    EXPECT_EQ(verify_signature(got[1].headers, got[1].body, std::vector{secret_}, now_),
              SignatureVerdict::genuine);
    EXPECT_NE(got[2].header("webhook-id"), "msg_killed");
    EXPECT_EQ(ledger_.require(id).position.number, 2U);
}

TEST_F(WebhookDispatch, LosesNothingWhenItsProcessIsKilledAgainAndAgain) {
    webhooks();
    Receiver receiver{[&receiver](Received const& one) {
        receiver.sleep(5);
        return consenting(one);
    }};
    std::vector<std::string> ids;
    ids.reserve(8);
    for (int i = 0; i < 8; ++i) ids.push_back(subscribe_to(receiver.url("/" + std::to_string(i))));
    once();
    for (int round = 1; round <= 6; ++round) {
        change("03153", round);
        auto const child = ::fork();
        if (child == 0) {
            Dispatcher dispatcher{settings(), ways_, areas()};
            dispatcher.run_once();
            ::_exit(0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{12 * round});
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    once();
    std::map<std::string, std::map<std::string, std::string>>
        bodies; // path, id: the same body at each repeat
    for (auto const& one : receiver.received()) {
        if (one.body.find("consent") != std::string::npos) continue;
        auto const known = bodies[one.path].emplace(one.header("webhook-id"), one.body).first;
        EXPECT_EQ(known->second, one.body) << "another body under one id";
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(ledger_.require(ids[i]).position.number, 6U);
        // Every vintage was told in exactly one message.
        std::string all;
        for (auto const& [id, body] : bodies["/" + std::to_string(i)]) all += body;
        for (int vintage = 1; vintage <= 6; ++vintage) {
            auto const mark = "\"vintage\":" + std::to_string(vintage) + ",";
            auto const first = all.find(mark);
            ASSERT_NE(first, std::string::npos) << vintage;
            EXPECT_EQ(all.find(mark, first + 1), std::string::npos) << vintage;
        }
    }
}

} // namespace
} // namespace gateway::subscribe

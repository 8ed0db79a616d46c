#include "gateway/subscribe/mail_way.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/intake/embargo_zone.hpp"
#include "gateway/subscribe/digest_text.hpp"
#include "gateway/subscribe/gather.hpp"
#include "gateway/subscribe/mail.hpp"

namespace gateway::subscribe {
namespace {

constexpr UnixTime day_seconds = 86'400;
constexpr UnixTime hour_seconds = 3'600;
constexpr int evening_hour = 20;
constexpr int default_hour = 6;
constexpr std::string_view option_hour = "hour", option_at_once = "at-once";

std::optional<int> hour_of(Subscription const& subscription) {
    auto const found = subscription.options.find(option_hour);
    if (found == subscription.options.end()) return default_hour;
    auto const& text = found->second;
    int hour = -1;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), hour);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || hour < 0 || hour >= evening_hour)
        return std::nullopt;
    return hour;
}

intake::TimeZone const& german_zone() {
    static auto const zone = intake::TimeZone::load("Europe/Berlin");
    return zone;
}

/// What the words of the counts mean, for those that the message uses.
std::vector<std::string> legend(Digest const& digest) {
    std::vector<std::string> lines;
    if (digest.count(DigestChange::revised) != 0)
        lines.emplace_back("berichtigt: die Zahl war schon veröffentlicht und lautet jetzt anders.");
    if (digest.count(DigestChange::gone) != 0)
        lines.emplace_back("entfallen: die Quelle führt die Zahl nicht mehr; bitte nicht weiterverwenden.");
    if (digest.count(DigestChange::added) != 0)
        lines.emplace_back("neu: die Zahl ist zum ersten Mal veröffentlicht.");
    bool const no_value =
        std::any_of(digest.groups.begin(), digest.groups.end(), [](DigestGroup const& group) {
            return std::any_of(group.figures.begin(), group.figures.end(), [](DigestFigure const& one) {
                return one.before.starts_with("kein Wert") || one.after.starts_with("kein Wert");
            });
        });
    if (no_value)
        lines.emplace_back(
            "kein Wert: es gibt keine Zahl, und das ist keine Null; der Grund steht dahinter.");
    return lines;
}

} // namespace

std::string subscribed_areas(Subscription const& subscription, store::Store const& store,
                             harmonize::territory::Register const* areas) {
    if (subscription.areas.empty()) return "Deutschland";
    auto const& key = subscription.areas.front();
    std::string name;
    for (auto const& info : store.datasets())
        if (name = store.label(info.id, "AREA", key); !name.empty()) break;
    if (name.empty() && areas != nullptr)
        if (auto const lives = areas->lives(key); !lives.empty()) name = lives.back().name;
    if (name.empty()) name = "Gebiet " + key;
    auto const more = subscription.areas.size() - 1;
    if (more == 0) return name;
    return name + " und " + (more == 1 ? "ein weiteres Gebiet" : std::to_string(more) + " weitere Gebiete");
}

MailWay::MailWay(MailSettings settings) : settings_(std::move(settings)) {
    if (!settings_.server.starts_with("smtp://") && !settings_.server.starts_with("smtps://"))
        throw Error{Errc::invalid_argument,
                    "mail server '" + settings_.server + "': expected smtp://HOST:PORT or smtps://HOST:PORT"};
    if (settings_.contact.empty()) settings_.contact = settings_.from;
    for (auto const* address : {&settings_.from, &settings_.contact})
        if (auto const why = objection_to_mail_address(*address); !why.empty())
            throw Error{Errc::invalid_argument, "mail address '" + *address + "': " + why};
    if (!settings_.now) settings_.now = Clock::system().now;
}

std::string MailWay::why_not(Subscription const& subscription) const {
    auto const& address = subscription.address;
    if (auto why = objection_to_mail_address(address); !why.empty())
        return "address '" + address + "': " + why;
    auto const domain = address.substr(address.find('@') + 1);
    auto const& domains = settings_.domains;
    if (!domains.empty() && std::find(domains.begin(), domains.end(), domain) == domains.end())
        return "address '" + address + "': mails go to certain domains only; ask the operator to allow " +
               domain;
    if (!subscription.format.empty() && subscription.format != "text")
        return "format '" + subscription.format + "': a mail has text and page; 'text' leaves the page out";
    for (auto const& [name, value] : subscription.options)
        if (name != option_hour && name != option_at_once)
            return "option '" + name + "': a mail knows 'hour' and 'at-once'";
    if (!hour_of(subscription))
        return "option 'hour': '" + subscription.options.find(option_hour)->second +
               "' is no hour of the morning, 0 to 19";
    return {};
}

UnixTime MailWay::due(Subscription const& subscription, UnixTime now) const {
    if (subscription.options.find(option_at_once) != subscription.options.end()) return now;
    auto const& zone = german_zone();
    auto const wall = now + zone.offset_at(now);
    auto const midnight = wall - wall % day_seconds;
    auto const morning = midnight + hour_of(subscription).value_or(default_hour) * hour_seconds;
    if (wall >= morning && wall < midnight + evening_hour * hour_seconds) return now;
    // An hour that the clocks skip is told when they show the next one.
    auto const next = wall < morning ? morning : morning + day_seconds;
    auto const instants = zone.instants_of(next);
    return instants.empty() ? next + hour_seconds - zone.offset_at(next) : instants.front();
}

std::shared_ptr<std::vector<SavedQuery> const> MailWay::saved() const {
    if (settings_.service.empty()) return nullptr;
    constexpr std::chrono::minutes old_enough{1};
    std::lock_guard const lock{saved_guard_};
    auto const now = std::chrono::steady_clock::now();
    if (!saved_ || now - saved_at_ >= old_enough) {
        saved_ = std::make_shared<std::vector<SavedQuery> const>(saved_queries(settings_.service));
        saved_at_ = now;
    }
    return saved_;
}

std::string MailWay::message(Subscription const& subscription, Batch const& batch) const {
    auto const store = batch.open();
    auto const saved = this->saved();
    DigestOptions options;
    options.saved = saved.get();
    options.areas = settings_.areas;
    options.withholds = settings_.withholds;
    auto const digest = make_digest(*store, *batch.filter, batch.behind, batch.until, options);
    if (digest.empty()) return {};

    DigestFrame frame;
    auto const shown = with_areas_today(subscription, settings_.areas, day_of(settings_.now()));
    frame.area = subscribed_areas(shown, *store, settings_.areas);
    frame.base = settings_.base;
    for (auto const& key : shown.areas) frame.area_keys += (frame.area_keys.empty() ? "" : ",") + key;
    frame.closing = legend(digest);
    frame.closing.push_back("Sie erhalten diese Nachricht, weil an diese Adresse Änderungen für " +
                            frame.area + " gemeldet werden sollen (Abonnement " + subscription.id +
                            (subscription.title.empty() ? "" : ", " + subscription.title) +
                            "). Sie wird einmal verschickt und nur, wenn sich etwas geändert hat.");
    frame.closing.push_back("Ändern oder abbestellen: " +
                            (settings_.base.empty() ? std::string{} : settings_.base + "/abonnement oder ") +
                            "eine Nachricht an " + settings_.contact + ".");

    Mail mail;
    mail.from = settings_.from;
    mail.from_name = settings_.from_name;
    mail.to = subscription.address;
    mail.subject = digest_subject(digest, frame);
    mail.id = batch.message;
    mail.date = settings_.now();
    mail.text = digest_text(digest, frame);
    if (subscription.format != "text") mail.html = digest_html(digest, frame);
    mail.list_unsubscribe = "mailto:" + settings_.contact + "?subject=Abbestellen%20" + subscription.id;
    return mail_bytes(mail);
}

Outcome MailWay::deliver(Subscription const& subscription, Batch const& batch) {
    auto const bytes = message(subscription, batch);
    Outcome outcome;
    if (bytes.empty()) {
        outcome.text = "nothing of the subscriber's own changed: no mail";
        return outcome;
    }
    if (batch.require_record) batch.require_record();
    auto const sent =
        http::send_mail(settings_.server, settings_.from, {subscription.address}, bytes, settings_.upload);
    outcome.status = sent.status;
    outcome.text = sent.text;
    switch (sent.end) {
    case http::Uploaded::End::taken: outcome.kind = Outcome::Kind::delivered; break;
    case http::Uploaded::End::again: outcome.kind = Outcome::Kind::again; break;
    case http::Uploaded::End::refused:
        // RFC 3463: there is no such mailbox, and there will be none tomorrow.
        outcome.kind =
            sent.text.find(" 5.1.1") != std::string::npos ? Outcome::Kind::gone : Outcome::Kind::refused;
        break;
    }
    return outcome;
}

} // namespace gateway::subscribe

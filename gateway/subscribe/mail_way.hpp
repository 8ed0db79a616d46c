// Mail: tells a person what changed for their county, in a message that stands on its own.
//
// Shape    address: one mail address; format: "" text and page, "text" text alone; option "hour": changes of the night
//          (20:00 to that hour, 6 by default, on clocks in Germany) are told together in the morning; "at-once": without
//          waiting
// Once     Message-ID is that of the batch: a repeat after a kill is the same message for every mail program. What is not
//          about the subscriber's own figures sends nothing.
// Secrecy  a mail can be read on its way: values of datasets that are not public are left out (`withholds`)
// Errors   as gateway/subscribe/way.hpp
// Source   gateway/subscribe/mail.hpp, gateway/http/curl_upload.hpp; docs/de/abonnement.md
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/http/curl_upload.hpp"
#include "gateway/subscribe/digest_saved.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

struct MailSettings {
    std::string server; ///< "smtp://mail.example.de:587", "smtps://mail.example.de"
    std::string from;   ///< "kreislauf@kreis.example"
    std::string from_name = "Kreislauf";
    std::string contact;              ///< who answers questions and ends a subscription; empty: `from`
    std::vector<std::string> domains; ///< of receivers; empty = any
    std::string base;                 ///< public address of the gateway; empty = mails without links
    std::string service; ///< folder of the service, with its saved queries; empty = none are named
    http::UploadOptions upload;
    harmonize::territory::Register const* areas = nullptr;
    std::function<bool(std::string_view)> withholds =
        {}; ///< values of which datasets stay out; nothing = of none
    std::function<UnixTime()> now = {};
};

class MailWay final : public Way {
  public:
    /// \throws Error invalid_argument for settings that cannot be used
    explicit MailWay(MailSettings settings);

    [[nodiscard]] std::string_view name() const noexcept override { return "mail"; }
    [[nodiscard]] std::string why_not(Subscription const& subscription) const override;
    [[nodiscard]] UnixTime due(Subscription const& subscription, UnixTime now) const override;
    Outcome deliver(Subscription const& subscription, Batch const& batch) override;
    /// All mails go to one server.
    [[nodiscard]] std::string host_of(Subscription const&) const override { return settings_.server; }

    /// The message as it is sent; empty where nothing of the subscriber's own changed.
    [[nodiscard]] std::string message(Subscription const& subscription, Batch const& batch) const;

  private:
    /// The saved queries, read at most once a minute: a morning has thousands of mails.
    [[nodiscard]] std::shared_ptr<std::vector<SavedQuery> const> saved() const;
    MailSettings settings_;
    mutable std::mutex saved_guard_;
    mutable std::shared_ptr<std::vector<SavedQuery> const> saved_;
    mutable std::chrono::steady_clock::time_point saved_at_;
};

/// The names of what is subscribed: "Goslar, Landkreis", "Goslar, Landkreis und 2 weitere Gebiete", "Deutschland".
std::string subscribed_areas(Subscription const& subscription, store::Store const& store,
                             harmonize::territory::Register const* areas);

} // namespace gateway::subscribe

// Desk: where offices hand in deliveries over HTTP. Who may do what, and nothing to anybody else.
//
// Access   a key with the scope of the agreement's office, or its client certificate. Without either 401; an agreement
//          of another office 403, on record; a delivery or upload of another office 404, like one that never was, and
//          no sooner or later.
// Record   transmissions-YEAR.log of the service's folder, as for restricted data: a line without datasets
// Threads  from any
// Errors   Refusal
// Source   docs/api.md, deliveries; docs/adr/0018-deliveries-beside-the-store.md
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/intake.hpp"
#include "gateway/serve/access/gate.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/intake/uploads.hpp"

namespace gateway::serve::intake {

using gateway::intake::Agreement;
using gateway::intake::Delivery;

struct DeskSettings {
    std::string store;                                   ///< directory of the store
    std::string state;                                   ///< the service's folder
    access::Limits limits = {};                          ///< of keys that come in a form
    std::function<UnixTime()> now = {};                  ///< empty = the system's
    std::function<void(std::string_view)> complain = {}; ///< one line for the operator
    Uploads::Limits uploads = {};
};

struct Sender {
    gateway::intake::Actor actor;
    std::string office;      ///< key of the Land; empty without a key of an office
    std::string certificate; ///< subject; empty without
    access::Caller caller;
    [[nodiscard]] bool may(Agreement const& agreement) const noexcept {
        return (!office.empty() && office == agreement.office) ||
               (!certificate.empty() && certificate == agreement.certificate);
    }
};

class Desk {
  public:
    /// `intake` outlives the desk.
    Desk(gateway::intake::Intake& intake, DeskSettings settings);

    [[nodiscard]] gateway::intake::Intake& intake() const noexcept { return intake_; }
    [[nodiscard]] Uploads& uploads() noexcept { return uploads_; }

    /// Who calls. \throws Refusal 401 where nobody says who; 403 where it is somebody who never delivers
    Sender sender(Call const& call) const;
    /// The same for a key that came in a form.
    Sender sender_with_key(Call const& call, std::string const& key);
    [[nodiscard]] std::vector<Agreement const*> agreements_of(Sender const& sender) const;
    /// \throws Refusal 404, 403
    Agreement const& agreement(Call const& call, Sender const& sender, std::string_view id);
    /// The agreement of a delivery or upload that was found. \throws Refusal 404 where it has gone since
    [[nodiscard]] Agreement const& in_force(std::string_view id) const;
    /// \throws Refusal 404
    Delivery delivery(Call const& call, std::string_view id);
    Upload upload(Call const& call, std::string_view id);
    /// Newest first.
    [[nodiscard]] std::vector<Delivery> deliveries(Sender const& sender, std::string_view agreement,
                                                   std::optional<gateway::intake::Stage> stage) const;

    gateway::intake::Submitted submit(gateway::intake::Submission const& submission);
    gateway::intake::Report dry_run(gateway::intake::Submission const& submission);
    void release(std::string_view id, Sender const& sender, std::string const& reason);
    void withdraw(std::string_view id, Sender const& sender, std::string const& why);
    /// Writes `bytes` where submit() can read them while `use` runs.
    void with_bytes(std::string_view bytes, std::function<void(std::string const&)> const& use);

    /// Makes a delivery, or a report, of an upload that is whole. \throws Refusal: what is wrong with it, kept
    Upload hand_over(std::string_view id);
    /// Hands over what was whole when the service was killed, and removes what is over.
    void tidy();

  private:
    Sender known(access::Caller const& caller, std::string const& certificate) const;
    void note(Call const& call, Sender const& sender, std::string_view agreement);

    gateway::intake::Intake& intake_;
    DeskSettings settings_;
    access::Gate gate_;
    access::Transmissions record_;
    Uploads uploads_;
    std::array<std::mutex, 32> handing_; ///< by id: two hand the same upload over
};

} // namespace gateway::serve::intake

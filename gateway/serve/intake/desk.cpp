#include "gateway/serve/intake/desk.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/intake/refusals.hpp"

namespace gateway::serve::intake {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Longer than looking for either takes: a foreign id and one that never was are refused at the same moment.
constexpr std::chrono::milliseconds refused_after{15};

[[noreturn]] void refuse_unknown(SteadyTime began, Refusal const& refusal) {
    std::this_thread::sleep_until(began + refused_after);
    throw Refusal{refusal};
}

access::Gate::Now clock_of(DeskSettings const& settings) {
    return settings.now ? settings.now : Clock::system().now;
}

/// What the intake says, as a refusal with its own words where the sender can mend it.
template <typename Work>
auto in_words(Work const& work) {
    try {
        return work();
    } catch (Error const& error) {
        switch (error.code()) {
        case Errc::conflict: throw against_it(error.what());
        case Errc::not_found:
        case Errc::invalid_argument: throw;
        case Errc::io:
        case Errc::corrupt_store:
        case Errc::source_unavailable:
            throw Refusal{{503,
                           "not-now",
                           {"It cannot be done now", "Das geht gerade nicht"},
                           {"the disk or the store refuses; nothing that was acknowledged is lost",
                            "Platte oder Speicher verweigern sich; nichts Bestätigtes ist verloren"},
                           {"try again later", "später erneut versuchen"},
                           {},
                           {},
                           {{"Retry-After", "30"}}}};
        default: throw Error{Errc::invalid_argument, error.what()};
        }
    }
}

} // namespace

Desk::Desk(gateway::intake::Intake& intake, DeskSettings settings)
    : intake_{intake}, settings_{std::move(settings)}, gate_{settings_.state, settings_.limits,
                                                             settings_.complain, clock_of(settings_)},
      record_{settings_.state}, uploads_{settings_.store + "/intake/uploads", clock_of(settings_),
                                         settings_.uploads} {}

Sender Desk::known(access::Caller const& caller, std::string const& certificate) const {
    Sender sender;
    sender.caller = caller;
    sender.certificate = certificate;
    if (caller.scope && caller.scope->kind == access::Scope::Kind::office) sender.office = caller.scope->area;
    sender.actor = caller.key_id.empty() ? "certificate " + certificate : "key " + caller.key_id;
    if (caller.key_id.empty() && certificate.empty()) throw no_sender();
    return sender;
}

Sender Desk::sender(Call const& call) const {
    return known(call.caller, call.request.certificate);
}

Sender Desk::sender_with_key(Call const& call, std::string const& key) {
    http::Request request;
    request.remote = call.request.remote;
    if (!key.empty()) request.headers.emplace_back("X-API-Key", key);
    return known(gate_.admit(request), call.request.certificate);
}

std::vector<Agreement const*> Desk::agreements_of(Sender const& sender) const {
    std::vector<Agreement const*> mine;
    for (auto const& agreement : intake_.agreements().all())
        if (sender.may(agreement)) mine.push_back(&agreement);
    return mine;
}

void Desk::note(Call const& call, Sender const& sender, std::string_view agreement) {
    access::Transmission line;
    line.time = clock_of(settings_)();
    line.caller = sender.caller;
    if (line.caller.key_id.empty()) line.caller.purpose = sender.actor;
    line.target = "refused 403: " + call.request.method + " " + std::string{call.path} +
                  " agreement=" + std::string{agreement};
    line.request_id = call.request_id;
    record_.add(line);
}

Agreement const& Desk::agreement(Call const& call, Sender const& sender, std::string_view id) {
    auto const* const found = intake_.agreements().find(id);
    if (found != nullptr && sender.may(*found)) return *found;
    if (agreements_of(sender).empty()) {
        note(call, sender, id);
        throw not_an_office(sender.actor);
    }
    if (found == nullptr) throw unknown_agreement(id);
    note(call, sender, id);
    throw foreign_agreement(id);
}

Agreement const& Desk::in_force(std::string_view id) const {
    if (auto const* const found = intake_.agreements().find(id)) return *found;
    throw unknown_agreement(id);
}

Delivery Desk::delivery(Call const& call, std::string_view id) {
    auto const began = std::chrono::steady_clock::now();
    auto const who = sender(call);
    auto found = intake_.find(id);
    auto const* const agreement = found ? intake_.agreements().find(found->agreement) : nullptr;
    if (agreement == nullptr || !who.may(*agreement)) refuse_unknown(began, unknown_delivery(id));
    return std::move(*found);
}

Upload Desk::upload(Call const& call, std::string_view id) {
    auto const began = std::chrono::steady_clock::now();
    auto const who = sender(call);
    auto const found = uploads_.look(id);
    auto const* const agreement = found ? intake_.agreements().find(found->agreement) : nullptr;
    if (agreement == nullptr || !who.may(*agreement)) refuse_unknown(began, unknown_upload(id));
    return uploads_.find(id);
}

std::vector<Delivery> Desk::deliveries(Sender const& sender, std::string_view agreement,
                                       std::optional<gateway::intake::Stage> stage) const {
    std::vector<Delivery> all;
    for (auto const* const mine : agreements_of(sender)) {
        if (!agreement.empty() && mine->id != agreement) continue;
        gateway::intake::DeliveryFilter filter;
        filter.agreement = mine->id;
        filter.stage = stage;
        auto some = intake_.list(filter);
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    std::stable_sort(all.begin(), all.end(), [](Delivery const& a, Delivery const& b) {
        return std::pair{a.received, a.id} > std::pair{b.received, b.id};
    });
    return all;
}

gateway::intake::Submitted Desk::submit(gateway::intake::Submission const& submission) {
    return in_words([&] { return intake_.submit(submission); });
}

gateway::intake::Report Desk::dry_run(gateway::intake::Submission const& submission) {
    return in_words([&] { return intake_.dry_run(submission); });
}

void Desk::release(std::string_view id, Sender const& sender, std::string const& reason) {
    in_words([&] { intake_.release(id, sender.actor, reason); });
}

void Desk::withdraw(std::string_view id, Sender const& sender, std::string const& why) {
    in_words([&] { intake_.withdraw(id, sender.actor, why); });
}

void Desk::with_bytes(std::string_view bytes, std::function<void(std::string const&)> const& use) {
    static std::atomic<std::uint64_t> next{0};
    in_words([&] { io::make_directories(uploads_.folder()); });
    uploads_.require_room(bytes.size());
    auto const path =
        uploads_.folder() + "/direct-" + std::to_string(::getpid()) + "-" + std::to_string(++next);
    struct Removed {
        std::string const& path;
        ~Removed() { ::unlink(path.c_str()); }
    } const removed{path};
    in_words([&] { io::write_durable(path, bytes); });
    use(path);
}

Upload Desk::hand_over(std::string_view id) {
    auto const lock = std::scoped_lock{handing_[std::hash<std::string_view>{}(id) % handing_.size()]};
    auto upload = uploads_.find(id);
    if (!upload.is_whole() || upload.is_settled()) return upload;
    gateway::intake::Submission const submission{upload.agreement, upload.file,
                                                 uploads_.bytes_path(upload.id), upload.sender, upload.wish};
    auto const give_up = [&](std::string const& words) {
        upload.trouble = words;
        uploads_.settle(upload);
    };
    try {
        if (!upload.sha256.empty() &&
            in_words([&] { return io::sha256_hex(io::MappedFile{submission.path}.view()); }) != upload.sha256)
            throw wrong_checksum("the file");
        if (upload.dry_run) {
            uploads_.keep_report(upload.id, gateway::intake::to_json(dry_run(submission)));
            upload.is_checked = true;
        } else {
            upload.delivery = submit(submission).delivery.id;
        }
    } catch (Refusal const& refusal) {
        if (refusal.problem().status < 500) give_up(refusal.problem().detail.en);
        throw;
    } catch (Error const& error) {
        give_up(error.what());
        throw;
    }
    uploads_.settle(upload);
    return upload;
}

void Desk::tidy() {
    for (auto const& upload : uploads_.sweep()) {
        if (!upload.is_whole() || upload.is_settled()) continue;
        try {
            hand_over(upload.id);
        } catch (std::exception const& error) {
            if (settings_.complain) settings_.complain("upload " + upload.id + ": " + error.what());
        }
    }
}

} // namespace gateway::serve::intake

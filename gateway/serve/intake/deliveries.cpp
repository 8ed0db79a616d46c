#include "gateway/serve/intake/deliveries.hpp"

#include <algorithm>
#include <fstream>

#include "gateway/core/error.hpp"
#include "gateway/serve/intake/delivery_json.hpp"
#include "gateway/serve/intake/refusals.hpp"

namespace gateway::serve::intake {
namespace {

http::Response private_answer(unsigned status, char const* media_type, std::string body) {
    auto response = http::Response::text(status, media_type, std::move(body));
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

http::Response delivery_answer(unsigned status, Call const& call, Delivery const& delivery,
                               bool is_repeat = false) {
    Json json;
    write_delivery(json, delivery, call.base);
    auto response = private_answer(status, "application/json; charset=utf-8", json.take() + "\n");
    auto const address = call.base + "/api/v1/deliveries/" + delivery.id;
    if (status == 201 || is_repeat) response.headers.emplace_back("Location", address);
    if (is_repeat) response.headers.emplace_back("Kreislauf-Repeat", "true");
    return response;
}

/// Collects a body that is small enough for memory, for somebody who may send it.
class Whole final : public http::BodySink {
  public:
    Whole(Desk& desk, Call const& call) : desk_{desk}, call_{call} {}
    std::optional<http::Response> take(std::string_view piece) override {
        body_ += piece;
        return std::nullopt;
    }
    http::Response end() override;

  private:
    Desk& desk_;
    Call const& call_;
    std::string body_;
};

/// The words of the address, for a body that is the file itself.
Form form_of_query(Call const& call) {
    Form form;
    for (auto const& [name, value] : call.parameters)
        if (name != "file" && name != "format") form.fields.emplace(name, value);
    if (auto const name = call.parameter("file"); !name.empty()) form.file_name = plain_file_name(name);
    return form;
}

bool is_form(std::string_view content_type) {
    return content_type.substr(0, 19) == "multipart/form-data";
}

Form posted_form(Call const& call, std::string_view body) {
    auto form = form_of_query(call);
    auto const kind = call.request.header("Content-Type");
    if (!is_form(kind)) {
        form.file = body;
        return form;
    }
    auto posted = form_from(kind, body);
    for (auto const& [name, value] : form.fields)
        if (auto const [at, added] = posted.fields.emplace(name, value); !added && at->second != value)
            throw bad_field(name, value, {"the field once", "das Feld einmal"});
    if (!posted.file_name) posted.file_name = form.file_name;
    return posted;
}

gateway::intake::Submission submission_of(Desk& desk, Call const& call, Sender const& sender,
                                          Form const& form) {
    require_known(form, {"agreement", "dry_run"});
    if (form.field("agreement").empty())
        throw bad_field("agreement", "",
                        {"the id of a delivery agreement", "die Kennung einer Liefervereinbarung"});
    auto const& agreement = desk.agreement(call, sender, form.field("agreement"));
    if (!form.file_name || form.file_name->empty())
        throw bad_field("file", "", {"the file and its name", "die Datei und ihren Namen"});
    if (form.file.empty())
        throw bad_field("file", *form.file_name,
                        {"a file that is not empty", "eine Datei, die nicht leer ist"});
    if (form.file.size() > agreement.most_bytes) throw too_large(form.file.size(), agreement.most_bytes);
    return {agreement.id, *form.file_name, {}, sender.actor, wish_of(form)};
}

http::Response take_delivery(Desk& desk, Call const& call, std::string_view body) {
    auto const sender = desk.sender(call);
    auto const form = posted_form(call, body);
    if (!flag_of(form, "dry_run")) {
        auto const submitted = submit_form(desk, call, sender, form);
        return delivery_answer(submitted.is_repeat ? 200 : 201, call, submitted.delivery,
                               submitted.is_repeat);
    }
    return try_form(desk, call, sender, form);
}

http::Response Whole::end() {
    return take_delivery(desk_, call_, body_);
}

/// What a body of a step says: reason, why.
Form step_form(Call const& call, std::initializer_list<std::string_view> known) {
    auto form = form_from(call.request.header("Content-Type"), call.request.body);
    for (auto const& [name, value] : form.fields)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw bad_field(name, value, {std::string{*known.begin()}, std::string{*known.begin()}});
    return form;
}

class FileBody final : public http::BodySource {
  public:
    explicit FileBody(std::string const& path) : file_{path, std::ios::binary} {
        if (!file_) throw Error{Errc::io, "cannot read " + path};
    }
    bool next(std::string& out) override {
        constexpr std::size_t piece = 256U << 10U;
        auto const before = out.size();
        out.resize(before + piece);
        file_.read(out.data() + before, static_cast<std::streamsize>(piece));
        out.resize(before + static_cast<std::size_t>(file_.gcount()));
        if (file_.bad()) throw Error{Errc::io, "a file with rows set aside cannot be read to its end"};
        return !file_.eof();
    }

  private:
    std::ifstream file_;
};

char const* media_type_of(std::string_view path) {
    if (path.ends_with(".xlsx")) return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (path.ends_with(".xml")) return "application/xml";
    if (path.ends_with(".json")) return "application/json; charset=utf-8";
    return "text/csv; charset=utf-8";
}

} // namespace

gateway::intake::Submitted submit_form(Desk& desk, Call const& call, Sender const& sender, Form const& form) {
    auto submission = submission_of(desk, call, sender, form);
    gateway::intake::Submitted submitted;
    desk.with_bytes(form.file, [&](std::string const& path) {
        submission.path = path;
        submitted = desk.submit(submission);
    });
    return submitted;
}

http::Response try_form(Desk& desk, Call const& call, Sender const& sender, Form const& form) {
    auto submission = submission_of(desk, call, sender, form);
    http::Response response;
    desk.with_bytes(form.file, [&](std::string const& path) {
        submission.path = path;
        response = report_answer(call, desk.dry_run(submission), desk.in_force(submission.agreement));
    });
    return response;
}

http::Response list_deliveries(Desk& desk, Call const& call) {
    auto const sender = desk.sender(call);
    auto const mine = desk.agreements_of(sender);
    if (mine.empty()) throw not_an_office(sender.actor);
    auto const agreement = call.parameter("agreement");
    if (!agreement.empty()) static_cast<void>(desk.agreement(call, sender, agreement));
    auto const stage = gateway::intake::stage_from(call.parameter("stage"));
    if (!call.parameter("stage").empty() && !stage)
        throw Refusal{bad_value("stage", call.parameter("stage"),
                                {"received, checked, held, released, withdrawn or refused",
                                 "received, checked, held, released, withdrawn oder refused"})};
    Json json;
    json.object().key("agreements").array();
    for (auto const* const one : mine) write_agreement(json, *one);
    json.end_array().key("deliveries").array();
    for (auto const& delivery : desk.deliveries(sender, agreement, stage))
        write_delivery(json, delivery, call.base);
    json.end_array().end_object();
    return private_answer(200, "application/json; charset=utf-8", json.take() + "\n");
}

http::Response post_delivery(Desk& desk, Call const& call) {
    return take_delivery(desk, call, call.request.body);
}

std::unique_ptr<http::BodySink> receive_delivery(Desk& desk, Call const& call) {
    auto const sender = desk.sender(call);
    if (desk.agreements_of(sender).empty() || !call.parameter("agreement").empty())
        static_cast<void>(desk.agreement(call, sender, call.parameter("agreement")));
    return std::make_unique<Whole>(desk, call);
}

http::Response show_delivery(Desk& desk, Call const& call) {
    return delivery_answer(200, call, desk.delivery(call, call.path_parameter("id")));
}

http::Response no_report_yet(std::string_view stage) {
    Json json;
    json.object().field("stage", stage).key("report").null().end_object();
    auto response = private_answer(202, "application/json; charset=utf-8", json.take() + "\n");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

http::Response report_answer(Call const& call, gateway::intake::Report const& report,
                             Agreement const& agreement) {
    auto format = std::string{call.parameter("format")};
    if (format.empty()) {
        for (auto const& [value, weight] : weighted_values(call.request.header("Accept"))) {
            if (weight <= 0) break;
            if (value.starts_with("text/html")) format = "html";
            if (value.starts_with("text/plain")) format = "text";
            if (value.starts_with("application/json") || value == "*/*") format = "json";
            if (!format.empty()) break;
        }
    }
    if (format.empty() || format == "json")
        return private_answer(200, "application/json; charset=utf-8", to_json(report));
    http::Response response;
    if (format == "text") {
        response = private_answer(200, "text/plain; charset=utf-8", to_text(report, agreement));
    } else if (format == "html") {
        response = private_answer(200, "text/html; charset=utf-8", to_html(report, agreement));
        response.headers.emplace_back("Content-Security-Policy",
                                      "default-src 'none'; style-src 'unsafe-inline'");
    } else {
        throw Refusal{bad_value("format", format, {"json, html or text", "json, html oder text"})};
    }
    response.headers.emplace_back("Content-Language", "de");
    return response;
}

http::Response show_report(Desk& desk, Call const& call) {
    auto const delivery = desk.delivery(call, call.path_parameter("id"));
    auto const report = desk.intake().report(delivery.id);
    if (!report) return no_report_yet(name_of(delivery.stage));
    return report_answer(call, *report, desk.in_force(delivery.agreement));
}

http::Response show_quarantine(Desk& desk, Call const& call) {
    auto const delivery = desk.delivery(call, call.path_parameter("id"));
    auto const path = desk.intake().quarantine(delivery.id);
    if (path.empty())
        throw Refusal{{404,
                       "nothing-set-aside",
                       {"No row is set aside", "Keine Zeile ist zurückgestellt"},
                       {"no row of " + delivery.id + " is set aside",
                        "keine Zeile von " + delivery.id + " ist zurückgestellt"},
                       {"the report says what was found", "der Bericht nennt die Befunde"}}};
    auto response = private_answer(200, media_type_of(path), {});
    response.body = std::make_unique<FileBody>(path);
    auto const dot = path.rfind('.');
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename=\"" + delivery.id + "-zurueckgestellt" +
                                      (dot == std::string::npos ? "" : path.substr(dot)) + "\"");
    return response;
}

http::Response show_receipt(Desk& desk, Call const& call) {
    auto const delivery = desk.delivery(call, call.path_parameter("id"));
    auto const receipts = desk.intake().receipts(delivery.id);
    auto const all = call.parameter("all");
    if (!all.empty() && all != "true" && all != "false")
        throw Refusal{bad_value("all", all, {"true or false", "true oder false"})};
    if (receipts.empty()) return no_report_yet(name_of(delivery.stage));
    std::string text;
    for (auto const& receipt : receipts)
        if (all == "true" || &receipt == &receipts.back()) text += receipt.text + "\n";
    return private_answer(200, all == "true" ? "application/x-ndjson" : "application/json; charset=utf-8",
                          std::move(text));
}

http::Response release_delivery(Desk& desk, Call const& call) {
    auto const delivery = desk.delivery(call, call.path_parameter("id"));
    auto const form = step_form(call, {"reason"});
    desk.release(delivery.id, desk.sender(call), form.field("reason"));
    return delivery_answer(202, call, desk.delivery(call, delivery.id));
}

http::Response withdraw_delivery(Desk& desk, Call const& call) {
    auto const delivery = desk.delivery(call, call.path_parameter("id"));
    auto const form = step_form(call, {"why"});
    if (form.field("why").find_first_not_of(" \t\n") == std::string::npos)
        throw bad_field("why", "",
                        {"the reason, as readers are told it", "den Grund, wie ihn die Leser erfahren"});
    desk.withdraw(delivery.id, desk.sender(call), form.field("why"));
    return delivery_answer(202, call, desk.delivery(call, delivery.id));
}

http::Response show_receipt_key(Desk& desk, Call const&) {
    return http::Response::text(200, "application/x-pem-file", desk.intake().public_key());
}

} // namespace gateway::serve::intake

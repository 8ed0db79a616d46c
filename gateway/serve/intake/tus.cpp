#include "gateway/serve/intake/tus.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/intake/embargo.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/internet_date.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/intake/deliveries.hpp"
#include "gateway/serve/intake/form.hpp"
#include "gateway/serve/intake/refusals.hpp"
#include "gateway/serve/json.hpp"

namespace gateway::serve::intake {
namespace {

constexpr char const* version = "1.0.0";
constexpr char const* content_type = "application/offset+octet-stream";
constexpr char const* exposed =
    "Location, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires, Tus-Resumable, "
    "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Kreislauf-Delivery, "
    "Retry-After, X-Request-Id";

void add_common(http::Headers& headers) {
    headers.emplace_back("Tus-Resumable", version);
    headers.emplace_back("Access-Control-Expose-Headers", exposed);
}

/// Runs a handler; what it refuses is said in the version of the protocol, too.
template <typename Work>
auto in_tus(Work const& work) {
    try {
        return work();
    } catch (Refusal const& refusal) {
        auto problem = refusal.problem();
        add_common(problem.headers);
        throw Refusal{problem};
    }
}

void require_version(Call const& call) {
    auto const said = call.request.header("Tus-Resumable");
    if (said == version) return;
    throw Refusal{
        {412,
         "tus-version",
         {"The version of the protocol is not spoken", "Diese Fassung des Protokolls wird nicht gesprochen"},
         {"Tus-Resumable is not 1.0.0", "Tus-Resumable ist nicht 1.0.0"},
         {"send Tus-Resumable: 1.0.0", "Tus-Resumable: 1.0.0 senden"},
         "Tus-Resumable",
         std::string{said},
         {{"Tus-Version", version}}}};
}

std::uint64_t number_of(Call const& call, char const* name) {
    auto const text = call.request.header(name);
    std::uint64_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        throw bad_field(name, text, {"a number of bytes", "eine Zahl von Bytes"});
    return number;
}

/// "filename bGlzdGU=,agreement bHNu,dry_run": what a form would have said.
Form metadata_form(std::string_view text) {
    Form form;
    while (!text.empty()) {
        auto const pair = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        auto const begin = std::min(pair.find_first_not_of(' '), pair.size());
        auto const blank = std::min(pair.find(' ', begin), pair.size());
        std::string const name{pair.substr(begin, blank - begin)};
        auto value = io::from_base64(pair.substr(std::min(blank + 1, pair.size())));
        if (name.empty() || !value || !is_utf8(*value))
            throw bad_field(
                "Upload-Metadata", pair,
                {"name and base64, with commas between", "Name und Base64, mit Kommas dazwischen"});
        // What clients say of their own accord, and says nothing to us.
        if (name == "filetype" || name == "type" || name == "name" || name == "relativePath") continue;
        if (name == "filename")
            form.file_name = plain_file_name(*value);
        else if (!form.fields.emplace(name, std::move(*value)).second)
            throw bad_field(name, "", {"the field once", "das Feld einmal"});
    }
    return form;
}

http::Response state_answer(unsigned status, Upload const& upload) {
    http::Response response;
    response.status = status;
    auto& headers = response.headers;
    headers.emplace_back("Upload-Offset", std::to_string(upload.offset));
    if (!upload.is_whole())
        headers.emplace_back("Upload-Expires", io::internet_date(upload.expires) + " GMT");
    if (!upload.delivery.empty()) headers.emplace_back("Kreislauf-Delivery", upload.delivery);
    headers.emplace_back("Cache-Control", "no-store");
    add_common(headers);
    return response;
}

/// One PATCH.
class PieceSink final : public http::BodySink {
  public:
    PieceSink(Desk& desk, std::string id, std::unique_ptr<Uploads::Piece> piece)
        : desk_{desk}, id_{std::move(id)}, piece_{std::move(piece)} {}
    std::optional<http::Response> take(std::string_view bytes) override {
        return in_tus([&]() -> std::optional<http::Response> {
            piece_->take(bytes);
            return std::nullopt;
        });
    }
    http::Response end() override {
        return in_tus([&] {
            piece_->end();
            piece_.reset();
            return state_answer(204, desk_.hand_over(id_));
        });
    }

  private:
    Desk& desk_;
    std::string id_;
    std::unique_ptr<Uploads::Piece> piece_;
};

std::string method_of(Call const& call) {
    auto const said = call.request.header("X-HTTP-Method-Override");
    return call.request.method == "POST" ? std::string{said} : call.request.method;
}

Refusal no_override() {
    return bad_field("X-HTTP-Method-Override", "", {"PATCH, DELETE or HEAD", "PATCH, DELETE oder HEAD"});
}

} // namespace

http::Response tus_options(Desk& desk, Call const& call) {
    std::uint64_t most = 0;
    for (auto const& agreement : desk.intake().agreements().all())
        most = std::max(most, agreement.most_bytes);
    http::Response response;
    response.status = 204;
    auto const* const allow =
        call.in_path.empty() ? "OPTIONS, POST" : "DELETE, GET, HEAD, OPTIONS, PATCH, POST";
    response.headers = {
        {"Tus-Version", version},
        {"Tus-Extension", "creation,checksum,expiration,termination"},
        {"Tus-Max-Size", std::to_string(most)},
        {"Tus-Checksum-Algorithm", std::string{checksum_algorithms}},
        {"Allow", allow},
        {"Access-Control-Allow-Methods", allow},
        {"Access-Control-Allow-Headers",
         "Authorization, X-API-Key, Accept, Accept-Language, Content-Type, Tus-Resumable, Upload-Length, "
         "Upload-Metadata, Upload-Offset, Upload-Checksum, X-HTTP-Method-Override, X-Request-Id"},
        {"Access-Control-Max-Age", "86400"}};
    add_common(response.headers);
    return response;
}

http::Response create_upload(Desk& desk, Call const& call) {
    return in_tus([&] {
        require_version(call);
        auto const sender = desk.sender(call);
        auto form = metadata_form(call.request.header("Upload-Metadata"));
        auto const& agreement = desk.agreement(call, sender, form.field("agreement"));
        require_known(form, {"agreement", "dry_run", "sha256"});
        if (!call.request.header("Upload-Defer-Length").empty())
            throw bad_field("Upload-Defer-Length", call.request.header("Upload-Defer-Length"),
                            {"Upload-Length; files of unknown length are not taken",
                             "Upload-Length; Dateien unbekannter Länge werden nicht angenommen"});
        Upload upload;
        upload.length = number_of(call, "Upload-Length");
        if (upload.length > agreement.most_bytes) throw too_large(upload.length, agreement.most_bytes);
        if (upload.length == 0)
            throw bad_field("Upload-Length", "0",
                            {"a file that is not empty", "eine Datei, die nicht leer ist"});
        if (!form.file_name || form.file_name->empty())
            throw bad_field(
                "filename", "",
                {"the name of the file, in Upload-Metadata", "den Namen der Datei, in Upload-Metadata"});
        upload.sha256 = form.field("sha256");
        if (!upload.sha256.empty() && !io::is_sha256(upload.sha256))
            throw bad_field("sha256", upload.sha256, {"64 hexadecimal digits", "64 hexadezimale Ziffern"});
        upload.agreement = agreement.id;
        upload.file = *form.file_name;
        upload.sender = sender.actor;
        upload.wish = wish_of(form);
        upload.dry_run = flag_of(form, "dry_run");
        upload.metadata = call.request.header("Upload-Metadata");
        // Before hours of uploading, not behind them.
        static_cast<void>(
            gateway::intake::embargo_for(upload.wish.embargo, agreement, Clock::system().now()));
        upload = desk.uploads().create(std::move(upload));
        auto response = state_answer(201, upload);
        response.headers.emplace_back("Location", call.base + "/api/v1/uploads/" + upload.id);
        return response;
    });
}

http::Response show_upload(Desk& desk, Call const& call) {
    return in_tus([&] {
        if (!call.request.header("Tus-Resumable").empty()) require_version(call);
        auto upload = desk.upload(call, call.path_parameter("id"));
        // Killed between the last byte and the delivery.
        if (upload.is_whole() && !upload.is_settled()) upload = desk.hand_over(upload.id);
        auto response = state_answer(200, upload);
        response.headers.emplace_back("Upload-Length", std::to_string(upload.length));
        if (!upload.metadata.empty()) response.headers.emplace_back("Upload-Metadata", upload.metadata);
        response.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
        Json json;
        json.object()
            .field("id", upload.id)
            .field("agreement", upload.agreement)
            .field("file", upload.file)
            .field("length", upload.length)
            .field("offset", upload.offset)
            .field("expires", utc_text(upload.expires))
            .flag("dry_run", upload.dry_run)
            .flag("checked", upload.is_checked)
            .field_or_null("delivery", upload.delivery)
            .field_or_null("trouble", upload.trouble)
            .end_object();
        response.body = std::make_shared<std::string const>(json.take() + "\n");
        return response;
    });
}

std::unique_ptr<http::BodySink> receive_piece(Desk& desk, Call const& call) {
    return in_tus([&]() -> std::unique_ptr<http::BodySink> {
        require_version(call);
        auto const upload = desk.upload(call, call.path_parameter("id"));
        if (method_of(call) != "PATCH") throw no_override();
        if (call.request.header("Content-Type") != content_type)
            throw Refusal{{415,
                           "wrong-content-type",
                           {"Pieces have a type of their own", "Stücke haben einen eigenen Typ"},
                           {"Content-Type is not application/offset+octet-stream",
                            "Content-Type ist nicht application/offset+octet-stream"},
                           {"send it so", "so senden"},
                           "Content-Type",
                           std::string{call.request.header("Content-Type")}}};
        std::optional<Checksum> checksum;
        if (auto const said = call.request.header("Upload-Checksum"); !said.empty()) {
            checksum = checksum_from(said);
            if (!checksum)
                throw bad_field("Upload-Checksum", said,
                                {"sha1 or sha256, a blank, the sum in base64",
                                 "sha1 oder sha256, Leerzeichen, Summe in Base64"});
        }
        auto const offset = number_of(call, "Upload-Offset");
        return std::make_unique<PieceSink>(desk, upload.id,
                                           desk.uploads().begin_piece(upload.id, offset, checksum));
    });
}

http::Response send_piece(Desk& desk, Call const& call) {
    auto const sink = receive_piece(desk, call);
    if (!call.request.body.empty())
        if (auto early = sink->take(call.request.body)) return std::move(*early);
    return sink->end();
}

http::Response override_method(Desk& desk, Call const& call) {
    auto const method = method_of(call);
    if (method == "PATCH") return send_piece(desk, call);
    if (method == "DELETE") return delete_upload(desk, call);
    if (method == "HEAD") return show_upload(desk, call);
    return in_tus([]() -> http::Response { throw no_override(); });
}

http::Response delete_upload(Desk& desk, Call const& call) {
    return in_tus([&] {
        require_version(call);
        auto const upload = desk.upload(call, call.path_parameter("id"));
        desk.uploads().remove(upload.id);
        http::Response response;
        response.status = 204;
        add_common(response.headers);
        return response;
    });
}

http::Response show_dry_run(Desk& desk, Call const& call) {
    auto const upload = desk.upload(call, call.path_parameter("id"));
    if (!upload.trouble.empty()) throw against_it(upload.trouble);
    auto const report = desk.uploads().report(upload.id);
    if (report.empty()) return no_report_yet(upload.is_whole() ? "received" : "uploading");
    return report_answer(call, gateway::intake::report_from_json(report), desk.in_force(upload.agreement));
}

} // namespace gateway::serve::intake

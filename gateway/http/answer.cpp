#include "gateway/http/answer.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/error.hpp"
#include "gateway/http/request_head.hpp"

namespace gateway::http {
namespace {

constexpr std::string_view key_id_field = "X-Kreislauf-Key-Id";

void check(std::string const& name, std::string const& value) {
    auto const breaks = [](std::string_view text) {
        return std::any_of(text.begin(), text.end(), [](char c) {
            auto const byte = static_cast<unsigned char>(c);
            return (byte < 0x20 && byte != '\t') || byte == 0x7F;
        });
    };
    if (name.empty() || breaks(name) || name.find_first_of(" :") != std::string::npos)
        throw Error{Errc::invalid_argument, "a handler gave a header field without usable name"};
    if (breaks(value)) // what it holds may come from a stranger: only the name is said
        throw Error{Errc::invalid_argument,
                    "a handler gave header field '" + name + "' a value with a control character"};
}

void append(std::string& fields, std::string_view name, std::string_view value) {
    fields += name;
    fields += ": ";
    fields += value;
    fields += "\r\n";
}

/// Fields that describe the body that a 304 does not have.
bool describes_body(std::string_view name) noexcept {
    return same_name(name, "Content-Type") || same_name(name, "Content-Disposition") ||
           same_name(name, "Content-Language");
}

/// Fields that are the server's business; a handler that sets one would contradict it.
bool is_ours(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> names{"Content-Length", "Transfer-Encoding", "Connection",
                                                    "Date", "Keep-Alive"};
    return std::any_of(names.begin(), names.end(), [&](auto each) { return same_name(each, name); });
}

void add_names(std::vector<std::string>& names, std::string_view list) {
    while (!list.empty()) {
        auto const comma = list.find(',');
        auto word = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
        auto const known =
            std::any_of(names.begin(), names.end(), [&](auto const& each) { return same_name(each, word); });
        if (!word.empty() && !known) names.emplace_back(word);
    }
}

bool bodiless(unsigned status) noexcept {
    return status == 204 || status == 304 || status / 100 == 1;
}

/// Pulls while the body stays small; makes it whole where it ends.
void pull_first(BodySource& source, std::string& first, bool& ended, std::size_t limit) {
    while (!ended && first.size() <= limit) {
        auto const before = first.size();
        ended = !source.next(first);
        if (first.size() == before && source.pause() > std::chrono::milliseconds::zero()) return;
    }
}

/// Null where it is empty.
void set_body(Answer& answer, std::shared_ptr<std::string const> body) {
    answer.has_ranges = body && answer.may_have_ranges;
    if (answer.has_ranges) append(answer.fields, "Accept-Ranges", "bytes");
    answer.length_at = answer.fields.size();
    append(answer.fields, "Content-Length", std::to_string(body ? body->size() : 0));
    answer.body = std::move(body);
}

} // namespace

bool Stream::next(std::string& out, std::size_t piece_bytes) {
    auto const begin = out.size();
    while (out.size() - begin < piece_bytes) {
        std::string& raw = ready;
        if (raw.empty() && !ended) {
            if (!encoder) { // straight into the piece, without a copy
                auto const before = out.size();
                ended = !source->next(out);
                if (!ended && out.size() == before && is_live()) return true;
                continue;
            }
            ended = !source->next(raw);
        }
        if (!raw.empty()) {
            if (encoder) {
                encoder->write(raw, out);
                raw.clear();
            } else {
                out += raw; // what follows goes straight into the pieces
                raw.clear();
            }
        } else if (ended) {
            if (encoder) {
                encoder->finish(out);
                encoder.reset();
                return true;
            }
            return out.size() != begin;
        }
    }
    return true;
}

Made make_answer(Response response, Choice const& choice, MakeLimits const& limits) {
    auto answer = std::make_shared<Answer>();
    answer->status = response.status;
    answer->shared = response.shared;

    std::unique_ptr<Stream> stream;
    auto body = std::shared_ptr<std::string const>{};
    if (auto* const whole = std::get_if<std::shared_ptr<std::string const>>(&response.body)) {
        body = std::move(*whole);
    } else if (auto* const source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
               source != nullptr && *source) {
        stream = std::make_unique<Stream>();
        stream->source = std::move(*source);
        pull_first(*stream->source, stream->ready, stream->ended,
                   response.shared ? limits.shared_bytes : limits.whole_bytes);
        if (stream->ended) {
            body = std::make_shared<std::string const>(std::move(stream->ready));
            stream.reset();
        }
    }
    if (bodiless(response.status)) {
        body.reset();
        stream.reset();
    }

    bool encoded_already = false;
    std::string_view media_type;
    std::string vary;
    for (auto const& [name, value] : response.headers) {
        check(name, value);
        encoded_already = encoded_already || same_name(name, "Content-Encoding");
        if (same_name(name, "Content-Type")) media_type = value;
        if (same_name(name, "Vary")) vary += (vary.empty() ? "" : ", ") + value;
    }
    auto const may_encode = !encoded_already && shrinks(media_type) && !(stream && stream->is_live());
    auto coding = Coding::identity;
    if (may_encode && (stream || (body && (body->size() >= limits.plain_bytes || !choice.plain))))
        coding = choice.coding;
    if (coding != Coding::identity && body)
        body = std::make_shared<std::string const>(
            encode(coding, response.shared ? Effort::kept : Effort::once, *body));
    if (coding != Coding::identity && stream) stream->encoder = make_encoder(coding, Effort::once);

    auto& fields = answer->fields;
    for (auto const& [name, value] : response.headers) {
        if (is_ours(name) || same_name(name, "Vary")) continue;
        if (same_name(name, key_id_field)) {
            answer->key_id = value;
            continue;
        }
        std::string_view sent = value;
        if (same_name(name, "ETag")) sent = answer->tag = marked_tag(value, coding);
        if (same_name(name, "Last-Modified")) answer->last_modified = read_http_date(value);
        append(fields, name, sent);
        if (!describes_body(name)) append(answer->not_modified_fields, name, sent);
    }
    add_names(answer->vary, vary);
    if (may_encode) add_names(answer->vary, "Accept-Encoding");
    std::string all;
    for (auto const& name : answer->vary) all += (all.empty() ? "" : ", ") + name;
    if (!all.empty()) {
        append(fields, "Vary", all);
        append(answer->not_modified_fields, "Vary", all);
    }
    // Of those the cache compares values; Accept-Encoding it knows as a coding.
    answer->vary.erase(std::remove_if(answer->vary.begin(), answer->vary.end(),
                                      [](auto const& name) { return same_name(name, "Accept-Encoding"); }),
                       answer->vary.end());
    if (coding != Coding::identity) append(fields, "Content-Encoding", to_string(coding));
    answer->may_have_ranges = response.status == 200 && coding == Coding::identity && !encoded_already &&
                              !answer->tag.empty() && answer->tag.front() == '"';
    if (stream || bodiless(response.status))
        answer->length_at = fields.size();
    else
        set_body(*answer, std::move(body));
    return {std::move(answer), std::move(stream)};
}

std::shared_ptr<Answer const> with_body(Answer const& streamed, std::string body) {
    auto answer = std::make_shared<Answer>(streamed);
    set_body(*answer, std::make_shared<std::string const>(std::move(body)));
    return answer;
}

std::shared_ptr<Answer const> in_file(Answer const& answer) {
    auto file = SealedFile::of(answer.content());
    if (!file) return nullptr;
    auto moved = std::make_shared<Answer>(answer);
    moved->file = std::move(file);
    moved->body.reset();
    return moved;
}

std::shared_ptr<Answer const> in_memory(Answer const& answer) {
    auto moved = std::make_shared<Answer>(answer);
    moved->body = std::make_shared<std::string const>(answer.content());
    moved->file.reset();
    return moved;
}

std::shared_ptr<Answer const> error_answer(unsigned status, std::string_view text) {
    std::string_view code = "malformed";
    if (status == 413 || status == 414 || status == 431) code = "too_large";
    if (status == 408) code = "timeout";
    if (status == 503) code = "busy";
    if (status == 406 || status == 501 || status == 505) code = "unsupported";
    if (status == 500) code = "internal";
    auto response = Response::text(status, "application/json",
                                   R"({"error":{"code":")" + std::string{code} + R"(","text":")" +
                                       std::string{text} + "\"}}\n");
    // Scripts in browsers are to read why, too.
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Cache-Control", "no-store");
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    return make_answer(std::move(response), {}, {}).answer;
}

std::string_view reason_of(unsigned status) noexcept {
    struct Row {
        unsigned status;
        std::string_view reason;
    };
    static constexpr std::array rows{Row{200, "OK"},
                                     Row{201, "Created"},
                                     Row{202, "Accepted"},
                                     Row{204, "No Content"},
                                     Row{206, "Partial Content"},
                                     Row{301, "Moved Permanently"},
                                     Row{302, "Found"},
                                     Row{303, "See Other"},
                                     Row{304, "Not Modified"},
                                     Row{307, "Temporary Redirect"},
                                     Row{308, "Permanent Redirect"},
                                     Row{400, "Bad Request"},
                                     Row{401, "Unauthorized"},
                                     Row{403, "Forbidden"},
                                     Row{404, "Not Found"},
                                     Row{405, "Method Not Allowed"},
                                     Row{406, "Not Acceptable"},
                                     Row{408, "Request Timeout"},
                                     Row{409, "Conflict"},
                                     Row{410, "Gone"},
                                     Row{411, "Length Required"},
                                     Row{412, "Precondition Failed"},
                                     Row{413, "Content Too Large"},
                                     Row{414, "URI Too Long"},
                                     Row{415, "Unsupported Media Type"},
                                     Row{416, "Range Not Satisfiable"},
                                     Row{417, "Expectation Failed"},
                                     Row{422, "Unprocessable Content"},
                                     Row{429, "Too Many Requests"},
                                     Row{431, "Request Header Fields Too Large"},
                                     Row{500, "Internal Server Error"},
                                     Row{501, "Not Implemented"},
                                     Row{503, "Service Unavailable"},
                                     Row{504, "Gateway Timeout"},
                                     Row{505, "HTTP Version Not Supported"}};
    for (auto const& row : rows)
        if (row.status == status) return row.reason;
    return "Status";
}

} // namespace gateway::http

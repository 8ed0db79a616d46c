#include "gateway/raw/provenance.hpp"

#include <charconv>
#include <limits>

#include "gateway/core/error.hpp"

namespace gateway::raw {
namespace {

void write_text(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

void write_fields(std::string& out, Fields const& fields) {
    out += '[';
    for (auto const& [name, value] : fields) {
        out += out.back() == '[' ? "[" : ",[";
        write_text(out, name);
        out += ',';
        write_text(out, value);
        out += ']';
    }
    out += ']';
}

/// Reads exactly what the writer above writes.
class Reader {
  public:
    explicit Reader(std::string_view json) : json_{json} {}

    void expect(std::string_view text) {
        if (json_.substr(at_, text.size()) != text) fail("expected " + std::string{text});
        at_ += text.size();
    }
    [[nodiscard]] bool next_is(char c) const noexcept { return at_ < json_.size() && json_[at_] == c; }

    std::string text() {
        expect("\"");
        std::string out;
        while (!next_is('"')) {
            if (at_ == json_.size()) fail("a text does not end");
            auto const c = json_[at_++];
            out += c == '\\' ? escaped() : c;
        }
        ++at_;
        return out;
    }
    Fields fields() {
        Fields out;
        expect("[");
        while (!next_is(']')) {
            expect(out.empty() ? "[" : ",[");
            auto name = text();
            expect(",");
            auto value = text();
            expect("]");
            out.emplace_back(std::move(name), std::move(value));
        }
        ++at_;
        return out;
    }
    int number() {
        int value = 0;
        auto const result = std::from_chars(json_.data() + at_, json_.data() + json_.size(), value);
        if (result.ec != std::errc{}) fail("expected a number");
        at_ = static_cast<std::size_t>(result.ptr - json_.data());
        return value;
    }
    void end() const {
        if (at_ != json_.size()) fail("expected the end");
    }
    [[noreturn]] void fail(std::string const& text) const {
        throw Error{Errc::malformed, "provenance, offset " + std::to_string(at_) + ": " + text};
    }

  private:
    char escaped() {
        if (next_is('"') || next_is('\\')) return json_[at_++];
        unsigned value = 0;
        auto const digits = json_.substr(at_, 5);
        if (digits.size() != 5 || digits.substr(0, 3) != "u00" ||
            std::from_chars(digits.data() + 3, digits.data() + 5, value, 16).ptr != digits.data() + 5)
            fail("unknown escape");
        at_ += 5;
        return static_cast<char>(value);
    }

    std::string_view json_;
    std::size_t at_ = 0;
};

} // namespace

std::string provenance_json(Provenance const& provenance) {
    std::string out = "{\"source\":";
    write_text(out, provenance.source);
    out += ",\"origin\":";
    write_text(out, provenance.origin);
    out += ",\"endpoint\":";
    write_text(out, provenance.endpoint);
    out += ",\"request\":";
    write_fields(out, provenance.request);
    out += ",\"headers\":";
    write_fields(out, provenance.headers);
    out += ",\"http_status\":" + std::to_string(provenance.http_status) + ",\"received\":";
    write_text(out, utc_text(provenance.received));
    out += '}';
    return out;
}

Provenance provenance_from_json(std::string_view json) {
    Reader reader{json};
    Provenance out;
    reader.expect("{\"source\":");
    out.source = reader.text();
    reader.expect(",\"origin\":");
    out.origin = reader.text();
    reader.expect(",\"endpoint\":");
    out.endpoint = reader.text();
    reader.expect(",\"request\":");
    out.request = reader.fields();
    reader.expect(",\"headers\":");
    out.headers = reader.fields();
    reader.expect(",\"http_status\":");
    out.http_status = reader.number();
    reader.expect(",\"received\":");
    constexpr auto none = std::numeric_limits<UnixTime>::min();
    auto const received = reader.text();
    out.received = utc_from(received, none);
    if (out.received == none) reader.fail("no time: " + received);
    reader.expect("}");
    reader.end();
    return out;
}

} // namespace gateway::raw

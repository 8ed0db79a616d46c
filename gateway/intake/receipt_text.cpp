#include "gateway/intake/receipt_text.hpp"

#include <rapidjson/document.h>

#include <array>
#include <utility>

#include "adapters/genesis/reader_text.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::intake {
namespace {

constexpr std::string_view format_name = "kreislauf-receipt-1";
constexpr std::string_view signature_member = ",\"signature\":\"";
constexpr std::size_t base64_signature = 88;

constexpr std::array<std::pair<ReceiptKind, std::string_view>, 5> kinds{
    {{ReceiptKind::received, "received"},
     {ReceiptKind::checked, "checked"},
     {ReceiptKind::released, "released"},
     {ReceiptKind::withdrawn, "withdrawn"},
     {ReceiptKind::refused, "refused"}}};

constexpr std::array<std::pair<char const*, std::uint64_t Counts::*>, 9> counters{
    {{"rows", &Counts::rows},
     {"cells", &Counts::cells},
     {"used", &Counts::used},
     {"repeated", &Counts::repeated},
     {"set_aside", &Counts::set_aside},
     {"added", &Counts::added},
     {"revised", &Counts::revised},
     {"deleted", &Counts::deleted},
     {"unchanged", &Counts::unchanged}}};

void write_character(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x20U) {
        out += c;
        return;
    }
    out += "\\u00";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

class Writer {
  public:
    void text(char const* name, std::string_view value) {
        key(name);
        out_ += '"';
        // A file's name may be any bytes; JSON is UTF-8.
        std::string safe;
        if (!adapters::genesis::is_clean_utf8(value)) {
            safe = adapters::genesis::shown(value, value.size() * 4);
            value = safe;
        }
        for (char const c : value) write_character(out_, c);
        out_ += '"';
    }
    void number(char const* name, std::uint64_t value) {
        key(name);
        out_ += std::to_string(value);
    }
    void open(char const* name) {
        key(name);
        out_ += '{';
    }
    void close() { out_ += '}'; }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    void key(char const* name) {
        if (out_.back() != '{') out_ += ',';
        out_.append("\"").append(name).append("\":");
    }
    std::string out_ = "{";
};

[[noreturn]] void not_one(std::string const& why) {
    throw Error{Errc::malformed, "not a receipt: " + why};
}

rapidjson::Value const& member(rapidjson::Value const& object, char const* name) {
    if (!object.IsObject() || !object.HasMember(name))
        not_one(std::string{"it has no member '"} + name + "'");
    return object[name];
}

std::string text_of(rapidjson::Value const& object, char const* name) {
    auto const& value = member(object, name);
    if (!value.IsString()) not_one(std::string{"'"} + name + "' is no text");
    return {value.GetString(), value.GetStringLength()};
}

std::uint64_t number_of(rapidjson::Value const& object, char const* name) {
    auto const& value = member(object, name);
    if (!value.IsUint64()) not_one(std::string{"'"} + name + "' is no whole number from 0");
    return value.GetUint64();
}

} // namespace

std::string_view name_of(ReceiptKind kind) noexcept {
    for (auto const& each : kinds)
        if (each.first == kind) return each.second;
    return {};
}

std::optional<ReceiptKind> receipt_kind_from(std::string_view name) noexcept {
    for (auto const& each : kinds)
        if (each.second == name) return each.first;
    return std::nullopt;
}

std::string hash_of(Receipt const& receipt) {
    return io::sha256_hex(receipt.text);
}

std::string signed_text(Receipt const& receipt) {
    Writer json;
    json.text("format", format_name);
    json.number("no", receipt.no);
    json.text("before", receipt.before);
    json.text("kind", name_of(receipt.kind));
    json.text("time", utc_text(receipt.time));
    json.text("delivery", receipt.delivery);
    json.text("agreement", receipt.agreement);
    json.text("file", receipt.file);
    json.text("sha256", receipt.sha256);
    json.number("bytes", receipt.bytes);
    json.number("rows_due", receipt.rows_due);
    json.open("counts");
    for (auto const& each : counters) json.number(each.first, receipt.counts.*each.second);
    json.close();
    json.text("verdict", receipt.verdict);
    json.text("mapping_sha256", receipt.mapping_sha256);
    json.text("rules_sha256", receipt.rules_sha256);
    json.text("program", receipt.program);
    json.text("dataset", receipt.dataset);
    if (receipt.vintage) json.number("vintage", *receipt.vintage);
    json.text("why", receipt.why);
    json.text("key", receipt.key);
    json.close();
    return json.take();
}

std::string receipt_text(std::string_view signed_part, std::string_view signature) {
    std::string text{signed_part.substr(0, signed_part.size() - 1)};
    return text.append(signature_member).append(signature).append("\"}");
}

SplitReceipt split(std::string_view text) {
    auto const tail = signature_member.size() + base64_signature + 2;
    if (text.size() <= tail || !text.ends_with("\"}") ||
        text.substr(text.size() - tail, signature_member.size()) != signature_member)
        not_one("it does not end in a signature; a receipt is one line, exactly as it was given");
    auto const end = text.size() - tail;
    return {std::string{text.substr(0, end)} + "}",
            std::string{text.substr(end + signature_member.size(), base64_signature)}};
}

Receipt read_signed(std::string const& signed_part) {
    rapidjson::Document json;
    json.Parse<rapidjson::kParseValidateEncodingFlag>(signed_part.data(), signed_part.size());
    if (json.HasParseError() || !json.IsObject()) not_one("it is no JSON object");
    if (auto const format = text_of(json, "format"); format != format_name)
        not_one("its format is '" + adapters::genesis::shown(format) + "'; expected " +
                std::string{format_name});
    Receipt receipt;
    receipt.no = number_of(json, "no");
    receipt.before = text_of(json, "before");
    auto const kind = receipt_kind_from(text_of(json, "kind"));
    if (!kind) not_one("its kind is none; expected received, checked, released, withdrawn or refused");
    receipt.kind = *kind;
    receipt.time = utc_from(text_of(json, "time"), 0);
    receipt.delivery = text_of(json, "delivery");
    receipt.agreement = text_of(json, "agreement");
    receipt.file = text_of(json, "file");
    receipt.sha256 = text_of(json, "sha256");
    receipt.bytes = number_of(json, "bytes");
    receipt.rows_due = number_of(json, "rows_due");
    for (auto const& each : counters)
        receipt.counts.*each.second = number_of(member(json, "counts"), each.first);
    receipt.verdict = text_of(json, "verdict");
    receipt.mapping_sha256 = text_of(json, "mapping_sha256");
    receipt.rules_sha256 = text_of(json, "rules_sha256");
    receipt.program = text_of(json, "program");
    receipt.dataset = text_of(json, "dataset");
    if (json.HasMember("vintage")) receipt.vintage = static_cast<VintageNo>(number_of(json, "vintage"));
    receipt.why = text_of(json, "why");
    receipt.key = text_of(json, "key");
    if (signed_text(receipt) != signed_part)
        not_one("it is not written as receipts are; it was written anew or changed");
    return receipt;
}

Receipt receipt_from(std::string_view text) {
    auto receipt = read_signed(split(text).signed_part);
    receipt.text = text;
    return receipt;
}

} // namespace gateway::intake

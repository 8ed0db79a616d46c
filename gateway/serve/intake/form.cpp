#include "gateway/serve/intake/form.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>

#include "gateway/serve/intake/refusals.hpp"
#include "gateway/serve/uri.hpp"

namespace gateway::serve::intake {
namespace {

constexpr std::array<std::string_view, 6> wish_fields{"accept_rest", "full",   "embargo",
                                                      "comment",     "reason", "replaces"};
constexpr std::size_t longest_value = 4000;

std::string lower(std::string_view text) {
    std::string made{text};
    for (auto& c : made)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return made;
}

/// Value of a parameter of a header value: name="text" or name=text. Where several have the name the first.
std::optional<std::string> header_parameter(std::string_view value, std::string_view name) {
    std::size_t at = 0;
    while ((at = value.find(';', at)) != std::string_view::npos) {
        ++at;
        while (at < value.size() && value[at] == ' ') ++at;
        auto const equals = value.find('=', at);
        if (equals == std::string_view::npos) return std::nullopt;
        bool const is_it = lower(value.substr(at, equals - at)) == name;
        at = equals + 1;
        std::string text;
        if (at < value.size() && value[at] == '"') {
            // Browsers write %22 for a quote; a backslash is one, as in C:\new.
            for (++at; at < value.size() && value[at] != '"'; ++at) {
                if (value[at] == '\\' && at + 1 < value.size() && value[at + 1] == '"') ++at;
                text += value[at];
            }
        } else {
            auto const end = std::min(value.find(';', at), value.size());
            text = value.substr(at, end - at);
            at = end;
        }
        if (is_it) return text;
    }
    return std::nullopt;
}

[[noreturn]] void broken(std::string_view what) {
    throw bad_field("body", what,
                    {"multipart/form-data as RFC 7578 has it", "multipart/form-data nach RFC 7578"});
}

void add(Form& form, std::string name, std::string value) {
    if (value.size() > longest_value)
        throw bad_field(name, value, {"at most 4000 characters", "höchstens 4000 Zeichen"});
    if (!is_utf8(value)) throw bad_field(name, "?", {"UTF-8", "UTF-8"});
    if (!form.fields.emplace(name, std::move(value)).second)
        throw bad_field(name, "", {"the field once", "das Feld einmal"});
}

void read_part(Form& form, std::string_view part) {
    auto const end = part.find("\r\n\r\n");
    if (end == std::string_view::npos) broken("a part without empty line");
    auto const content = part.substr(end + 4);
    auto head = part.substr(0, end);
    while (!head.empty()) {
        auto const line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        auto const colon = line.find(':');
        if (colon == std::string_view::npos || lower(line.substr(0, colon)) != "content-disposition")
            continue;
        auto const value = line.substr(colon + 1);
        auto name = header_parameter(value, "name");
        if (!name) broken("a part without name");
        auto file_name = header_parameter(value, "filename");
        if (!file_name) return add(form, std::move(*name), std::string{content});
        if (*name != "file")
            throw bad_field(*name, *file_name, {"the file as field 'file'", "die Datei im Feld 'file'"});
        if (form.file_name) throw bad_field("file", *file_name, {"one file", "eine Datei"});
        // What a browser sends where no file was chosen.
        if (file_name->empty() && content.empty()) return;
        form.file_name = plain_file_name(*file_name);
        form.file = content;
        return;
    }
    broken("a part without Content-Disposition");
}

Form multipart_form(std::string_view content_type, std::string_view body) {
    auto const boundary = header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70) broken("no usable boundary");
    Form form;
    auto const line = "--" + *boundary;
    auto at = body.starts_with(line) ? std::size_t{0} : body.find("\r\n" + line);
    if (at == std::string_view::npos) broken("no part");
    if (at != 0) at += 2;
    for (;;) {
        at += line.size();
        auto const rest = body.substr(std::min(at, body.size()));
        if (rest.starts_with("--")) return form;
        auto const begin = body.find("\r\n", at);
        if (begin == std::string_view::npos) broken("the body ends within a part");
        auto const next = body.find("\r\n" + line, begin);
        if (next == std::string_view::npos) broken("the body ends within a part");
        if (next > begin)
            read_part(form, body.substr(begin + 2, next - begin - 2));
        else
            broken("a part without content");
        at = next + 2;
    }
}

Form json_form(std::string_view body) {
    rapidjson::Document read;
    read.Parse(body.data(), body.size());
    if (read.HasParseError() || !read.IsObject())
        throw bad_field("body", body.substr(0, 40), {"a JSON object", "ein JSON-Objekt"});
    Form form;
    for (rapidjson::Value::ConstMemberIterator one = read.MemberBegin(); !(one == read.MemberEnd()); ++one) {
        std::string const name{one->name.GetString(), one->name.GetStringLength()};
        auto const& value = one->value;
        if (value.IsString())
            add(form, name, {value.GetString(), value.GetStringLength()});
        else if (value.IsBool())
            add(form, name, value.GetBool() ? "true" : "false");
        else
            throw bad_field(name, "", {"a text or true and false", "einen Text oder true und false"});
    }
    return form;
}

} // namespace

std::string const& Form::field(std::string_view name) const {
    static std::string const none;
    auto const found = fields.find(name);
    return found == fields.end() ? none : found->second;
}

Form form_from(std::string_view content_type, std::string_view body) {
    auto const kind = lower(content_type.substr(0, content_type.find(';')));
    if (kind.starts_with("multipart/form-data")) return multipart_form(content_type, body);
    if (body.empty()) return {};
    if (kind.starts_with("application/json")) return json_form(body);
    if (!kind.starts_with("application/x-www-form-urlencoded"))
        throw bad_field("Content-Type", content_type,
                        {"multipart/form-data, application/json or application/x-www-form-urlencoded",
                         "multipart/form-data, application/json oder application/x-www-form-urlencoded"});
    auto pairs = query_pairs(body);
    if (!pairs) throw bad_field("body", "", {"percent-encoded UTF-8", "UTF-8 in Prozentschreibweise"});
    Form form;
    for (auto& [name, value] : *pairs) add(form, name, std::move(value));
    return form;
}

bool flag_of(Form const& form, std::string_view name) {
    auto const value = lower(form.field(name));
    if (value.empty() || value == "false" || value == "0" || value == "off" || value == "nein") return false;
    if (value == "true" || value == "1" || value == "on" || value == "ja") return true;
    throw bad_field(name, form.field(name), {"true or false", "true oder false"});
}

gateway::intake::Wish wish_of(Form const& form) {
    gateway::intake::Wish wish;
    wish.accept_rest = flag_of(form, "accept_rest");
    wish.full = flag_of(form, "full");
    // What <input type="datetime-local"> gives has a T between.
    wish.embargo = form.field("embargo");
    std::replace(wish.embargo.begin(), wish.embargo.end(), 'T', ' ');
    wish.comment = form.field("comment");
    wish.reason = form.field("reason");
    if (auto const& replaces = form.field("replaces"); !replaces.empty()) wish.replaces = replaces;
    return wish;
}

void require_known(Form const& form, std::initializer_list<std::string_view> known) {
    for (auto const& [name, value] : form.fields) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        if (std::find(wish_fields.begin(), wish_fields.end(), name) != wish_fields.end()) continue;
        throw bad_field(
            name, value,
            {"one of agreement, embargo, comment, accept_rest, full, reason, replaces, dry_run",
             "eines von agreement, embargo, comment, accept_rest, full, reason, replaces, dry_run"});
    }
}

std::string plain_file_name(std::string_view name) {
    auto const cut = name.find_last_of("/\\");
    if (cut != std::string_view::npos) name.remove_prefix(cut + 1);
    std::string plain;
    for (char const c : name.substr(0, 200))
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) plain += c;
    while (!plain.empty() && !is_utf8(plain)) plain.pop_back();
    return plain;
}

} // namespace gateway::serve::intake

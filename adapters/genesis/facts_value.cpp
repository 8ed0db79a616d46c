#include "adapters/genesis/facts_value.hpp"

#include "adapters/genesis/reader_text.hpp"

namespace adapters::genesis {

namespace {

void write_text(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20U) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 0xFU];
        } else {
            out += c;
        }
    }
    out += '"';
}

} // namespace

FactsValue& FactsValue::operator[](std::string const& key) {
    if (!std::holds_alternative<Shared>(value_)) value_ = std::make_shared<Object>();
    return (*std::get<Shared>(value_))[key];
}

std::string FactsValue::text(bool pretty) const {
    std::string out;
    write(out, pretty, 0);
    return out;
}

void FactsValue::write(std::string& out, bool pretty, unsigned depth) const {
    auto const new_line = [&](unsigned level) {
        if (!pretty) return;
        out += '\n';
        out.append(std::size_t{2} * level, ' ');
    };
    if (auto const* truth = std::get_if<bool>(&value_)) {
        out += *truth ? "true" : "false";
    } else if (auto const* number = std::get_if<std::int64_t>(&value_)) {
        out += std::to_string(*number);
    } else if (auto const* words = std::get_if<std::string>(&value_)) {
        // Bytes of a broken document may stand in a key or value; JSON must stay UTF-8.
        write_text(out, is_clean_utf8(*words) ? *words : shown(*words, words->size() * 4));
    } else if (auto const* list = std::get_if<List>(&value_)) {
        out += '[';
        auto first = true;
        for (auto const& item : *list) {
            if (!first) out += ',';
            first = false;
            new_line(depth + 1);
            item.write(out, pretty, depth + 1);
        }
        if (!first) new_line(depth);
        out += ']';
    } else if (auto const* members = std::get_if<Shared>(&value_)) {
        out += '{';
        auto first = true;
        for (auto const& [key, member] : **members) {
            if (!first) out += ',';
            first = false;
            new_line(depth + 1);
            write_text(out, is_clean_utf8(key) ? key : shown(key, key.size() * 4));
            out += pretty ? ": " : ":";
            member.write(out, pretty, depth + 1);
        }
        if (!first) new_line(depth);
        out += '}';
    } else {
        out += "null";
    }
}

FactsValue counts(std::map<std::string, std::uint64_t> const& counted) {
    FactsValue result{FactsValue::Object{}};
    for (auto const& [key, count] : counted) result[key] = count;
    return result;
}

FactsValue texts(std::vector<std::string> const& listed) {
    FactsValue::List list;
    for (auto const& text : listed) list.emplace_back(text);
    return list;
}

} // namespace adapters::genesis

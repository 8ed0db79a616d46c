#include "gateway/serve/api/feed_cursor.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::size_t tag_digits = 16;
constexpr std::size_t tag_bytes = tag_digits / 2;
constexpr std::size_t longest = 2000;

std::string bytes_of(std::string const& hex) {
    std::string bytes;
    auto const value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(value(hex[i]) << 4U | value(hex[i + 1]));
    return bytes;
}

std::string sum_of(std::string_view key, std::string_view what, std::string_view bytes) {
    io::Sha256 inner, outer;
    for (auto const part : {key, std::string_view{"\0", 1}, what, std::string_view{"\0", 1}, bytes})
        inner.update(part);
    // Twice, so that nothing can be appended.
    outer.update(key);
    outer.update(inner.hex());
    return bytes_of(outer.hex());
}

std::string tag_of(std::string_view key, std::string_view question, std::string_view plain) {
    return sum_of(key, question, plain).substr(0, tag_bytes);
}

std::string hidden(std::string_view key, std::string_view tag, std::string text) {
    std::string stream;
    for (unsigned i = 0; stream.size() < text.size(); ++i)
        stream += sum_of(key, "stream", std::string{tag} + std::to_string(i));
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] =
            static_cast<char>(static_cast<unsigned char>(text[i]) ^ static_cast<unsigned char>(stream[i]));
    return text;
}

} // namespace

std::string seal_place(query::ChangePlace const& place, std::string_view question, std::string_view key) {
    std::string plain;
    store::put_varint(plain, place.number);
    plain += static_cast<char>((place.full ? 1 : 0) | (place.begun ? 2 : 0));
    if (place.begun) {
        store::put_varint(plain, place.series.indicator);
        store::put_varint(plain, place.series.area);
        plain += place.dataset;
    }
    auto const tag = tag_of(key, question, plain);
    auto text = io::to_base64(tag + hidden(key, tag, plain));
    while (text.ends_with('=')) text.pop_back();
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::optional<query::ChangePlace> open_place(std::string_view text, std::string_view question,
                                             std::string_view key) {
    if (text.empty() || text.size() > longest) return std::nullopt;
    std::string padded{text};
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    padded.append((4 - padded.size() % 4) % 4, '=');
    auto const bytes = io::from_base64(padded);
    if (!bytes || bytes->size() < tag_bytes + 2) return std::nullopt;
    auto const tag = bytes->substr(0, tag_bytes);
    auto const plain = hidden(key, tag, bytes->substr(tag_bytes));
    if (tag_of(key, question, plain) != tag) return std::nullopt;
    query::ChangePlace place;
    try {
        store::ByteReader reader{store::as_bytes(plain)};
        place.number = reader.varint();
        unsigned const flags = reader.byte();
        place.full = (flags & 1U) != 0;
        place.begun = (flags & 2U) != 0;
        if (place.begun) {
            place.series.indicator = static_cast<store::IndicatorNo>(reader.varint_up_to(~std::uint32_t{0}));
            place.series.area = static_cast<store::AreaNo>(reader.varint_up_to(~std::uint32_t{0}));
            place.dataset = store::as_text(reader.take(reader.left()));
        }
        if (!reader.at_end()) return std::nullopt;
    } catch (Error const&) {
        return std::nullopt;
    }
    return place;
}

} // namespace gateway::serve::api

#include "adapters/jsonstat/flat_array.hpp"

#include <charconv>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace adapters::jsonstat {
namespace {

constexpr std::string_view between = " \t\r\n,";
constexpr std::string_view digits = "+-.0123456789Ee";

/// Takes the only text of a document.
struct TextTaker : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, TextTaker> {
    explicit TextTaker(std::string& into) : text(into) {}
    bool String(char const* from, rapidjson::SizeType size, bool) {
        text.assign(from, size);
        return true;
    }
    std::string& text;
};

} // namespace

Item item_of(Json const& value) noexcept {
    if (auto const number = digits_of(value)) return {Item::Kind::number, *number};
    if (value.IsNull()) return {Item::Kind::null, {}};
    if (value.IsString()) return {Item::Kind::text, text_of(value)};
    return {};
}

std::optional<FlatArray> FlatArray::of(Json const& value, std::string_view bytes) {
    if (!value.IsString() || value.GetStringLength() == 0 || *value.GetString() != flat_mark)
        return std::nullopt;
    // "OFFSET SIZE", as json_tree.cpp writes it.
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    auto const* const end = value.GetString() + value.GetStringLength();
    auto const* const blank = std::from_chars(value.GetString() + 1, end, offset).ptr;
    std::from_chars(blank + 1, end, size);
    return FlatArray{bytes.substr(offset + 1), size};
}

void FlatArray::skip_nested() {
    std::size_t depth = 0;
    std::size_t at = 0;
    do {
        auto const c = rest_[at++];
        if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            --depth;
        } else if (c == '"') {
            for (; rest_[at] != '"'; ++at)
                if (rest_[at] == '\\') ++at;
            ++at;
        }
    } while (depth > 0);
    rest_.remove_prefix(at);
}

std::string_view FlatArray::quoted() {
    std::size_t end = 1;
    bool escapes = false;
    for (; rest_[end] != '"'; ++end)
        if (rest_[end] == '\\') {
            escapes = true;
            ++end;
        }
    auto const whole = rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
    if (!escapes) return whole.substr(1, whole.size() - 2);
    unescaped_.clear();
    TextTaker taker{unescaped_};
    rapidjson::MemoryStream stream{whole.data(), whole.size()};
    rapidjson::Reader reader;
    reader.Parse(stream, taker);
    return unescaped_;
}

Item FlatArray::next() {
    rest_.remove_prefix(rest_.find_first_not_of(between));
    switch (rest_.front()) {
    case '"': return {Item::Kind::text, quoted()};
    case 'n': rest_.remove_prefix(std::string_view{"null"}.size()); return {Item::Kind::null, {}};
    case 't': rest_.remove_prefix(std::string_view{"true"}.size()); return {};
    case 'f': rest_.remove_prefix(std::string_view{"false"}.size()); return {};
    case '[':
    case '{': skip_nested(); return {};
    default: break;
    }
    std::size_t size = 0;
    while (size < rest_.size() && digits.find(rest_[size]) != std::string_view::npos) ++size;
    auto const number = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return {Item::Kind::number, number};
}

} // namespace adapters::jsonstat

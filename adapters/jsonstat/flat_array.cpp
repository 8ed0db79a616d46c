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

namespace {

struct Left {
    std::string_view rest; ///< behind the bracket
    std::uint64_t size;
};

/// "OFFSET SIZE", as json_tree.cpp writes it.
std::optional<Left> left_at(Json const& value, std::string_view bytes, char mark) {
    if (!value.IsString() || value.GetStringLength() == 0 || *value.GetString() != mark) return std::nullopt;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    auto const* const end = value.GetString() + value.GetStringLength();
    auto const* const blank = std::from_chars(value.GetString() + 1, end, offset).ptr;
    std::from_chars(blank + 1, end, size);
    return Left{bytes.substr(offset + 1), size};
}

} // namespace

std::optional<FlatArray> FlatArray::of(Json const& value, std::string_view bytes) {
    auto const left = left_at(value, bytes, flat_mark);
    return left ? std::optional{FlatArray{left->rest, left->size}} : std::nullopt;
}

std::optional<FlatObject> FlatObject::of(Json const& value, std::string_view bytes) {
    auto const left = left_at(value, bytes, flat_object_mark);
    return left ? std::optional{FlatObject{left->rest, left->size}} : std::nullopt;
}

Item FlatObject::value() {
    auto& rest = rest_.rest_;
    rest.remove_prefix(rest.find(':') + 1);
    return rest_.next();
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

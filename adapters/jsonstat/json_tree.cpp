#include "adapters/jsonstat/json_tree.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace adapters::jsonstat {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                                 rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseStopWhenDoneFlag;

/// Hands everything on to the document; numbers as marked strings, long arrays and objects as the place where they stand.
template <typename Target>
class Keeper {
  public:
    using Ch = char;
    Keeper(Target& target, rapidjson::MemoryStream const& stream, std::size_t skipped)
        : target_(target), stream_(stream), skipped_(skipped) {}
    bool Null() { return is_left() || target_.Null(); }
    bool Bool(bool value) { return is_left() || target_.Bool(value); }
    // With numbers as strings only RawNumber is called.
    bool Int(int value) { return is_left() || target_.Int(value); }
    bool Uint(unsigned value) { return is_left() || target_.Uint(value); }
    bool Int64(std::int64_t value) { return is_left() || target_.Int64(value); }
    bool Uint64(std::uint64_t value) { return is_left() || target_.Uint64(value); }
    bool Double(double value) { return is_left() || target_.Double(value); }
    bool RawNumber(char const* text, rapidjson::SizeType size, bool) {
        if (is_left()) return true;
        scratch_.assign(1, number_mark);
        scratch_.append(text, size);
        return put(scratch_);
    }
    bool String(char const* text, rapidjson::SizeType size, bool) {
        // No text of a table begins with a control character; it would pass for a number.
        if (size > 0 && (*text == number_mark || *text == flat_mark || *text == flat_object_mark))
            return false;
        return is_left() || target_.String(text, size, true);
    }
    bool StartObject() {
        if (!deeper()) return false;
        bool const is_dimension = key_ == Of::dimension;
        if (key_ == Of::values && !left_) return leave_alone();
        if (is_left()) return enter();
        if (is_dimension && dimension_depth_ == 0) dimension_depth_ = depth_;
        return target_.StartObject();
    }
    bool Key(char const* text, rapidjson::SizeType size, bool) {
        if (left_) return true;
        std::string_view const name{text, size};
        // Codes of a dimension may have these names, too.
        key_ = dimension_depth_ != 0                 ? Of::other
               : name == "dimension"                 ? Of::dimension
               : name == "value" || name == "status" ? Of::values
                                                     : Of::other;
        return target_.Key(text, size, true);
    }
    bool EndObject(rapidjson::SizeType count) {
        auto const depth = depth_--;
        if (left_) return nested_ > 0 ? leave() : left(flat_object_mark);
        if (depth == dimension_depth_) dimension_depth_ = 0;
        return target_.EndObject(count);
    }
    bool StartArray() {
        if (!deeper()) return false;
        if (key_ == Of::values && !left_) return leave_alone();
        return is_left() ? enter() : target_.StartArray();
    }
    bool EndArray(rapidjson::SizeType count) {
        --depth_;
        if (!left_) return target_.EndArray(count);
        return nested_ > 0 ? leave() : left(flat_mark);
    }

  private:
    enum class Of { other, dimension, values };
    // Destroying a tree is recursive: depth is bounded here.
    bool deeper() { return ++depth_ <= 200; }
    bool put(std::string const& text) {
        return target_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()), true);
    }
    /// An array or object begins that stays where it is.
    bool leave_alone() {
        key_ = Of::other;
        left_ = true;
        nested_ = count_ = 0;
        offset_ = skipped_ + stream_.Tell();
        return true;
    }
    /// It ends: in its place stands where it is.
    bool left(char mark) {
        left_ = false;
        scratch_ = mark + std::to_string(offset_) + ' ' + std::to_string(count_);
        return put(scratch_);
    }
    /// True within an array or object that stays where it is: its elements are only counted.
    bool is_left() {
        key_ = Of::other;
        count_ += static_cast<std::uint64_t>(left_ && nested_ == 0);
        return left_;
    }
    bool enter() {
        ++nested_;
        return true;
    }
    bool leave() {
        --nested_;
        return true;
    }

    Target& target_;
    rapidjson::MemoryStream const& stream_;
    std::size_t skipped_;
    std::string scratch_;
    int depth_ = 0;
    int dimension_depth_ = 0; ///< of the object "dimension", while it is open
    Of key_ = Of::other;      ///< what the next value belongs to
    bool left_ = false;
    std::size_t offset_ = 0; ///< of its bracket in the document
    std::uint64_t count_ = 0;
    std::uint64_t nested_ = 0;
};

struct Generator {
    rapidjson::MemoryStream& stream;
    rapidjson::ParseResult& result;
    std::size_t skipped;
    template <typename Handler>
    bool operator()(Handler& handler) {
        Keeper<Handler> keeper{handler, stream, skipped};
        rapidjson::Reader reader;
        result = reader.Parse<parse_flags>(stream, keeper);
        return !result.IsError();
    }
};

} // namespace

rapidjson::Document parse_json(std::string_view bytes, std::string const& name) {
    std::size_t skipped = 0;
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") skipped = 3;
    rapidjson::MemoryStream stream{bytes.data() + skipped, bytes.size() - skipped};
    rapidjson::ParseResult result;
    rapidjson::Document document;
    Generator generator{stream, result, skipped};
    document.Populate(generator);
    auto const fail = [&](std::size_t offset, std::string const& what, Errc code) {
        auto const before = bytes.substr(0, std::min(offset + skipped, bytes.size()));
        auto const line = std::count(before.begin(), before.end(), '\n') + 1;
        auto const last = before.rfind('\n');
        auto const column = last == std::string_view::npos ? before.size() + 1 : before.size() - last;
        throw Error{code, name + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + what};
    };
    if (result.IsError()) {
        auto const code = result.Code();
        if (code == rapidjson::kParseErrorTermination)
            fail(result.Offset(), "nested deeper than 200, or a text that begins with a control character",
                 Errc::malformed);
        if (code == rapidjson::kParseErrorStringInvalidEncoding)
            fail(result.Offset(), "a text is not UTF-8", Errc::wrong_charset);
        if (result.Offset() + skipped >= bytes.size())
            fail(result.Offset(), "the document ends too early: fetch it again", Errc::truncated);
        fail(result.Offset(), rapidjson::GetParseError_En(code), Errc::malformed);
    }
    for (auto i = stream.Tell() + skipped; i < bytes.size(); ++i)
        if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t')
            fail(i - skipped, "text behind the end of the document", Errc::malformed);
    return document;
}

std::string_view text_of(Json const& value) noexcept {
    if (!value.IsString()) return {};
    std::string_view const text{value.GetString(), value.GetStringLength()};
    bool const is_text = text.empty() || (text.front() != number_mark && text.front() != flat_mark);
    return is_text ? text : std::string_view{};
}

std::optional<std::string_view> digits_of(Json const& value) noexcept {
    if (!value.IsString() || value.GetStringLength() == 0 || *value.GetString() != number_mark)
        return std::nullopt;
    return std::string_view{value.GetString() + 1, value.GetStringLength() - 1};
}

std::optional<std::uint64_t> index_of(Json const& value) noexcept {
    auto const digits = digits_of(value);
    std::uint64_t number = 0;
    if (!digits) return std::nullopt;
    auto const* const end = digits->data() + digits->size();
    auto const read = std::from_chars(digits->data(), end, number);
    return read.ec == std::errc{} && read.ptr == end ? std::optional{number} : std::nullopt;
}

Json const* member(Json const& object, std::string_view name) noexcept {
    if (!object.IsObject()) return nullptr;
    auto const found = object.FindMember(
        Json{rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))});
    return found == object.MemberEnd() ? nullptr : &found->value;
}

void require_unique(Json const& object, std::string const& path) {
    std::set<std::string_view> names;
    for (auto const& entry : object.GetObject()) {
        std::string_view const name{entry.name.GetString(), entry.name.GetStringLength()};
        if (!names.insert(name).second)
            throw Error{Errc::duplicate_key,
                        path + ": '" + std::string{name.substr(0, 60)} + "' stands twice"};
    }
}

} // namespace adapters::jsonstat

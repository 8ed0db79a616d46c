#include "adapters/sdmx/json_text.hpp"

#include <algorithm>

namespace adapters::sdmx {

Position place_in(std::string_view bytes, std::size_t offset) {
    Position position{1, 1};
    for (std::size_t i = 0; i < std::min(offset, bytes.size()); ++i) {
        if (bytes[i] == '\n') {
            ++position.line;
            position.column = 1;
        } else if ((static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80U) {
            ++position.column;
        }
    }
    return position;
}

void fail_in(std::string_view bytes, std::string const& name, std::size_t offset, Errc code,
             std::string const& text) {
    auto const place = place_in(bytes, offset);
    throw Error{code,
                name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + text};
}

std::string json_fault(rapidjson::ParseErrorCode code) {
    switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "the document is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular:
        return "something follows the end of the document; are these several documents?";
    case rapidjson::kParseErrorValueInvalid: return "no JSON value";
    case rapidjson::kParseErrorObjectMissName: return "the name of an object member is missing";
    case rapidjson::kParseErrorObjectMissColon: return "':' is missing behind the name of a member";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket: return "',' or '}' is missing behind a member";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
        return "',' or ']' is missing behind an element";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex: return "\\u without four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid: return "half of a surrogate pair";
    case rapidjson::kParseErrorStringEscapeInvalid: return "an unknown escape in a string";
    case rapidjson::kParseErrorStringMissQuotationMark: return "a string that is not closed";
    case rapidjson::kParseErrorStringInvalidEncoding: return "bytes that are not UTF-8";
    case rapidjson::kParseErrorNumberTooBig: return "a number too large to read";
    case rapidjson::kParseErrorNumberMissFraction: return "digits are missing behind the point";
    case rapidjson::kParseErrorNumberMissExponent: return "digits are missing in the exponent";
    default: return "no JSON";
    }
}

std::string_view without_mark(std::string_view bytes) noexcept {
    return bytes.substr(0, 3) == "\xEF\xBB\xBF" ? bytes.substr(3) : bytes;
}

rapidjson::Value const* member(rapidjson::Value const& object, char const* name) {
    if (!object.IsObject() || !object.HasMember(name)) return nullptr;
    return &object[name];
}

std::string text_of(rapidjson::Value const& object, char const* name) {
    auto const* const found = member(object, name);
    return found == nullptr ? std::string{} : text_of(*found);
}

std::string text_of(rapidjson::Value const& value) {
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsBool()) return value.GetBool() ? "true" : "false";
    std::string result;
    if (value.IsArray()) {
        for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
            if (i != 0) result.push_back(value_separator);
            result += text_of(value[i]);
        }
    } else if (value.IsObject()) {
        for (auto entry = value.MemberBegin(); entry < value.MemberEnd(); ++entry) {
            if (entry > value.MemberBegin()) result.push_back(value_separator);
            result += entry->name.GetString();
            result.push_back(language_separator);
            result += text_of(entry->value);
        }
    }
    return result;
}

} // namespace adapters::sdmx

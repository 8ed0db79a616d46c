// Members of JSON that was read: null where there is none, or it is of another kind.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>

namespace gateway::serve {

inline rapidjson::Value const* member(rapidjson::Value const& object, char const* name) {
    if (!object.IsObject()) return nullptr;
    auto const at = object.FindMember(name);
    return at == object.MemberEnd() ? nullptr : &at->value;
}

inline std::optional<std::string> text_member(rapidjson::Value const& object, char const* name) {
    auto const* const value = member(object, name);
    if (value == nullptr || !value->IsString()) return std::nullopt;
    return std::string{value->GetString(), value->GetStringLength()};
}

} // namespace gateway::serve

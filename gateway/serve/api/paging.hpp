// Paging: long lists a page at a time, by cursor.
//
// A cursor is the sort key of the last item shown: a page stays right while others add items. It is opaque to
// callers; `next` in the answer is the address of the next page.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/json.hpp"

namespace gateway::serve::api {

inline constexpr std::size_t default_page = 100;
inline constexpr std::size_t longest_page = 1000;

inline std::size_t page_size(Call const& call) {
    auto const text = call.parameter("limit");
    if (text.empty()) return default_page;
    std::size_t size = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), size);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || size == 0 || size > longest_page)
        throw Refusal{bad_value("limit", text, {"a number from 1 to 1000", "eine Zahl von 1 bis 1000"})};
    return size;
}

/// Items behind the cursor, at most a page. `items` are sorted by `key_of(item)`, a text.
template <typename Item, typename KeyOf>
struct Page {
    std::vector<Item> items;
    std::string next; ///< address of the next page; empty where this is the last

    Page(Call const& call, std::vector<Item> const& all, KeyOf const& key_of) {
        auto const size = page_size(call);
        auto const cursor = call.parameter("cursor");
        auto at = all.begin();
        if (!cursor.empty())
            at =
                std::find_if(all.begin(), all.end(), [&](Item const& item) { return key_of(item) > cursor; });
        for (; at != all.end() && items.size() < size; ++at) items.push_back(*at);
        if (at == all.end() || items.empty()) return;
        Pairs pairs;
        for (auto const& [name, value] : call.parameters)
            if (name != "cursor") pairs.emplace_back(name, value);
        pairs.emplace_back("cursor", key_of(items.back()));
        next = std::string{call.path} + "?" + query_text(pairs);
    }
};

/// The end of a list: how many there are in all, and where the next page is.
inline void write_paging(Json& json, std::size_t total, std::string const& next) {
    json.field("total", std::uint64_t{total}).field_or_null("next", next);
}

/// An answer that everybody may keep, with Link to the next page.
inline http::Response json_answer(Json& json, std::string const& next = {}) {
    auto response = http::Response::text(200, "application/json; charset=utf-8", json.take() + "\n");
    if (!next.empty()) response.headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
    response.shared = true;
    return response;
}

} // namespace gateway::serve::api

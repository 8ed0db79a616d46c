#include "gateway/harmonize/territory/register_lines.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/core/time_period.hpp"

namespace gateway::harmonize::territory {

void RegisterLines::refuse(std::string const& found, std::string const& expected) const {
    throw Error(Errc::malformed, "mappings/territory/" + file_ + ":" + std::to_string(line_) + ":1: found " +
                                     found + ", expected " + expected +
                                     "; next step: correct the line or make the file again, see "
                                     "docs/territory.md, register");
}

bool RegisterLines::next() {
    while (at_ < text_.size()) {
        auto const end = std::min(text_.find('\n', at_), text_.size());
        auto line = text_.substr(at_, end - at_);
        at_ = end + 1;
        ++line_;
        if (line.empty() || line.front() == '#') continue;
        std::size_t count = 0;
        for (;;) {
            auto const stop = std::min(line.find(';'), line.size());
            if (count < fields_.size()) fields_[count] = line.substr(0, stop);
            ++count;
            if (stop == line.size()) break;
            line.remove_prefix(stop + 1);
        }
        if (count != fields_.size()) refuse(std::to_string(count) + " fields", form_);
        return true;
    }
    return false;
}

std::int32_t RegisterLines::day(std::string_view text, std::int32_t otherwise) const {
    if (text.empty()) return otherwise;
    auto const day = parse_date(text);
    if (!day) refuse("'" + std::string{text} + "'", "a date such as 2024-12-31, or nothing");
    return *day;
}

std::optional<std::int64_t> RegisterLines::count(std::string_view text) const {
    if (text.empty()) return std::nullopt;
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0)
        refuse("'" + std::string{text} + "'", "a count such as 1234, or nothing");
    return value;
}

} // namespace gateway::harmonize::territory

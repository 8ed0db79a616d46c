// Which feed a file belongs to.
//
// Errors   Error invalid_argument naming the feeds that would fit
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/harmonize/feed_description.hpp"

namespace gateway::ingest {

/// "lsn/1-2-4", or "1-2-4" where one office only has a feed of this name.
/// \throws Error invalid_argument, where there is none or there are several
harmonize::FeedRef feed_named(harmonize::MappingFiles const& files, std::string_view name);

/// `pattern` may begin and end with '*'.
bool file_fits(std::string_view pattern, std::string_view name) noexcept;

/// The feed whose file patterns fit the name, or, where none does, whose header the document has. Nothing where
/// no feed fits.
/// \throws Error invalid_argument, where several fit
std::optional<harmonize::FeedRef> find_feed(harmonize::MappingFiles const& files,
                                            std::string const& file_name, std::string_view bytes);

} // namespace gateway::ingest

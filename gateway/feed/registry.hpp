// The formats there are. A new format is a file beside this one and a row in registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

struct Format {
    std::string_view id; ///< "csv", as --format says it
    std::string_view media_type;
    bool per_dataset = false; ///< one file for each dataset, as structures differ
    std::string_view about;   ///< one German sentence for LIESMICH.txt
    std::string_view name;    ///< file name; '*' stands for the dataset id
    std::unique_ptr<Writer> (*make)(ByteSink sink, FeedContext const& context) = nullptr;
};

std::span<Format const> formats() noexcept;
/// Throws Error not_found naming the formats there are.
Format const& find_format(std::string_view id);
/// "daten.csv", "sdmx/REGIO_12411-01-01-4.csv"; `dataset` counts only where the format is per dataset.
std::string file_name(Format const& format, std::string_view dataset);

} // namespace gateway::feed

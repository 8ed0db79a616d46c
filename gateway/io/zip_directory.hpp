// The central directory of a ZIP archive, read and checked. Internal to zip.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "gateway/io/zip.hpp"

namespace gateway::io {

std::vector<ZipEntry> read_zip_directory(std::string_view archive, ZipLimits const& limits);

} // namespace gateway::io

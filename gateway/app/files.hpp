// The files that a person means by naming files and folders on the command line.
//
// A folder stands for every recorded exchange (a folder with request.json) below it, in the order of time, then
// for every .csv and .zip below it, in the order of their names.
//
// Errors   Error not_found for a folder without any; invalid_argument for a path that is neither.
#pragma once

#include <string>
#include <vector>

namespace gateway::app {

struct NamedFiles {
    std::vector<std::string> files;
    std::vector<std::string> left_alone; ///< other files in the folders
};

/// A name that does not exist is kept: opening it says why.
NamedFiles files_named(std::vector<std::string> const& names);

} // namespace gateway::app

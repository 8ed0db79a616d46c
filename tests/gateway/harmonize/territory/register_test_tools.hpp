// What the tests of the register share: the project's own register, days and readable pairs.
#pragma once

#include <string>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/graph.hpp"
#include "gateway/io/file.hpp"

namespace gateway::harmonize::territory {

inline std::string register_folder() {
    return std::string{KREISLAUF_SOURCE_DIR} + "/mappings/territory";
}

/// The shipped register, loaded once.
inline Register const& shipped() {
    static Register const areas = Register::from_directory(register_folder());
    return areas;
}

inline Graph new_graph() {
    return Graph{shipped(), io::read_file(register_folder() + "/parts.csv")};
}

inline std::int32_t day(std::string_view text) {
    return parse_date(text).value();
}

inline std::int32_t last_of(int year) {
    return days_from_date(year, 12, 31).value();
}

} // namespace gateway::harmonize::territory

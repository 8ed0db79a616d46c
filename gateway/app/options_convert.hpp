// What `kreislauf convert` is asked for.
#pragma once

#include <string>
#include <vector>

namespace gateway::app {

struct ConvertOptions {
    std::string in, key, time, weight = "pop", mode = "safe", report, delimiter, decimal = ".";
    std::string protection, finer, input_decimal, secret_parts = "withhold";
    std::vector<std::string> values, strata, crosswalks, ratios, kinds, finer_crosswalks;
    bool nearest_year = false, repair_keys = false, integers = false, dash_zero = false, plain = false;
    unsigned threads = 1;
};

} // namespace gateway::app

#include <string>

#include "tests/fuzz/fuzz_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    genesis_fuzz::check_table(bytes);
    // Rows behind a sound header: most mutations would otherwise end in the header.
    genesis_fuzz::check_table("statistics_code;statistics_label;time_code;time_label;time;1_variable_code;"
                              "1_variable_label;1_variable_attribute_code;1_variable_attribute_label;value;"
                              "value_unit;value_variable_code;value_variable_label\n" +
                              bytes);
    return 0;
}

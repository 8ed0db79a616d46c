// Parts of the SDMX benchmark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

/// What every reader must find: it is compared before any time is believed.
struct Found {
    std::uint64_t observations = 0;
    std::uint64_t without_value = 0;
    double sum = 0; ///< of the values, rounded by each reader in its own order
};

/// Writes a message of about `megabytes`: monthly series of ten years, nine columns, two in a hundred values absent.
void generate(bool is_generic, std::size_t megabytes, std::string const& path);
/// The same with libxml2's SAX2 parser, reading 64 KiB at a time; attributes are looked at, nothing is kept.
Found read_with_libxml2(std::string const& path);

} // namespace bench

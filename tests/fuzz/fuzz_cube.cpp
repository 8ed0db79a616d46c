#include <string>

#include "tests/fuzz/fuzz_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    genesis_fuzz::check_table(bytes);
    genesis_fuzz::check_table(
        "K;DQ;FACH-SCHL\nD;22922KJ114\nK;DQA;NAME\nD;KREISE\nK;DQZ;NAME\nD;JAHR\nK;DQI;NAME;ME-NAME\n"
        "D;ELG002;EUR\nD;ELG003;EUR\nK;QEI;FACH-SCHL;ZI-WERT;WERT;QUALITAET;GESPERRT;WERT-VERFAELSCHT\n" +
        bytes);
    return 0;
}

// Twenty offices push 100 MB each at once: how long until all are acknowledged, synced to the disk.
//
// Prints    offices_acknowledged_s, offices_first_s, offices_mb_per_s
// Use       intake_offices_bench [OFFICES] [MEGABYTES]; needs room for twice as much
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "gateway/intake/intake.hpp"

namespace {

using namespace gateway;

/// Rows in the form of the feed, different for each office.
void write_file(std::string const& path, unsigned office, std::size_t bytes) {
    constexpr std::size_t longest_row = 100; // the agreement allows no byte more
    std::string text = "Year,Gebietseinheit,Land der Staatsangehörigkeit,Units,GeoCode,Value\n";
    for (std::uint64_t i = 0; text.size() + longest_row < bytes; ++i)
        text += std::to_string(1900 + i % 150) + ",\"Braunschweig, Stadt\",Land " + std::to_string(i / 150) +
                ",Anzahl,K03101," + std::to_string(i * 7919 % 100'003 + office) + "\n";
    std::ofstream{path, std::ios::binary} << text;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

int main(int argc, char** argv) {
    auto const offices = argc > 1 ? static_cast<unsigned>(std::stoul(argv[1])) : 20U;
    auto const megabytes = argc > 2 ? std::stoul(argv[2]) : 100UL;
    auto name = (std::filesystem::temp_directory_path() / "officesXXXXXX").string();
    std::string const folder = mkdtemp(name.data());
    for (unsigned i = 0; i < offices; ++i)
        write_file(folder + "/" + std::to_string(i), i, megabytes * 1'000'000);
    intake::IntakeSettings settings;
    settings.store = folder + "/store";
    settings.data = KREISLAUF_SOURCE_DIR;
    intake::Intake intake{settings};
    std::vector<double> times(offices);
    std::vector<std::thread> clerks;
    auto const begin = std::chrono::steady_clock::now();
    for (unsigned i = 0; i < offices; ++i)
        clerks.emplace_back([&, i] {
            intake::Submission wanted;
            wanted.agreement = "lsn-1-2-4";
            wanted.file = std::to_string(i) + ".csv";
            wanted.path = folder + "/" + std::to_string(i);
            wanted.sender = "key k" + std::to_string(i);
            static_cast<void>(intake.submit(wanted));
            times[i] = seconds_since(begin);
        });
    for (auto& clerk : clerks) clerk.join();
    auto const all = seconds_since(begin);
    std::printf("offices_acknowledged_s %.2f s\n", all);
    std::printf("offices_first_s %.2f s\n", *std::min_element(times.begin(), times.end()));
    std::printf("offices_mb_per_s %.0f MB/s\n", static_cast<double>(offices * megabytes) / all);
    bool const whole = intake.list({}).size() == offices;
    std::filesystem::remove_all(folder);
    return whole ? 0 : 1;
}

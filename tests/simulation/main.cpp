// kreislauf_nights: simulated nights as long as you like, or one seed again.
//
//   kreislauf_nights [--seed N] [--nights M] [--runs R] [--tell] [--plant DEFECT]
//
// Lives M disturbed nights of each of R seeds from N on. Exit 1 where something is broken, with the seed to repeat.
// DEFECT is 1 to 3: see Defect in world.hpp.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/simulation/world.hpp"

namespace {

std::uint64_t number_after(int argc, char** argv, char const* name, std::uint64_t otherwise) {
    for (int i = 1; i + 1 < argc; ++i)
        if (std::strcmp(argv[i], name) == 0) return std::strtoull(argv[i + 1], nullptr, 10);
    return otherwise;
}
bool has(int argc, char** argv, char const* name) {
    for (int i = 1; i < argc; ++i)
        if (std::strcmp(argv[i], name) == 0) return true;
    return false;
}

} // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // a long run tells as it goes
    simulation::Plan plan;
    auto const first = number_after(argc, argv, "--seed", 1);
    auto const runs = number_after(argc, argv, "--runs", 1);
    plan.nights = static_cast<unsigned>(number_after(argc, argv, "--nights", 40));
    plan.tells = has(argc, argv, "--tell");
    plan.defect = static_cast<simulation::Defect>(number_after(argc, argv, "--plant", 0));
    auto const begun = std::chrono::steady_clock::now();
    simulation::Outcome all;
    unsigned long long broken = 0;
    for (auto seed = first; seed < first + runs; ++seed) {
        plan.seed = seed;
        try {
            auto const one = simulation::live(plan);
            all.nights += one.nights;
            all.vintages += one.vintages;
            all.net_faults += one.net_faults;
            all.disk_faults += one.disk_faults;
            all.kills += one.kills;
            if (runs == 1)
                std::printf("trace %016llx, content hash %s\n", static_cast<unsigned long long>(one.trace),
                            one.content_hash.c_str());
        } catch (simulation::Broken const& error) {
            ++broken;
            std::printf("%s\n    again: kreislauf_nights --seed %llu --nights %u --tell\n", error.what(),
                        static_cast<unsigned long long>(seed), plan.nights);
        }
    }
    auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::printf(
        "%llu nights of %llu seeds in %.1f s: %llu vintages, %llu faults of the source, %llu of the disk, "
        "%llu kills; %llu seeds broken\n",
        static_cast<unsigned long long>(all.nights), static_cast<unsigned long long>(runs), seconds,
        static_cast<unsigned long long>(all.vintages), static_cast<unsigned long long>(all.net_faults),
        static_cast<unsigned long long>(all.disk_faults), static_cast<unsigned long long>(all.kills), broken);
    return broken == 0 ? 0 : 1;
}

// A store with an intake, an agreement on a feed of eight columns, and a clock that a test sets.
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/intake/intake.hpp"
#include "gateway/store/store.hpp"

namespace gateway::intake::testing {

constexpr UnixTime monday = 1'796'112'000; ///< 2026-12-01T08:00:00Z
constexpr char const* dataset_of_test = "lsn-1-2-4";

/// "2005,Braunschweig,Ukraine,Anzahl,K03101,352" for four counties; `first` is the value of the first.
inline std::string csv(int first, int rows = 8, int from_year = 2005) {
    std::string text = "Year,Gebietseinheit,Land der Staatsangehörigkeit,Units,GeoCode,Value\n";
    struct County {
        char const* name;
        char const* key;
    };
    constexpr std::array<County, 4> counties{{{"Braunschweig, Stadt", "03101"},
                                              {"Salzgitter, Stadt", "03102"},
                                              {"Wolfsburg, Stadt", "03103"},
                                              {"Gifhorn", "03151"}}};
    for (int i = 0; i < rows; ++i) {
        auto const& county = counties[static_cast<std::size_t>(i % 4)];
        text += std::to_string(from_year + i / 4) + ",\"" + county.name + "\",Ukraine,Anzahl,K" + county.key +
                "," + std::to_string(first + 10 * i) + "\n";
    }
    return text;
}

class TestStore {
  public:
    TestStore() {
        char name[] = "/tmp/intakeXXXXXX";
        folder_ = mkdtemp(name);
        agreement("test", "rows = \"accept_rest\"\nembargo = \"allowed\"\n");
    }
    ~TestStore() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    TestStore(TestStore const&) = delete;
    TestStore& operator=(TestStore const&) = delete;

    /// An agreement of an operator: policy, and what stands behind it.
    void agreement(std::string const& id, std::string const& policy) const {
        std::filesystem::create_directories(store() + "/intake/agreements");
        std::ofstream{store() + "/intake/agreements/" + id + ".toml"}
            << "origin = \"made up for a test\"\ndate = 2026-11-26\ntitle = \"Probe\"\nareas = [\"03\"]\n"
               "[office]\nland = \"03\"\nname = \"LSN\"\n[feed]\nservice = \"lsn\"\ntable = \"1-2-4\"\n"
               "[policy]\n"
            << policy;
    }
    [[nodiscard]] std::string write(std::string const& name, std::string const& text) const {
        auto path = folder_ + "/" + name;
        std::ofstream{path, std::ios::binary} << text;
        return path;
    }
    [[nodiscard]] std::string store() const { return folder_ + "/store"; }
    [[nodiscard]] std::string const& folder() const { return folder_; }

    [[nodiscard]] IntakeSettings settings(Clock clock) const {
        IntakeSettings settings;
        settings.store = store();
        settings.data = KREISLAUF_SOURCE_DIR;
        settings.program = "test";
        settings.clock = std::move(clock);
        return settings;
    }
    [[nodiscard]] std::unique_ptr<gateway::store::Store> open() const {
        return gateway::store::open_sqlite(store());
    }

  private:
    std::string folder_;
};

/// A clock that stands until it is set; sleeping moves it on.
class TestClock {
  public:
    explicit TestClock(UnixTime at) : ms_(std::make_shared<std::atomic<std::int64_t>>(at * 1000)) {}
    [[nodiscard]] Clock clock() const {
        return {[ms = ms_] { return ms->load() / 1000; },
                [ms = ms_](std::chrono::milliseconds duration) { *ms += duration.count(); }};
    }
    void set(UnixTime at) const { *ms_ = at * 1000; }
    [[nodiscard]] UnixTime now() const { return *ms_ / 1000; }

  private:
    std::shared_ptr<std::atomic<std::int64_t>> ms_;
};

inline std::string stage_of(Intake const& intake, std::string const& id) {
    auto const delivery = intake.find(id);
    return delivery ? std::string{name_of(delivery->stage)} : "unknown";
}

/// Works until nothing is due.
inline int work_off(Intake& intake) {
    int done = 0;
    while (done < 1000 && intake.work()) ++done;
    return done;
}

} // namespace gateway::intake::testing

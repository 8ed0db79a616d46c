// The validator beside the recordings of real services, where it is there.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace structure_test {

inline std::string validator() {
    return std::string{KREISLAUF_SOURCE_DIR} + "/../shared/real/sdmx/xsd/validate.sh";
}

/// Output of a command, and whether it succeeded.
struct Ran {
    bool is_good = false;
    std::string output;
};
inline Ran run(std::string const& command) {
    Ran ran;
    auto* const pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return ran;
    std::array<char, 4096> buffer{};
    while (auto const size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        ran.output.append(buffer.data(), size);
    ran.is_good = pclose(pipe) == 0;
    return ran;
}

/// A folder that goes with the test.
class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "structures-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string write(std::string const& name, std::string const& text) const {
        auto const file = path_ / name;
        std::ofstream{file, std::ios::binary} << text;
        return file.string();
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

} // namespace structure_test

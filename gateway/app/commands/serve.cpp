#include "gateway/app/commands/serve.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

constexpr char const* server = "kreislauf-server";

std::string own_folder() {
    std::array<char, 4096> path{};
    auto const size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size <= 0) return ".";
    std::string const program{path.data(), static_cast<std::size_t>(size)};
    return program.substr(0, program.rfind('/'));
}

} // namespace

std::optional<std::vector<std::string>> words_of_serve(int argc, char** argv) {
    std::vector<std::string> words;
    bool found = false;
    for (int i = 1; i < argc; ++i) {
        std::string_view const word{argv[i]};
        if (!found && word == "serve") {
            found = true;
            continue;
        }
        if (!found && word.compare(0, 1, "-") != 0) return std::nullopt;
        words.emplace_back(word);
        if (!found && word == "--store" && i + 1 < argc) words.emplace_back(argv[++i]);
    }
    if (!found) return std::nullopt;
    return words;
}

void become_server(std::vector<std::string> const& words) {
    auto const folder = own_folder();
    std::vector<std::string> const places{folder + "/" + server, folder + "/../libexec/kreislauf/" + server};
    std::vector<char*> arguments;
    for (auto const& place : places) {
        if (!io::file_exists(place)) continue;
        arguments.push_back(const_cast<char*>(place.c_str())); // execv() changes none of them
        for (auto const& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        ::execv(place.c_str(), arguments.data());
        throw Error{Errc::io, "cannot start " + place + ": " + std::strerror(errno)};
    }
    throw Error{Errc::not_found, "there is no " + std::string{server} + " in " + folder + " or " + folder +
                                     "/../libexec/kreislauf; install it, or build its target " + server};
}

} // namespace gateway::app

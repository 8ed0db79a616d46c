// A program of somebody else that a test talks to: started with a pipe, told to stop by its number.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace gateway::subscribe::testing {

class Stranger {
  public:
    /// Waits for the first line that it says.
    explicit Stranger(std::vector<std::string> const& command, bool speaks = true) {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0) return;
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        posix_spawn_file_actions_addclose(&actions, ends[1]);
        std::vector<char*> words;
        words.reserve(command.size() + 1);
        for (auto const& word : command) words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        if (::posix_spawnp(&id_, words.front(), &actions, nullptr, words.data(), environ) != 0) id_ = -1;
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        char c = 0;
        while (speaks && ::read(ends[0], &c, 1) == 1 && c != '\n') said_ += c;
        ::close(ends[0]);
    }
    ~Stranger() {
        if (id_ <= 0) return;
        ::kill(id_, SIGTERM);
        ::waitpid(id_, nullptr, 0);
    }
    Stranger(Stranger const&) = delete;
    Stranger& operator=(Stranger const&) = delete;

    [[nodiscard]] std::string const& said() const noexcept { return said_; }

  private:
    pid_t id_ = -1;
    std::string said_;
};

} // namespace gateway::subscribe::testing

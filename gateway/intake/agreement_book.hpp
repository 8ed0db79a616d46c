// AgreementBook: the agreements in force, while an operator adds, changes and removes their files.
//
// The files are looked at once a second at most, and read again where one changed. One that cannot be used leaves what it
// said before in force and is reported, once for each state of the files.
//
// Lifetime  what now() returned stays valid, and as it was, as long as the book
// Threads   from any
// Errors    of the constructor as Agreements::load(); none later
// Source    docs/agreements.md
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/intake/agreement.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {

class AgreementBook {
  public:
    AgreementBook(std::vector<std::string> folders, std::function<void(std::string_view)> complain,
                  std::chrono::milliseconds look_every = std::chrono::seconds{1});
    [[nodiscard]] Agreements const& now() const;

  private:
    using Stamps = std::vector<std::pair<std::string, io::FileStamp>>;
    [[nodiscard]] Stamps look() const;
    void complain(std::string_view text) const;

    std::vector<std::string> folders_;
    std::function<void(std::string_view)> complain_;
    std::chrono::milliseconds look_every_;
    mutable std::mutex mutex_;                                        ///< over what follows
    mutable std::vector<std::unique_ptr<Agreements const>> editions_; ///< the last is in force
    mutable Stamps stamps_;
    mutable std::chrono::steady_clock::time_point looked_;
    mutable std::string trouble_; ///< last complaint about the folders themselves
};

} // namespace gateway::intake

// Credentials: never printed, never stored, wiped from memory.
//
// They come from a file or from the environment, never from the command line. The file has two lines, user and
// password, or one line, a token. Without either, requests count as guest.
//
// Errors   Error invalid_argument naming file or variable, never a value; not_found; io
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"

namespace adapters::genesis {

/// A text that is overwritten when it goes. There is no way to print one.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) noexcept : text_{std::move(text)} {}
    ~Secret() { wipe(); }
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(Secret const&) = delete;
    Secret& operator=(Secret const&) = delete;

    [[nodiscard]] std::string_view reveal() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  private:
    void wipe() noexcept;
    std::string text_;
};

class Credentials {
  public:
    /// Guest.
    Credentials() = default;
    static Credentials user(Secret name, Secret password) { return {std::move(name), std::move(password)}; }
    static Credentials token(Secret token) { return {std::move(token), Secret{}}; }

    static Credentials from_file(std::string const& path);
    /// KREISLAUF_<SERVICE>_USER and _PASSWORD, or _TOKEN, or _CREDENTIALS naming a file; <SERVICE> is the id
    /// in capitals with '_' for '-'. Where none is set, the file kreislauf_<id> of $CREDENTIALS_DIRECTORY (systemd);
    /// else guest. `getenv` gives nullptr for what is not set.
    static Credentials from_environment(std::string_view service_id,
                                        std::function<char const*(char const*)> const& getenv);

    [[nodiscard]] bool is_guest() const noexcept { return name_.empty(); }
    /// A token reads only: no jobs, no changes of the account.
    [[nodiscard]] bool is_token() const noexcept { return !name_.empty() && password_.empty(); }
    /// Header fields username and password; none for a guest.
    [[nodiscard]] gateway::Fields header_fields() const;
    /// `text` with every occurrence of name and password replaced by asterisks of the same length.
    [[nodiscard]] std::string masked(std::string text) const;

  private:
    Credentials(Secret name, Secret password) : name_{std::move(name)}, password_{std::move(password)} {}

    Secret name_;
    Secret password_;
};

} // namespace adapters::genesis

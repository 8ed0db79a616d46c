#include "gateway/app/config_serve.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/app/config.hpp"
#include "gateway/app/config_keys.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

bool is_address(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    auto const digits = text.substr(colon + 1);
    unsigned port = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return !digits.empty() && error == std::errc{} && end == digits.data() + digits.size() && port <= 65'535;
}

void read_tls(std::string const& file, toml::table const& table, ServeConfig& serve) {
    Keys keys{file, table};
    keys.text("certificate", serve.tls_certificate, true);
    keys.text("key", serve.tls_key, true);
    keys.text("client_ca", serve.client_ca);
    keys.flag("client_required", serve.client_required);
    keys.refuse_others();
    if (serve.client_required && serve.client_ca.empty())
        keys.fail(*table.get("client_required"),
                  "'client_required' needs 'client_ca', which says whose certificates count");
    for (auto* const path : {&serve.tls_certificate, &serve.tls_key, &serve.client_ca})
        *path = beside(file, *path);
}

void read_limits(std::string const& file, toml::table const& table, ServeConfig& serve) {
    Keys keys{file, table};
    keys.number("connections", serve.connections, 1, 1'000'000);
    keys.number("body_kib", serve.body_kib, 1, 1 << 20);
    keys.number("stop_seconds", serve.stop_seconds, 0, 3600);
    keys.number("drain_seconds", serve.drain_seconds, 0, 300);
    keys.refuse_others();
}

/// Options and their values on the command line.
class Words {
  public:
    explicit Words(std::vector<std::string>& words) : words_(words) {}
    [[nodiscard]] bool has(std::string_view option) const {
        return std::any_of(words_.begin(), words_.end(), [&](std::string_view word) {
            return word == option ||
                   (word.substr(0, option.size()) == option && word.substr(option.size(), 1) == "=");
        });
    }
    void add(std::string_view option, std::vector<std::string> const& values) {
        if (has(option)) return;
        for (auto const& value : values) {
            added_.emplace_back(option);
            added_.push_back(value);
        }
    }
    void add(std::string_view option, std::string const& value) {
        if (!value.empty()) add(option, std::vector<std::string>{value});
    }
    void add(std::string_view option, std::optional<int> const& value) {
        if (value) add(option, std::to_string(*value));
    }
    void add_flag(std::string_view option, bool is_on) {
        if (is_on && !has(option)) added_.emplace_back(option);
    }
    /// Only here, so that no option is found that was added.
    void finish() { words_.insert(words_.end(), added_.begin(), added_.end()); }

  private:
    std::vector<std::string>& words_;
    std::vector<std::string> added_;
};

/// Takes --config FILE out of the words; empty where it is not there.
std::string take_config(std::vector<std::string>& words) {
    constexpr std::string_view option = "--config";
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (*word == option) {
            if (word + 1 == words.end())
                throw Error{
                    Errc::invalid_argument,
                    "--config is the last word; the file with [serve] follows it, such as kreislauf.toml"};
            auto file = *(word + 1);
            words.erase(word, word + 2);
            return file;
        }
        if (word->compare(0, option.size() + 1, std::string{option} + "=") == 0) {
            auto file = word->substr(option.size() + 1);
            words.erase(word);
            return file;
        }
    }
    return {};
}

} // namespace

ServeConfig read_serve(std::string const& file, toml::table const& table) {
    ServeConfig serve;
    Keys keys{file, table};
    keys.texts("listen", serve.listen, false);
    keys.text("public_url", serve.public_url);
    keys.text("log", serve.log);
    keys.number("workers", serve.workers, 1, 1024);
    keys.number("cache_mib", serve.cache_mib, 0, 1 << 20);
    if (auto const* const tls = keys.table("tls")) read_tls(file, *tls, serve);
    if (auto const* const limits = keys.table("limits")) read_limits(file, *limits, serve);
    keys.refuse_others();
    for (auto const& address : serve.listen)
        if (!is_address(address))
            keys.fail(*table.get("listen"),
                      "'listen': '" + address + "' is no ADDRESS:PORT such as 127.0.0.1:8080 or [::1]:8080");
    if (!serve.public_url.empty() && serve.public_url.compare(0, 7, "http://") != 0 &&
        serve.public_url.compare(0, 8, "https://") != 0)
        keys.fail(*table.get("public_url"), "'public_url' must begin with http:// or https://");
    if (serve.log != "-" && serve.log != "none") serve.log = beside(file, serve.log);
    return serve;
}

std::vector<std::string> words_with_config(std::vector<std::string> words) {
    auto const file = take_config(words);
    if (file.empty()) return words;
    auto const config = parse_config(io::read_file(file), file);
    if (!config.serve)
        throw Error{Errc::invalid_argument, file + ": no [serve]; see docs/server.md, or leave --config out"};
    auto const& serve = *config.serve;
    Words line{words};
    line.add("--listen", serve.listen);
    line.add("--public-url", serve.public_url);
    line.add("--log", serve.log);
    line.add("--workers", serve.workers);
    line.add("--cache", serve.cache_mib);
    if (!line.has("--tls-cert") && !line.has("--tls-key")) {
        line.add("--tls-cert", serve.tls_certificate);
        line.add("--tls-key", serve.tls_key);
        line.add("--client-ca", serve.client_ca);
        line.add_flag("--client-required", serve.client_required);
    }
    line.add("--connections", serve.connections);
    line.add("--body", serve.body_kib);
    line.add("--stop-time", serve.stop_seconds);
    line.add("--drain-time", serve.drain_seconds);
    line.add("--intake-folder", config.intake.folder);
    line.finish();
    return words;
}

} // namespace gateway::app

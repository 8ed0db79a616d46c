#include "gateway/app/doctor.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "adapters/genesis/credentials.hpp"
#include "adapters/genesis/services.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/context.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/http/curl_transport.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using adapters::genesis::Credentials;
using care::Health;
using care::Symptom;

constexpr std::string_view directory_scheme = "directory:";
constexpr std::int64_t patience_ms = 10'000;
constexpr mode_t others = 077;

harmonize::MappingFiles mapping_files() {
    return harmonize::MappingFiles::from_directory(data_directory() + "/mappings");
}

/// The schema of a file that schemas/mapping/checked.txt names: "tables/regionalstatistik/x.toml" -> "table".
std::string schema_of(std::string const& name) {
    auto kind = name.substr(0, name.find('/'));
    if (auto const dot = kind.find(".toml"); dot != std::string::npos) kind.resize(dot);
    if (kind == "tables") return "table";
    if (kind == "agreements") return "../agreement/agreement"; // they harmonize nothing
    return kind == "feeds" ? "feed" : kind;
}

Symptom examine_file(std::string const& source, std::string const& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0)
        return {Health::broken, "credentials", source + ": " + io::reason_text("cannot read", path, errno),
                "write user and password, or a token, into it: docs/configuration.md"};
    try {
        auto const credentials = Credentials::from_file(path);
        if ((info.st_mode & others) != 0)
            return {Health::broken, "credentials", source + ": " + path + " can be read by others",
                    "chmod 600 " + path + ", and change the password"};
        return {Health::well,
                "credentials",
                source + ": " + path + (credentials.is_token() ? ", a token" : ", user and password"),
                {}};
    } catch (Error const& error) {
        return {Health::broken, "credentials", source + ": " + error.what(),
                "two lines, user and password, or one, a token"};
    }
}

Symptom ask(http::CurlTransport& transport, std::string const& source, std::string const& url) {
    HttpRequest request;
    request.method = "HEAD";
    request.url = url;
    request.timeout_ms = patience_ms;
    try {
        auto const response = transport.send(request);
        constexpr int server_error = 500;
        if (response.status >= server_error)
            return {Health::attention, "source",
                    source + ": " + url + " answers " + std::to_string(response.status),
                    "the source has trouble of its own: wait for its next day"};
        return {Health::well, "source", source + ": " + url + " answers", {}};
    } catch (Error const& error) {
        return {Health::broken, "source", source + ": " + error.what(),
                "check network, proxy (https_proxy) and certificates (ca-certificates) of this machine"};
    }
}

} // namespace

std::vector<Symptom> examine_configuration(Options const& options, Config& config) {
    auto const path = options.config.empty() ? options.store + "/kreislauf.toml" : options.config;
    if (!io::file_exists(path))
        return {{Health::broken, "configuration", path + ": there is no configuration",
                 "name one with --config, or write one: docs/configuration.md"}};
    std::vector<Symptom> symptoms;
    try {
        config = load_config(path);
    } catch (Error const& error) {
        return {
            {Health::broken, "configuration", error.what(), "mend this line and run kreislauf doctor again"}};
    }
    std::size_t tables = 0;
    auto const mappings = mapping_files();
    auto const services = mappings.text("services.toml").value_or(std::string{});
    for (auto const& source : config.sources) {
        tables += source.tables.size();
        if (source.url.compare(0, directory_scheme.size(), directory_scheme) == 0 &&
            !io::file_exists(source.url.substr(directory_scheme.size())))
            symptoms.push_back(
                {Health::broken, "configuration",
                 path + ": source " + source.id + ": no folder " + source.url.substr(directory_scheme.size()),
                 "make it, or correct 'url'"});
        if (mappings.text("feeds/" + source.service + ".toml")) continue;
        try {
            static_cast<void>(adapters::genesis::load_service(services, source.service, source.url));
        } catch (Error const& error) {
            symptoms.push_back({Health::broken, "configuration",
                                path + ": source " + source.id + ": " + error.what(),
                                "use a service of mappings/services.toml or an office of mappings/feeds"});
        }
    }
    if (symptoms.empty())
        symptoms.push_back({Health::well,
                            "configuration",
                            path + ": " + std::to_string(config.sources.size()) + " sources, " +
                                std::to_string(tables) + " tables",
                            {}});
    return symptoms;
}

std::vector<Symptom> examine_credentials(Config const& config) {
    std::vector<Symptom> symptoms;
    for (auto const& source : config.sources) {
        if (!source.credentials_file.empty()) {
            symptoms.push_back(examine_file(source.id, source.credentials_file));
            continue;
        }
        try {
            auto const found = Credentials::from_environment(
                source.service, [](char const* name) { return static_cast<char const*>(std::getenv(name)); });
            symptoms.push_back(
                {Health::well,
                 "credentials",
                 source.id + (found.is_guest() ? ": none, asks as a guest" : ": from the environment"),
                 {}});
        } catch (Error const& error) {
            symptoms.push_back({Health::broken, "credentials", source.id + ": " + error.what(),
                                "correct the environment of the service"});
        }
    }
    return symptoms;
}

std::vector<Symptom> examine_mappings(Config const& config) {
    std::vector<Symptom> symptoms;
    try {
        harmonize::FileLoader loader{mapping_files()};
        auto const listed = loader.files().checked();
        if (!listed)
            return {{Health::broken, "mappings",
                     data_directory() + "/schemas/mapping/checked.txt is not there",
                     "install kreislauf again, or correct KREISLAUF_DATA"}};
        std::istringstream lines{*listed};
        std::vector<std::string> changed;
        std::size_t files = 0;
        for (std::string sum, name; lines >> sum >> name; ++files) {
            auto const schema = loader.files().schema(schema_of(name));
            auto const text = loader.files().text(name);
            if (schema && text && harmonize::checked_key(*schema, *text) == sum) continue;
            if (!text) {
                symptoms.push_back({Health::broken, "mappings",
                                    data_directory() + "/mappings/" + name + " is not there",
                                    "install kreislauf again"});
                continue;
            }
            static_cast<void>(loader.find(name, schema_of(name)));
            changed.push_back(name);
        }
        // A newer schema changes every file: one line then, not hundreds.
        constexpr std::size_t named = 3;
        for (std::size_t i = 0; i < std::min(named, changed.size()); ++i) {
            auto text = changed[i] + " is not the one that was shipped; it follows its schema";
            if (i + 1 == named && changed.size() > named)
                text += "; the same holds for " + std::to_string(changed.size() - named) + " more";
            symptoms.push_back({Health::attention, "mappings", std::move(text),
                                "fine where you changed it; else install kreislauf again"});
        }
        static_cast<void>(harmonize::AreaRegister::load(loader.files()));
        for (auto const& source : config.sources)
            for (auto const& table : source.tables)
                if (!loader.files().text("feeds/" + source.service + ".toml"))
                    static_cast<void>(
                        harmonize::Mapping::load(loader.files(), source.service, table, "ffcsv-v5", 0));
        symptoms.push_back({Health::well,
                            "mappings",
                            data_directory() + "/mappings: " + std::to_string(files) + " files looked at",
                            {}});
    } catch (Error const& error) {
        symptoms.push_back(
            {Health::broken, "mappings", error.what(), "mend the file, or install kreislauf again"});
    }
    return symptoms;
}

std::vector<Symptom> examine_sources(Config const& config) {
    std::vector<Symptom> symptoms;
    auto const mappings = mapping_files();
    auto const services = mappings.text("services.toml").value_or(std::string{});
    http::CurlTransport transport{{"kreislauf", patience_ms, patience_ms}};
    std::set<std::string> asked;
    for (auto const& source : config.sources) {
        auto url = source.url;
        if (url.compare(0, directory_scheme.size(), directory_scheme) == 0) continue;
        try {
            if (url.empty()) url = adapters::genesis::load_service(services, source.service).url;
        } catch (Error const&) {
            continue; // the configuration says it
        }
        if (!url.empty() && asked.insert(url).second) symptoms.push_back(ask(transport, source.id, url));
    }
    return symptoms;
}

} // namespace gateway::app

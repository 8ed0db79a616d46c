#include "gateway/subscribe/way_sections.hpp"

#include <algorithm>
#include <cstdlib>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/subscribe/drop.hpp"
#include "gateway/subscribe/mail_way.hpp"

namespace gateway::subscribe {
namespace {

/// One section; refuses keys that it does not know.
class Section {
  public:
    Section(std::string name, std::map<std::string, std::vector<std::string>> const& keys,
            std::vector<std::string> const& known)
        : name_{std::move(name)}, keys_{keys} {
        std::string all;
        for (auto const& key : known) all += (all.empty() ? "" : ", ") + key;
        for (auto const& [key, values] : keys_)
            if (std::find(known.begin(), known.end(), key) == known.end())
                fault("'" + key + "' is unknown; there are " + all);
    }
    [[nodiscard]] std::string text(std::string const& key) const {
        auto const found = keys_.find(key);
        if (found == keys_.end()) return {};
        if (found->second.size() != 1) fault("'" + key + "' must be one text");
        return found->second.front();
    }
    [[nodiscard]] std::string required(std::string const& key, std::string const& example) const {
        auto value = text(key);
        if (value.empty()) fault("'" + key + "' is missing; for example " + example);
        return value;
    }
    [[nodiscard]] std::vector<std::string> texts(std::string const& key) const {
        auto const found = keys_.find(key);
        return found == keys_.end() ? std::vector<std::string>{} : found->second;
    }
    [[nodiscard]] bool one_of(std::string const& key, std::string const& yes, std::string const& no) const {
        auto const value = text(key);
        if (!value.empty() && value != yes && value != no)
            fault("'" + key + "' is '" + value + "'; expected " + yes + " or " + no);
        return value == yes;
    }
    [[noreturn]] void fault(std::string const& text) const {
        throw Error{Errc::malformed, "subscriptions.toml, [" + name_ + "]: " + text};
    }

  private:
    std::string name_;
    std::map<std::string, std::vector<std::string>> const& keys_;
};

std::string first_line_of(std::string const& path) {
    auto text = io::read_file(path);
    return text.substr(0, text.find_first_of("\r\n"));
}

std::unique_ptr<Way> mail_from(Section const& section, WaySurroundings const& around) {
    MailSettings settings;
    settings.server = section.required("server", "\"smtp://mail.kreis.example:587\"");
    settings.from = section.required("from", "\"kreislauf@kreis.example\"");
    if (auto name = section.text("from_name"); !name.empty()) settings.from_name = std::move(name);
    settings.contact = section.text("contact");
    settings.domains = section.texts("domains");
    settings.base = around.public_url;
    settings.service = around.service;
    settings.areas = around.areas;
    settings.withholds = around.withholds;
    settings.now = around.now;
    settings.upload.login.user = section.text("user");
    if (auto const file = section.text("password_file"); !file.empty())
        settings.upload.login.password = first_line_of(file);
    else if (char const* const password = std::getenv("KREISLAUF_SMTP_PASSWORD"); password != nullptr)
        settings.upload.login.password = password;
    settings.upload.ca_file = section.text("ca_file");
    settings.upload.tls_required = !section.one_of("tls", "try", "required");
    try {
        return std::make_unique<MailWay>(std::move(settings));
    } catch (Error const& error) {
        section.fault(error.what());
    }
}

std::unique_ptr<Way> drop_from(Section const& section, WaySurroundings const& around) {
    DropSettings settings;
    settings.folder = section.text("folder");
    settings.logins = section.text("logins");
    settings.upload.known_hosts_file = section.text("known_hosts");
    settings.upload.ca_file = section.text("ca_file");
    settings.plain_http = section.one_of("plain_http", "yes", "no");
    settings.staging = around.store + "/subscriptions/staging";
    settings.mappings = around.mappings;
    settings.base = around.public_url;
    settings.data = around.data;
    settings.store = around.store;
    settings.areas = around.areas;
    if (settings.folder.empty() && settings.logins.empty())
        section.fault("neither 'folder' nor 'logins' is set: there is nowhere to put anything");
    return std::make_unique<DropWay>(std::move(settings));
}

} // namespace

void add_ways(Ways& ways, WaySettings const& settings, WaySurroundings const& around) {
    if (auto const mail = settings.sections.find("mail"); mail != settings.sections.end())
        ways.add(mail_from({"mail",
                            mail->second,
                            {"server", "from", "from_name", "contact", "domains", "user", "password_file",
                             "ca_file", "tls"}},
                           around));
    if (auto const drop = settings.sections.find("drop"); drop != settings.sections.end())
        ways.add(drop_from(
            {"drop", drop->second, {"folder", "logins", "known_hosts", "ca_file", "plain_http"}}, around));
}

} // namespace gateway::subscribe

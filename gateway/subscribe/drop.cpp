#include "gateway/subscribe/drop.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::subscribe {
namespace {

namespace fs = std::filesystem;
using http::Uploaded;

constexpr std::string_view unfinished = ".teil";

bool is_local(std::string_view address) noexcept {
    return address.find("://") == std::string_view::npos;
}

/// One name, no path: letters, digits and . _ -, and nothing that is hidden.
bool is_folder_name(std::string_view name) noexcept {
    constexpr std::size_t longest = 64;
    return !name.empty() && name.size() <= longest && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

/// What an owner has of a folder of the operator: "03153" of county:03153 below it, the operator the folder itself. So
/// no key reaches what another one's owner was given.
std::string owners_folder(std::string const& root, std::string const& owner) {
    if (owner.empty()) return root;
    auto const key = owner.substr(owner.find(':') + 1);
    if (!is_folder_name(key)) throw Error{Errc::invalid_argument, "owner '" + owner + "' names no folder"};
    return root + "/" + key;
}

/// "sftp.kreis.example" of "sftp://sftp.kreis.example:2222/eingang".
std::string host_name(std::string_view address) {
    auto rest = address.substr(address.find("://") + 3);
    rest = rest.substr(0, rest.find('/'));
    return std::string{rest.substr(0, rest.find(':'))};
}

/// Path in an address, without slash at the end.
std::string path_of(std::string_view address) {
    auto const begin = address.find('/', address.find("://") + 3);
    std::string path{begin == std::string_view::npos ? std::string_view{} : address.substr(begin)};
    while (path.ends_with('/')) path.pop_back();
    return path;
}

std::string without_slash(std::string address) {
    while (address.ends_with('/')) address.pop_back();
    return address;
}

/// Names of our files: ASCII, as gateway/feed names them; others are spelled out.
std::string in_address(std::string_view path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : path) {
        auto const byte = static_cast<unsigned char>(c);
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view{"/-_.~"}.find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            ((out += '%') += digits[byte >> 4U]) += digits[byte & 0xFU];
    }
    return out;
}

Outcome outcome_of(Uploaded const& uploaded) {
    Outcome outcome;
    outcome.status = uploaded.status;
    outcome.text = uploaded.text;
    // What is refused is tried again, too: a folder that is missing or closed is for people to mend, and has three days.
    outcome.kind = uploaded.end == Uploaded::End::taken ? Outcome::Kind::delivered : Outcome::Kind::again;
    return outcome;
}

/// Folders of files, each in front of what lies in it.
std::vector<std::string> folders_of(std::vector<std::string> const& files) {
    std::vector<std::string> folders;
    for (auto const& file : files)
        for (auto at = file.find('/'); at != std::string::npos; at = file.find('/', at + 1))
            if (std::find(folders.begin(), folders.end(), file.substr(0, at)) == folders.end())
                folders.push_back(file.substr(0, at));
    return folders;
}

/// Over WebDAV. The names of collections end with a slash: some servers move nothing else.
Uploaded put_by_webdav(std::string const& staged, std::string const& address, std::string const& name,
                       http::UploadOptions const& options) {
    auto const whole = address + "/" + name + "/";
    auto const part = address + "/" + name + std::string{unfinished} + "/";
    auto there = http::webdav("HEAD", whole + "SHA256SUMS.txt", {}, options);
    if (there.end == Uploaded::End::taken) return there; // the answer of an earlier try was lost
    if (there.status != 404) return there;
    static_cast<void>(http::webdav("DELETE", part, {}, options)); // what an earlier try left
    if (auto made = http::webdav("MKCOL", part, {}, options); made.end != Uploaded::End::taken) return made;
    auto const files = files_below(staged);
    for (auto const& folder : folders_of(files))
        if (auto made = http::webdav("MKCOL", part + in_address(folder) + "/", {}, options);
            made.end != Uploaded::End::taken)
            return made;
    for (auto const& file : files) {
        io::MappedFile const bytes{staged + "/" + file};
        if (auto put = http::put_file(part + in_address(file), bytes.view(), options);
            put.end != Uploaded::End::taken)
            return put;
    }
    return http::webdav("MOVE", part, {"Destination: " + whole, "Overwrite: F"}, options);
}

bool has_line(std::string const& lines, std::string_view wanted) {
    std::istringstream in{lines};
    for (std::string line; std::getline(in, line);)
        if (line == wanted) return true;
    return false;
}

Uploaded put_by_sftp(std::string const& staged, std::string const& address, std::string const& name,
                     http::UploadOptions const& options) {
    std::string names;
    if (auto listed = http::sftp_list(address + "/", options, names); listed.end != Uploaded::End::taken)
        return listed;
    if (has_line(names, name)) return {};
    auto const part = name + std::string{unfinished};
    for (auto const& file : files_below(staged)) {
        io::MappedFile const bytes{staged + "/" + file};
        if (auto put = http::put_file(address + "/" + part + "/" + in_address(file), bytes.view(), options);
            put.end != Uploaded::End::taken)
            return put;
    }
    auto const path = path_of(address) + "/";
    auto const root = address.substr(0, address.find('/', address.find("://") + 3)) + "/";
    return http::sftp_commands(root, {"rename \"" + path + part + "\" \"" + path + name + "\""}, options);
}

} // namespace

std::string DropWay::host_of(Subscription const& subscription) const {
    return is_local(subscription.address) ? settings_.folder : host_name(subscription.address);
}

DropContent DropWay::content_of(Subscription const& subscription) const {
    return {subscription.format != "delta",
            settings_.mappings,
            settings_.base,
            settings_.areas,
            settings_.data,
            settings_.store};
}

std::optional<http::UploadLogin> DropWay::login_of(Subscription const& subscription) const {
    auto const host = host_name(subscription.address);
    if (settings_.logins.empty() || !is_folder_name(host)) return std::nullopt;
    auto const path = owners_folder(settings_.logins, subscription.owner) + "/" + host;
    if (!io::file_exists(path)) return std::nullopt;
    std::istringstream lines{io::read_file(path)};
    http::UploadLogin login;
    std::string second;
    std::getline(lines, login.user);
    std::getline(lines, second);
    if (login.user.empty() || second.empty())
        throw Error{Errc::malformed, path + ": expected two lines, user and password, or user and key:FILE"};
    constexpr std::string_view key = "key:";
    if (second.starts_with(key))
        login.private_key_file = second.substr(key.size());
    else
        login.password = second;
    return login;
}

std::string DropWay::why_not(Subscription const& subscription) const {
    auto const& address = subscription.address;
    if (!subscription.format.empty() && subscription.format != "delta")
        return "format '" + subscription.format +
               "': a folder has packages and changes; 'delta' leaves the packages out";
    if (!subscription.territory.empty() && subscription.format == "delta")
        return "territory '" + subscription.territory +
               "': packages are on the areas of a day, and format delta leaves them out";
    if (!subscription.options.empty())
        return "option '" + subscription.options.begin()->first + "': a folder has none";
    if (is_local(address)) {
        if (settings_.folder.empty())
            return "address '" + address +
                   "': the operator has set no folder aside; give sftp:// or https://";
        if (!is_folder_name(address))
            return "address '" + address +
                   "': expected a name of letters, digits, - and _, sftp:// or https://";
        return {};
    }
    bool const plain = address.starts_with("http://");
    if (!address.starts_with("sftp://") && !address.starts_with("https://") &&
        !(plain && settings_.plain_http))
        return "address '" + address + "': expected sftp://HOST/FOLDER or https://HOST/FOLDER";
    if (address.find_first_of("@?#\"\\ ") != std::string::npos)
        return "the address holds a login, a query or a sign that does not belong there; logins are given to "
               "the operator";
    if (path_of(address).empty()) return "address '" + address + "': names no folder";
    try {
        if (!login_of(subscription))
            return "address '" + address + "': the operator has no login for this server yet";
    } catch (Error const&) {
        return "address '" + address + "': the login for this server cannot be read; ask the operator";
    }
    return {};
}

Outcome DropWay::deliver(Subscription const& subscription, Batch const& batch) {
    if (auto why = why_not(subscription); !why.empty())
        return {Outcome::Kind::again, std::nullopt, true, 0, std::move(why)};
    return is_local(subscription.address) ? deliver_here(subscription, batch) : upload(subscription, batch);
}

Outcome DropWay::deliver_here(Subscription const& subscription, Batch const& batch) const {
    auto const parent = owners_folder(settings_.folder, subscription.owner) + "/" + subscription.address;
    auto const whole = parent + "/" + drop_name(batch);
    if (io::file_exists(whole)) return {};
    auto const part = whole + std::string{unfinished};
    fs::remove_all(part); // what a kill left
    io::make_directories(parent);
    if (!write_drop(part, subscription, batch, content_of(subscription))) return {};
    if (batch.require_record) batch.require_record();
    for (auto const& each : fs::recursive_directory_iterator{part})
        if (each.is_directory()) io::sync_directory(each.path().string());
    io::sync_directory(part);
    std::error_code failure;
    fs::rename(part, whole, failure);
    if (failure) throw Error{Errc::io, "cannot rename " + part + " to " + whole + ": " + failure.message()};
    io::sync_directory(parent);
    return {};
}

Outcome DropWay::upload(Subscription const& subscription, Batch const& batch) const {
    auto options = settings_.upload;
    options.login = login_of(subscription).value();
    auto const name = drop_name(batch);
    auto const staged = settings_.staging + "/" + subscription.id + "_" + name;
    fs::remove_all(staged);
    if (!write_drop(staged, subscription, batch, content_of(subscription))) return {};
    if (batch.require_record) batch.require_record();
    auto const address = without_slash(subscription.address);
    auto const put = address.starts_with("sftp:") ? put_by_sftp(staged, address, name, options)
                                                  : put_by_webdav(staged, address, name, options);
    fs::remove_all(staged);
    return outcome_of(put);
}

} // namespace gateway::subscribe

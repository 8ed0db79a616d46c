// File drop: a dated folder with everything of the county, put where the county takes its files from.
//
// Shape    address: NAME = a folder in the one that the operator set aside (of county:03153: in 03153 in it);
//          sftp://HOST/FOLDER; https://HOST/FOLDER (WebDAV).
//          format: "" packages and changes, "delta" changes alone (drop_folder.hpp says what is in it)
// Whole    a folder has its name when everything is in it and safe; before that it is called NAME.teil. The same batch
//          has the same name and is never put twice.
// Logins   one file per host in the operator's folder of logins: user, password, and, for SFTP, the path of a private key
//          instead of the password ("key:/etc/kreislauf/goslar"); those of county:03153 in the folder 03153. A host
//          without login is refused: nobody can make the gateway write to places that its operator does not know.
// Errors   as gateway/subscribe/way.hpp
// Source   RFC 4918 (WebDAV); gateway/http/curl_upload.hpp
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/http/curl_upload.hpp"
#include "gateway/subscribe/drop_folder.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

struct DropSettings {
    std::string folder;  ///< in which local subscribers have theirs; empty = there are none
    std::string logins;  ///< folder; empty = no servers
    std::string staging; ///< folder for what is to be uploaded
    bool plain_http = false;
    http::UploadOptions upload; ///< without login
    std::string mappings, base;
    std::string data,
        store; ///< what figures are put on other areas with: folder with mappings/, and the store
    harmonize::territory::Register const* areas = nullptr;
};

class DropWay final : public Way {
  public:
    explicit DropWay(DropSettings settings) : settings_{std::move(settings)} {}

    [[nodiscard]] std::string_view name() const noexcept override { return "drop"; }
    [[nodiscard]] bool knows_territory() const noexcept override { return true; }
    [[nodiscard]] std::string why_not(Subscription const& subscription) const override;
    Outcome deliver(Subscription const& subscription, Batch const& batch) override;
    [[nodiscard]] std::string host_of(Subscription const& subscription) const override;

  private:
    Outcome deliver_here(Subscription const& subscription, Batch const& batch) const;
    Outcome upload(Subscription const& subscription, Batch const& batch) const;
    [[nodiscard]] std::optional<http::UploadLogin> login_of(Subscription const& subscription) const;
    [[nodiscard]] DropContent content_of(Subscription const& subscription) const;
    DropSettings settings_;
};

} // namespace gateway::subscribe

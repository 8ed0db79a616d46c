#include "gateway/serve/intake/routes.hpp"

#include "gateway/serve/intake/deliveries.hpp"
#include "gateway/serve/intake/page.hpp"
#include "gateway/serve/intake/tus.hpp"

namespace gateway::serve::intake {
namespace {

constexpr std::string_view deliveries = "/api/v1/deliveries";
constexpr std::string_view uploads = "/api/v1/uploads";
constexpr std::string_view page = "/lieferung";

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
constexpr std::uint64_t delivery_bytes = 16 * mib;
constexpr std::uint64_t page_bytes = 4 * mib;
/// A piece goes to the disk while it arrives; what it may hold, the upload says.
constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 42U;

} // namespace

std::vector<Route> routes(Desk& desk) {
    using Answer = http::Response (*)(Desk&, Call const&);
    using Receive = std::unique_ptr<http::BodySink> (*)(Desk&, Call const&);
    auto const on = [&desk](Answer answer) -> Handler {
        return [&desk, answer](Call const& call) { return answer(desk, call); };
    };
    auto const taking = [&desk](Receive receive) {
        return [&desk, receive](Call const& call) { return receive(desk, call); };
    };
    std::string const list{deliveries};
    std::string const one = list + "/{id}";
    std::string const tus{uploads};
    std::string const upload = tus + "/{id}";
    std::string const clerk{page};
    return {
        {"GET", list, "listDeliveries", {"agreement", "stage"}, on(list_deliveries)},
        {"POST",
         list,
         "postDelivery",
         {"agreement", "file", "embargo", "comment", "accept_rest", "full", "reason", "replaces", "dry_run",
          "format"},
         on(post_delivery),
         false,
         taking(receive_delivery)},
        {"GET", one, "getDelivery", {}, on(show_delivery)},
        {"GET", one + "/report", "getReport", {"format"}, on(show_report)},
        {"GET", one + "/quarantine", "getQuarantine", {}, on(show_quarantine)},
        {"GET", one + "/receipt", "getReceipt", {"all"}, on(show_receipt)},
        {"POST", one + "/release", "releaseDelivery", {}, on(release_delivery)},
        {"POST", one + "/withdraw", "withdrawDelivery", {}, on(withdraw_delivery)},
        {"GET", "/api/v1/receipt-key", "getReceiptKey", {}, on(show_receipt_key)},
        {"OPTIONS", tus, "getUploadProtocol", {}, on(tus_options)},
        {"POST", tus, "createUpload", {}, on(create_upload)},
        {"OPTIONS", upload, "getUploadOptions", {}, on(tus_options)},
        {"GET", upload, "getUpload", {}, on(show_upload)},
        {"PATCH", upload, "sendPiece", {}, on(send_piece), false, taking(receive_piece)},
        {"POST", upload, "overrideMethod", {}, on(override_method), false, taking(receive_piece)},
        {"DELETE", upload, "deleteUpload", {}, on(delete_upload)},
        {"GET", upload + "/report", "getDryRunReport", {"format"}, on(show_dry_run)},
        {"GET", clerk, "getClerksPage", {}, on(show_page)},
        {"POST", clerk, "postClerksPage", {}, on(use_page)},
        {"GET", clerk + ".js", "getClerksScript", {}, on(show_script)},
    };
}

std::optional<std::uint64_t> body_limit(std::string_view method, std::string_view target) {
    auto const path = target.substr(0, target.find('?'));
    if (path.starts_with(std::string{uploads} + "/") && (method == "PATCH" || method == "POST"))
        return piece_bytes;
    if (method != "POST") return std::nullopt;
    if (path == deliveries) return delivery_bytes;
    if (path == page) return page_bytes;
    return std::nullopt;
}

} // namespace gateway::serve::intake

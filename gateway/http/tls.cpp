#include "gateway/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <limits>

#include "gateway/core/error.hpp"

namespace gateway::http {
namespace {

struct Free {
    void operator()(SSL_CTX* context) const noexcept { ::SSL_CTX_free(context); }
    void operator()(SSL* session) const noexcept { ::SSL_free(session); }
    void operator()(X509* certificate) const noexcept { ::X509_free(certificate); }
    void operator()(BIO* bio) const noexcept { ::BIO_free(bio); }
};
using Context = std::unique_ptr<SSL_CTX, Free>;
using Session = std::unique_ptr<SSL, Free>;

[[noreturn]] void fail(std::string const& what) {
    std::string reason = "unknown reason";
    if (auto const code = ::ERR_peek_last_error(); code != 0)
        if (auto const* const text = ::ERR_reason_error_string(code); text != nullptr) reason = text;
    ::ERR_clear_error();
    throw Error{Errc::invalid_argument, "TLS: " + what + ": " + reason};
}

std::optional<UnixTime> time_of(ASN1_TIME const* time) {
    std::tm parts{};
    if (time == nullptr || ::ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return static_cast<UnixTime>(::timegm(&parts));
}

/// One record, so that a head and the beginning of a body travel together.
constexpr std::size_t record_bytes = 16384;

class TlsChannel final : public Channel {
  public:
    explicit TlsChannel(Session session) : session_{std::move(session)} {}

    Transfer read(char* room, std::size_t size) override {
        ::ERR_clear_error();
        auto const most = std::min<std::size_t>(size, std::numeric_limits<int>::max());
        return judged(::SSL_read(session_.get(), room, static_cast<int>(most)));
    }
    Transfer write(std::string_view first, std::string_view second) override {
        ::ERR_clear_error();
        if (!second.empty() && first.size() < record_bytes) {
            together_.assign(first);
            together_ += second.substr(0, record_bytes - first.size());
            first = together_;
        }
        auto const most = std::min<std::size_t>(first.size(), std::size_t{1} << 20U);
        return judged(::SSL_write(session_.get(), first.data(), static_cast<int>(most)));
    }
    void end() noexcept override {
        ::ERR_clear_error();
        ::SSL_shutdown(session_.get());
        ::ERR_clear_error();
    }
    [[nodiscard]] std::string certificate() const override {
        std::unique_ptr<X509, Free> const peer{::SSL_get1_peer_certificate(session_.get())};
        if (!peer || ::SSL_get_verify_result(session_.get()) != X509_V_OK) return {};
        std::unique_ptr<BIO, Free> const out{::BIO_new(::BIO_s_mem())};
        if (!out) return {};
        ::X509_NAME_print_ex(out.get(), ::X509_get_subject_name(peer.get()), 0,
                             XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
        char* text = nullptr;
        auto const length = ::BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(length)};
    }

  private:
    Transfer judged(int moved) {
        if (moved > 0) return {Moved::some, static_cast<std::size_t>(moved)};
        switch (::SSL_get_error(session_.get(), moved)) {
        case SSL_ERROR_WANT_READ: return {Moved::want_read};
        case SSL_ERROR_WANT_WRITE: return {Moved::want_write};
        case SSL_ERROR_ZERO_RETURN: return {Moved::ended};
        default: break;
        }
        ::ERR_clear_error();
        // After such an error SSL_shutdown() must not be called.
        ::SSL_set_shutdown(session_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        return {Moved::broken};
    }

    Session session_;
    std::string together_;
};

int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* length, unsigned char const* offered,
                    unsigned int offered_length, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1\x08http/1.0";
    unsigned char* found = nullptr;
    if (::SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

} // namespace

struct TlsContext::State {
    Context context;
};

TlsContext::TlsContext(TlsOptions const& options) : state_{new State} {
    state_->context.reset(::SSL_CTX_new(::TLS_server_method()));
    auto* const context = state_->context.get();
    if (context == nullptr) fail("no memory");
    ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    ::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                       SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
    ::SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                    SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    // A session that is taken up again must be one of this server, also where certificates were checked.
    static constexpr unsigned char name[] = "kreislauf";
    ::SSL_CTX_set_session_id_context(context, name, sizeof name - 1);

    if (::SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1)
        fail("cannot use the certificate " + options.certificate_file);
    if (::SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        fail("cannot use the key " + options.key_file);
    if (::SSL_CTX_check_private_key(context) != 1)
        fail("the key " + options.key_file + " does not belong to the certificate " +
             options.certificate_file);
    if (options.client_ca_file.empty()) return;
    if (::SSL_CTX_load_verify_locations(context, options.client_ca_file.c_str(), nullptr) != 1)
        fail("cannot use the certificates of client authorities " + options.client_ca_file);
    ::SSL_CTX_set_client_CA_list(context, ::SSL_load_client_CA_file(options.client_ca_file.c_str()));
    ::SSL_CTX_set_verify(
        context, SSL_VERIFY_PEER | (options.client_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

TlsContext::~TlsContext() = default;

std::optional<std::string> certificate_concern(std::string const& file, UnixTime now) {
    constexpr UnixTime soon = UnixTime{30} * 86400;
    std::unique_ptr<BIO, Free> const input{::BIO_new_file(file.c_str(), "r")};
    if (!input) return std::nullopt;
    std::unique_ptr<X509, Free> const certificate{
        ::PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr)};
    if (!certificate) return std::nullopt;
    auto const begins = time_of(::X509_get0_notBefore(certificate.get()));
    auto const ends = time_of(::X509_get0_notAfter(certificate.get()));
    if (ends && *ends <= now)
        return "the certificate " + file + " expired on " + utc_text(*ends) +
               ": clients refuse the connection; put a new one in its place and send SIGHUP";
    if (begins && *begins > now)
        return "the certificate " + file + " does not count before " + utc_text(*begins) +
               ": clients refuse the connection; look at the clock of this machine";
    if (ends && *ends - now < soon)
        return "the certificate " + file + " expires on " + utc_text(*ends) +
               "; put a new one in its place and send SIGHUP";
    return std::nullopt;
}

std::unique_ptr<Channel> TlsContext::channel(int descriptor) const {
    Session session{::SSL_new(state_->context.get())};
    if (!session || ::SSL_set_fd(session.get(), descriptor) != 1) throw Error{Errc::io, "TLS: no memory"};
    ::SSL_set_accept_state(session.get());
    return std::make_unique<TlsChannel>(std::move(session));
}

} // namespace gateway::http

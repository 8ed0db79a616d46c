// Content codings: which one a client wants, and the encoding itself, whole or while a body streams.
//
// Source   RFC 9110 (12.5.3), RFC 1952 (gzip), RFC 8878 (zstd)
// Errors   Error io where a library has no memory
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::http {

enum class Coding : std::uint8_t { identity, gzip, zstd };

std::string_view to_string(Coding coding) noexcept;

struct Choice {
    Coding coding = Coding::identity; ///< what the client likes best; of equals zstd, then gzip
    bool plain = true;                ///< whether it takes the body as it is, too
    bool any = true;                  ///< false where it takes nothing that is offered: 406
};

/// `accept` is Accept-Encoding, lists joined by commas; empty = as it is.
Choice choose_coding(std::string_view accept) noexcept;

/// Text shrinks; what is packed in itself (XLSX, Avro, ZIP, images) does not.
bool shrinks(std::string_view media_type) noexcept;

/// Encodes a body in pieces.
class Encoder {
  public:
    Encoder() = default;
    Encoder(Encoder const&) = delete;
    Encoder& operator=(Encoder const&) = delete;
    virtual ~Encoder() = default;
    virtual void write(std::string_view piece, std::string& out) = 0; ///< appends what is ready
    virtual void finish(std::string& out) = 0;
};

/// Cheaper and larger for bodies made once, smaller for those kept.
enum class Effort : std::uint8_t { once, kept };

std::unique_ptr<Encoder> make_encoder(Coding coding, Effort effort);
std::string encode(Coding coding, Effort effort, std::string_view body);

} // namespace gateway::http

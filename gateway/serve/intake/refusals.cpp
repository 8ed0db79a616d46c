#include "gateway/serve/intake/refusals.hpp"

namespace gateway::serve::intake {
namespace {

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
    return bytes < mib ? std::to_string(bytes) + " B" : std::to_string((bytes + mib - 1) / mib) + " MiB";
}

} // namespace

Refusal no_sender() {
    return Refusal{{401,
                    "key-missing",
                    {"A key is needed", "Ein Schlüssel ist nötig"},
                    {"deliveries are for statistical offices, with a key or a client certificate",
                     "Lieferungen sind Statistikämtern vorbehalten, mit Schlüssel oder Client-Zertifikat"},
                    {"send the key as Authorization: Bearer KEY or X-API-Key: KEY",
                     "den Schlüssel als Authorization: Bearer SCHLÜSSEL oder X-API-Key: SCHLÜSSEL senden"},
                    {},
                    {},
                    {{"WWW-Authenticate", "Bearer realm=\"kreislauf\""}}}};
}

Refusal not_an_office(std::string const& what) {
    return Refusal{{403,
                    "not-an-office",
                    {"This sender may not deliver", "Dieser Absender darf nicht liefern"},
                    {what + " has no delivery agreement", what + " hat keine Liefervereinbarung"},
                    {"deliver with the key of the office that the agreement names",
                     "mit dem Schlüssel des Amtes liefern, das in der Vereinbarung steht"}}};
}

Refusal foreign_agreement(std::string_view agreement) {
    std::string const id{agreement};
    return Refusal{
        {403,
         "foreign-agreement",
         {"The agreement is of another office", "Die Vereinbarung gehört einem anderen Amt"},
         {"agreement '" + id + "' is not one of yours; this attempt is on record",
          "die Vereinbarung '" + id + "' ist keine der Ihren; der Versuch ist protokolliert"},
         {"GET /api/v1/deliveries names your agreements", "GET /api/v1/deliveries nennt Ihre Vereinbarungen"},
         "agreement",
         id}};
}

Refusal unknown_agreement(std::string_view agreement) {
    std::string const id{agreement};
    return Refusal{
        {404,
         "unknown-agreement",
         {"There is no such agreement", "Diese Vereinbarung gibt es nicht"},
         {"there is no agreement '" + id + "'", "die Vereinbarung '" + id + "' gibt es nicht"},
         {"GET /api/v1/deliveries names your agreements", "GET /api/v1/deliveries nennt Ihre Vereinbarungen"},
         "agreement",
         id}};
}

Refusal unknown_delivery(std::string_view id) {
    std::string const text{id};
    return Refusal{{404,
                    "unknown-delivery",
                    {"There is no such delivery", "Diese Lieferung gibt es nicht"},
                    {"there is no delivery '" + text + "' of yours",
                     "eine Lieferung '" + text + "' von Ihnen gibt es nicht"},
                    {"GET /api/v1/deliveries lists yours", "GET /api/v1/deliveries führt Ihre auf"},
                    "path",
                    text}};
}

Refusal unknown_upload(std::string_view id) {
    std::string const text{id};
    return Refusal{
        {404,
         "unknown-upload",
         {"There is no such upload", "Diese Übertragung gibt es nicht"},
         {"there is no upload '" + text + "' of yours",
          "eine Übertragung '" + text + "' von Ihnen gibt es nicht"},
         {"begin a new one with POST /api/v1/uploads", "mit POST /api/v1/uploads eine neue beginnen"},
         "path",
         text}};
}

Refusal gone_upload(std::string_view id) {
    std::string const text{id};
    return Refusal{
        {410,
         "upload-expired",
         {"The upload has expired", "Die Übertragung ist abgelaufen"},
         {"upload '" + text + "' was not finished in time",
          "die Übertragung '" + text + "' wurde nicht rechtzeitig beendet"},
         {"begin a new one with POST /api/v1/uploads", "mit POST /api/v1/uploads eine neue beginnen"},
         "path",
         text}};
}

Refusal wrong_offset(std::uint64_t given, std::uint64_t is) {
    return Refusal{
        {409,
         "wrong-offset",
         {"The piece does not fit", "Das Stück schließt nicht an"},
         {"the piece begins at byte " + std::to_string(given) + "; " + std::to_string(is) + " bytes are here",
          "das Stück beginnt bei Byte " + std::to_string(given) + "; hier sind " + std::to_string(is) +
              " Bytes"},
         {"ask with HEAD where the upload stands and go on there",
          "mit HEAD nach dem Stand fragen und dort fortsetzen"},
         "Upload-Offset",
         std::to_string(given),
         {{"Upload-Offset", std::to_string(is)}}}};
}

Refusal wrong_checksum(std::string const& what) {
    return Refusal{{460,
                    "checksum-mismatch",
                    {"The checksum does not agree", "Die Prüfsumme stimmt nicht"},
                    {what + " changed on its way", what + " wurde unterwegs verändert"},
                    {"send it again", "erneut senden"},
                    "Upload-Checksum"}};
}

Refusal too_large(std::uint64_t bytes, std::uint64_t most) {
    return Refusal{{413,
                    "too-large",
                    {"The file is too large", "Die Datei ist zu groß"},
                    {"the file has " + bytes_text(bytes) + "; the agreement allows " + bytes_text(most),
                     "die Datei hat " + bytes_text(bytes) + "; die Vereinbarung erlaubt " + bytes_text(most)},
                    {"deliver it in parts, or ask the operator to raise most_bytes",
                     "in Teilen liefern oder den Betreiber bitten, most_bytes zu erhöhen"},
                    "file",
                    std::to_string(bytes)}};
}

Refusal no_room(std::uint64_t needed, std::uint64_t free) {
    return Refusal{{507,
                    "disk-full",
                    {"There is no room for it now", "Dafür ist gerade kein Platz"},
                    {bytes_text(needed) + " are needed, " + bytes_text(free) +
                         " are free; what was acknowledged is safe",
                     bytes_text(needed) + " werden gebraucht, frei sind " + bytes_text(free) +
                         "; was bestätigt ist, bleibt erhalten"},
                    {"go on later; the operator knows", "später fortsetzen; der Betreiber weiß davon"},
                    {},
                    {},
                    {{"Retry-After", "60"}}}};
}

Refusal against_it(std::string const& what) {
    return Refusal{{409,
                    "not-possible-now",
                    {"This step is not possible now", "Dieser Schritt ist jetzt nicht möglich"},
                    {what, what},
                    {"look at the delivery and its report", "die Lieferung und ihren Bericht ansehen"}}};
}

Refusal bad_field(std::string_view field, std::string_view value, Text const& expected) {
    std::string const name{field};
    std::string const given{value.substr(0, 200)};
    return Refusal{
        {400,
         "invalid-field",
         {"A field cannot be used", "Ein Feld ist nicht verwendbar"},
         {name + " '" + given + "' cannot be used", name + " '" + given + "' ist nicht verwendbar"},
         {"expected: " + expected.en, "erwartet: " + expected.de},
         name,
         given}};
}

} // namespace gateway::serve::intake

#include "gateway/serve/subscribe/refusals.hpp"

namespace gateway::serve::subscribe {

Refusal no_key() {
    return Refusal{{401,
                    "key-missing",
                    {"A key is needed", "Ein Schlüssel ist nötig"},
                    {"subscriptions belong to the county or office whose key made them",
                     "Abonnements gehören dem Kreis oder Amt, mit dessen Schlüssel sie angelegt wurden"},
                    {"send the key as Authorization: Bearer KEY or X-API-Key: KEY",
                     "den Schlüssel als Authorization: Bearer SCHLÜSSEL oder X-API-Key: SCHLÜSSEL senden"},
                    {},
                    {},
                    {{"WWW-Authenticate", "Bearer realm=\"kreislauf\""}}}};
}

Refusal no_subscriptions_yet() {
    return Refusal{
        {503,
         "no-subscriptions-yet",
         {"There are no subscriptions yet", "Noch gibt es keine Abonnements"},
         {"the gateway has no store yet, or cannot write beside it",
          "das Gateway hat noch keinen Bestand oder kann daneben nicht schreiben"},
         {"try again when the first figures are loaded; the log of the service says more",
          "noch einmal versuchen, wenn die ersten Zahlen geladen sind; mehr sagt das Protokoll des "
          "Dienstes"},
         {},
         {},
         {{"Retry-After", "60"}}}};
}

Refusal unknown_subscription(std::string_view id) {
    std::string const name{id};
    return Refusal{
        {404,
         "unknown-subscription",
         {"There is no such subscription", "Dieses Abonnement gibt es nicht"},
         {"there is no subscription '" + name + "'", "das Abonnement '" + name + "' gibt es nicht"},
         {"GET /api/v1/subscriptions names yours", "GET /api/v1/subscriptions nennt Ihre"},
         "path parameter 'id'",
         name}};
}

Refusal foreign_area(std::string const& what) {
    return Refusal{{403,
                    "foreign-area",
                    {"The area is not yours", "Das Gebiet gehört nicht zu Ihrem Schlüssel"},
                    {what, "So nicht möglich: " + what},
                    {"subscribe for the area of the key", "für das Gebiet des Schlüssels abonnieren"},
                    "area"}};
}

Refusal against_it(std::string const& what) {
    return Refusal{
        {409,
         "not-possible-now",
         {"This is not possible now", "Das ist jetzt nicht möglich"},
         {what, "Jetzt nicht möglich: " + what},
         {"read the subscription again and decide anew", "das Abonnement neu lesen und neu entscheiden"}}};
}

Refusal feed_begins_later(std::string const& what) {
    return Refusal{{410,
                    "feed-begins-later",
                    {"The feed no longer holds this place", "Diese Stelle liegt nicht mehr im Verlauf"},
                    {what, what},
                    {"take the full state again with from=start", "den vollen Stand mit from=start holen"},
                    "query parameter 'cursor'",
                    {}}};
}

Refusal bad_member(std::string_view name, std::string_view value, Text const& expected) {
    auto problem = bad_value(name, value, expected);
    problem.place = "member '" + std::string{name} + "'";
    return Refusal{std::move(problem)};
}

} // namespace gateway::serve::subscribe

// A digest as a text and as a page, for mails, feeds and folders.
//
// Shape    UTF-8, lines end with LF; the same digest gives the same bytes
#pragma once

#include <string>

#include "gateway/subscribe/digest.hpp"

namespace gateway::subscribe {

/// Whom a digest is for, and where there is more.
struct DigestFrame {
    std::string area;      ///< "Goslar, Landkreis"
    std::string base;      ///< "https://daten.example.de": of the gateway; empty = without links
    std::string area_keys; ///< "03153", for links
    std::vector<std::string> closing = {}; ///< lines at the end: why this came, how to end it
};

/// "Goslar, Landkreis: 3 Zahlen geändert, 12 neu".
std::string digest_subject(Digest const& digest, DigestFrame const& frame);
std::string digest_text(Digest const& digest, DigestFrame const& frame);
std::string digest_html(Digest const& digest, DigestFrame const& frame);

// The parts of it alone: what a feed shows of a release.
std::string group_text(DigestGroup const& group);
std::string group_html(DigestGroup const& group, DigestFrame const& frame);
std::string group_summary(DigestGroup const& group); ///< "2 Zahlen berichtigt, 1 entfallen"
std::string event_html(DigestEvent const& event);

} // namespace gateway::subscribe

// The folder of one delivery: the packages of the subscribed areas as they are now, what changed, and a list of check sums.
//
// Shape    03153/...           package of the county (docs/handover.md), one folder per subscribed area, and per area of
//                              today where one is no more; on the areas of Subscription::territory
//          aenderungen.csv     every change: UTF-8 with BOM, ';', CRLF, first row names; old and new value as in the feed
//          aenderungen.txt     the same in words, as a mail says it
//          SHA256SUMS.txt      of every other file, as sha256sum -c reads it
// Secrecy  a value with a confidentiality status is left empty, its state says why
// Errors   as gateway/ingest/package.hpp and gateway/io/file.hpp
#pragma once

#include <string>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

struct DropContent {
    bool with_packages = true;
    std::string mappings; ///< folder of the mapping files
    std::string base;     ///< public address of the gateway; empty = texts without links
    harmonize::territory::Register const* areas = nullptr;
    std::string data = {}, store = {}; ///< folder with mappings/ and the store, for Subscription::territory
};

/// Writes everything into `folder`, which is made. False, and nothing is written, where nothing of the subscriber's own
/// changed.
bool write_drop(std::string const& folder, Subscription const& subscription, Batch const& batch,
                DropContent const& content);

/// Files in a folder and below, relative, sorted.
std::vector<std::string> files_below(std::string const& folder);

/// "2024-07-03_1a2b3c4d": the day of the newest change, and what tells deliveries of a day apart. The same batch has the
/// same name.
std::string drop_name(Batch const& batch);

} // namespace gateway::subscribe

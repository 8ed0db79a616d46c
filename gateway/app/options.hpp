// What the command line asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/app/options_care.hpp"
#include "gateway/app/options_changes.hpp"
#include "gateway/app/options_convert.hpp"
#include "gateway/app/options_deliver.hpp"
#include "gateway/app/options_delivery.hpp"
#include "gateway/app/options_feed.hpp"
#include "gateway/app/options_key.hpp"
#include "gateway/app/options_night.hpp"
#include "gateway/app/options_receipt.hpp"
#include "gateway/app/options_series.hpp"
#include "gateway/app/options_subscribe.hpp"

namespace gateway::app {

/// Exit codes, for scripts.
enum class Exit : int {
    done = 0,
    failed = 1,     ///< nothing could be done; the message says why
    usage = 2,      ///< the words are off
    incomplete = 3, ///< done, but a source failed or rows were set aside
    damaged = 4,    ///< verify found something
    superseded = 5, ///< another daemon has taken over
};

struct Options {
    std::string store; ///< directory of store and archive
    std::string config;
    bool json = false;
    std::string now;          ///< the job's clock stands at this time (replays and tests)
    std::string command_line; ///< as typed, for LIESMICH

    std::vector<std::string> names; ///< sources of sync, files of import, kinds of list, the id of explain
    std::string service, table, published, language;
    std::vector<std::string> service_urls; ///< SERVICE=URL
    bool partial = false;
    bool force = false;

    std::string dataset, area, level, from, to, as_of, out, format;
    std::vector<std::string> codes; ///< DIMENSION=CODE
    bool inside = false;
    std::string territory; ///< a day, "latest" or "original"
    std::size_t limit = 0;

    std::string action;     ///< of territory: status, history, events, map, nuts, import, list
    std::string on, weight; ///< a day; pop, area or emp

    std::string dsd;
    bool compact = false;
    std::uint64_t figures = 0;
    std::uint64_t seed = 1;

    CareOptions care;
    ConvertOptions convert;
    DeliverOptions deliver;
    ChangesOptions changes;
    DeliveryOptions delivery;
    FeedOptions feed;
    KeyOptions key;
    NightOptions night;
    ReceiptOptions receipt;
    SeriesOptions series;
    SubscribeOptions subscribe;
};

enum class Command {
    none,
    sync,
    import_,
    inspect,
    list,
    get,
    explain,
    export_,
    verify,
    backup,
    restore,
    doctor,
    check,
    territory,
    feed,
    convert,
    deliver,
    delivery,
    key,
    receipt,
    changes,
    subscribe,
    plan,
    report,
    daemon,
    held
};

struct Parsed {
    Command command = Command::none;
    Options options;
    std::optional<int> exit; ///< help was shown
    std::string complaint;   ///< the words were off; empty where they were not
};

/// $KREISLAUF_HOME, else var/kreislauf: the store where none is named.
std::string default_store();

/// Reads the command line; prints help itself.
Parsed parse_command_line(int argc, char** argv);

} // namespace gateway::app

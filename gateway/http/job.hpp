// What a connection and a worker hand each other; one of the two has it at a time. Internal to gateway/http.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/collected.hpp"
#include "gateway/http/connection.hpp"

namespace gateway::http {

inline std::string_view path_of(std::string_view target) noexcept {
    return target.substr(0, target.find('?'));
}

struct Connection::Job {
    Request request;
    Choice choice;
    std::unique_ptr<BodySink> sink; ///< may look at the request: ends before it
    bool may_share = false;         ///< the request has nothing private
    std::string flight;             ///< in Core::flights, where others may wait for it
    std::optional<Response> begun;  ///< its body is long: the rest of the beginning is made where pieces are
    std::optional<Response> late;   ///< waits with its head; `piece` is what there is of its body
    std::uint64_t generation = 0;   ///< of the Service, before it was asked
    Made made;
    std::string piece;                    ///< the next one of a streaming body, framed
    std::size_t piece_bytes = 0;          ///< it is to have about so many
    std::unique_ptr<Collected> collected; ///< of a body that may be kept for others, if it is short enough
    bool chunks = false;
    bool last = false; ///< `piece` is
    bool failed = false;
    std::uint64_t heard = 0;           ///< generation of the data that a live body knows
    std::chrono::milliseconds pause{}; ///< above zero: it has nothing at present
};

} // namespace gateway::http

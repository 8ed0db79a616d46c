#include "gateway/http/metrics.hpp"

#include <algorithm>
#include <cstdio>

namespace gateway::http {
namespace {

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

std::string seconds(double micros) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", micros / 1e6);
    return text.data();
}

void head(std::string& out, char const* name, char const* type, char const* help) {
    out += std::string{"# HELP "} + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

void line(std::string& out, std::string const& name, std::string const& labels, std::string const& value) {
    out += name + (labels.empty() ? "" : '{' + labels + '}') + ' ' + value + '\n';
}

} // namespace

Metrics::Metrics(std::vector<std::string> routes)
    : names_{std::move(routes)}, routes_{new Route[names_.size() + 1]} {}

std::size_t Metrics::route_of(std::string_view target) const noexcept {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        auto const& name = names_[i];
        if (target.compare(0, name.size(), name) != 0) continue;
        if (target.size() == name.size() || target[name.size()] == '/' || target[name.size()] == '?')
            return i;
    }
    return names_.size();
}

void Metrics::add(Exchange const& exchange) noexcept {
    auto& route = routes_[route_of(exchange.target)];
    auto const status = std::find(statuses.begin(), statuses.end(), exchange.status);
    count(route.by_status[static_cast<std::size_t>(status - statuses.begin())]);
    auto const bound = std::lower_bound(bounds_us.begin(), bounds_us.end(), exchange.time.count());
    count(route.by_time[static_cast<std::size_t>(bound - bounds_us.begin())]);
    count(route.time_us, static_cast<std::uint64_t>(std::max<std::int64_t>(0, exchange.time.count())));
    count(route.bytes, exchange.bytes);
    if (exchange.cached) count(route.cached);
    if (exchange.cut) count(route.cut);
}

std::string Metrics::text(Now const& now) const {
    std::string out;
    auto const each_route = [&](auto see) {
        for (std::size_t i = 0; i <= names_.size(); ++i)
            see(routes_[i], "route=\"" + (i < names_.size() ? names_[i] : "other") + "\"");
    };
    head(out, "kreislauf_http_requests_total", "counter", "Requests by route and status.");
    each_route([&](Route const& route, std::string const& label) {
        for (std::size_t k = 0; k <= statuses.size(); ++k)
            if (auto const value = route.by_status[k].load(std::memory_order_relaxed); value != 0)
                line(out, "kreislauf_http_requests_total",
                     label + ",status=\"" + (k < statuses.size() ? std::to_string(statuses[k]) : "other") +
                         "\"",
                     std::to_string(value));
    });
    head(out, "kreislauf_http_request_seconds", "histogram",
         "From the head of the request to the last byte.");
    each_route([&](Route const& route, std::string const& label) {
        std::uint64_t total = 0;
        std::string const name = "kreislauf_http_request_seconds";
        for (std::size_t k = 0; k <= bounds_us.size(); ++k) {
            total += route.by_time[k].load(std::memory_order_relaxed);
            auto const bound =
                k < bounds_us.size() ? seconds(static_cast<double>(bounds_us[k])) : std::string{"+Inf"};
            line(out, name + "_bucket", label + ",le=\"" + bound + "\"", std::to_string(total));
        }
        line(out, name + "_sum", label,
             seconds(static_cast<double>(route.time_us.load(std::memory_order_relaxed))));
        line(out, name + "_count", label, std::to_string(total));
    });
    auto const counter = [&](char const* name, char const* help, std::atomic<std::uint64_t> Route::*what) {
        head(out, name, "counter", help);
        each_route([&](Route const& route, std::string const& label) {
            line(out, name, label, std::to_string((route.*what).load(std::memory_order_relaxed)));
        });
    };
    counter("kreislauf_http_sent_bytes_total", "Bytes sent.", &Route::bytes);
    counter("kreislauf_http_cached_total", "Answers that came from the cache.", &Route::cached);
    counter("kreislauf_http_cut_total", "Answers that their client did not get whole.", &Route::cut);
    auto const single = [&](char const* name, char const* type, char const* help, std::uint64_t value) {
        head(out, name, type, help);
        line(out, name, "", std::to_string(value));
    };
    single("kreislauf_http_connections_total", "counter", "Connections taken.", connections_.load());
    single("kreislauf_http_connections_refused_total", "counter", "Connections beyond the limit.",
           refused_.load());
    single("kreislauf_http_connections", "gauge", "Connections open now.", now.connections);
    single("kreislauf_http_waiting_requests", "gauge", "Requests that wait for a worker.", now.waiting);
    single("kreislauf_http_cache_bytes", "gauge", "Answers kept.", now.cache_bytes);
    single("kreislauf_http_cache_files", "gauge", "Kept answers whose body is in a file of memory.",
           now.cache_files);
    return out;
}

} // namespace gateway::http

#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis::testing {

using gateway::HttpRequest;
using gateway::HttpResponse;

ScriptedTransport& ScriptedTransport::then(Step step) {
    steps_.push_back(std::move(step));
    return *this;
}

ScriptedTransport& ScriptedTransport::then(HttpResponse response) {
    return then([response = std::move(response)](HttpRequest const&) { return response; });
}

ScriptedTransport& ScriptedTransport::then_breaks() {
    return then([](HttpRequest const&) -> HttpResponse {
        throw gateway::Error{gateway::Errc::source_unavailable, "POST x: Connection reset by peer"};
    });
}

HttpResponse ScriptedTransport::send(HttpRequest const& request) {
    requests.push_back(request);
    if (steps_.empty())
        throw gateway::Error{gateway::Errc::invalid_argument, "no step left for " + request.url};
    auto const step = std::move(steps_.front());
    steps_.pop_front();
    return step(request);
}

std::string ScriptedTransport::field(std::size_t index, std::string const& name) const {
    auto const body = "&" + requests.at(index).body + "&";
    auto const at = body.find("&" + name + "=");
    if (at == std::string::npos) return {};
    auto const begin = at + name.size() + 2;
    return body.substr(begin, body.find('&', begin) - begin);
}

std::string ScriptedTransport::endpoint(std::size_t index) const {
    auto const& url = requests.at(index).url;
    auto const base = Bench::full_service().url.size();
    return url.size() > base ? url.substr(base) : url;
}

gateway::Clock FakeClock::clock() {
    return {[this] { return now; },
            [this](std::chrono::milliseconds pause) {
                pauses_ms.push_back(pause.count());
                now += (pause.count() + 999) / 1000;
            }};
}

Service Bench::full_service() {
    Service service;
    service.id = "genesis";
    service.title = "GENESIS-Online";
    service.url = "https://genesis.example/genesisWS/rest/2020/";
    service.prefix = "GENESIS";
    service.max_parallel = 3;
    service.jobs = true;
    service.cubes = true;
    service.value_q = QualityColumn::yes;
    return service;
}

Credentials Bench::account() {
    return Credentials::user(Secret{user_name}, Secret{password});
}

Client Bench::client(Credentials credentials) {
    return {transport, service, std::move(credentials), time.clock(),
            [this](gateway::RawDocument const& document) { kept.push_back(document); }};
}

JobMemory Bench::memory() {
    return {[this](std::vector<std::string> const& known) { starts.push_back(known); },
            [this](std::string const& job) { jobs.push_back(job); }};
}

HttpResponse response(int status, std::string type, std::string body) {
    HttpResponse result;
    result.status = status;
    if (!type.empty()) result.headers.emplace_back("Content-Type", std::move(type));
    result.body = std::move(body);
    return result;
}

HttpResponse json(std::string body, int status) {
    return response(status, "application/json;charset=UTF-8", std::move(body));
}

HttpResponse envelope(int code, std::string const& content, std::string const& member) {
    return json(R"({"Ident":{"Service":"x","Method":"y"},"Status":{"Code":)" + std::to_string(code) +
                R"(,"Content":")" + content +
                R"(","Type":"Information"},"Parameter":{"username":"********************",)" +
                R"("password":"********************"},)" + member + R"(,"Copyright":"c"})");
}

HttpResponse list_of(std::vector<std::string> const& codes) {
    std::string items;
    for (auto const& code : codes)
        items +=
            (items.empty() ? "" : ",") + (R"({"Code":")" + code + R"(","Content":"t","State":"Fertig"})");
    return envelope(0, "erfolgreich", "\"List\":[" + items + "]");
}

HttpResponse zip(std::string const& member, std::string const& text) {
    return response(200, "application/zip", gateway::testing::zip_of({{member, text}}));
}

std::string flat(std::vector<std::pair<std::string, std::string>> const& rows, bool quality) {
    std::string text =
        "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;"
        "1_variable_label;1_variable_attribute_code;1_variable_attribute_label;value;value_unit;"
        "value_variable_code;value_variable_label";
    text += quality ? ";value_q\n" : "\n";
    for (auto const& [time, region] : rows)
        text += "12411;\"Fortschreibung; Bevölkerung\";STAG;Stichtag;" + time + ";KREISE;Kreise;" + region +
                ";Goslar;127712;Anzahl;BEVSTD;Bevölkerungsstand" + (quality ? ";e\n" : "\n");
    return text;
}

} // namespace adapters::genesis::testing

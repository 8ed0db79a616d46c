// A store, a clock that nobody waits for, and sources that answer as a test says.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/night/brake.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/run.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::night {

/// A flat file of the population of counties 03151, 03152, ...; with `levels` also of the Land.
inline std::string population_file(std::size_t counties, int first_number, bool with_land = true) {
    std::string text =
        "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
        "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
        "value;value_unit;value_variable_code;value_variable_label\n";
    auto const row = [&text](std::string const& variable, std::string const& label, std::string const& code,
                             int number) {
        text += "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2024-12-31;" + variable + ";" +
                label + ";" + code + ";Gebiet " + code + ";" + std::to_string(number) +
                ";Anzahl;BEVSTD;Bevölkerungsstand\n";
    };
    if (with_land) row("DLAND", "Bundesländer", "03", 8'000'000);
    for (std::size_t i = 0; i < counties; ++i)
        row("KREISE", "Kreise", "0" + std::to_string(3401 + i), first_number + static_cast<int>(i));
    return text;
}

class RunFixture : public ::testing::Test {
  protected:
    struct Request {
        std::string source, table;
        UnixTime time = 0;
    };
    using Answer = std::function<HttpResponse(std::string const& table)>;

    RunSource source(std::string id, std::vector<std::string> tables) const {
        RunSource made;
        made.facts.id = std::move(id);
        made.facts.service = "regionalstatistik";
        made.facts.tables = std::move(tables);
        return made;
    }
    /// Another service, so that two sources of a test have nothing in common.
    RunSource other(std::string id, std::vector<std::string> tables) const {
        auto made = source(std::move(id), std::move(tables));
        made.facts.service = "genesis";
        return made;
    }
    RunParts parts() {
        RunParts made{shop_, {}, {}, {}, 0, false, {}, {}, {}, {}, {}};
        made.transport = [this](RunSource const& of) { return transport(of.facts.id); };
        made.store_directory = folder_.path();
        made.data = KREISLAUF_SOURCE_DIR;
        made.before_load = [this](ingest::Arrival const& arrival, ingest::LoadOptions& options) {
            brake_.attach(arrival, options);
        };
        return made;
    }
    std::unique_ptr<Transport> transport(std::string const& id) {
        class Scripted final : public Transport {
          public:
            Scripted(RunFixture& test, std::string source) : test_(test), source_(std::move(source)) {}
            HttpResponse send(HttpRequest const& request) override {
                auto const from = request.body.find("name=");
                auto const table =
                    from == std::string::npos
                        ? ""
                        : request.body.substr(from + 5, request.body.find('&', from) - from - 5);
                std::lock_guard const turn{test_.turn_}; // sources are asked side by side
                test_.requests_.push_back({source_, table, *test_.now_});
                if (auto const whole = test_.answers_by_request_.find(source_);
                    whole != test_.answers_by_request_.end())
                    return whole->second(request);
                return test_.answers_.at(source_)(table);
            }

          private:
            RunFixture& test_;
            std::string source_;
        };
        return std::make_unique<Scripted>(*this, id);
    }
    static Answer serves(std::string text) {
        return [text = std::move(text)](std::string const&) -> HttpResponse {
            return {200, {{"Content-Type", "text/csv"}}, text};
        };
    }
    static Answer is_down() {
        return [](std::string const&) -> HttpResponse {
            throw Error{Errc::source_unavailable, "connect: refused"};
        };
    }
    std::string outcomes(RunResult const& result) const {
        std::string text;
        for (auto const& report : result.reports)
            text += (text.empty() ? "" : " ") + report.source + "/" + report.table + "=" + report.outcome;
        return text;
    }

    store::testing::TempDirectory folder_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    raw::Archive archive_{folder_.path() + "/raw"};
    harmonize::MappingFiles mappings_ =
        harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
    std::shared_ptr<UnixTime> now_ = std::make_shared<UnixTime>(utc_from("2026-11-26T02:00:00Z", 0));
    std::map<std::string, Answer> answers_;
    std::map<std::string, std::function<HttpResponse(HttpRequest const&)>> answers_by_request_;
    std::vector<Request> requests_;
    std::mutex turn_;
    ingest::Workshop shop_{*store_,
                           archive_,
                           mappings_,
                           areas_,
                           folder_.path(),
                           Clock{[now = now_] { return *now; },
                                 [now = now_](std::chrono::milliseconds duration) {
                                     *now += std::chrono::ceil<std::chrono::seconds>(duration).count();
                                 }},
                           1};
    Brake brake_{shop_, folder_.path(), {}};
};

} // namespace gateway::night

// The contract, schemas/openapi/kreislauf.json, against the routes and against what they answer.
#include <gmock/gmock.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "gateway/intake/intake.hpp"
#include "gateway/serve/intake/routes.hpp"
#include "gateway/serve/subscribe/routes.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;

using Operations = std::map<std::string, std::pair<std::string, std::set<std::string>>>;

class Contract : public ServiceTest {
  protected:
    void SetUp() override {
        ServiceTest::SetUp();
        auto const text =
            io::read_file(std::string{KREISLAUF_SOURCE_DIR} + "/schemas/openapi/kreislauf.json");
        contract_.Parse(text.data(), text.size());
        ASSERT_FALSE(contract_.HasParseError());
    }

    /// What breaks the schema `name`; empty where nothing does.
    std::string breaches(std::string const& name, rapidjson::Document const& answer) {
        rapidjson::Document root;
        root.SetObject();
        auto& allocator = root.GetAllocator();
        rapidjson::Value reference;
        auto const target = "#/components/schemas/" + name;
        reference.SetString(target.data(), static_cast<rapidjson::SizeType>(target.size()), allocator);
        root.AddMember("$ref", reference, allocator);
        rapidjson::Value components;
        components.CopyFrom(contract_["components"], allocator);
        root.AddMember("components", components, allocator);
        valijson::Schema schema;
        valijson::SchemaParser parser;
        valijson::adapters::RapidJsonAdapter const schema_adapter{root};
        parser.populateSchema(schema_adapter, schema);
        valijson::Validator validator;
        valijson::ValidationResults results;
        valijson::adapters::RapidJsonAdapter const answer_adapter{answer};
        if (validator.validate(schema, answer_adapter, &results)) return {};
        std::string text;
        valijson::ValidationResults::Error error;
        while (results.popError(error)) {
            for (auto const& part : error.context) text += part;
            text += " " + error.description + "\n";
        }
        return text.empty() ? "refused without reason" : text;
    }

    rapidjson::Document contract_;
};

TEST_F(Contract, AgreesWithTheRoutesBothWays) {
    Operations promised, there;
    auto const& paths = contract_["paths"];
    for (rapidjson::Value::ConstMemberIterator path = paths.MemberBegin(); !(path == paths.MemberEnd());
         ++path)
        for (rapidjson::Value::ConstMemberIterator one = path->value.MemberBegin();
             !(one == path->value.MemberEnd()); ++one) {
            std::string method = one->name.GetString();
            std::transform(method.begin(), method.end(), method.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            auto& entry = promised[method + " " + path->name.GetString()];
            entry.first = one->value["operationId"].GetString();
            auto const& parameters = one->value["parameters"];
            for (rapidjson::SizeType i = 0; i < parameters.Size(); ++i)
                if (std::string_view{parameters[i]["in"].GetString()} == "query")
                    entry.second.insert(parameters[i]["name"].GetString());
        }
    intake::IntakeSettings settings;
    settings.store = folder_.path();
    settings.data = KREISLAUF_SOURCE_DIR;
    intake::Intake intake{settings};
    serve::intake::DeskSettings desk_settings;
    desk_settings.store = folder_.path();
    desk_settings.state = folder_.path() + "/service";
    serve::intake::Desk desk{intake, desk_settings};
    auto routes = service_->routes();
    for (auto& route : serve::intake::routes(desk)) routes.push_back(std::move(route));
    serve::subscribe::OfficeSettings office_settings;
    office_settings.store = folder_.path();
    office_settings.data = KREISLAUF_SOURCE_DIR;
    serve::subscribe::Office office{office_settings};
    for (auto& route : serve::subscribe::routes(office)) routes.push_back(std::move(route));
    for (auto const& route : routes) {
        auto& entry = there[route.method + " " + route.pattern];
        entry.first = route.id;
        entry.second.insert(route.parameters.begin(), route.parameters.end());
        if (route.dimensions) entry.second.insert("dimensions");
    }
    EXPECT_EQ(promised, there);
}

TEST_F(Contract, HoldsForEveryKindOfAnswer) {
    std::map<std::string, std::string> const samples{
        {"/api/v1/areas?search=goslar", "Areas"},
        {"/api/v1/areas?limit=1000", "Areas"},
        {"/api/v1/areas/03159", "AreaDetail"},
        {"/api/v1/areas/03159/history", "History"},
        {"/api/v1/areas/10044", "AreaDetail"},
        {"/api/v1/areas/03/children", "Areas"},
        {"/api/v1/datasets", "Datasets"},
        {"/api/v1/datasets/REGIO_12411-01-01-4", "DatasetDetail"},
        {"/api/v1/indicators", "Indicators"},
        {"/api/v1/series", "Series"},
        {"/api/v1/series?area=03153&frequency=year", "Series"},
        {"/api/v1/series?area=03153&territory=latest", "Series"},
        {"/api/v1/availability?area=03159", "Availability"},
        {"/api/v1/feed", "Feed"},
        {"/api/v1/feed?area=03153&from=start", "Feed"},
        {"/api/v1/feed/state", "FeedState"},
        {"/api/v1/availability?area=03", "Availability"},
    };
    for (auto const& [target, schema] : samples) {
        auto const answer = ask(target);
        ASSERT_EQ(answer.status, 200U) << target << answer.body;
        EXPECT_EQ(breaches(schema, answer.json()), "") << target;
    }
    auto const saved = ask("/api/v1/queries", {}, "POST", R"({"query":"area=03153"})");
    EXPECT_EQ(breaches("SavedQuery", saved.json()), "");
    for (auto const* target : {"/nothing", "/api/v1/areas/1", "/api/v1/series?x=1", "/api/v1/explain"})
        EXPECT_EQ(breaches("Problem", ask(target).json()), "") << target;
}

TEST_F(Contract, RefusesAnAnswerThatIsNotSo) {
    auto answer = ask("/api/v1/datasets").json();
    answer["datasets"][0].RemoveMember("licence");
    EXPECT_NE(breaches("Datasets", answer), "");
}

TEST_F(Contract, IsServedAsItStands) {
    EXPECT_EQ(ask("/api/v1/openapi.json").body,
              io::read_file(std::string{KREISLAUF_SOURCE_DIR} + "/schemas/openapi/kreislauf.json"));
}

} // namespace

#include "adapters/genesis/directory_transport.hpp"

#include "gateway/io/file.hpp"
#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::testing::error_of;
using gateway::testing::TemporaryDirectory;
using testing::Bench;

struct Folder {
    TemporaryDirectory directory;
    DirectoryTransport transport;
    Bench bench;
    Client client() {
        bench.service.url = "directory:" + directory.path() + "/";
        return {
            transport, bench.service, {}, bench.time.clock(), [this](gateway::RawDocument const& document) {
                bench.kept.push_back(document);
            }};
    }
    void file(std::string const& folder, std::string const& name, std::string const& bytes) {
        gateway::io::make_directories(directory.path(folder));
        gateway::io::write_durable(directory.path(folder + "/" + name), bytes);
    }
};

TableRequest table(std::string name) {
    TableRequest request;
    request.name = std::move(name);
    return request;
}

TEST(DirectoryTransport, ServesTablesAndMetadataFromFiles) {
    Folder folder;
    auto const text = testing::flat({{"2023-12-31", "03153"}});
    folder.file("data/tablefile", "a-1.csv", text);
    folder.file("data/tablefile", "b-1.zip", testing::zip("b-1_flat.csv", text).body);
    folder.file("metadata/table", "a-1.json", testing::envelope(0, "ok", R"("Object":{"Code":"a-1"})").body);
    auto client = folder.client();
    EXPECT_EQ(client.fetch(table("a-1"), {}).documents.at(0).bytes, text);
    EXPECT_EQ(client.fetch(table("b-1"), {}).outcome, TableAnswer::Outcome::table);
    EXPECT_TRUE(client.metadata("table", "a-1").found);
    EXPECT_TRUE(client.login_check().logged_in);
    EXPECT_EQ(folder.bench.kept.at(0).provenance.origin, folder.bench.service.url + "data/tablefile");
}

TEST(DirectoryTransport, AnswersAsAServiceWhereThereIsNoFile) {
    Folder folder;
    folder.file("data/tablefile", "a-1.csv", "x");
    folder.file("secret", "x.csv", "x");
    auto client = folder.client();
    for (auto const* const name : {"nothing-1", "../../secret/x-1", "..-", "a-1/../a-1", "a-*"})
        EXPECT_EQ(client.fetch(table(name), {}).outcome, TableAnswer::Outcome::gone) << name;
}

TEST(DirectoryTransport, NamesTheFolderThatIsNotThere) {
    Folder folder;
    folder.bench.service.url = "directory:/nowhere/x/";
    Client client{folder.transport, folder.bench.service, {}, folder.bench.time.clock(), {}};
    auto const error = error_of([&] { client.fetch(table("a-1"), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_found);
    EXPECT_NE(std::string{error->what()}.find("/nowhere/x"), std::string::npos) << error->what();
}

TEST(DirectoryTransport, ServesTheShippedSample) {
    DirectoryTransport transport;
    Bench bench;
    bench.service.url = "directory:" KREISLAUF_SOURCE_DIR "/deploy/sample/regionalstatistik/";
    Client client{transport, bench.service, {}, bench.time.clock(), {}};
    EXPECT_EQ(client.fetch(table("12411-01-01-4"), {}).outcome, TableAnswer::Outcome::table);
}

TEST(DirectoryTransport, KnowsItsAddresses) {
    EXPECT_TRUE(DirectoryTransport::serves("directory:/x"));
    EXPECT_FALSE(DirectoryTransport::serves("https://x"));
    DirectoryTransport transport;
    gateway::HttpRequest request;
    request.url = "directory:x";
    auto const error = error_of([&] { transport.send(request); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::invalid_argument);
}

} // namespace
} // namespace adapters::genesis

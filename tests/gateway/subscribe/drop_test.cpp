// Folders put where a county takes its files from: here, on a WebDAV server, over SFTP.
#include "gateway/subscribe/drop.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/subscribe/gather.hpp"
#include "tests/gateway/store/fixture.hpp"
#include "tests/gateway/subscribe/stranger.hpp"

namespace gateway::subscribe {
namespace {

namespace fs = std::filesystem;
using namespace store::testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Outcome::Kind;

class DropTest : public ::testing::Test {
  protected:
    void SetUp() override {
        load("126775");
        settings_.folder = folder_.path() + "/ablage";
        settings_.logins = folder_.path() + "/logins";
        settings_.staging = folder_.path() + "/staging";
        settings_.mappings = std::string{KREISLAUF_SOURCE_DIR} + "/mappings";
        settings_.plain_http = true;
        settings_.areas = &areas();
        settings_.upload.known_hosts_file = folder_.path() + "/known_hosts";
        settings_.upload.timeout_ms = 20'000;
        io::make_directories(settings_.logins);
        one_.id = "S-000001";
        one_.areas = {"03153"};
        one_.way = "drop";
        one_.address = "goslar";
    }
    static harmonize::territory::Register const& areas() {
        static auto const all = harmonize::territory::Register::from_directory(
            std::string{KREISLAUF_SOURCE_DIR} + "/mappings/territory");
        return all;
    }
    void load(std::string const& total, std::string const& other = "326000") {
        auto const store = store::open_sqlite(store_folder_.path());
        Provenance provenance;
        provenance.source = "file";
        provenance.origin = "12411.csv";
        auto const document = store->record_document(io::sha256_hex(total + other), 10, provenance);
        auto wish = request(population(), 1'720'000'000);
        wish.document = document;
        auto const load = store->begin(wish);
        auto const both = load->indicator(indicator_of("_T"));
        load->label("AREA", "03153", "Goslar, Landkreis");
        load->label("MEASURE", "BEVSTD", "Bevölkerungsstand");
        auto const secret =
            load->state({MissingReason::confidential,
                         {ObsStatus::suppressed, ConfStatus::primary, {}, *Sign::from("."), {}}});
        load->put(both, load->area(county("03153")),
                  std::vector{missing("2023-12-31", secret), observed("2024-12-31", total)});
        load->put(both, load->area(county("03159")), std::vector{observed("2024-12-31", other)});
        load->commit("", 3, 0, everything());
    }
    Batch change(std::string const& total, std::string const& other = "326000") {
        auto const behind = store::open_sqlite(store_folder_.path(), true)->last_change();
        load(total, other);
        auto const store = store::open_sqlite(store_folder_.path(), true);
        auto batch = gather(*store, filter_of(one_, areas(), 20'783), behind, store->last_change());
        batch.message = "msg_" + total + other;
        batch.open = [this]() -> std::shared_ptr<store::Store const> {
            return store::open_sqlite(store_folder_.path(), true);
        };
        return batch;
    }
    static std::vector<std::string> names_in(std::string const& folder) {
        std::vector<std::string> names;
        if (!fs::exists(folder)) return names;
        for (auto const& each : fs::directory_iterator{folder}) names.push_back(each.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
    void expect_whole(std::string const& folder) {
        auto const files = files_below(folder);
        EXPECT_THAT(files, Contains("aenderungen.csv"));
        EXPECT_THAT(files, Contains("aenderungen.txt"));
        EXPECT_THAT(files, Contains("03153/LIESMICH.txt"));
        auto const changes = io::read_file(folder + "/aenderungen.csv");
        EXPECT_THAT(
            changes,
            HasSubstr("berichtigt;REGIO_12411-01-01-4;12411-01-01-4;Bevölkerung;03153;"
                      "Goslar, Landkreis;Bevölkerungsstand;MEASURE=BEVSTD,UNIT=PS,SEX=_T;2024-12-31;"));
        EXPECT_EQ(std::system(("cd '" + folder + "' && sha256sum --quiet -c SHA256SUMS.txt").c_str()), 0);
    }

    TempDirectory store_folder_, folder_;
    DropSettings settings_;
    Subscription one_;
};

TEST_F(DropTest, PutsThePackageOnTheAreasOfADayWhereThatIsSubscribed) {
    settings_.data = KREISLAUF_SOURCE_DIR;
    settings_.store = store_folder_.path();
    one_.areas = {"03156"}; // Osterode, which went into Göttingen
    one_.territory = "2016-12-31";
    DropWay way{settings_};
    ASSERT_EQ(way.why_not(one_), "");
    EXPECT_TRUE(way.knows_territory());
    load("126775");
    EXPECT_EQ(way.deliver(one_, change("126775", "327000")).kind, Outcome::Kind::delivered);
    auto const folder = settings_.folder + "/goslar";
    ASSERT_EQ(names_in(folder).size(), 1U);
    auto const files = files_below(folder + "/" + names_in(folder).front());
    EXPECT_THAT(files, Contains("03159/LIESMICH.txt")) << "of what the former county is today";
    EXPECT_THAT(io::read_file(folder + "/" + names_in(folder).front() + "/03159/LIESMICH.txt"),
                HasSubstr("--territory 2016-12-31"));
    one_.format = "delta";
    EXPECT_THAT(way.why_not(one_), HasSubstr("format delta leaves them out"));
}

TEST_F(DropTest, TellsInItsTablesThatAFigureIsVoidAndNeverItsNumber) {
    DropWay way{settings_};
    load("126775");
    load("127000");
    auto const behind = store::open_sqlite(store_folder_.path(), true)->last_change();
    store::open_sqlite(store_folder_.path())
        ->recall(population().id, 2, {1'720'000'001, "Geheimhaltung", "confidential", true});
    auto const store = store::open_sqlite(store_folder_.path(), true);
    auto batch = gather(*store, filter_of(one_, areas(), 20'783), behind, store->last_change());
    batch.message = "msg_sealed";
    batch.open = [this]() -> std::shared_ptr<store::Store const> {
        return store::open_sqlite(store_folder_.path(), true);
    };
    EXPECT_EQ(way.deliver(one_, batch).kind, Outcome::Kind::delivered);
    auto const folder = settings_.folder + "/goslar";
    ASSERT_EQ(names_in(folder).size(), 1U);
    auto const place = folder + "/" + names_in(folder).front();
    auto const changes = io::read_file(place + "/aenderungen.csv");
    EXPECT_THAT(changes, HasSubstr("zurückgenommen;REGIO_12411-01-01-4;"));
    EXPECT_THAT(changes, HasSubstr(";2024-12-31;;;126775;"));
    EXPECT_THAT(changes, ::testing::Not(HasSubstr("127000")));
    EXPECT_THAT(io::read_file(place + "/aenderungen.txt"),
                HasSubstr("bisher eine Zahl, die zurückgenommen wurde, jetzt 126.775 Personen"));
}

TEST_F(DropTest, PutsADatedFolderWithPackageAndChangesOnce) {
    DropWay way{settings_};
    ASSERT_EQ(way.why_not(one_), "");
    auto const batch = change("127000");
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    auto const parent = settings_.folder + "/goslar";
    ASSERT_EQ(names_in(parent), std::vector<std::string>{drop_name(batch)});
    EXPECT_TRUE(drop_name(batch).starts_with("2024-07-03_"));
    expect_whole(parent + "/" + drop_name(batch));
    EXPECT_THAT(io::read_file(parent + "/" + drop_name(batch) + "/aenderungen.txt"),
                HasSubstr("bisher 126.775 Personen, jetzt 127.000 Personen (+225)"));
    // The same batch once more, as after a kill, changes nothing.
    auto const stamp = io::stamp_of(parent + "/" + drop_name(batch) + "/aenderungen.csv");
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_EQ(io::stamp_of(parent + "/" + drop_name(batch) + "/aenderungen.csv"), stamp);
    EXPECT_EQ(way.deliver(one_, change("128000")).kind, Kind::delivered);
    EXPECT_EQ(names_in(parent).size(), 2U);
}

TEST_F(DropTest, ShowsNothingWhoseReadingIsNotOnRecord) {
    DropWay way{settings_};
    auto batch = change("127000");
    batch.require_record = [] { throw Error{Errc::io, "the log is full"}; };
    EXPECT_THROW(way.deliver(one_, batch), Error);
    for (auto const& name : names_in(settings_.folder + "/goslar")) EXPECT_NE(name, drop_name(batch));
    batch.require_record = [] {};
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_EQ(names_in(settings_.folder + "/goslar"), std::vector<std::string>{drop_name(batch)});
}

TEST_F(DropTest, ReplacesWhatAKillLeftAndShowsNothingUnfinished) {
    DropWay way{settings_};
    auto const batch = change("127000");
    auto const whole = settings_.folder + "/goslar/" + drop_name(batch);
    io::make_directories(whole + ".teil/03153");
    io::write_durable(whole + ".teil/03153/halb.csv", "x");
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_EQ(names_in(settings_.folder + "/goslar"), std::vector<std::string>{drop_name(batch)});
    EXPECT_FALSE(io::file_exists(whole + "/03153/halb.csv"));
    expect_whole(whole);
}

TEST_F(DropTest, PutsNothingWhereNothingOfTheSubscribersOwnChanged) {
    DropWay way{settings_};
    EXPECT_EQ(way.deliver(one_, change("126775", "326001")).kind, Kind::delivered);
    EXPECT_TRUE(names_in(settings_.folder + "/goslar").empty());
    one_.format = "delta";
    auto const batch = change("127000");
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    auto const files = files_below(settings_.folder + "/goslar/" + drop_name(batch));
    EXPECT_EQ(files, (std::vector<std::string>{"SHA256SUMS.txt", "aenderungen.csv", "aenderungen.txt"}));
}

TEST_F(DropTest, RefusesAddressesThatLeadElsewhere) {
    DropWay const way{settings_};
    io::write_durable(settings_.logins + "/sftp.kreis.example", "goslar\ngeheim\n");
    for (auto const* address :
         {"../oben", ".versteckt", "a/b", "", "ftp://sftp.kreis.example/x", "sftp://sftp.kreis.example",
          "sftp://fremd.example/x", "sftp://u:p@sftp.kreis.example/x", "https://sftp.kreis.example/x?y",
          "file:///etc/passwd", "sftp://../x"}) {
        one_.address = address;
        EXPECT_NE(way.why_not(one_), "") << address;
    }
    one_.address = "sftp://sftp.kreis.example/eingang";
    EXPECT_EQ(way.why_not(one_), "");
    one_.options["colour"] = "red";
    EXPECT_THAT(way.why_not(one_), HasSubstr("colour"));
}

TEST_F(DropTest, KeepsWhatOwnersWereGivenApart) {
    DropWay way{settings_};
    one_.owner = "county:03153";
    auto const batch = change("127000");
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_EQ(names_in(settings_.folder + "/03153/goslar"), std::vector<std::string>{drop_name(batch)});
    EXPECT_FALSE(io::file_exists(settings_.folder + "/goslar"));
    io::write_durable(settings_.logins + "/sftp.kreis.example", "goslar\ngeheim\n"); // the operator's
    one_.address = "sftp://sftp.kreis.example/eingang";
    EXPECT_THAT(way.why_not(one_), HasSubstr("no login for this server"));
    io::make_directories(settings_.logins + "/03153");
    io::write_durable(settings_.logins + "/03153/sftp.kreis.example", "goslar\ngeheim\n");
    EXPECT_EQ(way.why_not(one_), "");
    one_.owner = "county:..";
    EXPECT_NE(way.why_not(one_), "");
}

TEST_F(DropTest, UploadsOverWebDavWholeOrNotAtAll) {
    TempDirectory const root;
    testing::Stranger const server{
        {"/usr/bin/python3", std::string{KREISLAUF_SOURCE_DIR} + "/tests/gateway/subscribe/dav_server.py",
         root.path()}};
    ASSERT_NE(server.said(), "");
    for (auto const* name : {"eingang", "lost", "full"}) io::make_directories(root.path() + "/" + name);
    io::write_durable(settings_.logins + "/127.0.0.1", "goslar\ngeheim\n");
    auto const base = "http://127.0.0.1:" + server.said();
    DropWay way{settings_};
    one_.address = base + "/eingang/";
    auto const batch = change("127000");
    auto const outcome = way.deliver(one_, batch);
    EXPECT_EQ(outcome.kind, Kind::delivered) << outcome.text;
    EXPECT_EQ(names_in(root.path() + "/eingang"), std::vector<std::string>{drop_name(batch)});
    expect_whole(root.path() + "/eingang/" + drop_name(batch));
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_TRUE(names_in(settings_.staging).empty());
    // An answer that was lost: the next try sees that it is there.
    one_.address = base + "/lost";
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::again);
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_EQ(names_in(root.path() + "/lost"), std::vector<std::string>{drop_name(batch)});
    // A disk that is full leaves nothing that looks whole.
    one_.address = base + "/full";
    auto const full = way.deliver(one_, batch);
    EXPECT_EQ(full.kind, Kind::again);
    EXPECT_EQ(full.status, 507);
    EXPECT_THAT(names_in(root.path() + "/full"), Not(Contains(drop_name(batch))));
    io::write_durable(settings_.logins + "/127.0.0.1", "goslar\nfalsch\n");
    one_.address = base + "/eingang";
    auto const closed = way.deliver(one_, change("128000"));
    EXPECT_EQ(closed.kind, Kind::again);
    EXPECT_EQ(closed.status, 401);
    EXPECT_THAT(closed.text, Not(HasSubstr("falsch")));
}

/// A port that is free now.
std::string free_port() {
    int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(socket);
    return std::to_string(ntohs(address.sin_port));
}

TEST_F(DropTest, UploadsOverWebDavToNginx) {
    if (!io::file_exists("/usr/sbin/nginx")) GTEST_SKIP() << "nginx is not installed";
    TempDirectory const root;
    auto const& path = root.path();
    io::make_directories(path + "/ablage/eingang");
    auto const port = free_port();
    // {PLAIN}: nginx takes passwords in this notation, too.
    io::write_durable(path + "/logins", "goslar:{PLAIN}geheim\n");
    std::string temporary;
    for (auto const* const name : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        temporary += std::string{name} + "_temp_path " + path + "/" + name + "; ";
    io::write_durable(path + "/nginx.conf",
                      std::string{::getuid() == 0 ? "user root;" : ""} + "daemon off; pid " + path +
                          "/pid; error_log " + path + "/errors; events {} http { access_log off; " +
                          temporary + "server { listen 127.0.0.1:" + port + "; root " + path +
                          "/ablage; client_max_body_size 0; auth_basic x; auth_basic_user_file " + path +
                          "/logins; dav_methods PUT DELETE MKCOL COPY MOVE; } }\n");
    testing::Stranger const server{{"/usr/sbin/nginx", "-e", path + "/errors", "-c", path + "/nginx.conf"},
                                   false};
    io::write_durable(settings_.logins + "/127.0.0.1", "goslar\ngeheim\n");
    DropWay way{settings_};
    one_.address = "http://127.0.0.1:" + port + "/eingang";
    auto const batch = change("127000");
    auto outcome = way.deliver(one_, batch);
    for (int i = 0; i < 50 && outcome.kind != Kind::delivered; ++i) { // until the server is up
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        outcome = way.deliver(one_, batch);
    }
    if (outcome.kind != Kind::delivered && outcome.text.find("connect") != std::string::npos)
        GTEST_SKIP() << "no nginx can be started here: " << outcome.text;
    ASSERT_EQ(outcome.kind, Kind::delivered) << outcome.text;
    EXPECT_EQ(names_in(path + "/ablage/eingang"), std::vector<std::string>{drop_name(batch)});
    expect_whole(path + "/ablage/eingang/" + drop_name(batch));
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered) << "it is there and is not put twice";
    EXPECT_EQ(names_in(path + "/ablage/eingang").size(), 1U);
    // What a kill left half done is made anew.
    auto const next = change("128000");
    io::make_directories(path + "/ablage/eingang/" + drop_name(next) + ".teil/03153");
    io::write_durable(path + "/ablage/eingang/" + drop_name(next) + ".teil/halb.csv", "halb");
    EXPECT_EQ(way.deliver(one_, next).kind, Kind::delivered);
    EXPECT_THAT(files_below(path + "/ablage/eingang/" + drop_name(next)), Not(Contains("halb.csv")));
    io::write_durable(settings_.logins + "/127.0.0.1", "goslar\nfalsch\n");
    EXPECT_EQ(way.deliver(one_, change("129000")).status, 401);
    EXPECT_EQ(names_in(path + "/ablage/eingang").size(), 2U);
}

TEST_F(DropTest, UploadsOverSftpToAServerThatItKnows) {
    if (!io::file_exists("/usr/sbin/sshd")) GTEST_SKIP() << "openssh-server is not installed";
    TempDirectory const root;
    auto const& path = root.path();
    auto const run = [](std::string const& command) {
        return std::system((command + " >/dev/null 2>&1").c_str());
    };
    ASSERT_EQ(run("ssh-keygen -q -t ed25519 -N '' -f " + path + "/host"), 0);
    ASSERT_EQ(run("ssh-keygen -q -t ed25519 -N '' -f " + path + "/user"), 0);
    auto const port = free_port();
    io::write_durable(
        path + "/sshd_config",
        "ListenAddress 127.0.0.1\nPort " + port + "\nHostKey " + path + "/host\nAuthorizedKeysFile " + path +
            "/user.pub\nStrictModes no\nUsePAM yes\nPidFile none\nPermitRootLogin prohibit-password\n"
            "PasswordAuthentication no\nSubsystem sftp internal-sftp\n");
    io::make_directories(path + "/eingang");
    std::vector<std::string> command{"/usr/sbin/sshd", "-D", "-q", "-f", path + "/sshd_config"};
    char const* const me = std::getenv("USER");
    std::string user = me != nullptr ? me : "";
    if (::getuid() == 0) { // as root it would need a folder of the system
        user = "nobody";
        ASSERT_EQ(run("chown -R nobody:nogroup " + path), 0);
        command.insert(command.begin(), {"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"});
    }
    testing::Stranger const server{command, false};
    auto const key = io::read_file(path + "/host.pub");
    io::write_durable(settings_.upload.known_hosts_file, "[127.0.0.1]:" + port + " " + key);
    io::write_durable(settings_.logins + "/127.0.0.1", user + "\nkey:" + path + "/user\n");
    DropWay way{settings_};
    one_.address = "sftp://127.0.0.1:" + port + path + "/eingang";
    auto const batch = change("127000");
    auto outcome = way.deliver(one_, batch);
    for (int i = 0; i < 30 && outcome.kind != Kind::delivered; ++i) { // until the server is up
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        outcome = way.deliver(one_, batch);
    }
    if (outcome.kind != Kind::delivered && outcome.text.find("connect") != std::string::npos)
        GTEST_SKIP() << "no SSH server can be started here: " << outcome.text;
    ASSERT_EQ(outcome.kind, Kind::delivered) << outcome.text;
    EXPECT_EQ(names_in(path + "/eingang"), std::vector<std::string>{drop_name(batch)});
    expect_whole(path + "/eingang/" + drop_name(batch));
    EXPECT_EQ(way.deliver(one_, batch).kind, Kind::delivered);
    EXPECT_EQ(names_in(path + "/eingang").size(), 1U);
    // Somebody else under the same address gets nothing.
    io::write_durable(settings_.upload.known_hosts_file,
                      "[127.0.0.1]:" + port + " " + io::read_file(path + "/user.pub"));
    auto const stranger = way.deliver(one_, change("128000"));
    EXPECT_EQ(stranger.kind, Kind::again);
    EXPECT_EQ(names_in(path + "/eingang").size(), 1U);
}

} // namespace
} // namespace gateway::subscribe

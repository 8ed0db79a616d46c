// The server with a service of known bytes, for the comparison with nginx (compare.py).
//
//   served FOLDER [--log FILE] [--copy]    every file of FOLDER under its name, as answers that may be kept;
//                                          /stream/NAME the same bytes, made while they are sent
//   --copy   no answer is sent from a sealed file: each is copied into the socket
// Prints "listening on http://127.0.0.1:PORT" and runs until SIGTERM.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/access_log.hpp"
#include "gateway/http/server.hpp"

namespace {

using namespace gateway::http;
using Bytes = std::shared_ptr<std::string const>;

class Pieces final : public BodySource {
  public:
    explicit Pieces(Bytes bytes) : bytes_{std::move(bytes)} {}
    bool next(std::string& out) override {
        constexpr std::size_t piece = 65536;
        out.append(*bytes_, at_, piece);
        at_ += piece;
        return at_ < bytes_->size();
    }

  private:
    Bytes bytes_;
    std::size_t at_ = 0;
};

class Files final : public Service {
  public:
    explicit Files(std::string const& folder) {
        for (auto const& entry : std::filesystem::directory_iterator{folder}) {
            std::ifstream in{entry.path(), std::ios::binary};
            files_[entry.path().filename().string()] = std::make_shared<std::string const>(
                std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
        }
    }
    Response answer(Request const& request) override {
        auto name = request.target.substr(1);
        bool const streams = name.compare(0, 7, "stream/") == 0;
        if (streams) name = name.substr(7);
        auto const found = files_.find(name);
        if (found == files_.end()) return Response::text(404, "text/plain", "no such file\n");
        Response response;
        response.headers = {{"Content-Type", "application/octet-stream"},
                            {"ETag", "\"" + name + "-1\""},
                            {"Last-Modified", "Thu, 26 Nov 2026 00:00:00 GMT"}};
        if (streams)
            response.body = std::make_unique<Pieces>(found->second);
        else
            response.body = found->second;
        response.shared = !streams;
        return response;
    }
    [[nodiscard]] std::uint64_t generation() noexcept override { return 1; }

  private:
    std::map<std::string, Bytes> files_;
};

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("served FOLDER [--log FILE] [--copy]\n", stderr);
        return 2;
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    Files files{argv[1]};
    ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.workers = 2;
    for (int i = 2; i < argc; ++i) {
        if (std::string_view{argv[i]} == "--copy") options.cache_files = 0;
        if (std::string_view{argv[i]} == "--log" && i + 1 < argc)
            options.access_log = std::make_shared<AccessLog>(argv[++i]);
    }
    Server server{files, options};
    server.start();
    std::printf("listening on %s\n", server.addresses().front().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
    server.request_stop();
    server.wait();
}

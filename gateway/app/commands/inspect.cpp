#include <cstdio>

#include "adapters/genesis/facts.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {

Exit run_inspect(Options const& options) {
    if (!options.dsd.empty()) {
        io::MappedFile const structure{options.dsd};
        std::fprintf(stderr,
                     "kreislauf: --dsd %s is not needed: no file of this version's formats has a "
                     "structure file\n",
                     options.dsd.c_str());
    }
    io::MappedFile const file{options.names.front()};
    adapters::genesis::FactsOptions facts;
    facts.pretty = !options.compact;
    auto const text = adapters::genesis::facts_json(file.view(), facts);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
    return Exit::done;
}

} // namespace gateway::app

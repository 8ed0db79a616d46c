// Plays a GENESIS service from a folder: for the shipped sample and for offices without network.
//
// Shape    a base address "directory:PATH"; data/tablefile with name=CODE answers PATH/data/tablefile/CODE.zip or
//          .csv, metadata/table answers PATH/metadata/table/CODE.json, and so on for every endpoint. What is not
//          there answers with code 104, as a service does; helloworld/logincheck always succeeds.
// Errors   Error invalid_argument for an address that is not of this shape; io
#pragma once

#include <string_view>

#include "gateway/core/document.hpp"

namespace adapters::genesis {

class DirectoryTransport final : public gateway::Transport {
  public:
    gateway::HttpResponse send(gateway::HttpRequest const& request) override;
    /// True for addresses of this kind.
    static bool serves(std::string_view url) noexcept;
};

} // namespace adapters::genesis

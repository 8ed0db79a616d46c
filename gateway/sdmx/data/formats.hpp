// Makers of the writers of each format. Internal to this folder.
#pragma once

#include <memory>

#include "gateway/sdmx/data/message.hpp"

namespace gateway::sdmx::data {

std::unique_ptr<DataWriter> make_csv(StoreLease lease, query::DatasetViewPtr view, query::Selection selection,
                                     MessageOptions options);
std::unique_ptr<DataWriter> make_generic(StoreLease lease, query::DatasetViewPtr view,
                                         query::Selection selection, MessageOptions options);
std::unique_ptr<DataWriter> make_specific(StoreLease lease, query::DatasetViewPtr view,
                                          query::Selection selection, MessageOptions options);
std::unique_ptr<DataWriter> make_json(StoreLease lease, query::DatasetViewPtr view,
                                      query::Selection selection, MessageOptions options);

} // namespace gateway::sdmx::data

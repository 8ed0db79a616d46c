// Words: names of dimensions, attributes and codes in data messages, in German and English.
//
// Order    a code: the label of the source where the reader wants German, else the general word in the language; then
//          the other of the two. A component: the concept of schemas/sdmx/concepts.xml, else what the data part says.
// Threads  immutable
#pragma once

#include <memory>

#include "gateway/query/dataset_view.hpp"
#include "gateway/sdmx/data/message.hpp"

namespace gateway::serve::sdmx {

std::shared_ptr<gateway::sdmx::data::Names const> words_of(query::DatasetViewPtr const& view);

} // namespace gateway::serve::sdmx

// Standard output: what a command prints is part of what it was asked for, and a full disk is no success.
#pragma once

#include "gateway/app/options.hpp"

namespace gateway::app {

/// Brings out what was printed. `exit`, unless it said that all went well and not all of it arrived: then failed, with
/// the reason on standard error. What the command did otherwise stays done.
Exit when_printed(Exit exit);

} // namespace gateway::app

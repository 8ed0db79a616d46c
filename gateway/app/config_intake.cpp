#include "gateway/app/config_intake.hpp"

#include <filesystem>

#include "gateway/app/config.hpp"
#include "gateway/app/config_keys.hpp"

namespace gateway::app {

IntakeConfig read_intake(std::string const& file, toml::table const& table) {
    IntakeConfig intake;
    Keys keys{file, table};
    keys.text("folder", intake.folder, true);
    keys.refuse_others();
    intake.folder = beside(file, intake.folder);
    std::error_code unknown;
    if (auto const state = std::filesystem::status(intake.folder, unknown);
        std::filesystem::exists(state) && !std::filesystem::is_directory(state))
        keys.fail(*table.get("folder"),
                  "'folder': " + intake.folder +
                      " is a file; expected a folder, which is made where there is none");
    return intake;
}

} // namespace gateway::app

#include "gateway/harmonize/mapping_load.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/schema_check.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::harmonize {

std::string checked_key(std::string_view schema, std::string_view text) {
    io::Sha256 sum;
    sum.update(schema);
    sum.update(text);
    return sum.hex();
}

bool FileLoader::was_checked(std::string_view schema, std::string_view text) {
    if (!checked_) checked_ = files_.checked();
    if (!checked_) return false;
    auto const key = checked_key(schema, text);
    for (std::string_view left = *checked_; !left.empty();) {
        if (left.starts_with(key)) return true;
        left.remove_prefix(std::min(left.find('\n'), left.size() - 1) + 1);
    }
    return false;
}

TreeMemory::Made TreeMemory::get(std::string const& name, std::string const& schema,
                                 std::shared_ptr<std::string const> const& text,
                                 std::function<Made()> const& make) {
    std::promise<Made> promise;
    {
        std::unique_lock lock{lock_};
        auto& known = known_[name];
        if (known.tree.valid() && known.schema == schema && (known.text == text || *known.text == *text)) {
            auto const tree = known.tree;
            lock.unlock();
            return tree.wait_for(std::chrono::seconds{0}) == std::future_status::ready ? tree.get() : make();
        }
        known = {schema, text, promise.get_future().share()};
    }
    try {
        auto tree = make();
        promise.set_value(tree);
        return tree;
    } catch (...) {
        promise.set_exception(std::current_exception());
        std::scoped_lock const lock{lock_};
        known_.erase(name);
        throw;
    }
}

std::shared_ptr<VariableIndex const> TreeMemory::index() {
    std::scoped_lock const lock{lock_};
    return index_;
}

void TreeMemory::keep(std::shared_ptr<VariableIndex const> index) {
    std::scoped_lock const lock{lock_};
    index_ = std::move(index);
}

io::Aside<void> read_ahead(MappingFiles const& files) {
    return io::aside([loader = FileLoader{files}]() mutable {
        // In the order of need.
        constexpr std::array<std::array<char const*, 2>, 6> wanted{{{"units.toml", "units"},
                                                                    {"time.toml", "time"},
                                                                    {"services.toml", "services"},
                                                                    {"signs/genesis.toml", "signs"},
                                                                    {"variables/areas.toml", "variables"},
                                                                    {"variables/sex.toml", "variables"}}};
        for (auto const& [name, schema] : wanted) {
            try {
                static_cast<void>(loader.find(name, schema));
            } catch (Error const&) {
                continue;
            }
            if (schema != std::string_view{"signs"}) continue;
            try {
                static_cast<void>(variable_index(loader.files()));
            } catch (Error const&) {
                continue;
            }
        }
    });
}

Tree const* FileLoader::find(std::string const& name, std::string const& schema) {
    auto text = files_.shared_text(name);
    if (!text) return nullptr;
    trees_.push_back(files_.trees().get(name, schema, text, [&]() -> TreeMemory::Made {
        auto tree = std::make_shared<Tree>(parse_toml(*text, name));
        if (auto const schema_text = files_.schema(schema); schema_text && !was_checked(*schema_text, *text))
            check_schema(*tree, name, *schema_text, "schemas/mapping/" + schema + ".schema.json");
        return tree;
    }));
    used_.emplace(name, std::move(text));
    return trees_.back().get();
}

std::string FileLoader::raw(std::string const& name, std::string const& need) {
    auto text = files_.shared_text(name);
    if (!text)
        throw Error(Errc::not_found, "mappings/" + name + ": found no such file, expected " + need +
                                         "; next step: put it there, or correct the name");
    used_.emplace(name, text);
    return *text;
}

Tree const& FileLoader::get(std::string const& name, std::string const& schema, std::string const& need) {
    if (auto const* const tree = find(name, schema); tree != nullptr) return *tree;
    throw Error(Errc::not_found,
                "mappings/" + name + ": found no such file, expected " + need +
                    "; next step: restore the file, or point to the folder with all mappings");
}

} // namespace gateway::harmonize

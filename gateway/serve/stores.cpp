#include "gateway/serve/stores.hpp"

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/problem.hpp"

namespace gateway::serve {
namespace {

/// A commit shows after this at the latest; looking costs a microsecond.
constexpr std::int64_t look_every_ns = 50'000'000;

/// Connections that wait for the next request; more are closed, as each may hold pages in memory.
constexpr std::size_t most_idle = 8;

std::int64_t now_ns() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

} // namespace

Lease::Lease(Stores& stores, std::unique_ptr<store::Store> inner, std::uint64_t epoch,
             std::shared_ptr<access::Release const> release, access::Caller const& caller,
             std::shared_ptr<access::Audit> audit)
    : stores_(stores), inner_(std::move(inner)), epoch_(epoch), release_(std::move(release)),
      audit_(std::move(audit)), visible_(*inner_, *release_, caller, *audit_) {}

Lease::~Lease() {
    stores_.give_back(std::move(inner_), epoch_);
}

Stores::Stores(std::string directory, std::size_t most) : directory_(std::move(directory)), most_(most) {}

std::shared_ptr<Lease> Stores::lease(std::shared_ptr<access::Release const> release,
                                     access::Caller const& caller, std::shared_ptr<access::Audit> audit) {
    std::unique_ptr<store::Store> inner;
    std::uint64_t epoch = 0;
    {
        std::lock_guard const lock{guard_};
        if (out_ >= most_)
            throw Refusal{
                {503,
                 "busy",
                 {"The service is busy", "Der Dienst ist ausgelastet"},
                 {"every connection to the store is in use", "alle Verbindungen zum Speicher sind belegt"},
                 {"try again in a second", "in einer Sekunde erneut versuchen"},
                 {},
                 {},
                 {{"Retry-After", "1"}}}};
        ++out_;
        epoch = epoch_;
        if (!idle_.empty()) {
            inner = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    try {
        if (!inner) inner = store::open_sqlite(directory_, true);
        return std::make_shared<Lease>(*this, std::move(inner), epoch, std::move(release), caller,
                                       std::move(audit));
    } catch (...) {
        std::lock_guard const lock{guard_};
        --out_;
        throw;
    }
}

void Stores::give_back(std::unique_ptr<store::Store> inner, std::uint64_t epoch) noexcept {
    std::lock_guard const lock{guard_};
    --out_;
    if (epoch == epoch_ && idle_.size() < most_idle) idle_.push_back(std::move(inner));
}

std::uint64_t Stores::generation() noexcept {
    auto const now = now_ns();
    if (now - looked_ns_.load(std::memory_order_relaxed) < look_every_ns) return generation_;
    std::unique_lock const lock{watch_guard_, std::try_to_lock};
    if (!lock.owns_lock()) return generation_; // somebody else is looking
    auto const seen = look();
    generation_ = seen;
    looked_ns_.store(now, std::memory_order_relaxed);
    return seen;
}

std::uint64_t Stores::generation_now() noexcept {
    std::lock_guard const lock{watch_guard_};
    auto const seen = look();
    generation_ = seen;
    looked_ns_.store(now_ns(), std::memory_order_relaxed);
    return seen;
}

std::uint64_t Stores::look() noexcept {
    try {
        auto const path = directory_ + "/store.sqlite";
        if (!io::file_exists(path)) {
            version_.reset();
            watched_.reset();
            return 0;
        }
        if (auto const stamp = io::stamp_of(path); !watched_ || stamp.inode != inode_) {
            version_.reset();
            watched_ = std::make_unique<store::Database>(path, store::Database::Mode::read_only);
            version_ = std::make_unique<store::Statement>(*watched_, "PRAGMA data_version");
            inode_ = stamp.inode;
            ++epoch_;
            std::lock_guard const idle{guard_};
            idle_.clear();
        }
        store::Rows rows{*version_};
        auto const version = rows.next() ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
        return epoch_ << 32U | (version & 0xFFFFFFFFU);
    } catch (std::exception const&) {
        // The store is being replaced or is damaged: whoever reads it will be told. No answer may be kept.
        version_.reset();
        watched_.reset();
        return ++epoch_ << 32U;
    }
}

} // namespace gateway::serve

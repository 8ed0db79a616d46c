// A ZIP archive that is written in one pass.
//
// Shape    entries are deflated (level 6); a streamed entry is followed by a data descriptor, since its size is
//          known only at the end; UTF-8 names; every entry carries 1980-01-01 00:00. No ZIP64: an archive or an unpacked
//          entry of 4 GiB is refused.
// Errors   too_large past 4 GiB; whatever the sink throws.
// Source   PKWARE APPNOTE 6.3.9.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::feed {

class ZipWriter {
  public:
    explicit ZipWriter(std::function<void(std::string_view)> sink);
    ~ZipWriter();
    ZipWriter(ZipWriter const&) = delete;
    ZipWriter& operator=(ZipWriter const&) = delete;

    /// A streamed entry.
    void begin(std::string const& name);
    void write(std::string_view bytes);
    void end();
    /// A whole entry; its sizes stand in front.
    void add(std::string const& name, std::string_view bytes);
    /// Writes the directory. Nothing may follow.
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gateway::feed

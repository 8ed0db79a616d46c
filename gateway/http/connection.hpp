// One connection: reads a request, has it answered, sends the answer, and again. Internal to gateway/http.
//
// Threads  the thread of the loop; what a worker does with a Job touches nothing of the connection
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/http/answer.hpp"
#include "gateway/http/byte_range.hpp"
#include "gateway/http/channel.hpp"
#include "gateway/http/loop.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/http/request_parser.hpp"
#include "gateway/http/server_core.hpp"

namespace gateway::http {

class Connection final : public Readiness, public std::enable_shared_from_this<Connection> {
  public:
    using Time = std::chrono::steady_clock::time_point;

    Connection(Core& core, std::unique_ptr<Watch> watch, std::unique_ptr<Channel> channel,
               std::string remote);
    void ready() override { step(); }
    void step();
    void tick(Time now); ///< looks whether something took too long
    void wind_down();    ///< closes now where no request is under way
    /// How long no byte of a request has come; zero while one is under way.
    [[nodiscard]] std::chrono::milliseconds idle_time(Time now) const;
    void abort(); ///< closes so that the peer cannot take it for a sound end
    /// Answers at once without a request, and closes.
    void turn_away(Refusal const& refusal);
    /// Has a live body asked again. `generation` of the data: whether it is another than the body knows.
    void wake();
    [[nodiscard]] bool has_heard(std::uint64_t generation) const noexcept { return heard_ == generation; }
    /// The answer that it waited for is made: it is in the cache now, or is made again.
    void landed(std::uint64_t turn);
    std::size_t place = 0;         ///< in Core::connections
    std::size_t waiting_place = 0; ///< in Core::waiting, while it waits

  private:
    enum class State : std::uint8_t { reading, body, working, writing, waiting, lingering, closed };
    struct Job;

    // connection.cpp: from bytes to a request
    bool on_reading();
    bool on_head(std::string_view bytes);
    bool on_body();
    bool begin_body();
    bool ask_receiver();
    bool hand_to_sink();
    void on_received(Job& job);
    void on_taken(Job& job);
    bool on_lingering();
    bool fill();
    bool wait_for(Moved moved);
    bool refuse(Refusal const& refusal);
    void forget_request();
    void let_go_of_job();
    static void end_on_worker(Core& core, std::shared_ptr<Job> job);
    void close();

    // connection_answer.cpp: from a request to bytes
    bool answer_request();
    bool answer_here(std::string_view path);
    bool run_job();
    std::shared_ptr<Answer const> find_kept();
    void move_to_file(std::shared_ptr<Answer const> const& answer);
    [[nodiscard]] std::string flight_name() const;
    bool join_flight();
    void on_made(Job& job);
    [[nodiscard]] std::string_view field(std::string_view name) const;

    // connection_stream.cpp: from a body that is being made to bytes
    void count_stream(bool streams) noexcept;
    [[nodiscard]] bool may_begin(Job const& job) const;
    void begin_stream(Job& job);
    bool ask_next_piece();
    void look_ahead(Job& job);
    bool end_ahead() noexcept;
    bool send_piece(Job& job);
    void on_piece(Job& job);
    void on_ahead(Job& job);

    // connection_send.cpp: from an answer to bytes
    bool send(std::shared_ptr<Answer const> answer, bool cached);
    [[nodiscard]] std::optional<ByteRange> wanted_range(Answer const& answer) const;
    void write_head(bool unchanged, std::optional<ByteRange> const& range);
    bool on_writing();
    Transfer write_some();
    bool finish();
    Time report(bool cut);

    // connection_live.cpp: a body that waits for something to happen
    void begin_waiting(Job& job);
    void end_waiting();
    void end_live_body();
    void end_late_answer();
    void watch_peer();
    void on_peer();
    class PeerWatch;

    std::shared_ptr<Job> make_job();
    static void fail(Core& core, Job& job, std::exception const& error);
    static void run_receive(Core& core, Job& job);
    static void run_take(Core& core, Job& job);
    static void run_answer(Core& core, Job& job);
    static void run_beginning(Core& core, Job& job);
    static void run_late(Core& core, Job& job);
    static void keep(Core& core, Job& job);
    static void run_piece(Core& core, Job& job);
    static void collect(Core& core, Job& job, std::string_view piece);
    using Work = void (*)(Core&, Job&);      ///< on a worker
    using Then = void (Connection::*)(Job&); ///< back on the thread of the loop
    bool on_worker(Work work, Then then, std::size_t most_waiting, Workers::Lane lane = Workers::Lane::brief);
    bool hand_over(Work work, Then then, std::size_t most_waiting, Workers::Lane lane);

    Core& core_;
    std::unique_ptr<Watch> watch_;
    std::unique_ptr<Channel> channel_;
    std::string const remote_;
    State state_ = State::reading;
    bool idle_ = true;       ///< no byte of a request is there
    bool keep_alive_ = true; ///< after this answer
    bool is_head_ = false;
    bool cached_ = false;
    bool chunks_ = false; ///< the body goes out in chunks
    bool peer_watched_ = false;
    std::uint64_t heard_ = 0; ///< generation of the data that the live body knows
    std::uint64_t turn_ = 0;  ///< a job of another turn is not waited for any more
    Time deadline_;
    Time started_;

    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0; ///< of the bytes received and not used up
    std::size_t head_bytes_ = 0;      ///< used up when the answer is sent: `head_` looks at them
    HeadEnd head_end_;
    RequestParser parser_;
    RequestHead head_;
    Choice choice_;
    std::shared_ptr<Job> job_;
    bool at_worker_ = false; ///< whose the job is then: only its request may be looked at
    bool is_stream_ = false; ///< what goes out is one of Core::streams
    bool is_ahead_ = false;  ///< the piece behind the one that goes out is made already, or is being made
    bool is_last_ = false;   ///< nothing of the body comes behind what goes out

    unsigned status_ = 0;
    std::shared_ptr<Answer const> answer_;
    std::string head_text_;
    std::string piece_;               ///< of a streaming body, framed, as it goes out
    std::string_view first_, second_; ///< what is still to be sent
    std::uint64_t sent_ = 0;          ///< of this answer
    std::uint64_t sent_before_ = 0;   ///< when the time for writing began
};

} // namespace gateway::http

#include <stdexcept>
#include <thread>

#include "servers/contract/subscriber.hpp"

namespace pushbench::contract {
namespace {

/// Short polling, or long polling where `wait` is not empty.
class PollSubscriber final : public Subscriber {
 public:
    PollSubscriber(std::uint16_t port, Following following, std::string wait)
        : following_(std::move(following)),
          wait_(std::move(wait)),
          client_(port, following_.receive_buffer_bytes) {
        // A poll without a cursor asks where the head is: that is when this subscriber's life begins.
        if (!following_.after) poll({});
    }
    std::string cursor() override { return following_.after.value_or(""); }
    void vanish() override { client_.socket().reset(); }

 private:
    void read_more() override {
        poll(wait_);
        if (wait_.empty() && events_.empty()) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }

    void poll(const std::string& wait) {
        const Answer answer =
            client_.get("/poll" + following_.query() + (wait.empty() ? "" : "wait=" + wait));
        if (answer.status == 200) return read_answer(answer);
        if (answer.status != 204)
            throw std::runtime_error("poll: " + std::to_string(answer.status) + " " + answer.body);
        if (answer.has("Cursor")) following_.after = answer.header("Cursor");
    }

    void read_answer(const Answer& answer) {
        const auto json = boost::json::parse(answer.body);
        following_.after = std::string{json.at("cursor").as_string()};
        if (const auto* gaps = json.as_object().if_contains("gaps"))
            for (const auto& gap : gaps->as_array()) events_.push_back(gap_of(gap));
        for (const auto& one : json.at("notifications").as_array()) events_.push_back(notification_of(one));
    }

    Following following_;
    std::string wait_;
    HttpClient client_;
};

}  // namespace

std::unique_ptr<Subscriber> subscribe_by_polling(std::uint16_t port, const Following& following,
                                                 const std::string& wait) {
    return std::make_unique<PollSubscriber>(port, following, wait);
}

}  // namespace pushbench::contract

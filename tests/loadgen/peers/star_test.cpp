// Rank 0 asks and the others answer, over mailboxes in one process: nobody waits for the dead.
#include "loadgen/peers/star.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

namespace pushbench::loadgen {
namespace {

/// What MPI is to processes, to threads.
class Post {
 public:
    explicit Post(std::uint32_t ranks) : boxes_(ranks) {}

    class Box final : public Mailbox {
     public:
        Box(Post& post, std::uint32_t rank) : post_{post}, rank_{rank} {}
        [[nodiscard]] std::uint32_t rank() const override { return rank_; }
        [[nodiscard]] std::uint32_t size() const override {
            return static_cast<std::uint32_t>(post_.boxes_.size());
        }
        void send(std::uint32_t to, std::string bytes) override {
            const std::lock_guard lock{post_.mutex_};
            post_.boxes_[to].push_back({rank_, std::move(bytes)});
        }
        [[nodiscard]] std::optional<Parcel> receive() override {
            const std::lock_guard lock{post_.mutex_};
            auto& box = post_.boxes_[rank_];
            if (box.empty()) return std::nullopt;
            Parcel parcel = std::move(box.front());
            box.pop_front();
            return parcel;
        }
        void close() override {}

     private:
        Post& post_;
        std::uint32_t rank_;
    };

    std::unique_ptr<Mailbox> box(std::uint32_t rank) { return std::make_unique<Box>(*this, rank); }

 private:
    std::mutex mutex_;
    std::vector<std::deque<Parcel>> boxes_;
};

constexpr Star::Patience little{2'000'000'000, 200'000'000, 20'000'000, 2'000'000'000};

bool nobody_hurries() {
    return false;
}

Hello hello(const std::string& host, const std::string& boot, std::vector<std::string> options = {"--a"}) {
    return {"loadgen 1", std::move(options), {host, boot, "time:[1]"}};
}

/// A rank that answers each question with what it was asked and its own name.
std::thread echo(Post& post, std::uint32_t rank, Hello said) {
    return std::thread{[&post, rank, said = std::move(said)] {
        Star star{post.box(rank), said, nobody_hurries, little};
        while (const auto question = star.next_question()) {
            if (*question == "refuse")
                star.refuse("cannot do that");
            else
                star.answer(*question + " by " + std::to_string(rank));
        }
    }};
}

TEST(Star, GathersAnswersInTheOrderOfRanks) {
    Post post{3};
    std::thread one = echo(post, 1, hello("b", "boot 1"));
    std::thread two = echo(post, 2, hello("c", "boot 2"));
    Star star{post.box(0), hello("a", "boot 1"), nobody_hurries, little};
    const std::vector<std::optional<Bytes>> expected{"x by 1", "x by 2"};
    EXPECT_EQ(star.gather("x"), expected);
    EXPECT_TRUE(star.info(1).same_clock);
    EXPECT_EQ(star.info(1).here, 1U) << "rank 0 runs there, too";
    EXPECT_FALSE(star.info(2).same_clock);
    EXPECT_EQ(star.info(2).here, 0U);
    EXPECT_TRUE(star.loss().empty());
    star.end(0);
    one.join();
    two.join();
}

TEST(Star, OneThatCannotIsNamed) {
    Post post{2};
    std::thread one = echo(post, 1, hello("b", "boot 1"));
    Star star{post.box(0), hello("a", "boot 1"), nobody_hurries, little};
    try {
        (void)star.gather("refuse");
        ADD_FAILURE() << "it was refused";
    } catch (const Failure& failure) {
        EXPECT_STREQ(failure.what(), "rank 1 (b): cannot do that");
    }
    EXPECT_EQ(star.gather("y").front(), "y by 1") << "and goes on";
    star.end(0);
    one.join();
}

TEST(Star, WhoDoesNotAnswerIsLostAndTheOthersGoOn) {
    Post post{3};
    std::thread one = echo(post, 1, hello("b", "boot 1"));
    const auto dead = std::make_unique<Star>(post.box(2), hello("c", "boot 1"), nobody_hurries, little);
    Star star{post.box(0), hello("a", "boot 1"), nobody_hurries, little};
    const auto answers = star.gather("x");
    EXPECT_EQ(answers[0], "x by 1");
    EXPECT_FALSE(answers[1]);
    EXPECT_TRUE(star.loss().starts_with("rank 2 (c) does not answer any more")) << star.loss();
    EXPECT_TRUE(star.info(2).lost);
    dead->answer("too late");
    EXPECT_EQ(star.gather("y").front(), "y by 1");
    post.box(0)->send(1,
                      packed(std::uint8_t{6}, std::uint32_t{0}));  // its end; star.end() would end the test
    one.join();
}

TEST(Star, WhoeverIsInAHurryWaitsLess) {
    Post post{2};
    const auto silent = std::make_unique<Star>(post.box(1), hello("b", "boot 1"), nobody_hurries, little);
    Star::Patience patient = little;
    patient.answer_ns = 3'600'000'000'000;
    std::atomic<bool> hurries{false};
    Star star{post.box(0), hello("a", "boot 1"), [&] { return hurries.load(); }, patient};
    hurries = true;
    EXPECT_FALSE(star.gather("x").front());
    EXPECT_FALSE(star.loss().empty());
}

TEST(Star, OthersThatWereStartedOtherwiseDoNotFit) {
    Post post{2};
    std::thread one = echo(post, 1, hello("b", "boot 1", {"--b"}));
    try {
        Star star{post.box(0), hello("a", "boot 1"), nobody_hurries, little};
        ADD_FAILURE() << "it has other options";
    } catch (const Misfit& misfit) {
        EXPECT_STREQ(misfit.what(),
                     "rank 1 (b) has other options than rank 0; start all ranks with the same");
    }
    one.join();  // which was told to go
}

TEST(Star, WhoNeverComesIsNamed) {
    Post post{2};
    Star::Patience none = little;
    none.hello_ns = 1;
    EXPECT_THROW((Star{post.box(0), hello("a", "boot 1"), nobody_hurries, none}), Failure);
}

TEST(Star, ASilentRankZeroIsLeft) {
    Post post{2};
    Star::Patience none = little;
    none.silence_ns = 1;
    Star star{post.box(1), hello("b", "boot 1"), nobody_hurries, none};
    EXPECT_THROW((void)star.next_question(), Failure);
}

TEST(Star, ComparesClocksOfOtherHosts) {
    Post post{2};
    std::thread one = echo(post, 1, hello("b", "boot 2"));
    Star star{post.box(0), hello("a", "boot 1"), nobody_hurries, little};
    star.compare_clocks();
    // It is one clock in truth.
    EXPECT_LE(std::abs(star.info(1).clock.ahead_ns), star.info(1).clock.bound_ns);
    const std::int64_t before_ns = star.info(1).clock.bound_ns;
    star.compare_clocks();
    EXPECT_GE(star.info(1).clock.bound_ns, before_ns) << "of all the time since";
    star.end(0);
    one.join();
}

}  // namespace
}  // namespace pushbench::loadgen

// What HTTP/1.1 allows a client to send, and what not (RFC 9110, RFC 9112): a table of bytes, each cut at
// every byte.
#include "http/reader.hpp"

#include <gtest/gtest.h>

namespace pushbench {
namespace {

/// Small, so that whatever has no bound is seen.
Limits small_limits() {
    Limits limits;
    limits.target_bytes = 200;
    limits.header_line_bytes = 200;
    limits.header_bytes = 400;
    limits.header_lines = 10;
    limits.chunk_line_bytes = 64;
    limits.chunk_extension_bytes = 100;
    return limits;
}
const Limits kLimits = small_limits();
constexpr std::size_t kMostBody = 100;

/// `METHOD target body` of each request in turn, `status` of a refusal, and `...` where more is to come.
std::string told(std::string_view bytes, std::size_t cut) {
    HttpReader reader{kLimits};
    std::string out;
    while (true) {
        std::string_view piece = bytes.substr(0, cut);
        bytes.remove_prefix(piece.size());
        cut = bytes.size();
        while (true) {
            const auto state = reader.read(piece);
            if (state == HttpReader::State::refused) return out + std::to_string(reader.refusal().status);
            if (state == HttpReader::State::more) break;
            if (state == HttpReader::State::head) {
                reader.accept_body(kMostBody);
                continue;
            }
            out.append(reader.head().method()).append(" ").append(reader.head().target());
            out.append(" ").append(reader.body()).append(reader.head().keeps_alive() ? "\n" : " close\n");
            reader.reset();
        }
        if (bytes.empty()) return reader.has_begun() ? out + "..." : out;
    }
}

struct Case {
    std::string name;
    std::string bytes;
    std::string told;
};

const std::string kHost = "Host: a\r\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST /x HTTP/1.1\r\nHost: a\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

Case line(const std::string& name, const std::string& request_line, const std::string& told) {
    return {name, request_line + "\r\n" + kHost + "\r\n", told};
}
Case field(const std::string& name, const std::string& line, const std::string& told) {
    return {name, kGet + line + "\r\n\r\n", told};
}

class ReaderTable : public ::testing::TestWithParam<Case> {};

TEST_P(ReaderTable, IsReadAlikeHoweverItIsCut) {
    const Case& each = GetParam();
    for (std::size_t cut = 0; cut <= each.bytes.size(); ++cut)
        ASSERT_EQ(told(each.bytes, cut), each.told) << "cut at " << cut << " of " << each.bytes;
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

const std::vector<Case> kLines{
    // RFC 9112 §2.2, §3
    line("Plain", "GET /a?b HTTP/1.1", "GET /a?b \n"),
    line("AnyToken", "BREW! / HTTP/1.1", "BREW! / \n"),
    line("RawInQuery", "GET /?[]{}|^`\\\" HTTP/1.1", "GET /?[]{}|^`\\\" \n"),
    line("NoMethod", " / HTTP/1.1", "400"),
    line("BadMethod", "G(T / HTTP/1.1", "400"),
    line("LongMethod", std::string(40, 'G') + " / HTTP/1.1", "400"),
    line("NoTarget", "GET  HTTP/1.1", "400"),
    line("TwoBlanks", "GET  / HTTP/1.1", "400"),
    line("BlankInTarget", "GET /a b HTTP/1.1", "400"),
    line("TabInTarget", "GET /a\tb HTTP/1.1", "400"),
    line("BlankAtEnd", "GET / HTTP/1.1 ", "400"),
    line("HighByteInTarget", "GET /\xff HTTP/1.1", "400"),
    line("NoVersion", "GET /", "400"),
    line("OtherCase", "GET / http/1.1", "400"),
    line("OtherProtocol", "GET / ICY/1.1", "400"),
    line("LongVersion", "GET / HTTP/1.10", "400"),
    line("Version2", "GET / HTTP/2.0", "505"),
    line("Version0", "GET / HTTP/0.9", "505"),
    line("LaterMinor", "GET / HTTP/1.2", "GET / \n"),
    line("Absolute", "GET http://b:80/c HTTP/1.1", "GET http://b:80/c \n"),
    line("AbsoluteWithoutHost", "GET http:///c HTTP/1.1", "400"),
    line("AbsoluteWithUser", "GET http://u@b/c HTTP/1.1", "400"),
    line("LongTarget", "GET /" + std::string(200, 'x') + " HTTP/1.1", "414"),
    {"LongestTarget", "GET /" + std::string(199, 'x') + " HTTP/1.1\r\n" + kHost + "\r\n",
     "GET /" + std::string(199, 'x') + " \n"},
    {"EndlessTarget", "GET /" + std::string(1000, 'x'), "414"},
    {"EndlessMethod", std::string(1000, 'G'), "400"},
    {"TlsClientHello", std::string("\x16\x03\x01\x02\x00", 5), "400"},
    {"Zeros", std::string(10, '\0'), "400"},
    {"EmptyLinesBefore", "\r\n\r\n" + kGet + "\r\n", "GET / \n"},
    {"EmptyLinesBetween", kGet + "\r\n\r\n" + kGet + "\r\n\r\n", "GET / \nGET / \n"},
    {"EmptyLinesWithoutEnd", "\r\n\r\n\r\n\r\n\r\n\r\n", "400"},
    {"LoneReturn", "\rGET / HTTP/1.1\r\n" + kHost + "\r\n", "400"},
    {"LineFeedsAlone", "GET / HTTP/1.1\nHost: a\n\n", "400"},
    {"LineFeedAloneInHead", "GET / HTTP/1.1\r\nHost: a\n\r\n", "400"},
    {"ReturnInLine", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "400"},
    {"CutInLine", "GET / HT", "..."},
    {"CutInHead", "GET / HTTP/1.1\r\nHost: a\r\n", "..."},
    {"Nothing", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Lines, ReaderTable, ::testing::ValuesIn(kLines), name_of);

const std::vector<Case> kFields{
    // RFC 9110 §5, §7.2, §10.1.1, RFC 9112 §3.2, §5, §9.3
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", "400"},
    {"NoHostIn10", "GET / HTTP/1.0\r\n\r\n", "GET /  close\n"},
    {"KeepAliveIn10", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET / \n"},
    field("TwoHosts", "Host: a", "400"),
    {"TwoHostsIn10", "GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n", "400"},
    {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400"},
    {"HostWithBlank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"},
    {"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "400"},
    {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
    {"HostList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400"},
    {"HostWithBadPort", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "400"},
    {"HostWithPort", "GET / HTTP/1.1\r\nHost: a-b.c:80\r\n\r\n", "GET / \n"},
    {"HostOfIpv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / \n"},
    {"HostOfBadIpv6", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "400"},
    field("NoBlankBehindColon", "X:y", "GET / \n"),
    field("EmptyValue", "X:", "GET / \n"),
    field("HighBytesInValue", "X: \xff\x80", "GET / \n"),
    field("TabInValue", "X: a\tb", "GET / \n"),
    field("ZeroInValue", std::string("X: a\0b", 6), "400"),
    field("DeleteInValue", "X: a\x7f", "400"),
    field("BlankBeforeColon", "X : y", "400"),
    field("BlankInName", "X y: z", "400"),
    field("NoName", ": y", "400"),
    field("NoColon", "X", "400"),
    field("Folded", "X: a\r\n b", "400"),
    {"FoldedAtOnce", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400"},
    field("Close", "Connection: close", "GET /  close\n"),
    field("CloseInSecondLine", "Connection: upgrade\r\nConnection: x ,CLOSE", "GET /  close\n"),
    field("CloseInWord", "Connection: closed", "GET / \n"),
    field("TwoOrigins", "Origin: http://a\r\nOrigin: http://a", "400"),
    field("OtherExpectation", "Expect: 200-ok", "417"),
    field("LongLine", "X: " + std::string(200, 'x'), "431"),
    {"EndlessLine", kGet + "X: " + std::string(1000, 'x'), "431"},
    {"EndlessName", kGet + std::string(1000, 'x'), "431"},
    field(
        "LongHead",
        "X: " + std::string(190, 'x') + "\r\nY: " + std::string(190, 'y') + "\r\nZ: " + std::string(20, 'z'),
        "431"),
    field("ManyLines", "A:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:", "431"),
    {"TwoInOne", kGet + "\r\n" + kGet + "Connection: close\r\n\r\n", "GET / \nGET /  close\n"},
};
INSTANTIATE_TEST_SUITE_P(Fields, ReaderTable, ::testing::ValuesIn(kFields), name_of);

Case coded(const std::string& name, const std::string& lines, const std::string& told) {
    return {name, kPost + lines + "\r\n\r\n0\r\n\r\n", told};
}

const std::vector<Case> kBodies{
    // RFC 9112 §6, §7
    {"Sized", kPost + "Content-Length: 5\r\n\r\nhello" + kGet + "\r\n", "POST /x hello\nGET / \n"},
    {"SizedWithZeros", kPost + "Content-Length: 0005\r\n\r\nhello", "POST /x hello\n"},
    {"Empty", kPost + "Content-Length: 0\r\n\r\n", "POST /x \n"},
    {"None", kPost + "\r\n", "POST /x \n"},
    {"CutInBody", kPost + "Content-Length: 5\r\n\r\nhell", "..."},
    {"LargestBody", kPost + "Content-Length: 100\r\n\r\n" + std::string(100, 'b'),
     "POST /x " + std::string(100, 'b') + "\n"},
    {"TooLargeBody", kPost + "Content-Length: 101\r\n\r\n", "413"},
    {"HugeBody", kPost + "Content-Length: 99999999999999999999999\r\n\r\n", "413"},
    {"SignedLength", kPost + "Content-Length: +5\r\n\r\nhello", "400"},
    {"NegativeLength", kPost + "Content-Length: -5\r\n\r\nhello", "400"},
    {"HexLength", kPost + "Content-Length: 0x5\r\n\r\nhello", "400"},
    {"EmptyLength", kPost + "Content-Length:\r\n\r\n", "400"},
    {"ListOfLengths", kPost + "Content-Length: 5, 5\r\n\r\nhello", "400"},
    {"TwoLengths", kPost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "400"},
    {"SameLengthTwice", kPost + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400"},
    {"LengthAndCoding", kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
    coded("Chunked", "Transfer-Encoding: Chunked", "POST /x \n"),
    coded("ChunkedInList", "Transfer-Encoding: , chunked ,", "POST /x \n"),
    coded("Gzip", "Transfer-Encoding: gzip", "400"),
    coded("Identity", "Transfer-Encoding: identity", "400"),
    coded("GzipAndChunked", "Transfer-Encoding: gzip, chunked", "501"),
    coded("GzipAndChunkedInLines", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "501"),
    coded("ChunkedNotLast", "Transfer-Encoding: chunked, gzip", "400"),
    coded("ChunkedTwice", "Transfer-Encoding: chunked, chunked", "400"),
    coded("ChunkedInTwoLines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "400"),
    coded("ChunkedWithParameter", "Transfer-Encoding: chunked;q=1", "400"),
    coded("ChunkedInQuotes", "Transfer-Encoding: \"chunked\"", "400"),
    coded("ChunkedInWord", "Transfer-Encoding: xchunked", "400"),
    coded("VerticalTab", "Transfer-Encoding: \vchunked", "400"),
    coded("EmptyCoding", "Transfer-Encoding:", "400"),
    {"ChunkedIn10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
    {"Chunks", kChunked + "3\r\nhel\r\n2;a=b;c=\"d\"\r\nlo\r\n000\r\nX: y\r\n\r\n" + kGet + "\r\n",
     "POST /x hello\nGET / \n"},
    {"ChunkInHex", kChunked + "A\r\n0123456789\r\n0\r\n\r\n", "POST /x 0123456789\n"},
    {"ChunkWithBlanks", kChunked + "1 ; a\r\nx\r\n0\r\n\r\n", "POST /x x\n"},
    {"ChunkWithoutSize", kChunked + "\r\nx", "400"},
    {"ChunkOfBadSize", kChunked + "g\r\n", "400"},
    {"ChunkOfSignedSize", kChunked + "+1\r\nx\r\n", "400"},
    {"ChunkOfPrefixedSize", kChunked + "0x1\r\nx\r\n", "400"},
    {"ChunkOf2To64", kChunked + "10000000000000001\r\nx\r\n", "400"},
    {"ChunkTooLarge", kChunked + "65\r\n", "413"},
    {"ChunksTooLarge", kChunked + "64\r\n" + std::string(100, 'c') + "\r\n1\r\n", "413"},
    {"ChunkLonger", kChunked + "1\r\nxy\r\n", "400"},
    {"ChunkEndsInLineFeed", kChunked + "1\r\nx\n0\r\n\r\n", "400"},
    {"ChunkSizeEndsInLineFeed", kChunked + "1\nx\r\n0\r\n\r\n", "400"},
    {"EndlessExtension", kChunked + "1;" + std::string(1000, 'e'), "400"},
    {"EndlessSize", kChunked + std::string(1000, '0'), "400"},
    {"ManyExtensions",
     kChunked + "1;" + std::string(49, 'e') + "\r\nx\r\n1;" + std::string(49, 'e') + "\r\nx\r\n1;e\r\nx",
     "400"},
    {"BadByteInExtension", kChunked + std::string("1;\0\r\n", 5), "400"},
    {"EndlessTrailer", kChunked + "0\r\nX: " + std::string(1000, 'x'), "431"},
    {"ManyTrailers",
     kChunked + "0\r\nX: " + std::string(190, 'x') + "\r\nX: " + std::string(190, 'x') +
         "\r\nX: xxxxxxxxxx\r\n",
     "431"},
    {"BadTrailer", kChunked + "0\r\nno colon\r\n\r\n", "400"},
    {"CutInTrailer", kChunked + "0\r\n", "..."},
};
INSTANTIATE_TEST_SUITE_P(Bodies, ReaderTable, ::testing::ValuesIn(kBodies), name_of);

TEST(HttpReader, HoldsNoMoreThanItsLimits) {
    for (const std::string endless : {"GET /", "GET / HTTP/1.1\r\nX: "}) {
        HttpReader reader{kLimits};
        const std::string fill(1 << 20, 'x');
        std::string_view head = endless;
        reader.read(head);
        std::string_view rest = fill;
        EXPECT_EQ(reader.read(rest), HttpReader::State::refused);
        EXPECT_LT(reader.head().text.capacity(), 1024U);
    }
}

TEST(HttpReader, ReadsNoBodyWhereNoneIsTaken) {
    HttpReader reader{kLimits};
    const std::string bytes = kPost + "Content-Length: 1\r\n\r\nx";
    std::string_view rest = bytes;
    ASSERT_EQ(reader.read(rest), HttpReader::State::head);
    EXPECT_FALSE(reader.accept_body(0));
    EXPECT_EQ(reader.refusal().status, 413U);
    EXPECT_EQ(rest, "x");
}

TEST(RequestHead, CountsTheTargetsAuthorityBeforeHost) {
    HttpReader reader{kLimits};
    const std::string bytes =
        "GET HTTP://Evil.example:81?x HTTP/1.1\r\nHost: a\r\nX-Y: 1\r\nx-y: 2, Z\r\n\r\n";
    std::string_view rest = bytes;
    ASSERT_EQ(reader.read(rest), HttpReader::State::head);
    EXPECT_EQ(reader.head().authority(), "Evil.example:81");
    EXPECT_EQ(reader.head().header("x-Y"), "1");
    EXPECT_EQ(reader.head().count("X-Y"), 2U);
    EXPECT_TRUE(reader.head().lists("X-Y", "z"));
    EXPECT_FALSE(reader.head().lists("X-Y", "3"));
}

}  // namespace
}  // namespace pushbench

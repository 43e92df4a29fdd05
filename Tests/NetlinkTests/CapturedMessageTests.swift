import CMnl
import Testing

@testable import Netlink

/// Messages captured from Linux 6.18 (x86-64), read without a kernel.
@Suite struct CapturedMessageTests {
    /// One end of a veth pair, up, in answer to `RTM_GETLINK`. The zeros of `IFLA_STATS64` were replaced by the
    /// numbers 1 to 25, so that each field can be told from the next; `IFLA_STATS` and `IFLA_AF_SPEC` are left out.
    private static let link = bytes(
        """
        0000010002000000431001000000000009000300776573740000000008000d00e8030000050010000600000005001100\
        00000000050043000000000008000400dc050000080032004400000008003300ffff000008001b000000000008001e00\
        0000000008003d000000000008001f000200000008002800ffff0000080029000000010008003a000000010008003f00\
        00000100080040000000010008003b00f8ff070008003c00ffff00000800420000000000080020000200000005002100\
        01000000080023000200000008002f000100000008003000010000000600440000000000060045000000000005002700\
        000000000a000100f6515978e80600000a000200ffffffffffff0000cc00170001000000000000000200000000000000\
        030000000000000004000000000000000500000000000000060000000000000007000000000000000800000000000000\
        09000000000000000a000000000000000b000000000000000c000000000000000d000000000000000e00000000000000\
        0f0000000000000010000000000000001100000000000000120000000000000013000000000000001400000000000000\
        150000000000000016000000000000001700000000000000180000000000000019000000000000000c002b0005000200\
        0000000010001200090001007665746800000000080025000000000008000500020000000c0006006e6f717565756500
        """)

    /// The server's end of a TCP connection with five unread bytes, in answer to `SOCK_DIAG_BY_FAMILY`.
    private static let socket = bytes(
        """
        020100001f90cd407f0000010000000000000000000000007f0000010000000000000000000000000000000088030000\
        0000000000000000050000000000000000000000000000000500080000000000050005000000000008000f0000000000\
        08001100000000000c00150001000000000000000600160052000000140001004503000000000000bb0c000000000000\
        28000700450300000000020000000000001e3c00bb0c0000000000000000000000000000000000001c01020001000000\
        0007aa01e01c0300409c0000008000001802000000000000000000000000000000000000000000000000000000000000\
        0000000000000000ffff0000cbff00001100000008000000ffffff7f0a000000cbff00000300000000000000cbff0000\
        00000000f08660d30c000000ffffffffffffffff00000000000000000500000000000000010000000300000000000000\
        110000000100000000000000000000000000000000000000000000000000000000000000000000000000000001000000\
        000000000000000000000000000000000000000000000000000000000000000000000100000001000000000000000000\
        000000000000000000000000000000000000000000000000000000000000000000000000080004006262720018001000\
        0000000000000000110000000000000000000000
        """)

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).map { $0 < 0x3a ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private func message(_ type: Int, _ payload: [UInt8]) -> NetlinkMessage {
        NetlinkMessage(type: type, flags: 0, sequence: 1, port: 1, payload: payload[...])
    }

    @Test func everyFieldOfALinkIsRead() throws {
        let link = try #require(LinkInfo(message(RTM_NEWLINK, Self.link)))
        #expect(link.index == 2)
        #expect(link.name == "west")
        #expect(link.mtu == 1500)
        #expect(link.flags == [.up, .broadcast, .running, .multicast, .lowerUp])
        #expect(link.operState == .up)
        #expect(link.qdisc == "noqueue")
        #expect(link.txQueueLength == 1000)
        #expect(link.mac == [0xf6, 0x51, 0x59, 0x78, 0xe8, 0x06])
        #expect(link.master == nil)
        #expect(link.link == 2)
        #expect(link.linkNamespaceID == 0)
        #expect(link.kind == "veth")
        #expect(link.carrierChanges == 2)
        #expect(link.gsoMaxSegments == 65535)
        #expect(link.gsoMaxSize == 65536)
        #expect(link.numTxQueues == 2)
        #expect(link.numRxQueues == 2)
        #expect(link.promiscuity == 0)
        #expect(link.isUsable)
    }

    @Test func everyStatisticHasItsPlace() throws {
        let statistics = try #require(LinkInfo(message(RTM_NEWLINK, Self.link))?.statistics)
        #expect(statistics.counters.map(\.value) == Array(1...25))
        #expect(statistics["rx_packets"] == 1)
        #expect(statistics.txDropped == 8)
        #expect(statistics["rx_nohandler"] == 24)
        #expect(statistics["rx_otherhost_dropped"] == 25)
        #expect(statistics["no_such_counter"] == nil)
        #expect(statistics.unnamed.isEmpty)
    }

    @Test(arguments: [(0, 0, 0), (184, 23, 0), (191, 23, 0), (200, 25, 0), (216, 25, 2)])
    func statisticsAreReadAsFarAsTheyGo(length: Int, named: Int, unnamed: Int) {
        let statistics = LinkStatistics([UInt8](repeating: 0, count: length)[...])
        #expect(statistics.counters.count == named)
        #expect(statistics.unnamed.count == unnamed)
        #expect((statistics["rx_otherhost_dropped"] == nil) == (named < 25))
    }

    @Test func everyFieldOfASocketIsRead() throws {
        let socket = try #require(SocketInfo(message(Int(SOCK_DIAG_BY_FAMILY), Self.socket), transport: .tcp))
        #expect(socket.family == .ipv4)
        #expect(socket.state == .established)
        #expect(socket.localAddress == [127, 0, 0, 1])
        #expect(socket.localPort == 8080)
        #expect(socket.remoteAddress == [127, 0, 0, 1])
        #expect(socket.remotePort == 52544)
        #expect(socket.cookie == 0x388)
        #expect(socket.receiveQueue == 5)
        #expect(socket.sendQueue == 0)
        #expect(socket.timer == nil)
        #expect(socket.inode == 0)
        #expect(socket.shutdown == 0)
        #expect(socket.congestionControl == "bbr")
        #expect(socket.acceptQueueLength == nil)
        #expect(socket.memory?.receiveAllocated == 837)
        #expect(socket.memory?.receiveBuffer == 131072)
        #expect(socket.memory?.drops == 0)
        #expect(Set(socket.otherAttributes.keys) == [1, 5, 15, 16, 17, 21, 22])
        let info = try #require(socket.tcpInfo)
        #expect(info.bytes.count == 280)
        #expect(info.unknownTail == [0, 0, 0, 0])
        #expect(info["state"] == 1)
        #expect(info["options"] == 7)
        #expect(info["snd_wscale"] == 10)
        #expect(info["rcv_wscale"] == 10)
        #expect(info["delivery_rate_app_limited"] == 1)
        #expect(info.rtoMicroseconds == 204_000)
        #expect(info.rttMicroseconds == 17)
        #expect(info.congestionWindow == 10)
        #expect(info.pathMTU == 65535)
        #expect(info["pacing_rate"] == 55_085_926_128)
        #expect(info["bytes_received"] == 5)
        #expect(info["segs_in"] == 3)
        #expect(info["delivered"] == 1)
        #expect(info["snd_wnd"] == 65536)
        #expect(info["rcv_wnd"] == 65536)
        #expect(info["received_ce_bytes"] == 0)
    }
}

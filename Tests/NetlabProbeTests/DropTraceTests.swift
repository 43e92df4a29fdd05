import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabProbe

/// One after the other: each instance takes 4 MiB of each processor's memory.
@Suite(.serialized, .needsRoot, .needsTUN) struct DropTraceTests {
    /// From Linux 6.18's trace_pipe.
    static let lines = """
              <idle>-0       [001] ..s1.  2205.1: kfree_skb: skbaddr=00000000d0c55be1 rx_sk=(null) protocol=2048 \
        location=__udp4_lib_rcv+0x4ac/0x990 reason: NO_SOCKET
        CPU:1 [LOST 12 EVENTS]
          some command-77    [000] b.s2.  2205.2: kfree_skb: skbaddr=00000000d0c55be1 rx_sk=(null) protocol=2048 \
        location=__udp4_lib_rcv+0x4ac/0x990 reason: NO_SOCKET
              a-77      [000] b.s2.  2205.2: kfree_skb: skbaddr=0 protocol=4 location=f.isra.0+0x1/0x2 reason: X

        """

    @Test(arguments: [1, 7, 1000]) func linesAreCountedInWhateverPiecesTheyArrive(length: Int) {
        var counts = DropTraceCounts()
        let bytes = Array(Self.lines.utf8)
        for start in stride(from: 0, to: bytes.count, by: length) {
            counts.take(bytes[start..<min(start + length, bytes.count)])
        }
        #expect(
            counts.drops == [
                Drop(reason: "NO_SOCKET", location: "__udp4_lib_rcv", interfaceIndex: 0, count: 2),
                Drop(reason: "X", location: "f", interfaceIndex: 0, count: 1),
            ])
        #expect(counts.lost == 12)
    }

    @Test func traceCountsAtLeastTheDropsOfOneNamespaceAndLeavesNoInstance() throws {
        let host = try DropTestHost()
        let instance: String
        do {
            let trace = try HostWideDropTrace()
            instance = trace.instance
            #expect(access(instance, F_OK) == 0)
            for _ in 0..<1000 { try host.inject(DropTestPackets.datagram(to: 9)) }
            let refused = try trace.counts().filter { $0.reason == "NO_SOCKET" }.map(\.count).reduce(0, +)
            // Other tests' drops are in it as well: it sees the whole host.
            #expect(refused + trace.lost >= 1000)
        }
        #expect(access(instance, F_OK) == -1)
    }

    @Test func instanceOfADeadProcessIsSweptAtTheNextStart() throws {
        let root = try TracingFileSystem()
        // Above the largest process number that Linux can be set to.
        let orphan = root.path("instances/netlab-drops-\(1 << 22 + 1)-0")
        #expect(mkdir(orphan, 0o700) == 0)
        let trace = try HostWideDropTrace()
        #expect(access(orphan, F_OK) == -1)
        _ = try trace.counts()
    }
}

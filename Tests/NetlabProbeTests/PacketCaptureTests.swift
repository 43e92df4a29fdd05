import Glibc
import KernelTestSupport
import LinuxSystem
import Netlink
import Testing

@testable import NetlabProbe

@Suite(.needsRoot) struct PacketCaptureTests {
    /// A file that is deleted when the test ends.
    final class CaptureFile: Sendable {
        let path = "/tmp/netlab-capture-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).pcapng"
        deinit { unlink(path) }

        /// The two programs that everybody uses take the file without a word of complaint.
        func expectToBeReadable(packets: UInt64) async throws {
            // Where they are not installed the tests that need them are counted as skipped.
            guard Program.find("capinfos") != nil, Program.find("tshark") != nil else { return }
            let information = try await ChildProcess.runChecked(
                ChildCommand("capinfos", ["-c", "-M", path], timeout: .seconds(60)))
            #expect(information.standardError.text == "")
            #expect(information.standardOutput.text.contains("Number of packets:   \(packets)\n"))
            // One of a flood takes tshark some seconds.
            let reading = try await ChildProcess.runChecked(
                ChildCommand("tshark", ["-n", "-r", path, "-Y", "!frame"], timeout: .seconds(300)))
            let complaints = reading.standardError.text.split(separator: "\n").filter {
                // What tshark says to everyone who is root.
                !$0.contains("Running as user")
            }
            #expect(complaints == [])
            #expect(reading.standardOutput.text == "")
        }

        /// What tshark prints for each packet that a filter lets through.
        func fields(_ names: [String], filter: String = "") async throws -> [Substring] {
            let options = names.flatMap { ["-e", $0] }
            let outcome = try await ChildProcess.runChecked(
                ChildCommand("tshark", ["-n", "-r", path, "-Y", filter, "-T", "fields"] + options))
            return outcome.standardOutput.text.split(separator: "\n")
        }
    }

    static func capture(_ pair: DropTestPair, to file: CaptureFile, ringBytes: Int = 4 << 20) throws
        -> PacketCapture
    {
        let capture = try PacketCapture(to: file.path, settings: PacketCapture.Settings(ringBytes: ringBytes))
        try capture.add("eth0", of: "left", in: pair.left)
        try capture.add("eth0", of: "right", in: pair.right)
        return capture
    }

    @Test(.needsProgram("tshark")) func bothEndsOfALinkAreInOneFileInOrder() async throws {
        let (pair, file) = (try DropTestPair(), CaptureFile())
        let capture = try Self.capture(pair, to: file)
        try pair.send(100, bytes: 64, to: 9)
        let summary = capture.stop()
        #expect(summary.isComplete)
        #expect(summary.interfaces.map(\.name) == ["left/eth0", "right/eth0"])
        let sent = try await file.fields(["frame.interface_name"], filter: "udp.dstport == 9 && !icmp")
        #expect(sent.count == 200)
        #expect(sent.filter { $0 == "left/eth0" }.count == 100)
        let directions = try await file.fields(
            ["frame.interface_name", "frame.packet_flags_direction"], filter: "udp.dstport == 9 && !icmp")
        #expect(Set(directions.map { $0.split(separator: "\t")[0] }) == ["left/eth0", "right/eth0"])
        #expect(
            Set(directions.map { $0.hasPrefix("left") ? $0.hasSuffix("2") : $0.hasSuffix("1") }) == [true])
        let times = try await file.fields(["frame.time_epoch"])
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "not in the order of time")
        #expect(UInt64(times.count) == summary.interfaces.reduce(0) { $0 + $1.written })
    }

    @Test(.needsProgram("capinfos")) func capinfosReadsTheFileWithoutAComplaint() async throws {
        let (pair, file) = (try DropTestPair(), CaptureFile())
        let capture = try Self.capture(pair, to: file)
        try pair.send(10, bytes: 1000, to: 9)
        let summary = capture.stop()
        let outcome = try await ChildProcess.runChecked(ChildCommand("capinfos", [file.path]))
        let text = outcome.standardOutput.text
        #expect(outcome.standardError.bytes.isEmpty)
        #expect(text.contains("File type:           Wireshark/... - pcapng\n"))
        #expect(text.contains("Strict time order:   True\n"))
        #expect(text.contains("Name = left/eth0\n"))
        #expect(text.contains("Time precision = nanoseconds (9)\n"))
        #expect(text.contains("Number of interfaces in file: 2\n"))
        #expect(text.contains("Number of packets:   \(summary.interfaces.reduce(0) { $0 + $1.written })\n"))
    }

    @Test func lossesOfAFloodAreToldExactly() async throws {
        let (pair, file) = (try DropTestPair(), CaptureFile())
        try pair.prepareForFlood()
        let capture = try Self.capture(pair, to: file, ringBytes: 1 << 20)
        let count = 200_000
        let begin = MonotonicClock.now()
        try pair.flood(count, bytes: 200)
        let nanoseconds = MonotonicClock.now() - begin
        print("captured at both ends: a flood of \(UInt64(count) * 1_000_000_000 / nanoseconds) packets/s")
        let summary = capture.stop()
        #expect(summary.failure == nil)
        for interface in summary.interfaces {
            #expect(interface.passed == UInt64(count))
            #expect(interface.written + interface.dropped == UInt64(count))
            #expect(interface.written > 0)
        }
        #expect(try Self.packets(in: file) == summary.interfaces.reduce(0) { $0 + $1.written })
        try await file.expectToBeReadable(packets: summary.interfaces.reduce(0) { $0 + $1.written })
    }

    @Test func releasedInterfaceLetsGoOfItsNamespaceAndIsInTheFile() async throws {
        let file = CaptureFile()
        weak var gone: NetworkNamespace?
        let capture = try PacketCapture(to: file.path)
        do {
            let pair = try DropTestPair()
            gone = pair.left
            try capture.add("eth0", of: "left", in: pair.left)
            try pair.send(5, bytes: 10, to: 9)
            // The device goes with its namespace, and a socket in it would keep it.
            let inode = pair.left.inode
            #expect(try Self.packetSockets(in: pair.left).count == 1)
            capture.release()
            // A program that a test beside this one starts holds copies of all descriptors until its exec.
            let limit = MonotonicClock.now() + 10_000_000_000
            while try !Self.packetSockets(in: pair.left).isEmpty, MonotonicClock.now() < limit {
                sched_yield()
            }
            #expect(try Self.packetSockets(in: pair.left).isEmpty, "\(inode)")
        }
        #expect(gone == nil)
        let next = try DropTestPair()
        try capture.add("eth0", of: "left", in: next.left)
        try next.send(3, bytes: 10, to: 9)
        let summary = capture.stop()
        #expect(summary.isComplete)
        #expect(summary.interfaces.map(\.name) == ["left/eth0", "left/eth0"])
        // Each datagram is answered by an ICMP error.
        #expect(summary.interfaces.map(\.written) == [10, 6])
        try await file.expectToBeReadable(packets: 16)
        // Who comes late is not kept waiting.
        capture.release()
    }

    /// Lines of packet sockets that are open in a namespace.
    private static func packetSockets(in namespace: NetworkNamespace) throws -> [Substring] {
        let text = try namespace.run { () throws(SystemError) in
            try TextFile.read("/proc/thread-self/net/packet")
        }
        return Array(text.split(separator: "\n").dropFirst())
    }

    @Test func packetsOfALinkAreMatchedAtBothEnds() async throws {
        let (pair, file) = (try DropTestPair(), CaptureFile())
        let links = ["left/eth0": "cable", "right/eth0": "cable"]
        let capture = try PacketCapture(to: file.path, settings: .init(links: links))
        try capture.add("eth0", of: "left", in: pair.left)
        try capture.add("eth0", of: "right", in: pair.right)
        let before = Int64(MonotonicClock.now())
        try pair.send(20, bytes: 64, to: 9)
        // Larger than what the far end takes: such a frame leaves and does not arrive.
        try pair.rightSocket.setLink("eth0", LinkChange(mtu: 1000))
        try pair.send(2, bytes: 1200, to: 9)
        let after = Int64(MonotonicClock.now())
        let summary = capture.stop()
        #expect(summary.unmatched == 0)
        let packets = summary.packets()
        let datagrams = packets.filter { $0.summary.hasPrefix("UDP 10.0.0.1:") }
        #expect(datagrams.count == 22)
        #expect(datagrams.allSatisfy { $0.from == "left/eth0" && $0.link == "cable" })
        #expect(datagrams.prefix(20).allSatisfy { $0.arrivals.map(\.interface) == ["right/eth0"] })
        #expect(datagrams.suffix(2).allSatisfy { $0.arrivals.isEmpty })
        #expect(datagrams.allSatisfy { packet in packet.arrivals.allSatisfy { $0.at >= packet.at } })
        #expect(packets.allSatisfy { (before - 1_000_000...after + 1_000_000).contains($0.at) })
        let errors = packets.filter { $0.summary == "ICMP 10.0.0.2 > 10.0.0.1 type 3 code 3" }
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0.from == "right/eth0" && $0.arrivals.count == 1 })
    }

    @Test(.needsDropCounter) func lossesOfACaptureAreNoDropsOfPackets() throws {
        let pair = try DropTestPair()
        try pair.prepareForFlood()
        let counter = try DropCounter()
        try counter.watch(pair.left)
        try counter.watch(pair.right)
        // Nobody takes anything out of these rings, so they run full.
        let rings = try [pair.left, pair.right].map { namespace in
            try PacketRing(
                interface: "eth0", in: namespace, blockBytes: PacketCapture.blockBytes, blockCount: 4, cut: 0,
                milliseconds: 20)
        }
        for ring in rings { try ring.start() }
        try pair.flood(10_000, bytes: 200)
        let statistics = try rings.map { try $0.takeStatistics() }
        #expect(statistics.map(\.passed) == [10_000, 10_000])
        #expect(statistics.allSatisfy { $0.dropped > 0 })
        let drops = try counter.counts(in: pair.left) + counter.counts(in: pair.right)
        let ofPackets = drops.filter { !$0.isOfCopy }
        #expect(ofPackets.map { "\($0.reason) \($0.count)" } == ["NETFILTER_DROP 10000"])
    }

    @Test func interfaceAddedLaterAndTakenDownIsCapturedToo() async throws {
        let (pair, file) = (try DropTestPair(), CaptureFile())
        let capture = try PacketCapture(to: file.path)
        try capture.add("eth0", of: "left", in: pair.left)
        try pair.send(5, bytes: 10, to: 9)
        try capture.add("eth0", of: "right", in: pair.right)
        try pair.send(5, bytes: 10, to: 9)
        try pair.leftSocket.setLink("eth0", LinkChange(isUp: false))
        try pair.leftSocket.setLink("eth0", LinkChange(isUp: true))
        try pair.send(5, bytes: 10, to: 9)
        let summary = capture.stop()
        #expect(summary.isComplete)
        #expect(summary.interfaces.map(\.name) == ["left/eth0", "right/eth0"])
        try await file.expectToBeReadable(packets: summary.interfaces.reduce(0) { $0 + $1.written })
    }

    @Test func captureMovesNoCounterAndChangesNoFlag() async throws {
        let (pair, file) = (try DropTestPair(), CaptureFile())
        func state() throws -> [String] {
            let link = try pair.leftSocket.link(named: "eth0")
            let files = try pair.left.run { () throws(SystemError) in
                [
                    try TextFile.read("/proc/thread-self/net/snmp"),
                    try TextFile.read("/proc/thread-self/net/dev"),
                ]
            }
            return files + ["\(link.flags) \(link.promiscuity ?? 0)"]
        }
        let before = try state()
        let capture = try Self.capture(pair, to: file)
        #expect(try state() == before)
        #expect(capture.stop().interfaces.map(\.passed) == [0, 0])
        #expect(try state() == before)
        try await file.expectToBeReadable(packets: 0)
    }

    @Test func missingInterfaceIsAnErrorThatNamesIt() throws {
        let (namespace, file) = (try NetworkNamespace.create(), CaptureFile())
        let capture = try PacketCapture(to: file.path)
        let error = #expect(throws: SystemError.self) { try capture.add("eth9", of: "n", in: namespace) }
        #expect(error?.description == "look up interface eth9: No such device (ENODEV)")
        #expect(capture.stop().interfaces == [])
    }

    @Test func fullDiskEndsTheFileAndIsTold() throws {
        let pair = try DropTestPair()
        let capture = try PacketCapture(to: "/dev/full")
        try capture.add("eth0", of: "left", in: pair.left)
        try pair.send(10, bytes: 100, to: 9)
        let summary = capture.stop()
        #expect(summary.failure?.errno == ENOSPC)
        #expect(!summary.isComplete)
    }

    /// Packet blocks in a file, which has to consist of whole blocks.
    static func packets(in file: CaptureFile) throws -> UInt64 {
        let bytes = try TextFile.readBytes(file.path)
        var (position, count) = (0, UInt64(0))
        while position + 12 <= bytes.count {
            let (type, length) = bytes.withUnsafeBytes {
                (
                    $0.loadUnaligned(fromByteOffset: position, as: UInt32.self),
                    Int($0.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
                )
            }
            guard length >= 12 else { break }
            if type == 6 { count += 1 }
            position += length
        }
        #expect(position == bytes.count)
        return count
    }
}

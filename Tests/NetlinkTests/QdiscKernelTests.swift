import CMnl
import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct QdiscKernelTests {
    @Test func tokenBucketIsReadBackAndDropsWhatExceedsItsLimit() throws {
        let pair = try TwoNamespaces.joined()
        let bucket = TokenBucket(rateBytesPerSecond: 12_500, burstBytes: 1600, limitBytes: 3000)
        try pair.a.replaceQdisc(device: "west", handle: TrafficHandle(1), .tbf(bucket))
        let sender = try DatagramSender(in: pair.a.namespace)
        for _ in 0..<20 { try sender.send(500, to: [10, 0, 0, 2]) }
        let qdisc = try #require(try pair.a.qdiscs(device: "west").first)
        #expect(qdisc.kind == "tbf")
        #expect(qdisc.handle == TrafficHandle(1))
        #expect(qdisc.parent == .root)
        #expect(qdisc.tokenBucket == bucket)
        #expect(qdisc.statistics.drops > 5)
        #expect(qdisc.statistics.overlimits > 0)
        #expect(qdisc.statistics.queueLength > 0)
        #expect(qdisc.statistics.backlogBytes > qdisc.statistics.queueLength * 500)
        try pair.a.deleteQdisc(device: "west")
        #expect(try pair.a.qdiscs(device: "west").allSatisfy { $0.kind != "tbf" })
        let error = #expect(throws: NetlinkError.self) { try pair.a.deleteQdisc(device: "west") }
        #expect(error?.errno == ENOENT)
    }

    @Test func rateAboveFourGigabytesPerSecondIsReadBack() throws {
        let pair = try TwoNamespaces.joined()
        let bucket = TokenBucket(rateBytesPerSecond: 5_000_000_000, burstBytes: 100_000_000, limitBytes: 3000)
        try pair.a.replaceQdisc(device: "west", .tbf(bucket))
        let shown = try #require(try pair.a.qdiscs(device: "west").first?.tokenBucket)
        #expect(shown.rateBytesPerSecond == 5_000_000_000)
        #expect(abs(Int(shown.burstBytes) - 100_000_000) < 1000)
    }

    @Test func fifosKeepTheirLimits() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.replaceQdisc(device: "west", .pfifo(limitPackets: 7))
        #expect(try pair.a.qdiscs(device: "west").map(\.kind) == ["pfifo"])
        #expect(try pair.a.qdiscs(device: "west").first?.options.prefix(4) == [7, 0, 0, 0])
        try pair.a.replaceQdisc(device: "west", .bfifo(limitBytes: 1000))
        #expect(try pair.a.qdiscs(device: "west").first?.options.prefix(4) == [0xe8, 3, 0, 0])
        try pair.a.replaceQdisc(device: "west", .pfifoFast)
        #expect(try pair.a.qdiscs().map(\.kind).contains("pfifo_fast"))
    }

    @Test func htbClassIsReadBackAndCountsItsPackets() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.replaceQdisc(device: "west", handle: TrafficHandle(1), .htb(defaultClass: 0x10))
        var settings = HTBClass(rateBytesPerSecond: 125_000, ceilBytesPerSecond: 250_000, burstBytes: 16_000)
        settings.priority = 3
        settings.quantumBytes = 1600
        try pair.a.replaceClass(
            device: "west", parent: TrafficHandle(1), handle: TrafficHandle(1, 0x10), settings)
        let sender = try DatagramSender(in: pair.a.namespace)
        for _ in 0..<3 { try sender.send(100, to: [10, 0, 0, 2]) }
        let shown = try #require(
            try pair.a.classes(device: "west").first { $0.handle == TrafficHandle(1, 0x10) })
        #expect(shown.handle.description == "1:10")
        #expect(shown.statistics.packets >= 3)
        #expect(HTBClass(options: shown.options) == settings)
        try pair.a.replaceQdisc(
            device: "west", parent: TrafficHandle(1, 0x10), handle: TrafficHandle(2), .bfifo(limitBytes: 5000)
        )
        #expect(try pair.a.qdiscs(device: "west").contains { $0.parent == TrafficHandle(1, 0x10) })
        try pair.a.deleteQdisc(device: "west", parent: TrafficHandle(1, 0x10))
        try pair.a.deleteClass(device: "west", handle: TrafficHandle(1, 0x10))
        #expect(try pair.a.classes(device: "west").isEmpty)
    }

    @Test(arguments: [QdiscKind.ingress, .clsact])
    func redirectGivesWhatComesInToAnotherDevice(hook: QdiscKind) throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.createIFB(name: "ifb0", isUp: true)
        try pair.a.waitUntilUsable(links: ["ifb0"])
        try pair.a.replaceQdisc(device: "west", hook)
        try pair.a.redirect(device: "west", to: "ifb0", priority: 5)
        let sender = try DatagramSender(in: pair.b.namespace)
        for _ in 0..<4 { try sender.send(100, to: [10, 0, 0, 1]) }
        let filter = try #require(try pair.a.filters(device: "west").first { !$0.actions.isEmpty })
        #expect(filter.kind == "u32")
        #expect(filter.priority == 5)
        #expect(filter.etherType == 3)
        let action = try #require(filter.actions.first)
        #expect(action.kind == "mirred")
        #expect(try action.redirectedTo == pair.a.index(ofLink: "ifb0"))
        #expect(action.statistics.packets >= 1)
        #expect(try pair.a.link(named: "ifb0").statistics?.rxPackets ?? 0 >= 1)
        try pair.a.deleteFilters(device: "west", priority: 5)
        #expect(try pair.a.filters(device: "west").isEmpty)
        try pair.a.deleteQdisc(device: "west", parent: .ingress)
        #expect(try pair.a.qdiscs(device: "west").allSatisfy { $0.kind != hook.name })
    }

    @Test(arguments: [QdiscKind.netem(Self.delay), .fqCodel(Self.codel)])
    func qdiscIsReadBackOrSaidToBeLacking(kind: QdiscKind) throws {
        let pair = try TwoNamespaces.joined()
        do {
            try pair.a.replaceQdisc(device: "west", kind)
            let qdisc = try #require(try pair.a.qdiscs(device: "west").first { $0.parent == .root })
            #expect(qdisc.kind == kind.name)
            if case .netem(let netem) = kind {
                #expect(qdisc.netem?.delayNanoseconds == netem.delayNanoseconds)
            }
        } catch let error as NetlinkError {
            #expect(error.errno == ENOENT)
            #expect(error.isUnsupported)
            #expect(
                error.description.hasSuffix(
                    "this kernel lacks qdisc \(kind.name) (modprobe sch_\(kind.name))"))
        }
    }

    @Test func tableThatNoMessageHoldsIsRefusedUnsent() throws {
        let pair = try TwoNamespaces.joined()
        var netem = Netem()
        netem.distribution = DelayDistribution(table: [Int16](repeating: 0, count: 40_000))
        let error = #expect(throws: NetlinkError.self) {
            try pair.a.replaceQdisc(device: "west", .netem(netem))
        }
        #expect(error?.errno == EMSGSIZE)
        #expect(error?.isUnsupported == false)
    }

    private static let delay: Netem = {
        var netem = Netem()
        netem.delayNanoseconds = 5_000_000
        return netem
    }()

    private static let codel: FQCodel = {
        var settings = FQCodel()
        settings.limitPackets = 100
        return settings
    }()
}

/// Sends datagrams from a namespace.
private struct DatagramSender {
    let descriptor: OwnedFileDescriptor

    init(in namespace: NetworkNamespace) throws(SystemError) {
        let number = namespace.run {
            socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        guard number >= 0 else { throw .last("socket") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// Sends zeros to the discard port. A full queue on the way out is no error here.
    func send(_ length: Int, to address: [UInt8]) throws(SystemError) {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(9).bigEndian
        target.sin_addr.s_addr = address.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        let payload = [UInt8](repeating: 0, count: length)
        let sent = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor.number, payload, length, Int32(MSG_DONTWAIT), $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // An ICMP error for an earlier datagram is reported here, too.
        guard sent == length || errno == ENOBUFS || errno == ECONNREFUSED else { throw .last("sendto") }
    }
}

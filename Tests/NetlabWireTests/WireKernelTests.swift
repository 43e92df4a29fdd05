import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Netlink
import Synchronization
import Testing

@testable import NetlabWire

/// The wire between two real network stacks.
@Suite(.needsRoot, .needsTUN) struct WireKernelTests {
    /// Sends numbers 1 to `count` from the client and returns what arrives at the server.
    private func exchange(_ pair: WiredPair, _ count: Int, expecting: Int) throws -> [Int] {
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        for number in 1...count { try sender.send(number) }
        return try receiver.receive(expecting).map(\.number)
    }

    @Test func cleanWireCarriesEverythingInOrder() throws {
        let pair = try WiredPair()
        #expect(try exchange(pair, 200, expecting: 200) == Array(1...200))
        #expect(pair.there.isBalanced && pair.back.isBalanced)
        #expect(pair.there.delivered.packets == pair.there.offered.packets)
        // 28 bytes of headers, 18 of payload, 14 of Ethernet.
        #expect(pair.there.offered.bytes - pair.there.housekeeping.bytes == 200 * 60)
        expectAllThreadsHome()
    }

    @Test func exactlyTheListedPacketsAreLost() throws {
        let lost = [1, 3, 50, 51, 52, 99]
        let pair = try WiredPair(try fromClient(.pattern(PacketPattern(.drop, .numbers(lost)))))
        #expect(
            try exchange(pair, 100, expecting: 94) == (1...100).filter { !lost.contains($0) })
        #expect(pair.there.dropped == [.impairment("i0"): Traffic(packets: 6, bytes: 360)])
        #expect(pair.there.isBalanced)
    }

    @Test func theSamePacketsDieEveryTime() throws {
        let impairments = try fromClient(
            .loss(.random(Probability(0.3), correlation: Probability(0))),
            .duplicate(Probability(0.1), correlation: Probability(0)))
        var arrived = Set<[Int]>()
        var hashes = Set<UInt64>()
        for _ in 0..<5 {
            let pair = try WiredPair(seed: 77, impairments)
            // The last packet that comes is known from the virtual link with the same seed.
            let expected = VirtualLink(seed: 77, impairments, entrance: WiredPair.client).run(300)
            let numbers = try exchange(pair, 300, expecting: expected.count)
            #expect(numbers == expected)
            arrived.insert(numbers)
            // The last packets are lost, so nobody has waited for them yet.
            waitUntil { pair.there.offered.packets == 300 }
            hashes.insert(pair.there.fateHash)
        }
        #expect(arrived.count == 1)
        #expect(hashes.count == 1)
    }

    @Test func duplicatesComeTwiceAndRightBehind() throws {
        let pair = try WiredPair(try fromClient(.pattern(PacketPattern(.duplicate, .numbers([2])))))
        #expect(try exchange(pair, 3, expecting: 4) == [1, 2, 2, 3])
        #expect(pair.there.duplicated.packets == 1)
        #expect(pair.there.isBalanced)
    }

    @Test func corruptedDatagramsFailTheirChecksum() throws {
        let pair = try WiredPair(
            try fromClient(.pattern(PacketPattern(.corrupt, .numbers([2, 4]))), match: "udp"))
        #expect(try exchange(pair, 5, expecting: 3) == [1, 3, 5])
        let text = try pair.namespaces[1].run { () throws(SystemError) in
            try TextFile.read("/proc/thread-self/net/snmp")
        }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("Udp:") }.map {
            $0.split(separator: " ")
        }
        let column = try #require(lines[0].firstIndex(of: "InCsumErrors"))
        #expect(lines[1][column] == "2")
    }

    @Test func delayedPacketsAreHeldAsLongAsAsked() throws {
        let pair = try WiredPair(try fromClient(.delay(DelayModel(delay: .milliseconds(20)))))
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        for number in 1...50 { try sender.send(number) }
        let arrivals = try receiver.receive(50)
        #expect(arrivals.map(\.number) == Array(1...50))
        let sorted = arrivals.map(\.nanoseconds).sorted()
        #expect((sorted.first ?? 0) >= 20_000_000)
        // How late they come is up to how busy the machine is; a second too late would be a fault.
        #expect((sorted.last ?? .max) < 1_000_000_000)
        #expect(pair.there.delayed == 50)
        #expect(pair.there.lateness.total == 50)
    }

    @Test func asymmetryLeavesTheOtherDirectionAlone() throws {
        let pair = try WiredPair(try fromClient(.pattern(PacketPattern(.drop, .all))))
        let receiver = try pair.udp(1, port: 5001)
        let sender = try pair.udp(2)
        try sender.connect(to: 1, port: 5001)
        for number in 1...10 { try sender.send(number) }
        #expect(try receiver.receive(10).map(\.number) == Array(1...10))
        #expect(pair.back.dropped.isEmpty)
    }

    @Test func updateTakesEffectBetweenTwoPackets() throws {
        let pair = try WiredPair()
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        try sender.send(1)
        #expect(try receiver.receive(1).map(\.number) == [1])
        try pair.wire.update(impairments: try fromClient(.pattern(PacketPattern(.drop, .first(2)))))
        for number in 2...4 { try sender.send(number) }
        #expect(try receiver.receive(1).map(\.number) == [4])
        try pair.wire.update(impairments: [])
        try sender.send(5)
        #expect(try receiver.receive(1).map(\.number) == [5])
        #expect(pair.there.dropped[.impairment("i0")]?.packets == 2)
    }

    @Test func updateReleasesWhatAPatternHeld() throws {
        let pair = try WiredPair(try fromClient(.pattern(PacketPattern(.holdUntil(packets: 5), .first(1)))))
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        for number in 1...2 { try sender.send(number) }
        #expect(try receiver.receive(1).map(\.number) == [2])
        try pair.wire.update(impairments: [])
        #expect(try receiver.receive(1).map(\.number) == [1])
    }

    @Test func idleWireNeverWakesUp() throws {
        let pair = try WiredPair(try fromClient(.delay(DelayModel(delay: .milliseconds(1)))))
        _ = try exchange(pair, 5, expecting: 5)
        let loops = pair.wire.loops
        // The last packets may be on their way yet; then nothing is left to do.
        var quiet = 0
        var last = -1
        for _ in 0..<100 where quiet < 3 {
            poll(nil, 0, 100)
            let sleeps = loops.reduce(0) { $0 + $1.sleeps.load(ordering: .relaxed) }
            quiet = sleeps == last ? quiet + 1 : 0
            last = sleeps
        }
        #expect(quiet == 3)
        let before = try loops.map(cpuNanoseconds)
        poll(nil, 0, 300)
        #expect(loops.reduce(0) { $0 + $1.sleeps.load(ordering: .relaxed) } == last)
        #expect(try loops.map(cpuNanoseconds) == before)
    }

    private func cpuNanoseconds(_ loop: WireLoop) throws -> Int {
        let thread = loop.threadID.load(ordering: .relaxed)
        let text = try TextFile.read("/proc/self/task/\(thread)/schedstat")
        return try #require(text.split(separator: " ").first.flatMap { Int($0) })
    }

    @Test func framesForADeviceThatIsDownAreBooked() throws {
        let pair = try WiredPair()
        _ = try exchange(pair, 1, expecting: 1)
        try pair.sockets[1].setLink("eth0", LinkChange(isUp: false))
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        for number in 1...3 { try sender.send(number) }
        waitUntil { pair.there.dropped[.device]?.packets == 3 }
        #expect(pair.there.dropped[.device]?.packets == 3)
        #expect(pair.there.isBalanced)
        #expect(pair.wire.failure == nil)
    }

    @Test func stopBooksOrDeliversWhatIsHeld() throws {
        for delivering in [false, true] {
            let pair = try WiredPair(try fromClient(.delay(DelayModel(delay: .seconds(60)))))
            let receiver = try pair.udp(2, port: 5000)
            let sender = try pair.udp(1)
            try sender.connect(to: 2, port: 5000)
            for number in 1...4 { try sender.send(number) }
            waitUntil { pair.there.inFlight.packets == 4 }
            #expect(pair.there.inFlight.packets == 4)
            pair.wire.stop(delivering: delivering)
            #expect(pair.there.inFlight == .none)
            #expect(pair.there.isBalanced)
            if delivering {
                #expect(try receiver.receive(4).map(\.number) == [1, 2, 3, 4])
            } else {
                #expect(pair.there.dropped[.stopped]?.packets == 4)
            }
        }
    }

    @Test func carrierGoesAndComes() throws {
        let pair = try WiredPair()
        try pair.wire.setCarrier(isUp: false)
        for socket in pair.sockets { #expect(try socket.link(named: "eth0").isLowerUp == false) }
        try pair.wire.setCarrier(isUp: true)
        for socket in pair.sockets { try socket.waitUntilUsable(links: ["eth0"]) }
        #expect(try exchange(pair, 3, expecting: 3) == [1, 2, 3])
    }

    @Test(arguments: [false, true]) func nothingPassesAnEndThatIsUnplugged(superPackets: Bool) throws {
        let pair = try WiredPair(superPackets: superPackets)
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        let answers = try pair.udp(1, port: 5001)
        let answerer = try pair.udp(2)
        try answerer.connect(to: 1, port: 5001)
        try pair.wire.setCarrier(isUp: false, at: WiredPair.server)
        #expect(try pair.sockets[0].link(named: "eth0").isLowerUp)
        #expect(try !pair.sockets[1].link(named: "eth0").isLowerUp)
        for number in 1...3 { try sender.send(number) }
        // Its device does not send any more, but takes up to a second to know.
        try answerer.send(4)
        waitUntil { pair.there.offered.packets == 3 }
        #expect(pair.there.dropped == [.unplugged: Traffic(packets: 3, bytes: 180)])
        #expect(pair.there.isBalanced)
        #expect(pair.back.delivered == .none && pair.back.isBalanced)
        try pair.wire.setCarrier(isUp: true, at: WiredPair.server)
        for socket in pair.sockets { try socket.waitUntilUsable(links: ["eth0"]) }
        try sender.send(5)
        try answerer.send(6)
        #expect(try receiver.receive(1).map(\.number) == [5])
        #expect(try answers.receive(1).map(\.number) == [6])
    }

    @Test func lostARPCostsAsManyRequests() throws {
        let pair = try WiredPair(
            try fromClient(.pattern(PacketPattern(.drop, .first(1))), match: "arp"), knowsNeighbours: false)
        // The second request comes a second later, and with it the datagram that waited.
        #expect(try exchange(pair, 1, expecting: 1) == [1])
        #expect(pair.there.housekeeping.packets >= 2)
        #expect(pair.there.impairments[0].hits == 1)
    }

    @Test func wireOutlivesTheNamespacesOfItsDevices() throws {
        let pair = try WiredPair()
        let wire = pair.wire
        for socket in pair.sockets { try socket.deleteLink("eth0") }
        let sleeps = { wire.loops.reduce(0) { $0 + $1.sleeps.load(ordering: .relaxed) } }
        let before = sleeps()
        poll(nil, 0, 100)
        // A broken descriptor is readable for ever; the loops must not turn on it.
        #expect(sleeps() - before < 10)
        wire.stop()
        #expect(wire.statistics()[WiredPair.client]?.isBalanced == true)
    }

    @Test func takenNamesAreRefused() throws {
        let namespace = try NetworkNamespace.create()
        let device = try TAPDevice(name: "eth0", in: namespace)
        #expect(throws: SystemError("create TAP device", errno: EBUSY, on: "eth0")) {
            _ = try TAPDevice(name: "eth0", in: namespace)
        }
        #expect(throws: SystemError.self) { _ = try TAPDevice(name: "", in: namespace) }
        #expect(throws: SystemError.self) { _ = try TAPDevice(name: "sixteen-bytes-xx", in: namespace) }
        #expect(device.name == "eth0")
    }

    @Test func wrongNamesAreRefusedWithAHint() throws {
        let namespace = try NetworkNamespace.create()
        let (a, b) = (
            WireEnd(WiredPair.client, try TAPDevice(name: "a", in: namespace)),
            WireEnd(WiredPair.server, try TAPDevice(name: "b", in: namespace))
        )
        let loss = Impairment.limit(packets: 1)
        let twice = [
            NamedImpairment(name: "x", from: nil, impairment: loss),
            NamedImpairment(name: "x", from: WiredPair.client, impairment: loss),
        ]
        #expect(throws: WireError.duplicateName("x")) {
            _ = try Wire(ends: (a, b), seed: 1, impairments: twice)
        }
        let stranger = InterfaceID(node: "router", interface: "eth0")
        let foreign = WireError.foreignEnd(impairment: "x", end: stranger)
        #expect(throws: foreign) {
            _ = try Wire(
                ends: (a, b), seed: 1,
                impairments: [NamedImpairment(name: "x", from: stranger, impairment: loss)])
        }
        #expect(
            foreign.description
                == "impairment x begins at router/eth0, which is no end of this link; name one of its ends")
        #expect(throws: WireError.sameEnds(WiredPair.client)) {
            _ = try Wire(ends: (a, WireEnd(a.id, b.device)), seed: 1, impairments: [])
        }
        let wire = try Wire(ends: (a, b), seed: 1, impairments: [])
        #expect(throws: WireError.duplicateName("x")) { try wire.update(impairments: twice) }
    }
}

/// Looks again every millisecond until a condition holds, at most two seconds.
func waitUntil(_ condition: () -> Bool) {
    for _ in 0..<2000 {
        if condition() { return }
        poll(nil, 0, 1)
    }
}

import NetlabModel
import Testing

@testable import NetlabWire

/// The rule of tcp_tw_recycle, case by case as Linux 4.4 was seen to apply it.
@Suite struct RecycleTests {
    /// Both directions of a wire whose clients enter at `client/eth0`.
    private final class Pair {
        var there: DirectionPath
        var back: DirectionPath
        var time: Int64 = 0

        init(from: InterfaceID? = VirtualLink.entrance, match: String = "any") throws {
            let memory = WireMemory()
            let recycle = NamedImpairment(
                name: "recycle", from: from, match: try PacketMatch(parsing: match),
                impairment: .emulate(.twRecycle))
            func path(_ entrance: InterfaceID) -> DirectionPath {
                DirectionPath(
                    seed: 1, entrance: entrance, impairments: [recycle], logCapacity: 0, memory: memory)
            }
            there = path(VirtualLink.entrance)
            back = path(VirtualLink.otherEnd)
        }

        /// Whether a segment comes through.
        @discardableResult
        func segment(
            _ flags: UInt8, _ timestamp: UInt32?, from host: UInt8 = 1, port: Int = 4000,
            isAnswer: Bool = false
        ) -> Bool {
            time += 1
            var frame = TestFrame.timestamped(
                flags, timestamp, client: host, port: port, isAnswer: isAnswer
            ).bytes
            var passed = false
            frame.withUnsafeMutableBytes { buffer in
                if isAnswer {
                    back.offer(buffer, now: time) { _, _ in
                        passed = true
                        return .taken
                    }
                } else {
                    there.offer(buffer, now: time) { _, _ in
                        passed = true
                        return .taken
                    }
                }
            }
            return passed
        }

        /// A whole connection; returns whether its SYN came through.
        @discardableResult
        func connection(
            _ timestamp: UInt32?, from host: UInt8 = 1, port: Int = 4000, serverCloses: Bool = true
        ) -> Bool {
            guard segment(2, timestamp, from: host, port: port) else { return false }
            segment(18, timestamp.map { _ in 77 }, from: host, port: port, isAnswer: true)
            segment(16, timestamp, from: host, port: port)
            let answers = serverCloses ? [true, false] : [false, true]
            for isAnswer in answers {
                segment(
                    17, timestamp.map { isAnswer ? 78 : $0 }, from: host, port: port, isAnswer: isAnswer)
            }
            segment(16, timestamp.map { serverCloses ? 79 : $0 }, port: port, isAnswer: serverCloses)
            return true
        }

        var statistics: ImpairmentStatistics { there.engine.statistics.impairments[0] }
    }

    private static let second: Int64 = 1_000_000_000

    @Test func anOlderTimestampBehindOneAddressIsTurnedAway() throws {
        let pair = try Pair()
        #expect(pair.connection(1_000_000))
        #expect(!pair.connection(500_000, port: 4001))
        #expect(!pair.segment(2, 500_000, port: 4001))
        #expect(pair.statistics.hits == 2)
        #expect(pair.statistics.dropped.packets == 2)
        #expect(pair.there.engine.statistics.isBalanced && pair.back.engine.statistics.isBalanced)
        // Another address has a clock of its own.
        #expect(pair.connection(500_000, from: 9))
    }

    @Test func theNewestTimestampWins() throws {
        let pair = try Pair()
        #expect(pair.connection(1_000))
        #expect(pair.connection(5_000, port: 4001))
        #expect(!pair.connection(2_000, port: 4002))
        #expect(pair.connection(5_000, port: 4003))
    }

    @Test(arguments: [(UInt32(999_999), true), (999_998, false), (1_000_000, true), (1, false)])
    func oneTickOlderIsStillAccepted(timestamp: UInt32, isAccepted: Bool) throws {
        let pair = try Pair()
        pair.connection(1_000_000)
        #expect(pair.connection(timestamp, port: 4001) == isAccepted)
    }

    @Test func timestampsAreComparedAroundZero() throws {
        let pair = try Pair()
        pair.connection(.max - 10)
        #expect(pair.connection(20, port: 4001))
        #expect(!pair.connection(.max - 10, port: 4002))
    }

    @Test func aMinuteForgives() throws {
        let pair = try Pair()
        pair.connection(1_000_000)
        pair.time = 59 * Self.second
        #expect(!pair.connection(500_000, port: 4001))
        pair.time = 61 * Self.second
        #expect(pair.connection(500_000, port: 4001))
        // What came after a minute replaces what was newer.
        #expect(pair.connection(500_001, port: 4002))
    }

    @Test func aClientThatClosesFirstLeavesNoStamp() throws {
        let pair = try Pair()
        pair.connection(1_000_000, serverCloses: false)
        #expect(pair.connection(500_000, port: 4001, serverCloses: false))
        #expect(pair.statistics.hits == 0)
    }

    @Test func aSYNWithoutTimestampIsUnproven() throws {
        let pair = try Pair()
        pair.connection(1_000_000)
        #expect(!pair.connection(nil, port: 4001))
        pair.time = 61 * Self.second
        #expect(pair.connection(nil, port: 4001))
    }

    @Test func connectionsWithoutTimestampsLeaveNoStamp() throws {
        let pair = try Pair()
        for port in 4000..<4010 { #expect(pair.connection(nil, port: port)) }
    }

    @Test func onlyTheDirectionNamedIsJudged() throws {
        let pair = try Pair(from: VirtualLink.otherEnd)
        pair.connection(1_000_000)
        #expect(pair.connection(500_000, port: 4001))
        #expect(pair.statistics.hits == 0)
    }

    @Test func bothDirectionsWatchForEachOther() throws {
        let pair = try Pair(from: nil)
        pair.connection(1_000_000)
        #expect(!pair.connection(500_000, port: 4001))
    }

    @Test(arguments: [("tcp dport 80", false), ("tcp dport 81", true)])
    func onlyWhatTheMatchNamesIsJudged(match: String, isAccepted: Bool) throws {
        let pair = try Pair(match: match)
        pair.connection(1_000_000)
        #expect(pair.connection(500_000, port: 4001) == isAccepted)
    }

    @Test func removedAndBroughtBackItKnowsNobody() throws {
        let pair = try Pair()
        let recycle = NamedImpairment(
            name: "recycle", from: VirtualLink.entrance, match: .any, impairment: .emulate(.twRecycle))
        pair.connection(1_000_000)
        pair.there.replace([], now: pair.time)
        #expect(pair.connection(500_000, port: 4001))
        pair.back.replace([], now: pair.time)
        pair.there.replace([recycle], now: pair.time)
        pair.back.replace([recycle], now: pair.time)
        #expect(pair.connection(400_000, port: 4002))
        #expect(!pair.connection(300_000, port: 4003))
    }

    @Test func optionsThatContradictThemselvesAreNoTimestamp() throws {
        for options: [UInt8] in [
            [8, 10, 0, 0], [8, 0], [3, 0, 8, 10], [0, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 0],
        ] {
            var bytes = TestFrame.tcpBytes(flags: 2)
            while (bytes.count + options.count) % 4 != 0 { bytes.append(1) }
            bytes += options
            bytes[12] = UInt8(bytes.count / 4) << 4
            let frame = TestFrame.ipv4(protocol: 6, bytes)
            frame.bytes.withUnsafeBytes { buffer in
                let header = TCPSegmentHeader(PacketView(frame: buffer), buffer)
                #expect(header != nil && header?.timestamp == nil)
            }
        }
    }
}

extension TestFrame {
    /// A TCP segment of 10.0.0.`client` to port 80 of 10.0.0.2, or the answer to one.
    static func timestamped(
        _ flags: UInt8, _ timestamp: UInt32?, client: UInt8, port: Int, isAnswer: Bool
    ) -> TestFrame {
        var segment = tcpBytes(from: isAnswer ? 80 : port, to: isAnswer ? port : 80, flags: flags)
        if let timestamp {
            segment += [1, 1, 8, 10] + (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * $0)) }
            segment += [0, 0, 0, 0]
            segment[12] = 0x80
        }
        var frame = ipv4(protocol: 6, segment)
        frame.bytes[29] = isAnswer ? 2 : client
        frame.bytes[33] = isAnswer ? client : 2
        return frame
    }
}

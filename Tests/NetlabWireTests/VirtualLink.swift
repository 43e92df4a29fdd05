import NetlabModel

@testable import NetlabWire

/// One direction of a link in virtual time: what went in, what came out, and when.
final class VirtualLink {
    struct Arrival: Equatable {
        var time: Int64
        var bytes: [UInt8]
    }

    static let entrance = InterfaceID(node: "client", interface: "eth0")
    static let otherEnd = InterfaceID(node: "server", interface: "eth0")

    var path: DirectionPath
    private(set) var arrivals: [Arrival] = []
    /// The numbers of the packets that came out, in order.
    private(set) var numbers: [Int] = []
    /// Whether the bytes of what comes out are kept.
    var keepsBytes = true
    /// Whether the far end takes frames.
    var isUp = true

    init(
        seed: UInt64 = 1, _ impairments: [NamedImpairment], entrance: InterfaceID = entrance, log: Int = 0,
        holdCapacity: Int = 64 << 20
    ) {
        path = DirectionPath(
            seed: seed, entrance: entrance, impairments: impairments, logCapacity: log,
            holdCapacity: holdCapacity)
    }

    convenience init(seed: UInt64 = 1, _ impairment: Impairment, match: PacketMatch = .any) {
        self.init(
            seed: seed, [NamedImpairment(name: "it", from: nil, match: match, impairment: impairment)])
    }

    /// One frame enters at a time that is never before the last.
    func send(_ frame: TestFrame, at time: Int64) {
        var bytes = frame.bytes
        bytes.withUnsafeMutableBytes { send($0, at: time) }
        // What the link flips in a copy it must not leave flipped in the original.
        precondition(bytes == frame.bytes)
    }

    private func send(_ buffer: UnsafeMutableRawBufferPointer, at time: Int64) {
        advance(to: time)
        path.offer(buffer, now: time) { frame, _ in take(frame, at: time) ? .taken : .refused }
    }

    /// Lets time pass.
    func advance(to time: Int64) {
        while let due = path.nextRelease, due <= time {
            path.release(until: due) { frame, _ in take(frame, at: due) ? .taken : .refused }
        }
    }

    private func take(_ frame: UnsafeRawBufferPointer, at time: Int64) -> Bool {
        guard isUp else { return false }
        arrivals.append(Arrival(time: time, bytes: keepsBytes ? Array(frame) : []))
        numbers.append(frame.count >= 46 ? TestFrame.number(of: frame) : 0)
        return true
    }

    var statistics: WireStatistics { path.engine.statistics }

    /// Sends `count` UDP packets whose payload begins with their number from 1, one each `spacing`
    /// nanoseconds, waits for the last, and returns the numbers in order of arrival.
    @discardableResult
    func run(_ count: Int, spacing: Int64 = 1_000) -> [Int] {
        var bytes = TestFrame.numbered(0).bytes
        bytes.withUnsafeMutableBytes { buffer in
            for number in 1...max(count, 1) {
                TestFrame.write(number, into: buffer)
                send(buffer, at: Int64(number) * spacing)
            }
        }
        advance(to: .max)
        return numbers
    }
}

extension TestFrame {
    static func numbered(_ number: Int, payload: Int = 16) -> TestFrame {
        var frame = udp(payload: payload)
        frame.bytes.withUnsafeMutableBytes { write(number, into: $0) }
        return frame
    }

    static func write(_ number: Int, into frame: UnsafeMutableRawBufferPointer) {
        frame.storeBytes(of: UInt32(number).bigEndian, toByteOffset: 42, as: UInt32.self)
    }

    static func number(of frame: UnsafeRawBufferPointer) -> Int {
        Int(UInt32(bigEndian: frame.loadUnaligned(fromByteOffset: 42, as: UInt32.self)))
    }
}

/// Bounds that a binomial count leaves once in a million, both sides together (normal approximation with
/// continuity correction, which is exact enough for the counts used here).
func binomialBounds(_ count: Int, _ probability: Double, inflation: Double = 1) -> ClosedRange<Int> {
    let mean = Double(count) * probability
    let half = 4.9 * (Double(count) * probability * (1 - probability) * inflation).squareRoot() + 1
    return Int((mean - half).rounded(.down))...Int((mean + half).rounded(.up))
}

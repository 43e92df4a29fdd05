import Glibc
import LinuxSystem

/// When the packets of a stream arrived, by the kernel's clock (SO_TIMESTAMPNS).
struct Arrivals: Sendable {
    /// Nanoseconds, in the order of arrival.
    var times: [Int64] = []
    var missing = 0

    private var gaps: [Int64] { zip(times, times.dropFirst()).map { $1 - $0 } }

    /// The 99th percentile of how far the gaps between packets are from the wanted one, in nanoseconds.
    func spacingError(perSecond: Double) -> Double {
        let errors = gaps.map { (Double($0) - 1e9 / perSecond).magnitude }.sorted()
        return errors.isEmpty ? .infinity : errors[min(errors.count - 1, errors.count * 99 / 100)]
    }

    /// The most packets in a row that came closer to one another than a quarter of the wanted gap.
    func longestBurst(perSecond: Double) -> Int {
        var (longest, length) = (1, 1)
        for gap in gaps {
            length = Double(gap) < 1e9 / perSecond / 4 ? length + 1 : 1
            longest = max(longest, length)
        }
        return longest
    }
}

/// A socket of its own that only looks: not netlab's receiver.
final class Observer: Sendable {
    private static let timestamps: Int32 = 35
    private let socket: OwnedFileDescriptor

    init(in namespace: NetworkNamespace, port: UInt16) throws {
        let descriptor = try namespace.run { () throws(SystemError) -> Int32 in
            let descriptor = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            guard descriptor >= 0 else { throw .last("socket") }
            return descriptor
        }
        socket = OwnedFileDescriptor(adopting: descriptor)
        for (option, value) in [(Self.timestamps, Int32(1)), (SO_RCVBUFFORCE, 64 << 20)] {
            var value = value
            guard setsockopt(descriptor, SOL_SOCKET, option, &value, 4) == 0 else {
                throw SystemError.last("setsockopt")
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemError.last("bind", on: "port \(port)") }
    }

    /// Takes everything that has been queued; it was made to hold all of a run.
    func arrivals(of count: Int) async -> Arrivals {
        var arrivals = Arrivals()
        while let time = next() { arrivals.times.append(time) }
        arrivals.missing = count - arrivals.times.count
        return arrivals
    }

    private func next() -> Int64? {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { control in
            withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 8) { payload in
                var vector = iovec(iov_base: payload.baseAddress, iov_len: payload.count)
                return withUnsafeMutablePointer(to: &vector) { vector in
                    var message = msghdr()
                    message.msg_iov = vector
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    guard recvmsg(socket.number, &message, Int32(MSG_DONTWAIT)) >= 0,
                        message.msg_controllen >= 32
                    else { return nil }
                    // One control message: its length, level and type, then seconds and nanoseconds.
                    return control.load(fromByteOffset: 16, as: Int64.self) * 1_000_000_000
                        + control.load(fromByteOffset: 24, as: Int64.self)
                }
            }
        }
    }
}

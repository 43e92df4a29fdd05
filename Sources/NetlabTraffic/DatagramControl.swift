import CNetlab
import Glibc
import LinuxSystem
import NetlabModel
import Synchronization

/// The TCP connection beside a stream of datagrams between machines: announces them, and asks what has come.
///
/// Blocks the thread of the sender that it belongs to.
final class DatagramControl: @unchecked Sendable {
    private static let patience: Int64 = 5_000_000_000

    private let address: SocketAddress
    private let isIPv6: Bool
    private let greeting: StandaloneGreeting
    private let state = Mutex<(descriptor: Int32, problem: String?)>((-1, nil))

    init(_ flow: Flow, size: Int, salt: UInt64) {
        address = SocketAddress(flow.to.address, port: flow.to.port)
        isIPv6 = flow.to.address.isIPv6
        greeting = StandaloneGreeting(purpose: .datagrams, size: size, amount: salt)
    }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Why there is no receipt.
    var problem: String? { state.withLock { $0.problem } }

    /// Connects and waits until the server is ready to count. Returns whether it is.
    @Sendable func announce() -> Bool {
        do throws(SystemError) {
            let descriptor = try NewSocket.make(
                .stream, in: .home, isIPv6: isIPv6, behaviour: SocketBehaviour())
            state.withLock { $0.descriptor = descriptor }
            if address.withPointer({ connect(descriptor, $0, $1) }) != 0 {
                guard errno == EINPROGRESS else { throw .last("connect") }
                guard cnetlab_wait_writable(descriptor, -1, Self.patience) != 0 else {
                    throw SystemError("connect", errno: ETIMEDOUT)
                }
                let error = SocketOptions.takeError(descriptor)
                guard error == 0 else { throw SystemError("connect", errno: error) }
            }
            try send(greeting.bytes)
            _ = try receive(StandaloneGreeting.length)
            return true
        } catch {
            state.withLock { $0.problem = "netlab's server: \(error); start `netlab traffic server` there" }
            return false
        }
    }

    /// Waits for stragglers, then asks for the books.
    func collect(after linger: Duration) -> StandaloneReceipt? {
        guard problem == nil else { return nil }
        _ = cnetlab_wait_readable(-1, -1, linger.nanoseconds)
        do throws(SystemError) {
            try send([UInt8](repeating: 0, count: 8))
            return StandaloneReceipt(try receive(StandaloneReceipt.length))
        } catch {
            state.withLock { $0.problem = "netlab's server: \(error)" }
            return nil
        }
    }

    private func send(_ bytes: [UInt8]) throws(SystemError) {
        // So few bytes always fit into a send buffer that is otherwise empty.
        let count = Glibc.send(state.withLock { $0.descriptor }, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count else { throw .last("send") }
    }

    private func receive(_ count: Int) throws(SystemError) -> [UInt8] {
        let descriptor = state.withLock { $0.descriptor }
        var bytes: [UInt8] = []
        let deadline = MonotonicClock.instant() + Self.patience
        while bytes.count < count {
            let left = deadline - MonotonicClock.instant()
            guard left > 0, cnetlab_wait_readable(descriptor, -1, left) != 0 else {
                throw SystemError("recv", errno: ETIMEDOUT)
            }
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            let length = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT))
            if length == 0 { throw SystemError("recv", errno: ECONNRESET) }
            if length > 0 { bytes += piece.prefix(length) } else if errno != EAGAIN { throw .last("recv") }
        }
        return bytes
    }
}

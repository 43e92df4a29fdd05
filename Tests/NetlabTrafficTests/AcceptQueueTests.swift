import Glibc
import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

/// Connections that wait to be accepted when a server is closed at the end of a session.
@Suite struct AcceptQueueTests {
    struct End: Sendable, CustomTestStringConvertible {
        var accept: ServerBehaviour.Accept
        var grace: Int64
        var accepted: Int64
        var testDescription: String { "\(accept), grace \(grace)" }
    }

    /// The endpoint never begins to accept, as if a busy machine gave its loop no turn before the end.
    @Test(arguments: [
        End(accept: .atOnce, grace: 1_000_000_000, accepted: 5),
        End(accept: .atOnce, grace: 0, accepted: 0),
        End(accept: .never, grace: 1_000_000_000, accepted: 0),
        End(accept: .after(.seconds(100)), grace: 1_000_000_000, accepted: 0),
    ])
    func whoWaitsForAServerThatAcceptsAtOnceIsNotReset(end: End) async throws {
        let bench = try TrafficBench.loopback()
        let loop = try EventLoop(name: "queue-test")
        defer { loop.stop() }
        var behaviour = ServerBehaviour()
        behaviour.accept = end.accept
        let endpoint = try TCPEndpoint(
            port: 80, isIPv6: false, behaviour: behaviour, service: .exchange(TCPExchange()),
            namespace: bench.server, loop: loop)
        // Each says at once that it has nothing more to say.
        let clients = try (0..<5).map { _ in try Self.connected(to: 80, in: bench.client) }
        for client in clients { #expect(shutdown(client.number, Int32(SHUT_WR)) == 0) }
        let accepted = await withCheckedContinuation { continuation in
            loop.submit {
                endpoint.close(grace: end.grace) {
                    continuation.resume(returning: endpoint.tally["server.accepted"])
                }
            }
        }
        #expect(accepted == end.accepted)
        let resets = try #require(try Counters.read(in: bench.server)["Tcp.OutRsts"])
        #expect(resets == 5 - Int(end.accepted))
        withExtendedLifetime(clients) {}
    }

    private static func connected(
        to port: UInt16, in namespace: NetworkNamespace
    ) throws -> OwnedFileDescriptor {
        let socket = try namespace.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .last("socket") }
            return OwnedFileDescriptor(adopting: number)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemError.last("connect", on: "port \(port)") }
        return socket
    }
}

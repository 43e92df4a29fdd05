import Glibc
import LinuxSystem
import NetlabModel

/// The serving side of netlab's traffic on a machine of its own: no lab, no privileges.
///
/// One port number, TCP and UDP, IPv4 and IPv6: bulk data in both directions, requests, numbered datagrams, and a
/// page for any HTTP client.
/// Equivalent to: `iperf3 -s`, and a little of `python3 -m http.server`
public final class StandaloneServer: Sendable {
    /// The port where nobody says otherwise.
    public static let defaultPort = 7007

    /// What to listen on.
    public struct Options: Sendable {
        public var port = StandaloneServer.defaultPort
        /// nil: all addresses of both families.
        public var address: IPAddress?
        /// Bytes of the page that HTTP clients get.
        public var page = ByteCount(4096)

        public init() {}
    }

    private let loop: EventLoop
    private let endpoints: [any Endpoint]
    public let options: Options

    /// Opens the port; it is ready when this returns.
    ///
    /// - Throws: `TrafficError.system`: EADDRINUSE, EACCES for a port below 1024 without privilege.
    public static func start(_ options: Options) throws(TrafficError) -> StandaloneServer {
        do throws(SystemError) {
            return try StandaloneServer(options)
        } catch {
            throw .system(error)
        }
    }

    private init(_ options: Options) throws(SystemError) {
        self.options = options
        let loop = try EventLoop(name: "nl-server")
        self.loop = loop
        var endpoints: [any Endpoint] = []
        let families = options.address.map { [$0.isIPv6] } ?? [false, true]
        do throws(SystemError) {
            for isIPv6 in families {
                do throws(SystemError) {
                    let datagrams = try DatagramSessions(
                        port: options.port, address: options.address, isIPv6: isIPv6, loop: loop)
                    endpoints.append(datagrams)
                    var behaviour = ServerBehaviour()
                    behaviour.backlog = 4096
                    behaviour.socket.bindAddress = options.address
                    let service = StandaloneService(pageLength: options.page.bytes, datagrams: datagrams)
                    endpoints.append(
                        try TCPEndpoint(
                            port: options.port, isIPv6: isIPv6, behaviour: behaviour,
                            service: .universal(service), namespace: .home, loop: loop))
                } catch {
                    // A machine without IPv6 serves IPv4.
                    guard isIPv6, families.count == 2, error.errno == EAFNOSUPPORT else {
                        throw error
                    }
                }
            }
        } catch {
            Self.close(endpoints, loop: loop) {}
            throw error
        }
        self.endpoints = endpoints
        loop.submit { [endpoints] in
            for endpoint in endpoints { endpoint.begin() }
        }
    }

    deinit { Self.close(endpoints, loop: loop) {} }

    /// What it has served so far, by the names of `FlowOutcome.values`, such as `server.bytes_received`.
    public func totals() async -> [String: Int64] {
        await withCheckedContinuation { continuation in
            let isOpen = loop.submit { [endpoints] in
                continuation.resume(returning: Self.totals(endpoints))
            }
            if !isOpen { continuation.resume(returning: Self.totals(endpoints)) }
        }
    }

    private static func totals(_ endpoints: [any Endpoint]) -> [String: Int64] {
        endpoints.reduce(into: [:]) { $0.merge($1.values, uniquingKeysWith: +) }
    }

    /// Closes everything and returns the totals.
    public func stop() async -> [String: Int64] {
        await withCheckedContinuation { continuation in
            Self.close(endpoints, loop: loop) { [endpoints] in
                continuation.resume(returning: Self.totals(endpoints))
            }
        }
    }

    private static func close(
        _ endpoints: [any Endpoint], loop: EventLoop, closed: @escaping @Sendable () -> Void
    ) {
        let isOpen = loop.submit {
            for endpoint in endpoints { endpoint.close(grace: 0) {} }
            loop.stop(ended: closed)
        }
        if !isOpen { closed() }
    }
}

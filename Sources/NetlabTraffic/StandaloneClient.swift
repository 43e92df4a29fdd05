import Glibc
import LinuxSystem
import NetlabModel

/// The client side of netlab's traffic between any two machines.
///
/// Against a `StandaloneServer` it runs tcp-stream, tcp-request, tcp-connect, udp-stream and udp-request; tcp-request
/// with `isHTTP` runs against any web server, ping against any host.
/// Equivalent to: `iperf3 -c`, `ping`, and a little of `wrk`
public struct StandaloneClient: Sendable {
    /// A name or an address.
    public var host: String
    public var port = StandaloneServer.defaultPort
    public var kind: FlowKind
    public var behaviour = SocketBehaviour()
    /// For each attempt; for streams, without any byte having moved.
    public var timeout: Duration = .seconds(10)
    /// Whether the report holds all intervals; `progress` sees them anyway.
    public var keepsIntervals = true
    /// How often tcp_info of the first connection is read for the outcome's series.
    public var samples: Duration?

    public init(host: String, kind: FlowKind) {
        self.host = host
        self.kind = kind
    }

    /// What has moved in one interval.
    public struct Interval: Hashable, Codable, Sendable {
        /// Nanoseconds since the start.
        public var start: Int64
        public var end: Int64
        /// Payload in both directions.
        public var bytes: Int64
        /// Answers, connections or datagrams.
        public var events: Int64
        /// Of the first connection, since its start; nil where there is none.
        public var retransmits: Int64?
        public var congestionWindow: Int64?
        public var roundTripMicroseconds: Int64?

        /// Payload per second.
        public var bitsPerSecond: Double { Double(bytes) * 8e9 / Double(max(1, end - start)) }
    }

    /// All that was seen.
    public struct Report: Hashable, Codable, Sendable {
        public var host: String
        public var address: IPAddress
        public var port: Int
        public var outcome: FlowOutcome
        public var intervals: [Interval]
    }

    /// Runs to the end; cancelling the task ends it early, with what was seen so far.
    ///
    /// - Parameters:
    ///   - every: how often `progress` is called; nil: never.
    ///   - progress: called with each interval that has passed, one at a time.
    /// - Throws: `TrafficError.system` if the name cannot be resolved or a thread cannot be made.
    public func run(
        every: Duration? = nil, progress: @escaping @Sendable (Interval) -> Void = { _ in }
    ) async throws(TrafficError) -> Report {
        let address = try await HostLookup.address(of: host)
        var flow = Flow(
            name: "traffic", from: "here", to: FlowTarget(node: nil, address: address, port: port), kind: kind
        )
        flow.timeout = timeout
        flow.client = behaviour
        flow.samples = samples
        let session = try TrafficSession.standalone(flow, seed: UInt64.random(in: 1..<(1 << 62)))
        let intervals = await withTaskGroup(of: [Interval]?.self) { group in
            group.addTask {
                await session.run()
                return nil
            }
            if let every {
                group.addTask { [keepsIntervals] in
                    await Self.watch(session, every: every, keeps: keepsIntervals, progress)
                }
            }
            var intervals: [Interval] = []
            for await result in group {
                // The run is over: the last interval is cut short.
                if let result { intervals = result } else { group.cancelAll() }
            }
            return intervals
        }
        let outcome = await session.finish()["traffic"]
        return Report(
            host: host, address: address, port: port,
            outcome: outcome ?? FlowOutcome(kind: kind.word, failure: "it was never started"),
            intervals: intervals)
    }

    private static func watch(
        _ session: TrafficSession, every: Duration, keeps: Bool, _ progress: @Sendable (Interval) -> Void
    ) async -> [Interval] {
        var intervals: [Interval] = []
        let begin = MonotonicClock.instant()
        var last = FlowProgress()
        var lastTime = begin
        while true {
            let left = lastTime + max(1_000_000, every.nanoseconds) - MonotonicClock.instant()
            try? await Task.sleep(for: .nanoseconds(max(0, left)))
            guard let now = await session.progress(of: "traffic") else { return intervals }
            let time = MonotonicClock.instant()
            let interval = Interval(
                start: lastTime - begin, end: time - begin, bytes: now.bytes - last.bytes,
                events: now.events - last.events, retransmits: now.retransmits,
                congestionWindow: now.congestionWindow, roundTripMicroseconds: now.roundTripMicroseconds)
            if keeps { intervals.append(interval) }
            progress(interval)
            if Task.isCancelled { return intervals }
            last = now
            lastTime = time
        }
    }
}

/// Names to addresses, by the system's resolver.
enum HostLookup {
    /// The first address of a name; text that is an address already is taken as it is.
    ///
    /// - Throws: `TrafficError.unknownHost` with the resolver's words.
    static func address(of host: String) async throws(TrafficError) -> IPAddress {
        if let address = IPAddress(host) { return address }
        let result: Result<IPAddress, TrafficError> = await withCheckedContinuation { continuation in
            do throws(SystemError) {
                // getaddrinfo(3) blocks, for seconds if a name server is silent.
                _ = try HomeThread(name: "nl-resolver") { continuation.resume(returning: resolve(host)) }
            } catch {
                continuation.resume(returning: .failure(.system(error)))
            }
        }
        return try result.get()
    }

    private static func resolve(_ host: String) -> Result<IPAddress, TrafficError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0, let first = list else {
            return .failure(.unknownHost(host, words: String(cString: gai_strerror(code))))
        }
        defer { freeaddrinfo(list) }
        guard let raw = first.pointee.ai_addr,
            let address = SocketAddress(copying: raw, length: first.pointee.ai_addrlen).address
        else { return .failure(.unknownHost(host, words: "no address")) }
        return .success(address)
    }
}

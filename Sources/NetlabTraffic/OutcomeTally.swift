import Glibc
import Histogram
import LinuxSystem
import NetlabModel

/// Collects what became of the attempts of one flow; confined to the thread that makes them.
struct OutcomeTally {
    /// Why an attempt ended without success.
    enum Failure: Hashable {
        /// The call that failed, and errno.
        case errno(String, Int32)
        /// The flow's own time-out; the word says what was being waited for.
        case timeout(String)
        /// An ICMP error that says that the target cannot be reached.
        case unreachable(String)
        /// The peer closed, or answered with other bytes than agreed.
        case other(String)

        var result: Attempt.Result {
            switch self {
            case .timeout: .timedOut
            case .errno(_, let number):
                switch number {
                case ETIMEDOUT: .timedOut
                case ECONNREFUSED: .refused
                case ECONNRESET, EPIPE, ECONNABORTED: .reset
                case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET: .unreachable
                default: .failed
                }
            case .unreachable: .unreachable
            case .other: .failed
            }
        }

        var text: String {
            switch self {
            case .errno(let call, let number): "\(call) \(ErrnoName.name(number))"
            case .timeout(let wait): "\(wait): timed out"
            case .other(let text), .unreachable(let text): text
            }
        }
    }

    /// A distribution of times in nanoseconds, three significant digits.
    typealias Distribution = Histogram<UInt64>

    private(set) var values: [String: Int64]
    private(set) var attempts: [Attempt] = []
    /// What the timestamps of the first connections are ahead of the kernel's clock.
    var clockOffsets: [UInt32] = []
    var connectTimes = Distribution(numberOfSignificantValueDigits: .three)
    var latencies = Distribution(numberOfSignificantValueDigits: .three)

    /// - Parameter zeros: names that appear even if nothing is ever added to them.
    init(zeros: [String], withErrnos: Bool = true) {
        let errnos = withErrnos ? Self.commonErrnos : []
        values = Dictionary(
            (zeros + errnos.map { "errno." + ErrnoName.name($0) }).map { ($0, 0) },
            uniquingKeysWith: { first, _ in first })
    }

    mutating func add(_ name: String, _ amount: Int64 = 1) {
        values[name, default: 0] += amount
    }

    mutating func set(_ name: String, _ value: Int64) { values[name] = value }

    subscript(name: String) -> Int64 { values[name] ?? 0 }

    /// Counts an attempt that has ended.
    ///
    /// - Parameter success: what it is called when nothing failed.
    mutating func end(
        _ attempt: Attempt, failure: Failure?, success: Attempt.Result
    ) {
        var attempt = attempt
        attempt.result = failure?.result ?? success
        attempt.error = failure?.text
        if let failure {
            add("failed")
            if attempt.result != .failed { add(attempt.result.rawValue) }
            if case .errno(_, let number) = failure { add("errno." + ErrnoName.name(number)) }
        } else if success == .succeeded {
            add("succeeded")
        }
        if attempt.number <= Attempt.limit { attempts.append(attempt) }
    }

    /// The same with the attempts numbered anew, for one of several that made the attempts of a flow together.
    func numbered(_ number: (Int) -> Int) -> OutcomeTally {
        var copy = self
        copy.attempts = attempts.compactMap { attempt in
            var attempt = attempt
            attempt.number = number(attempt.number)
            return attempt.number <= Attempt.limit ? attempt : nil
        }
        return copy
    }

    /// Adds what another one has counted; of tcp_info, which is one connection's, nothing.
    mutating func merge(_ other: OutcomeTally) {
        for (name, value) in other.values where !name.hasPrefix("tcpi.") { add(name, value) }
        attempts += other.attempts
        clockOffsets += other.clockOffsets
        connectTimes.add(other.connectTimes)
        latencies.add(other.latencies)
    }

    /// Adds the figures of a distribution as `prefix.p50`, …; nothing if it is empty.
    mutating func set(_ prefix: String, _ distribution: Distribution) {
        for (name, value) in Self.figures(of: distribution) { values["\(prefix).\(name)"] = value }
    }

    /// min, p50, p90, p99, p999 and max of what was recorded, in its unit; empty if nothing was.
    static func figures(of distribution: Distribution) -> [String: Int64] {
        guard distribution.totalCount > 0 else { return [:] }
        func value(_ percentile: Double) -> Int64 {
            Int64(clamping: distribution.valueAtPercentile(percentile))
        }
        return [
            "min": Int64(clamping: distribution.min), "p50": value(50), "p90": value(90), "p99": value(99),
            "p999": value(99.9), "max": Int64(clamping: distribution.max),
        ]
    }

    /// The outcome so far; attempts in the order in which they began.
    func outcome(
        kind: FlowKind, series: InfoSeries? = nil, log: String = "", failure: String? = nil
    ) -> FlowOutcome {
        var copy = self
        for (name, value) in series?.extremes ?? [:] { copy.set(name, value) }
        if kind.isOfConnections {
            copy.set("timestamps.clocks", Int64(TimestampClock.clocks(clockOffsets)))
            copy.set("timestamps.offset", Int64(TimestampClock.offset(clockOffsets)))
        }
        copy.set("connect", connectTimes)
        copy.set("latency", latencies)
        return FlowOutcome(
            kind: kind.word, values: copy.values, attempts: attempts.sorted { $0.number < $1.number },
            series: series?.samples, log: log, failure: failure)
    }

    /// Judged as "== 0" often enough that they are always there.
    private static let commonErrnos: [Int32] = [
        ECONNREFUSED, ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL,
        EADDRINUSE, EACCES, EPERM, EINVAL, EMSGSIZE, ENOBUFS, ECONNABORTED, ENOPROTOOPT,
    ]
}

extension FlowKind {
    /// Whether it is a series of TCP connections, whose clocks can be told apart.
    fileprivate var isOfConnections: Bool {
        switch self {
        case .tcpRequest, .tcpConnect: true
        case .tcpStream, .udpStream, .udpRequest, .ping, .forge, .exec: false
        }
    }
}

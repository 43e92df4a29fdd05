import LinuxSystem
import NetlabModel
import Netlink

/// Reads tcp_info of one connection again and again while it lives; confined to its loop.
///
/// Its room is bounded: when it is full every other sample is dropped, and from then on samples are taken half as
/// often. The smallest and the largest values are those of all samples that were ever taken.
final class InfoSeries {
    /// How many samples a record keeps.
    static let limit = 1024

    private static let fields = [
        "state", "ca_state", "snd_cwnd", "snd_ssthresh", "rtt", "rttvar", "rto", "unacked", "sacked", "lost",
        "retrans", "total_retrans", "backoff", "pmtu", "snd_mss", "rcv_space", "rcv_rtt", "pacing_rate",
        "delivery_rate", "bytes_acked", "bytes_received", "bytes_retrans", "notsent_bytes", "min_rtt",
        "delivered", "dsack_dups", "reord_seen", "snd_wnd",
    ]

    private let loop: EventLoop
    private let origin: Int64
    private let descriptor: () -> Int32?
    private var interval: Int64
    private var timer: TimerQueue.Identifier?
    private var bounds: [String: ClosedRange<Int64>] = [:]
    private(set) var samples: [TCPSample] = []

    /// Begins with a first look after one interval.
    ///
    /// - Parameters:
    ///   - origin: what the times of the samples count from.
    ///   - descriptor: the connection to look at now; nil while there is none.
    init(every interval: Duration, origin: Int64, on loop: EventLoop, descriptor: @escaping () -> Int32?) {
        self.interval = max(1_000_000, interval.nanoseconds)
        self.origin = origin
        self.loop = loop
        self.descriptor = descriptor
        arm(from: MonotonicClock.instant())
    }

    func stop() {
        loop.cancel(timer)
        timer = nil
    }

    private func arm(from now: Int64) {
        timer = loop.at(now + interval) { [self] in
            let now = MonotonicClock.instant()
            if let info = descriptor().flatMap({ TCPInfo(of: $0) }) { take(info, at: now) }
            arm(from: now)
        }
    }

    func take(_ info: TCPInfo, at now: Int64) {
        var values: [String: Int64] = [:]
        for name in Self.fields {
            guard let value = info[name].map({ Int64(clamping: $0) }) else { continue }
            values[name] = value
            let known = bounds[name] ?? value...value
            bounds[name] = min(known.lowerBound, value)...max(known.upperBound, value)
        }
        if samples.count == Self.limit {
            samples = samples.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            interval *= 2
        }
        samples.append(TCPSample(time: now - origin, values: values))
    }

    /// `tcpi.snd_cwnd.min` and `tcpi.snd_cwnd.max`, …
    var extremes: [String: Int64] {
        var extremes: [String: Int64] = [:]
        for (name, range) in bounds {
            extremes["tcpi.\(name).min"] = range.lowerBound
            extremes["tcpi.\(name).max"] = range.upperBound
        }
        return extremes
    }
}

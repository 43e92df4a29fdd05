import LinuxSystem
import NetlabModel

/// How much an end may read at a moment, given its reading behaviour.
struct ReadAllowance {
    enum Permit: Equatable {
        /// Up to this many bytes now.
        case now(Int)
        /// Nothing before this time of `MonotonicClock`.
        case notBefore(Int64)
        case never
    }

    let behaviour: SocketBehaviour.Read
    /// Bytes read in all.
    private(set) var total = 0
    private var nextTime: Int64
    private var leftThisTime = 0

    /// - Parameter start: when the application began to be able to read; a slow reader pauses first.
    init(_ behaviour: SocketBehaviour.Read, start: Int64) {
        self.behaviour = behaviour
        if case .slowly(_, let pause) = behaviour {
            nextTime = start + pause.nanoseconds
        } else {
            nextTime = start
        }
    }

    mutating func permit(at now: Int64) -> Permit {
        switch behaviour {
        case .atOnce: return .now(.max)
        case .never: return .never
        case .only(let limit): return total < limit.bytes ? .now(limit.bytes - total) : .never
        case .slowly(let amount, let pause):
            if leftThisTime == 0 {
                guard now >= nextTime else { return .notBefore(nextTime) }
                leftThisTime = max(1, amount.bytes)
                nextTime = now + pause.nanoseconds
            }
            return .now(leftThisTime)
        }
    }

    mutating func took(_ count: Int) {
        total += count
        leftThisTime = max(0, leftThisTime - count)
    }
}

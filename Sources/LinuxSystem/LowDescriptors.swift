import Glibc
import Synchronization

/// Keeps some file descriptors below 1024 free for libraries that wait with select(2).
///
/// An `fd_set` has 1024 places, and glibc ends the process where a library sets a bit behind them. A process with
/// thousands of sockets therefore holds a few low numbers back, and lends them for the time of one call.
public final class LowDescriptors: Sendable {
    /// Those that the process keeps for libnftables.
    static let shared = LowDescriptors(count: 32)

    /// What is left for descriptors that the library opens itself, and for other threads in the meantime.
    private static let margin: Int32 = 32
    private static let limit = Int32(FD_SETSIZE)

    private let count: Int
    /// Descriptors of /dev/null, which stand for the numbers.
    private let held: Mutex<[Int32]>

    /// Takes `count` numbers, the lowest that are free; fewer if the low ones are taken already.
    public init(count: Int) {
        self.count = count
        held = Mutex([])
        held.withLock { refill(&$0) }
    }

    deinit {
        held.withLock { for number in $0 { close(number) } }
    }

    /// Runs a call that needs low numbers.
    ///
    /// - Returns: nil without having run it if even with the reserve none are free.
    public func lend<Result>(_ body: () -> Result) -> Result? {
        held.withLock { held in
            guard lowestFree() >= Self.limit - Self.margin else { return body() }
            for number in held { close(number) }
            held = []
            defer { refill(&held) }
            return lowestFree() < Self.limit - 1 ? body() : nil
        }
    }

    /// Moves a descriptor that needs no low number to a high one, once half of the low ones are in use.
    ///
    /// - Parameter number: a descriptor whose number nobody else knows yet.
    /// - Returns: the number that it has from now on, close-on-exec; the same one where RLIMIT_NOFILE allows no other.
    public static func spare(_ number: Int32) -> Int32 {
        guard number >= limit / 2, number < limit else { return number }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, limit)
        guard moved >= 0 else { return number }
        close(number)
        return moved
    }

    private func refill(_ held: inout [Int32]) {
        while held.count < count {
            let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { return }
            guard number < Self.limit else {
                close(number)
                return
            }
            held.append(number)
        }
    }

    /// The number that the next open(2) would get; `limit` if none is to be had.
    private func lowestFree() -> Int32 {
        let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return Self.limit }
        close(number)
        return number
    }
}

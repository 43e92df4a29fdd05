import CNetlab
import Glibc
import Synchronization

/// Signals as a stream of values.
///
/// Blocking signals and waiting for them does not work in an async program: the initial thread is parked with
/// all signals unblocked. So a handler writes each signal's number to a pipe, and a thread of its own reads it.
public final class Signals: Sendable {
    /// The signals as they come; for one consumer. Ends never.
    public let stream: AsyncStream<Int32>
    /// Those that are really taken: SIGHUP is left alone where it is ignored, as under nohup(1).
    public let taken: [Int32]

    /// From now on the signals do not end the process. Call it before the first `await`, once in a process.
    ///
    /// - Throws: `SystemError` of pipe2, pthread_create or sigaction.
    public init(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard cnetlab_pipe(&ends) == 0 else { throw .last("pipe2") }
        let (source, sink) = (ends[0], ends[1])
        guard fcntl(sink, F_SETFL, O_NONBLOCK) == 0 else { throw .last("fcntl", on: "pipe") }
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        // Both ends stay open for good: a handler may run at any time.
        _ = try HomeThread(name: "signals") {
            var byte: UInt8 = 0
            while true {
                let count = read(source, &byte, 1)
                if count == 1 { continuation.yield(Int32(byte)) }
                if count == 0 || (count < 0 && errno != EINTR) { return }
            }
        }
        var taken: [Int32] = []
        for signal in signals {
            switch cnetlab_signal_to_pipe(signal, sink, signal == SIGHUP) {
            case 0: taken.append(signal)
            case 1: continue
            default: throw .last("sigaction", on: SignalName.name(signal))
            }
        }
        self.taken = taken
    }

    /// Gives the signals back their default action: the next one ends the process.
    public func restoreDefaults() {
        for signal in taken { cnetlab_signal_default(signal) }
    }

    /// Ends the process by a signal's default action, so that the shell sees 128 + signal and stops its own loop.
    public static func end(by signal: Int32) -> Never {
        cnetlab_signal_raise_default(signal)
        // Only reached where the default is not to end, or the signal is still on its way to another thread.
        exit(128 + signal)
    }
}

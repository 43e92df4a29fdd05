import Glibc
import NetlabModel

/// How the numbered datagrams of a udp-stream are dealt out: to calls, to sockets, to threads.
///
/// Calls take turns with the sockets. Where speed is asked for (`batch`) and there are several sockets, several threads
/// send at once, each for sockets of its own: every socket still sends its numbers in order, and the set of
/// packets is the same, but the streams of different sockets overtake one another.
struct DatagramLanes {
    /// More threads would only wait for one another at the receiving socket.
    private static let mostThreads = 4

    let sources: Int
    /// Datagrams of one call.
    let group: Int
    /// Whether a call's datagrams are cut by the kernel (UDP_SEGMENT).
    let isCut: Bool
    let threads: Int

    /// - Parameters:
    ///   - connects: whether the sockets are connected, which sendmmsg(2) is used for alone.
    ///   - overtakes: whether the receiver tells the streams of several sockets apart.
    init(_ plan: DatagramFlow, connects: Bool, overtakes: Bool) {
        sources = max(1, plan.sources)
        let isUniform = plan.sizes == nil
        if isUniform, let segments = plan.segments {
            isCut = true
            group = max(1, min(segments, 64, 65507 / max(1, plan.largestSize)))
        } else {
            isCut = false
            group = connects && isUniform ? max(1, min(plan.batch ?? 1, 64)) : 1
        }
        let isFast = group > 1 && !isCut && plan.rate == nil && plan.bitRate == nil
        threads =
            isFast && overtakes
            ? max(1, min(sources, Self.mostThreads, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) : 1
    }

    /// The socket of a call.
    func source(ofCall call: Int) -> Int { call % sources }

    /// The thread that makes a call.
    func thread(ofCall call: Int) -> Int { source(ofCall: call) % threads }

    /// The socket that a datagram comes from, and its number among those of this socket.
    func place(of number: Int) -> (source: Int, number: Int) {
        let call = number / group
        return (source(ofCall: call), call / sources * group + number % group)
    }
}

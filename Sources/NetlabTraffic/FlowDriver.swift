import NetlabModel

/// One flow while it runs. Every member is used on the clients' loop only.
protocol FlowDriver: AnyObject, Sendable {
    var flow: Flow { get }
    /// Whether the traffic is over only when this flow has finished.
    var isAwaited: Bool { get }
    /// Whether it is a server of its own that begins before all others.
    var isService: Bool { get }
    /// Of a service: calls back when it can serve, or never will.
    func awaitReadiness(_ ready: @escaping () -> Void)
    /// How far it has come.
    var progress: FlowProgress { get }
    /// A TCP connection of its clients that is established now, the oldest first.
    var liveDescriptor: Int32? { get }
    /// Makes the first attempts.
    ///
    /// - Parameters:
    ///   - origin: when the traffic of the phase began.
    ///   - finished: called once, as soon as every attempt has an outcome.
    func begin(origin: Int64, finished: @escaping () -> Void)
    /// Ends all attempts under way; `finished` is called as well.
    func cancel()
    /// Closes what behaviour or waiting has kept open; `closed` is called once, now or later.
    func close(closed: @escaping () -> Void)
    /// What the clients saw.
    func outcome() -> FlowOutcome
}

extension FlowDriver {
    var isAwaited: Bool { true }
    var isService: Bool { false }
    var progress: FlowProgress { FlowProgress() }
    var liveDescriptor: Int32? { nil }

    func awaitReadiness(_ ready: @escaping () -> Void) { ready() }
}

/// How far a flow has come.
struct FlowProgress: Hashable, Sendable {
    /// Payload in both directions.
    var bytes: Int64 = 0
    /// Answers, connections or datagrams.
    var events: Int64 = 0
    /// Of the first connection.
    var retransmits: Int64?
    var congestionWindow: Int64?
    var roundTripMicroseconds: Int64?
}

/// A flow that could not be set up: it has finished before it began.
final class FailedFlow: FlowDriver {
    let flow: Flow
    private let failure: String

    init(_ flow: Flow, failure: String) {
        self.flow = flow
        self.failure = failure
    }

    func begin(origin: Int64, finished: @escaping () -> Void) { finished() }
    func cancel() {}
    func close(closed: @escaping () -> Void) { closed() }
    func outcome() -> FlowOutcome { FlowOutcome(kind: flow.kind.word, failure: failure) }
}

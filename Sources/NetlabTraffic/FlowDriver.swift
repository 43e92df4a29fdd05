import NetlabModel

/// One flow while it runs. Every member is used on the clients' loop only.
protocol FlowDriver: AnyObject, Sendable {
    var flow: Flow { get }
    /// Whether the traffic is over only when this flow has finished.
    var isAwaited: Bool { get }
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

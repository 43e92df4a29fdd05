/// A served port of one node; used on the servers' loop only, `values` once it is closed.
protocol Endpoint: AnyObject, Sendable {
    /// Begins to serve, as its behaviour says; the port is open before.
    func begin()
    /// Closes the port and what hangs on it.
    ///
    /// - Parameters:
    ///   - grace: nanoseconds in which connections may end in good order.
    ///   - closed: called once, now or later.
    func close(grace: Int64, closed: @escaping () -> Void)
    /// Where an accepted connection from a port stands now; nil if there is none, or it is no TCP endpoint.
    func liveEnd(remotePort: Int) -> ConnectionEnd?
    /// When the last connection ended, by `MonotonicClock`; 0 if none has.
    var lastEnd: Int64 { get }
    /// What the serving end saw, under `server.` names, to be added to the outcome of its flows.
    var values: [String: Int64] { get }
}

extension Endpoint {
    func liveEnd(remotePort: Int) -> ConnectionEnd? { nil }
    var lastEnd: Int64 { 0 }
}

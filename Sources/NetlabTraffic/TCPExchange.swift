import NetlabModel

/// What one TCP connection of a flow carries, the same for all of its connections and known to both ends.
struct TCPExchange: Hashable {
    /// The bytes of a request; empty if the client says nothing.
    var request: [UInt8] = []
    /// Bytes of an answer, or of its body; 0 if the server says nothing.
    var responseLength = 0
    var requestsPerConnection = 1
    /// Whether requests and answers are HTTP/1.1 messages.
    var isHTTP = false
    /// Whether the answer's bytes are known: those of netlab's own server.
    var isVerified = true

    /// Requests of a flow as they are sent: to a server of the lab, to one that is told what to do, or to any web
    /// server.
    init(_ plan: RequestFlow, to target: FlowTarget, greets: Bool) {
        responseLength = plan.response.bytes
        requestsPerConnection = max(1, plan.requestsPerConnection)
        isHTTP = plan.isHTTP
        if plan.isHTTP {
            let address = target.address.isIPv6 ? "[\(target.address)]" : "\(target.address)"
            request = HTTPMessage.request(host: "\(address):\(target.port)", body: plan.request.bytes)
            isVerified = target.node != nil
        } else if greets {
            let size = max(StandaloneGreeting.length, plan.request.bytes)
            let greeting = StandaloneGreeting(
                purpose: .requests, size: size, amount: UInt64(clamping: plan.response.bytes))
            request = greeting.bytes + PayloadPattern.bytes(size).dropFirst(StandaloneGreeting.length)
        } else {
            request = PayloadPattern.bytes(plan.request.bytes)
        }
    }

    init() {}
}

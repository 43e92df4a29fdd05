import NetlabModel

/// What one TCP connection of a flow carries, the same for all of its connections and known to both ends.
struct TCPExchange: Hashable {
    /// The bytes of a request; empty if the client says nothing.
    var request: [UInt8] = []
    /// Bytes of an answer; 0 if the server says nothing.
    var responseLength = 0
    var requestsPerConnection = 1
}

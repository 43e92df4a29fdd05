import CMnl
import Glibc

/// Gathers the messages that answer one request, out of whatever datagrams arrive.
///
/// Only messages with the request's sequence number and the socket's port belong to it: a datagram may still
/// hold answers to a request that was given up, or notifications.
struct ReplyCollector {
    let sequence: UInt32
    let port: UInt32
    /// The answers so far, without acknowledgement and end marker.
    private(set) var messages: [NetlinkMessage] = []
    /// Whether the kernel's tables changed while it dumped them, so that the dump may be inconsistent.
    private(set) var isInterrupted = false
    private(set) var outcome: Outcome = .unfinished

    enum Outcome: Equatable {
        case unfinished
        case done
        case refused(errno: Int32, ExtendedAck)
        /// A length in the datagram contradicts the datagram.
        case malformed
    }

    init(sequence: UInt32, port: UInt32) {
        self.sequence = sequence
        self.port = port
    }

    /// Takes one datagram; afterwards `outcome` tells whether more are to come.
    mutating func take(_ datagram: [UInt8]) {
        guard let received = NetlinkMessage.messages(in: datagram) else {
            outcome = .malformed
            return
        }
        for message in received where outcome == .unfinished {
            guard message.sequence == sequence, message.port == port else { continue }
            if Int32(message.flags) & NLM_F_DUMP_INTR != 0 { isInterrupted = true }
            switch Int32(message.type) {
            case NLMSG_ERROR:
                guard let answer = ExtendedAck.read(message) else {
                    outcome = .malformed
                    return
                }
                finish(answer)
            case NLMSG_DONE: finish(ExtendedAck.readDone(message))
            case NLMSG_NOOP: break
            default: messages.append(message)
            }
        }
    }

    private mutating func finish(_ answer: (error: Int32, explanation: ExtendedAck)) {
        // A positive value ends some dumps as a length, not as an error; Int32.min cannot be negated.
        outcome = answer.error >= 0 ? .done : .refused(errno: 0 &- answer.error, answer.explanation)
    }
}

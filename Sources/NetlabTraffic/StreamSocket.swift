import CNetlab
import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// Whoever uses a `StreamSocket`; called on the socket's loop only.
protocol StreamSocketOwner: AnyObject {
    /// connect(2) has succeeded.
    func streamConnected()
    /// Bytes in the order of the stream; valid during the call.
    func streamReceived(_ bytes: UnsafeRawBufferPointer)
    /// All that was to be sent has been taken by the kernel.
    func streamDrained()
    /// Bytes that were thrown away unseen; only of a socket that `discardsInput`.
    func streamDiscarded(_ count: Int)
    /// The peer sent FIN, and everything before it was read.
    func streamEnded()
    /// A call failed for good. The socket is still open.
    func streamFailed(_ call: String, _ errno: Int32)
}

extension StreamSocketOwner {
    func streamConnected() {}
    func streamDrained() {}
    func streamDiscarded(_ count: Int) {}
}

/// A non-blocking TCP socket on an event loop: reads as its behaviour says, writes one message at a time.
final class StreamSocket {
    let loop: EventLoop
    private(set) var descriptor: Int32
    private var owner: (any StreamSocketOwner)?
    private var watch: EventLoop.Watch?
    private var interest: Readiness = []
    private var isConnecting = false

    /// When the kernel last took or gave bytes.
    private(set) var lastProgress: Int64
    /// Whether input is only counted: the kernel then does not copy it (MSG_TRUNC of tcp(7)).
    var discardsInput = false

    private let quickACK: Bool
    private var allowance: ReadAllowance
    private var readTimer: TimerQueue.Identifier?
    private var pace = DiscardPace()
    private var lookTimer: TimerQueue.Identifier?
    private var wantsToRead = true
    /// From this position on bytes are looked at but left in the socket, so that closing it sends RST.
    private let unreadFrom: Int?

    private var message = OutgoingMessage.none
    private var position = 0
    private var pieceSize = Int.max
    /// Whether a message has not been taken entirely yet.
    private var isOwed = false
    private var isFlushing = false

    /// Takes over a non-blocking socket.
    ///
    /// - Parameter unreadFrom: where a `close: unread` end stops taking bytes out; nil: nowhere.
    init(
        _ descriptor: Int32, on loop: EventLoop, behaviour: SocketBehaviour, unreadFrom: Int?, now: Int64
    ) {
        self.descriptor = descriptor
        self.loop = loop
        self.unreadFrom = unreadFrom
        quickACK = behaviour.quickACK == true
        allowance = ReadAllowance(behaviour.read, start: now)
        lastProgress = now
    }

    var isOpen: Bool { descriptor >= 0 }

    // MARK: Beginning

    /// Starts connecting; the owner hears of the end of it, at once or later.
    ///
    /// - Parameter looksAgain: asks once more before waiting. Over a veth pair without delay the three packets of
    ///   the handshake have passed before connect(2) returns EINPROGRESS.
    func connect(to address: SocketAddress, owner: any StreamSocketOwner, looksAgain: Bool = false) {
        self.owner = owner
        var result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        if result != 0, errno == EINPROGRESS, looksAgain {
            // Sends nothing: 0 once established, EALREADY before, else the error that ended it.
            result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        }
        if result == 0 {
            owner.streamConnected()
            attach(wantedInterest())
        } else if errno == EINPROGRESS || errno == EALREADY {
            isConnecting = true
            attach(.writable)
        } else {
            owner.streamFailed("connect", errno)
        }
    }

    /// Takes over an accepted connection; nothing is read yet.
    func adopt(owner: any StreamSocketOwner) { self.owner = owner }

    /// Begins reading from an accepted connection.
    ///
    /// - Parameter looksFirst: reads before it waits, for peers that are likely to have closed already.
    func open(owner: any StreamSocketOwner, looksFirst: Bool = false) {
        adopt(owner: owner)
        if looksFirst, isOpen, !quickACK, case .atOnce = allowance.behaviour { read() }
        attach(wantedInterest())
    }

    private func attach(_ interest: Readiness) {
        guard isOpen, watch == nil else { return }
        self.interest = interest
        do {
            watch = try loop.watch(descriptor, interest) { [self] in ready($0) }
        } catch {
            owner?.streamFailed("epoll_ctl", error.errno)
        }
    }

    // MARK: Writing

    /// Writes a message; the owner hears when the kernel has taken all of it, and may send the next one then.
    ///
    /// - Parameter pieceSize: at most so many bytes in each call; nil: all that is left.
    func send(_ message: OutgoingMessage, pieceSize: Int? = nil) {
        self.message = message
        self.pieceSize = max(1, pieceSize ?? .max)
        position = 0
        isOwed = true
        flush()
    }

    var isSending: Bool { isOwed }

    private func flush() {
        // `streamDrained` may send the next message: the loop below takes it up, not the stack.
        guard !isFlushing else { return }
        isFlushing = true
        defer { isFlushing = false }
        var messages = 0
        while isOpen, isOwed {
            // Others on this loop want their turn too; epoll reports again what is still writable.
            if messages == 16 { break }
            guard writeMessage() else { break }
            messages += 1
            message = .none
            isOwed = false
            owner?.streamDrained()
        }
        if isOpen { updateInterest() }
    }

    /// Returns whether all of the message is out.
    private func writeMessage() -> Bool {
        while position < message.count {
            let count: Int
            if case .file(let file, let length) = message {
                count = cnetlab_sendfile(descriptor, file, Int64(position), min(pieceSize, length - position))
            } else {
                count = message.withBytes(from: position) {
                    Glibc.send(descriptor, $0.baseAddress, min(pieceSize, $0.count), Int32(MSG_NOSIGNAL))
                }
            }
            if count >= 0 {
                position += count
                lastProgress = MonotonicClock.instant()
            } else if errno == EAGAIN {
                return false
            } else if errno != EINTR {
                owner?.streamFailed("send", errno)
                return false
            }
        }
        return true
    }

    /// Sends FIN after what was sent; reading goes on.
    func finishSending() {
        if isOpen { shutdown(descriptor, Int32(SHUT_WR)) }
    }

    // MARK: Reading

    /// Stops reading for good; what arrives stays in the socket.
    func stopReading() {
        wantsToRead = false
        updateInterest()
    }

    private func ready(_ events: Readiness) {
        if isConnecting {
            isConnecting = false
            let error = SocketOptions.takeError(descriptor)
            guard error == 0 else {
                owner?.streamFailed("connect", error)
                return
            }
            owner?.streamConnected()
            updateInterest()
            return
        }
        if events.contains(.writable), isSending { flush() }
        guard isOpen else { return }
        let isBroken = !events.isDisjoint(with: [.error, .hangUp])
        if events.contains(.readable), wantsToRead || isBroken { read() }
        guard isOpen, isBroken else { return }
        // Nothing is going to be read, or nothing was left to read: only the error itself remains.
        let error = SocketOptions.takeError(descriptor)
        if error != 0 {
            owner?.streamFailed("recv", error)
        } else if !wantsToRead, let watch {
            // The connection is over and nobody cares; epoll would go on reporting it.
            loop.unwatch(watch)
            self.watch = nil
        }
    }

    private static let discardedAtOnce = 4 << 20

    private func read() {
        var turns = 0
        while isOpen {
            var limit: Int
            let now = MonotonicClock.instant()
            switch allowance.permit(at: now) {
            case .now(let count):
                limit = min(count, discardsInput ? Self.discardedAtOnce : loop.scratch.count)
            case .notBefore(let time): return pauseReading(until: time)
            case .never: return stopReading()
            }
            var flags = Int32(MSG_DONTWAIT)
            if discardsInput { flags |= Int32(MSG_TRUNC) }
            if let unreadFrom {
                let left = unreadFrom - allowance.total
                if left > 0 { limit = min(limit, left) } else { flags |= Int32(MSG_PEEK) }
            }
            if quickACK {
                // Not a lasting mode: the kernel leaves it again by itself.
                try? SocketOptions.set(
                    descriptor, CInt(IPPROTO_TCP), TCP_QUICKACK, true, "TCP_QUICKACK")
            }
            let count = recv(descriptor, loop.scratch.baseAddress, limit, flags)
            if count > 0 {
                allowance.took(count)
                lastProgress = now
                if flags & Int32(MSG_PEEK) != 0 { stopReading() }
                if discardsInput {
                    if pace.took(count, at: now) { collect() }
                    owner?.streamDiscarded(count)
                    turns += 1
                    if !wantsToRead || turns == 16 { return }
                    continue
                }
                owner?.streamReceived(UnsafeRawBufferPointer(rebasing: loop.scratch[0..<count]))
                // Others on this loop want their turn too; epoll reports again what is still readable.
                turns += 1
                if !wantsToRead || turns == 16 { return }
            } else if count == 0 {
                stopReading()
                owner?.streamEnded()
                return
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                owner?.streamFailed("recv", errno)
                return
            }
        }
    }

    /// Lets the kernel collect, and looks after it from time to time.
    private func collect() {
        DiscardPace.set(descriptor, collects: true)
        lookTimer = loop.at(MonotonicClock.instant() + DiscardPace.interval) { [self] in
            guard isOpen else { return }
            if wantsToRead { read() }
            guard isOpen else { return }
            if pace.look(at: MonotonicClock.instant()), wantsToRead {
                collect()
            } else {
                DiscardPace.set(descriptor, collects: false)
            }
        }
    }

    private func pauseReading(until time: Int64) {
        wantsToRead = false
        updateInterest()
        readTimer = loop.at(time) { [self] in
            wantsToRead = true
            updateInterest()
        }
    }

    private func updateInterest() {
        guard let watch, !isConnecting else { return }
        let wanted = wantedInterest()
        guard wanted != interest else { return }
        interest = wanted
        loop.change(watch, to: wanted)
    }

    private func wantedInterest() -> Readiness {
        var wanted: Readiness = []
        if wantsToRead {
            if case .never = allowance.behaviour { wantsToRead = false } else { wanted.insert(.readable) }
        }
        if isSending { wanted.insert(.writable) }
        return wanted
    }

    // MARK: Ending

    /// Whether the peer's FIN has come and lies behind nothing that is still to be read, whoever has looked yet.
    ///
    /// Kernel: tcp_info's state is TCP_CLOSE_WAIT.
    var peerHasEnded: Bool {
        guard isOpen, TCPInfo(of: descriptor)?["state"] == 8 else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)) == 0
    }

    /// close(2): FIN, or RST if received bytes are still unread.
    func close() {
        guard isOpen else { return }
        loop.cancel(readTimer)
        loop.cancel(lookTimer)
        if let watch { loop.forget(watch) }
        watch = nil
        Glibc.close(descriptor)
        descriptor = -1
        owner = nil
    }

    /// Closes with RST; see `SocketOptions.abortOnClose`.
    func abort() {
        guard isOpen else { return }
        SocketOptions.abortOnClose(descriptor)
        close()
    }
}

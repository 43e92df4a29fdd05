import LinuxSystem

/// How a guest ended, read off all that it left: QEMU's own end, the console, and what came over the port.
///
/// QEMU's exit code is 0 for a machine switched off, for a panic and for a reset alike; so only a whole record counts
/// as success, and only if nothing else speaks against it.
public struct MachineEnd: Hashable, Sendable {
    /// The record as JSON, if all went well.
    public var record: [UInt8]?
    /// Why there is none to rely on; a run with a cause is inconclusive.
    public var cause: String?
    /// Packets, as pcapng, if they were asked for.
    public var capture: [UInt8]?
    /// What a reader of the record should know.
    public var notes: [String]

    /// - Parameters:
    ///   - outcome: QEMU's.
    ///   - console: all that the guest wrote to its serial line.
    ///   - stream: all that came over the port.
    ///   - limit: the time limit, for the message.
    ///   - megabytes: the guest's memory, for the message.
    init(outcome: ChildProcess.Outcome, console: String, stream: [UInt8], limit: Duration, megabytes: Int) {
        let (messages, problem) = GuestMessage.decode(stream)
        notes = messages.filter { $0.kind == .note }.map(\.text)
        capture = messages.first { $0.kind == .capture }?.payload
        let record = messages.last { $0.kind == .record }?.payload
        cause = Self.violentEnd(outcome, console, limit: limit, megabytes: megabytes)
        if cause == nil, let failure = messages.first(where: { $0.kind == .failure }) {
            cause = "netlab in the virtual machine gave up: \(failure.text)"
        }
        if cause == nil, let problem { cause = "the virtual machine's answer is not whole: \(problem)" }
        if cause == nil, record == nil {
            cause = "the virtual machine ended without a record" + Self.whereabouts(console)
        }
        self.record = cause == nil ? record : nil
    }

    private static func violentEnd(
        _ outcome: ChildProcess.Outcome, _ console: String, limit: Duration, megabytes: Int
    ) -> String? {
        // A machine out of memory panics, so this comes first.
        if ["Out of memory", "deadlocked on memory", "compulsory panic_on_oom", "oom-kill:"]
            .contains(where: console.contains)
        {
            return "the virtual machine ran out of memory (\(megabytes) MiB); --vm-memory gives it more"
                + whereabouts(console)
        }
        if console.contains("Initramfs unpacking failed") {
            return
                "the virtual machine could not unpack its file system in \(megabytes) MiB; --vm-memory gives it more"
        }
        if let panic = line(in: console, after: "Kernel panic - not syncing: ") {
            // Process 1 is netlab itself.
            return panic.hasPrefix("Attempted to kill init")
                ? "netlab in the virtual machine crashed (\(panic))" + whereabouts(console)
                : "the virtual machine's kernel panicked: \(panic)" + whereabouts(console)
        }
        switch (outcome.ending, outcome.termination) {
        case (.timedOut, _):
            return "the virtual machine was still running after the limit of \(limit.components.seconds) s"
                + whereabouts(console)
        case (.cancelled, _), (.requested, _): return "interrupted" + whereabouts(console)
        case (.byItself, .signalled(let signal)):
            return "QEMU was killed by \(SignalName.name(signal))" + whereabouts(console)
        case (.byItself, .exited(let code)) where code != 0:
            let words = outcome.standardError.text.split(separator: "\n").suffix(3).joined(separator: "; ")
            return "QEMU ended with exit code \(code)\(words.isEmpty ? "" : ": \(words)")"
        case (.byItself, .exited):
            // QEMU takes these signals as a wish, and ends in peace.
            guard let signal = line(in: outcome.standardError.text, after: "terminating on signal ") else {
                return nil
            }
            return "QEMU was ended by signal \(signal)" + whereabouts(console)
        }
    }

    /// `, last seen in phase 2 of 3, fault`
    private static func whereabouts(_ console: String) -> String {
        lastProgress(in: console).map { ", last seen at: \($0)" } ?? ", before netlab began in it"
    }

    /// The last line of progress that is whole.
    static func lastProgress(in console: String) -> String? {
        let lines = console.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines.dropLast().reversed() {
            guard let mark = line.firstRange(of: VirtualGuest.progressMark) else { continue }
            return trimmed(line[mark.upperBound...])
        }
        return nil
    }

    private static func line(in text: String, after mark: String) -> String? {
        guard let found = text.firstRange(of: mark) else { return nil }
        return trimmed(text[found.upperBound...].prefix { !$0.isNewline })
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// A serial line's bytes as text with plain ends of lines.
    static func text(ofConsole bytes: [UInt8]) -> String {
        String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") && $0 != 0 }, as: UTF8.self)
    }
}

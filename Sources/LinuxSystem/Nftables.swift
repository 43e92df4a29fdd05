import CNetlab
import CNftables
import Glibc
import Synchronization

/// The packet filter of one namespace, spoken to in nft(8)'s own language through libnftables.
///
/// Calls of all instances follow one another, since the library keeps the list of interfaces in a global: `iif` in
/// two namespaces at once fails, counts the wrong interface, or crashes (libnftables 1.0.6). They run inside the namespace, as the library opens new
/// sockets when it looks up interfaces or starts over. The only file of the project that calls libnftables.
public final class Nftables: Sendable {
    /// How the library prints what it lists.
    public enum Format: Sendable, Hashable {
        /// As `nft list` prints it, which `run` takes again.
        case text
        /// libnftables-json(5).
        case json
    }

    private let context: Mutex<Context>
    private let namespace: NetworkNamespace

    /// One at a time in the process.
    private static let library = Mutex(())

    /// The library's handle; used under the lock of its owner only.
    private struct Context: ~Copyable, @unchecked Sendable {
        let pointer: OpaquePointer

        deinit {
            Nftables.library.withLock { _ in nft_ctx_free(pointer) }
        }
    }

    /// NETLINK_NETFILTER of linux/netlink.h.
    private static let netfilter: Int32 = 12

    /// - Throws: `NftablesError` if the library cannot open its netlink socket in the namespace.
    public init(in namespace: NetworkNamespace) throws(NftablesError) {
        // Where the kernel has no such protocol the library ends the whole process (libnftables 1.0.6, mnl.c).
        let refusal = namespace.run { () -> SystemError? in
            let number = socket(
                AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Self.netfilter)
            guard number >= 0 else { return .last("socket", on: "NETLINK_NETFILTER") }
            close(number)
            return nil
        }
        if let refusal {
            throw NftablesError(commands: "", message: "this kernel has no nf_tables: \(refusal)")
        }
        let pointer = Self.library.withLock { _ -> OpaquePointer? in
            LowDescriptors.shared.lend { namespace.run { nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) } } ?? nil
        }
        guard let pointer else {
            throw NftablesError(
                commands: "", message: "libnftables cannot be initialised: \(SystemError.last("nft_ctx_new"))"
            )
        }
        nft_ctx_buffer_output(pointer)
        nft_ctx_buffer_error(pointer)
        context = Mutex(Context(pointer: pointer))
        self.namespace = namespace
    }

    /// Runs commands as nft(8) takes them; if one fails, none has had an effect.
    ///
    /// - Parameters:
    ///   - commands: one or more lines, or a whole ruleset.
    ///   - format: of what is listed, and of the commands themselves if they are JSON.
    /// - Returns: what `list` commands print.
    /// - Throws: `NftablesError` with the library's own text, the offending place marked by carets.
    /// Equivalent to: `ip netns exec NAME nft -f -`.
    @discardableResult
    public func run(_ commands: String, format: Format = .text) throws(NftablesError) -> String {
        let result = context.withLock { context -> Result<String, NftablesError> in
            Self.library.withLock { _ in
                LowDescriptors.shared.lend {
                    namespace.run { Self.run(commands, format, context.pointer) }
                } ?? .failure(.tooManyDescriptors(commands))
            }
        }
        return try result.get()
    }

    /// Checks commands without any effect: syntax, names, and whether the kernel would take them.
    ///
    /// Equivalent to: `nft --check -f -`.
    public func check(_ commands: String) throws(NftablesError) {
        let result = context.withLock { context -> Result<String, NftablesError> in
            Self.library.withLock { _ in
                nft_ctx_set_dry_run(context.pointer, true)
                defer { nft_ctx_set_dry_run(context.pointer, false) }
                return LowDescriptors.shared.lend {
                    namespace.run { Self.run(commands, .text, context.pointer) }
                } ?? .failure(.tooManyDescriptors(commands))
            }
        }
        _ = try result.get()
    }

    private static func run(
        _ commands: String, _ format: Format, _ pointer: OpaquePointer
    ) -> Result<String, NftablesError> {
        // With this flag JSON commands are understood too; others still are.
        nft_ctx_output_set_flags(pointer, format == .json ? UInt32(NFT_CTX_OUTPUT_JSON) : 0)
        let text = commands.hasSuffix("\n") ? commands : commands + "\n"
        let file = text.dropLast().contains("\n") ? memoryFile(text) : nil
        let path = file.map { "/proc/self/fd/\($0.number)" }
        let code =
            path.map { nft_run_cmd_from_filename(pointer, $0) } ?? nft_run_cmd_from_buffer(pointer, text)
        let output = nft_ctx_get_output_buffer(pointer).map { String(cString: $0) } ?? ""
        var complaint = nft_ctx_get_error_buffer(pointer).map { String(cString: $0) } ?? ""
        guard code == 0 else {
            if let path { complaint = lines(of: complaint, withoutFile: path) }
            if complaint.isEmpty { complaint = "no reason given" }
            return .failure(NftablesError(commands: commands, message: complaint))
        }
        return .success(output)
    }

    /// A file without a name. In errors about a text of several lines libnftables 1.0.6 quotes the first line,
    /// whichever is meant, unless the text is a file.
    private static func memoryFile(_ text: String) -> OwnedFileDescriptor? {
        let number = cnetlab_memory_file("nft")
        // Before Linux 3.17 there is none; then only the quoted line is wrong.
        guard number >= 0 else { return nil }
        let file = OwnedFileDescriptor(adopting: number)
        var text = text
        let isWhole = text.withUTF8 { bytes in write(number, bytes.baseAddress, bytes.count) == bytes.count }
        return isWhole ? file : nil
    }

    /// `/proc/self/fd/7:2:15-21: Error: …` with `line` for the file.
    private static func lines(of complaint: String, withoutFile path: String) -> String {
        complaint.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(path + ":") ? "line " + line.dropFirst(path.count + 1) : String(line)
        }.joined(separator: "\n")
    }
}

/// Commands that libnftables or the kernel refused; none of them had an effect.
public struct NftablesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As they were given.
    public var commands: String
    /// The library's text: place, reason, the line, and carets below what is meant.
    public var message: String

    /// The library waits with select(2), and would end the process.
    static func tooManyDescriptors(_ commands: String) -> NftablesError {
        NftablesError(
            commands: commands,
            message: "no file descriptor below 1024 is free; run fewer labs at once")
    }

    public var description: String {
        var end = message[...]
        while end.last?.isNewline == true { end = end.dropLast() }
        return "nft: \(end)"
    }
}

import Glibc
import LinuxSystem
import Synchronization

/// The functions of the running kernel by address, for addresses that the kernel itself hands out.
///
/// Read when the first address is asked for (about 60 ms), then kept; read again if modules came or went.
/// Kernel: `/proc/kallsyms`; addresses are hidden (all zero) without CAP_SYSLOG or with `kptr_restrict` 2.
public final class KernelSymbols: Sendable {
    /// One table for the whole process.
    public static let shared = KernelSymbols(path: "/proc/kallsyms", modulesPath: "/proc/modules")

    private struct State {
        var table: KernelSymbolTable?
        var modules: [UInt8] = []
        var names: [UInt64: String] = [:]
    }

    private let path: String
    private let modulesPath: String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - path: a file in the form of `/proc/kallsyms`.
    ///   - modulesPath: a file whose change means that `path` has changed; it may be missing.
    public init(path: String, modulesPath: String) {
        self.path = path
        self.modulesPath = modulesPath
    }

    /// Whether the kernel shows names without addresses, so that no address can be named.
    public var areHidden: Bool {
        state.withLock { state in
            if state.table == nil { load(&state, modules: modules()) }
            return state.table?.isEmpty ?? true
        }
    }

    /// The name of the function that contains an address, without offset and without the suffixes that
    /// the compiler gives to clones (`.isra.0`); nil if the kernel does not tell.
    public func function(at address: UInt64) -> String? {
        state.withLock { state in
            if let known = state.names[address] { return known }
            let modules = modules()
            if state.table == nil || modules != state.modules { load(&state, modules: modules) }
            let name = state.table?.function(at: address)
            if let name { state.names[address] = name }
            return name
        }
    }

    private func load(_ state: inout State, modules: [UInt8]) {
        state.table = (try? TextFile.readBytes(path)).map(KernelSymbolTable.init(parsing:))
        state.modules = modules
        state.names = [:]
    }

    /// A kernel without modules has no such file: then nothing changes either.
    private func modules() -> [UInt8] { (try? TextFile.readBytes(modulesPath)) ?? [] }
}

/// Addresses and names out of one reading of `/proc/kallsyms`.
struct KernelSymbolTable: Sendable {
    private struct Entry {
        var address: UInt64
        /// Place of the name in `names`.
        var start: Int32
        var length: Int32
    }

    private var entries: [Entry] = []
    private var names: [UInt8] = []
    private var isSorted = true

    /// Whether no line had an address.
    var isEmpty: Bool { entries.isEmpty }

    /// Takes in the lines `ffffffff81e3f960 t kfree_skbmem`; lines of other forms and symbols that are no
    /// functions are left out.
    init(parsing text: [UInt8]) {
        names.reserveCapacity(text.count / 2)
        entries.reserveCapacity(text.count / 40)
        text.withUnsafeBytes { text in
            guard let base = text.baseAddress else { return }
            var position = 0
            while position < text.count {
                let rest = text.count - position
                let end = memchr(base + position, 0x0A, rest).map {
                    $0 - UnsafeMutableRawPointer(mutating: base)
                }
                take(line: UnsafeRawBufferPointer(rebasing: text[position..<(end ?? text.count)]))
                position = (end ?? text.count) + 1
            }
        }
        // Only modules come in any order, and the check is much cheaper than the sorting. Of several names
        // for one address the kernel too prints the one that it lists first.
        if !isSorted { entries.sort { ($0.address, $0.start) < ($1.address, $1.start) } }
    }

    private mutating func take(line: UnsafeRawBufferPointer) {
        var address: UInt64 = 0
        var index = 0
        while index < line.count, let digit = Self.hexadecimalDigit(line[index]) {
            address = address << 4 | digit
            index += 1
        }
        // A digit, then " t name": the type of a function is one of t, T, w, W.
        guard index > 0, index + 3 < line.count, line[index] == 0x20, line[index + 2] == 0x20, address != 0
        else { return }
        let type = line[index + 1] | 0x20
        guard type == 0x74 || type == 0x77, let start = line.baseAddress?.advanced(by: index + 3) else {
            return
        }
        // The name ends at a tab, behind which a module's name follows.
        let rest = line.count - index - 3
        let length = memchr(start, 0x09, rest).map { UnsafeRawPointer($0) - start } ?? rest
        if let last = entries.last, last.address > address { isSorted = false }
        entries.append(Entry(address: address, start: Int32(names.count), length: Int32(length)))
        names.append(contentsOf: UnsafeRawBufferPointer(start: start, count: length))
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x61...0x66: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }

    /// The name of the last function that starts at or before an address.
    func function(at address: UInt64) -> String? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].address <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        var first = low - 1
        while first > 0, entries[first - 1].address == entries[first].address { first -= 1 }
        let entry = entries[first]
        let name = names[Int(entry.start)..<Int(entry.start + entry.length)].prefix { $0 != 0x2E }
        return String(decoding: name, as: UTF8.self)
    }
}

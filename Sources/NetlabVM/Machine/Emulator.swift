import Glibc
import LinuxSystem

/// QEMU on this machine.
public struct Emulator: Hashable, Sendable {
    /// The program's path.
    public var program: String
    /// `7.2.22`.
    public var version: String

    /// Debian's name, and those of distributions whose package has nothing but virtualization.
    public static let programs = ["qemu-system-x86_64", "qemu-kvm", "/usr/libexec/qemu-kvm"]

    /// Finds QEMU and asks its version; the answer is kept as long as the program's file does not change.
    ///
    /// - Throws: `EmulatorError.missing` with the cure; `.broken` if it does not tell its version.
    public static func find(rememberingIn folder: GuestFolder = .standard) async throws(EmulatorError)
        -> Emulator
    {
        guard let program = programs.lazy.compactMap(Program.find).first else { throw .missing }
        let stamp = FileStamp(of: program).map { "\(program) \($0)" } ?? program
        if let known = remembered(folder, file, stamp) { return Emulator(program: program, version: known) }
        let outcome: ChildProcess.Outcome
        do {
            outcome = try await ChildProcess.run(ChildCommand(program, ["--version"], timeout: .seconds(10)))
        } catch {
            throw .broken("\(error)")
        }
        guard let version = version(in: outcome.standardOutput.text) else {
            throw .broken("\(program) --version: \(outcome.summary) \(outcome.standardError.text)")
        }
        remember(folder, file, stamp, version)
        return Emulator(program: program, version: version)
    }

    /// `QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`
    static func version(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(of: "version"), index + 1 < words.count,
            words[index + 1].first?.isNumber == true
        else { return nil }
        return String(words[index + 1].prefix { $0.isNumber || $0 == "." })
    }

    private static let file = "qemu-version"

    /// A fact kept in a file: a line with what it depends on, a line with the fact.
    static func remembered(_ folder: GuestFolder, _ file: String, _ key: String) -> String? {
        guard let bytes = (try? folder.read(file)) ?? nil else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2, lines[0] == key else { return nil }
        return String(lines[1].last == "\n" ? lines[1].dropLast() : lines[1])
    }

    static func remember(_ folder: GuestFolder, _ file: String, _ key: String, _ fact: String) {
        // What cannot be kept is found out again.
        try? folder.keep(Array("\(key)\n\(fact)\n".utf8), as: file)
    }
}

/// No virtual machine can be had here.
public enum EmulatorError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing
    case broken(String)
    case foreignMachine(String)

    public var description: String {
        switch self {
        case .missing:
            "QEMU is not installed; on Debian and Ubuntu: "
                + "apt-get install --no-install-recommends qemu-system-x86"
        case .broken(let words): "QEMU does not work: \(words)"
        case .foreignMachine(let machine):
            "virtual machines run this very program, and so far only x86_64 kernels are known; this is \(machine)"
        }
    }
}

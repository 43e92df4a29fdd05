import ArgumentParser
import Glibc
import LinuxSystem
import NetlabModel
import NetlabReport

/// Where records of runs are kept: the file that was asked for, else the newest fifty under the user's state
/// directory.
enum RecordStore {
    static let kept = 50

    /// Saves a record before anything is judged.
    ///
    /// - Returns: the path it was saved to.
    /// - Throws: `ExitCode` 74 with a message if it cannot be written: a run that leaves no evidence is not
    ///   reported as done.
    static func save(_ record: RunRecord, to path: String?) throws -> String {
        do {
            let text = String(decoding: try RecordJSON.encode(record), as: UTF8.self)
            if let path {
                try OutputFile.write(text, to: path)
                return path
            }
            let directory = try directory()
            let stamp = record.startedAt.filter { $0.isNumber }
            let file = "\(directory)/\(stamp)-\(record.scenario.name)-\(getpid()).json"
            try OutputFile.write(text, to: file)
            prune(directory)
            return file
        } catch let error as ExitCode {
            throw error
        } catch {
            Terminal.complain(
                "netlab: the record could not be saved: \(error); --record FILE chooses another place")
            throw ExitCode(74)
        }
    }

    /// Reads a record back.
    static func load(_ path: String) throws -> RunRecord {
        let bytes: [UInt8]
        do {
            bytes = try TextFile.readBytes(path)
        } catch {
            Terminal.complain("netlab: \(error)")
            throw ExitCode(66)
        }
        do {
            return try RecordJSON.record(from: bytes)
        } catch {
            Terminal.complain("netlab: \(path) is not a record of a run: \(error)")
            throw ExitCode(65)
        }
    }

    private static func directory() throws -> String {
        let environment = Environment.current
        let state = environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        let base = state ?? (environment["HOME"].map { $0 + "/.local/state" } ?? "/tmp")
        var path = ""
        for part in (base + "/netlab/runs").split(separator: "/") {
            path += "/" + part
            if mkdir(path, 0o755) != 0, errno != EEXIST { throw SystemError.last("mkdir", on: path) }
        }
        return path
    }

    private static func prune(_ directory: String) {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".json") { names.append(name) }
        }
        // Names begin with the time, so the oldest sort first.
        for name in names.sorted().dropLast(kept) { unlink("\(directory)/\(name)") }
    }
}

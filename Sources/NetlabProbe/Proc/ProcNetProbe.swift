import Glibc
import LinuxSystem
import NetlabModel

/// Turns the files of one visit to a namespace into readings, and the lack of a file into a reason.
enum ProcNetProbe {
    /// Reads all files of one scope.
    ///
    /// - Returns: the readings, and by family what went wrong with a file that is there.
    static func probe(
        _ files: [ProcNetFile], in namespace: NetworkNamespace
    ) -> (readings: Readings, errors: [String: String]) {
        var readings = Readings()
        var errors: [String: String] = [:]
        for (file, content) in ProcNetReader.read(files, in: namespace) {
            do {
                readings.merge(try parse(content.get(), of: file))
            } catch let error as SystemError where error.isAbsence {
                readings.unsupported.merge(file.absence) { $1 }
            } catch {
                for family in file.families { errors[family.rawValue] = "\(error)" }
            }
        }
        return (readings, errors)
    }

    static func parse(_ bytes: [UInt8], of file: ProcNetFile) throws(ProbeError) -> Readings {
        switch file {
        case .snmp: return try ManagementBase.parseSNMP(bytes)
        case .netstat: return try ManagementBase.parseNetstat(bytes)
        case .snmp6: return try SNMP6.parse(bytes)
        case .sockstat, .sockstat6: return try SocketStatistics.parse(bytes, of: file)
        case .xfrm: return try TransformStatistics.parse(bytes)
        case .conntrack: return try StatTable.parse(bytes, of: file, as: .conntrack)
        case .synproxy: return try StatTable.parse(bytes, of: file, as: .synproxy)
        case .softnet: return try SoftnetTable.parse(bytes)
        case .arpCache: return try StatTable.parse(bytes, of: file, as: .arpCache)
        case .ndiscCache: return try StatTable.parse(bytes, of: file, as: .ndiscCache)
        case .routeCache: return try StatTable.parse(bytes, of: file, as: .routeCache)
        case .conntrackMaximum:
            let lines = try TextLines(bytes, of: file.path).lines
            guard let value = lines.first?.first?.decimal else {
                throw ProbeError(file.path, line: 1, "not a number")
            }
            var readings = Readings()
            readings.add(CounterID(.conntrack, "max"), value)
            return readings
        }
    }
}

extension SystemError {
    /// Whether the kernel said that there is no such thing, as against refusing to show it.
    var isAbsence: Bool { errno == ENOENT }
}

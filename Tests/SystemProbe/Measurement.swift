import Glibc
import LinuxSystem

/// Figures of this room, in nanoseconds per operation: the best of fifty short rounds, since other work disturbs long ones.
enum Measurement {
    static func all() async throws {
        let namespace = try NetworkNamespace.create()
        measure("namespace.run {}", 100) { namespace.run {} }
        try measure("NetworkNamespace.create", 5) { _ = try NetworkNamespace.create() }
        try measure("TextFile.read net/netstat", 20) {
            _ = try TextFile.read(ThreadProc.path("net/netstat"))
        }
        try measure("Sysctl.write with read-back", 20) {
            try Sysctl.write("net.ipv4.ip_forward", "1", in: namespace)
        }
        let nftables = try Nftables(in: namespace)
        try nftables.run("table ip t { chain c { }; }")
        try measure("Nftables.run add rule", 5) {
            try nftables.run("add rule ip t c tcp dport 80 counter drop")
        }
        try measure("Nftables context", 5) { _ = try Nftables(in: namespace) }
        let record = try InstanceRecord(
            title: "measure", in: StateDirectory(path: "/tmp/netlab-measure-\(getpid())"))
        try measure("NamedNamespace and remove", 5) {
            try NamedNamespace("measure-\(getpid())", for: namespace, record: record, directory: "/tmp")
                .remove()
        }
        try record.close()
        rmdir(record.directory.path)
        measure("MonotonicClock.now", 1_000) { _ = MonotonicClock.now() }
        try await measureAsync("ChildProcess.run true", 2) {
            try await ChildProcess.runChecked(ChildCommand("true"))
        }
        try await measureAsync("ChildProcess.run true in namespace", 2) {
            try await ChildProcess.runChecked(ChildCommand("true", in: namespace))
        }
        let iptables = try await Iptables.find(.ipv4, in: namespace)
        try await measureAsync("Iptables.add", 1) { try await iptables.add(["-j", "DROP"], to: "INPUT") }
        say(
            "threads at home: \(NetworkNamespace.census().values.allSatisfy { $0 == NetworkNamespace.home.inode })"
        )
    }

    private static func measure<Failure: Error>(
        _ name: String, _ count: Int, _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        var best = UInt64.max
        for _ in 0..<50 {
            let start = MonotonicClock.now()
            for _ in 0..<count { try body() }
            best = min(best, (MonotonicClock.now() - start) / UInt64(count))
        }
        say("\(name): \(best) ns")
    }

    private static func measureAsync(_ name: String, _ count: Int, _ body: () async throws -> Void)
        async throws
    {
        var best = UInt64.max
        for _ in 0..<50 {
            let start = MonotonicClock.now()
            for _ in 0..<count { try await body() }
            best = min(best, (MonotonicClock.now() - start) / UInt64(count))
        }
        say("\(name): \(best) ns")
    }
}

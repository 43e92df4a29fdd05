import Glibc
import LinuxSystem

/// A program for tests of what a process does to itself: entering a user namespace, dying by a signal, dying.
@main
struct SystemProbe {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        do {
            switch arguments.first {
            case "user-namespace": try userNamespace()
            case "user-namespace-late":
                try await Task.sleep(for: .milliseconds(1))
                _ = try UserNamespace.enter()
            case "signals": try await signals()
            case "hold" where arguments.count == 5: try await hold(Array(arguments.dropFirst()))
            case "linger": try await linger()
            case "measure": try await Measurement.all()
            default:
                say(
                    "usage: system-probe user-namespace|user-namespace-late|signals|hold STATE NAME VALUE SYSCTL|linger|measure"
                )
                exit(64)
            }
        } catch {
            say("error: \(error)")
            exit(70)
        }
    }

    /// Enters, and shows what root of a user namespace can.
    static func userNamespace() throws {
        let entry = try UserNamespace.enter()
        say("limitations: \(entry.limitations)")
        say("uid: \(geteuid())")
        say("capabilities: \(CapabilitySet.effective.contains([.netAdmin, .sysAdmin]))")
        say("inside: \(UserNamespace.isInside)")
        say("interfaces: \(Directory.entries("/sys/class/net").joined(separator: ","))")
        let namespace = try NetworkNamespace.create()
        try Sysctl.write("net.ipv4.ip_forward", "1", in: namespace)
        say("ip_forward: \(try Sysctl.read("net.ipv4.ip_forward", in: namespace))")
        do {
            try Sysctl.write("net.core.netdev_max_backlog", "10", in: namespace)
        } catch {
            say("host-wide: \(error.description.contains("is host-wide"))")
        }
        try Nftables(in: namespace).run("table ip t { counter c { packets 1 bytes 2; }; }")
        say("nft: \(try Nftables(in: namespace).counters().count)")
        let record = try InstanceRecord(title: "rootless")
        let name = try NamedNamespace("rootless", for: namespace, record: record)
        say("name: \(SymbolicLink.target("/run/netns/rootless") == name.target)")
        try name.remove()
        try record.close()
        say("threads: \(NetworkNamespace.census().values.allSatisfy { $0 == NetworkNamespace.home.inode })")
    }

    /// Waits for one signal, tells it, and dies of it.
    static func signals() async throws {
        let signals = try Signals()
        say("ready \(signals.taken.map(SignalName.name).joined(separator: " "))")
        for await signal in signals.stream {
            say("got \(SignalName.name(signal))")
            signals.restoreDefaults()
            Signals.end(by: signal)
        }
    }

    /// Makes what a crash leaves behind, and waits to be killed.
    static func hold(_ arguments: [String]) async throws {
        let directory = StateDirectory(path: arguments[0])
        let record = try InstanceRecord(title: "hold \(arguments[1])", in: directory)
        let namespace = try NetworkNamespace.create()
        let name = try NamedNamespace(arguments[1], for: namespace, record: record)
        let lock = try HostLock(in: directory)
        let sysctl = try HostSysctl(arguments[3], arguments[2], lock: lock, record: record)
        say("holding \(name.path) \(sysctl.old)")
        while true { try await Task.sleep(for: .seconds(60)) }
    }

    /// Starts a child that outlives the pool's idle threads, tells its number, and waits to be killed.
    static func linger() async throws {
        let child = try await ChildProcess.start(ChildCommand("sleep", ["1000"]))
        say("child \(child.processID)")
        while true { try await Task.sleep(for: .seconds(60)) }
    }
}

/// A line at once: whoever waits for it reads a pipe.
func say(_ line: String) {
    var text = line + "\n"
    text.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
}

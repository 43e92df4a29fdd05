import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Netlink
import Testing

/// The program itself, as a person calls it: what of the traffic can be asked for on its command line.
@Suite(.needsRoot, .leavesNothingBehind) struct CommandTests {
    /// Built next to the test bundle.
    private static var path: String {
        get throws {
            let executable = try #require(SymbolicLink.target("/proc/self/exe"))
            let places = [executable] + CommandLine.arguments.filter { $0.contains(".xctest") }
            let directories = places.compactMap { place in
                place.lastIndex(of: "/").map { String(place[..<$0]) }
            }
            return try #require(directories.lazy.map { "\($0)/netlab" }.first { Program.find($0) != nil })
        }
    }

    private static func netlab(_ arguments: [String], in namespace: NetworkNamespace? = nil) async throws
        -> ChildProcess.Outcome
    {
        try await ChildProcess.run(
            ChildCommand(try path, arguments, in: namespace, timeout: .seconds(60)))
    }

    /// Runs a scenario from a file of its own.
    private static func run(_ traffic: String, expect: String, _ arguments: [String]) async throws
        -> ChildProcess.Outcome
    {
        let file = "/tmp/netlab-command-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).yaml"
        let text = """
            title: Two nodes
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[client/eth0, server/eth0]]
            traffic:
              \(traffic)
            phases: [{ name: control, expect: [\(expect)] }]
            """
        try TextFile.replace(file, with: text, durably: false)
        defer { unlink(file) }
        return try await netlab(["run", file, "--record", "/dev/null"] + arguments)
    }

    private static let web =
        "web: { kind: tcp-request, from: client, to: \"server:8000\", count: 3, timeout: 10 s }"

    @Test(.needsProgram("unshare"), arguments: [["run", "mtu-100"], ["list"], []])
    func missingProcIsToldInASentence(arguments: [String]) async throws {
        // In a mount namespace of its own.
        let script = "umount -l /proc && exec \"$0\" \"$@\""
        let outcome = try await ChildProcess.run(
            ChildCommand(
                "unshare", ["--mount", "sh", "-c", script, try Self.path] + arguments, timeout: .seconds(60)))
        #expect(outcome.termination == .exited(Outcome.unsupported.exitCode))
        #expect(
            outcome.standardError.text
                == "netlab: open /proc/self/cmdline: No such file or directory (ENOENT); "
                + "netlab needs /proc: mount -t proc proc /proc\n")
    }

    /// A file system in the place of /proc/self/ns hides the namespaces, as a kernel without them does.
    @Test(.needsProgram("unshare"), arguments: ["doctor", "clean", "list"])
    func missingNamespacesAreToldByWhatNeedsThem(subcommand: String) async throws {
        let script = "mount -t tmpfs none /proc/$$/ns && exec \"$0\" \"$@\""
        let outcome = try await ChildProcess.run(
            ChildCommand(
                "unshare", ["--mount", "sh", "-c", script, try Self.path, subcommand], timeout: .seconds(60)))
        let isRefused = subcommand != "list"
        #expect(outcome.termination == .exited(isRefused ? 3 : 0), "\(outcome.standardError.text)")
        let words =
            "netlab: open /proc/self/ns/net: No such file or directory (ENOENT); netlab needs a kernel"
        #expect(outcome.standardError.text.hasPrefix(words) == isRefused)
    }

    @Test func ownServerIsNamedOnTheCommandLine() async throws {
        let server = "server=python3 -m http.server 8000 --directory /proc/sys/net/ipv4/neigh/lo"
        let outcome = try await Self.run(Self.web, expect: "web.succeeded == 3", ["--exec", server])
        #expect(
            outcome.termination == .exited(0), "\(outcome.standardOutput.text)\(outcome.standardError.text)")
    }

    @Test(arguments: [
        ("sever=./mine", "there is no node sever; there are client, server"),
        ("./mine", "names no node"), ("server='mine", "a quote without its end"),
        ("client=./mine", "no flow of TCP has its server in client"),
    ])
    func ownServerThatHasNoPlaceIsAUsageError(argument: String, words: String) async throws {
        let outcome = try await Self.run(Self.web, expect: "web.succeeded == 3", ["--exec", argument])
        #expect(outcome.termination == .exited(64))
        #expect(outcome.standardError.text.contains(words), "\(outcome.standardError.text)")
    }

    @Test(arguments: [(["--allow-exec"], Int32(0)), ([], Outcome.unsupported.exitCode)])
    func fileRunsProgramsOnlyIfAllowed(arguments: [String], code: Int32) async throws {
        let program = "tool: { kind: exec, from: client, command: [\"true\"] }"
        let outcome = try await Self.run(program, expect: "tool.exit_code == 0", arguments)
        #expect(outcome.termination == .exited(code), "\(outcome.standardError.text)")
        #expect(outcome.standardOutput.text.contains("--allow-exec") == arguments.isEmpty)
    }

    /// As a person would use iperf3, but between two processes of one namespace.
    @Test func trafficNeedsNoLab() async throws {
        let host = try NetworkNamespace.create()
        try RouteSocket(in: host).setLink("lo", LinkChange(isUp: true))
        let server = try await ChildProcess.start(
            ChildCommand(try Self.path, ["traffic", "server", "--json"], in: host, timeout: .seconds(60)))
        let diagnostics = try SocketDiagnostics(in: host)
        let deadline = ContinuousClock.now + .seconds(20)
        while try diagnostics.sockets(.tcp, .ipv4, states: [.listen], localPort: 7007).isEmpty,
            ContinuousClock.now < deadline
        {
            try await Task.sleep(for: .milliseconds(5))
        }
        let client = ["traffic", "client", "127.0.0.1"]
        let lines = try await Self.netlab(
            client + ["--time", "600 ms", "--interval", "200 ms"], in: host)
        #expect(lines.termination == .exited(0), "\(lines.standardError.text)")
        #expect(lines.standardOutput.text.split(separator: "\n").count { $0.contains("bit/s  ") } >= 2)
        let whole = try await Self.netlab(
            client + ["--time", "300 ms", "--interval", "100 ms", "--samples", "20 ms", "--json"], in: host)
        let report = try JSONValue(parsing: whole.standardOutput.text)
        #expect((report["intervals"]?.array?.count ?? 0) >= 2)
        #expect(report["outcome"]?["values"]?["throughput"] != nil)
        #expect(report["outcome"]?["series"]?.array?.isEmpty == false)
        let page = try await ChildProcess.run(
            ChildCommand(
                "curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:7007/"], in: host,
                timeout: .seconds(10)))
        #expect(page.standardOutput.text == "200", "\(page.standardError.text)")
        let refused = try await Self.netlab(client + ["--port", "9", "--volume", "1 B"], in: host)
        #expect(refused.termination == .exited(1))
        server.terminate()
        let totals = try JSONValue(parsing: await server.outcome().standardOutput.text)
        #expect(totals["server.accepted"] == .number("3"))
    }
}

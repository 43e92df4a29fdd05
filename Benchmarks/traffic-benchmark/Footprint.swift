import Glibc
import LinuxSystem
import NetlabModel
import NetlabTraffic

extension TrafficBenchmark {
    /// What connections cost that do nothing, and whether long runs cost more than short ones.
    func footprints() -> [Contestant] {
        [
            Contestant(
                "Footprint of 10 000 idle TCP sessions", "MiB, process and kernel together", "netlab",
                wish: .atMost(1024)
            ) { [self] in try await idleConnections(10_000) },
            Contestant(
                "Footprint of a session with both ends held", "KiB, process and kernel together", "netlab",
                wish: .atMost(1024 * 1024 / 10_000)
            ) { [self] in try await heldSessions(10_000) },
            Contestant(
                "Footprint: what a run ten times as long takes more", "MiB", "netlab", wish: .atMost(4)
            ) { [self] in try await growth() },
        ]
    }

    private func idleConnections(_ count: Int) async throws -> Double {
        // Without CAP_SYS_RESOURCE the hard limit may be too low for both ends of all: one end then stays in the
        // accept queue, established, and takes memory but no descriptor.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let accepts =
            limit.rlim_max >= rlim_t(2 * count + 512) || geteuid() == 0 && raised(to: 2 * count + 512)
        if !accepts { try Sysctl.write("net.core.somaxconn", "\(count)", in: server) }
        let before = try Memory.now()
        var plan = ConnectFlow()
        plan.count = count
        plan.concurrency = 200
        let session = try session(
            flow(.tcpConnect(plan)) {
                $0.server.backlog = count
                if !accepts { $0.server.accept = .never }
            })
        await session.run()
        let after = Result { try Memory.now() }
        let outcome = await session.finish()["it"]
        guard outcome?.values["connected"] == Int64(count),
            !accepts || outcome?.values["server.accepted"] == Int64(count)
        else { throw Problem("not all connected: \(outcome?.failure ?? "")\(outcome?.values ?? [:])") }
        if !accepts {
            Self.say("the descriptor limit is \(limit.rlim_max): connections stay in the accept queue")
        }
        let held = try after.get()
        // The kernel's share is what the machine has less now; whatever others do meanwhile is in it, too.
        let machine = max(0, before.available - held.available)
        return max(machine, held.resident) / 1024
    }

    /// As many of them as descriptors allow, accepted, each by its share of the whole.
    private func heldSessions(_ most: Int) async throws -> Double {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let isEnough = limit.rlim_max >= rlim_t(2 * most + 512) || raised(to: 2 * most + 512)
        let count = isEnough ? most : (Int(limit.rlim_max) - 512) / 2
        if !isEnough { Self.say("RLIMIT_NOFILE is \(limit.rlim_max): room for \(count) sessions") }
        let before = try Memory.now()
        var plan = ConnectFlow()
        plan.count = count
        plan.concurrency = 200
        let session = try session(flow(.tcpConnect(plan)) { $0.server.backlog = count })
        await session.run()
        let after = Result { try Memory.now() }
        let outcome = await session.finish()["it"]
        guard outcome?.values["connected"] == Int64(count),
            outcome?.values["server.accepted"] == Int64(count)
        else { throw Problem("not all connected: \(outcome?.failure ?? "")\(outcome?.values ?? [:])") }
        let held = try after.get()
        return max(before.available - held.available, held.resident) / Double(count)
    }

    private func raised(to count: Int) -> Bool {
        var limit = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    }

    private func growth() async throws -> Double {
        func requests(_ count: Int) async throws -> Double {
            var plan = RequestFlow()
            plan.count = count
            plan.concurrency = 32
            let outcome = try await run(.tcpRequest(plan)) { $0.client.close = .rst }
            guard outcome.values["succeeded"] == Int64(count) else { throw Problem("not all succeeded") }
            var datagrams = DatagramFlow()
            datagrams.count = count * 20
            datagrams.size = ByteCount(64)
            datagrams.batch = 64
            _ = try await run(.udpStream(datagrams))
            return try Memory.now().resident
        }
        let short = try await requests(2_000)
        return max(0, try await requests(20_000) - short) / 1024
    }
}

/// KiB.
struct Memory {
    /// Of this process.
    var resident: Double
    /// Of the machine, for whoever wants it.
    var available: Double

    static func now() throws -> Memory {
        func field(_ path: String, _ name: String) throws -> Double {
            let line = try TextFile.read(path).split(separator: "\n").first { $0.hasPrefix(name) }
            return Double(line?.split(separator: " ").dropFirst().first ?? "") ?? 0
        }
        return Memory(
            resident: try field("/proc/self/status", "VmRSS:"),
            available: try field("/proc/meminfo", "MemAvailable:"))
    }
}
